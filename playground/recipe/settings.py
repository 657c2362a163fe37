"""One setting of a recipe as a form and a command line see it: its type, its range, and how a written value becomes one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from typing import Any, Final, get_args, get_type_hints


def setting(
    default: Any, *, low: float | None = None, high: float | None = None, unit: str = "", group: str, compare: bool = True
) -> Any:  # fmt: skip
    """A dataclass field that is a setting.

    :param group: where a form shows it: "method", "quantization", "lora", "training" or "data".
    :param compare: whether two recipes that differ in it alone are two recipes.
    """
    return field(default=default, compare=compare, metadata={"low": low, "high": high, "unit": unit, "group": group})


@dataclass(frozen=True, slots=True)
class Setting:
    """One field of a recipe as a form sees it; its label and help are the words ``setting.<name>`` and ``setting.<name>.help``."""

    name: str
    type: type
    default: Any
    #: The allowed values of a choice, else empty.
    choices: tuple[str, ...]
    low: float | None
    high: float | None
    unit: str
    #: "method", "quantization", "lora", "training" or "data"; "" for model and task, which have places of their own.
    group: str

    @property
    def expected(self) -> str:
        """What a value must be, in words of the command line."""
        return " | ".join(self.choices) or _EXPECTED.get(self.type, "text")

    def convert(self, value: object) -> Any:
        """``value`` as this setting's type.

        :raises ValueError: if it does not fit.
        """
        if self.type is bool:
            return _as_bool(value)
        if isinstance(value, bool):
            raise ValueError("a yes or no where a value belongs")
        if self.type is int:
            return _as_whole_number(value)
        if self.type is float:
            return float(str(value))
        if not isinstance(value, str) or (self.choices and value not in self.choices):
            raise ValueError("not one of the choices")
        return value


#: What a value of each type looks like on the command line.
_EXPECTED: Final = {int: "a whole number", float: "a number", bool: "true | false"}


def _as_bool(value: object) -> bool:
    word = str(value).lower()
    if word not in ("true", "false"):
        raise ValueError("neither true nor false")
    return word == "true"


def _as_whole_number(value: object) -> int:
    number = float(str(value))
    if not number.is_integer():
        raise ValueError("not a whole number")
    return int(number)


def settings_of(kind: type) -> Iterator[Setting]:
    """The fields of a dataclass, in order; those made without ``setting`` have no group."""
    hints = get_type_hints(kind)
    for item in fields(kind):
        expected, meta = hints[item.name], item.metadata
        choices = get_args(expected)
        yield Setting(
            item.name, str if choices else expected, item.default, choices,
            meta.get("low"), meta.get("high"), meta.get("unit", ""), meta.get("group", ""),
        )  # fmt: skip
