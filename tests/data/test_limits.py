"""Limits and where they come from."""

from __future__ import annotations

import pytest

from playground.data.limits import Limits, limits_from


def test_every_limit_can_be_set_from_the_environment() -> None:
    names = Limits.__slots__
    limits = limits_from({f"PLAYGROUND_MAX_{name.upper()}": str(place + 1) for place, name in enumerate(names)})
    assert [getattr(limits, name) for name in names] == list(range(1, len(names) + 1))


@pytest.mark.parametrize("value", ["many", "0", "-5", "1e6", ""])
def test_a_value_that_is_no_limit_is_ignored(value: str) -> None:
    assert limits_from({"PLAYGROUND_MAX_ROWS": value}) == Limits()


def test_an_ignored_value_is_said(caplog: pytest.LogCaptureFixture) -> None:
    limits_from({"PLAYGROUND_MAX_ROWS": "many"})
    assert "PLAYGROUND_MAX_ROWS" in caplog.text
