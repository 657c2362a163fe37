"""A classifier that reads embeddings: scores are one linear layer on the unit vector by which the base model represents a text.

The heads transformers gives its models stand on a pooler or on the first token, which an embedding model was never trained to use. Here
they make room for one layer on the very vectors that "base" answers stand on, so that what is tuned and what is compared are alike.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar, Final

import torch
from torch import nn
from transformers import AutoModelForSequenceClassification, PretrainedConfig, PreTrainedModel
from transformers.modeling_outputs import SequenceClassifierOutput

from playground.models.types import Pooling
from playground.training.embed import pool
from playground.training.load import anatomy, encoder_of

#: Where the one layer is: PEFT saves a module of this name along with the adapter.
HEAD: Final = "classifier"


@dataclass(frozen=True, slots=True)
class EmbeddedClassifier:
    """Loads like an Auto class of transformers; what it returns answers ``logits``, and the vectors as ``hidden_states``."""

    pooling: Pooling

    _model_mapping: ClassVar[Any] = AutoModelForSequenceClassification._model_mapping

    def from_pretrained(self, path: Path, *, output_loading_info: bool = False, **options: Any) -> Any:
        """A model, and what transformers has to say about its files if asked.

        :raises OSError, ValueError, KeyError: as transformers does.
        """
        model, facts = AutoModelForSequenceClassification.from_pretrained(path, output_loading_info=True, **options)
        read = self._read_embeddings(model)
        return (read, facts) if output_loading_info else read

    def from_config(self, config: PretrainedConfig) -> PreTrainedModel:
        """Without weights."""
        return self._read_embeddings(AutoModelForSequenceClassification.from_config(config))  # type: ignore[no-untyped-call]

    def _read_embeddings(self, model: Any) -> PreTrainedModel:
        for name in anatomy(model).head:
            parent, _, child = name.rpartition(".")
            setattr(model.get_submodule(parent), child, None)
        like = next(model.parameters())
        width = model.config.get_text_config().hidden_size
        model.register_module(HEAD, nn.Linear(width, model.config.num_labels, device=like.device, dtype=model.dtype))
        pooling = self.pooling

        def forward(input_ids: torch.Tensor, attention_mask: torch.Tensor, **_: Any) -> SequenceClassifierOutput:
            hidden = encoder_of(model)(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
            with torch.autocast(hidden.device.type, enabled=False):
                vectors = nn.functional.normalize(pool(hidden.float(), attention_mask, pooling), dim=-1)
                scores = model.get_submodule(HEAD)(vectors)
            return SequenceClassifierOutput(logits=scores, hidden_states=(vectors,))

        model.forward = forward
        assert isinstance(model, PreTrainedModel)
        return model
