"""Fixtures every room's tests may use, and which tests go together where several workers share them."""

from __future__ import annotations

import pytest

pytest_plugins = ["tests.fixtures_models"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The tests of a file share its fixtures; those with a browser would take the machine from each other, so one worker has them all."""
    for item in items:
        file = item.nodeid.partition("::")[0]
        item.add_marker(pytest.mark.xdist_group("browser" if file.startswith("tests/browser/") else file))
