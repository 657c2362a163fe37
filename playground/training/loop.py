"""The training loop: transformers' Trainer with our row order, our loss weights and our checkpoints."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

import torch
from peft import PeftModel
from torch.utils.data import DataLoader
from transformers import PrinterCallback, Trainer, TrainerCallback, TrainingArguments

from playground.recipe import Optimizer, Recipe, Schedule
from playground.training import checkpoint as checkpoints
from playground.training.checkpoint import Progress
from playground.training.embed import Batches
from playground.training.objective import Objective, Sample
from playground.training.order import EpochSampler, Item
from playground.training.plan import Plan

_SCHEDULES: Final[dict[Schedule, str]] = {
    "linear": "linear",
    "cosine": "cosine",
    "constant": "constant_with_warmup",
    "polynomial": "polynomial",
    "inverse-sqrt": "inverse_sqrt",
}
_OPTIMIZERS: Final[dict[Optimizer, str]] = {
    "adamw": "adamw_torch_fused",
    "adamw-8bit": "adamw_bnb_8bit",
    "adafactor": "adafactor",
    "sgd": "sgd",
}


def training_arguments(folder: Path, recipe: Recipe, how: Plan) -> TrainingArguments:
    """The Trainer's settings for a recipe. Making them also joins the processes of the run.

    Logging, evaluation and saving are off: ``watch`` does them.
    """
    arguments = TrainingArguments(
        output_dir=str(folder),
        use_cpu=how.use_cpu,
        bf16=how.dtype == "bfloat16",
        fp16=how.dtype == "float16",
        num_train_epochs=recipe.epochs,
        per_device_train_batch_size=recipe.batch_size,
        gradient_accumulation_steps=recipe.gradient_accumulation,
        learning_rate=recipe.learning_rate,
        lr_scheduler_type=_SCHEDULES[recipe.schedule],
        warmup_steps=recipe.warmup_ratio,
        weight_decay=recipe.weight_decay,
        optim=_OPTIMIZERS[recipe.optimizer],
        max_grad_norm=recipe.max_grad_norm,
        gradient_checkpointing=recipe.gradient_checkpointing,
        gradient_checkpointing_kwargs={"use_reentrant": False},
        seed=recipe.seed,
        logging_strategy="no",
        eval_strategy="no",
        save_strategy="no",
        report_to=[],
        disable_tqdm=True,
        log_level="error",
        logging_nan_inf_filter=False,
        remove_unused_columns=False,
        ddp_find_unused_parameters=False,
    )
    # A single process on a machine with several GPUs uses one of them; the launcher starts a process for each it is to use.
    arguments._n_gpu = min(1, arguments.n_gpu)
    return arguments


@dataclass(frozen=True, slots=True)
class Rows:
    """What is trained on; indexed by what ``EpochSampler`` yields."""

    samples: Sequence[Sample]

    def __len__(self) -> int:
        return len(self.samples)

    def __getitem__(self, item: Item) -> tuple[int, Sample, float]:
        sample = self.samples[item.row]
        return item.row, sample, item.weight * sample.weight


class FineTuner(Trainer):
    """A Trainer whose batches, loss and files are ours; optimizer, schedule, autocast, clipping and processes are the library's."""

    #: The loss is weighted over the whole optimizer step already, whatever the size of its batches.
    loss_is_scaled_for_ga = True

    def __init__(
        self, model: PeftModel, arguments: TrainingArguments, objective: Objective, rows: Rows, recipe: Recipe, batches: Batches,
        progress: Progress, folder: Path, watch: TrainerCallback,
    ) -> None:  # fmt: skip
        super().__init__(model=model, args=arguments, train_dataset=rows, callbacks=[watch])
        self.remove_callback(PrinterCallback)
        self._adapted, self._rows, self._batches, self._progress, self._folder = model, rows, batches, progress, folder
        self._objective, self._recipe = objective, recipe
        ranks = batches.ranks
        groups = [sample.group for sample in rows.samples if sample.group is not None]
        self.sampler = EpochSampler(
            [len(sample.inputs) for sample in rows.samples], recipe.batch_size, accumulation=recipe.gradient_accumulation,
            seed=recipe.seed, rank=ranks.rank, world_size=ranks.size, sizes=[sample.size for sample in rows.samples],
            groups=groups or None,
        )  # fmt: skip
        #: Frozen weights never get a gradient to clip or to clear.
        self._trainable = [parameter for parameter in model.parameters() if parameter.requires_grad]
        model.zero_grad = self._zero_grad  # type: ignore[method-assign]
        #: Our loss counts its rows itself.
        self.model_accepts_loss_kwargs = False
        #: Loss of the optimizer step so far, on this process.
        self.step_loss = torch.zeros((), device=arguments.device)

    def get_train_dataloader(self) -> DataLoader[Any]:
        """Batches in our order; not handed to accelerate, which would deal them out among the processes again."""
        return DataLoader(self._rows, batch_sampler=self.sampler, collate_fn=self._collate)  # type: ignore[arg-type]

    def _collate(self, items: list[tuple[int, Sample, float]]) -> dict[str, torch.Tensor]:
        rows, samples, weights = zip(*items, strict=True)
        batch = self._objective.collate(samples, self._batches, seed=self._recipe.seed, epoch=self.sampler.epoch, rows=rows)
        return batch | {"weights": torch.tensor(weights)}

    def compute_loss(self, model: Any, inputs: dict[str, Any], return_outputs: bool = False, num_items_in_batch: Any = None) -> Any:
        """The objective's losses, each weighted so that the step's gradient is that of their mean over all rows on all processes."""
        weights = inputs.pop("weights")
        return (self._objective.losses(model, inputs, self._recipe) * weights).sum()

    def training_step(self, model: Any, inputs: dict[str, Any], num_items_in_batch: Any = None) -> torch.Tensor:
        """Forward and backward of one micro-batch; its loss is added to the step's.

        The library's own also walks through every module to switch it to training, at every batch; ``watch`` does it after evaluations.
        """
        inputs = self._prepare_inputs(inputs)
        with self.compute_loss_context_manager():
            loss = self.compute_loss(model, inputs)
        self.accelerator.backward(loss)
        detached: torch.Tensor = loss.detach()
        self.step_loss += detached
        return detached

    def create_optimizer(self, model: Any = None) -> torch.optim.Optimizer:
        """The library's, with a learning rate of its own for every B where the recipe asks for LoRA+."""
        fresh = self.optimizer is None
        optimizer: torch.optim.Optimizer = super().create_optimizer(model)
        if fresh and self._recipe.lora_plus != 1:
            raise_rate_of_b(optimizer, self._adapted, self._recipe.lora_plus)
        return optimizer

    def _zero_grad(self, set_to_none: bool = True) -> None:
        for parameter in self._trainable:
            parameter.grad = None

    def _clip_grad_norm(self, model: Any) -> Any:
        # The library looks for gradients in frozen weights too, which are nine in ten.
        return self.accelerator.clip_grad_norm_(self._trainable, self.args.max_grad_norm)

    def floating_point_ops(self, inputs: dict[str, Any]) -> int:
        """Not counted: the library walks through every parameter at every step for a number nobody reads."""
        return 0

    def _save_checkpoint(self, model: Any, trial: Any) -> None:
        checkpoints.write(
            self._folder, self.state.global_step, model=self._adapted, optimizer=self._made_optimizer(), scheduler=self.lr_scheduler,
            scaler=self.accelerator.scaler, trainer_state=json.dumps(asdict(self.state), indent=2), progress=self._progress,
            ranks=self._batches.ranks,
        )  # fmt: skip

    def _load_from_checkpoint(self, resume_from_checkpoint: str, model: Any = None) -> None:
        checkpoints.load_weights(Path(resume_from_checkpoint), self._adapted)

    def _load_optimizer_and_scheduler(self, checkpoint: str | None) -> None:
        if checkpoint is not None:
            checkpoints.load_optimizer(Path(checkpoint), self._made_optimizer(), self.lr_scheduler, self.accelerator.scaler)

    def _made_optimizer(self) -> torch.optim.Optimizer:
        assert self.optimizer is not None
        return self.optimizer

    def _load_scaler(self, checkpoint: str | None) -> None:
        """Done with the optimizer."""

    def _load_rng_state(self, checkpoint: str | None) -> None:
        if checkpoint is not None:
            checkpoints.load_random_states(Path(checkpoint), self._batches.ranks.rank)


def raise_rate_of_b(optimizer: torch.optim.Optimizer, model: torch.nn.Module, ratio: float) -> None:
    """Give LoRA's B matrices ``ratio`` times the learning rate of everything else (LoRA+, Hayou et al. 2024)."""
    theirs = {id(parameter) for name, parameter in model.named_parameters() if "lora_B" in name}
    for group in list(optimizer.param_groups):
        raised = [parameter for parameter in group["params"] if id(parameter) in theirs]
        if raised:
            group["params"] = [parameter for parameter in group["params"] if id(parameter) not in theirs]
            optimizer.add_param_group({**group, "params": raised, "lr": group["lr"] * ratio})
