"""Unit 08, dropout: the mistakes students make, as data.

Each is a mistake's name, as the end of the sentence "it is what comes out when ...", a hint that does not give the answer away,
and the mistake itself.
"""

from collections.abc import Callable

import numpy as np

from course.judging.exercise import Array, Mistake
from course.units.u08_dropout.forward import expected_network, layer_gradients

Rng = np.random.Generator
Shape = tuple[int, ...]

# Names that the tests of random answers give as causes.
EXCHANGED = "keep and drop are exchanged"
OTHER_GENERATOR = "the random numbers do not come from the `rng` that is given"
FIXED_SEED = "a generator of a fixed seed is made inside the function"
ONE_MASK = "one mask is drawn, and used for every example of the batch"
WHOLE_EXAMPLES = "one number is drawn for each example, so that its nodes live or die together"
EXACT_SHARE = "exactly the same number of nodes is kept in every example"
ALL_OR_NONE = "one random number decides for the whole array"
SCALED = "the mask is divided by P already"
NOT_COMPARED = "the random numbers are not compared with `keep_prob`"
NORMAL = "normal random numbers are compared with P, and not uniform ones"
HALF = "every node is kept with probability one half, whatever P is"
NOT_SCALED = "the nodes kept are not scaled up"
MULTIPLIED = "the nodes kept are multiplied by P"
BY_ONE_MINUS_P = "the nodes kept are divided by 1 - P"
TWICE = "the scaling by 1/P is done twice"
BY_SHARE = "the nodes kept are divided by the share that this draw happened to keep"
LEFT_AS_THEY_ARE = "the other nodes are left as they are, not deleted"
RATE_OF_DROPPING = "P is taken for the probability of dropping, throughout"

KEEP_HINT = "With P = 0.9, is most of the layer alive or dead? Which of the random numbers between 0 and 1 lie below P?"
GENERATOR_HINT = "The same seed has to give the same result, or nobody can repeat your experiment. Which generator were you given?"
SEED_HINT = "A generator made anew from a fixed seed says the same thing at every call. Which generator were you given?"
BATCH_HINT = "In training each example meets a thinned network of its own. How many random numbers does that take?"
ALL_HINT = "Each node is kept or deleted by itself. How many random numbers did you draw?"
EXAMPLE_HINT = "Each node is kept or deleted by itself. How many independent decisions does a batch of N examples and h nodes take?"


def repeated(row: Array, shape: Shape) -> Array:
    """One example's row for the whole batch."""
    return np.broadcast_to(row, shape).copy()


def exact_share(shape: Shape, keep_prob: float, rng: Rng) -> Array:
    """In every row, the same number of nodes is kept."""
    return rng.random(shape).argsort(axis=-1) < round(keep_prob * shape[-1])


DROPOUT_MASK = (
    Mistake(EXCHANGED, KEEP_HINT, lambda shape, keep_prob, rng: rng.random(shape) > keep_prob),
    Mistake(OTHER_GENERATOR, GENERATOR_HINT, lambda shape, keep_prob, rng: np.random.default_rng().random(shape) < keep_prob),
    Mistake(FIXED_SEED, SEED_HINT, lambda shape, keep_prob, rng: np.random.default_rng(0).random(shape) < keep_prob),
    Mistake(ONE_MASK, BATCH_HINT, lambda shape, keep_prob, rng: repeated(rng.random(shape[-1]) < keep_prob, shape)),
    Mistake(WHOLE_EXAMPLES, EXAMPLE_HINT, lambda shape, keep_prob, rng: repeated(rng.random((*shape[:-1], 1)) < keep_prob, shape)),
    Mistake(
        EXACT_SHARE,
        "Each node is kept by a decision of its own: can the number that is kept be known beforehand?",
        exact_share,
    ),
    Mistake(
        ALL_OR_NONE,
        ALL_HINT,
        lambda shape, keep_prob, rng: np.full(shape, rng.random() < keep_prob),
    ),
    Mistake(
        SCALED,
        "The mask says active or deleted, 1 or 0. Scaling is another matter, and another section.",
        lambda shape, keep_prob, rng: (rng.random(shape) < keep_prob) / keep_prob,
    ),
    Mistake(
        NOT_COMPARED,
        "A mask holds 0 and 1. What makes a decision of a number between 0 and 1?",
        lambda shape, keep_prob, rng: rng.random(shape),
    ),
    Mistake(
        NORMAL,
        "Which share of the numbers drawn falls below P? For which distribution is that share P itself?",
        lambda shape, keep_prob, rng: rng.normal(size=shape) < keep_prob,
    ),
    Mistake(
        HALF,
        "A fair coin has P = 1/2. Where does `keep_prob` enter your function?",
        lambda shape, keep_prob, rng: rng.integers(0, 2, shape),
    ),
)


