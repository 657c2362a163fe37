"""Every choice that makes a fine-tune: the settings, their ranges, and what contradicts what."""

from playground.recipe.recipe import (
    MOST_RATE_OF_WHOLE_LAYERS,
    PRESETS,
    Balance,
    Method,
    Optimizer,
    Preset,
    Quantization,
    Recipe,
    Schedule,
    TargetModules,
    settings,
    settings_for,
)
from playground.recipe.settings import Setting

__all__ = [
    "MOST_RATE_OF_WHOLE_LAYERS", "PRESETS", "Balance", "Method", "Optimizer", "Preset", "Quantization", "Recipe", "Schedule", "Setting",
    "TargetModules", "settings", "settings_for",
]  # fmt: skip
