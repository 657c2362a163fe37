"""Virtual tokens before every text: only they learn, the base stays, and PEFT by itself says the same."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
import torch
from peft import PeftModel
from safetensors.torch import load_file
from transformers import AutoModelForCausalLM

from playground.devices import Device
from playground.errors import RecipeError
from playground.models.catalogue import get_model
from playground.recipe import Recipe
from playground.runs.folder import RunFolder
from playground.runs.types import Result
from playground.runs.writing import WritingOptions
from playground.training import train
from playground.training.adapt import adapt, trained
from playground.training.answer import load
from playground.training.answers.answer import WrittenAnswerer
from playground.training.answers.branches import _one_by_one, surprises
from playground.training.answers.forms import Causal
from playground.training.embed import Batches
from playground.training.load import Loaded, load_base
from playground.training.objectives import objective_for
from playground.training.plan import plan
from playground.training.texts import padding_token
from playground.workbench.fit import model_problems
from tests.fixtures_models import LLAMA, T5
from tests.training.conftest import MINILM, rows, splits

LAPTOP = Device("cpu", "CPU", 1, 2, 16_000, bf16=False)
TOKENS = 5
RECIPE = Recipe(model=LLAMA).with_values(
    {
        "task": "text-classification", "method": "prompt", "virtual_tokens": TOKENS, "learning_rate": 0.03, "compute_dtype": "float32",
        "epochs": 3, "batch_size": 8, "max_length": 48,
    }
)  # fmt: skip


@pytest.fixture(scope="module")
def model(writing_models: Path) -> tuple[Loaded, PeftModel]:
    objective, how = objective_for(RECIPE.task, get_model(LLAMA), "prompt"), plan(RECIPE, LAPTOP)
    place = writing_models / get_model(LLAMA).slug
    loaded = load_base(place, get_model(LLAMA), RECIPE, ("a", "b"), how, torch.device("cpu"), objective)
    return loaded, adapt(loaded, RECIPE, how, objective).eval()


def batch() -> dict[str, torch.Tensor]:
    torch.manual_seed(0)
    return {"input_ids": torch.randint(5, 90, (2, 7)), "attention_mask": torch.ones(2, 7, dtype=torch.long)}


@torch.no_grad()
def test_peft_by_itself_says_the_same(model: tuple[Loaded, PeftModel], writing_models: Path, tmp_path: Path) -> None:
    model[1].save_pretrained(str(tmp_path), save_embedding_layers=False)
    theirs = PeftModel.from_pretrained(AutoModelForCausalLM.from_pretrained(writing_models / get_model(LLAMA).slug), str(tmp_path)).eval()
    assert torch.allclose(model[1](**batch()).logits, theirs(**batch()).logits[:, TOKENS:], atol=1e-5)


@torch.no_grad()
def test_switched_off_the_base_answers(model: tuple[Loaded, PeftModel], writing_models: Path) -> None:
    base = AutoModelForCausalLM.from_pretrained(writing_models / get_model(LLAMA).slug).eval()
    with model[1].disable_adapter():
        off = model[1](**batch()).logits
    assert torch.allclose(off, base(**batch()).logits, atol=1e-4)
    assert not torch.allclose(model[1](**batch()).logits, off, atol=1e-3)


@torch.no_grad()
def test_writing_on_from_what_was_read_is_the_same_as_reading_it_again(model: tuple[Loaded, PeftModel]) -> None:
    whole = batch() | {"position_ids": torch.arange(7).expand(2, -1)}
    expected = model[1](**whole).logits
    start = {name: tensor[:, :6] for name, tensor in whole.items()}
    first = model[1](**start, use_cache=True)
    rest = {"input_ids": whole["input_ids"][:, 6:], "attention_mask": whole["attention_mask"], "position_ids": whole["position_ids"][:, 6:]}
    last = model[1](**rest, past_key_values=first.past_key_values, use_cache=True)
    assert torch.allclose(last.logits[:, -1], expected[:, -1], atol=1e-5)


@torch.no_grad()
def test_what_fills_a_row_up_on_the_left_changes_nothing(model: tuple[Loaded, PeftModel]) -> None:
    plain = batch()
    filled = {name: torch.cat([torch.zeros(2, 3, dtype=torch.long), tensor], dim=1) for name, tensor in plain.items()}
    filled["position_ids"] = (filled["attention_mask"].cumsum(1) - 1).clamp(min=0)
    assert torch.allclose(model[1](**filled).logits[:, 3:], model[1](**plain).logits, atol=1e-4)


def test_labels_are_weighed_as_one_by_one(model: tuple[Loaded, PeftModel]) -> None:
    loaded, peft = model
    batches = Batches(plan(RECIPE, LAPTOP), torch.device("cpu"), padding_token(loaded.tokenizer))
    prompts, answers = [[7, 8, 9, 10], [11, 12]], [[20, 21, 22], [30, 31], [40]]
    assert surprises(peft, prompts, answers, batches) == pytest.approx(_one_by_one(peft, prompts, answers, batches), abs=1e-3)


def test_both_answers_grow_side_by_side_as_each_would_alone(model: tuple[Loaded, PeftModel]) -> None:
    loaded, peft = model
    batches = Batches(plan(RECIPE, LAPTOP), torch.device("cpu"), padding_token(loaded.tokenizer))
    answerer = WrittenAnswerer(loaded, peft, batches, Causal(), RECIPE.with_values({"task": "generation"}), 12)
    (alone,) = answerer.answer(["where is my cat"])
    *_, last = answerer.stream("where is my cat", WritingOptions())
    assert (last.base, last.tuned) == (alone.base, alone.tuned)
    assert last.base != last.tuned


def test_only_the_virtual_tokens_learn(model: tuple[Loaded, PeftModel]) -> None:
    assert {name: tuple(tensor.shape) for name, tensor in trained(model[1]).items()} == {
        "prompt_encoder.default.embedding.weight": (TOKENS, 32)
    }


def test_texts_leave_room_for_them(model: tuple[Loaded, PeftModel]) -> None:
    assert model[0].facts.max_positions == get_model(LLAMA).max_positions - TOKENS


@pytest.fixture(scope="module")
def finished(writing_models: Path, tmp_path_factory: pytest.TempPathFactory) -> RunFolder:
    run = RunFolder(tmp_path_factory.mktemp("prompt"))
    run.recipe.write_text(RECIPE.to_json(), encoding="utf-8")
    splits(rows(60)).to_parquet(run.splits, index=False)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PLAYGROUND_MODELS", str(writing_models))
        assert train(run.path).ending == "finished", run.events.read_text(encoding="utf-8")[-800:]
    return run


def test_a_run_learns_and_answers_the_same_from_disk(finished: RunFolder, writing_models: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PLAYGROUND_MODELS", str(writing_models))
    frame = pd.read_parquet(finished.predictions)
    said = load(finished.path).answer(frame["text"].tolist())
    assert [max(each.tuned, key=each.tuned.__getitem__) for each in said] == frame["tuned"].tolist()  # type: ignore[arg-type, union-attr]
    assert (frame["tuned"] == frame["label"]).mean() > (frame["zero_shot"] == frame["label"]).mean()


def test_what_is_left_is_an_adapter_of_peft(finished: RunFolder) -> None:
    config = json.loads((finished.adapter / "adapter_config.json").read_text(encoding="utf-8"))
    assert (config["peft_type"], config["num_virtual_tokens"], config["base_model_name_or_path"]) == ("PROMPT_TUNING", TOKENS, LLAMA)
    assert {name: tuple(tensor.shape) for name, tensor in load_file(finished.adapter / "adapter_model.safetensors").items()} == {
        "prompt_embeddings": (TOKENS, 32)
    }
    assert Result.from_json(finished.result.read_text(encoding="utf-8")).method == "prompt"


@pytest.mark.parametrize("name", [MINILM, T5])
def test_models_that_do_not_write_on_are_refused(name: str) -> None:
    task = "text-classification" if name == MINILM else "generation"
    recipe = RECIPE.with_values({"task": task})
    assert "prompt_model" in {problem.code for problem in model_problems(recipe, get_model(name))}
    with pytest.raises(RecipeError) as caught:
        objective_for(task, get_model(name), "prompt")
    assert caught.value.code == "prompt_model"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"task": "regression"}, ("prompt_task", "method")),
        ({"learning_rate": 1e-3}, ("rate_for_prompt", "learning_rate")),
        ({"max_length": 60}, ("prompt_beyond_model", "max_length")),
    ],
)
def test_what_contradicts_a_prompt_is_named(changes: dict[str, object], expected: tuple[str, str]) -> None:
    problems = RECIPE.with_values(changes).check(LAPTOP, max_positions=64)
    assert [(problem.code, problem.facts["field"]) for problem in problems] == [expected]
