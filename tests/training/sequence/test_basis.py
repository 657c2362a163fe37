"""What "base" is made of, on disk."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from playground.references.linear import Linear
from playground.training.sequence.basis import load_base, save_base
from playground.training.sequence.references import Base

AXES = np.eye(2, dtype=np.float32)


def test_a_base_is_read_back(tmp_path: Path) -> None:
    made = Base(Linear(AXES * 3, np.array([0.5, -0.5], np.float32), {"thresholds": [0.1, 2.0]}), AXES, {"thresholds": [1.0, 3.0]})
    save_base(made, tmp_path / "probe.safetensors")
    found = load_base(tmp_path / "probe.safetensors")
    np.testing.assert_array_equal(found.probe.scores(AXES), made.probe.scores(AXES))
    np.testing.assert_array_equal(found.names, AXES)
    assert (found.probe.calibration, found.names_calibration) == (made.probe.calibration, made.names_calibration)
