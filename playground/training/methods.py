"""The ways of adapting a frozen base, each as a PEFT configuration, so that saving, loading and switching off are one and the same.

``head``, ``last-layers`` and ``full`` train whole modules instead of adapters: PEFT keeps the original beside the trained copy
(``modules_to_save``), which is what makes "base" answers possible from one loaded model whatever was trained.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from math import sqrt
from typing import Final

from peft import IA3Config, LoraConfig, PeftConfig, PromptTuningConfig, TaskType
from peft.tuners.prompt_tuning.config import PromptTuningInit
from peft.utils.constants import DUMMY_TARGET_MODULES
from torch import nn

from playground.recipe import Method, Recipe, TargetModules
from playground.training.load import Anatomy, anatomy, layers_of
from playground.training.objective import Objective
from playground.training.start import keeps_start

#: PEFT adds these by itself for classification of texts and of tokens.
_ALWAYS_SAVED: Final = ("classifier", "score")
#: Names architectures give their query, key and value projections.
_QUERY_VALUE: Final = {"query", "value", "q_lin", "v_lin", "q_proj", "v_proj", "query_proj", "value_proj", "q", "v"}
_KEY_VALUE: Final = {"key", "value", "k_lin", "v_lin", "k_proj", "v_proj", "key_proj", "value_proj", "k", "v"}


@dataclass(frozen=True, slots=True)
class Subject:
    """What is to be adapted."""

    model: nn.Module
    parts: Anatomy
    #: Modules of the output layer that are new and must be trained whole, whatever the method.
    new: tuple[str, ...]
    task: TaskType | None


def configuration(model: nn.Module, recipe: Recipe, objective: Objective) -> PeftConfig | None:
    """What PEFT needs to know to adapt ``model`` by the recipe's method; None if the architecture has no layer for it."""
    parts = anatomy(model)
    subject = Subject(model, parts, objective.new_modules(parts), objective.peft_task)
    if in_place(recipe, objective):
        return LoraConfig(target_modules=DUMMY_TARGET_MODULES, task_type=subject.task)
    return _MAKERS[recipe.method](subject, recipe)


def in_place(recipe: Recipe, objective: Objective) -> bool:
    """Whether the base's own weights are trained, with nothing beside them and no way back."""
    return recipe.method == "full" and not objective.keeps_base


def targets(parts: Anatomy, wanted: TargetModules) -> list[str]:
    """Full names of the layers that get an adapter. An architecture with one fused projection has no separate query and value;
    "query-value" then means its attention layers."""
    attention = _attention(parts)
    if wanted == "all-linear":
        return list(parts.linears)
    if wanted == "attention":
        return attention or list(parts.linears)
    return [name for name in attention if name.rsplit(".", 1)[-1] in _QUERY_VALUE] or attention or list(parts.linears)


def _attention(parts: Anatomy) -> list[str]:
    return [name for name in parts.linears if any("att" in piece.lower() for piece in name.split(".")[:-1])]


def _lora(subject: Subject, recipe: Recipe) -> PeftConfig | None:
    names = targets(subject.parts, recipe.target_modules)
    if not names:
        return None
    # Where it started is a half of its own. The scale is alpha / r, or alpha / sqrt(r): it must stay what it is for one half.
    halves = 2 if keeps_start(recipe) else 1
    alpha = recipe.lora_alpha * (sqrt(halves) if recipe.rank_stabilized else halves)
    return LoraConfig(
        r=recipe.lora_r * halves,
        lora_alpha=int(alpha) if alpha == int(alpha) else alpha,  # type: ignore[arg-type]
        lora_dropout=recipe.lora_dropout,
        use_rslora=recipe.rank_stabilized,
        use_dora=recipe.method == "dora",
        target_modules=names,
        modules_to_save=_saved(subject.new),
        task_type=subject.task,
    )


def _prompt(subject: Subject, recipe: Recipe) -> PeftConfig | None:
    """Virtual tokens that start as words drawn from the vocabulary (Lester et al. 2021, section 3.2)."""
    return PromptTuningConfig(
        num_virtual_tokens=recipe.virtual_tokens, prompt_tuning_init=PromptTuningInit.SAMPLE_VOCAB, task_type=subject.task
    )


def _ia3(subject: Subject, recipe: Recipe) -> PeftConfig | None:
    """Learned scales of keys, values and of what the feed-forward's second layer is fed (Liu et al. 2022)."""
    parts = subject.parts
    attention = _attention(parts)
    scaled = [name for name in attention if name.rsplit(".", 1)[-1] in _KEY_VALUE]
    narrowing = _feed_forward_ends(layers_of(subject.model), [name for name in parts.linears if name not in attention])
    if not scaled or not narrowing:
        return None
    return IA3Config(
        target_modules=[*scaled, *narrowing], feedforward_modules=narrowing, modules_to_save=_saved(subject.new), task_type=subject.task
    )


def _feed_forward_ends(layers: tuple[str, ...], linears: list[str]) -> list[str]:
    """The last linear layer outside attention of each layer, which brings the feed-forward's wide values back to the model's width."""
    inside = [[name for name in linears if name.startswith(f"{layer}.")] for layer in layers]
    return [names[-1] for names in inside if names]


def _head(subject: Subject, recipe: Recipe) -> PeftConfig | None:
    return _whole(subject, ())


def _last_layers(subject: Subject, recipe: Recipe) -> PeftConfig | None:
    return _whole(subject, layers_of(subject.model)[-recipe.last_layers :])


def _full(subject: Subject, recipe: Recipe) -> PeftConfig | None:
    # An output layer that the base brings is often the table its words are read from; a copy of it would no longer be that.
    return _whole(subject, tuple(name for name in _everything(subject.model) if name not in subject.parts.head))


def _whole(subject: Subject, names: tuple[str, ...]) -> PeftConfig | None:
    """Modules that are trained as they are, and no adapter anywhere."""
    if not subject.new and not names:
        return None
    return LoraConfig(target_modules=DUMMY_TARGET_MODULES, modules_to_save=_saved((*subject.new, *names)), task_type=subject.task)


def _saved(names: tuple[str, ...]) -> list[str]:
    return [name for name in names if name not in _ALWAYS_SAVED]


def _everything(model: nn.Module) -> Iterator[str]:
    """The largest modules that PEFT can copy and that together hold every weight; lists of layers are taken apart."""
    pending = [name for name, _ in model.named_children()]
    encoder = str(getattr(model, "base_model_prefix", ""))
    while pending:
        name = pending.pop(0)
        module = model.get_submodule(name)
        if name == encoder or isinstance(module, nn.ModuleList | nn.ModuleDict) or _holds_layers(module):
            pending += [f"{name}.{child}" for child, _ in module.named_children()]
        elif next(module.parameters(), None) is not None:
            yield name


def _holds_layers(module: nn.Module) -> bool:
    return any(isinstance(child, nn.ModuleList) for child in module.children())


_MAKERS: Final[Mapping[Method, Callable[[Subject, Recipe], PeftConfig | None]]] = {
    "lora": _lora,
    "dora": _lora,
    "contrastive": _lora,
    "ia3": _ia3,
    "prompt": _prompt,
    "head": _head,
    "last-layers": _last_layers,
    "full": _full,
}
