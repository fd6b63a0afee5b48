"""What unit 03's notebook gives to students, and its right answers call."""

import numpy as np

ACTIVATIONS = {
    "linear": lambda z: z,
    "tanh": lambda z: np.tanh(z),
    "sigmoid": lambda z: 1 / (1 + np.exp(-z)),
    "relu": lambda z: max(z, 0.0),
    "square": lambda z: z**2,
}
