"""How far scores are from what they should say, for each kind of output."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import torch
from torch import nn

from playground.recipe import Recipe

#: From scores (rows x columns, float32), targets and the recipe to the loss of each row.
Loss = Callable[[torch.Tensor, torch.Tensor, Recipe], torch.Tensor]


def one_label(scores: torch.Tensor, targets: torch.Tensor, recipe: Recipe) -> torch.Tensor:
    """Cross-entropy; targets are places of labels, shape (rows,)."""
    return nn.functional.cross_entropy(scores, targets, reduction="none", label_smoothing=recipe.label_smoothing)


def several_labels(scores: torch.Tensor, targets: torch.Tensor, recipe: Recipe) -> torch.Tensor:
    """Binary cross-entropy, the mean over the labels; targets are 0 or 1, rows x labels."""
    smooth = recipe.label_smoothing
    return nn.functional.binary_cross_entropy_with_logits(scores, targets * (1 - smooth) + smooth / 2, reduction="none").mean(dim=1)


def number(scores: torch.Tensor, targets: torch.Tensor, recipe: Recipe) -> torch.Tensor:
    """Squared error; targets are numbers in standard deviations from the mean, shape (rows,)."""
    return nn.functional.mse_loss(scores[:, 0], targets, reduction="none")


LOSSES: Final[Mapping[str, Loss]] = {
    "text-classification": one_label,
    "text-pair-classification": one_label,
    "multi-label-classification": several_labels,
    "regression": number,
}
