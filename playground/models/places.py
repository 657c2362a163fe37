"""Where models are kept on this machine. Nothing is read or created by naming a place."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs


def cache_root() -> Path:
    """``PLAYGROUND_MODELS``, else a folder in the user's cache directory."""
    chosen = os.environ.get("PLAYGROUND_MODELS")
    return Path(chosen) if chosen else Path(platformdirs.user_cache_dir("fine-tuning-playground")) / "models"


def hand_made_folder() -> Path:
    """Where a person can put models by hand: ``PLAYGROUND_MODEL_FOLDER``, else ``by-hand`` in the cache."""
    chosen = os.environ.get("PLAYGROUND_MODEL_FOLDER")
    return Path(chosen) if chosen else cache_root() / "by-hand"


def own_models_folder() -> Path:
    """Facts about the base models that people named themselves, one file a model."""
    return cache_root() / "own"
