"""Attacks that speak to the judge in the worker's place."""

from tests.attacks.notebooks.helpers import frame_of_ones, overhear, own_socket, send


def forge_done():
    """Say that the cells have run, before they have, and so put the judge out of step."""
    from autograder.walls.protocol import encode

    send(encode({"done": 1, "apart": ()}))
    return lambda name, inputs: None


def forge_done_with_nonsense():
    """Say that fewer than no cells have run, and that everything has to be heard apart."""
    from autograder.walls.protocol import encode

    send(encode({"done": -(10**50), "apart": (1, None, "cheat", ("x",))}))
    return lambda name, inputs: None


def forge_done_and_replies():
    """Send all frames of a whole run at once: cells done, and a hundred replies."""
    from autograder.walls.protocol import encode

    send(encode({"done": 5, "apart": ()}) + 100 * frame_of_ones())
    return lambda name, inputs: None


def forge_replies_for_the_next():
    """Reply twice to each question, so that the second is taken for the next exercise's."""

    def cheat(name, inputs):
        send(frame_of_ones())
        return inputs[0]

    return cheat


def forge_that_nothing_is_defined():
    """Say of every answer that there is none of its name: nothing that is ours to lend may come of it."""
    from autograder.walls.protocol import encode

    return lambda name, inputs: send(encode({"undefined": True}))


def forge_stops():
    """Say that cells were stopped by the clock, over and over, so that the judge hurries or gives up."""
    from autograder.walls.protocol import encode

    for _ in range(50):
        send(encode({"stopped": True}))
    return lambda name, inputs: None


def forge_a_test_that_passed():
    """Send the frame by which a test cell of an ordinary assignment passes."""
    import numpy as np

    from autograder.walls.protocol import encode

    send(encode({"arrays": (np.array(0),), "problem": "", "not_written": False, "changed": ()}))
    return lambda name, inputs: None


def forge_calls_of_what_was_not_lent():
    """Ask the judge to compute the answer, as it does for right earlier answers."""
    from autograder.walls.protocol import encode

    return lambda name, inputs: send(encode({"borrow": name, "inputs": inputs, "named": ()}))


def read_the_next_question():
    """Read the judge's next frames, and return them as the answer."""

    def cheat(name, inputs):
        try:
            return overhear(wait=False)
        except BlockingIOError:
            return None

    return cheat


def take_the_loop_over():
    """Serve the judge's questions from within an answer: a false reply to every later exercise."""

    def cheat(name, inputs):
        while True:
            send(frame_of_ones())
            overhear()

    return cheat


def close_the_socket():
    """Close the way to the judge once the first exercise has been asked."""
    import os

    return lambda name, inputs: os.close(own_socket())
