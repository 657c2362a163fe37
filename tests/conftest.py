"""Fixtures every room's tests may use."""

pytest_plugins = ["tests.fixtures_models"]
