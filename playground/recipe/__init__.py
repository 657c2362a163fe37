"""Every choice that makes a fine-tune: the settings, their ranges, and what contradicts what."""

from playground.recipe.recipe import (
    LEAST_RATE_OF_PROMPT,
    LORA_METHODS,
    MOST_RATE_OF_WHOLE_LAYERS,
    PRESETS,
    Balance,
    LoraInit,
    Method,
    Optimizer,
    Preset,
    Quantization,
    Recipe,
    Schedule,
    TargetModules,
    Tracking,
    settings,
    settings_for,
)
from playground.recipe.settings import Setting

__all__ = [
    "LEAST_RATE_OF_PROMPT", "LORA_METHODS", "MOST_RATE_OF_WHOLE_LAYERS", "PRESETS", "Balance", "LoraInit", "Method", "Optimizer", "Preset",
    "Quantization", "Recipe", "Schedule", "Setting", "TargetModules", "Tracking", "settings", "settings_for",
]  # fmt: skip
