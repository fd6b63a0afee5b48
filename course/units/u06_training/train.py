"""`train`: the whole algorithm, its short runs followed step by step, and a long one judged by what the network knows of new digits."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial

import numpy as np

from course import data
from course.judging.exercise import Array, Case, Criterion, Exercise, Finding, Mistake, Property
from course.units.kit import Rng, seed
from course.units.u06_training.digits import Unseen, accuracy, all_digits
from course.units.u06_training.given import loss_and_gradients
from course.units.u06_training.initialise import initialise
from course.units.u06_training.plain_steps import WEIGHTS, Training, images_of_one_pixel, training_of

BAR = 0.7  # of the unseen digits; the least that a right answer reached in 1,000 runs is 0.83


def train(X, labels, W1, b1, W2, b2, steps, batch_size, learning_rate, rng):
    """The weights W1, b1, W2, b2 after so many plain steps, each on a fresh batch drawn at random from `rng`.

    X is (N, in), labels (N,); W1 (in, hidden), b1 (hidden,), W2 (hidden, C), b2 (C,) are the start, and stay as they are. The network
    then has to know 70 % of the digits that it has never seen.
    """
    for _ in range(steps):
        batch = rng.choice(len(X), batch_size, replace=False)
        _, dW1, db1, dW2, db2 = loss_and_gradients(X[batch], labels[batch], W1, b1, W2, b2)
        W1, b1 = W1 - learning_rate * dW1, b1 - learning_rate * db1
        W2, b2 = W2 - learning_rate * dW2, b2 - learning_rate * db2
    return W1, b1, W2, b2


def cases(rng: Rng) -> Iterator[Case]:
    """Short runs on images of one pixel each, which show every step; then digits, pixels and classes in an order of their own."""

    def short(name: str, n: int, hidden: int, steps: int, batch_size: int) -> Case:
        return Case(name, images_of_one_pixel(rng, n, hidden, steps, batch_size), criteria=("steps",))

    yield short("one step on one example", int(rng.integers(14, 19)), 3, 1, 1)
    yield short("one step on a batch", 4 * int(rng.integers(5, 7)), 5, 1, 4)
    yield short("three steps", 2 * int(rng.integers(13, 16)), 7, 3, 2)
    yield short("eight steps on many examples", 5 * int(rng.integers(46, 55)), 4, 8, 5)
    yield digits(rng)


def digits(rng: Rng) -> Unseen:
    """Digits sorted by class, as a file may well be: who takes them in their order forgets the first ones.

    Pixels and classes are permuted, so that weights of another training know nothing of them.
    """
    X, y = all_digits()
    X, y = X[:, rng.permutation(X.shape[1])], rng.permutation(data.CLASSES)[y]
    chosen, rest = np.split(rng.permutation(len(y)), [600])
    chosen = chosen[np.argsort(y[chosen], kind="stable")]
    start = dict(zip(WEIGHTS, initialise((X.shape[1], 20, data.CLASSES), rng), strict=True))
    settings = {"steps": 140, "batch_size": 28, "learning_rate": 0.3, "rng": seed(rng)}
    inputs = {"X": X[chosen], "labels": y[chosen]} | start | settings
    return Unseen("600 digits", inputs, criteria=("accuracy",), unseen=data.Examples(X[rest], y[rest]))


# What must hold of each array of weights, which come several times: from one generator, from its equal, and from another or more.

NEVER_MOVED = "the weights never leave their start"
ONE_STEP = "one step alone is left in the weights"
FEWER = "there are fewer steps than `steps` says"
MORE = "there are more steps than `steps` says"
UPHILL = "the steps go uphill"
ALL = "every step uses all examples"
IN_ORDER = "the examples are taken in their given order"
SAME_BATCH = "every step sees the same batch"
BLOCKS = "the examples of a batch are neighbours in the file"
ELSEWHERE = "the batches do not come from `rng`"
OWN_SEED = "the generator is made inside, with a seed of its own"
OTHER_LABELS = "the labels are not those of the images"
STALE = "all gradients are taken at the first weights"
HALFWAY = "one layer has moved before the gradient of the other is taken"
SUMMED = "the gradients are multiplied by the batch size"
DIVIDED = "the mean gradient is divided by the batch size once more"
NO_RATE = "the learning rate is left out"
SECOND_LAYER = "only the second layer is trained"
FIRST_LAYER = "only the first layer is trained"
NO_BIASES = "the biases stay where they are"
STILL = {(0, 1, 2, 3): NEVER_MOVED, (0, 1): SECOND_LAYER, (2, 3): FIRST_LAYER, (1, 3): NO_BIASES}  # which arrays were never moved


def wrong_steps(case: Case, *replies: Array) -> Finding | None:
    """What is wrong with the weights of a short run."""
    if finding := not_weights(case, replies):
        return finding
    first, other = (training_of(case, [drawn[k] for drawn in replies]) for k in (0, 2))
    if case.inputs["steps"] < 4:
        return followed(first) or followed(other)
    repeatable, always = (all(np.array_equal(drawn[0], drawn[k]) for drawn in replies) for k in (1, 2))
    return wrong_draw(first, repeatable, always)


def not_weights(case: Case, replies: Sequence[Array]) -> Finding | None:
    """Arrays that are no weights of this network, or that have not moved."""
    start = [case.inputs[name] for name in WEIGHTS]
    for name, drawn, right in zip(WEIGHTS, replies, start, strict=True):
        if drawn.shape[1:] != right.shape:
            hint = "Return W1, b1, W2, b2, in this order."
            return Finding(f"`{name}` has shape {drawn.shape[1:]}, and it must have {right.shape}.", hint)
        if not np.isfinite(drawn).all():
            reason = f"{np.sum(~np.isfinite(drawn[0]))} of the {right.size} entries of `{name}` are not finite: the training diverged."
            return Finding(reason, "A step that is too large, or that goes up, makes the next one larger still.")
    still = tuple(k for k in range(len(start)) if np.array_equal(replies[k][0], start[k].astype(replies[k].dtype)))
    if not still or (len(still) == len(start) and case.inputs["steps"] == 1):  # three steps tell whether it is all of them or the first
        return None
    names, (be, them) = " and ".join(f"`{WEIGHTS[k]}`" for k in still), ("is", "it") if len(still) == 1 else ("are", "them")
    return Finding(f"{names} {be} what was put in: no step has moved {them}.", cause=STILL.get(still, ""))


def followed(run: Training) -> Finding | None:
    """What is wrong with one, two or three steps; None where they are plain steps on batches of the right size."""
    steps = run.inputs["steps"]
    if run.plain(steps) or not any(moved.any() for moved in run.moved):
        return None
    where = "After one step" if steps == 1 else f"After {steps} steps"
    tests = (wrong_labels, wrong_examples, wrong_length, wrong_count) if steps == 1 else (wrong_examples, wrong_count, wrong_length)
    return next((finding for test in tests if (finding := test(run, where))), None) or wrong_gradients(run, where)


def wrong_labels(run: Training, where: str) -> Finding | None:
    """A step on labels that are not those of its images."""
    if not (wrong := labels_used(run)):
        return None
    return Finding(f"{where}: the labels {wrong[0]} were used with images whose labels are {wrong[1]}.", cause=OTHER_LABELS)


def wrong_examples(run: Training, where: str) -> Finding | None:
    """More examples than the steps have any use for."""
    steps, n = run.inputs["steps"], run.examples
    if np.abs(run.moved[0][n:]).max() > run.exact:
        hint = "The gradient there is 0. What else moves weights: a penalty, noise?"
        return Finding(f"{where}, weights of pixels have moved that are dark in every image.", hint)
    if len(run.used) < n or n == steps * run.size:
        return None
    reason = f"{where} on {a_batch(run.size)}, all {n} examples have left their trace in the weights."
    each = np.median(run.shares)
    if abs(each * n - steps) < 0.2 * steps:
        return Finding(reason, cause=ALL)
    return Finding(reason, "Is each step one batch, or a whole epoch?" if abs(each * run.size - steps) < 0.4 * steps else "")


def wrong_count(run: Training, where: str) -> Finding | None:
    """Steps that are too many or too few."""
    steps = run.inputs["steps"]
    made = next((made for made in (1, 2, 3) if run.plain(made)), steps)
    if made == steps:
        return None
    cause = MORE if made > steps else ONE_STEP if made == 1 else FEWER
    return Finding(f"{where} on {a_batch(run.size)}, the weights are those after {made}.", cause=cause)


def labels_used(run: Training) -> tuple[list[int], list[int]] | None:
    """The labels that one step was made with, and those of its images, where they differ."""
    if len(run.used) != run.size:
        return None
    labels = run.inputs["labels"][run.used]
    told = sum(run.alone[i][3] for i in run.used) + np.bincount(labels, minlength=len(run.moved[3])) + run.size * run.moved[3]
    counts = np.rint(told).astype(int)
    used, right = np.repeat(np.arange(len(counts)), np.maximum(counts, 0)).tolist(), sorted(labels.tolist())
    return (used, right) if np.abs(told - counts).max() < 0.01 and len(used) == run.size and used != right else None


def wrong_length(run: Training, where: str) -> Finding | None:
    """Steps of the right direction, or the opposite one, that are too long or too short."""
    if not run.has_moved_by(run.mixed(run.shares)):
        return None
    factor, rate, size = float(run.shares.sum()) / run.inputs["steps"], run.inputs["learning_rate"], run.size
    if abs(factor + 1) < 0.01:
        return Finding(f"{where}, the weights have moved by as much as they should, and the other way.", cause=UPHILL)
    if abs(factor - 1) < 0.01:
        if run.inputs["steps"] > 1:
            return Finding(f"{where}, the weights are where the gradients of the start alone lead.", cause=STALE)
        return Finding(f"{where}, {len(run.used)} examples have left their trace in the weights, and batch_size is {size}.")
    named = ((size, SUMMED), (1 / size, DIVIDED), (1 / rate, NO_RATE))
    cause = next((name for value, name in named if abs(factor / value - 1) < 0.01 and value != 1), "")
    reason = f"{where}, the weights have moved {factor:.4g} times as far as they should, as if the learning rate were {factor * rate:.4g}."
    return Finding(reason, "How far does one step go, for every example of its batch?", cause=cause)


def wrong_gradients(run: Training, where: str) -> Finding | None:
    """Steps in another direction than that of the gradient."""
    if run.inputs["steps"] == 1 and len(run.drawn) == run.size:
        right = run.stepped(run.drawn, run.start)
        for layer in (slice(0, 2), slice(2, 4)):
            at = list(run.start)
            at[layer] = right[layer]
            late = run.stepped(run.drawn, at)
            late[layer] = right[layer]
            if run.is_at(late):
                return Finding(f"{where}, one layer is right, and the other is not.", cause=HALFWAY)
        moved = zip(WEIGHTS, run.moved, run.mixed(np.bincount(run.drawn, minlength=run.examples) / run.size), strict=True)
        wrong = " and ".join(f"`{name}`" for name, got, own in moved if np.abs(got - own).max() > run.exact)
        return Finding(f"{where}, the change of {wrong} is not -η times the gradient on the batch.", "What moves each of the four arrays?")
    hint = "Each step is η times the gradient of its own batch, at the weights where it begins, and nothing besides."
    return Finding(f"{where} on {a_batch(run.size)}, the weights are not where plain steps lead, whatever the batches.", hint)


def a_batch(size: int) -> str:
    return "one example" if size == 1 else f"batches of {size}"


def wrong_draw(run: Training, repeatable: bool, always: bool) -> Finding | None:
    """Batches that are not random, or do not come from the generator."""
    steps, size, used = run.inputs["steps"], run.size, run.used
    if not repeatable:
        return Finding("Called twice with equal generators, it gives different weights.", cause=ELSEWHERE)
    if used.tolist() == list(range(steps * size)):
        return Finding(f"In {steps} steps on batches of {size}, the first {steps * size} examples were used.", cause=IN_ORDER)
    if len(used) <= size:
        return Finding(f"In {steps} steps on batches of {size}, no more than {len(used)} examples were used.", cause=SAME_BATCH)
    if always:
        return Finding("Called with two different generators, it gives the same weights.", cause=OWN_SEED)
    if (np.diff(used) == 1).sum() > 0.7 * len(used):
        return Finding(f"Of the {len(used)} examples used, nearly all are neighbours in the file.", cause=BLOCKS)
    return None


def too_little_known(case: Case, *replies: Array) -> Finding | None:
    """Weights that know too few of the unseen digits."""
    if not isinstance(case, Unseen):
        raise TypeError("expected a case with examples kept apart to judge by")
    if finding := not_weights(case, replies):
        return replace(finding, cause="")
    reached = accuracy(*case.unseen, [drawn[0] for drawn in replies])
    if reached >= BAR:
        return None
    reason = f"The network knows {reached:.1%} of {len(case.unseen.y)} digits that it was not shown, and {BAR:.0%} was asked for."
    return Finding(reason, "Does the loss on the training examples fall?")


def expected(case: Case) -> dict[str, Property]:
    tests = {"steps": wrong_steps, "accuracy": too_little_known}
    return {name: Property(partial(tests[name], case)) for name in case.criteria}


LOOP = "for _ in range(steps):"
STEP = "for _ in → for step in"
DRAW = "rng.choice(len(X), batch_size, replace=False)"
AGAIN = "loss_and_gradients(X[batch], labels[batch], W1, b1, W2, b2)"
RATES = tuple(f"learning_rate * d{name} → RATE * d{name}" for name in WEIGHTS)


def with_rate(rate: str) -> tuple[str, ...]:
    """The edits that put something else in place of the learning rate."""
    return tuple(edit.replace("RATE", rate) for edit in RATES)


SIZE = "The loss of a batch is a mean already, and so is its gradient: what is left to do with it?"
COUNT = "How often does the loop run for steps = 3? Go through it by hand."

EXERCISE = Exercise(
    right=train,
    criteria=(
        Criterion("steps", 3, "so many plain steps, each on a batch drawn at random from `rng`"),
        Criterion("accuracy", 1, f"at least {BAR:.0%} on digits not seen"),
    ),
    cases=cases,
    expected=expected,
    probe="drawn",
    returns=4,
    causes=(*STILL.values(), ONE_STEP, FEWER, MORE, UPHILL, ALL, IN_ORDER, SAME_BATCH, BLOCKS, ELSEWHERE, OWN_SEED, OTHER_LABELS,
            STALE, HALFWAY, SUMMED, DIVIDED, NO_RATE),
    mistakes=(
        Mistake(NEVER_MOVED,
                "Each step makes new weights. Which ones does the next step begin with, and which do you return?",
                ("W1, b1 = W1 → V1, a1 = W1", "W2, b2 = W2 → V2, a2 = W2")),
        Mistake(ONE_STEP,
                "How far is your `return` indented? Inside the loop, it ends the loop. And does each step begin where the last one ended?",
                "    return →         return"),
        Mistake(FEWER, COUNT, "range(steps) → range(1, steps)"),
        Mistake(MORE, COUNT, "range(steps) → range(steps + 1)"),
        Mistake(UPHILL,
                "The gradient points to where the loss grows. Which way do you want to go?",
                ("W1 - → W1 +", "b1 - → b1 +", "W2 - → W2 +", "b2 - → b2 +")),
        Mistake(ALL,
                "Which rows of X and which labels does a step look at? It is the batch alone that goes into the gradient.",
                "X[batch], labels[batch] → X, labels"),
        Mistake(IN_ORDER,
                "A file may well be sorted by label. What has the network seen last, and what has it forgotten?",
                (STEP, f"{DRAW} → np.arange(step * batch_size, (step + 1) * batch_size) % len(X)")),
        Mistake(SAME_BATCH,
                "Is your batch drawn before the loop, or in it? And from all examples?",
                (STEP, "batch = → if step == 0: batch =")),
        Mistake(BLOCKS,
                "A slice of the file holds neighbours, mostly of one class. Draw every example of a batch by itself.",
                f"{DRAW} → rng.integers(len(X) - batch_size) + np.arange(batch_size)"),
        Mistake(ELSEWHERE,
                "`np.random.choice` and `np.random.default_rng()` know nothing of the generator that was given to you: "
                "call methods of `rng`.",
                f"{LOOP} → rng = np.random.default_rng()\n    {LOOP}"),
        Mistake(OWN_SEED,
                "A fixed seed gives the same batches in every run. Use the generator that was given to you.",
                f"{LOOP} → rng = np.random.default_rng(0)\n    {LOOP}"),
        Mistake(OTHER_LABELS,
                "Image 17 goes with label 17. Follow one example through your lines: is it its own label that arrives?",
                f"labels[batch] → labels[{DRAW}]"),
        Mistake(STALE,
                "After a step the weights are others, and so is the gradient there.",
                (f"{LOOP} → start = W1, b1, W2, b2\n    {LOOP}", "labels[batch], W1, b1, W2, b2 → labels[batch], *start")),
        Mistake(HALFWAY,
                "All four gradients belong to the weights where the step begins: take all of them first, and move then.",
                f"        W2, b2 = W2 →         _, _, _, dW2, db2 = {AGAIN}\n        W2, b2 = W2"),
        Mistake(SUMMED, SIZE, with_rate("learning_rate * batch_size")),
        Mistake(DIVIDED, SIZE, with_rate("learning_rate / batch_size")),
        Mistake(NO_RATE, "How far does one step go? Look for η.", with_rate("1")),
        Mistake(SECOND_LAYER, "θ holds the parameters of all layers.", "W1, b1 = W1 - learning_rate * dW1, b1 - learning_rate * db1 → "),
        Mistake(FIRST_LAYER, "θ holds the parameters of all layers.", "W2, b2 = W2 - learning_rate * dW2, b2 - learning_rate * db2 → "),
        Mistake(NO_BIASES,
                "θ holds all parameters, the biases among them.",
                ("b1 - learning_rate * db1 → b1", "b2 - learning_rate * db2 → b2")),
    ),
)
