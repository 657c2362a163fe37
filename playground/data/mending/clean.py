"""Single texts and conversations made fit for training: invisible characters and control tokens taken out, long ones cut."""

from __future__ import annotations

import json
import re
import unicodedata
from typing import Final

from playground.data.meaning.cells import messages_of

#: Characters nobody sees: control characters (but tab and line ends), soft hyphen, zero-width space and its kin, byte order marks,
#: and those that turn the direction of writing around.
INVISIBLE: Final = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u034f\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff]"
)
#: Joiners are letters of Arabic and Indic writing and hold emoji together; anywhere else they are as invisible as the rest.
STRAY_JOINER: Final = re.compile("(?<![\u0600-\u1cff\u2190-\u2bff\ufb50-\ufdff\ufe0f\ufe70-\ufefc\U0001f000-\U0001faff])[\u200c\u200d]+")
#: What chat templates and tokenizers put between turns; inside a text a model would take it for the real thing.
CONTROL_TOKEN: Final = re.compile(
    r"<\|[^\s<>|]{1,40}\|>|<[｜|][^\s<>]{1,40}[｜|]>|</?s>|<(?:bos|eos|pad|unk|mask)>|</?(?:start|end)_of_turn>"
    r"|\[/?INST\]|<</?SYS>>|\[(?:CLS|SEP|PAD|MASK|UNK)\]"
)
#: A cut keeps whole words when that costs no more than this share of the length.
_WORD_SHARE: Final = 0.2
_JOINING: Final = "\u200d\ufe0f"


def clean_text(text: str) -> str:
    """The text without invisible characters and without control tokens, whose place a space takes so that words do not grow together."""
    if text.isascii() and text.isprintable() and "<" not in text and "[" not in text:
        return text
    seen = STRAY_JOINER.sub("", INVISIBLE.sub("", text))
    spaced = CONTROL_TOKEN.sub(" ", seen)
    return spaced if spaced == text else spaced.strip()


def shorten_text(text: str, characters: int) -> str:
    """The beginning of the text, at most ``characters`` long, cut between words where there are any, never inside a character.

    A letter with its accent or an emoji with its parts is one character to a person; it stays whole or goes.
    """
    if len(text) <= characters:
        return text
    cut = characters
    while cut > 0 and _joined(text, cut):
        cut -= 1
    cut = cut or characters  # nothing but joined marks: a text all the same
    if not text[cut].isspace():
        space = next((place for place in range(cut, int(cut * (1 - _WORD_SHARE)), -1) if text[place - 1].isspace()), 0)
        cut = space or cut
    return text[:cut].rstrip()


def with_last_message(cell: str, content: str) -> str:
    """The conversation with its last message saying ``content``; nothing if that is empty."""
    earlier = messages_of(cell)[:-1]
    return json.dumps([*earlier, {"role": "user", "content": content}], ensure_ascii=False) if content else ""


def shorten_messages(cell: str, characters: int) -> str:
    """The last question, cut if it alone is too long; then what fits of the turns before it, newest first; a system message stays."""
    messages = messages_of(cell)
    if sum(len(message["content"]) for message in messages) <= characters:
        return cell
    first = messages[:1] if len(messages) > 1 and messages[0]["role"] == "system" else []
    last = messages[-1]
    room = max(1, characters - sum(len(message["content"]) for message in first))
    kept = [{**last, "content": shorten_text(last["content"], room)}]
    for message in reversed(messages[len(first) : -1]):
        room -= len(kept[0]["content"])
        if len(message["content"]) > room:
            break
        kept.insert(0, message)
    return json.dumps([*first, *kept], ensure_ascii=False)


def _joined(text: str, place: int) -> bool:
    """Whether the characters on both sides of ``place`` are parts of one."""
    after = text[place]
    modifier = "\U0001f3fb" <= after <= "\U0001f3ff"
    return modifier or after in _JOINING or text[place - 1] == "\u200d" or unicodedata.combining(after) != 0
