"""The few lines of Python by which anybody loads an adapter, for each kind of base model and task."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from playground.models.types import Model, Pooling
from playground.recipe import Method

_SCORES: Final = 'scores = model(**tokenizer({text}, return_tensors="pt")).logits[0]'
#: What answers need besides weights lies beside them.
_CALIBRATION: Final = 'known = json.load(open("ADAPTER/labels.json"))["calibration"]\n'
#: What the last lines do with one text, by task of an encoder.
_ANSWERS: Final[Mapping[str, str]] = {
    "text-classification": _SCORES + ".softmax(-1)",
    "text-pair-classification": _SCORES.replace("{text}", '{text}, "another text"') + ".softmax(-1)",
    "multi-label-classification": _CALIBRATION + _SCORES + ' - torch.tensor(known["thresholds"])  # a label is given above 0',
    "regression": _CALIBRATION + _SCORES + ' * known["deviation"][0] + known["mean"][0]',
    "token-classification": _SCORES + ".argmax(-1)",
}
_IMPORTS: Final[Mapping[str, tuple[str, ...]]] = {
    "multi-label-classification": ("import json", "", "import torch"),
    "regression": ("import json", ""),
}
#: The head of the method contrastive reads the embedding of a text, not what transformers' own heads read.
_EMBEDDED: Final = """\
base.classifier = torch.nn.Linear(base.config.hidden_size, {labels})
model = PeftModel.from_pretrained(base, "ADAPTER").eval()
inside = model.get_base_model()
vector = inside.base_model(**tokenizer("{text}", return_tensors="pt")).last_hidden_state{pooled}
scores = inside.classifier(torch.nn.functional.normalize(vector))[0].softmax(-1)"""
_POOLED: Final[Mapping[Pooling, str]] = {"mean": ".mean(1)", "cls": "[:, 0]", "last": "[:, -1]"}
_CHAT: Final = """\
asked = [{"role": "user", "content": "a text"}]
chat = tokenizer.apply_chat_template(asked, add_generation_prompt=True, return_dict=True, return_tensors="pt")
answer = tokenizer.decode(model.generate(**chat, max_new_tokens=100)[0])"""
_TRANSLATE: Final = """\
answer = tokenizer.decode(model.generate(**tokenizer("a text", return_tensors="pt"), max_new_tokens=100)[0])"""


def load_code(model: Model, task: str, labels: int, method: Method = "lora") -> str:
    """Python that loads base and adapter and answers one text; ADAPTER stands for this folder.

    :param labels: outputs of the model's head; 0 where it has none.
    """
    kind = _class(model, task)
    head = f", num_labels={max(labels, 1)}" if "Classification" in kind else ""
    base = model.id if model.published else "FOLDER OF THE BASE MODEL"
    contrastive = method == "contrastive"
    lines = [
        *(("import torch",) if contrastive else _IMPORTS.get(task, ())),
        "from peft import PeftModel",
        f"from transformers import {kind}, AutoTokenizer",
        "",
        'tokenizer = AutoTokenizer.from_pretrained("ADAPTER")',
        f'base = {kind}.from_pretrained("{base}"{head})',
        *(() if contrastive else ('model = PeftModel.from_pretrained(base, "ADAPTER").eval()',)),
        _embedded(model, labels) if contrastive else _answer(model, task),
    ]
    return "\n".join(lines).rstrip()


def _embedded(model: Model, labels: int) -> str:
    return _EMBEDDED.format(labels=labels, text=f"{model.prefix}a text", pooled=_POOLED[model.pooling])


def _class(model: Model, task: str) -> str:
    if model.kind == "seq2seq":
        return "AutoModelForSeq2SeqLM"
    if model.kind == "causal":
        return "AutoModelForCausalLM"
    if task == "language-modeling":
        return "AutoModelForMaskedLM"
    return "AutoModelForTokenClassification" if task == "token-classification" else "AutoModelForSequenceClassification"


def _answer(model: Model, task: str) -> str:
    if task == "generation":
        return _CHAT if model.kind == "causal" else _TRANSLATE
    if model.kind != "encoder" or task not in _ANSWERS:
        return ""
    return _ANSWERS[task].replace("{text}", f'"{model.prefix}a text"')
