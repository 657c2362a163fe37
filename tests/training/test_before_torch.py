"""What is settled before torch is imported."""

from __future__ import annotations

import os

import pytest

from playground.training.before_torch import prepare_process


def test_waiting_threads_give_their_core_away_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GOMP_SPINCOUNT", raising=False)
    prepare_process()
    assert int(os.environ["GOMP_SPINCOUNT"]) < 300_000


def test_a_persons_own_choice_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOMP_SPINCOUNT", "7")
    prepare_process()
    assert os.environ["GOMP_SPINCOUNT"] == "7"
