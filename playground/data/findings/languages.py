"""Texts in several languages, of which a base model may speak only one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from playground.data.findings.common import Examples
from playground.data.meaning.cells import listed, messages_of
from playground.data.meaning.language import SAMPLE_TEXTS, language_shares, named_shares
from playground.data.types import Finding
from playground.words import LANGUAGES

#: A mixture worth a word: the main language has less than this share.
_MAIN_SHARE: Final = 0.95


def check_languages(examples: Examples) -> Iterator[Finding]:
    """One finding where a second language has a notable share of the texts that tell."""
    texts = examples.usable["text"]
    sample = [_plain(str(text), examples.task) for text in texts.iloc[:: max(1, len(texts) // SAMPLE_TEXTS)]]
    shares = language_shares(sample)
    if len(shares) < 2 or max(shares.values()) >= _MAIN_SHARE:
        return
    named = {f"languages_{language}": named_shares(shares, language) for language in LANGUAGES}
    if len(sample) == len(texts):
        yield Finding("languages_mixed", "info", named)
    else:
        yield Finding("languages_mixed_sampled", "info", {"looked": len(sample), "count": len(texts), **named})


def _plain(text: str, task: str) -> str:
    if task == "token-classification":
        return " ".join(listed(text) or [])
    if task == "generation":
        return " ".join(str(message["content"]) for message in messages_of(text))
    return text
