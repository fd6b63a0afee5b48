"""Backpropagation, from a neuron's formula to a checked gradient: the reference that the notebooks lean on.

>>> from course import Tensor, numerical_gradient
>>> x = Tensor([3.0], requires_grad=True)
>>> (x * x).sum().backward()
>>> x.grad, numerical_gradient(lambda x: (x * x).sum(), x.data).round(9)
(array([6.]), array([6.]))
"""

from course.checking import CheckFailed, check
from course.functional import relu, sigmoid, softmax_cross_entropy, tanh
from course.gradcheck import complex_step_gradient, numerical_gradient
from course.nn import Linear
from course.tensor import Tensor

__all__ = [
    "CheckFailed",
    "Linear",
    "Tensor",
    "check",
    "complex_step_gradient",
    "numerical_gradient",
    "relu",
    "sigmoid",
    "softmax_cross_entropy",
    "tanh",
]
