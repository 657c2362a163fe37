"""What helps is offered gently, says what it saves, changes nothing else, and the smaller plan learns the very same."""

from __future__ import annotations

from dataclasses import replace

from playground.estimate import Estimate, Remedy, estimate, remedies, smaller
from playground.recipe import Recipe
from tests.test_presets import CPU, DATA, MODEL

LONG = replace(DATA, mean_characters=1_500.0, long_characters=3_000.0)
RECIPE = Recipe(model=MODEL.id, batch_size=32, max_length=512)


def offered(recipe: Recipe = RECIPE, dataset=LONG, memory_mb: float = 1_200.0) -> tuple[Remedy, ...]:  # type: ignore[no-untyped-def]
    def estimated(each: Recipe) -> Estimate:
        return estimate(each, dataset, MODEL, CPU)

    return remedies(recipe, dataset, MODEL, CPU, memory_mb, estimated)


def test_what_loses_text_comes_last() -> None:
    codes = [remedy.code for remedy in offered()]
    assert codes[-1] == "shorter"
    assert codes.index("smaller_batch") < codes.index("checkpointing") < codes.index("shorter")


def test_each_takes_less_and_says_how_much() -> None:
    before = estimate(RECIPE, LONG, MODEL, CPU).memory_mb
    for remedy in offered():
        assert remedy.memory_mb < before
        assert remedy.memory_mb == estimate(remedy.applied(RECIPE), LONG, MODEL, CPU).memory_mb


def test_a_limit_no_text_reaches_is_lowered_first_and_only_then() -> None:
    assert "shorter_free" not in [remedy.code for remedy in offered()]
    wasteful = offered(dataset=replace(LONG, long_characters=900.0))[0]
    assert (wasteful.code, dict(wasteful.changes)) == ("shorter_free", {"max_length": 256})


def test_short_texts_are_not_cut_shorter() -> None:
    short = offered(dataset=replace(DATA, mean_characters=40.0, long_characters=80.0))
    assert "shorter" not in [remedy.code for remedy in short]


def test_the_smaller_batch_is_the_largest_that_fits_and_keeps_the_step() -> None:
    [remedy] = [remedy for remedy in offered() if remedy.code == "smaller_batch"]
    after = remedy.applied(RECIPE)
    assert after.batch_size * after.gradient_accumulation == RECIPE.batch_size
    assert remedy.fits
    twice = replace(after, batch_size=2 * after.batch_size, gradient_accumulation=after.gradient_accumulation // 2)
    assert estimate(twice, LONG, MODEL, CPU).most_memory_mb > 1_200.0


def test_what_the_recipe_forbids_is_not_offered() -> None:
    full = replace(RECIPE, method="full", learning_rate=1e-4)
    assert "quantize" not in [remedy.code for remedy in offered(full)]


def test_what_is_done_already_is_not_offered() -> None:
    done = replace(RECIPE, batch_size=1, gradient_checkpointing=True, quantization="nf4", max_length=32)
    assert offered(done) == ()


def test_a_smaller_plan_halves_the_batch_and_keeps_the_step() -> None:
    once = smaller(replace(RECIPE, batch_size=16, gradient_accumulation=3))
    assert once is not None
    assert (once.batch_size, once.gradient_accumulation) == (8, 6)


def test_an_odd_batch_is_divided_without_a_rest() -> None:
    once = smaller(replace(RECIPE, batch_size=15))
    assert once is not None
    assert (once.batch_size, once.gradient_accumulation) == (5, 3)


def test_after_the_smallest_batch_comes_checkpointing_and_then_nothing() -> None:
    last = smaller(replace(RECIPE, batch_size=1))
    assert last is not None
    assert last.gradient_checkpointing
    assert smaller(last) is None


def test_a_smaller_plan_is_still_a_sound_recipe() -> None:
    plan: Recipe | None = replace(RECIPE, batch_size=512, gradient_accumulation=4)
    while plan is not None:
        assert plan.check(CPU, max_positions=MODEL.max_positions) == ()
        plan = smaller(plan)
