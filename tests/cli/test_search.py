"""A search from a terminal ends with the best recipe as JSON and as a file; what cannot be searched is refused with exit code 2."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from playground.cli import BAD_INPUT, DONE, main
from playground.cli.search import rates_json, search_json
from playground.launch.rates import RatesState
from playground.recipe import Recipe
from playground.search.rates import RateTest
from tests.search.making import state, trial
from tests.test_workbench import ROWS


class Terminal:
    """The command line in a workspace of its own, with models that are tiny."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder, self._capsys = folder, capsys
        self.file = folder / "rows.csv"
        self.file.write_text(ROWS)

    def __call__(self, command: str, *arguments: str | Path) -> tuple[int, dict[str, Any], str]:
        code = main([command, str(self.file), *map(str, arguments), "--home", str(self.folder / "home"), "--json", "--language", "en"])
        out, err = self._capsys.readouterr()
        return code, json.loads(out), err


@pytest.fixture
def terminal(tmp_path: Path, tiny_models: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Terminal:
    monkeypatch.setenv("PLAYGROUND_MODELS", str(tiny_models))
    return Terminal(tmp_path, capsys)


def test_a_search_ends_with_the_best_recipe(terminal: Terminal) -> None:
    saved = terminal.folder / "best.json"
    settings = ("--set", "method=lora", "--set", "epochs=1", "--set", "lora_r=4")
    code, answer, err = terminal("search", *settings, "--over", "epochs", "--minutes", "9", "--save", saved)
    assert code == DONE
    assert list(answer) == [
        "status", "ending", "best", "trial", "metric", "value", "start_value", "validation_rows", "trials", "seconds",
    ]  # fmt: skip
    assert (answer["status"], answer["ending"], answer["metric"]) == ("finished", "exhausted", "macro_f1")
    assert [one["settings"] for one in answer["trials"]] == [{"epochs": 1}, {"epochs": 2}]
    assert answer["value"] >= answer["start_value"] == answer["trials"][0]["value"]
    assert Recipe.from_json(saved.read_text()).epochs == answer["best"]["epochs"]
    assert "trial 0  epochs 1" in err
    assert "finished  validation" in err


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("--over", "weather"), "search_setting"),
        (("--over", ""), "search_nothing"),
        (("--over", "lora_r", "--set", "method=head"), "search_method"),
        (("--minutes", "0"), "search_minutes"),
        (("--minutes", "99999"), "search_minutes"),
        (("--set", "lora_r=0"), "recipe"),
    ],
)
def test_what_cannot_be_searched_is_refused(terminal: Terminal, arguments: tuple[str, ...], code: str) -> None:
    exit_code, answer, err = terminal("search", *arguments)
    assert (exit_code, answer["error"]["code"]) == (BAD_INPUT, code)
    assert err.count("\n") >= 2  # what happened, and what to do
    assert not list((terminal.folder / "home" / "searches").glob("[0-9a-f]*"))


def test_a_test_of_rates_refuses_what_a_run_would_refuse(terminal: Terminal) -> None:
    code, answer, _ = terminal("rates", "--set", "lora_r=0")
    assert (code, answer["error"]["code"]) == (BAD_INPUT, "recipe")


def test_a_search_without_a_finished_trial_has_no_best() -> None:
    answer = search_json(state(trial(0, None, status="interrupted"), status="stopped", ending=None))
    assert (answer["best"], answer["value"], answer["start_value"]) == (None, None, None)


def test_the_rank_comes_with_the_scale_that_belongs_to_it() -> None:
    answer = search_json(state(trial(0, 0.5), trial(1, 0.6, lora_r=8, lora_alpha=16)))
    assert (answer["best"]["lora_r"], answer["best"]["lora_alpha"]) == (8, 16)


def test_rates_are_told_with_every_step() -> None:
    falls = RateTest(tuple((10 ** (-6 + place / 20), 1.0 if place < 60 else 0.2) for place in range(100)))
    answer = rates_json(RatesState("finished", falls, 1e-3))
    assert (answer["suggestion"], answer["diverged"], len(answer["points"])) == (1e-3, False, 100)
    assert answer["lowest"]["loss"] < 0.3
    assert rates_json(RatesState("finished", RateTest(()), None))["lowest"] is None
