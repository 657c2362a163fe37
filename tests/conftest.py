"""Fixtures every room's tests may use, and which tests go together where several workers share them."""

from __future__ import annotations

from typing import Any

import pytest

pytest_plugins = ["tests.fixtures_models"]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Any:
    """With ``-n``: the tests of a file share its fixtures; those with a browser would take the machine from each other, so one worker has
    all of them, and begins at once."""
    from xdist.scheduler import LoadFileScheduling

    class ByFile(LoadFileScheduling):  # type: ignore[misc]
        def _split_scope(self, nodeid: str) -> str:
            return "browser" if nodeid.startswith("tests/browser/") else super()._split_scope(nodeid)

    return ByFile(config, log)
