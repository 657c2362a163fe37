"""Prompt tuning (Lester et al. 2021): tokens that are learned, read before every text; nothing else is trained.

PEFT puts them before the input of the whole model, which then takes no positions and no mask of attention of its own, reads them again with
every token it writes on from a cache, and answers for places nobody asked about. Here the encoder inside reads them: whoever asks gets an
answer for each of their tokens, from a cache or not, and switching the adapter off gives the base. The numbers are those of PEFT.
"""

from __future__ import annotations

from typing import Any, Final

import torch
from peft import PeftModel

from playground.training.load import encoder_of

#: Added to attention scores where nothing is to be seen; within float16.
_UNSEEN: Final = -3e4


def read_before(model: PeftModel) -> None:
    """Let the encoder of ``model`` read the virtual tokens first, unless the adapter is switched off."""
    encoder: Any = encoder_of(model)
    general = encoder.forward
    embedding: Any = model.prompt_encoder["default"].embedding

    def forward(
        input_ids: torch.Tensor, attention_mask: torch.Tensor | None = None, position_ids: torch.Tensor | None = None,
        past_key_values: Any = None, **more: Any,
    ) -> Any:  # fmt: skip
        if model._adapters_disabled:
            return general(
                input_ids=input_ids, attention_mask=attention_mask, position_ids=position_ids, past_key_values=past_key_values, **more
            )
        count, read = len(embedding.weight), past_key_values is not None and past_key_values.get_seq_length() > 0
        words = encoder.get_input_embeddings()(input_ids)
        more["inputs_embeds"] = words if read else _before(embedding.weight, words)
        output = general(
            attention_mask=_mask(attention_mask, count), position_ids=_positions(position_ids, count, read=read),
            past_key_values=past_key_values, **more,
        )  # fmt: skip
        if not read:
            output.last_hidden_state = output.last_hidden_state[:, count:]
        return output

    encoder.forward = forward
    model.forward = model.base_model.forward  # type: ignore[method-assign]


def _before(tokens: torch.Tensor, words: torch.Tensor) -> torch.Tensor:
    return torch.cat([tokens.to(words.dtype).expand(len(words), -1, -1), words], dim=1)


def _positions(positions: torch.Tensor | None, count: int, *, read: bool) -> torch.Tensor | None:
    """Places of the words behind the virtual tokens; None lets the model count by itself."""
    if positions is None or read:
        return None if positions is None else positions + count
    first = torch.arange(count, device=positions.device).expand(len(positions), -1)
    return torch.cat([first, positions + count], dim=1)


def _mask(mask: torch.Tensor | None, count: int) -> torch.Tensor | None:
    """What is seen: rows x tokens of 0 and 1, or the scores to add, rows x 1 x tokens x tokens. Every word sees all virtual tokens."""
    if mask is None:
        return None
    if mask.dim() == 2:
        return torch.cat([mask.new_ones(len(mask), count), mask], dim=1)
    rows, _, height, width = mask.shape
    whole = mask.new_zeros(rows, 1, count + height, count + width)
    whole[:, :, :count] = torch.full((count, count + width), _UNSEEN, dtype=mask.dtype, device=mask.device).triu(1)
    whole[:, :, count:, count:] = mask
    return whole
