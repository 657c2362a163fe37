"""The look is complete, readable and comes from nowhere else."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from playground.ui import theme

STYLE = (Path(theme.__file__).parent / "style.css").read_text(encoding="utf-8")


def colours(scheme: str) -> dict[str, str]:
    blocks = re.findall(r"(?s)\n:root(.*?)\{(.*?)\n\}", STYLE)
    light = dict(re.findall(r"--pg-([\w-]+): (#[0-9a-f]{6})", blocks[0][1]))
    return light if scheme == "light" else light | dict(re.findall(r"--pg-([\w-]+): (#[0-9a-f]{6})", blocks[1][1]))


def contrast(one: str, other: str) -> float:
    def luminance(colour: str) -> float:
        parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
        linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("ink", ["ink", "muted", "tuned", "gain", "loss", "warn"])
@pytest.mark.parametrize("ground", ["paper", "card", "soft"])
def test_text_is_readable_on_every_ground(scheme: str, ink: str, ground: str) -> None:
    palette = colours(scheme)
    assert contrast(palette[ink], palette[ground]) >= 4.5, (palette[ink], palette[ground])


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(
    ("ink", "ground"),
    [
        ("ink", "loss-soft"),
        ("ink", "warn-soft"),
        ("ink", "tuned-soft"),
        ("tuned", "tuned-soft"),
        ("gain", "gain-soft"),
        ("on-accent", "accent"),
    ],
)
def test_text_is_readable_on_its_own_tint(scheme: str, ink: str, ground: str) -> None:
    palette = colours(scheme)
    assert contrast(palette[ink], palette[ground]) >= 4.5


def test_base_is_slate_and_fine_tuned_is_indigo() -> None:
    assert colours("light")["base"] == "#64748b"
    assert colours("light")["tuned"] == "#4f46e5"


def test_every_colour_the_theme_names_is_defined() -> None:
    assert {f"--pg-{name}" for name in theme._COLOURS.values()} <= set(re.findall(r"--pg-[\w-]+(?=:)", STYLE))


def test_nothing_is_loaded_from_elsewhere() -> None:
    assert not re.search(r"https?:|@import|url\(", theme.head())
    assert not re.search(r'@import|url\("?(?!"?data:)', theme.theme()._get_theme_css())
