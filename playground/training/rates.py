"""``python -m playground.training.rates FOLDER``: a hundred steps at rising learning rates, and the loss of each; see ``search.rates``.

Exit codes: 0 done, 1 failed (the cause is in the folder's events).
"""

from __future__ import annotations

import argparse
import math
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from playground.launch.errands import REQUEST
from playground.recipe import Recipe
from playground.runs.folder import RunFolder, read_json
from playground.runs.writer import EventWriter
from playground.search.rates import STEPS, RateTest
from playground.search.space import allowed_rates
from playground.training.errand import carry_out

if TYPE_CHECKING:  # torch comes with it
    from playground.training.rehearsal import Rehearsal


def rates(folder: Path) -> int:
    """Carry out what ``folder`` asks for; see ``errand.carry_out``."""
    return carry_out(folder, _tested)


def _tested(files: RunFolder, writer: EventWriter) -> dict[str, Any]:
    from playground.training.rehearsal import Rehearsal
    from playground.training.say import Voice

    recipe = Recipe.from_json(str((read_json(files.path / REQUEST) or {})["recipe"]))
    found = range_test(Rehearsal(files, recipe, Voice(writer)), recipe, STEPS)
    files.splits.unlink()  # nobody's texts lie about longer than they are needed
    # JSON has no infinity: a loss that is no number ends the test and is not drawn.
    return {"points": [[rate, loss] for rate, loss in found.points if math.isfinite(loss)], "diverged": found.diverged}


def range_test(rehearsal: Rehearsal, recipe: Recipe, steps: int) -> RateTest:
    """Train with a rate that rises over all rates a recipe of this kind may have, until the loss shoots up.

    Batches are those of the recipe; the rows come again as often as it takes.
    """
    from playground.training.rising import Climb, RisingTuner

    low, high = allowed_rates(recipe)
    scene = rehearsal.scene(recipe)
    scene.work.arguments.max_steps = steps
    climb = Climb(scene)
    tuner = RisingTuner(scene, rehearsal.rows(scene), climb, (low, high), steps)
    climb.tuner = tuner
    tuner.train()
    return RateTest(tuple(climb.points), climb.diverged)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m playground.training.rates", description="Find learning rates that could do.")
    parser.add_argument("folder", type=Path)
    return rates(parser.parse_args().folder)


if __name__ == "__main__":
    sys.exit(main())
