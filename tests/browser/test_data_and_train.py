"""The Data and Train tabs in a real browser: a file, what we found in it, a model, its settings."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import App, Visitor
from tests.browser.files import CHINESE, ENGLISH, status, upload
from tests.browser.person import falls_quiet

PageFor = Callable[..., Visitor]


@pytest.fixture
def english(tmp_path: Path) -> Path:
    rows = ["message,intent", *(f"{text},{label}" for text, label in [*ENGLISH, ("nobody labelled this one", "")])]
    path = tmp_path / "support.csv"
    path.write_text("\n".join(rows), encoding="utf-8")
    return path


@pytest.fixture
def chinese(tmp_path: Path) -> Path:
    path = tmp_path / "评论.csv"
    path.write_text("\n".join(["评论内容,情感", *(f"{text},{label}" for text, label in CHINESE)]), encoding="gb18030")
    return path


def no_sideways_scroll(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


def test_a_new_workspace_says_what_to_do_first(start_app: Callable[..., App], page_for: PageFor) -> None:
    page = page_for(start_app().url).page
    expect(page.locator("#data-source")).to_contain_text("Start with labelled text")
    expect(page.locator("#tab-data-button")).to_have_attribute("data-status", "no data yet")
    page.locator("#tab-train-button").click()
    expect(page.locator("#train-gate")).to_contain_text("Training needs labelled text")
    page.locator("#train-to-data").click()
    expect(page.locator("#data-file")).to_be_visible()


def test_an_uploaded_file_is_explained_counted_and_shown(app: App, page_for: PageFor, english: Path) -> None:
    page = page_for(app.url).page
    upload(page, english)
    expect(page.locator("#data-found")).to_contain_text(
        "CSV, UTF-8, comma · 41 rows (40 usable) · text in message, label in intent (2 labels)"
    )
    expect(page.locator("#data-labels .pg-fill")).to_have_count(2)
    expect(page.locator("#data-findings")).to_contain_text("1 row has no label")
    expect(page.locator("#tab-data-button")).to_have_attribute("data-status", "40 rows · 2 labels")


def test_a_finding_shows_its_rows(app: App, page_for: PageFor, english: Path) -> None:
    page = page_for(app.url).page
    upload(page, english)
    page.locator("#data-findings summary").first.click()
    expect(page.locator("#data-findings")).to_contain_text("nobody labelled this one")


def test_the_rows_can_be_paged(app: App, page_for: PageFor, english: Path) -> None:
    page = page_for(app.url).page
    upload(page, english)
    expect(page.locator("#data-rows .pg-page-now")).to_have_text("rows 1–25 of 41")
    page.locator("#data-rows [data-turn=next]").click()
    expect(page.locator("#data-rows .pg-page-now")).to_have_text("rows 26–41 of 41")
    expect(page.locator("#data-rows tbody tr")).to_have_count(16)
    page.locator("#data-search input").fill("PARCEL 1")
    page.keyboard.press("Enter")
    expect(page.locator("#data-rows .pg-page-now")).to_have_text("rows 1–11 of 11")


def test_another_column_can_be_the_label(app: App, page_for: PageFor, tmp_path: Path) -> None:
    path = tmp_path / "two.csv"
    path.write_text("message,intent,mood\n" + "".join(f"{text},{label},{'abc'[n % 3]}\n" for n, (text, label) in enumerate(ENGLISH)))
    page = page_for(app.url).page
    upload(page, path)
    page.locator("#data-change > button").click()
    page.locator("#data-label-column input").click()
    page.get_by_role("option", name="mood").click()
    expect(page.locator("#data-found")).to_contain_text("label in mood (3 labels)")
    expect(page.locator("#tab-data-button")).to_have_attribute("data-status", "40 rows · 3 labels")


def test_a_bad_file_gives_cause_and_remedy_and_loses_nothing(app: App, page_for: PageFor, english: Path, tmp_path: Path) -> None:
    page = page_for(app.url).page
    upload(page, english)
    bad = tmp_path / "bad.csv"
    bad.write_bytes(bytes(range(256)) * 20)
    page.locator("#data-source > button").click()
    expect(page.locator("#data-file input[type=file]")).to_be_attached()  # the file that was read has left its field
    page.set_input_files("#data-file input[type=file]", bad)
    expect(page.locator("#data-message")).to_contain_text("bad.csv")
    expect(page.locator("#data-message .pg-remedy")).not_to_be_empty()
    expect(page.locator("#data-found")).to_contain_text("support.csv")
    assert status(page, "data") == "40 rows · 2 labels"


def test_a_file_dropped_right_after_one_that_was_refused_is_read(app: App, page_for: PageFor, english: Path, tmp_path: Path) -> None:
    page = page_for(app.url).page
    bad = tmp_path / "bad.csv"
    bad.write_bytes(bytes(range(256)) * 20)
    page.locator("#tab-data-button").click()
    page.set_input_files("#data-file input[type=file]", bad)
    expect(page.locator("#data-message")).to_contain_text("bad.csv")
    page.set_input_files("#data-file input[type=file]", english)
    expect(page.locator("#data-found")).to_contain_text("support.csv")


def test_pasted_rows_are_read_like_a_file(app: App, page_for: PageFor) -> None:
    page = page_for(app.url).page
    page.locator("#tab-data-button").click()
    if not page.locator("#data-paste textarea").is_visible():
        page.locator("#data-source > button").click()
    page.locator("#data-paste textarea").fill("text\tlabel\n" + "".join(f"{text}\t{label}\n" for text, label in ENGLISH))
    page.locator("#data-paste-use").click()
    expect(page.locator("#data-found")).to_contain_text("TSV, UTF-8 · 40 rows")


def test_an_empty_paste_is_answered_and_not_ignored(app: App, page_for: PageFor) -> None:
    page = page_for(app.url, locale="zh-CN").page
    page.locator("#tab-data-button").click()
    if not page.locator("#data-paste textarea").is_visible():
        page.locator("#data-source > button").click()
    page.locator("#data-paste-use").click()
    expect(page.locator("#data-message")).to_contain_text("输入框是空的")


def test_text_of_a_file_never_becomes_markup(app: App, page_for: PageFor, tmp_path: Path) -> None:
    path = tmp_path / "markup.csv"
    bad = "<img src=x onerror='window.broken=1'><script>window.broken=1</script>"
    path.write_text("message,intent\n" + "".join(f'"{bad} {n}","<b>{n % 2}</b>"\n' for n in range(30)))
    page = page_for(app.url).page
    upload(page, path)
    expect(page.locator("#data-rows")).to_contain_text("<script>")
    assert page.evaluate("window.broken") is None


def test_a_cell_that_is_left_with_escape_stays_as_it_was(app: App, page_for: PageFor, english: Path) -> None:
    page = page_for(app.url).page
    upload(page, english)
    cell = page.locator("#data-rows [data-edit=text]").first
    before = cell.inner_text()
    cell.click()
    page.keyboard.type("something else")
    page.keyboard.press("Escape")
    expect(cell).to_have_text(before)
    page.keyboard.press("ArrowRight")
    expect(page.locator("#data-rows [data-edit=label]").first).to_be_focused()
    expect(page.locator("#data-steps")).to_have_count(0)


def test_a_table_drawn_anew_under_a_field_takes_it_away_and_keeps_nothing(app: App, page_for: PageFor, english: Path) -> None:
    page = page_for(app.url).page
    upload(page, english)
    page.locator("#data-rows [data-edit=text]").first.click()
    page.keyboard.type("half a thought")
    page.evaluate("document.querySelector('#data-rows [data-turn=next]').click()")
    expect(page.locator("#data-rows .pg-page-now")).to_have_text("rows 26–41 of 41")
    expect(page.locator(".pg-field-in")).to_have_count(0)
    expect(page.locator("#data-steps")).to_have_count(0)


def test_another_encoding_is_chosen_by_how_the_file_reads_in_it(app: App, page_for: PageFor, chinese: Path) -> None:
    page = page_for(app.url).page
    upload(page, chinese)
    page.locator("#data-change > button").click()
    page.locator("#data-encoding input").click()
    expect(page.get_by_role("option", name=re.compile("GB18030 · 评论内容"))).to_be_visible()
    page.get_by_role("option", name=re.compile("^(?!GB18030|as detected)")).first.click()
    expect(page.locator("#data-found")).not_to_contain_text("评论内容")


def test_an_idle_data_tab_draws_nothing(app: App, page_for: PageFor, english: Path) -> None:
    page = page_for(app.url).page
    upload(page, english)
    falls_quiet(page, seconds=4, within=16)  # what the upload set going may still come to its end


def test_a_chinese_file_in_gb18030_is_read_and_told_in_chinese(app: App, page_for: PageFor, chinese: Path) -> None:
    page = page_for(app.url, locale="zh-CN").page
    upload(page, chinese)
    expect(page.locator("#data-found")).to_contain_text("GB18030，逗号分隔 · 40 行 · 文本在 评论内容，标签在 情感（2 个标签）")
    expect(page.locator("#data-labels")).to_contain_text("好评")
    page.locator("#data-next").click()
    expect(page.locator("#train-model-card")).to_contain_text("Multilingual E5 small")
    expect(page.locator("#train-start")).to_have_text("开始训练")


def test_the_language_follows_the_browser_and_the_switch_is_remembered(app: App, page_for: PageFor, english: Path) -> None:
    visitor = page_for(app.url)
    page = visitor.page
    upload(page, english)
    page.locator("[data-pg-language=zh]").click()
    page.wait_for_function("document.documentElement.lang === 'zh-CN'")
    visitor.ready()
    expect(page.locator("#data-next")).to_have_text("选择模型 →")
    expect(page.locator("#data-found")).to_contain_text("41 行（其中 40 行可用） · 文本在 message，标签在 intent（2 个标签）")
    page.reload()
    visitor.ready()
    expect(page.locator("#tab-data-button")).to_have_attribute("data-status", "40 行 · 2 个标签")
    expect(page.locator("h1")).to_contain_text("微调工作台")


def test_light_or_dark_follows_the_system_and_the_switch_is_remembered(app: App, page_for: PageFor) -> None:
    visitor = page_for(app.url, scheme="dark")
    page = visitor.page
    assert page.evaluate("getComputedStyle(document.documentElement).getPropertyValue('--pg-paper').trim()") == "#14161b"
    page.locator("[data-pg-theme]").click()
    page.reload()
    visitor.ready()
    assert page.evaluate("getComputedStyle(document.body).getPropertyValue('--pg-paper').trim()") == "#fbfaf8"


def test_a_reload_comes_back_to_the_tab_and_the_data(app: App, page_for: PageFor, english: Path) -> None:
    visitor = page_for(app.url)
    page = visitor.page
    upload(page, english)
    page.locator("#data-next").click()
    expect(page.locator("#train-form")).to_be_visible()
    page.reload()
    visitor.ready()
    expect(page.locator("#tab-train-button")).to_have_attribute("aria-selected", "true")
    expect(page.locator("#train-form")).to_be_visible()
    page.locator("#tab-data-button").click()
    expect(page.locator("#data-found")).to_contain_text("support.csv")


def test_the_train_tab_proposes_a_model_and_says_what_it_costs(app: App, page_for: PageFor, english: Path) -> None:
    page = page_for(app.url).page
    upload(page, english)
    page.locator("#data-next").click()
    expect(page.locator("#train-model-card")).to_contain_text("recommended for this data")
    expect(page.locator("#train-estimate")).to_contain_text("On this machine: about")
    page.locator("#train-exact > button").click()
    expect(page.locator("#train-exact")).to_contain_text("playground.training")
    expect(page.locator("#train-exact")).to_contain_text('"lora_r": 16')


def test_contradictory_settings_are_all_listed_and_stand_at_their_fields(app: App, page_for: PageFor, english: Path) -> None:
    page = page_for(app.url).page
    upload(page, english)
    page.locator("#data-next").click()
    page.locator("#train-advanced > button").click()
    page.locator("#train-double-quantization input").check()
    page.locator("#train-lora-r input").fill("0")
    page.locator("#train-epochs input").fill("")
    expect(page.locator("#train-problems li")).to_have_count(3)
    expect(page.locator(".pg-field-note:visible")).to_have_count(3)
    expect(page.locator("#train-start")).to_be_disabled()
    expect(page.locator("#tab-train-button")).to_have_attribute("data-status", "▲ 3 settings to change")
    page.get_by_text("Quick ·").click()
    expect(page.locator("#train-problems")).to_have_count(0)
    expect(page.locator("#train-start")).to_be_enabled()


def test_a_preset_changes_the_settings_and_a_changed_setting_leaves_the_preset(app: App, page_for: PageFor, english: Path) -> None:
    page = page_for(app.url).page
    upload(page, english)
    page.locator("#data-next").click()
    page.locator("#train-advanced > button").click()
    page.get_by_text("Thorough ·").click()
    expect(page.locator("#train-epochs input")).to_have_value("100")
    page.locator("#train-epochs input").fill("9")
    expect(page.locator("#train-estimate")).to_contain_text("9 epochs")
    expect(page.locator("#train-preset input:checked")).to_have_count(0)


@pytest.mark.parametrize("locale", ["en-US", "zh-CN"])
def test_no_tab_scrolls_sideways(app: App, page_for: PageFor, chinese: Path, locale: str) -> None:
    page = page_for(app.url, locale=locale, width=390).page
    upload(page, chinese)
    for width in (390, 1600, 1200, 390):  # opened narrow, made wide, and narrow again
        page.set_viewport_size({"width": width, "height": 900})
        for step in ("data", "train", "runs", "compare"):
            page.locator(f"#tab-{step}-button").click()
            expect(page.locator(f"#tab-{step}-button")).to_have_attribute("aria-selected", "true")
            assert no_sideways_scroll(page), (step, width)
