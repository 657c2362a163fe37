"""Base models: what there is, where it comes from, and a cache that is never half full."""

from playground.models.cache import LocalModel, cached, fetch
from playground.models.catalogue import CATALOGUE, get_model, recommend
from playground.models.transfer import DownloadProgress, OnProgress
from playground.models.types import Model

__all__ = ["CATALOGUE", "DownloadProgress", "LocalModel", "Model", "OnProgress", "cached", "fetch", "get_model", "recommend"]
