"""Every task on every kind of model, by every method, on every way of storing the base, from every start: two steps and the same answers
from disk, or a reason up front."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any, Final, get_args

import pandas as pd
import pytest
from transformers import AutoModelForCausalLM, AutoModelForMaskedLM, AutoTokenizer

from playground.data.meaning.entities import entities
from playground.devices import Device
from playground.errors import RecipeError
from playground.models.catalogue import get_model
from playground.recipe import LORA_METHODS, LoraInit, Method, Quantization, Recipe
from playground.runs.folder import RunFolder
from playground.runs.types import Prediction
from playground.tasks import TASKS
from playground.training import ladder, train
from playground.training.answer import load
from playground.workbench.fit import model_problems
from tests.fixtures_models import LLAMA, T5
from tests.training.conftest import MINILM, small_world
from tests.training.data_of_tasks import frame_of

LAPTOP = Device("cpu", "CPU", 1, 2, 16_000, bf16=False)
MODELS: Final = {"encoder": MINILM, "causal": LLAMA, "seq2seq": T5}
#: Rates at which two steps of a method are sound.
_RATES: Final[Mapping[str, float]] = {"prompt": 0.03}


@dataclass(frozen=True)
class Case:
    """One place of the matrix."""

    task: str
    kind: str
    method: Method
    quantization: Quantization
    init: LoraInit = "default"

    def __str__(self) -> str:
        return "-".join(filter(None, (self.task, self.kind, self.method, self.quantization, self.init.replace("default", ""))))

    @property
    def recipe(self) -> Recipe:
        fixed = {"last_layers": 1, "epochs": 1, "warmup_ratio": 0.0, "batch_size": 9, "max_length": 48, "lora_r": 4, "virtual_tokens": 4}
        values = {"task": self.task, "method": self.method, "quantization": self.quantization, "lora_init": self.init, **fixed}
        return Recipe(model=MODELS[self.kind], learning_rate=_RATES.get(self.method, 5e-4), compute_dtype="float32").with_values(values)

    @property
    def problems(self) -> list[RecipeError]:
        """As the page and the command line find them, before anything starts."""
        model = get_model(self.recipe.model)
        return [*model_problems(self.recipe, model), *self.recipe.check(LAPTOP, max_positions=model.max_positions)]


def _cases() -> Iterator[Case]:
    pairs = [(name, kind) for name, task in TASKS.items() for kind in task.kinds]
    methods, stored = get_args(Method), get_args(Quantization)
    for (task, kind), method, quantization in product(pairs, methods, stored):
        yield Case(task, kind, method, quantization)
    inits: tuple[LoraInit, ...] = get_args(LoraInit)[1:]
    # A start reads and adds matrices of one kind, whatever the task: every way of storing them once, and every task once.
    for init, method, quantization in product(inits, methods, stored):
        if quantization != "fp4":
            yield Case("text-classification", "encoder", method, quantization, init)
    for (task, kind), init in product(pairs, inits):
        if (task, kind) != ("text-classification", "encoder"):
            yield Case(task, kind, "lora", "nf4", init)


CASES: Final = list(_cases())


@dataclass(frozen=True)
class World:
    """A folder of runs over tiny models; the same base is asked for its references once, however many ways it is adapted."""

    place: Path

    def run(self, case: Case) -> RunFolder:
        run = RunFolder(self.place / str(case))
        run.path.mkdir()
        run.recipe.write_text(case.recipe.to_json(), encoding="utf-8")
        frame_of(case.task).to_parquet(run.splits, index=False)
        known = self.place / f"references-{case.task}-{case.kind}-{case.quantization}"
        if known.is_dir():
            shutil.copytree(known, run.path / ladder.FOLDER)
        assert train(run.path).ending == "finished", run.events.read_text(encoding="utf-8")[-500:]
        if not known.is_dir():
            shutil.copytree(run.path / ladder.FOLDER, known)
        return run


@pytest.fixture(scope="module")
def world(tiny_models: Path, writing_models: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    models = tmp_path_factory.mktemp("models")
    for source in (tiny_models, writing_models):
        shutil.copytree(source, models, dirs_exist_ok=True)
    with pytest.MonkeyPatch.context() as patch:
        small_world(patch, models)
        yield World(tmp_path_factory.mktemp("matrix"))


@pytest.mark.parametrize("case", [case for case in CASES if not case.problems], ids=str)
def test_it_trains_two_steps_and_answers_the_same_from_disk(world: World, case: Case) -> None:
    run = world.run(case)
    if case.task == "language-modeling":
        loader: Any = AutoModelForMaskedLM if case.kind == "encoder" else AutoModelForCausalLM
        assert len(AutoTokenizer.from_pretrained(run.pretrained)) == loader.from_pretrained(run.pretrained).config.vocab_size
    else:
        assert_same_answers(run, case.task)
    shutil.rmtree(run.path)


def assert_same_answers(run: RunFolder, task: str) -> None:
    """The test split asked again, by a model loaded from disk, against what training wrote."""
    frame = pd.read_parquet(run.predictions)
    worded = [" ".join(json.loads(text)) for text in frame["text"]] if task == "token-classification" else frame["text"].tolist()
    answers = load(run.path).answer(worded, None, frame["text_pair"].tolist() if "text_pair" in frame else None)
    assert [CELLS[task](answer) for answer in answers] == [WRITTEN[task](row) for _, row in frame.iterrows()]


def _best(answer: Prediction) -> object:
    assert isinstance(answer.tuned, Mapping)
    label = max(answer.tuned, key=answer.tuned.__getitem__)
    return label, answer.tuned[label]


def _given(answer: Prediction) -> object:
    assert isinstance(answer.tuned, Mapping)
    return [label for label, score in answer.tuned.items() if score > 0.5]


def _number(answer: Prediction) -> object:
    assert isinstance(answer.tuned, Mapping)
    return repr(answer.tuned["value"])


def _kinds(answer: Prediction) -> object:
    assert isinstance(answer.tuned, tuple)
    return [(entity.text, entity.label) for entity in answer.tuned]


def _marked(row: pd.Series[str]) -> object:
    words = json.loads(row["text"])
    return [(" ".join(words[first:last]), kind) for first, last, kind in entities(json.loads(row["tuned"]))]


#: What a prediction says, and what the file of a run's predictions says, in the same form.
CELLS: dict[str, Callable[[Prediction], object]] = {
    "text-classification": _best, "text-pair-classification": _best, "multi-label-classification": _given, "regression": _number,
    "token-classification": _kinds, "generation": lambda answer: answer.tuned,
}  # fmt: skip
WRITTEN: dict[str, Callable[[pd.Series[str]], object]] = {
    "text-classification": lambda row: (row["tuned"], row["tuned_confidence"]),
    "text-pair-classification": lambda row: (row["tuned"], row["tuned_confidence"]),
    "multi-label-classification": lambda row: json.loads(row["tuned"]),
    "regression": lambda row: row["tuned"],
    "token-classification": _marked,
    "generation": lambda row: json.loads(row["tuned"])["text"],
}


@pytest.mark.parametrize("case", [case for case in CASES if case.problems], ids=str)
def test_what_cannot_be_trained_is_refused_with_its_reason(case: Case) -> None:
    known = {
        "full_quantized", "dora_int8", "head_for_task", "head_of_a_writer", "contrastive_task", "contrastive_model", "prompt_task",
        "prompt_model", "lora_init_method", "rate_for_whole_layers",
    }  # fmt: skip
    assert {problem.code for problem in case.problems} <= known
    for problem in case.problems:
        assert problem.facts["field"]
        assert problem.message("zh") != problem.message("en")


def test_a_start_is_refused_for_methods_without_lora_matrices_only() -> None:
    refused = {case.method for case in CASES if any(problem.code == "lora_init_method" for problem in case.problems)}
    assert refused == set(get_args(Method)) - LORA_METHODS
