"""Entities and written answers, from the file to the comparison, in a real browser with models that are tiny and random.

What such models learn is of no account here; that every step leads to the next one, and shows the answers of its task, is.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import App, Visitor
from tests.browser.person import Person

PageFor = Callable[..., Visitor]
_PEOPLE = ("anna", "bert", "carla", "dimitri")
_PLACES = ("bonn", "delhi", "lima", "oslo", "turin")


@pytest.fixture(scope="module")
def small(
    tiny_models: Path,
    writing_models: Path,
    tmp_path_factory: pytest.TempPathFactory,
    start_for_module: Callable[..., App],
) -> Iterator[App]:
    """An app whose models are all tiny."""
    models = tmp_path_factory.mktemp("models")
    for folder in (*tiny_models.iterdir(), *writing_models.iterdir()):
        shutil.copytree(folder, models / folder.name)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PLAYGROUND_MODELS", str(models))
        yield start_for_module()


def entities_file(folder: Path) -> Path:
    """Sentences with persons and places, one token and its tag a line."""
    sentences = [
        f"{who}\tB-PER\nwaits\tO\nin\tO\n{where}\tB-LOC\nuntil\tO\n{hour}\tO\n"
        for hour, (who, where) in enumerate((who, where) for who in _PEOPLE for where in _PLACES for _ in range(2))
    ]
    path = folder / "names.conll"
    path.write_text("\n".join(sentences), encoding="utf-8")
    return path


def answers_file(folder: Path) -> Path:
    """Questions and what to answer."""
    says = {"cat": "meow", "cow": "moo", "dog": "woof"}
    rows = [
        {"messages": [{"role": "user", "content": f"{place} {animal}"}, {"role": "assistant", "content": sound}]}
        for place in range(14)
        for animal, sound in says.items()
    ]
    path = folder / "animals.jsonl"
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    return path


def diary_file(folder: Path) -> Path:
    """Running text of the same people and places."""
    lines = [f"{who} waits in {where} until {hour}" for hour, who in enumerate(_PEOPLE * 4) for where in _PLACES]
    path = folder / "diary.txt"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def moods_file(folder: Path) -> Path:
    """Sentences with one label each."""
    rows = [
        f"{who} {mood} {where},{label}" for who in _PEOPLE for where in _PLACES for mood, label in (("loves", "good"), ("hates", "bad"))
    ]
    path = folder / "moods.csv"
    path.write_text("text,label\n" + "\n".join(rows), encoding="utf-8")
    return path


def test_entities_from_the_file_to_the_marks_in_a_text(small: App, page_for: PageFor, tmp_path: Path) -> None:
    anna = Person(page_for(small.url))
    anna.uploads(entities_file(tmp_path))
    anna.starts_training()
    anna.sees("finished")
    assert "entity F1" in anna.reads_the_verdict()
    expect(anna.page.locator("#compare-rows .stack .expected .entity").first).to_be_visible()
    anna.asks("anna waits in lima")
    expect(anna.page.locator(".answer .above .entities")).to_have_count(2)


def test_written_answers_from_the_file_to_a_question_of_ones_own(small: App, page_for: PageFor, tmp_path: Path) -> None:
    anna = Person(page_for(small.url))
    anna.uploads(answers_file(tmp_path))
    anna.starts_training()
    anna.sees("finished")
    assert "chrF" in anna.reads_the_verdict()
    anna.page.locator("#compare-question textarea").fill("3 cat")
    anna.page.locator("#compare-ask").click()
    expect(anna.page.locator(".answer .changed")).to_be_visible(timeout=120_000)
    expect(anna.page.locator(".answer .side.tuned .written")).to_be_visible()
    expect(anna.page.locator("#compare-ask")).to_be_enabled()


def test_adapt_to_running_text_then_teach_it_labels_then_see_what_that_was_worth(small: App, page_for: PageFor, tmp_path: Path) -> None:
    pictures = tmp_path / "artifacts"
    anna = Person(page_for(small.url))
    line, own = anna.page.locator("#data-base"), re.compile("diary.txt")
    anna.uploads(diary_file(tmp_path))
    anna.starts_training()
    anna.sees("finished")
    anna.keeps_a_picture(pictures / "1-adapted.png")

    anna.page.locator("#run-teach").click()
    expect(line).to_contain_text("Your own base model is ready")
    anna.uploads(moods_file(tmp_path))
    expect(line).to_contain_text("Training begins with your own base model")
    anna.keeps_a_picture(pictures / "2-base-on-data.png")
    anna.reloads()
    anna.goes_to("train")
    expect(anna.page.locator("#train-model-card .pg-model-head b")).to_have_text(own)
    anna.keeps_a_picture(pictures / "3-base-on-train.png")
    anna.starts_training()
    anna.sees("finished")

    anna.reads_the_verdict()
    expect(anna.page.locator("#compare-own-base")).to_contain_text("Not known yet")
    anna.page.locator("#compare-own-base-go").click()
    anna.page.wait_for_function("!document.querySelector('.run-now')?.textContent.includes('diary.txt')")
    anna.sees("finished")
    anna.reads_the_verdict()
    expect(anna.page.locator("#compare-own-base")).to_contain_text(own)
    expect(anna.page.locator("#compare-own-base-go")).to_be_hidden()
    anna.keeps_a_picture(pictures / "4-worth.png")
