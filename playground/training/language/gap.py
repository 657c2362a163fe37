"""What an encoder puts into the gap of a sentence, before its pretraining on a person's texts and after."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import torch
from safetensors.torch import load_file
from transformers import AutoModelForMaskedLM, AutoTokenizer, PreTrainedTokenizerBase

from playground.errors import PredictionError
from playground.models.cache import fetch
from playground.recipe import Recipe
from playground.runs.folder import RunFolder
from playground.runs.types import Prediction
from playground.training.language.head import PRIOR
from playground.training.objective import BASE_FILE

#: How a person writes a gap; models write it their own way.
GAP: Final = re.compile(r"_{2,}|\[MASK\]|<mask>", re.IGNORECASE)
#: Words offered for a gap.
_WORDS: Final = 5


@dataclass(frozen=True, slots=True)
class GapAnswerer:
    """The ``Answerer`` of pretraining on hidden words. Both models stand side by side, whole and in full precision."""

    tokenizer: PreTrainedTokenizerBase
    base: Any
    tuned: Any
    device: torch.device
    #: Most tokens of a text.
    length: int

    @classmethod
    def open(cls, adapter: Path, recipe: Recipe, device: torch.device) -> GapAnswerer:
        """The model that a run left beside its adapter, and its base with the output layer that was fitted to it.

        :raises ModelError: if the base model cannot be had.
        """
        pretrained = RunFolder(adapter.parent).pretrained
        tuned = AutoModelForMaskedLM.from_pretrained(pretrained).to(device).eval()
        base = AutoModelForMaskedLM.from_pretrained(fetch(recipe.model).path).to(device).eval()
        if (fitted := adapter / BASE_FILE).is_file():
            _put_layer(base, fitted)
        return cls(AutoTokenizer.from_pretrained(pretrained), base, tuned, device, recipe.max_length)

    def answer(self, texts: Sequence[str], base: str | None = None, pairs: Sequence[str] | None = None) -> list[Prediction]:
        """The likeliest words for the first gap of each text with their probabilities.

        :param base: "untuned", the only reference that can answer new texts.
        :raises PredictionError: "no_reference" for another base; "no_gap" for a text without any, or with none among the tokens read.
        """
        if base not in (None, "untuned"):
            raise PredictionError("no_reference", name=base, known="untuned")
        return [Prediction(text, self._words(self.base, ids), self._words(self.tuned, ids)) for text, ids in map(self._read, texts)]

    def _read(self, text: str) -> tuple[str, torch.Tensor]:
        """The text, and its tokens with the model's own mark for the gap, shape (1, tokens)."""
        marked = GAP.sub(str(self.tokenizer.mask_token), text, count=1)
        ids = self.tokenizer(marked, truncation=True, max_length=self.length, return_tensors="pt")["input_ids"]
        if not (ids == self.tokenizer.mask_token_id).any():
            raise PredictionError("no_gap", text=text[:60], tokens=self.length)
        return text, ids.to(self.device)

    def _words(self, model: Any, ids: torch.Tensor) -> dict[str, float]:
        """The likeliest words with their probabilities, best first; marks of the tokenizer are no words."""
        place = int((ids[0] == self.tokenizer.mask_token_id).nonzero()[0])
        with torch.no_grad():
            shares = model(input_ids=ids).logits[0, place].float().softmax(-1)
        shares[[number for number in self.tokenizer.all_special_ids if number < len(shares)]] = 0.0
        found = shares.topk(min(_WORDS, len(shares)))
        named = zip(found.indices.tolist(), found.values.tolist(), strict=True)
        return {str(self.tokenizer.decode([number])).strip(): share for number, share in named}


def _put_layer(model: Any, fitted: Path) -> None:
    """The output layer that was fitted to the frozen base (``head.fit``)."""
    tensors = load_file(fitted)
    prior = tensors.pop(PRIOR, None)
    model.load_state_dict(tensors, strict=False)
    if prior is not None:
        with torch.no_grad():
            model.get_output_embeddings().bias.copy_(prior)
