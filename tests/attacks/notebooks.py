"""Attacks that are made by a whole notebook, each a function whose text is the notebook's first cell.

What such a function returns is called by every answer of the unit, with the exercise's name and its inputs. Helpers stand first.
"""

import inspect


def own_socket():
    """The descriptor by which the worker talks to the judge."""
    import fcntl

    for number in range(3, 64):
        try:
            fcntl.fcntl(number, fcntl.F_GETFD)
        except OSError:
            continue
        return number


def workers_globals():
    """The names of the worker's own file, found in the frames below a cell."""
    import sys

    frame = sys._getframe()
    while frame and "PROBES" not in frame.f_globals:
        frame = frame.f_back
    return frame.f_globals


def reply_of_ones(*_, **__):
    """A reply such as a probe gives: arrays of ones."""
    import numpy as np

    from course.judging.probes import Reply

    return Reply((np.ones((3, 2)),))


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


def forge_done():
    """Say that the cells have run, before they have, and so put the judge out of step."""
    import os

    from autograder.walls.protocol import encode

    os.write(own_socket(), encode({"done": 1, "apart": ()}))
    return lambda name, inputs: None


def forge_done_with_nonsense():
    """Say that fewer than no cells have run, and that everything has to be heard apart."""
    import os

    from autograder.walls.protocol import encode

    os.write(own_socket(), encode({"done": -(10**50), "apart": (1, None, "cheat", ("x",))}))
    return lambda name, inputs: None


def forge_done_and_replies():
    """Send all frames of a whole run at once: cells done, and a hundred replies."""
    import os

    import numpy as np

    from autograder.walls.protocol import encode

    reply = encode({"arrays": (np.ones((3, 2)),), "problem": "", "not_written": False, "changed": ()})
    os.write(own_socket(), encode({"done": 5, "apart": ()}) + 100 * reply)
    return lambda name, inputs: None


def forge_replies_for_the_next():
    """Reply twice to each question, so that the second is taken for the next exercise's."""
    import os

    import numpy as np

    from autograder.walls.protocol import encode

    def cheat(name, inputs):
        frame = encode({"arrays": (np.ones((3, 2)),), "problem": "", "not_written": False, "changed": ()})
        os.write(own_socket(), frame)
        return inputs[0]

    return cheat


def forge_that_nothing_is_defined():
    """Say of every answer that there is none of its name: nothing that is ours to lend may come of it."""
    import os

    from autograder.walls.protocol import encode

    def cheat(name, inputs):
        os.write(own_socket(), encode({"undefined": True}))

    return cheat


def forge_stops():
    """Say that cells were stopped by the clock, over and over, so that the judge hurries or gives up."""
    import os

    from autograder.walls.protocol import encode

    for _ in range(50):
        os.write(own_socket(), encode({"stopped": True}))
    return lambda name, inputs: None


def forge_a_test_that_passed():
    """Send the frame by which a test cell of an ordinary assignment passes."""
    import os

    import numpy as np

    from autograder.walls.protocol import encode

    os.write(own_socket(), encode({"arrays": (np.array(0),), "problem": "", "not_written": False, "changed": ()}))
    return lambda name, inputs: None


def forge_calls_of_what_was_not_lent():
    """Ask the judge to compute the answer, as it does for right earlier answers."""
    import os

    from autograder.walls.protocol import encode

    def cheat(name, inputs):
        os.write(own_socket(), encode({"borrow": name, "inputs": inputs, "named": ()}))

    return cheat


def read_the_next_question():
    """Read the judge's next frames from the socket, and answer them here."""
    import os

    def cheat(name, inputs):
        os.set_blocking(own_socket(), False)
        try:
            return os.read(own_socket(), 1 << 16)
        except BlockingIOError:
            return None

    return cheat


def take_the_loop_over():
    """Serve the judge's questions from within an answer: a false reply to every later exercise."""
    import os

    import numpy as np

    from autograder.walls.protocol import encode

    def cheat(name, inputs):
        reply = encode({"arrays": (np.ones((3, 2)),), "problem": "", "not_written": False, "changed": ()})
        while os.write(own_socket(), reply):
            os.read(own_socket(), 1 << 16)

    return cheat


def set_a_signal_for_the_next():
    """Leave a timer behind, whose handler changes the next answer's frames."""
    import signal

    def cheat(name, inputs):
        def handler(number, frame):
            while frame:
                frame.f_locals.update(reply=reply_of_ones())
                frame = frame.f_back

        signal.signal(signal.SIGALRM, handler)
        signal.setitimer(signal.ITIMER_REAL, 0.001, 0.001)
        return inputs[0]

    return cheat


def raise_by_a_signal():
    """Let a timer raise in the middle of whatever the worker does next."""
    import signal

    def cheat(name, inputs):
        def handler(*_):
            raise SystemExit("full marks")

        signal.signal(signal.SIGALRM, handler)
        signal.setitimer(signal.ITIMER_REAL, 0.0005, 0.0005)

    return cheat


def trace_the_worker():
    """Trace every line that the worker runs from now on, and take hold of its replies."""
    import sys

    def trace(frame, event, value):
        if event == "return" and hasattr(value, "arrays"):
            object.__setattr__(value, "arrays", reply_of_ones().arrays)
        return trace

    def cheat(name, inputs):
        sys.settrace(trace)
        frame = sys._getframe()
        while frame:
            frame.f_trace = trace
            frame = frame.f_back

    return cheat


