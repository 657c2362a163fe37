"""An answer written after a prompt: generation, and labels told by a model that writes."""
