"""Likely personal data in texts: e-mail addresses, phone, card and Chinese identity numbers; their check digits told."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal, get_args

PersonalKind = Literal["email", "phone", "card", "id"]
PERSONAL_KINDS: Final[tuple[PersonalKind, ...]] = get_args(PersonalKind)
#: A text without this has none of it; a cheap first look, also for RE2.
MAY_BE_PERSONAL: Final = r"@|[0-9][0-9 ().-]{6,}[0-9Xx]"

_EMAIL: Final = re.compile(r"(?<![\w.+-])[A-Za-z0-9][\w.+-]{0,63}@(?:[A-Za-z0-9-]{1,63}\.){1,4}[A-Za-z]{2,24}(?![\w@])", re.ASCII)
_IDENTITY: Final = re.compile(r"(?<![0-9A-Za-z])[1-9]\d{16}[\dXx](?![0-9A-Za-z])", re.ASCII)
#: 13 to 19 digits, together or in groups of four (American Express: 4, 6, 5), as cards are printed.
_CARD: Final = re.compile(r"(?<![\w.-])(?:\d{4}(?:[ -]\d{4}){3}(?:[ -]\d{1,3})?|3[47]\d\d[ -]\d{6}[ -]\d{5}|\d{13,19})(?![\w-])", re.ASCII)
#: What the numbers of the great card companies begin with.
_ISSUER: Final = re.compile(r"4(?:\d{12}|\d{15}|\d{18})|5[1-5]\d{14}|2[2-7]\d{14}|3[47]\d{13}|62\d{14,17}|6(?:011|5\d\d)\d{12}|35\d{14}")
_CHINESE_MOBILE: Final = re.compile(r"(?<![\d.-])(?:(?:\+|00)?86[ -]?)?1[3-9]\d(?:\d{8}|[ -]\d{4}[ -]\d{4})(?![\d-]|\.\d)", re.ASCII)
_CHINESE_FIXED: Final = re.compile(r"(?<![\d.-])0\d{2,3}[-－ ]\d{7,8}(?![\d-]|\.\d)", re.ASCII)
_FOREIGN: Final = re.compile(r"(?<![\w+])(?:\+|00)[1-9][\d ().-]{6,18}\d(?![\d-])", re.ASCII)
#: A number at home, written the way only phone numbers are: (415) 555-2671, 415-555-2671.
_AMERICAN: Final = re.compile(r"(?<![\w(-])(?:\([2-9]\d\d\) ?|[2-9]\d\d[-.])[2-9]\d\d[-.]\d{4}(?![\w-])", re.ASCII)


@dataclass(frozen=True, slots=True)
class Personal:
    """One place of a text that looks personal."""

    kind: PersonalKind
    #: In characters; ``end`` is one past the last.
    start: int
    end: int


def find_personal(text: str, kinds: Collection[str] = PERSONAL_KINDS) -> tuple[Personal, ...]:
    """Every such place, in order and apart; what an earlier kind has taken no later one takes again."""
    found: list[Personal] = []
    if "@" in text:
        found += [Personal("email", *match.span()) for match in _EMAIL.finditer(text)]
    if sum(map(str.isdigit, text)) >= 8:
        taken = bytearray(len(text))
        for one in found:
            taken[one.start : one.end] = b"\1" * (one.end - one.start)
        for kind, find in _FINDERS:
            for start, end in find(text):
                if not any(taken[start:end]):
                    taken[start:end] = b"\1" * (end - start)
                    found.append(Personal(kind, start, end))
    return tuple(sorted((one for one in found if one.kind in kinds), key=lambda one: one.start))


def mask(text: str, kinds: Collection[str] = PERSONAL_KINDS) -> str:
    """The text with each such place as its kind: "[email]", "[phone]", "[card]", "[id]"."""
    masked, end = [], 0
    for one in find_personal(text, kinds):
        masked += [text[end : one.start], f"[{one.kind}]"]
        end = one.end
    return "".join([*masked, text[end:]])


def _identities(text: str) -> list[tuple[int, int]]:
    return [match.span() for match in _IDENTITY.finditer(text) if _is_identity(match[0].upper())]


def _is_identity(number: str) -> bool:
    """Whether the date of birth is one and the check digit (ISO 7064, mod 11-2) is right."""
    try:
        born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return False
    weighed = sum(int(digit) * 2 ** (17 - place) for place, digit in enumerate(number[:17]))
    return born.year >= 1880 and "10X98765432"[weighed % 11] == number[17]


def _cards(text: str) -> list[tuple[int, int]]:
    found = []
    for match in _CARD.finditer(text):
        digits = re.sub(r"\D", "", match[0])
        if _ISSUER.fullmatch(digits) and _luhn(digits) and len(set(digits)) > 1:
            found.append(match.span())
    return found


def _luhn(digits: str) -> bool:
    """Whether the check digit is right: every second digit from the right doubled, the digits of all of them added up."""
    doubled = (int(digit) * (1 + place % 2) for place, digit in enumerate(reversed(digits)))
    return sum(number // 10 + number % 10 for number in doubled) % 10 == 0


def _phones(text: str) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for pattern, region in ((_FOREIGN, None), (_CHINESE_MOBILE, "CN"), (_CHINESE_FIXED, "CN"), (_AMERICAN, "US")):
        found += [match.span() for match in pattern.finditer(text) if _valid(match[0], region)]
    return sorted(found, key=lambda span: (span[0], -span[1]))


def _valid(number: str, region: str | None) -> bool:
    import phonenumbers

    spelled = "+" + number[2:] if number.startswith("00") else number
    try:
        return bool(phonenumbers.is_valid_number(phonenumbers.parse(spelled.replace("－", "-"), region)))
    except phonenumbers.NumberParseException:
        return False


#: The surest first: what one has taken, the next does not take again.
_FINDERS: Final[tuple[tuple[PersonalKind, Callable[[str], list[tuple[int, int]]]], ...]] = (
    ("id", _identities),
    ("card", _cards),
    ("phone", _phones),
)
