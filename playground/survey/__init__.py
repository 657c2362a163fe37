"""A closer look at a dataset with a frozen base model, in a process of its own: ``python -m playground.survey FOLDER``.

It reads ``survey.json`` (what is asked) and ``rows.parquet`` (uniform examples, indexed by row number), tells how far it is in
``progress.json``, and writes ``points.parquet`` and, last, ``result.json``, which ``playground.data.survey`` reads. A failure becomes a
last line of ``events.jsonl``, as in a run.
"""
