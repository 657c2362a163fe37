"""The base model: fetched, its parts told apart, quantized except where that would break it, frozen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import torch
from torch import nn
from transformers import AutoConfig, AutoTokenizer, PretrainedConfig, PreTrainedModel, PreTrainedTokenizerBase
from transformers.utils import logging as transformers_logging

from playground.errors import ModelError
from playground.models.types import Model
from playground.recipe import Recipe
from playground.training.plan import Plan
from playground.training.texts import padding_token

if TYPE_CHECKING:
    from playground.training.objective import Objective

DTYPES: Final[Mapping[str, torch.dtype]] = {"float32": torch.float32, "bfloat16": torch.bfloat16, "float16": torch.float16}


@dataclass(frozen=True, slots=True)
class Loaded:
    """A frozen base model with the output layer of an objective, and its tokenizer."""

    model: PreTrainedModel
    tokenizer: PreTrainedTokenizerBase
    facts: Model
    #: Names of the label outputs, in order; () for a task without labels.
    labels: tuple[str, ...]
    #: Weights the files did not hold, drawn at random.
    fresh: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Anatomy:
    """Parts of a model by full module name."""

    #: Everything after the encoder, and a pooler inside it: never quantized, and trained whole where it is new.
    head: tuple[str, ...]
    #: Linear layers of the encoder: quantized, and given adapters.
    linears: tuple[str, ...]
    #: Linear layers inside the head.
    head_linears: tuple[str, ...]
    #: The head's innermost modules but for the table of output words, which is tied to that of the input in most language models.
    around_words: tuple[str, ...] = ()

    def unquantized(self, trained: Sequence[str] = ()) -> list[str]:
        """For ``llm_int8_skip_modules``: full names, because a bare "pooler" would leave ``pooler.dense`` quantized.

        :param trained: modules outside the head that are trained whole.
        """
        inside = [name for name in self.linears if any(name.startswith(f"{part}.") for part in trained)]
        return sorted({*self.head, *self.head_linears, *trained, *inside})


def anatomy(model: nn.Module) -> Anatomy:
    """Tell head and encoder apart, for any architecture of transformers (weights may be on the meta device)."""
    encoder = str(getattr(model, "base_model_prefix", ""))
    inside = getattr(model, encoder, None)
    words = getattr(model, "get_output_embeddings", lambda: None)()
    head = [name for name, child in model.named_children() if name != encoder and _has_weights(child)]
    if not isinstance(inside, nn.Module) and getattr(getattr(model, "config", None), "is_encoder_decoder", False):
        # T5 has no part that is all but its output layer: encoder and decoder lie side by side with it.
        head = [name for name, child in model.named_children() if child is words]
    if isinstance(inside, nn.Module):
        head += [f"{encoder}.{name}" for name, child in inside.named_children() if "pool" in name.lower() and _has_weights(child)]
    linears = [name for name, module in model.named_modules() if isinstance(module, nn.Linear)]
    in_head = [name for name in linears if _inside(name, head)]
    around = [name for name, module in model.named_modules() if _innermost(module) and module is not words and _inside(name, head)]
    return Anatomy(tuple(sorted(head)), tuple(name for name in linears if name not in in_head), tuple(in_head), tuple(around))


def _inside(name: str, parts: Sequence[str]) -> bool:
    return any(name == part or name.startswith(f"{part}.") for part in parts)


def _innermost(module: nn.Module) -> bool:
    return _has_weights(module) and next(module.children(), None) is None


def _has_weights(module: nn.Module) -> bool:
    return next(module.parameters(), None) is not None


def layers_of(model: nn.Module) -> tuple[str, ...]:
    """Full names of the encoder's layers, first to last: the children of its longest list of modules."""
    lists = [(name, module) for name, module in model.named_modules() if isinstance(module, nn.ModuleList)]
    name, longest = max(lists, key=lambda item: len(item[1]), default=("", ()))
    return tuple(f"{name}.{place}" for place in range(len(longest)))


def encoder_of(model: nn.Module) -> nn.Module:
    """The part that turns tokens into hidden states, of a plain model or of one wrapped by PEFT."""
    inner = model.get_base_model() if hasattr(model, "get_base_model") else model  # type: ignore[operator]
    encoder = inner.base_model
    assert isinstance(encoder, nn.Module)
    return encoder


