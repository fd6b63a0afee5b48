"""Unit 02, the loss and gradient descent: the mistakes students make with differences and descents, as data.

Each is a mistake's name, as the end of the sentence "it is what comes out when ...", a hint that does not give the answer away,
and the mistake itself. Those about the losses are in `gradient_descent_loss_mistakes`.
"""

from collections.abc import Callable

import numpy as np

from course.judging.exercise import Array, Mistake
from course.units.u02_gradient_descent.forward import best_step

Function = Callable[[Array], float]


def by_entry(f: Function, x: Array, difference: Callable[[Array, tuple], float]) -> Array:
    return np.array([difference(x, index) for index in np.ndindex(x.shape)]).reshape(x.shape)


def moved(x: Array, index: tuple, by: float, dtype: type | None = float) -> Array:
    """A copy of x with one entry moved."""
    copy = np.array(x, dtype=dtype)
    copy[index] += by
    return copy


def one_sided(f: Function, x: Array, h: float) -> Array:
    return by_entry(f, x, lambda x, i: (f(moved(x, i, h)) - f(x)) / h)


def central(f: Function, x: Array, h: float, over: float) -> Array:
    return by_entry(f, x, lambda x, i: (f(moved(x, i, h)) - f(moved(x, i, -h))) / over)


def not_put_back(f: Function, x: Array, h: float) -> Array:
    walking = np.array(x, float)
    gradient = np.zeros(x.shape)
    for index in np.ndindex(x.shape):
        walking[index] += h
        above = f(walking)
        walking[index] -= 2 * h
        gradient[index] = (above - f(walking)) / (2 * h)
    return gradient


def in_its_own_type(f: Function, x: Array, h: float) -> Array:
    def rounded(x: Array, index: tuple, by: float) -> Array:
        copy = x.copy()
        copy[index] = x[index] + by
        return copy

    return by_entry(f, x, lambda x, i: (f(rounded(x, i, h)) - f(rounded(x, i, -h))) / (2 * h))


def first_axis_only(f: Function, x: Array, h: float) -> Array:
    gradient = np.zeros(x.shape)
    for row in np.ndindex(x.shape[:1]):
        gradient[row] = (f(moved(x, row, h)) - f(moved(x, row, -h))) / (2 * h)
    return gradient


NUMERICAL_GRADIENT = (
    Mistake(
        "the difference is one-sided",
        "A central difference looks at both sides: f a step above, and f a step below.",
        one_sided,
    ),
    Mistake(
        "the difference is divided by h, not by 2h",
        "How far apart are the two points at which f is taken?",
        lambda f, x, h: central(f, x, h, h),
    ),
    Mistake(
        "it is divided by 2 and then multiplied by h",
        "Python reads `a / 2 * h` from the left: (a / 2) * h. Where do brackets belong?",
        lambda f, x, h: central(f, x, h, 2 / h),
    ),
    Mistake(
        "every entry is moved at once",
        "`x + h` moves all entries. A partial derivative moves one, and leaves the others alone.",
        lambda f, x, h: (f(x + h) - f(x - h)) / (2 * h),
    ),
    Mistake(
        "an entry is not put back before the next one moves",
        "When the second entry is moved, where does the first one stand?",
        not_put_back,
    ),
    Mistake(
        "above and below are one and the same array",
        "`a = b` gives an array a second name, and makes no second array. Both moves then go into one.",
        lambda f, x, h: np.zeros(x.shape),
    ),
    Mistake(
        "whole numbers stay whole, and swallow the step",
        "An array of whole numbers has no room for x + 0.1. In which type do you have to copy it?",
        in_its_own_type,
    ),
    Mistake(
        "the loop runs over the first axis only, and a whole row moves at once",
        "x may have any shape. `np.ndindex(x.shape)` visits every entry.",
        first_axis_only,
    ),
    Mistake(
        "the slopes are put into an array of whole numbers, and rounded",
        "`np.zeros_like(x)` has the type of x, also where that is whole numbers. Which type has a slope?",
        lambda f, x, h: central(f, x, h, 2 * h).astype(x.dtype),
    ),
    Mistake(
        "the result is flat",
        "A gradient has the shape of the thing it belongs to.",
        lambda f, x, h: central(f, x, h, 2 * h).ravel(),
    ),
    Mistake(
        "above and below have changed places",
        "If f grows with x, its derivative is positive. Which sign has yours?",
        lambda f, x, h: central(f, x, h, -2 * h),
    ),
    Mistake(
        "a step of its own is used in place of h",
        "The caller chooses h. Is it in your formula?",
        lambda f, x, h: central(f, x, 1e-5, 2e-5),
    ),
)


