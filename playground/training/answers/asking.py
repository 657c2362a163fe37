"""What a model writes to many prompts, and how it finds the answers expected; long work that a person can stop and a clock can pause."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import Final

from torch import nn

from playground.runs.folder import read_json, write_json
from playground.tasks.generation import Written
from playground.tasks.likelihood import Likelihood
from playground.training import ladder
from playground.training.answers.chat import Chat, conversation
from playground.training.answers.forms import Form
from playground.training.answers.writing import table, untabled, write_all
from playground.training.embed import Batches
from playground.training.entry import Interrupted
from playground.training.objective import Sample, Scene
from playground.training.texts import Inputs, chunks

#: Prompts answered at once: writing is bound by memory, not by arithmetic, so more at once cost little, but the longest answer keeps all.
_AT_ONCE: Final = 32
#: Bounds of the tokens an answer may have.
_LEAST_NEW: Final = 16
_MOST_NEW: Final = 512
#: How much longer than the longest training answer one may be.
_LONGER: Final = 1.25


def most_new_tokens(training: Sequence[Sample]) -> int:
    """How long an answer may get: a little more than the longest of the training answers."""
    longest = max(len(sample.target.response) for sample in training)
    return int(min(_MOST_NEW, max(_LEAST_NEW, longest * _LONGER)))


def room_for_prompt(max_length: int, max_positions: int, most: int) -> int:
    """Tokens of a prompt that is to be answered: as while training, unless the answer would then end beyond the model's last position."""
    return max(1, min(max_length - 1, max_positions - most))


def likelihoods(model: nn.Module, form: Form, samples: Sequence[Sample], batches: Batches) -> list[Likelihood]:
    """How surprising the model finds the answer of each sample."""
    model.eval()

    nats = batches.map(samples, lambda batch: form.losses(model, batch).unsqueeze(1), 1, lambda some: form.together(some, batches))[:, 0]
    return [Likelihood(float(each), len(sample.target.response)) for each, sample in zip(nats, samples, strict=True)]


def per_token(found: Sequence[Likelihood]) -> float:
    """Mean surprise of a token over all rows, in nats."""
    return sum(each.nll for each in found) / max(1, sum(each.tokens for each in found))


def write_answers(model: nn.Module, form: Form, chat: Chat, prompts: Sequence[list[int]], most: int, batches: Batches) -> list[str]:
    """What the model writes to each prompt, always taking the likeliest token."""
    model.eval()
    # Several processes write answers of different length and could not agree in the middle of them.
    poll = batches.poll if batches.ranks.size == 1 else None
    few = replace(batches, how=replace(batches.how, evaluation_batch=_AT_ONCE))
    rows = few.map(
        [Inputs(prompt) for prompt in prompts],
        lambda batch: table(write_all(model, batch, chat.ends, most, poll), most),
        most,
        lambda some: form.asked([row.tokens for row in some], few),
    )
    return [chat.text(untabled(row)) for row in rows]


def answered(scene: Scene, form: Form, who: str, most: int) -> list[str]:
    """Cells of what the model, as it is now, writes to the test split, and of how it finds the answers expected.

    Batch by batch: what is done is kept for a later slice.

    :param who: under which name.
    :raises Interrupted: if a person asked to stop or the time is over.
    """
    chat = Chat(scene.loaded.tokenizer, scene.recipe.max_length)
    room = room_for_prompt(scene.recipe.max_length, scene.loaded.facts.max_positions, most)
    part, batches = scene.part("test"), scene.batches()
    prompts = [form.prompt(chat, conversation(text), room) for text in part.texts]
    texts = in_pieces(scene, who, len(prompts), lambda rows: write_answers(
        scene.model, form, chat, [prompts[row] for row in rows], most, batches
    ))  # fmt: skip
    found = likelihoods(scene.model, form, scene.samples["test"], batches)
    return [Written(text, each).cell for text, each in zip(texts, found, strict=True)]


def in_pieces(scene: Scene, who: str, total: int, answer: Callable[[range], list[str]]) -> list[str]:
    """``answer`` to all rows, going on from what an earlier attempt left.

    :raises Interrupted: if a person asked to stop or the time is over; what is done is kept.
    """
    work = scene.work
    kept = ladder.folder(work.folder.path) / f"{who}.json"
    done: list[str] = list((read_json(kept) or {}).get("texts", []))
    for piece in chunks(total - len(done), _AT_ONCE * work.ranks.size):
        start = len(done)
        done += answer(range(start, start + len(piece)))
        ending = work.ending()
        if ending and len(done) < total:
            work.ranks.first_only(partial(write_json, kept, {"texts": done}))
            raise Interrupted(ending, work.step)
    work.ranks.first_only(partial(kept.unlink, missing_ok=True))
    return done
