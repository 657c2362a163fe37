"""What a run goes on from."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torch import nn

from playground.training import checkpoint
from playground.training.checkpoint import Progress
from playground.training.ranks import ALONE


class Setup:
    """A model, its optimizer and its schedule after two steps."""

    def __init__(self) -> None:
        torch.manual_seed(0)
        self.model = nn.Linear(3, 2)
        self.optimizer = torch.optim.AdamW(self.model.parameters(), lr=0.1, fused=True)
        self.schedule = torch.optim.lr_scheduler.LambdaLR(self.optimizer, lambda step: 1 / (1 + step))

    def step(self) -> None:
        self.model(torch.ones(1, 3)).square().sum().backward()
        self.optimizer.step()
        self.schedule.step()
        self.optimizer.zero_grad()

    def save(self, folder: Path, step: int, progress: Progress | None = None) -> None:
        checkpoint.write(
            folder, step, model=self.model, optimizer=self.optimizer, scheduler=self.schedule, scaler=None, trainer_state="{}",
            progress=progress or Progress(), ranks=ALONE,
        )  # fmt: skip


@pytest.fixture
def setup(tmp_path: Path) -> Setup:
    made = Setup()
    made.step()
    made.step()
    made.save(tmp_path, 2, Progress(best_step=1, best_metric=0.5, evaluation_due=True))
    return made


def test_going_on_from_a_checkpoint_is_going_on(setup: Setup, tmp_path: Path) -> None:
    setup.step()
    other = Setup()
    found = checkpoint.newest(tmp_path)
    assert found
    checkpoint.load_weights(found, other.model)
    checkpoint.load_optimizer(found, other.optimizer, other.schedule, None)
    other.step()
    assert torch.equal(other.model.weight, setup.model.weight)
    assert other.schedule.get_last_lr() == setup.schedule.get_last_lr()


def test_progress_comes_back(setup: Setup, tmp_path: Path) -> None:
    found = checkpoint.newest(tmp_path)
    assert checkpoint.step_of(found) == 2
    assert checkpoint.read_progress(found) == Progress(best_step=1, best_metric=0.5, evaluation_due=True)
    assert checkpoint.read_progress(None) == Progress()


def test_random_numbers_go_on_where_they_were(setup: Setup, tmp_path: Path) -> None:
    torch.manual_seed(7)
    setup.save(tmp_path, 3)
    wanted = torch.rand(3)
    torch.manual_seed(8)
    found = checkpoint.newest(tmp_path)
    assert found
    checkpoint.load_random_states(found, 0)
    assert torch.equal(torch.rand(3), wanted)


def test_a_new_checkpoint_replaces_the_old_one_but_not_the_best(setup: Setup, tmp_path: Path) -> None:
    checkpoint.keep_best(tmp_path, setup.model)
    setup.save(tmp_path, 3)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["best", "step-3"]


def test_only_a_complete_checkpoint_of_our_own_is_found(setup: Setup, tmp_path: Path) -> None:
    (tmp_path / ".step-9.part").mkdir()
    (tmp_path / "step-8").mkdir()
    (tmp_path / "checkpoint-7").mkdir()
    assert checkpoint.step_of(checkpoint.newest(tmp_path)) == 2
    assert checkpoint.newest(tmp_path / "nowhere") is None


def test_the_best_weights_come_back(setup: Setup, tmp_path: Path) -> None:
    checkpoint.keep_best(tmp_path, setup.model)
    before = setup.model.weight.detach().clone()
    setup.step()
    checkpoint.load_best(tmp_path, setup.model)
    assert torch.equal(setup.model.weight, before)
