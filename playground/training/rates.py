"""``python -m playground.training.rates FOLDER``: a hundred steps at rising learning rates, and the loss of each; see ``search.rates``.

Exit codes: 0 done, 1 failed (the cause is in the folder's events).
"""

from __future__ import annotations

import argparse
import math
import sys
import traceback
from pathlib import Path
from typing import TYPE_CHECKING

from playground.launch.errands import REQUEST
from playground.recipe import Recipe
from playground.runs.events import FailedEvent, StageEvent
from playground.runs.folder import RunFolder, read_json, write_json
from playground.runs.writer import EventWriter
from playground.search.rates import STEPS, RateTest
from playground.search.space import allowed_rates
from playground.training.before_torch import prepare_process
from playground.training.entry import explain

if TYPE_CHECKING:  # torch comes with it
    from playground.training.rehearsal import Rehearsal


def rates(folder: Path) -> int:
    """Carry out what ``folder`` asks for. Never raises for what goes wrong: that becomes an event and a traceback on stderr.

    :returns: 0 when the result is there, 1 when it failed.
    """
    files = RunFolder(folder.resolve())
    writer = EventWriter(files.path)
    writer.append(StageEvent(stage="preparing"))
    prepare_process()
    try:
        from playground.training.rehearsal import Rehearsal
        from playground.training.say import Voice

        recipe = Recipe.from_json(str((read_json(files.path / REQUEST) or {})["recipe"]))
        found = range_test(Rehearsal(files, recipe, Voice(writer)), recipe, STEPS)
    except Exception as error:
        traceback.print_exc()
        code, facts = explain(error)
        writer.append(FailedEvent(code=code, facts=facts))
        return 1
    files.splits.unlink()  # nobody's texts lie about longer than they are needed
    # JSON has no infinity: a loss that is no number ends the test and is not drawn.
    points = [[rate, loss] for rate, loss in found.points if math.isfinite(loss)]
    write_json(files.result, {"points": points, "diverged": found.diverged})
    return 0


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
