"""Finding good settings by trying: what may vary, what was tried, what came of it. Without torch; ``training.search`` does the trying."""

from playground.search.types import SEARCHED, Ending, Searched, SearchRequest, SearchState, SearchTrial, TrialStatus

__all__ = ["SEARCHED", "Ending", "SearchRequest", "SearchState", "SearchTrial", "Searched", "TrialStatus"]