def load_base(
    path: Path, facts: Model, recipe: Recipe, labels: tuple[str, ...], how: Plan, device: torch.device, objective: Objective
) -> Loaded:  # fmt: skip
    """The model of the recipe, frozen; an output layer that is new is drawn from the recipe's seed.

    :raises ModelError: "model_broken" if the files are there but cannot be loaded.
    """
    quiet()
    try:
        tokenizer = AutoTokenizer.from_pretrained(path)
        config: PretrainedConfig = AutoConfig.from_pretrained(path)
        objective.configure(config, labels)
        _complete(config, how, padding_token(tokenizer))
        torch.manual_seed(recipe.seed)
        model, fresh = _from_pretrained(path, config, recipe, how, device, objective.auto_class)
    except (OSError, ValueError, KeyError) as error:
        raise ModelError("model_broken", model=facts.id, detail=str(error)[:300]) from error
    model.requires_grad_(False)
    _keep_packing(model)
    if recipe.method == "prompt":  # what stands before every text takes places of it
        facts = replace(facts, max_positions=facts.max_positions - recipe.virtual_tokens)
    return Loaded(model, tokenizer, facts, labels, fresh)


def name_outputs(config: PretrainedConfig, labels: Sequence[str]) -> None:
    """One output of a head for each label, under its name."""
    config.num_labels = len(labels)
    config.id2label = dict(enumerate(labels))
    config.label2id = {name: number for number, name in enumerate(labels)}


def _complete(config: PretrainedConfig, how: Plan, padding: int) -> None:
    if getattr(config, "pad_token_id", None) is None:
        config.pad_token_id = padding
    if not how.base_dropout:
        without_dropout(config)


def without_dropout(config: PretrainedConfig) -> None:
    """Set every dropout probability to 0, whatever the architecture calls it (``hidden_dropout_prob``, ``attn_pdrop`` ...)."""
    for name, value in list(config.to_dict().items()):
        if isinstance(value, float) and not isinstance(value, bool) and ("dropout" in name or "pdrop" in name):
            setattr(config, name, 0.0)


def _from_pretrained(
    path: Path, config: PretrainedConfig, recipe: Recipe, how: Plan, device: torch.device, auto_class: Any
) -> tuple[PreTrainedModel, frozenset[str]]:  # fmt: skip
    options: dict[str, Any] = {"config": config, "dtype": DTYPES[how.dtype], "attn_implementation": _attention(config, how, auto_class)}
    if recipe.quantization != "none":
        options["quantization_config"] = quantization_config(recipe, how, meta_model(config, auto_class))
        options["device_map"] = {"": str(device)}
    model, facts = auto_class.from_pretrained(path, output_loading_info=True, **options)
    assert isinstance(model, PreTrainedModel)
    placed: PreTrainedModel = model if recipe.quantization != "none" else model.to(device)  # type: ignore[arg-type]
    return placed, frozenset(facts["missing_keys"])


def meta_model(config: PretrainedConfig, auto_class: Any) -> PreTrainedModel:
    """The model without weights, to look at its parts."""
    with torch.device("meta"):
        model = auto_class.from_config(config)
    assert isinstance(model, PreTrainedModel)
    return model


def _attention(config: PretrainedConfig, how: Plan, auto_class: Any) -> str:
    if how.attention == "eager":
        return "eager"
    kind = auto_class._model_mapping[type(config)]
    return "sdpa" if getattr(kind, "_supports_sdpa", False) else "eager"


def quantization_config(recipe: Recipe, how: Plan, model: nn.Module) -> Any:
    """The bitsandbytes settings of a recipe for ``model`` (it may be on the meta device); what is trained whole keeps its precision."""
    from transformers import BitsAndBytesConfig

    trained = layers_of(model)[-recipe.last_layers :] if recipe.method == "last-layers" else ()
    skipped = anatomy(model).unquantized(trained)

    if recipe.quantization == "int8":
        return BitsAndBytesConfig(load_in_8bit=True, llm_int8_skip_modules=skipped)  # type: ignore[no-untyped-call]
    return BitsAndBytesConfig(  # type: ignore[no-untyped-call]
        load_in_4bit=True,
        bnb_4bit_quant_type=recipe.quantization,
        bnb_4bit_use_double_quant=recipe.double_quantization,
        bnb_4bit_compute_dtype=DTYPES[how.dtype],
        llm_int8_skip_modules=skipped,
    )


def _keep_packing(model: nn.Module) -> None:
    # On a CPU bitsandbytes repacks 4-bit weights for inference, in place and rounding their scales: training after an evaluation
    # would then differ from training without one, and a resumed run from an uninterrupted one.
    for module in model.modules():
        if hasattr(module, "support_avx512bf16_for_cpu"):
            module.support_avx512bf16_for_cpu = False  # type: ignore[assignment]


def quiet() -> None:
    """No progress bars and no reports of expected things: the console log is for a person."""
    transformers_logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    transformers_logging.disable_progress_bar()  # type: ignore[no-untyped-call]
