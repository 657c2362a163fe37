"""Which rows form which batch."""

from __future__ import annotations

import random
from collections import Counter

import pytest

from playground.training.order import EpochSampler, epoch_batches, group_batches, shares

#: Ten groups of 2 to 11 rows.
GROUPS = [group for group in range(10) for _ in range(group + 2)]
LENGTHS = [random.Random(row).randrange(3, 60) for row in range(203)]


def test_every_row_comes_once_in_an_epoch() -> None:
    batches = epoch_batches(LENGTHS, 8, seed=1, epoch=0)
    assert sorted(row for batch in batches for row in batch) == list(range(203))


def test_the_order_is_a_function_of_seed_and_epoch_alone() -> None:
    first = epoch_batches(LENGTHS, 8, seed=1, epoch=3)
    random.random()
    assert epoch_batches(LENGTHS, 8, seed=1, epoch=3) == first
    assert epoch_batches(LENGTHS, 8, seed=1, epoch=4) != first
    assert epoch_batches(LENGTHS, 8, seed=2, epoch=3) != first


def test_grouping_by_length_saves_most_of_the_padding() -> None:
    def padding(batches: list[list[int]]) -> int:
        return sum(max(LENGTHS[row] for row in batch) * len(batch) - sum(LENGTHS[row] for row in batch) for batch in batches)

    unsorted = [list(range(start, min(start + 8, 203))) for start in range(0, 203, 8)]
    assert padding(epoch_batches(LENGTHS, 8, seed=1, epoch=0)) < 0.35 * padding(unsorted)


def test_long_batches_do_not_all_come_at_one_end() -> None:
    means = [sum(LENGTHS[row] for row in batch) / len(batch) for batch in epoch_batches(LENGTHS, 8, seed=1, epoch=0)]
    assert means != sorted(means)
    assert means != sorted(means, reverse=True)


def test_processes_share_each_batch_without_overlap() -> None:
    batches = epoch_batches(LENGTHS, 8, seed=1, epoch=0)
    per_rank = [shares(batches, accumulation=1, rank=rank, world_size=2) for rank in range(2)]
    for batch, zero, one in zip(batches, *per_rank, strict=True):
        assert sorted(item.row for item in [*zero, *one] if item.weight) == sorted(batch)


@pytest.mark.parametrize(("accumulation", "world_size"), [(1, 1), (3, 1), (2, 2), (4, 3)])
def test_weights_of_a_step_sum_to_one_over_processes(accumulation: int, world_size: int) -> None:
    batches = epoch_batches(LENGTHS, 5, seed=1, epoch=0)
    ranks = [shares(batches, accumulation=accumulation, rank=rank, world_size=world_size) for rank in range(world_size)]
    for start in range(0, len(batches), accumulation):
        total = sum(item.weight for share in ranks for batch in share[start : start + accumulation] for item in batch)
        assert total / world_size == pytest.approx(1.0)


def test_a_process_without_a_row_computes_one_that_does_not_count() -> None:
    share = shares([[7]], accumulation=1, rank=1, world_size=2)
    assert [(item.row, item.weight) for item in share[0]] == [(7, 0.0)]


def test_the_sampler_has_as_many_batches_as_it_says() -> None:
    sampler = EpochSampler(LENGTHS, 4, accumulation=1, seed=0, rank=1, world_size=2)
    assert len(list(sampler)) == len(sampler) == 26


def test_the_sampler_changes_its_order_with_the_epoch() -> None:
    sampler = EpochSampler(LENGTHS, 8, accumulation=1, seed=0)
    first = list(sampler)
    sampler.set_epoch(1)
    assert list(sampler) != first


def test_an_epoch_has_as_many_batches_as_its_rows_take() -> None:
    assert len(group_batches(GROUPS, 16, seed=0, epoch=0)) == 5
    assert all(2 <= len(batch) <= 16 for batch in group_batches(GROUPS, 16, seed=0, epoch=0))


@pytest.mark.parametrize("epoch", range(5))
@pytest.mark.parametrize("batch_size", [7, 16, 32])
def test_every_row_has_company_and_none_comes_twice(epoch: int, batch_size: int) -> None:
    for batch in group_batches(GROUPS, batch_size, seed=1, epoch=epoch):
        assert len(batch) == len(set(batch))
        assert min(Counter(GROUPS[row] for row in batch).values()) >= 2


def test_a_group_with_one_row_is_drawn_alone() -> None:
    batches = group_batches([0, 0, 1], 8, seed=0, epoch=0)
    assert [sorted(batch) for batch in batches] == [[0, 1, 2]]


def test_groups_come_evenly_however_many_rows_they_have() -> None:
    groups = [0] * 90 + [1] * 10
    batches = [batch for epoch in range(4) for batch in group_batches(groups, 8, seed=0, epoch=epoch)]
    assert Counter(groups[row] for batch in batches for row in batch) == {0: 4 * len(batches), 1: 4 * len(batches)}


def test_rows_of_a_group_take_turns() -> None:
    groups = [0] * 8 + [1] * 8
    batches = [batch for epoch in range(6) for batch in group_batches(groups, 8, seed=0, epoch=epoch)]
    seen = Counter(row for batch in batches for row in batch)
    assert (min(seen.values()), max(seen.values())) == (6, 6)


def test_batches_depend_on_seed_and_epoch_alone() -> None:
    first = group_batches(GROUPS, 16, seed=3, epoch=2)
    random.random()
    assert group_batches(GROUPS, 16, seed=3, epoch=2) == first
    assert group_batches(GROUPS, 16, seed=3, epoch=3) != first
    assert group_batches(GROUPS, 16, seed=4, epoch=2) != first


def test_the_processes_of_a_run_get_as_many_rows_of_a_group() -> None:
    lengths = [9] * len(GROUPS)
    samplers = [EpochSampler(lengths, 8, accumulation=1, seed=1, rank=rank, world_size=2, groups=GROUPS) for rank in range(2)]
    for first, second in zip(*samplers, strict=True):
        here, there = (Counter(GROUPS[item.row] for item in items) for items in (first, second))
        assert all(abs(here[group] - there[group]) <= 1 for group in {*here, *there})
        assert not {item.row for item in first} & {item.row for item in second}
