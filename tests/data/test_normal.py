"""When two texts are the same."""

from __future__ import annotations

import pytest

from playground.data.normal import normalise


@pytest.mark.parametrize("other", ["where IS it", " where  is\tit\n", "ｗｈｅｒｅ is it", "where\u00a0is it"])
def test_spelling_that_nobody_sees_does_not_count(other: str) -> None:
    assert normalise([other]) == normalise(["Where is it"])


def test_words_do_count() -> None:
    assert len(set(normalise(["where is it", "where is he", "whereis it", "where is it?"]))) == 4