DROPOUT_FORWARD = (
    Mistake(EXCHANGED, "Where the mask is 1, the node is active.", lambda H, mask: H * (1 - mask)),
    Mistake(
        "the deleted nodes are taken out of the array",
        "The layer above has a weight for each node, alive or dead. Which shape does it expect?",
        lambda H, mask: H[mask != 0],
    ),
    Mistake(
        "what is kept is scaled up as well",
        "Here the mask alone decides: the factors are in it, if there are any.",
        lambda H, mask: H * mask / mask.mean(),
    ),
    Mistake("the mask is added", "What must come out where the mask is 0, whatever H is?", lambda H, mask: H + mask),
    Mistake(
        "the first example's mask is used for every example", "The mask has a row for each example.", lambda H, mask: H * mask[0]
    ),
    Mistake(
        "the deleted nodes are NaN, not 0",
        "The next layer sums over all of its inputs. What does one NaN do to a sum?",
        lambda H, mask: np.where(mask == 0, np.nan, H * mask),
    ),
    Mistake(
        "a matrix product is taken in place of an entry by entry one",
        "Each node has one factor of its own. Which operator of NumPy works entry by entry?",
        lambda H, mask: H @ mask,
    ),
    Mistake("nothing is deleted", "Does the mask enter your result at all?", lambda H, mask: H.copy()),
)


DROPOUT_BACKWARD = (
    Mistake(
        "the upstream is left out",
        "You have the slope. The rule multiplies it by what comes from above.",
        lambda upstream, mask: 1.0 * mask,
    ),
    Mistake(
        "the upstream is passed on unchanged",
        "Move a deleted node's value a little: does the loss move?",
        lambda upstream, mask: upstream.copy(),
    ),
    Mistake(
        EXCHANGED, "Which nodes had a say in the loss: those kept, or those deleted?", lambda upstream, mask: upstream * (1 - mask)
    ),
    Mistake(
        "the mask is multiplied in twice",
        "H was multiplied by the mask once. How often does the slope hold it?",
        lambda upstream, mask: upstream * mask * mask,
    ),
    Mistake(
        "the factor in the mask is lost on the way back",
        "A mask may hold other numbers than 0 and 1. If the way forward multiplies by 1.25, what is its slope?",
        lambda upstream, mask: upstream * (mask != 0),
    ),
    Mistake(
        "averaged over the batch a second time",
        "The loss is a mean already, so its 1/N is inside the upstream.",
        lambda upstream, mask: upstream * mask / len(upstream),
    ),
    Mistake(
        "the first example's mask is used for every example",
        "The mask has a row for each example.",
        lambda upstream, mask: upstream * mask[0],
    ),
    Mistake(
        "what passes is scaled up once more",
        "Whatever factor the way forward used is in the mask already.",
        lambda upstream, mask: upstream * mask / mask.mean(),
    ),
)


def network_mistake(*, W1: float = 0, H: float = 0, W2: float = 0, b2: float = 0, relu: bool = True) -> Callable[..., Array]:
    """The network, with P to these powers at these places."""

    def wrong(X: Array, first: Array, b1: Array, second: Array, bias: Array, keep_prob: float) -> Array:
        Z1 = X @ (keep_prob**W1 * first) + b1
        hidden = np.maximum(Z1, 0) if relu else Z1
        return (keep_prob**H * hidden) @ (keep_prob**W2 * second) + keep_prob**b2 * bias

    return wrong


