"""Which languages texts are in, as far as they tell: by their script, and for Latin letters by a small classifier, cautiously."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, Final

from playground.words import Language, entries, say

#: Texts looked at, taken evenly from the whole, and characters of each.
SAMPLE_TEXTS: Final = 400
_SAMPLE_CHARACTERS: Final = 400
#: Shorter texts say too little for a classifier: letters.
_FEWEST_LETTERS: Final = 40
_FEWEST_CJK: Final = 4
#: How sure the classifier must be, 0 to 1.
_SURE: Final = 0.95
#: A language counts from this share of the telling texts on, and this many of them.
NOTABLE_SHARE: Final = 0.05
_NOTABLE_TEXTS: Final = 3

#: Scripts used by one great language, or by languages a model that speaks one of them mostly speaks; the classifier decides among these.
_SCRIPTS: Final[Mapping[str, re.Pattern[str]]] = {
    "ja": re.compile("[\u3040-\u30ff]"),
    "ko": re.compile("[\uac00-\ud7af]"),
    "zh": re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]"),
    "th": re.compile("[\u0e00-\u0e7f]"),
    "el": re.compile("[\u0370-\u03ff]"),
    "he": re.compile("[\u0590-\u05ff]"),
}
_LETTER: Final = re.compile(r"[^\W\d_]")
_NOISE: Final = re.compile(r"https?://\S+|\S+@\S+|[@#]\w+|\[\w+\]")
#: What the classifier may answer; its other languages are rare, and short texts are easily taken for them.
_KNOWN: Final = (
    "ar", "bg", "bn", "ca", "cs", "da", "de", "en", "es", "et", "fa", "fi", "fr", "hi", "hr", "hu", "id", "it", "lt", "lv", "ms",
    "nl", "no", "pl", "pt", "ro", "ru", "sk", "sl", "sr", "sv", "sw", "ta", "tl", "tr", "uk", "ur", "vi",
)  # fmt: skip


def language_shares(texts: Sequence[str] | Any) -> dict[str, float]:
    """ISO 639-1 code -> share of the telling texts, the largest first; nothing where hardly any text tells.

    :param texts: a list or a column of strings; a sample is looked at.
    """
    step = max(1, len(texts) // SAMPLE_TEXTS)
    counts = Counter(code for code in map(language_of, texts[::step]) if code)
    told = counts.total()
    if told < _NOTABLE_TEXTS:
        return {}
    notable = {code: count for code, count in counts.most_common() if count >= max(_NOTABLE_TEXTS, NOTABLE_SHARE * told)}
    return {code: count / sum(notable.values()) for code, count in notable.items()}


def language_of(text: str) -> str | None:
    """The language of a text; None if it is too short or the classifier is not sure."""
    plain = _NOISE.sub(" ", text[:_SAMPLE_CHARACTERS])
    letters = len(_LETTER.findall(plain))
    scripts = {code: len(pattern.findall(plain)) for code, pattern in _SCRIPTS.items()}
    # Japanese mixes kana with the characters of Chinese.
    if scripts["ja"] >= _FEWEST_CJK and scripts["ja"] + scripts["zh"] > letters / 2 and scripts["ja"] > 0.1 * scripts["zh"]:
        return "ja"
    main = max(scripts, key=lambda code: scripts[code])
    # A Chinese character is about a word; English product names are longer than the sentence around them.
    weight = 3 if main in ("zh", "ko", "ja") else 1
    if scripts[main] >= _FEWEST_CJK and scripts[main] * weight > letters / 2:
        return main
    return _classified(plain) if letters >= _FEWEST_LETTERS else None


def speaks(model_languages: Sequence[str], shares: Mapping[str, float]) -> float:
    """Share of the texts in a language the model speaks, 0 to 1; 1 where nothing is known of the texts.

    :param model_languages: as in the catalogue: ISO 639-1 codes, "multi" for about 100 languages.
    :param shares: from ``language_shares``.
    """
    if not shares or "multi" in model_languages:
        return 1.0
    return sum(share for code, share in shares.items() if code in model_languages)


def unspoken(model_languages: Sequence[str], shares: Mapping[str, float]) -> tuple[str, ...]:
    """Languages of the texts the model does not speak, the largest share first."""
    return () if "multi" in model_languages else tuple(code for code in shares if code not in model_languages)


def language_name(code: str, language: Language = "en") -> str:
    """ "de" -> "German"; the code itself where there is no name."""
    key = f"language.{code}"
    return say(key, language) if key in entries() else code


def named_shares(shares: Mapping[str, float], language: Language) -> str:
    """ "English 62 %, Chinese 38 %"."""
    percent, between = ("{} {} %", ", ") if language == "en" else ("{} {}%", "、")
    return between.join(percent.format(language_name(code, language), round(100 * share)) for code, share in shares.items())


def _classified(text: str) -> str | None:
    code, probability = _classifier().classify(text)
    return str(code) if probability >= _SURE else None


@cache
def _classifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(list(_KNOWN))
    return identifier
