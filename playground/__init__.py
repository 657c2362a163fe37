"""Fine-tuning Playground: from a file of labelled text to an honest before/after comparison."""

__version__ = "0.1.0"
