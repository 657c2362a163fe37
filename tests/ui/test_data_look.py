"""The dots of the map can be told from the ground, in light and in dark; the parts of the style sheets know each other's names."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from playground.ui import theme
from playground.ui.data_map import COLOURS
from tests.ui.test_theme import colours, contrast

FOLDER = Path(theme.__file__).parent
STYLE = (FOLDER / "data.css").read_text(encoding="utf-8")


def dots(scheme: str) -> list[str]:
    light, dark = re.findall(r"(?s):root(?:\.dark)? \{(.*?)\n\}", STYLE)[:2]
    return re.findall(r"--pg-dot-\d: (#[0-9a-f]{6})", light if scheme == "light" else dark)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_colour_of_the_map_stands_out_from_the_ground(scheme: str) -> None:
    found = dots(scheme)
    assert len(set(found)) == COLOURS + 1
    assert [colour for colour in found if contrast(colour, colours(scheme)["paper"]) < 3] == []


def test_every_colour_named_is_one_there_is() -> None:
    known = {f"--pg-{name}" for name in (*colours("light"), "ring", "mono")} | {f"--pg-dot-{n}" for n in range(COLOURS + 1)}
    assert set(re.findall(r"var\((--pg-[\w-]+)\)", STYLE)) <= known


def test_the_script_sets_texts_only_as_text() -> None:
    script = (FOLDER / "data.js").read_text(encoding="utf-8")
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|new Function", script)
