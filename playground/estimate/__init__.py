"""Will it fit, how long will it take, and what helps if it does not fit: known before Start, without torch.

shape      what a model's layers look like inside
lengths    rows and tokens, from a dataset's facts
memory     megabytes, part by part
speed      seconds, part by part
formula    both, corrected by steps measured on this machine
room       what this machine has left
remedies   what to change if it does not fit
"""

from playground.estimate.formula import estimate, memory_by_formula, training_seconds
from playground.estimate.remedies import Remedy, remedies, smaller
from playground.estimate.room import Fit, Room, disk_mb, find_room, fit_of
from playground.estimate.types import Estimate, Ground, Measured, Memory, Seconds, Trial

__all__ = [
    "Estimate", "Fit", "Ground", "Measured", "Memory", "Remedy", "Room", "Seconds", "Trial", "disk_mb", "estimate", "find_room", "fit_of",
    "memory_by_formula", "remedies", "smaller", "training_seconds",
]  # fmt: skip
