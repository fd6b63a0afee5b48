"""Witnesses: what decides that an answer is right, independently of any right answer."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from course.gradcheck import complex_step_gradient
from course.judging.exercise import Array, Case, Expected


def value_of(formula: Callable[..., Any], *names: str) -> Callable[[Case], dict[str, Expected]]:
    """Expected values from a formula of the case's inputs, which returns one value for each name."""

    def expected(case: Case) -> dict[str, Expected]:
        result = formula(**in_double(case.inputs))
        values = result if len(names) > 1 else (result,)
        return {name: Expected(np.asarray(value)) for name, value in zip(names, values, strict=True)}

    return expected


def gradient_of(
    loss: Callable[..., complex], wrt: Mapping[str, str], extra: Callable[..., Mapping[str, Any]] | None = None
) -> Callable[[Case], dict[str, Expected]]:
    """Expected gradients of a scalar loss of the case's inputs, by the complex step on our own forward pass.

    `wrt` maps each criterion to the input it differentiates by. `extra(**inputs)` adds inputs that the derivative does not depend
    on and the answer is not given (a bias, say). The loss must let complex numbers pass; the tests hold each of these gradients to
    real finite differences as well.
    """

    def expected(case: Case) -> dict[str, Expected]:
        inputs = in_double(case.inputs)
        inputs |= extra(**inputs) if extra else {}

        def gradient(by: str) -> Array:
            return complex_step_gradient(lambda moved: loss(**{**inputs, by: moved}), inputs[by])

        return {name: Expected(gradient(by), derivative=True) for name, by in wrt.items()}

    return expected


def in_double(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """The inputs with floating-point arrays in float64: a witness is never less exact than what it judges."""
    return {
        name: value.astype(np.float64) if isinstance(value, np.ndarray) and value.dtype.kind == "f" else value
        for name, value in inputs.items()
    }
