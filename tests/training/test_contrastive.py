"""The contrastive loss is the published one, and descending it does what it is for."""

from __future__ import annotations

import math

import pytest
import torch
from torch import nn

from playground.training.contrastive import contrastive_loss


def unit(rows: int, width: int = 6, seed: int = 0) -> torch.Tensor:
    draw = torch.Generator().manual_seed(seed)
    return nn.functional.normalize(torch.randn(rows, width, generator=draw), dim=-1)


def by_the_book(vectors: torch.Tensor, labels: list[int], temperature: float) -> list[float]:
    """Equation 2 of Khosla et al. 2020, sum by sum."""
    similar = [[math.exp(float(one @ other) / temperature) for other in vectors] for one in vectors]
    losses = []
    for anchor, label in enumerate(labels):
        others = sum(value for place, value in enumerate(similar[anchor]) if place != anchor)
        own = [place for place, name in enumerate(labels) if name == label and place != anchor]
        losses.append(-sum(math.log(similar[anchor][place] / others) for place in own) / max(1, len(own)))
    return losses


@pytest.mark.parametrize("temperature", [0.07, 0.5])
def test_the_loss_is_that_of_the_paper(temperature: float) -> None:
    labels = [0, 1, 0, 2, 1, 0, 3]
    found = contrastive_loss(unit(7).double(), torch.tensor(labels), temperature)
    assert found.tolist() == pytest.approx(by_the_book(unit(7).double(), labels, temperature), rel=1e-9)


def test_a_text_without_company_counts_nothing_and_breaks_nothing() -> None:
    vectors = unit(3).requires_grad_()
    losses = contrastive_loss(vectors, torch.tensor([0, 0, 1]))
    assert losses[2] == 0
    losses.sum().backward()
    assert vectors.grad is not None
    assert torch.isfinite(vectors.grad).all()


def test_descending_brings_texts_of_a_label_together() -> None:
    raw = unit(8).requires_grad_()
    labels = torch.tensor([0, 0, 0, 0, 1, 1, 1, 1])
    optimizer = torch.optim.SGD([raw], lr=0.1)
    for _ in range(50):
        optimizer.zero_grad()
        contrastive_loss(nn.functional.normalize(raw, dim=-1), labels).mean().backward()
        optimizer.step()
    near = nn.functional.normalize(raw, dim=-1).detach() @ nn.functional.normalize(raw, dim=-1).detach().t()
    same = labels[:, None] == labels[None, :]
    assert near[same].min() > near[~same].max()
