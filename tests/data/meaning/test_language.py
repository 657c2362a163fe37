"""Which languages texts are in."""

from __future__ import annotations

import pytest

from playground.data.meaning.language import language_name, language_of, language_shares, named_shares, speaks, unspoken

LONG = {
    "en": "Could you please tell me when my parcel will arrive at the office next week",
    "de": "Könnten Sie mir bitte sagen, wann mein Paket nächste Woche im Büro ankommen wird",
    "fr": "Pourriez-vous me dire quand mon colis arrivera au bureau la semaine prochaine",
    "es": "Podría decirme cuándo llegará mi paquete a la oficina la semana que viene por favor",
    "ru": "Подскажите, пожалуйста, когда моя посылка придёт в офис на следующей неделе",
    "ar": "هل يمكنكم إخباري متى ستصل طرودي إلى المكتب في الأسبوع القادم من فضلكم",
    "zh": "请问我的包裹什么时候能送到办公室",
    "ja": "荷物はいつ届きますか、教えてください",
    "ko": "제 소포가 언제 도착하는지 알려 주세요",
}


@pytest.mark.parametrize("code", LONG)
def test_a_sentence_tells_its_language(code: str) -> None:
    assert language_of(LONG[code]) == code


@pytest.mark.parametrize("text", ["", "ok", "Danke!", "VPN down again", "12345 678", "http://example.com/a-very-long-path-with-many-words"])
def test_a_short_text_tells_nothing(text: str) -> None:
    assert language_of(text) is None


def test_chinese_with_a_product_name_is_chinese() -> None:
    assert language_of("我的iPhone 15 Pro Max坏了怎么办") == "zh"


def test_shares_leave_strays_out() -> None:
    texts = [LONG["en"]] * 60 + [LONG["de"]] * 38 + [LONG["fr"]] * 2
    shares = language_shares(texts)
    assert list(shares) == ["en", "de"]
    assert shares["en"] == pytest.approx(60 / 98)


def test_a_handful_of_texts_says_nothing() -> None:
    assert language_shares([LONG["en"], LONG["de"]]) == {}


def test_a_model_speaks_its_languages_and_one_for_all_speaks_every_one() -> None:
    shares = {"en": 0.75, "zh": 0.25}
    assert speaks(("en",), shares) == 0.75
    assert speaks(("en", "multi"), shares) == 1
    assert speaks(("zh",), {}) == 1
    assert unspoken(("en",), shares) == ("zh",)
    assert unspoken(("multi",), shares) == ()


def test_languages_have_names_in_both_languages() -> None:
    assert (language_name("de", "en"), language_name("de", "zh"), language_name("xx", "en")) == ("German", "德语", "xx")
    assert named_shares({"en": 0.6, "zh": 0.4}, "zh") == "英语 60%、中文 40%"
