"""What a tagger is compared with."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from playground.training.tokens.probe import fit_probe, load_probe, save_probe


def test_the_linear_tagger_learns_directions() -> None:
    features, tags = np.eye(3, dtype=np.float32)[[0, 1, 2] * 8], np.array([0, 1, 2] * 8)
    coefficients, intercepts = fit_probe(features, tags, 3)
    assert (features @ coefficients.T + intercepts).argmax(axis=1).tolist() == tags.tolist()


def test_words_of_one_tag_only_make_a_tagger_that_says_it() -> None:
    coefficients, intercepts = fit_probe(np.ones((4, 2), np.float32), np.array([1, 1, 1, 1]), 3)
    assert (np.zeros((1, 2), np.float32) @ coefficients.T + intercepts).argmax() == 1


def test_a_tagger_comes_back_from_disk(tmp_path: Path) -> None:
    path = tmp_path / "probe.safetensors"
    made = fit_probe(np.eye(2, dtype=np.float32)[[0, 1] * 4], np.array([0, 1] * 4), 2)
    save_probe(made, path)
    assert all((one == two).all() for one, two in zip(load_probe(path), made, strict=True))
