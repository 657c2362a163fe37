"""Errors speak to a person in their language."""

from __future__ import annotations

from playground.errors import PlaygroundError, RecipeError


def test_an_error_has_cause_and_remedy_in_both_languages() -> None:
    error = PlaygroundError("not_found", name="r1")
    assert "r1" in error.message("en")
    assert "r1" in error.message("zh")
    assert error.message("en") != error.message("zh")
    assert error.remedy("en")
    assert str(error) == f"{error.message()} {error.remedy()}"


def test_a_recipe_error_says_every_problem_with_its_remedy() -> None:
    problems = (RecipeError("float16_on_cpu", field="compute_dtype"), RecipeError("setting_unknown", field="speed", known="epochs"))
    text = RecipeError("recipe", problems, count=2).message("en")
    for problem in problems:
        assert problem.message("en") in text
        assert problem.remedy("en") in text
