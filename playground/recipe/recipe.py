"""Recipe: every choice that makes a fine-tune, with its unit and its sane range, checked all at once.

A recipe is frozen and saved beside the weights, so an adapter can always say how it was made. The page builds its form from
``settings()`` and the command line its ``--set``; nothing else knows the list of settings.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Final, Literal, get_args

from playground.devices import Device
from playground.errors import RecipeError
from playground.recipe.settings import Setting, setting, settings_of

Quantization = Literal["none", "int8", "nf4", "fp4"]
ComputeDtype = Literal["auto", "float32", "bfloat16", "float16"]
TargetModules = Literal["all-linear", "attention", "query-value"]
Schedule = Literal["linear", "cosine", "constant", "polynomial", "inverse-sqrt"]
Optimizer = Literal["adamw", "adamw-8bit", "adafactor", "sgd"]
Balance = Literal["none", "class-weights", "oversample"]
Variation = Literal["none", "word-dropout", "word-swap", "character-noise"]
Method = Literal["lora", "dora", "ia3", "contrastive", "prompt", "head", "last-layers", "full"]
LoraInit = Literal["default", "pissa", "olora", "eva"]
Preset = Literal["quick", "balanced", "thorough"]
Tracking = Literal["none", "tensorboard", "trackio"]

#: Above this step size pretrained weights that are trained themselves forget what they know (Devlin et al. 2019 take 2e-5 to 5e-5).
MOST_RATE_OF_WHOLE_LAYERS: Final = 5e-4
#: Below this step size virtual tokens hardly move: nothing else learns, and rates from 0.003 up are what prompts are tuned with.
LEAST_RATE_OF_PROMPT: Final = 3e-3
#: Methods that train a pair of small matrices beside each weight, whose start can be chosen.
LORA_METHODS: Final[frozenset[Method]] = frozenset({"lora", "dora", "contrastive"})
#: The smallest batch in which two labels have two texts each.
LEAST_CONTRASTIVE_BATCH: Final = 4
PRESETS: Final[tuple[Preset, ...]] = get_args(Preset)


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipe:
    """One fine-tune as settings. Construct freely; ``check`` tells what is wrong, all of it at once."""

    #: Catalogue id of the base model.
    model: str
    #: Name of the task, as in ``playground.tasks``.
    task: str = "text-classification"

    #: How the base model is adapted: adapters (lora, dora, ia3; contrastive is lora that learns from pairs of texts, for few labels),
    #: tokens put before every text (prompt), or whole modules trained (head, last-layers, full).
    method: Method = setting("lora", group="method")
    #: Layers trained whole by the method last-layers, counted from the top; more than the model has means all.
    last_layers: int = setting(2, low=1, high=96, unit="layers", group="method")
    #: Tokens of its own that the method prompt puts before every text; they take room among the model's positions.
    virtual_tokens: int = setting(16, low=1, high=256, unit="tokens", group="method")

    #: How the frozen base weights are stored while training.
    quantization: Quantization = setting("none", group="quantization")
    #: Quantize the quantization constants too (4-bit only): about 0.4 bit a weight less memory.
    double_quantization: bool = setting(False, group="quantization")
    #: Number format of the arithmetic; "auto" is bfloat16 where the device is fast at it, else float32.
    compute_dtype: ComputeDtype = setting("auto", group="quantization")

    #: Rank of the adapter matrices.
    lora_r: int = setting(16, low=1, high=256, group="lora")
    #: Scale of the adapter's contribution: it is multiplied by lora_alpha / lora_r.
    lora_alpha: int = setting(32, low=1, high=512, group="lora")
    #: Share of adapter inputs zeroed at random while training. Costs much time on a CPU.
    lora_dropout: float = setting(0.0, low=0.0, high=0.9, group="lora")
    #: Which linear layers get an adapter.
    target_modules: TargetModules = setting("all-linear", group="lora")

    #: Where the adapter starts: at nothing from random directions; from the base weights' own main directions (pissa, Meng et al. 2024;
    #: olora, Büyükakyüz 2024); or from those of the training texts' activations (eva, Paischer et al. 2024).
    lora_init: LoraInit = setting("default", group="lora")
    #: Scale the adapter by alpha / sqrt(r) instead of alpha / r (Kalajdzievski 2023), so that high ranks learn as fast as low ones.
    rank_stabilized: bool = setting(False, group="lora")
    #: Learning rate of B as a multiple of A's (LoRA+, Hayou et al. 2024); 1 is plain LoRA.
    lora_plus: float = setting(1.0, low=1.0, high=64.0, group="lora")

    #: Passes over the training split.
    epochs: int = setting(5, low=1, high=100, unit="epochs", group="training")
    #: What turns gradients into steps.
    optimizer: Optimizer = setting("adamw", group="training")
    #: Peak step size of the optimizer.
    learning_rate: float = setting(1e-3, low=1e-6, high=1e-1, group="training")
    #: How the learning rate falls after the warmup.
    schedule: Schedule = setting("linear", group="training")
    #: Share of all optimizer steps during which the learning rate rises from 0 to its peak.
    warmup_ratio: float = setting(0.1, low=0.0, high=0.5, group="training")
    #: Examples a process puts through the model at once.
    batch_size: int = setting(16, low=1, high=512, unit="rows", group="training")
    #: Batches summed up before one optimizer step.
    gradient_accumulation: int = setting(1, low=1, high=256, unit="batches", group="training")
    #: AdamW's pull of weights towards zero.
    weight_decay: float = setting(0.01, low=0.0, high=1.0, group="training")
    #: Gradients longer than this are shortened to it; 0 leaves them.
    max_grad_norm: float = setting(1.0, low=0.0, high=100.0, group="training")
    #: Share of certainty taken from the right label and spread over all.
    label_smoothing: float = setting(0.0, low=0.0, high=0.5, group="training")
    #: What is done for rare labels: their loss counts more, or their training rows are repeated.
    balance: Balance = setting("none", group="training")
    #: Small slips of hand that make more training texts out of the ones there are (``data.augment``); nothing else is varied.
    augmentation: Variation = setting("none", group="training")
    #: Share of the training texts that get one varied copy each.
    augmentation_share: float = setting(0.5, low=0.05, high=1.0, group="training")
    #: Compute activations again in the backward pass instead of keeping them: less memory, about a third more time.
    gradient_checkpointing: bool = setting(False, group="training")
    #: Longer texts are cut to this many tokens.
    max_length: int = setting(128, low=8, high=8192, unit="tokens", group="training")
    #: Evaluations without improvement after which training ends; 0 trains to the end. The best checkpoint is kept either way.
    early_stopping_patience: int = setting(0, low=0, high=50, unit="evaluations", group="training")
    #: Seed of the split, the new weights and the order of the rows.
    seed: int = setting(42, low=0, high=2**31 - 1, group="training")
    #: How often it is trained, with seed, seed + 1, ... on the same split; the adapter of the first is kept, whatever the others score.
    seeds: int = setting(1, low=1, high=10, unit="seeds", group="training")

    #: Share of rows used to watch the training.
    validation_share: float = setting(0.15, low=0.02, high=0.45, group="data")
    #: Share of rows used once, for the comparison at the end.
    test_share: float = setting(0.2, low=0.02, high=0.45, group="data")
    #: Training processes: one per GPU, or one on a CPU.
    processes: int = setting(1, low=1, high=64, unit="processes", group="training")
    #: The tool the curves are also written down for (``tracking``). Nothing that is learned depends on it: it makes no recipe another one.
    tracking: Tracking = setting("none", group="training", compare=False)

    def check(self, device: Device, *, max_positions: int | None = None) -> tuple[RecipeError, ...]:
        """Every contradiction in this recipe on ``device``, each naming the field it belongs to in ``facts["field"]``.

        :param max_positions: longest input of the base model in tokens, when known.
        """
        from playground.recipe.problems import problems_of

        return tuple(problems_of(self, device, max_positions))

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
        types = {known.name: known for known in settings_of(Recipe)}
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


def settings() -> tuple[Setting, ...]:
    """The settings a form offers, in order."""
    return tuple(one for one in settings_of(Recipe) if one.group)


_LABELLED: Final = frozenset(
    {
        "text-classification", "text-pair-classification", "multi-label-classification", "regression", "token-classification", "generation",
    }
)  # fmt: skip
#: Settings that mean something for these tasks only; others leave them at their default.
_ONLY_FOR: Final[Mapping[str, frozenset[str]]] = {
    "balance": frozenset({"text-classification", "text-pair-classification"}),
    "augmentation": frozenset({"text-classification", "text-pair-classification", "multi-label-classification", "regression"}),
    "augmentation_share": frozenset({"text-classification", "text-pair-classification", "multi-label-classification", "regression"}),
    "seeds": _LABELLED,
    "label_smoothing": frozenset({"text-classification", "text-pair-classification", "multi-label-classification", "token-classification"}),
}


def settings_for(task: str) -> tuple[Setting, ...]:
    """The settings a form offers for a task, in order."""
    return tuple(one for one in settings() if task in _ONLY_FOR.get(one.name, {task}))
