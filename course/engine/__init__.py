"""The engine: tensors that differentiate themselves, layers, losses, optimisers, and a training loop."""
