"""Probabilities for texts from one loaded model: fine-tuned with the adapter on, "base" with it off."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import torch
from peft import PeftModel, set_peft_model_state_dict
from safetensors.torch import load_file

from playground.errors import PredictionError
from playground.models.cache import fetch
from playground.models.catalogue import get_model
from playground.recipe import Recipe
from playground.runs.folder import RunFolder
from playground.runs.types import Prediction, Result
from playground.training.adapt import adapt
from playground.training.basis import PROBE, Basis
from playground.training.devices import torch_device
from playground.training.embed import Batches, Matrix, embed
from playground.training.load import Loaded, encoder_of, load_base
from playground.training.plan import plan
from playground.training.references import softmax, zero_shot
from playground.training.texts import encode, padding_token

#: Ways the frozen base can answer a new text.
BASES: Final = ("zero_shot", "probe")
#: Runs kept loaded, the last ones asked.
KEPT: Final = 2


@dataclass(frozen=True, slots=True)
class Answerer:
    """One finished run, loaded."""

    result: Result
    recipe: Recipe
    loaded: Loaded
    model: PeftModel
    basis: Basis
    batches: Batches

    def answer(self, texts: Sequence[str], base: str | None = None) -> list[Prediction]:
        """Both answers to each text.

        :param base: "zero_shot" or "probe"; None takes the one the run was compared with.
        :raises PredictionError: "no_reference" for another base.
        """
        how = base or self.result.base
        if how not in BASES:
            raise PredictionError("no_reference", name=how, known=", ".join(BASES))
        tokens = encode(self.loaded.tokenizer, texts, max_length=self.recipe.max_length, prefix=self.loaded.facts.prefix)
        tuned, before = self.tuned(tokens), self.before(tokens, how)
        return [Prediction(text, self._named(old), self._named(new)) for text, old, new in zip(texts, before, tuned, strict=True)]

    def tuned(self, tokens: Sequence[Sequence[int]]) -> Matrix:
        """Probabilities of the fine-tuned model, rows x labels."""
        return softmax(self.batches.map(tokens, lambda inputs: self.model(**inputs).logits, len(self.loaded.labels)))

    def before(self, tokens: Sequence[Sequence[int]], how: str) -> Matrix:
        """Probabilities of the base model as it was, rows x labels."""
        with self.model.disable_adapter():
            vectors = embed(encoder_of(self.model), self.loaded.facts.pooling, tokens, self.batches)
        return zero_shot(vectors, self.basis.names) if how == "zero_shot" else self.basis.probe.probabilities(vectors)

    def _named(self, probabilities: Matrix) -> Mapping[str, float]:
        return {label: float(value) for label, value in zip(self.loaded.labels, probabilities.astype(float), strict=True)}


def load(run: Path) -> Answerer:
    """The finished run in a folder, its base quantized and computed exactly as while training.

    :raises PredictionError: "not_finished".
    :raises ModelError: if the base model is gone and cannot be fetched again.
    """
    folder = RunFolder(run)
    if not folder.result.is_file():
        raise PredictionError("not_finished", name=run.name)
    result = Result.from_json(folder.result.read_text(encoding="utf-8"))
    recipe = Recipe.from_json(folder.recipe.read_text(encoding="utf-8"))
    found = torch_device()
    how = plan(recipe, found)
    torch.set_num_threads(how.threads)
    device = torch.device(found.kind)
    loaded = load_base(fetch(recipe.model).path, get_model(recipe.model), recipe, result.labels, how, device)
    model = adapt(loaded, recipe, how)
    set_peft_model_state_dict(model, load_file(folder.adapter / "adapter_model.safetensors"))
    model.eval()
    batches = Batches(how, device, padding_token(loaded.tokenizer))
    return Answerer(result, recipe, loaded, model, Basis.load(folder.adapter / PROBE), batches)


class Shelf:
    """The runs asked last, kept loaded; the one asked longest ago makes room. A run that was trained again is loaded again."""

    def __init__(self, size: int = KEPT) -> None:
        self._size = size
        self._kept: OrderedDict[tuple[Path, float], Answerer] = OrderedDict()

    def get(self, run: Path) -> Answerer:
        """The run, from the shelf or loaded now.

        :raises PredictionError: "not_finished".
        :raises ModelError: if the base model cannot be had.
        """
        result = RunFolder(run).result
        key = (run.resolve(), result.stat().st_mtime if result.is_file() else 0.0)
        if key not in self._kept:
            while len(self._kept) >= self._size:
                self._kept.popitem(last=False)
            self._kept[key] = load(run)
        self._kept.move_to_end(key)
        return self._kept[key]
