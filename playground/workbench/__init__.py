"""Workbench: everything a person can do, in one place; the page and the command line are two ways to call it.

Every method that touches a draft, a dataset or a run takes the owner it acts for and refuses what is not theirs with "not found", so no
page handler and no API call can reach another visitor's work. ``None`` as owner skips the check and is for the machine's own command line.
"""

from playground.workbench.bench import LOCAL_OWNER, Workbench, default_home

__all__ = ["LOCAL_OWNER", "Workbench", "default_home"]
