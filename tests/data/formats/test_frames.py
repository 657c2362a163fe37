"""Frames of strings."""

from __future__ import annotations

from playground.data.formats.columns import strings
from playground.data.formats.frames import frame_of


def test_a_frame_keeps_order_and_strings() -> None:
    frame = frame_of({"b": strings(["1.0", ""]), "a": strings(["NA", "007"])})
    assert frame.to_dict("list") == {"b": ["1.0", ""], "a": ["NA", "007"]}
    assert set(map(str, frame.dtypes)) == {"str"}
