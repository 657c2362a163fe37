"""The base models on offer, which of them suits which data, and how any base model is found by its id.

What is said of a model follows from its published configuration (``tests/models/test_catalogue.py`` builds each and counts); what was not
seen is left open, never guessed, and then the source's own listing (size and SHA-256 a hub publishes) is what a download is checked
against. Models whose publishers offer nothing but pickled weights are not on offer: DeBERTa-v3, mT5 and chinese-roberta-wwm-ext among them.
A copy with safetensors and a tokenizer.json can be named instead (``own``).
"""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from playground.data.meaning.language import speaks
from playground.data.types import Dataset
from playground.devices import Device
from playground.errors import ModelError
from playground.models.decoders import DECODERS
from playground.models.encoders import E5, ENCODERS, MINILM
from playground.models.own import find
from playground.models.scratch import SCRATCH
from playground.models.types import Model

__all__ = ["CATALOGUE", "CJK_SHARE", "OTHER_SHARE", "Model", "better_from_a_hub", "get_model", "recommend", "recommend_reader"]

#: From this share of Chinese, Japanese or Korean letters on, an English vocabulary loses too much of the text.
CJK_SHARE: Final = 0.02
#: English prose has hardly any letter outside ASCII (a name, a café); Spanish, French and German have 2 to 6 %.
OTHER_SHARE: Final = 0.01
#: Share of the texts a base model must speak to be proposed.
_SPOKEN_SHARE: Final = 0.9
#: Weights in 16 bits may take this share of the memory, so that room is left for training.
_MEMORY_SHARE: Final = 0.25

#: Every base model on offer.
CATALOGUE: Final[tuple[Model, ...]] = (*ENCODERS, *DECODERS)


def get_model(model_id: str) -> Model:
    """What is known of the base model of this id: one on offer, one to be made from nothing, or one that somebody named (``own``).

    Who may use it is another question: see ``fit.require_usable``.

    :raises ModelError: "model_unknown", naming the ids there are.
    """
    found = next((model for model in (*CATALOGUE, *SCRATCH) if model.id == model_id), None) or find(model_id)
    if found is None:
        raise ModelError("model_unknown", model=model_id, known=", ".join(model.id for model in CATALOGUE))
    return found


def recommend(dataset: Dataset, device: Device | None = None, here: Collection[str] = ()) -> Model:
    """The base model proposed for this data.

    For reading see ``recommend_reader``. For writing it is a causal model: one that can be had without a hub before any other, then one
    that speaks the language, then the smallest on a CPU and the largest that leaves room for training on a GPU.

    :param here: ids of models this machine has already.
    """
    if dataset.task == "generation":
        return _writers(dataset, device, here)[0]
    return recommend_reader(dataset)


def recommend_reader(dataset: Dataset) -> Model:
    """The encoder proposed to read these texts: MiniLM for English, multilingual E5 as soon as another language has a notable share."""
    return MINILM if _english(dataset) else E5


def better_from_a_hub(dataset: Dataset, device: Device | None = None, here: Collection[str] = ()) -> Model | None:
    """A model that would suit this data better than the proposed one, but has to come from a hub."""
    proposed = recommend(dataset, device, here)
    if dataset.task != "generation" or _reads(proposed, dataset):
        return None
    return next((model for model in _writers(dataset, device, here) if _reads(model, dataset)), None)


def _writers(dataset: Dataset, device: Device | None, here: Collection[str]) -> list[Model]:
    """Causal models that fit and need nobody's consent, the best choice first."""
    larger_first = device is not None and device.kind == "cuda"
    room = device.memory_mb * _MEMORY_SHARE if device else float("inf")
    smallest = min((model for model in DECODERS if model.kind == "causal"), key=lambda model: model.parameters)
    fitting = [model for model in DECODERS if model.kind == "causal" and not model.gated and model.memory_mb() <= room] or [smallest]

    def rank(model: Model) -> tuple[bool, bool, int]:
        at_hand = model.id in here or model.package is not None
        return (not at_hand, not _reads(model, dataset), -model.parameters if larger_first else model.parameters)

    return sorted(fitting, key=rank)


def _reads(model: Model, dataset: Dataset) -> bool:
    """Whether it speaks enough of the texts' languages."""
    if "multi" in model.languages:
        return True
    ascii_enough = "zh" in model.languages or dataset.cjk_share < CJK_SHARE
    return ascii_enough and speaks(model.languages, dataset.languages) >= _SPOKEN_SHARE


def _english(dataset: Dataset) -> bool:
    # Indonesian, Dutch or Swahili hardly leave ASCII either.
    return dataset.non_ascii_letter_share < OTHER_SHARE and _reads(MINILM, dataset)
