"""The fast LoRA product gives PEFT's own numbers."""

from __future__ import annotations

import pytest
import torch
from peft import LoraConfig, get_peft_model
from torch import nn

from playground.training.product import speed_up


def two_models(bias: bool = True) -> tuple[nn.Module, nn.Module]:
    """The same adapted model twice, the second with the fast product."""
    models = []
    for _ in range(2):
        torch.manual_seed(0)
        layers = nn.Sequential(nn.Linear(12, 20, bias=bias), nn.Tanh(), nn.Linear(20, 6, bias=bias))
        model = get_peft_model(layers, LoraConfig(r=3, lora_alpha=5, target_modules=["0", "2"]))  # type: ignore[arg-type]
        for name, parameter in model.named_parameters():
            if "lora_B" in name:
                nn.init.normal_(parameter, std=0.3)
        models.append(model)
    assert speed_up(models[1], torch.float32) == 2
    return models[0], models[1]


@pytest.mark.parametrize("bias", [True, False])
def test_forward_is_the_same(bias: bool) -> None:
    slow, fast = two_models(bias)
    x = torch.randn(4, 7, 12)
    torch.testing.assert_close(fast(x), slow(x))


def test_gradients_are_the_same() -> None:
    slow, fast = two_models()
    x = torch.randn(4, 7, 12)
    for model in (slow, fast):
        model(x).square().sum().backward()
    wanted = {name: parameter.grad for name, parameter in slow.named_parameters() if parameter.grad is not None}
    found = {name: parameter.grad for name, parameter in fast.named_parameters() if parameter.grad is not None}
    assert wanted.keys() == found.keys()
    assert len(wanted) == 4
    for name, gradient in wanted.items():
        torch.testing.assert_close(found[name], gradient)


def test_gradient_reaches_the_input() -> None:
    slow, fast = two_models()
    inputs = [torch.ones(2, 12, requires_grad=True) for _ in range(2)]
    slow(inputs[0]).sum().backward()
    fast(inputs[1]).sum().backward()
    torch.testing.assert_close(inputs[1].grad, inputs[0].grad)


def test_switched_off_it_is_the_base() -> None:
    slow, fast = two_models()
    x = torch.randn(3, 12)
    with fast.disable_adapter(), slow.disable_adapter():  # type: ignore[operator]
        torch.testing.assert_close(fast(x), slow(x))


def test_merged_it_is_still_the_same() -> None:
    slow, fast = two_models()
    x = torch.randn(3, 12)
    wanted = slow(x)
    fast.merge_adapter()  # type: ignore[operator]
    torch.testing.assert_close(fast(x), wanted)


def test_it_computes_in_the_precision_asked_for() -> None:
    _, fast = two_models()
    fast.to(torch.bfloat16)
    speed_up(fast, torch.bfloat16)
    assert fast(torch.randn(2, 12)).dtype == torch.bfloat16
