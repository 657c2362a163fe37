"""Whether a model fits the task, the machine and the person."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from playground.devices import Device
from playground.errors import ModelError
from playground.models import get_model, own
from playground.models.encoders import MINILM
from playground.models.fit import free_disk_mb, misfits, require_usable
from playground.models.scratch import SCRATCH

CPU = Device("cpu", "CPU", 1, 2, 16_000, bf16=True)
GEMMA = get_model("google/gemma-3-270m-it")
QWEN = get_model("Qwen/Qwen3-0.6B")


def test_a_model_that_fits_has_no_misfits() -> None:
    assert misfits(MINILM, ("encoder",), CPU, 10_000) == ()


def test_the_wrong_kind_is_told_in_words() -> None:
    (error,) = misfits(QWEN, ("encoder",), CPU, 10_000)
    assert error.message("en") == ("Qwen3 0.6B is made for writing on (causal), and this task takes a model for reading (encoder).")
    assert "因果语言模型" in error.message("zh")


def test_a_full_disk_is_told_with_both_sizes() -> None:
    (error,) = misfits(MINILM, ("encoder",), CPU, 300)
    assert (error.code, error.facts["needed"], error.facts["free"]) == ("model_no_disk", 592, 300)


@pytest.mark.parametrize(("memory", "codes"), [(1000, []), (300, ["model_no_memory"])])
def test_only_what_does_not_fit_even_quantized_is_refused(memory: int, codes: list[str]) -> None:
    found = misfits(QWEN, ("causal",), replace(CPU, memory_mb=memory), 10_000)
    assert [error.code for error in found] == codes


def test_apple_gpus_cannot_quantize() -> None:
    assert misfits(QWEN, ("causal",), replace(CPU, kind="mps", memory_mb=1000), 10_000)


def test_everything_wrong_is_told_at_once() -> None:
    assert len(misfits(QWEN, ("encoder",), replace(CPU, memory_mb=100), 10)) == 3


def test_room_is_measured_where_the_cache_will_be(place: Path) -> None:
    assert 0 < free_disk_mb(MINILM) < float("inf")


def test_what_is_on_offer_is_everybodys(place: Path) -> None:
    assert require_usable(MINILM.id, "anyone") == MINILM
    assert require_usable(SCRATCH[0].id, "anyone") == SCRATCH[0]


def test_a_gated_model_is_for_those_who_showed_they_may_have_it(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ModelError) as caught:
        require_usable(GEMMA.id, "anna")
    assert caught.value.code == "model_needs_token"
    own.register(GEMMA, "anna")
    assert require_usable(GEMMA.id, "anna") == GEMMA
    with pytest.raises(ModelError):
        require_usable(GEMMA.id, "ben")
    monkeypatch.setenv("HF_TOKEN", "hf_of_this_machine")
    assert require_usable(GEMMA.id, "ben") == GEMMA
    assert not own.own_models("anna")


def test_a_gated_model_prepared_by_hand_is_everybodys(place: Path) -> None:
    (place / "by-hand" / GEMMA.id).mkdir(parents=True)
    assert require_usable(GEMMA.id, "ben") == GEMMA
