"""A run that ran out of memory is tried again by itself, with a smaller plan that learns the very same.

The one place that decides it, whatever ran out: a GPU whose error training told in its log, or a machine whose kernel killed the child.
A new process is the only way to get all memory back, so the run goes back into the queue, first in line, with a smaller ``recipe.json``;
``smaller.json`` keeps what was asked for, and training says so when it begins again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Final

from playground.errors import RecipeError
from playground.estimate import smaller
from playground.recipe import Recipe
from playground.runs.cause import explain
from playground.runs.folder import RunFolder, write_text
from playground.runs.reading import read_log
from playground.runs.records import Launch, Queued, Smaller
from playground.runs.state import terminal_event

#: How far back in the log, in bytes, the cause is looked for.
_LOG_TAIL: Final = 2**15


#: Where Linux counts the processes it killed for want of memory: on the whole machine, and in this container.
_COUNTERS: Final = (Path("/proc/vmstat"), Path("/sys/fs/cgroup/memory.events"))


def attend(folder: RunFolder, launch: Launch, counters: Sequence[Path] = _COUNTERS) -> Callable[[int | None], bool]:
    """For a launcher: what to do when this attempt has ended."""
    before = kernel_kills(counters)

    def at_end(returncode: int | None) -> bool:
        return try_again_smaller(folder, launch, returncode, kernel_killed=before is None or kernel_kills(counters) != before)

    return at_end


def kernel_kills(counters: Sequence[Path] = _COUNTERS) -> int | None:
    """How many processes the kernel killed for want of memory so far; None where it does not count."""
    lines = [line.split() for path in counters if path.is_file() for line in path.read_text().splitlines()]
    counts = [int(words[1]) for words in lines if len(words) == 2 and words[0] == "oom_kill"]
    return sum(counts) if counts else None


def try_again_smaller(folder: RunFolder, launch: Launch, returncode: int | None, *, kernel_killed: bool) -> bool:
    """Queue another attempt if this one ended for want of memory and the plan can be made smaller; True if so.

    Called under the store's lock before the end is written down, so that at no moment the run looks as if it had failed.

    :param kernel_killed: whether the kernel killed something for want of memory meanwhile; a person may kill a run, too.
    :raises OSError: if the disk is full.
    """
    if not returncode or folder.result.exists() or folder.stop.exists() or terminal_event(folder, launch) is not None:
        return False
    log, _ = read_log(folder.log, launch.log_offset, ended=True, limit=_LOG_TAIL)
    code = explain(log, returncode).code
    if code != "out_of_memory" and not (code == "killed_memory" and kernel_killed):
        return False
    asked = _recipe(folder)
    plan = smaller(asked) if asked is not None else None
    if asked is None or plan is None:
        return False
    before = Smaller.read(folder)
    first = before or Smaller(asked.batch_size, asked.gradient_accumulation, asked.gradient_checkpointing, times=0)
    Smaller(first.batch_size, first.gradient_accumulation, first.gradient_checkpointing, first.times + 1).write(folder)
    write_text(folder.recipe, plan.to_json())
    # It had its turn already: nobody who waits came before it.
    Queued(0.0, launch.attempt + 1).write(folder)
    return True


def _recipe(folder: RunFolder) -> Recipe | None:
    try:
        return Recipe.from_json(folder.recipe.read_text(encoding="utf-8"))
    except (OSError, RecipeError):
        return None
