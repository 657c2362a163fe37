"""Answers while they are being written: how they are asked for, and what of them there is so far."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class WritingOptions:
    """How an answer is written."""

    #: Stands before the question; "" for none.
    system: str = ""
    #: 0 always takes the likeliest token; above that tokens are drawn, unlikely ones more often the higher it is.
    temperature: float = 0.0


@dataclass(frozen=True, slots=True)
class StreamPart:
    """Both answers to one prompt as far as they are written: each part holds all of it, not only what is new."""

    base: str
    tuned: str
    #: Whether this is the last part.
    done: bool
