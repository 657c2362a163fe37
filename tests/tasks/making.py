"""Random cells of every task, alike enough that something is right and something is wrong."""

from __future__ import annotations

import json

import numpy as np

from playground.data.meaning.cells import list_cell
from playground.tasks.generation import Written
from playground.tasks.likelihood import Likelihood

LABELS = ("a", "b", "c", "价格")
WORDS = ("red", "blue", "bad", "good", "很", "好", "不错", "服务")
TAGS = ("O", "O", "B-PER", "I-PER", "B-地点", "I-地点")


def cells(task: str, rows: int, seed: int = 0) -> tuple[list[str], list[str], list[str]]:
    """Expected cells, poor answers and better answers."""
    generator = np.random.default_rng(seed)
    expected = [_expected(task, generator) for _ in range(rows)]
    return expected, *([_answer(task, cell, right, generator) for cell in expected] for right in (0.4, 0.8))


def _expected(task: str, generator: np.random.Generator) -> str:
    if task == "multi-label-classification":
        return list_cell([label for label in LABELS if generator.random() < 0.4])
    if task == "regression":
        return f"{2000 + generator.normal():.3f}"
    if task == "token-classification":
        kinds = generator.choice(["PER", "地点", ""], size=5, p=[0.3, 0.2, 0.5])
        return list_cell([tag for kind in kinds for tag in ([f"B-{kind}", f"I-{kind}"] if kind else ["O"])])
    if task == "generation":
        return " ".join(str(word) for word in generator.choice(WORDS, size=6))
    return "" if task == "language-modeling" else str(generator.choice(LABELS))


def _answer(task: str, cell: str, right: float, generator: np.random.Generator) -> str:
    if task == "multi-label-classification":
        return list_cell([label for label in LABELS if (label in json.loads(cell)) == (generator.random() < 0.5 + right / 2)])
    if task == "regression":
        return repr(float(cell) + float(generator.normal()) * (1.2 - right))
    if task == "token-classification":
        return list_cell([tag if generator.random() < right else str(generator.choice(TAGS)) for tag in json.loads(cell)])
    nll, tokens = float(generator.gamma(5, 2 - right)), int(generator.integers(1, 9))
    if task == "generation":
        words = [word if generator.random() < right else str(generator.choice(WORDS)) for word in cell.split()]
        return Written(" ".join(words), Likelihood(nll, tokens)).cell
    if task == "language-modeling":
        return Likelihood(nll, 6).cell
    return cell if generator.random() < right else str(generator.choice(LABELS))
