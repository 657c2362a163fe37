"""A log for TensorBoard, written with TensorBoard's own record writer: neither TensorFlow nor torch is needed for it."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from pathlib import Path

from tensorboard.compat.proto.event_pb2 import Event, SessionLog
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.plugins.hparams import summary_v2 as hparams
from tensorboard.plugins.text.summary_v2 import text_pb
from tensorboard.summary.writer.record_writer import RecordWriter

from playground.tracking.log import Settings
from playground.tracking.points import Point

_PREFIX = "events.out.tfevents."


class TensorBoardLog:
    """One event file; whatever was there before it goes once it is complete up to now."""

    def __init__(self, folder: Path) -> None:
        """:param folder: of this run alone; TensorBoard calls the run by its name."""
        self._folder = folder
        self._writer: RecordWriter | None = None

    def begin(self, settings: Settings, points: Sequence[Point]) -> None:
        """See ``Log``."""
        self._folder.mkdir(parents=True, exist_ok=True)
        before = list(self._folder.glob(f"{_PREFIX}*"))
        # TensorBoard reads a folder's files in the order of their names.
        self._writer = RecordWriter((self._folder / f"{_PREFIX}{time.time_ns():020d}").open("xb"))
        self._write(Event(wall_time=time.time(), file_version="brain.Event:2"))
        # Makes a TensorBoard that is looking on forget what it read of the files before.
        self._write(Event(wall_time=time.time(), step=0, session_log=SessionLog(status=SessionLog.START)))
        self._summary(hparams.hparams_config_pb([hparams.HParam(name) for name in settings], _metrics(points)))
        self._summary(hparams.hparams_pb(settings, trial_id=self._folder.name))
        self.add(points)
        for path in before:
            path.unlink()

    def add(self, points: Iterable[Point]) -> None:
        """See ``Log``."""
        for point in points:
            value = Summary.Value(tag=point.tag, simple_value=point.value)
            self._write(Event(wall_time=point.time, step=point.step, summary=Summary(value=[value])))
        self._flush()

    def end(self, points: Sequence[Point], verdict: str) -> None:
        """See ``Log``."""
        self.add(points)
        self._summary(text_pb("verdict", verdict))
        self._flush()

    def _summary(self, summary: Summary) -> None:
        self._write(Event(wall_time=time.time(), step=0, summary=summary))

    def _write(self, event: Event) -> None:
        assert self._writer is not None
        self._writer.write(event.SerializeToString())

    def _flush(self) -> None:
        assert self._writer is not None
        self._writer.flush()


def _metrics(points: Sequence[Point]) -> list[hparams.Metric]:
    """What the table of hyperparameters shows beside the settings."""
    shown = dict.fromkeys(point.tag for point in points if point.tag.startswith("validation/"))
    return [hparams.Metric(tag, display_name=tag) for tag in shown]
