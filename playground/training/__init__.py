"""Runs only in the child process: load -> references -> adapt -> train -> evaluate -> save. The only room that trains.

Importing this package is cheap; torch is imported once ``train`` has said that the run is preparing. The modules in call order:

    entry       one attempt: first event, the work, the last event, whatever happens
    work        the stages, one after the other
    attempt     what they share: the run, its clock, when to end
    plan        how to compute on this device, as a pure function
    devices     what torch found
    ranks       the processes of the run and what they must agree on
    texts       splits -> labels and token ids, once; evaluation batches
    load        the base model: fetched, quantized except its head, on its device
    embed       frozen embeddings
    reference_stage  asks the references, from one pass over everything
    references  what the fine-tune is compared with
    learn       one seed: the base with its adapter, and the training loop
    adapt       LoRA around the frozen weights
    start       where an adapter starts, if not at nothing
    prompt      virtual tokens, read before every text
    product     the LoRA product, fast on a CPU
    order       which rows form which batch, as a function of seed and epoch
    loop        the Trainer, with our order, loss and checkpoints
    watch       after each step: events, evaluation, stop, budget
    checkpoint  safetensors and JSON, complete or absent
    basis       the references' answers and the "base" answer, kept on disk
    answer      probabilities for texts, base and fine-tuned
    say         events and log lines; times, before_torch: small helpers
    rehearsal   a recipe scored on the validation split as a run would, leaving nothing: for search, and for rates (with rising)
    save        adapter, predictions, result
    seeds       the same again with the next seeds
"""

from playground.training.entry import Outcome, train

__all__ = ["Outcome", "train"]
