"""Backpropagation, from a neuron's formula to a checked gradient: the reference that the notebooks lean on.

>>> from course import Tensor, numerical_gradient
>>> x = Tensor([3.0], requires_grad=True)
>>> (x * x).sum().backward()
>>> x.grad, numerical_gradient(lambda x: (x * x).sum(), x.data).round(9)
(array([6.]), array([6.]))
"""

import sys

try:
    from course.checking import check, once_written
    from course.engine.functional import (
        binary_cross_entropy,
        linear,
        log_softmax,
        mse_loss,
        relu,
        sigmoid,
        softmax,
        softmax_cross_entropy,
        tanh,
    )
    from course.engine.history import History
    from course.engine.nn import Dropout, Linear, Module, ReLU, Sequential, Sigmoid, Tanh
    from course.engine.optim import SGD
    from course.engine.regularization import EarlyStopping, l2_penalty
    from course.engine.tensor import Tensor
    from course.engine.training import fit, minibatches
    from course.errors import CheckFailed, GraphChanged
    from course.explain import ablation, integrated_gradients, linear_probe, maximal_activation, saliency
    from course.gradcheck import GradcheckResult, complex_step_gradient, gradcheck, numerical_gradient
    from course.keeping import keep, mine, whose
except ImportError:
    if "course.doctor" not in sys.orig_argv:  # which says what is missing, and what to do about it
        raise

__version__ = "0.1.0"  # of both distributions; CONTRIBUTING.md says how a release is made

__all__ = [
    "SGD",
    "CheckFailed",
    "Dropout",
    "EarlyStopping",
    "GradcheckResult",
    "GraphChanged",
    "History",
    "Linear",
    "Module",
    "ReLU",
    "Sequential",
    "Sigmoid",
    "Tanh",
    "Tensor",
    "ablation",
    "binary_cross_entropy",
    "check",
    "complex_step_gradient",
    "fit",
    "gradcheck",
    "integrated_gradients",
    "keep",
    "l2_penalty",
    "linear",
    "linear_probe",
    "log_softmax",
    "maximal_activation",
    "mine",
    "minibatches",
    "mse_loss",
    "numerical_gradient",
    "once_written",
    "relu",
    "saliency",
    "sigmoid",
    "softmax",
    "softmax_cross_entropy",
    "tanh",
    "whose",
]
