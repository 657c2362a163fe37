"""Recipe: every choice that makes a fine-tune, with its unit and its sane range, checked all at once.

A recipe is frozen and saved beside the weights, so an adapter can always say how it was made. The page builds its form from
``settings()`` and the command line its ``--set``; nothing else knows the list of settings.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any, Final, Literal, get_args, get_type_hints

from playground.devices import Device
from playground.errors import RecipeError
from playground.words import entries, say

Quantization = Literal["none", "int8", "nf4", "fp4"]
ComputeDtype = Literal["auto", "float32", "bfloat16", "float16"]
TargetModules = Literal["all-linear", "attention", "query-value"]
Schedule = Literal["linear", "cosine", "constant", "polynomial", "inverse-sqrt"]
Optimizer = Literal["adamw", "adamw-8bit", "adafactor", "sgd"]
Balance = Literal["none", "class-weights", "oversample"]
Variation = Literal["none", "word-dropout", "word-swap", "character-noise"]
Method = Literal["lora", "dora", "ia3", "contrastive", "head", "last-layers", "full"]
Preset = Literal["quick", "balanced", "thorough"]

#: Above this step size pretrained weights that are trained themselves forget what they know (Devlin et al. 2019 take 2e-5 to 5e-5).
MOST_RATE_OF_WHOLE_LAYERS: Final = 5e-4
#: The smallest batch in which two labels have two texts each.
LEAST_CONTRASTIVE_BATCH: Final = 4
PRESETS: Final[tuple[Preset, ...]] = get_args(Preset)


def _setting(default: Any, *, low: float | None = None, high: float | None = None, unit: str = "", group: str) -> Any:
    return field(default=default, metadata={"low": low, "high": high, "unit": unit, "group": group})


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """One fine-tune as settings. Construct freely; ``check`` tells what is wrong, all of it at once."""

    #: Catalogue id of the base model.
    model: str
    #: Name of the task, as in ``playground.tasks``.
    task: str = "text-classification"

    #: How the base model is adapted: adapters (lora, dora, ia3; contrastive is lora that learns from pairs of texts, for few labels),
    #: or whole modules trained (head, last-layers, full).
    method: Method = _setting("lora", group="method")
    #: Layers trained whole by the method last-layers, counted from the top; more than the model has means all.
    last_layers: int = _setting(2, low=1, high=96, unit="layers", group="method")

    #: How the frozen base weights are stored while training.
    quantization: Quantization = _setting("none", group="quantization")
    #: Quantize the quantization constants too (4-bit only): about 0.4 bit a weight less memory.
    double_quantization: bool = _setting(False, group="quantization")
    #: Number format of the arithmetic; "auto" is bfloat16 where the device is fast at it, else float32.
    compute_dtype: ComputeDtype = _setting("auto", group="quantization")

    #: Rank of the adapter matrices.
    lora_r: int = _setting(16, low=1, high=256, group="lora")
    #: Scale of the adapter's contribution: it is multiplied by lora_alpha / lora_r.
    lora_alpha: int = _setting(32, low=1, high=512, group="lora")
    #: Share of adapter inputs zeroed at random while training. Costs much time on a CPU.
    lora_dropout: float = _setting(0.0, low=0.0, high=0.9, group="lora")
    #: Which linear layers get an adapter.
    target_modules: TargetModules = _setting("all-linear", group="lora")

    #: Scale the adapter by alpha / sqrt(r) instead of alpha / r (Kalajdzievski 2023), so that high ranks learn as fast as low ones.
    rank_stabilized: bool = _setting(False, group="lora")
    #: Learning rate of B as a multiple of A's (LoRA+, Hayou et al. 2024); 1 is plain LoRA.
    lora_plus: float = _setting(1.0, low=1.0, high=64.0, group="lora")

    #: Passes over the training split.
    epochs: int = _setting(5, low=1, high=100, unit="epochs", group="training")
    #: What turns gradients into steps.
    optimizer: Optimizer = _setting("adamw", group="training")
    #: Peak step size of the optimizer.
    learning_rate: float = _setting(1e-3, low=1e-6, high=1e-1, group="training")
    #: How the learning rate falls after the warmup.
    schedule: Schedule = _setting("linear", group="training")
    #: Share of all optimizer steps during which the learning rate rises from 0 to its peak.
    warmup_ratio: float = _setting(0.1, low=0.0, high=0.5, group="training")
    #: Examples a process puts through the model at once.
    batch_size: int = _setting(16, low=1, high=512, unit="rows", group="training")
    #: Batches summed up before one optimizer step.
    gradient_accumulation: int = _setting(1, low=1, high=256, unit="batches", group="training")
    #: AdamW's pull of weights towards zero.
    weight_decay: float = _setting(0.01, low=0.0, high=1.0, group="training")
    #: Gradients longer than this are shortened to it; 0 leaves them.
    max_grad_norm: float = _setting(1.0, low=0.0, high=100.0, group="training")
    #: Share of certainty taken from the right label and spread over all.
    label_smoothing: float = _setting(0.0, low=0.0, high=0.5, group="training")
    #: What is done for rare labels: their loss counts more, or their training rows are repeated.
    balance: Balance = _setting("none", group="training")
    #: Small slips of hand that make more training texts out of the ones there are (``data.augment``); nothing else is varied.
    augmentation: Variation = _setting("none", group="training")
    #: Share of the training texts that get one varied copy each.
    augmentation_share: float = _setting(0.5, low=0.05, high=1.0, group="training")
    #: Compute activations again in the backward pass instead of keeping them: less memory, about a third more time.
    gradient_checkpointing: bool = _setting(False, group="training")
    #: Longer texts are cut to this many tokens.
    max_length: int = _setting(128, low=8, high=8192, unit="tokens", group="training")
    #: Evaluations without improvement after which training ends; 0 trains to the end. The best checkpoint is kept either way.
    early_stopping_patience: int = _setting(0, low=0, high=50, unit="evaluations", group="training")
    #: Seed of the split, the new weights and the order of the rows.
    seed: int = _setting(42, low=0, high=2**31 - 1, group="training")

    #: Share of rows used to watch the training.
    validation_share: float = _setting(0.15, low=0.02, high=0.45, group="data")
    #: Share of rows used once, for the comparison at the end.
    test_share: float = _setting(0.2, low=0.02, high=0.45, group="data")
    #: Training processes: one per GPU, or one on a CPU.
    processes: int = _setting(1, low=1, high=64, unit="processes", group="training")

    def check(self, device: Device, *, max_positions: int | None = None) -> tuple[RecipeError, ...]:
        """Every contradiction in this recipe on ``device``, each naming the field it belongs to in ``facts["field"]``.

        :param max_positions: longest input of the base model in tokens, when known.
        """
        return tuple(_problems(self, device, max_positions))

    def require(self, device: Device, *, max_positions: int | None = None) -> None:
        """:raises RecipeError: naming every problem, if there is one."""
        problems = self.check(device, max_positions=max_positions)
        if problems:
            raise RecipeError("recipe", problems, count=len(problems))

    def to_json(self) -> str:
        """Readable JSON; ``from_json`` reads it back to an equal recipe."""
        return json.dumps(asdict(self), indent=2)

    @classmethod
    def from_json(cls, text: str) -> Recipe:
        """:raises RecipeError: if the text is not a recipe; every unknown or ill-typed setting is named."""
        try:
            values = json.loads(text)
        except json.JSONDecodeError as error:
            raise RecipeError("recipe_not_json", line=error.lineno) from error
        if not isinstance(values, dict) or not isinstance(values.get("model"), str):
            raise RecipeError("recipe_without_model")
        return cls(model=values.pop("model")).with_values(values)

    def with_values(self, values: Mapping[str, object]) -> Recipe:
        """This recipe with settings replaced; strings are converted to the setting's type.

        :raises RecipeError: naming every unknown setting and every value that does not fit its type.
        """
        problems: list[RecipeError] = []
        changes: dict[str, Any] = {}
        types = {setting.name: setting for setting in _all_settings()}
        for name, value in values.items():
            if name not in types:
                problems.append(RecipeError("setting_unknown", field=name, known=", ".join(types)))
                continue
            try:
                changes[name] = types[name].convert(value)
            except ValueError:
                problems.append(RecipeError("setting_type", field=name, value=str(value), expected=types[name].expected))
        if problems:
            raise RecipeError("recipe", tuple(problems), count=len(problems))
        return replace(self, **changes)


@dataclass(frozen=True, slots=True)
class Setting:
    """One field of a recipe as a form sees it; its label and help are the words ``setting.<name>`` and ``setting.<name>.help``."""

    name: str
    type: type
    default: Any
    #: The allowed values of a choice, else empty.
    choices: tuple[str, ...]
    low: float | None
    high: float | None
    unit: str
    #: "method", "quantization", "lora", "training" or "data"; "" for model and task, which have places of their own.
    group: str

    @property
    def expected(self) -> str:
        """What a value must be, in words of the command line."""
        return " | ".join(self.choices) or _EXPECTED.get(self.type, "text")

    def convert(self, value: object) -> Any:
        """``value`` as this setting's type.

        :raises ValueError: if it does not fit.
        """
        if self.type is bool:
            return _as_bool(value)
        if isinstance(value, bool):
            raise ValueError("a yes or no where a value belongs")
        if self.type is int:
            return _as_whole_number(value)
        if self.type is float:
            return float(str(value))
        if not isinstance(value, str) or (self.choices and value not in self.choices):
            raise ValueError("not one of the choices")
        return value


#: What a value of each type looks like on the command line.
_EXPECTED: Final = {int: "a whole number", float: "a number", bool: "true | false"}


def _as_bool(value: object) -> bool:
    word = str(value).lower()
    if word not in ("true", "false"):
        raise ValueError("neither true nor false")
    return word == "true"


def _as_whole_number(value: object) -> int:
    number = float(str(value))
    if not number.is_integer():
        raise ValueError("not a whole number")
    return int(number)


def _all_settings() -> Iterator[Setting]:
    hints = get_type_hints(Recipe)
    for item in fields(Recipe):
        kind, meta = hints[item.name], item.metadata
        choices = get_args(kind)
        yield Setting(
            item.name, str if choices else kind, item.default, choices,
            meta.get("low"), meta.get("high"), meta.get("unit", ""), meta.get("group", ""),
        )  # fmt: skip


def settings() -> tuple[Setting, ...]:
    """The settings a form offers, in order."""
    return tuple(setting for setting in _all_settings() if setting.group)


def _problems(recipe: Recipe, device: Device, max_positions: int | None) -> Iterator[RecipeError]:
    yield from _out_of_range(recipe)
    four_bit = recipe.quantization in ("nf4", "fp4")
    if recipe.double_quantization and not four_bit:
        yield RecipeError("double_needs_4bit", field="double_quantization", quantization=recipe.quantization)
    if recipe.quantization != "none" and device.kind == "mps":
        yield RecipeError("quantization_device", field="quantization", quantization=recipe.quantization, device=device.name)
    if recipe.compute_dtype == "float16" and device.kind == "cpu":
        yield RecipeError("float16_on_cpu", field="compute_dtype")
    if recipe.compute_dtype == "bfloat16" and device.kind == "cuda" and not device.bf16:
        yield RecipeError("bfloat16_on_old_gpu", field="compute_dtype", device=device.name)
    yield from _method_problems(recipe, device)
    yield from _task_problems(recipe)
    if recipe.validation_share + recipe.test_share > 0.6:
        yield RecipeError("shares_too_large", field="validation_share", percent=round(100 * (recipe.validation_share + recipe.test_share)))
    if recipe.early_stopping_patience >= recipe.epochs:
        patience = recipe.early_stopping_patience
        yield RecipeError("patience_never_reached", field="early_stopping_patience", patience=patience, epochs=recipe.epochs)
    if max_positions is not None and recipe.max_length > max_positions:
        yield RecipeError("longer_than_model", field="max_length", length=recipe.max_length, limit=max_positions)
    if recipe.processes > max(device.count, device.cores if device.kind == "cpu" else 0):
        yield RecipeError("too_many_processes", field="processes", processes=recipe.processes, device=device.name)


def _method_problems(recipe: Recipe, device: Device) -> Iterator[RecipeError]:
    if recipe.method == "full" and recipe.quantization != "none":
        yield RecipeError("full_quantized", field="quantization", quantization=recipe.quantization)
    if recipe.method == "dora" and recipe.quantization == "int8":
        yield RecipeError("dora_int8", field="quantization")
    if recipe.method in ("last-layers", "full") and recipe.learning_rate > MOST_RATE_OF_WHOLE_LAYERS:
        yield RecipeError("rate_for_whole_layers", field="learning_rate", rate=recipe.learning_rate, most=MOST_RATE_OF_WHOLE_LAYERS)
    if recipe.optimizer == "adamw-8bit" and device.kind != "cuda":
        yield RecipeError("optimizer_device", field="optimizer", device=device.name)
    if recipe.method == "contrastive":
        yield from _contrastive_problems(recipe)


def _contrastive_problems(recipe: Recipe) -> Iterator[RecipeError]:
    if recipe.task != "text-classification":
        yield RecipeError("contrastive_task", field="method", task=recipe.task)
    if recipe.batch_size < LEAST_CONTRASTIVE_BATCH:
        yield RecipeError("contrastive_batch", field="batch_size", batch_size=recipe.batch_size, least=LEAST_CONTRASTIVE_BATCH)
    if recipe.label_smoothing:
        yield RecipeError("contrastive_smoothing", field="label_smoothing")


#: Settings that mean something for these tasks only; others leave them at their default.
_ONLY_FOR: Final[Mapping[str, frozenset[str]]] = {
    "balance": frozenset({"text-classification", "text-pair-classification"}),
    "augmentation": frozenset({"text-classification", "text-pair-classification", "multi-label-classification", "regression"}),
    "augmentation_share": frozenset({"text-classification", "text-pair-classification", "multi-label-classification", "regression"}),
    "label_smoothing": frozenset({"text-classification", "text-pair-classification", "multi-label-classification", "token-classification"}),
}
#: Tasks whose output layer belongs to the base model: there is no new head to train alone.
_WITHOUT_A_NEW_HEAD: Final = frozenset({"generation", "language-modeling"})


def settings_for(task: str) -> tuple[Setting, ...]:
    """The settings a form offers for a task, in order."""
    return tuple(setting for setting in settings() if task in _ONLY_FOR.get(setting.name, {task}))


def _task_problems(recipe: Recipe) -> Iterator[RecipeError]:
    if f"data.task.{recipe.task}" not in entries():
        return  # what task that is, is somebody else's complaint
    names: dict[str, Any] = {"task_en": say(f"data.task.{recipe.task}", "en"), "task_zh": say(f"data.task.{recipe.task}", "zh")}
    for setting in settings():
        if recipe.task not in _ONLY_FOR.get(setting.name, {recipe.task}) and getattr(recipe, setting.name) != setting.default:
            yield RecipeError("setting_for_task", field=setting.name, value=str(getattr(recipe, setting.name)), **names)
    if recipe.method == "head" and recipe.task in _WITHOUT_A_NEW_HEAD:
        yield RecipeError("head_for_task", field="method", **names)


def _out_of_range(recipe: Recipe) -> Iterator[RecipeError]:
    for setting in settings():
        value = getattr(recipe, setting.name)
        if setting.choices and value not in setting.choices:
            yield RecipeError("setting_choice", field=setting.name, value=str(value), choices=", ".join(setting.choices))
        elif setting.low is not None and setting.high is not None and not setting.low <= value <= setting.high:
            yield RecipeError("setting_range", field=setting.name, value=str(value), low=str(setting.low), high=str(setting.high))
