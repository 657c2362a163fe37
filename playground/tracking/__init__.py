"""A run's curves, settings and scores written down for TensorBoard or trackio, and served to whoever may see the run.

The events of a run are the one source of truth. A process of its own follows them beside the training and writes them down for the tool
that the recipe names (``python -m playground.tracking RUN_FOLDER``): what goes wrong in a tool's library can neither slow nor end a
training, and a run that goes on from a checkpoint gets its log written anew, without a step that appears twice. Another process shows the
log (``python -m playground.tracking.board``). Both are started by ``launch.tracking``; nothing here sends anything over a network.
"""
