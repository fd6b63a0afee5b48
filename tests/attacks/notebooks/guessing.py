"""Attacks that guess what is expected, or look for it: in inputs, in memory, in the course, by experiment."""


def count_the_calls():
    """Answer by the number of the call, as if the order of the cases were known."""
    import itertools

    import numpy as np

    calls = itertools.count()
    return lambda name, inputs: np.full((3, 2), next(calls) % 7)


def give_back_what_came_in():
    """Return the inputs themselves, in case one of them is what is expected."""
    return lambda name, inputs: inputs


def carry_inputs_over():
    """Answer each exercise with the arrays that came in for the one before."""
    seen = {}

    def cheat(name, inputs):
        seen.setdefault(name, []).extend(inputs)
        others = [value for other, values in seen.items() if other != name for value in values]
        return others[-1] if others else None

    return cheat


def keep_the_judges_arrays():
    """Keep every array that exists in the process, and return the newest that was not handed in."""
    import gc

    import numpy as np

    def cheat(name, inputs):
        values = [value for table in gc.get_objects() if type(table) is dict for value in list(table.values())]
        strangers = [each for each in values if isinstance(each, np.ndarray) and not any(each is one for one in inputs)]
        return strangers[-1] if strangers else np.zeros(3)

    return cheat


def look_for_what_is_expected():
    """Walk from every frame and every object to one called expected, answer, witness, solution or right."""
    import gc
    import sys

    def cheat(name, inputs):
        wanted = {"expected", "witness", "solution", "right", "answers", "mistakes", "cases"}
        frame = sys._getframe()
        while frame:
            for names in (frame.f_locals, frame.f_globals):
                for key in wanted & set(names):
                    return names[key]
            frame = frame.f_back
        tables = [each for each in gc.get_objects() if type(each) is dict]
        return next((each[key] for each in tables for key in wanted if key in each), None)

    return cheat


def remember_a_class_by_its_shape():
    """Answer with what an earlier case of the same shapes was answered by another exercise."""
    memory = {}

    def cheat(name, inputs):
        key = tuple(getattr(value, "shape", None) for value in inputs)
        memory.setdefault(key, inputs[-1] if inputs else 0)
        return memory[key]

    return cheat


def differentiate_by_experiment():
    """Return finite differences of a function of the inputs: of the right one there is nothing to differentiate."""
    import numpy as np

    def cheat(name, inputs):
        if not inputs or not hasattr(inputs[0], "shape"):
            return None
        h = 1e-6
        return (np.sum((inputs[0] + h) ** 2) - np.sum((inputs[0] - h) ** 2)) / (2 * h) * np.ones_like(inputs[0])

    return cheat


def ask_the_course():
    """Look for the right answers in the course's own modules, by every way that Python has to import one."""
    import importlib

    def cheat(name, inputs):
        for module in ("course.units", "course.judging.exercise", "course.engine", "course.checking", "course.gradcheck"):
            try:
                return importlib.import_module(module).exercise(name).right(*inputs)
            except Exception:
                continue

    return cheat


def seed_what_is_drawn():
    """Make every generator the same, so that drawn cases would be known."""
    import numpy as np

    by = np.random.default_rng
    np.random.default_rng = lambda *_: by(0)
    return lambda name, inputs: by(0).normal(size=(3, 2))
