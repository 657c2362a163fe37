"""Numbers, times and sizes as a person reads them, in both languages. Pure."""

from __future__ import annotations

import math
import re
import time
from typing import Final

from playground.words import Language, say

#: Megabytes from which a size is said in gigabytes.
_GB_FROM_MB: Final = 500
_BETWEEN_HAN: Final = re.compile(r"(?<=[\u4e00-\u9fff]) (?=[\u4e00-\u9fff])")


def close_up(sentence: str) -> str:
    """A Chinese sentence without the space meant for facts like "F1" where a fact is Chinese itself: "困惑度 由" -> "困惑度由"."""
    return _BETWEEN_HAN.sub("", sentence)


def count(number: int) -> str:
    """``1204`` -> "1,204"."""
    return f"{number:,}"


def duration(seconds: float, language: Language) -> str:
    """A stretch of time: "0.4 s", "42 s", "1 min 20 s", "1 h 5 min"; "1 分 20 秒" in Chinese."""
    if seconds < 1:
        return say("format.seconds", language, seconds=f"{max(seconds, 0):.1f}")
    whole = round(seconds)
    if whole < 60:
        return say("format.seconds", language, seconds=whole)
    if whole < 3600:
        minutes, rest = divmod(whole, 60)
        return say("format.minutes_seconds" if rest else "format.minutes", language, minutes=minutes, seconds=rest)
    hours, minutes = divmod(round(whole / 60), 60)
    return say("format.hours_minutes" if minutes else "format.hours", language, hours=hours, minutes=minutes)


def about(seconds: float, language: Language) -> str:
    """A rough stretch of time, rounded as far as an estimate deserves: 83 s -> "1 min 20 s", 500 s -> "8 min"."""
    step = 1 if seconds < 10 else 5 if seconds < 60 else 10 if seconds < 300 else 60 if seconds < 3600 else 300
    return duration(max(step, round(seconds / step) * step), language)


def clock(seconds: float) -> str:
    """A stretch of time as a clock shows it: "0:41", "12:05", "1:02:03"."""
    whole = max(0, round(seconds))
    hours, rest = divmod(whole, 3600)
    minutes, left = divmod(rest, 60)
    return f"{hours}:{minutes:02}:{left:02}" if hours else f"{minutes}:{left:02}"


def size(megabytes: float) -> str:
    """Memory or a file: "0.4 MB", "91 MB", "0.9 GB", "24 GB" (10^6 and 10^9 bytes)."""
    if megabytes >= _GB_FROM_MB:
        gigabytes = megabytes / 1000
        return f"{gigabytes:.0f} GB" if gigabytes >= 10 else f"{gigabytes:.1f} GB"
    return f"{megabytes:.0f} MB" if megabytes >= 1 else f"{megabytes:.1f} MB"


def percent(share: float, language: Language) -> str:
    """A share from 0 to 1: .63 -> "63 %" ("63%" in Chinese); what is neither none nor all never reads 0 or 100."""
    value = 100 * share
    shown = "< 1" if 0 < value < 1 else "> 99" if 99 < value < 100 else f"{value:.0f}"
    return say("format.percent", language, value=shown)


def score(value: float) -> str:
    """A score from 0 to 1 with two decimals and no leading zero: .82, 1.00, −.05."""
    rounded = f"{abs(value):.2f}"
    sign = "−" if value < 0 and float(rounded) != 0 else ""
    return sign + (rounded[1:] if rounded.startswith("0.") else rounded)


def signed_score(value: float) -> str:
    """A difference of scores: +.08, −.03, ±.00."""
    if float(f"{value:.2f}") == 0:
        return "±.00"
    return f"+{score(value)}" if value > 0 else score(value)


def measure(value: float) -> str:
    """A positive number of any size with about three digits: .412 -> "0.412", 23.41 -> "23.4", 1204.3 -> "1,204"; "∞", and "–" for none."""
    if math.isnan(value):
        return "–"
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    size = abs(value)
    digits = 3 if size < 1 else 2 if size < 10 else 1 if size < 100 else 0
    return f"{value:,.{digits}f}".replace("-", "−")


def signed_measure(value: float) -> str:
    """A difference of such numbers: +0.310, −17.6, ±0."""
    shown = measure(value)
    if value > 0 and shown.strip("0."):
        return f"+{shown}"
    return shown if shown.strip("−0.") else "±0"


def points(value: float) -> str:
    """A difference of scores in points of a hundred with a sign: .081 -> "+8.1"."""
    shown = f"{100 * value:+.1f}"
    return "±0.0" if float(shown) == 0 else shown.replace("-", "−")


def rate(rows_per_second: float, language: Language) -> str:
    """Training speed: "157 rows/s", "4.2 rows/s"."""
    shown = f"{rows_per_second:,.0f}" if rows_per_second >= 10 else f"{rows_per_second:.1f}"
    return say("format.rate", language, value=shown)


def parameters(number: int, language: Language) -> str:
    """Size of a model: 22713216 -> "22.7 M" ("2271 万" in Chinese)."""
    if language == "zh":
        return f"{number / 1e8:.1f} 亿" if number >= 1e8 else f"{number / 1e4:.0f} 万"
    return f"{number / 1e9:.1f} B" if number >= 1e9 else f"{number / 1e6:.1f} M" if number >= 1e6 else f"{number / 1e3:.0f} k"


def moment(seconds: float) -> str:
    """A time of day on this machine's clock: "2026-11-22 10:15"."""
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(seconds))


def number(value: float) -> str:
    """A setting's number without noise: 0.001, 16, 0.000001, 2,147,483,647."""
    if float(value).is_integer():
        return f"{int(value):,}"
    return f"{value:.8f}".rstrip("0") if abs(value) < 1 else f"{value:g}"
