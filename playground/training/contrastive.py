"""The supervised contrastive loss: texts of one label are pulled together, all others apart.

A classification head starts from noise and learns one thing from one row; a pair of rows teaches the encoder something about every
other pair, and eight rows a label make hundreds of pairs (the idea behind SetFit, Tunstall et al. 2022). Here all pairs of a batch
count at once. The loss is five lines; the libraries that have such losses bring a training loop of their own along.
"""

from __future__ import annotations

from typing import Final

import torch

#: Differences of cosine similarities are divided by this before they become probabilities: the smaller, the more the nearest texts count.
TEMPERATURE: Final = 0.07


def contrastive_loss(vectors: torch.Tensor, labels: torch.Tensor, temperature: float = TEMPERATURE) -> torch.Tensor:
    """How badly each text tells its own label's texts from all others: L_out of Khosla et al. 2020, equation 2, in nats.

    :param vectors: unit length, rows x width.
    :param labels: label numbers, one a row.
    :return: one value a row, 0 for a row whose label no other row carries.
    """
    # In bfloat16 two texts that differ by .004 are the same, and the temperature makes much of that.
    with torch.autocast(vectors.device.type, enabled=False):
        similarity = vectors @ vectors.t() / temperature
        itself = torch.eye(len(labels), dtype=torch.bool, device=labels.device)
        log_share = similarity - similarity.masked_fill(itself, -torch.inf).logsumexp(dim=1, keepdim=True)
        positive = (labels[:, None] == labels[None, :]) & ~itself
        return -(log_share * positive).sum(dim=1) / positive.sum(dim=1).clamp(min=1)
