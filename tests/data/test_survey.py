"""What a survey tells a person, and what they can do about it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from playground.data.survey import RESULT, SurveyState, Trial, read_survey, survey_findings
from playground.data.types import Finding, Step
from playground.words import LANGUAGES
from tests.data.surveys import GOOD_TRIAL, make_survey, suspects, write_survey


def finding(code: str, **changes: object) -> Finding:
    found = {one.code: one for one in survey_findings(make_survey(**changes))}
    assert code in found
    return found[code]


def test_what_a_child_wrote_is_read_back(tmp_path: Path) -> None:
    telling = {"a": (("refund", 3.5), ("退货", 2.0)), "b": ()}
    written = make_survey(suspects=suspects(1, 4), trial=GOOD_TRIAL, near=((0, 1), (2, 4)), outliers=(6,), telling=telling, seconds=3.5)
    write_survey(tmp_path, written)
    survey = read_survey(tmp_path)
    assert survey is not None
    for name in ("rows", "lengths", "positions"):
        assert np.array_equal(getattr(survey, name), getattr(written, name))
    assert [getattr(survey, name) for name in ("suspects", "trial", "near", "outliers", "telling", "labels", "excerpts")] == [
        getattr(written, name) for name in ("suspects", "trial", "near", "outliers", "telling", "labels", "excerpts")
    ]


def test_a_survey_that_did_not_come_to_its_end_is_none(tmp_path: Path) -> None:
    write_survey(tmp_path, make_survey())
    (tmp_path / RESULT).unlink()
    assert read_survey(tmp_path) is None


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"trial": null, "suspects": 3}', '{"from": "the future"}'])
def test_a_survey_another_version_wrote_is_none(tmp_path: Path, text: str) -> None:
    write_survey(tmp_path, make_survey())
    (tmp_path / RESULT).write_text(text, encoding="utf-8")
    assert read_survey(tmp_path) is None


def test_it_knows_whether_it_looked_at_a_sample() -> None:
    assert not make_survey().sampled
    assert make_survey(total_rows=7).sampled


def test_a_limit_costs_the_tokens_behind_it() -> None:
    lost = make_survey().lost(40)
    assert (lost.texts, lost.texts_share) == (2, pytest.approx(1 / 3))
    assert lost.tokens_share == pytest.approx((10 + 560) / 750)


def test_a_limit_nothing_reaches_costs_nothing() -> None:
    lost = make_survey().lost(600)
    assert (lost.texts, lost.texts_share, lost.tokens_share) == (0, 0.0, 0.0)


def test_a_clean_survey_has_no_findings() -> None:
    assert survey_findings(make_survey(lengths=np.full(6, 20, np.int32))) == ()


def test_likely_label_errors_can_all_take_the_suggested_label() -> None:
    found = finding("likely_label_errors", suspects=suspects(4, 1) + suspects(2, to="c"), trial=GOOD_TRIAL)
    assert found.severity == "warning"
    assert found.rows == (4, 1, 2)
    assert found.fixes[0].steps == (Step("set_label", (1, 4), {"to": "b"}), Step("set_label", (2,), {"to": "c"}))
    assert found.fixes[1].steps == (Step("drop_rows", (1, 2, 4)),)


def test_likely_label_errors_tell_how_well_they_are_found_here() -> None:
    found = finding("likely_label_errors", suspects=suspects(1), trial=GOOD_TRIAL)
    for language in LANGUAGES:
        assert "97" in found.message(language)
        assert "90" in found.message(language)
        assert "80" in found.message(language)


def test_where_the_trial_went_badly_nothing_is_changed_with_one_click() -> None:
    found = finding("doubtful_labels", suspects=suspects(1, 4), trial=Trial(0.05, 0.4, 0.2))
    assert found.severity == "info"
    assert found.fixes == ()
    assert "20 %" in found.message()


def test_texts_over_the_limit_are_listed_longest_first_with_what_is_lost() -> None:
    found = finding("over_token_limit", lengths=np.array([10, 700, 30, 40, 50, 600], np.int32))
    assert found.rows == (1, 6)
    assert found.severity == "warning"
    assert found.fixes == ()
    assert "700" in found.message()
    assert "512" in found.message("zh")


def test_a_loss_hardly_worth_a_word_is_no_warning() -> None:
    assert finding("over_token_limit", lengths=np.array([500, 500, 500, 500, 500, 513], np.int32)).severity == "info"


def test_of_texts_that_mean_the_same_one_stays() -> None:
    found = finding("near_by_meaning", near=((0, 1), (5, 6)))
    assert found.rows == (0, 1, 5, 6)
    assert found.fixes[0].steps == (Step("drop_rows", (1, 6)),)


def test_texts_that_mean_the_same_under_different_labels_are_left_to_a_person() -> None:
    found = finding("near_by_meaning", near=((1, 2),))
    assert found.facts["mixed"] == 1
    assert found.fixes == ()


def test_outliers_can_be_left_out() -> None:
    found = finding("outliers", outliers=(6, 0))
    assert found.rows == (6, 0)
    assert found.fixes[0].steps == (Step("drop_rows", (0, 6)),)


def test_every_finding_reads_well_for_one_and_for_many() -> None:
    one = make_survey(suspects=suspects(1), trial=GOOD_TRIAL, near=((0, 1),), outliers=(6,))
    many = make_survey(suspects=suspects(1, 2), trial=GOOD_TRIAL, near=((0, 1), (2, 4)), outliers=(6, 5), lengths=np.full(6, 600, np.int32))
    doubtful = make_survey(suspects=suspects(1, 2), trial=Trial(0.05, 0.1, 0.1))
    for found in (*survey_findings(one), *survey_findings(many), *survey_findings(doubtful)):
        for language in LANGUAGES:
            sentences = [found.message(language), found.remedy(language), *(fix.label(language) for fix in found.fixes)]
            assert all(sentence and "{" not in sentence for sentence in sentences)


def test_no_finding_lists_more_than_a_thousand_rows_but_its_fix_covers_all() -> None:
    found = finding("likely_label_errors", suspects=suspects(*range(1500)), trial=GOOD_TRIAL)
    assert len(found.rows) == 1000
    assert len(found.fixes[0].steps[0].rows) == 1500


def test_a_state_knows_its_share() -> None:
    state = SurveyState("running", "embedding", 5, 20)
    assert state.share == 0.25
    assert replace(state, total=0).share is None
