"""What a run would take, as ``estimate`` finds it out and prints it."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import pytest

from playground.cli.estimate import measure, outlook_json
from playground.estimate import Remedy, Room, estimate
from playground.launch.references import BeforeTraining
from playground.launch.trial import TrialState
from playground.recipe import Recipe
from playground.workbench import Workbench
from playground.workbench.outlook import Outlook
from tests.test_presets import CPU, DATA, MODEL

RECIPE = Recipe(model=MODEL.id, epochs=6)
HELPS = Remedy("smaller_batch", {"batch_size": 8, "gradient_accumulation": 2}, 700.0, True, {"batch": 8, "accumulation": 2})
OUTLOOK = Outlook(
    estimate(RECIPE, DATA, MODEL, CPU), Room(800.0, 50_000.0), "too_large", (HELPS,), 60.0, TrialState("none"),
    BeforeTraining("finished", {"majority": 0.04, "tfidf": 0.79}, "macro_f1"), ("a", "b"),
)  # fmt: skip


class Bench:
    """A workbench whose trial is measured after a few looks."""

    def __init__(self, *statuses: tuple[str, str]) -> None:
        self.statuses, self.advanced, self.let_go = list(statuses), 0, False

    def look_ahead(self, *asked: Any) -> None:
        return None

    def outlook(self, *asked: Any) -> Any:
        return SimpleNamespace(keys=("trial", "references"))

    def found_out(self, keys: tuple[str, str]) -> tuple[str, str]:
        return self.statuses.pop(0) if len(self.statuses) > 1 else self.statuses[0]

    def advance_outlook(self) -> None:
        self.advanced += 1
        if self.advanced > 9:
            raise KeyboardInterrupt

    def make_way(self, owner: str) -> None:
        self.let_go = True


def test_every_number_has_its_band_and_what_it_rests_on() -> None:
    said = outlook_json(RECIPE, OUTLOOK)
    assert said["seconds"]["least"] < said["seconds"]["likely"] < said["seconds"]["most"]
    assert said["memory_mb"]["most"] == pytest.approx(said["memory_mb"]["likely"] * (1 + said["memory_mb"]["error"]), rel=0.01)
    assert sum(said["seconds"]["parts"].values()) == pytest.approx(said["seconds"]["likely"], abs=0.3)
    assert (said["ground"], said["fit"], said["memory_mb"]["free"]) == ("formula", "too_large", 800.0)
    assert json.loads(json.dumps(said)) == said


def test_a_remedy_is_said_as_the_settings_to_set() -> None:
    (remedy,) = outlook_json(RECIPE, OUTLOOK)["remedies"]
    assert remedy == {"code": "smaller_batch", "set": {"batch_size": 8, "gradient_accumulation": 2}, "memory_mb": 700.0, "fits": True}
    assert outlook_json(RECIPE, replace(OUTLOOK, remedies=()))["remedies"] == []


def test_simple_methods_come_along() -> None:
    assert outlook_json(RECIPE, OUTLOOK)["references"] == {"majority": 0.04, "tfidf": 0.79}


@pytest.fixture
def _no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("playground.cli.estimate._POLL_SECONDS", 0.0)


@pytest.mark.usefixtures("_no_waiting")
def test_measuring_waits_until_nothing_is_under_way() -> None:
    bench = Bench(("waiting", "running"), ("running", "finished"), ("finished", "finished"))
    measure(cast(Workbench, bench), RECIPE, DATA, io.StringIO(), "en")
    assert (bench.advanced, bench.let_go) == (2, True)


@pytest.mark.usefixtures("_no_waiting")
def test_measuring_can_be_given_up_and_leaves_nothing_behind() -> None:
    bench = Bench(("running", "running"))
    measure(cast(Workbench, bench), RECIPE, DATA, io.StringIO(), "en")
    assert (bench.advanced, bench.let_go) == (10, True)
