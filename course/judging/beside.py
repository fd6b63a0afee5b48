"""What of the course may stand beside an answer: the autograder's worker sees it, and `check` lets an answer come through it."""

BESIDE = ("errors", "judging.probes", "judging.stubs", "data", "layout", "plots")  # modules and packages of `course`


def stands_beside(module: str) -> bool:
    """Whether a module, by its name within `course`, may stand beside an answer.

    >>> stands_beside("plots.picture"), stands_beside("engine.tensor")
    (True, False)
    """
    return any(f"{module}.".startswith(f"{name}.") for name in BESIDE)