EXPECTED_FORWARD = (
    Mistake(
        "nothing is scaled",
        "At test time no node is missing. Is what arrives at the output then as large as it was in training, on average?",
        network_mistake(),
    ),
    Mistake(
        "the bias is scaled, too",
        "Which terms of Σ w h + b does a mask ever delete?",
        network_mistake(W2=1, b2=1),
    ),
    Mistake(
        "the weights are scaled by 1 - P",
        "A node that is nearly always there (P = 0.9) should count for nearly all of its weight.",
        lambda X, W1, b1, W2, b2, keep_prob: expected_network(X, W1, b1, W2, b2, 1 - keep_prob),
    ),
    Mistake(
        "the weights are divided by P",
        "In training a node is missing now and then. At test time it is always there: does its weight have to grow or to shrink?",
        network_mistake(W2=-1),
    ),
    Mistake(
        "the weights into the hidden layer are scaled, and not those out of it",
        "Hidden nodes are deleted here, and no input ever is. Which weights does a deleted hidden node take with it into the next sum?",
        network_mistake(W1=1),
    ),
    Mistake(
        "both layers of weights are scaled",
        "Scale what leaves a node that may be deleted. Is an input ever deleted here?",
        network_mistake(W1=1, W2=1),
    ),
    Mistake(
        "the scaling is done at two places",
        "P H W and H (P W) are one and the same: once is enough.",
        network_mistake(H=1, W2=1),
    ),
    Mistake(
        "the ReLU is missing",
        "What stands between the two linear layers?",
        network_mistake(W2=1, relu=False),
    ),
)


def inverted_mistake(kept: Callable[..., Array], factor: Callable[..., float]) -> Callable[..., Array]:
    """Inverted dropout with another mask, or another factor; both are made from P and what is drawn."""

    def wrong(H: Array, keep_prob: float, rng: Rng) -> Array:
        mask = kept(H.shape, keep_prob, rng)
        return H * mask * factor(keep_prob, mask)

    return wrong


def drawn(shape: Shape, keep_prob: float, rng: Rng) -> Array:
    return rng.random(shape) < keep_prob


def one_over_p(keep_prob: float, mask: Array) -> float:
    return 1 / keep_prob


INVERTED_DROPOUT = (
    Mistake(
        NOT_SCALED,
        "That is the notes' form, which scales at test time. Inverted dropout leaves the test alone: who makes up for the missing then?",
        inverted_mistake(drawn, lambda keep_prob, mask: 1.0),
    ),
    Mistake(
        MULTIPLIED,
        "Of ten nodes, P · 10 are left. To make the sum as large as before, must each of them grow or shrink?",
        inverted_mistake(drawn, lambda keep_prob, mask: keep_prob),
    ),
    Mistake(
        BY_ONE_MINUS_P,
        "If P = 0.9 a tenth is missing. By which factor do the others have to grow to make up for it?",
        inverted_mistake(drawn, lambda keep_prob, mask: 1 / (1 - keep_prob) if keep_prob < 1 else 1.0),
    ),
    Mistake(
        TWICE,
        "Is your mask divided already when you divide again?",
        inverted_mistake(drawn, lambda keep_prob, mask: 1 / keep_prob**2),
    ),
    Mistake(
        BY_SHARE,
        "The factor is a constant: it may depend on P, and not on what was drawn.",
        inverted_mistake(drawn, lambda keep_prob, mask: 1 / mask.mean() if mask.any() else 1.0),
    ),
    Mistake(EXCHANGED, KEEP_HINT, inverted_mistake(lambda shape, p, rng: rng.random(shape) > p, one_over_p)),
    Mistake(
        RATE_OF_DROPPING,
        "`keep_prob` is the probability to *stay*. (Some libraries ask for the other one.) What must come out for P = 1?",
        inverted_mistake(
            lambda shape, p, rng: rng.random(shape) < 1 - p, lambda keep_prob, mask: 1 / (1 - keep_prob) if keep_prob < 1 else 1.0
        ),
    ),
    Mistake(
        LEFT_AS_THEY_ARE,
        "What does a deleted node send to the next layer?",
        lambda H, keep_prob, rng: np.where(rng.random(H.shape) < keep_prob, H / keep_prob, H),
    ),
    Mistake(
        OTHER_GENERATOR, GENERATOR_HINT, inverted_mistake(lambda shape, p, rng: np.random.default_rng().random(shape) < p, one_over_p)
    ),
    Mistake(FIXED_SEED, SEED_HINT, inverted_mistake(lambda shape, p, rng: np.random.default_rng(0).random(shape) < p, one_over_p)),
    Mistake(ALL_OR_NONE, ALL_HINT, inverted_mistake(lambda shape, p, rng: np.full(shape, rng.random() < p), one_over_p)),
    Mistake(ONE_MASK, BATCH_HINT, inverted_mistake(lambda shape, p, rng: repeated(rng.random(shape[-1]) < p, shape), one_over_p)),
    Mistake(
        WHOLE_EXAMPLES, EXAMPLE_HINT, inverted_mistake(lambda shape, p, rng: repeated(rng.random((*shape[:-1], 1)) < p, shape), one_over_p)
    ),
)


