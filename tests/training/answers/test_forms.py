"""What of a prompt and its answer is learned, for both shapes of models."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import torch
from transformers import AutoTokenizer

from playground.models.catalogue import get_model
from playground.training.answers.chat import Chat
from playground.training.answers.forms import FORMS, Form
from playground.training.embed import Batches
from playground.training.objective import Sample
from playground.training.plan import Plan
from tests.training.answers.conftest import LLAMA, T5

PLAN = Plan(True, "float32", "eager", False, False, 1, 8, 4, False)
BATCHES = Batches(PLAN, torch.device("cpu"), 0)
QUESTION = [{"role": "user", "content": "which animal"}]


@pytest.fixture(scope="module", params=[LLAMA, T5])
def both(request: pytest.FixtureRequest, writing_models: Path) -> tuple[Form, Chat, Any]:
    """A form, its way of writing conversations down, and its tiny model."""
    facts = get_model(request.param)
    form, folder = FORMS[facts.kind], writing_models / facts.slug
    chat = Chat(AutoTokenizer.from_pretrained(folder), 64)
    return form, chat, form.auto_class.from_pretrained(folder).eval()


def losses(both: tuple[Form, Chat, Any], samples: list[Sample]) -> torch.Tensor:
    form, _, model = both
    return form.losses(model, form.together(samples, BATCHES))


def test_a_samples_size_is_the_tokens_of_its_answer(both: tuple[Form, Chat, Any]) -> None:
    form, chat, _ = both
    assert form.sample(chat, QUESTION, "meow").size == len("meow") + 1


def test_the_loss_of_an_answer_does_not_depend_on_what_shares_its_batch(both: tuple[Form, Chat, Any]) -> None:
    form, chat, _ = both
    samples = [form.sample(chat, QUESTION, answer) for answer in ("moo", "woof woof woof", "")]
    alone = torch.cat([losses(both, [sample]) for sample in samples])
    assert torch.allclose(losses(both, samples), alone, atol=1e-4)


def test_the_loss_is_the_surprise_of_the_answers_tokens_and_of_nothing_else(both: tuple[Form, Chat, Any]) -> None:
    form, chat, model = both
    sample = form.sample(chat, QUESTION, "moo")
    response = torch.tensor(sample.target.response)
    with torch.no_grad():
        if model.config.is_encoder_decoder:
            behind = torch.tensor([[0, *sample.target.response[:-1]]])
            scores = model(input_ids=torch.tensor([sample.inputs.tokens]), decoder_input_ids=behind).logits[0]
        else:
            scores = model(torch.tensor([sample.inputs.tokens])).logits[0, -sample.size - 1 : -1]
    nats = -scores.log_softmax(dim=-1).gather(1, response.unsqueeze(1)).sum()
    assert losses(both, [sample]).item() == pytest.approx(nats.item(), rel=1e-4)


def test_a_prompt_that_is_too_long_is_cut_and_the_answer_stays(both: tuple[Form, Chat, Any]) -> None:
    form, chat, _ = both
    sample = form.sample(chat, [{"role": "user", "content": "x" * 500}], "meow")
    assert sample.target.response == [*chat.response("meow")]
    assert len(sample) <= chat.max_length


def test_gradients_reach_the_weights_through_one_call_of_the_model(both: tuple[Form, Chat, Any]) -> None:
    form, chat, model = both
    calls: list[int] = []
    handle = model.register_forward_hook(lambda *_: calls.append(1))
    losses(both, [form.sample(chat, QUESTION, "moo")]).sum().backward()
    handle.remove()
    assert calls == [1]
    assert all(weight.grad is not None for name, weight in model.named_parameters() if "k_proj" in name or ".k." in name)
    model.zero_grad()
