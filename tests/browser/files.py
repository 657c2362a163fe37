"""Files to drop on the Data tab, and how a person drops them."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Page, expect

ENGLISH = [
    (f"{text} {n}", label)
    for n in range(20)
    for text, label in (("Where is my parcel", "delivery"), ("Charged twice for order", "billing"))
]
CHINESE = [
    (f"{text}{n}", label)
    for n in range(20)
    for text, label in (("物流很快，包装也好，第几次了", "好评"), ("用了几天就坏了，再也不买", "差评"))
]


#: Differs whenever the table of rows was drawn anew.
_DRAWN = "(document.querySelector('#data-rows')?.dataset.stamp ?? '')"


def upload(page: Page, path: Path) -> None:
    page.locator("#tab-data-button").click()
    drawn = page.evaluate(_DRAWN)
    page.set_input_files("#data-file input[type=file]", path)
    page.wait_for_function(f"(before) => {_DRAWN} !== before", arg=drawn)
    expect(page.locator("#data-found")).to_contain_text(path.name)


def drop(page: Page, name: str, data: bytes) -> None:
    """Another file in place of the one before, until the page has something to say about it."""
    if not page.locator("#data-file").is_visible():
        page.locator("#data-source > button").click()
    # Files that were read leave their field by themselves.
    expect(page.locator("#data-file").get_by_role("button", name=re.compile("clear|清除", re.IGNORECASE))).to_have_count(0)
    page.set_input_files("#data-file input[type=file]", {"name": name, "mimeType": "application/octet-stream", "buffer": data})
    said = "(name) => ['#data-found', '#data-message'].some((place) => document.querySelector(place)?.textContent.includes(name))"
    page.wait_for_function(said, arg=name)


def status(page: Page, step: str) -> str | None:
    return page.locator(f"#tab-{step}-button").get_attribute("data-status")