ERROR_SLOPE = (
    Mistake(
        "the error itself is returned, not its derivative",
        "You have E(h). Differentiate each of its two terms with respect to h.",
        lambda h, third, value, eps: abs(third) * h**2 / 6 + eps * abs(value) / h,
    ),
    Mistake(
        "the rounding error is taken to grow with h",
        "eps |f|/h becomes smaller when h grows. Which sign has its derivative?",
        lambda h, third, value, eps: abs(third) * h / 3 + eps * abs(value) / h**2,
    ),
    Mistake(
        "the derivative of h² is taken for h",
        "The derivative of h² has a factor 2. What becomes of 1/6?",
        lambda h, third, value, eps: abs(third) * h / 6 - eps * abs(value) / h**2,
    ),
    Mistake(
        "the derivative of 1/h is taken for -1/h",
        "1/h is h to the power -1: what does differentiating do to a power?",
        lambda h, third, value, eps: abs(third) * h / 3 - eps * abs(value) / h,
    ),
    Mistake(
        "the absolute values are missing",
        "Errors do not cancel because a derivative happens to be negative: E has |f'''| and |f| in it.",
        lambda h, third, value, eps: third * h / 3 - eps * value / h**2,
    ),
    Mistake(
        "the rounding error is left out",
        "E has two terms, and both depend on h.",
        lambda h, third, value, eps: abs(third) * h / 3,
    ),
    Mistake(
        "eps is left out",
        "The rounding error is a small share of |f|. Which number says how small?",
        lambda h, third, value, eps: abs(third) * h / 3 - abs(value) / h**2,
    ),
)


BEST_STEP = (
    Mistake(
        "the square root is taken, not the cube root",
        "Multiply dE/dh = 0 by h²: which power of h stands alone then?",
        lambda third, value, eps: (3 * eps * abs(value) / abs(third)) ** 0.5,
    ),
    Mistake(
        "the factor 3 is missing",
        "Solve dE/dh = 0 once more, with every constant: |f'''| h/3 on one side.",
        lambda third, value, eps: (eps * abs(value) / abs(third)) ** (1 / 3),
    ),
    Mistake(
        "the 3 has gone to the wrong side",
        "|f'''| h/3 is |f'''| h divided by 3. Multiply both sides by 3: where does it stand then?",
        lambda third, value, eps: (eps * abs(value) / (3 * abs(third))) ** (1 / 3),
    ),
    Mistake(
        "the brackets around the power 1/3 are missing",
        "Python reads `a ** 1 / 3` as (a ** 1) / 3. What has to be in brackets?",
        lambda third, value, eps: (3 * eps * abs(value) / abs(third)) ** 1 / 3,
    ),
    Mistake(
        "both errors are made equal, which is not where their sum is smallest",
        "It is near, and not there. Where a sum is smallest, its *derivative* is zero.",
        lambda third, value, eps: (6 * eps * abs(value) / abs(third)) ** (1 / 3),
    ),
    Mistake(
        "the absolute values are missing",
        "A step is positive, whatever the signs of f and f'''. (In Python, a negative number ** (1/3) is even complex.)",
        lambda third, value, eps: np.cbrt(3 * eps * value / third),
    ),
    Mistake(
        "the fraction is upside down",
        "A function that bends more needs a smaller step. Does yours become smaller when f''' grows?",
        lambda third, value, eps: (3 * eps * abs(third) / abs(value)) ** (1 / 3),
    ),
    Mistake(
        "the smallest error is returned, not the step that gives it",
        "You have put the best h into E. The step itself is asked for.",
        lambda third, value, eps: 1.5 * eps * abs(value) / best_step(third, value, eps),
    ),
    Mistake(
        "the rule for one-sided differences is used",
        "Their truncation is |f''| h/2. The central difference has |f'''| h²/6.",
        lambda third, value, eps: 2 * (eps * abs(value) / abs(third)) ** 0.5,
    ),
    Mistake(
        "only eps counts, and the function does not",
        "The cube root of eps is a rule of thumb for |f| = |f'''|. Where do value and third_derivative come in?",
        lambda third, value, eps: eps ** (1 / 3),
    ),
)


def descended(start: Array, steps: int, move: Callable[[Array], Array]) -> Array:
    """The path that a rule makes, one move after the other."""
    path = [np.array(start, float)]
    for _ in range(steps):
        path.append(path[-1] + move(path[-1]))
    return np.array(path)