def layer_mistake(
    *, new: bool = False, back: float = -1, forward: float = -1, relu: bool = True, deleted: bool = True, mean: bool = False
) -> Callable[..., tuple]:
    """A hidden layer with dropout: P to the powers `forward` and `back`, and a step of the way back done wrongly."""

    def wrong(upstream: Array, X: Array, W: Array, b: Array, keep_prob: float, rng: Rng) -> tuple:
        Z = X @ W + b
        kept = rng.random(Z.shape) < keep_prob
        H = np.maximum(Z, 0) * kept * keep_prob**forward
        on_the_way_back = rng.random(Z.shape) < keep_prob if new else kept if deleted else 1.0
        factors = on_the_way_back * keep_prob**back
        if relu:
            dX, dW, db = layer_gradients(upstream, X, W, b, factors)
        else:
            dX, dW, db = (upstream * factors) @ W.T, X.T @ (upstream * factors), (upstream * factors).sum(axis=0)
        return (H, dX / len(X), dW / len(X), db / len(X)) if mean else (H, dX, dW, db)

    return wrong


DROPOUT_LAYER = (
    Mistake(
        "the mask is drawn anew on the way back",
        "The gradient belongs to the network that made the loss. Which nodes were alive in that one?",
        layer_mistake(new=True),
    ),
    Mistake(
        "the mask is drawn anew on the way back, without its factor",
        "The gradient belongs to the network that made the loss. Which nodes were alive in it, and what were they multiplied by?",
        layer_mistake(new=True, back=0),
    ),
    Mistake(
        "the factor 1/P is lost on the way back",
        "On the way forward each living node was multiplied by something. Its slope is that number.",
        layer_mistake(back=0),
    ),
    Mistake(
        "the factor 1/P is multiplied in twice on the way back",
        "How often was H multiplied by it on the way forward?",
        layer_mistake(back=-2),
    ),
    Mistake(
        "the gradient passes the mask as if it were not there",
        "On the way back each node multiplies by its slope. Which node did your backward pass skip?",
        layer_mistake(back=0, deleted=False),
    ),
    Mistake(
        "the gradient passes ReLU as if it were not there",
        "On the way back each node multiplies by its slope. Which node did your backward pass skip?",
        layer_mistake(relu=False),
    ),
    Mistake(
        "the gradients are averaged over the batch a second time",
        "The loss is a mean already, so its 1/N is inside the upstream.",
        layer_mistake(mean=True),
    ),
    Mistake(
        "the output is not divided by P",
        "This layer uses inverted dropout: nothing is scaled at test time, so it is done here.",
        layer_mistake(forward=0),
    ),
    Mistake(
        "nothing is divided by P, neither forward nor back",
        "This layer uses inverted dropout: nothing is scaled at test time, so it is done here. What does that do to the slope?",
        layer_mistake(forward=0, back=0),
    ),
)
