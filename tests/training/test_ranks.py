"""One process needs nobody; several are tested for real in test_two_processes."""

from __future__ import annotations

import numpy as np
import torch

from playground.training.ranks import ALONE


def test_alone_everything_is_mine() -> None:
    parts = [np.ones((2, 3), np.float32)]
    assert ALONE.first
    assert ALONE.agree(2) == 2
    assert ALONE.mine([1, 2, 3]) == [1, 2, 3]
    assert ALONE.join(parts, 3) == parts
    assert ALONE.mean(torch.tensor(4.0)).item() == 4.0