def profile_the_worker():
    """The same by a profiler, which sees what C functions return, too."""
    import sys

    def profile(frame, event, value):
        if event == "return" and hasattr(value, "problem"):
            object.__setattr__(value, "problem", "")

    def cheat(name, inputs):
        sys.setprofile(profile)
        raise ValueError

    return cheat


def start_a_thread():
    """Leave a thread behind that answers while other answers are asked."""
    import threading

    def cheat(name, inputs):
        threading.Thread(target=reply_of_ones, daemon=True).start()

    return cheat


def fork_a_helper():
    """Leave a process behind that holds the socket."""
    import os

    def cheat(name, inputs):
        return os.fork()

    return cheat


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


def replace_the_reply():
    """Give the class of replies an attribute that hides its fields."""
    from course.judging.probes import Reply

    Reply.problem = property(lambda self: "")
    Reply.not_written = property(lambda self: False)
    return lambda name, inputs: 1 / 0


def be_written_but_not():
    """Raise an error that is both not written and something else, with a code that lies about what stands below it."""

    class Unwritten(NotImplementedError):
        def __str__(self):
            raise SystemExit

    def cheat(name, inputs):
        raise Unwritten

    return cheat


def describe_oneself_endlessly():
    """Raise an error whose words are longer than memory, and change at every look."""

    class Words(Exception):
        def __str__(self):
            return "full marks " * 10_000_000

    def cheat(name, inputs):
        raise Words

    return cheat


def return_other_arrays_at_every_look():
    """Return an object whose array is another one each time that it is asked."""
    import numpy as np

    class Changing:
        looks = 0

        def __array__(self, *_, **__):
            Changing.looks += 1
            return np.full((3, 2), Changing.looks)

    return lambda name, inputs: Changing()


def return_an_array_that_equals_all():
    """Return a subclass of arrays for which every comparison holds."""
    import numpy as np

    class Equal(np.ndarray):
        def __eq__(self, other):
            return np.ones(self.shape, bool)

        def __array_ufunc__(self, *_, **__):
            return np.zeros(self.shape)

        __le__ = __lt__ = __ge__ = __gt__ = __eq__

    return lambda name, inputs: np.zeros((3, 2)).view(Equal)


def return_nan():
    """Return not-a-number everywhere, in the shape of the first input: no comparison with it is true."""
    import numpy as np

    return lambda name, inputs: np.full(np.shape(inputs[0]) if inputs and hasattr(inputs[0], "shape") else (), np.nan)


def return_infinity():
    """Return infinity, whose differences are no number either."""
    import numpy as np

    return lambda name, inputs: np.full(np.shape(inputs[0]) if inputs and hasattr(inputs[0], "shape") else (), np.inf)


def return_nothing_at_all():
    """Return arrays without entries, of which every one is right."""
    import numpy as np

    return lambda name, inputs: (np.zeros((0, 3)), np.zeros((0,)))


def return_endless_shapes():
    """Return an empty array whose other side is longer than memory."""
    import numpy as np

    return lambda name, inputs: np.zeros((0, 2**40))


def return_a_masked_array():
    """Return an array that is masked everywhere, so that nothing of it is compared."""
    import numpy as np

    return lambda name, inputs: np.ma.masked_all((3, 2))


def return_a_view_of_the_stack():
    """Return an array that reads memory nobody has written to."""
    import numpy as np

    return lambda name, inputs: np.empty((3, 2))


def return_what_kills_when_dropped():
    """Return an object that changes the worker when it is thrown away."""

    class Parting:
        def __array__(self, *_, **__):
            import numpy as np

            return np.zeros(3)

        def __del__(self):
            table = workers_globals()["PROBES"]
            table.update(dict.fromkeys(list(table), reply_of_ones))

    return lambda name, inputs: Parting()


def collect_when_garbage_is():
    """Have Python's own garbage collector call code of one's own between two questions."""
    import gc

    def callback(phase, info):
        workers_globals()["PROBES"].clear()

    gc.callbacks.append(callback)
    gc.set_threshold(1)
    return lambda name, inputs: inputs


def audit_the_worker():
    """Hook into everything that Python audits, and end the process at the wrong moment."""
    import os
    import sys

    def hook(event, arguments):
        if event == "compile":
            os._exit(0)

    sys.addaudithook(hook)
    return lambda name, inputs: compile("1", "", "eval")


def close_the_socket():
    """Close the way to the judge once the first exercise has been asked."""
    import os

    def cheat(name, inputs):
        os.close(own_socket())

    return cheat


def die_at_the_last():
    """Answer until the end, then take the process down with every answer in it."""
    import ctypes

    calls = []

    def cheat(name, inputs):
        calls.append(name)
        if len(set(calls)) > 1:
            ctypes.string_at(0)

    return cheat


def outlast_the_judge():
    """Use up the time of every exercise in the first."""
    import time

    def cheat(name, inputs):
        time.sleep(0.4)

    return cheat


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


def differentiate_by_experiment():
    """Replace each answer by finite differences of the answers before: there is nothing here to differentiate but one's own."""
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


HELPERS = (own_socket, workers_globals, reply_of_ones)
ATTACKS = [value for value in list(globals().values()) if inspect.isfunction(value) and value not in HELPERS]


def first_cell(attack):
    """The cell that makes an attack."""
    sources = map(inspect.getsource, (*HELPERS, attack))
    return "\n\n".join([*sources, f"cheat = {attack.__name__}()"])
