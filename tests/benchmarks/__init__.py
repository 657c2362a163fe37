"""Measurements, run only when asked (``python -m tests.benchmarks``): a Markdown table of medians and ratios, each compared in one run."""