def one_after_another(gradient: Function, start: Array, learning_rate: float, steps: int) -> Array:
    def move(theta: Array) -> Array:
        now = theta.copy()
        for i in range(len(theta)):
            now[i] -= learning_rate * np.asarray(gradient(now))[i]
        return now - theta

    return descended(start, steps, move)


def in_whole_numbers(gradient: Function, start: Array, learning_rate: float, steps: int) -> Array:
    path = np.tile(start, (steps + 1, 1))
    for t in range(steps):
        path[t + 1] = path[t] - learning_rate * np.asarray(gradient(path[t]))
    return path


def right_path(gradient: Function, start: Array, learning_rate: float, steps: int) -> Array:
    return descended(start, steps, lambda theta: -learning_rate * np.asarray(gradient(theta)))


GRADIENT_DESCENT = (
    Mistake(
        "the steps go up the slope",
        "The gradient points to where the loss grows. Which way do you want to go?",
        lambda gradient, start, rate, steps: descended(start, steps, lambda theta: rate * np.asarray(gradient(theta))),
    ),
    Mistake(
        "the start is missing from the path",
        "steps + 1 points: the first is where you began.",
        lambda *inputs: right_path(*inputs)[1:],
    ),
    Mistake(
        "the path ends one step too early",
        "Count: after the start, `steps` more points.",
        lambda *inputs: right_path(*inputs)[:-1],
    ),
    Mistake("only the last point is returned", "The whole path is asked for.", lambda *inputs: right_path(*inputs)[-1]),
    Mistake(
        "every row of the path is one and the same array, which went on changing",
        "A list keeps the array, not what it held then. `theta -= ...` changes it everywhere; `theta = theta - ...` makes a new one.",
        lambda *inputs: np.tile(right_path(*inputs)[-1], (inputs[3] + 1, 1)),
    ),
    Mistake(
        "the gradient is taken at the start once and for all",
        "The slope changes on the way. Where do you stand when you ask for it?",
        lambda gradient, start, rate, steps: descended(start, steps, lambda _: -rate * np.asarray(gradient(np.array(start, float)))),
    ),
    Mistake(
        "the learning rate is left out",
        "How far along the gradient does a step go?",
        lambda gradient, start, rate, steps: descended(start, steps, lambda theta: -np.asarray(gradient(theta))),
    ),
    Mistake(
        "the gradient is shortened to length 1, and only its direction counts",
        "A gentle slope makes a short step: the length of the gradient counts, too.",
        lambda gradient, start, rate, steps: descended(
            start, steps, lambda theta: -rate * np.asarray(gradient(theta)) / np.linalg.norm(gradient(theta))
        ),
    ),
    Mistake(
        "the entries of theta are moved one after another, each with a gradient of its own",
        "One gradient, at one point, for all entries: then all of them move at once.",
        one_after_another,
    ),
    Mistake(
        "the path lies in columns, not in rows",
        "A row for each point: shape (steps + 1, d).",
        lambda *inputs: right_path(*inputs).T,
    ),
    Mistake(
        "a path made like a start of whole numbers holds whole numbers only",
        "An array that is made from whole numbers rounds what is put into it. Which type should theta have?",
        in_whole_numbers,
    ),
)


RATE_LIMIT = (
    Mistake(
        "it is 1 over the largest curvature",
        "At 1/L the steepest direction is done in one step. How far beyond may a step go before it ends farther away than it began?",
        lambda A: 1 / np.linalg.eigvalsh(A).max(),
    ),
    Mistake(
        "the flattest direction decides",
        "Every direction has to shrink. Which of them is the first to overshoot?",
        lambda A: 2 / np.linalg.eigvalsh(A).min(),
    ),
    Mistake(
        "the largest entry of A is taken for the largest curvature",
        "An entry on the diagonal is the curvature along an axis. The steepest direction may lie between the axes.",
        lambda A: 2 / A.max(),
    ),
    Mistake(
        "the curvatures of all directions are added",
        "The trace is the sum of the eigenvalues. Each direction goes its own way: which one is in danger first?",
        lambda A: 2 / np.trace(A),
    ),
    Mistake(
        "the norm of A is taken, which counts all its entries",
        "`np.linalg.norm` of a matrix is the root of the sum of its squares. Which number is the largest *curvature*?",
        lambda A: 2 / np.linalg.norm(A),
    ),
    Mistake(
        "the fraction is upside down",
        "A sharper bend bears a smaller learning rate. Does yours shrink when A grows?",
        lambda A: np.linalg.eigvalsh(A).max() / 2,
    ),
    Mistake("the largest curvature itself is returned", "You have L. Where is |1 - ηL| = 1?", lambda A: np.linalg.eigvalsh(A).max()),
)
