"""The layer between an encoder and its table of words, where the base comes without one.

Sentence encoders are published without it. Drawn at random it would make the base look lost and any training a triumph, so it is
fitted to the frozen base first, on the same training texts: "untuned" is then the base with a fair chance, and training starts there.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import torch
from safetensors.torch import load_file, save_file
from torch import nn

from playground.runs.writer import stop_requested
from playground.training import ladder
from playground.training.embed import computing
from playground.training.entry import Interrupted
from playground.training.language.frequency import log_frequencies
from playground.training.objective import BASE_FILE, Scene
from playground.training.order import epoch_batches

if TYPE_CHECKING:
    from playground.training.language.objective import Words

#: Passes over the training texts, batch and step size of the fit, and steps it never exceeds.
_EPOCHS: Final = 3
_BATCH: Final = 32
_RATE: Final = 1e-3
_MOST_STEPS: Final = 300


#: Under which name the file of the fitted layer holds what ``put_prior`` put; whoever reads it has no training texts to count.
PRIOR: Final = "prior"


@dataclass(frozen=True, slots=True)
class Layer:
    """One module of the output layer that the base came without."""

    name: str
    #: The module as the base sees it, and the trained one where that is another.
    modules: tuple[nn.Module, ...]

    @property
    def frozen(self) -> nn.Module:
        """What the base answers with."""
        return self.modules[0]


def fit(scene: Scene, objective: Words) -> None:
    """Fit the layer if it is new, keep it in the run's folder, and put it in place."""
    layers = new_layers(scene)
    if layers:
        put_prior(scene)
        scene.work.ranks.first_only(lambda: _fit(scene, objective, layers))
        put_in_place(scene)


def is_fitted(scene: Scene) -> bool:
    """Whether a fitted layer is kept in the run's folder."""
    return _file(scene).is_file()


def put_in_place(scene: Scene) -> None:
    """The fitted layer, for the base and for the fine-tune to start from; nothing where the base brought its own."""
    if not is_fitted(scene):
        return
    put_prior(scene)
    tensors = load_file(_file(scene))
    with torch.no_grad():
        for layer in new_layers(scene):
            for module in layer.modules:
                for name, parameter in module.named_parameters():
                    parameter.copy_(tensors[f"{layer.name}.{name}"])


def put_prior(scene: Scene) -> None:
    """Let the scores of words start from how often each occurs in the training texts, where the output table has room for it."""
    bias = getattr(_words(scene), "bias", None)
    if bias is not None:
        prior = log_frequencies((sample.inputs.tokens for sample in scene.samples["train"]), len(bias))
        with torch.no_grad():
            bias.copy_(torch.from_numpy(prior - prior.max()))


def new_layers(scene: Scene) -> list[Layer]:
    """The modules between encoder and words that the files did not hold; none for a model made from nothing, where all is new and there
    is no base to be fair to."""
    if scene.loaded.facts.origin == "scratch":
        return []
    base: Any = scene.model.get_base_model()
    found = []
    for name in sorted({weight.rpartition(".")[0] for weight in scene.loaded.fresh}):
        module = base.get_submodule(name)
        if hasattr(module, "original_module"):  # PEFT trains a copy beside it
            found.append(Layer(name, (module.original_module, module.modules_to_save["default"])))
        elif next(module.children(), None) is None and module is not _words(scene):
            found.append(Layer(name, (module,)))
    return found


def _words(scene: Scene) -> Any:
    base: Any = scene.model.get_base_model()
    return base.get_output_embeddings()


def _fit(scene: Scene, objective: Words, layers: Sequence[Layer]) -> None:
    parameters = [parameter for layer in layers for parameter in layer.frozen.parameters()]
    held = [(parameter.dtype, parameter.requires_grad) for parameter in parameters]
    for parameter in parameters:
        parameter.data = parameter.data.float()
        parameter.requires_grad_(True)
    scene.model.eval()
    optimizer = torch.optim.AdamW(parameters, lr=_RATE, weight_decay=0.0)
    for batch in _batches(scene, objective):
        if stop_requested(scene.work.folder.path):  # only this process is here, the others cannot be asked
            raise Interrupted("stopped", scene.work.step)
        with computing(scene.work.how, scene.work.device):
            size = len(batch["gold"])
            loss = objective.losses(scene.model, batch, scene.recipe).sum() / max(1, size)
        gradients = torch.autograd.grad(loss, parameters)
        for parameter, gradient in zip(parameters, gradients, strict=True):
            parameter.grad = gradient
        optimizer.step()
    for parameter, (dtype, trained) in zip(parameters, held, strict=True):
        parameter.grad = None
        parameter.requires_grad_(trained)
        parameter.data = parameter.data.to(dtype)
    tensors = {
        f"{layer.name}.{name}": parameter.detach().float().cpu().contiguous()
        for layer in layers
        for name, parameter in layer.frozen.named_parameters()
    }
    bias = getattr(_words(scene), "bias", None)
    save_file(tensors | ({} if bias is None else {PRIOR: bias.detach().float().cpu().contiguous()}), _file(scene))


def _file(scene: Scene) -> Path:
    return ladder.folder(scene.work.folder.path) / BASE_FILE


def _batches(scene: Scene, objective: Words) -> Iterator[dict[str, torch.Tensor]]:
    samples, recipe, made = scene.samples["train"], scene.recipe, 0
    batches = scene.batches()
    for epoch in range(_EPOCHS):
        for rows in epoch_batches([len(sample) for sample in samples], _BATCH, seed=recipe.seed, epoch=epoch):
            if made == _MOST_STEPS:
                return
            made += 1
            batch = objective.collate([samples[row] for row in rows], batches, seed=recipe.seed, epoch=epoch, rows=rows)
            yield {name: tensor.to(scene.work.device) for name, tensor in batch.items()}
