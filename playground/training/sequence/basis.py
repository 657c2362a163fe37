"""What "base" is made of, beside the adapter: without the fine-tune, from the frozen model's vectors."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from safetensors.numpy import load_file, save_file

from playground.references.linear import Linear
from playground.training.sequence.references import Base

_PROBE, _NAMES = "probe.", "names."


def save_base(base: Base, path: Path) -> None:
    """As safetensors."""
    tensors = {"coef": base.probe.coefficients, "intercept": base.probe.intercepts, "label_vectors": base.names}
    for prefix, calibration in ((_PROBE, base.probe.calibration), (_NAMES, base.names_calibration)):
        tensors |= {f"{prefix}{name}": np.asarray(values, np.float64) for name, values in calibration.items()}
    save_file({name: np.ascontiguousarray(tensor) for name, tensor in tensors.items()}, path)


def load_base(path: Path) -> Base:
    """:raises OSError: if the file is not there."""
    tensors = load_file(path)

    def calibration(prefix: str) -> dict[str, list[float]]:
        return {name.removeprefix(prefix): values.tolist() for name, values in tensors.items() if name.startswith(prefix)}

    probe = Linear(tensors["coef"], tensors["intercept"], calibration(_PROBE))
    return Base(probe, tensors["label_vectors"], calibration(_NAMES))
