"""Attacks that put something else in the place of what the worker is made of."""

from tests.attacks.notebooks.helpers import reply_of_ones, workers_globals


def replace_the_probes():
    """Put a probe of one's own in the place of each of the worker's."""
    probes = workers_globals()["PROBES"]
    for key in list(probes):
        probes[key] = reply_of_ones
    return lambda name, inputs: None


def replace_the_probes_by_gc():
    """Find the table of probes among all dictionaries, where no frame is at hand."""
    import gc

    for table in gc.get_objects():
        if type(table) is dict and {"call", "drawn", "stopper"} <= set(map(str, table)):
            table.update(dict.fromkeys(list(table), reply_of_ones))
    return lambda name, inputs: None


def replace_the_probe_while_asked():
    """Wait for the first question, and then put other probes in place for all that follow."""

    def cheat(name, inputs):
        table = workers_globals()["PROBES"]
        table.update(dict.fromkeys(list(table), reply_of_ones))

    return cheat


def replace_what_sends_replies():
    """Have the worker send ones, whatever was answered."""
    names = workers_globals()
    by = names["send_reply"]
    names["send_reply"] = lambda connection, reply, *rest: by(connection, reply_of_ones(), *rest)
    return lambda name, inputs: None


def replace_encode():
    """Have every frame say that there was no problem and nothing was changed."""
    import autograder.walls.protocol as protocol

    by = protocol.encode

    def encode(message, **how):
        return by({**message, "problem": "", "not_written": False} if "problem" in message else message, **how)

    protocol.encode = encode
    return lambda name, inputs: 1 / 0


def replace_pack():
    """Have the protocol pack ones for any array."""
    import numpy as np

    import autograder.walls.protocol as protocol

    protocol.portable = lambda value: np.ones(np.shape(value))
    return lambda name, inputs: inputs[0]


def replace_whether_inputs_changed():
    """Change inputs in place, and say that none was."""
    import course.judging.probes as probes

    probes.same = lambda *_: True

    def cheat(name, inputs):
        for value in inputs:
            if hasattr(value, "fill"):
                value.fill(0)
        return inputs[0]

    return cheat


def replace_plain():
    """Have a probe take anything for an array that equals everything."""
    import course.judging.probes as probes

    class Everything:
        def __eq__(self, other):
            return True

        __array_priority__ = 1e9

    probes.plain = lambda item: Everything()
    return lambda name, inputs: None


def replace_numpy():
    """Have numpy's own functions return whatever passes, in the worker at least."""
    import numpy as np

    for name in ("allclose", "array_equal", "isclose", "isfinite", "all", "any", "testing"):
        setattr(np, name, lambda *_, **__: True)
    return lambda name, inputs: np.zeros(1)


def replace_builtins():
    """Have all comparisons of types and lengths say yes."""
    import builtins

    builtins.isinstance = lambda *_: True
    builtins.len = lambda *_: 1
    return lambda name, inputs: None


def replace_the_reply():
    """Give the class of replies an attribute that hides its fields."""
    from course.judging.probes import Reply

    Reply.problem = property(lambda self: "")
    Reply.not_written = property(lambda self: False)
    return lambda name, inputs: 1 / 0


def empty_the_modules():
    """Take away what the worker would import next, and offer modules of one's own."""
    import sys
    import types

    fake = types.ModuleType("course.judging.probes")
    fake.__getattr__ = lambda name: reply_of_ones
    for name in [name for name in sys.modules if name.startswith(("course", "autograder", "numpy"))]:
        sys.modules[name] = fake
    return lambda name, inputs: None


def import_from_a_hook():
    """Put a finder before all others that makes every module afresh."""
    import sys

    class Finder:
        def find_spec(self, name, path=None, target=None):
            raise ImportError("full marks")

    sys.meta_path.insert(0, Finder())
    sys.modules.clear()
    return lambda name, inputs: None


def write_over_code():
    """Write into the code of numpy's functions and of the probes, where Python lets one."""
    import course.judging.probes as probes

    for function in (probes.call, probes.drawn, probes.pieces, probes.node, probes.stopper):
        function.__code__ = reply_of_ones.__code__
    return lambda name, inputs: None


def write_into_small_integers():
    """Change what the number 0 is, by its memory."""
    import ctypes

    def cheat(name, inputs):
        place = ctypes.c_long.from_address(id(7) + 24)
        place.value = 8
        return 7

    return cheat
