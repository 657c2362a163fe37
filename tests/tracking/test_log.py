"""The setting, and what the command line says of a log."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from playground.compare import compare
from playground.devices import choose_device
from playground.launch.trial import trial_key
from playground.recipe import Recipe
from playground.report import result_json
from playground.tracking.log import log_for, open_command
from tests.tracking.conftest import MakeTracked
from tests.ui.seeds import Seed, answers, result

PLAIN = Recipe(model="sentence-transformers/all-MiniLM-L6-v2")
TRACKED = replace(PLAIN, tracking="trackio")


def test_tracking_makes_no_recipe_another_one() -> None:
    assert TRACKED == PLAIN
    assert replace(TRACKED, lora_r=4) != PLAIN


def test_a_saved_recipe_knows_its_tracking() -> None:
    assert Recipe.from_json(TRACKED.to_json()).tracking == "trackio"


def test_the_command_line_sets_it() -> None:
    assert PLAIN.with_values({"tracking": "tensorboard"}).tracking == "tensorboard"


def test_tracking_asks_for_no_new_trial() -> None:
    device = choose_device([], apple_silicon=False, cpu_flags=frozenset(), cores=2, memory_mb=8_000)
    assert trial_key(TRACKED, "data", device) == trial_key(PLAIN, "data", device)


def test_a_folder_with_spaces_can_be_pasted_into_a_shell() -> None:
    assert open_command("tensorboard", Path("/my runs/x")) == "tensorboard --logdir '/my runs/x'"
    assert open_command("trackio", Path("/runs/x")) == "TRACKIO_DIR=/runs/x trackio show"


def test_an_untracked_run_has_no_log() -> None:
    with pytest.raises(ValueError, match="none"):
        log_for("none", Path("anywhere"), "run")


def test_the_summary_of_a_training_says_where_the_log_is(make_tracked: MakeTracked) -> None:
    run, comparison = make_tracked("tensorboard"), compare(result(Seed()), answers(Seed()))
    assert result_json(run, result(Seed()), comparison)["tracking"] is None  # nothing was written
    (run.folder / "tracking").mkdir()
    said = result_json(run, result(Seed()), comparison)["tracking"]
    assert said == {"tool": "tensorboard", "log": str(run.folder / "tracking"), "open": f"tensorboard --logdir {run.folder / 'tracking'}"}
