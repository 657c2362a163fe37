"""The words of running text: pretraining, continued or from nothing, by hidden words (encoders) or by the next one (causal models)."""
