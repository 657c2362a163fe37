"""The registry of models people named: what it keeps, for whom, and what it never holds."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from playground.errors import ModelError
from playground.models import CATALOGUE, get_model, own
from playground.models.types import Model


@pytest.fixture
def mine(place: Path, tiny: Model) -> Model:
    return replace(tiny, origin="hub", package=None)


def test_a_named_model_is_found_by_its_id_like_any_other(mine: Model) -> None:
    registered = own.register(mine, "anna")
    assert get_model("test/tiny") == registered == replace(mine, owners=("anna",))


def test_an_unknown_id_stays_unknown(place: Path) -> None:
    with pytest.raises(ModelError) as caught:
        get_model("test/tiny")
    assert caught.value.code == "model_unknown"


def test_everybody_sees_what_they_named_only(mine: Model) -> None:
    own.register(mine, "anna")
    own.register(replace(mine, id="test/other"), "ben")
    assert [model.id for model in own.own_models("anna")] == ["test/tiny"]
    assert [model.id for model in own.own_models("carl")] == []
    assert len(own.own_models(None)) == 2


def test_two_people_can_name_the_same_model(mine: Model) -> None:
    own.register(mine, "anna")
    assert own.register(mine, "ben").owners == ("anna", "ben")
    own.forget(mine.id, "anna")
    assert own.owners_of(mine.id) == ("ben",)
    own.forget(mine.id, "ben")
    assert own.find(mine.id) is None


def test_nobodys_model_can_take_the_place_of_another(mine: Model) -> None:
    twin = replace(mine, id="intfloat-multilingual/e5-small")
    assert twin.slug not in {model.slug for model in CATALOGUE}
    assert replace(mine, id="a/b-c").slug != replace(mine, id="a-b/c").slug


def test_a_model_on_offer_cannot_be_replaced(mine: Model) -> None:
    own.register(replace(mine, id=CATALOGUE[0].id), "anna")
    assert get_model(CATALOGUE[0].id) == CATALOGUE[0]


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"id": 1}'])
def test_a_file_of_another_version_is_passed_over(mine: Model, place: Path, content: str) -> None:
    own.register(mine, "anna")
    (place / "models" / "own" / "other.json").write_text(content, encoding="utf-8")
    assert len(own.own_models("anna")) == 1
