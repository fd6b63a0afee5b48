"""Witnesses: what decides that an answer is right, independently of any right answer."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from course.gradcheck import complex_step_gradient, measured_gradient
from course.judging.exercise import Array, Case, Expected

__all__ = ["gradient_of", "measured_gradient_of", "value_of"]

def value_of(formula: Callable[..., Any], *names: str) -> Callable[[Case], dict[str, Expected]]:
    """Expected values from a formula of the case's inputs, which returns one value for each name."""

    def expected(case: Case) -> dict[str, Expected]:
        result = formula(**in_double(case.inputs))
        values = result if len(names) > 1 else (result,)
        return {name: Expected(np.asarray(value)) for name, value in zip(names, values, strict=True)}

    return expected


Inputs = Mapping[str, Any]
Loss = Callable[..., Any]
Extra = Callable[..., Inputs]


@dataclass(frozen=True)
class GradientWitness:
    """Expected gradients of a scalar loss of a case's inputs: by the complex step, or measured from the values of the loss alone."""

    loss: Loss
    wrt: Mapping[str, str]
    extra: Extra | None = None
    measured: bool = False

    def __call__(self, case: Case) -> dict[str, Expected]:
        inputs = in_double(case.inputs)
        inputs |= self.extra(**inputs) if self.extra else {}
        return {name: self.gradient(inputs, by) for name, by in self.wrt.items()}

    def gradient(self, inputs: Inputs, by: str) -> Expected:
        """The gradient by one of the inputs."""

        def loss(moved: Array) -> Any:
            return self.loss(**{**inputs, by: moved})

        if not self.measured:
            return Expected(complex_step_gradient(loss, inputs[by]), derivative=True)
        found = measured_gradient(loss, inputs[by])
        return Expected(found.value, slack=found.bar, derivative=True)


def gradient_of(loss: Loss, wrt: Mapping[str, str], extra: Extra | None = None) -> GradientWitness:
    """Expected gradients of a scalar loss of the case's inputs, by the complex step on our own forward pass.

    `wrt` maps each criterion to the input it differentiates by. `extra(**inputs)` adds inputs that the derivative does not depend
    on and the answer is not given (a bias, say). The loss must let complex numbers pass; the tests hold each of these gradients to
    real finite differences as well.
    """
    return GradientWitness(loss, wrt, extra)


def measured_gradient_of(loss: Loss, wrt: Mapping[str, str], extra: Extra | None = None) -> GradientWitness:
    """The same for a loss that no complex number passes, as it takes `abs`, `max`, a sort or a comparison: by finite differences.

    Their error bar is what an answer may differ by; at a corner any value between the slopes on its two sides is right. An answer that
    is made of finite differences, too, is told from a formula only by cases whose inputs lie just beside a corner.
    """
    return GradientWitness(loss, wrt, extra, measured=True)


def in_double(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """The inputs with floating-point arrays in float64: a witness is never less exact than what it judges."""
    return {
        name: value.astype(np.float64) if isinstance(value, np.ndarray) and value.dtype.kind == "f" else value
        for name, value in inputs.items()
    }
