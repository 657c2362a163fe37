"""Which objective a task and a base model make. Adding a task that outputs what another does is one line here."""

from __future__ import annotations

from playground.errors import RecipeError
from playground.models.types import Model
from playground.recipe import Method
from playground.references.outputs import OUTPUTS
from playground.tasks import get_task
from playground.training.objective import Objective


def objective_for(task: str, facts: Model, method: Method = "lora") -> Objective:
    """The objective of ``task`` on a base model; "contrastive" is the one method that has an objective of its own.

    :raises RecipeError: "task_unknown", or "model_kind_for_task" if this kind of model cannot do it; "contrastive_task",
        "contrastive_model" or "prompt_model" where a method does not fit.
    """
    found = get_task(task)
    if facts.kind not in found.kinds:
        raise RecipeError("model_kind_for_task", field="model", model=facts.title, task=task)
    if method == "prompt" and facts.kind != "causal":
        raise RecipeError("prompt_model", field="method", model=facts.title)
    if method == "contrastive":
        if task != "text-classification":
            raise RecipeError("contrastive_task", field="method", task=task)
        if facts.kind != "encoder":
            raise RecipeError("contrastive_model", field="method", model=facts.title)
        from playground.training.sequence.contrastive import contrastive

        return contrastive(found, facts)
    if task == "text-classification" and facts.kind == "causal":
        from playground.training.answers.label_objective import LabelWords

        return LabelWords(found)
    if task in OUTPUTS:
        from playground.training.sequence.objective import Scores

        return Scores(found)
    if task == "token-classification":
        from playground.training.tokens.objective import Tags

        return Tags(found)
    if task == "language-modeling":
        from playground.training.language.objective import Words

        return Words.masked(found) if facts.kind == "encoder" else Words.causal(found)
    if task == "generation":
        from playground.training.answers.forms import FORMS
        from playground.training.answers.objective import Writing

        return Writing(found, FORMS[facts.kind])
    raise RecipeError("model_kind_for_task", field="model", model=facts.title, task=task)
