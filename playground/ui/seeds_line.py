"""What several seeds of one recipe came to, in one line. Pure."""

from __future__ import annotations

from playground.runs.types import SeveralSeeds
from playground.tasks import get_task
from playground.ui.names import metric_name
from playground.ui.tasks import view_of
from playground.words import Language, say


def seeds_line(seeds: SeveralSeeds, task: str, language: Language) -> str:
    """Mean and standard deviation of the primary metric on the held-out rows, and which adapter is kept: .81 ± .02 over 3 seeds."""
    metric = get_task(task).primary_metric
    scale = view_of(task).scale(metric)
    mean, sd, first = (scale.shown(value) for value in (seeds.mean, seeds.sd, seeds.values[0]))
    return say("seeds.line", language, metric=metric_name(metric, language), count=len(seeds.values), mean=mean, sd=sd, first=first)
