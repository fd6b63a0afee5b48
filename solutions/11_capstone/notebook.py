# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown] slide="slide"
# # Unit 11: The capstone
#
# Eleven units, one network, and all of it is yours. You get 500 handwritten digits with many wrong labels among them, and hand in weights
# that have to read digits they have never seen. Nobody tells you how: you plan, check, train, regularise, measure, explain, and write a
# report.
#
# **At the end you can**
# - write loss and gradient of a network of any depth, and test them before you use them,
# - choose settings on validation data alone, even where its labels are noisy,
# - say of each ingredient whether it helps, with an interval over paired runs,
# - look at single errors, explain one, and test the explanation,
# - report all this so that somebody else could repeat it.
#
# | time | difficulty | what to know before |
# |---|---|---|
# | 120 minutes, and 5 for what is optional; the report is about an hour more | demanding | units 05, 06 and 10; one of 07 to 09 |
#
# The report (section 8) is marked by hand: read its questions first, and take notes as you go.

# %%
from itertools import pairwise

import numpy as np

from course import check

# %% demo=true
# Cells like this one are for looking, not for marks: change and break them at will.
from threadpoolctl import threadpool_limits

from course import data, keep, mine, once_written, plots, whose

one_thread = threadpool_limits(1)  # matrices as small as these are slower on several threads

# %% [markdown] slide="slide"
# ## 1. The task
#
# - **Images** $x$: 8 × 8 pixels in $[0, 1]$, flattened to 64 numbers. Half of them, at random, come as **negatives**: $1 - x$, black on
#   white, as a careless scanner makes them.
# - **Labels** 0 to 9. 30 % of them have been drawn anew at random, from all ten classes.
# - **Three sets.** 500 images to learn from, 200 to choose by (the *validation set*, its labels just as noisy), and the rest, with clean
#   labels, to judge by (the *test set*). **The clean labels stay closed until section 6, and are opened there once.**
#
# **Before you run the next cell:** of twelve labels, about how many will be wrong? When you see them: which ones do you not believe?

# %% [markdown] deck="slide"
# ## Which labels do you not believe?
#
# 30 % of the labels have been drawn anew, from all ten classes.
#
# Of twelve, about how many are **wrong**?
#
# Note: First the number, without the figure: everybody writes it down, half a minute. Then look together, and collect the labels that
# nobody believes; the eye doubts five here. Many say three or four wrong ones; ask what happens when a draw hits the true class by chance.

# %% demo=true slide="fragment" deck="show"
images, names = (np.concatenate(arrays) for arrays in zip(*data.digits(np.random.default_rng(0)), strict=True))  # all 1,797


def mixed(seed):
    """A generator; all images in a random order, half of them as negatives; and their true classes, which stay closed."""
    rng = np.random.default_rng(seed)
    order = rng.permutation(len(names))
    return rng, np.where(rng.random((len(order), 1)) < 0.5, 1 - images[order], images[order]), names[order]


def task(seed):
    """Images and noisy labels to learn from, (500, 64) and (500,), and to choose by, (200, 64) and (200,)."""
    rng, X, noisy = mixed(seed)
    drawn = rng.permutation(700)[:210]
    noisy[drawn] = rng.integers(10, size=len(drawn))
    return X[:500], noisy[:500], X[500:700], noisy[500:700]


X, labels, X_val, labels_val = task(100)
plots.sheet(X[:12], (8, 8), [f"label {label}" for label in labels[:12]], columns=6)

# %% [markdown] slide="subslide"
# Of 30 % that are drawn anew, a tenth hits the true class by chance. So 27 % are wrong, on average about three of twelve. Here the eye
# doubts five: a 6 with label 7, a 5 with 8, a 6 with 0, a 3 with 5, and a 6 with 3.
#
# ### 1.1 Why a hidden layer?
#
# On clean digits a *linear* classifier does well: it gives each class a score $o_c(x) = \sum_j w_{cj} x_j + b_c$, and the largest wins.
# What do the negatives do to it?
#
# 1. The score of a negative is $o_c(1 - x) = \sum_j w_{cj} - \sum_j w_{cj} x_j + b_c$.
# 2. **Yours:** add the two, $o_c(x) + o_c(1 - x)$. What has become of $x$? If an image speaks strongly for class $c$, what does
#    its negative say of $c$?
#
# **Before you run the next cell:** it fits a linear classifier by least squares to the 500 noisy labels: first with every image turned to
# white on black, then with the images as they are. How many of the validation labels will each hit? (Guessing hits 10 %.)


# %% [markdown] deck="slide"
# ## About three, and half are negatives
#
# A negative is $1 - x$: black on white.
#
# One score for each class, and the largest wins:
#
# $$o_c(x) = \sum_j w_{cj}\, x_j + b_c$$
#
# What share of the labels does it hit **without** negatives? And **with** them?
#
# Note: Say first that 27 % are wrong: a tenth of the draws is right by luck. Then one minute for two numbers on paper; guessing hits 10 %,
# and nobody can hit much more than 73 %. Most expect to lose a few points with negatives, not nearly all; do not help yet.


# %% demo=true slide="fragment"
def with_ones(X):
    return np.column_stack([X, np.ones(len(X))])


def upright(X):
    """Bright images turned back."""
    return np.where(X.mean(axis=1, keepdims=True) > 0.5, 1 - X, X)


for name, prepared in (("without negatives", upright), ("with negatives", np.array)):
    A = with_ones(prepared(X))
    V = np.linalg.solve(A.T @ A + np.eye(65), A.T @ np.eye(10)[labels])
    share = np.mean((with_ones(prepared(X_val)) @ V).argmax(axis=1) == labels_val)
    print(f"{name}, a linear classifier hits {share:.1%} of the validation labels")

# %% [markdown] deck="slide"
# ## 65 %, and then 17.5 %
#
# $$o_c(x) + o_c(1 - x) = S_c$$
#
# The same sum for **all** images: what an image wins for a class, its negative loses.
#
# A hidden layer with ReLU can read both.
#
# Note: Let the room add the two scores before you point at the formula: where has x gone? Wait for "it cancels", and then for what that
# means. A frequent answer is that the network needs more data; ask what more data could change in this sum.

# %% [markdown]
# $x$ is gone: the sum is the same number for all images, call it $S_c$. **Whatever score an image wins for a class, its negative loses.**
# So the fit is little better than guessing: images and negatives pull each weight in opposite directions.
#
# Could other weights do well? For both to be read as class $c$, its score must be ahead of every other class twice, for $x$ and for
# $1 - x$. Add the two: then $S_c$ must be the largest of the ten sums. That is so for *one* class only; of the other nine, a linear
# classifier reads an image or its negative, not both. So it knows at most about 55 %. A ReLU lets one sign pass and blocks the other: a
# network with a hidden layer can read both.

# %% [markdown] slide="slide"
# ## 2. A plan
#
# Most time is lost by training first and checking later. The order that pays:
#
# | step | the question | how you know | section |
# |---|---|---|---|
# | gradient | is it the slope of *this* loss? | finite differences | 3 |
# | smoke test | does training work at all? | 20 examples learnt by heart | 4.1 |
# | ceiling | what would be too good? | a formula for noisy labels | 4.2 |
# | regularise | which setting? | validation data, several seeds | 4.3, 4.4 |
# | ablate | which ingredient earns its place? | paired runs with an interval | 5 |
# | explain | what goes wrong, and why? | confusion, saliency, a test | 6 |
#
# **Change one thing at a time, and write down what you expected before you look.** The report asks for it.

# %% [markdown] slide="slide"
# ## 3. The gradient, and a test of it
#
# ### 3.1 All parameters in one row
#
# A network has $K$ layers: layer $k$ computes $Z_k = H_{k-1} W_k + b_k$, with $H_0 = X$, and $H_k = \max(0, Z_k)$ for all but the last. The
# last one, $Z_K$ of shape (N, C), holds the scores, the *logits*. For a check it is handy to have all parameters in one row,
#
# $$\theta = (W_1, b_1, W_2, b_2, \dots, W_K, b_K), \qquad \text{each } W_k \text{ row by row.}$$
#
# `unpack` cuts it up again, where `sizes` are the numbers of nodes, such as `(64, 7, 6, 10)`.


# %% from_unit="unpack"


# %% [markdown] slide="subslide"
# ### 3.2 The loss and its gradient
#
# With the softmax probabilities $p_{nc}$, (N, C), the labels $y_n$, (N,), and $\lambda$ (`lam`), the strength of the penalty on weights,
# not on biases, the loss is
#
# $$\ell = -\frac1N \sum_n \log p_{n y_n} + \lambda \sum_k \sum_{ji} \big(W_k\big)_{ji}^2 .$$
#
# Backwards, from the last layer to the first, you know every line already:
#
# 1. $\partial\ell/\partial Z_K$ is that of unit 05, softmax and cross-entropy together.
# 2. $W_k$ is used twice, in $Z_k$ *and* in the penalty. Its two shares add. **Yours:** what is the second one?
# 3. $b_k$ is used in $Z_k$ alone.
# 4. To $Z_{k-1}$ the gradient goes through $W_k$, then through ReLU.
#
# **Your turn (answer 1; 18 minutes; ★★★).** In which order do the gradients come out of the loop, and in which must they stand in the row?
#
# <details><summary>Hint 1: what to keep on the way forward</summary>
#
# Layer $k$'s way back needs what went *into* it. Keep a list `H = [X, H1, H2, ...]`. And $H_k > 0$ exactly where $Z_k > 0$.
#
# </details>
# <details><summary>Hint 2: the order</summary>
#
# The last layer comes first. So put each new piece *in front* of the row. `array.ravel()` makes one row of a matrix.
#
# </details>
# <details><summary>Hint 3: a worked example</summary>
#
# A chain of plain numbers: each value is a weight times the value before it, and the last value is the loss.
#
# ```python
# x, weights = 2, [3, -1, 4]
# values = [x]
# for w in weights:
#     values.append(w * values[-1])  # in the end 2, 6, -6, -24
# upstream, pieces = 1, []
# for w, value in zip(reversed(weights), reversed(values[:-1])):
#     pieces = [upstream * value, *pieces]
#     upstream = upstream * w
# ```
#
# The pieces, from the first weight to the last: `[-8, 24, -6]`. A network has matrices, biases, ReLUs and a penalty instead.
#
# </details>


# %% exercise="network_gradients" slide="skip"


# %% [markdown] deck="slide"
# ## Before you train: one number
#
# $$\max_i \; \frac{|\nabla_i - D_i|}{\max(|\nabla_i|,\, |D_i|,\, 10^{-6})}$$
#
# $\nabla_i$ from your formula, $D_i$ from two nudges.
#
# What comes out when one entry is **missing**, $\nabla_i = 0$? When one has the **wrong sign**?
#
# Note: Most time is lost by training first and checking later: say so. One minute in pairs, with a pencil; then ask for the two numbers.
# Many say "something large" for the wrong sign; ask them to put in 3 and −3.


# %% [markdown] slide="subslide"
# ### 3.3 One number that says "right"
#
# `check` will not be there in your next project. A gradient check will. For each entry $i$ it compares $\nabla_i$, what your formula gives,
# with the central difference
#
# $$D_i = \frac{f(\theta + h e_i) - f(\theta - h e_i)}{2h}, \qquad h = 10^{-5},$$
#
# where $e_i$ is 1 at entry $i$ and 0 elsewhere, and it reports the **worst relative error**
#
# $$\max_i \; \frac{|\nabla_i - D_i|}{\max(|\nabla_i|,\, |D_i|,\, 10^{-6})}.$$
#
# **Before you write it:** which value comes out when one entry is missing ($\nabla_i = 0$)? When one has the wrong sign?
#
# <details><summary>Answer</summary>
#
# 1, and 2. (The $10^{-6}$ keeps us from dividing by 0 where both are 0.)
#
# </details>
#
# **Your turn (answer 2; 10 minutes; ★★).**
#
# <details><summary>Hint 1: one entry at a time</summary>
#
# `theta + h` moves all entries. Make a row of zeros, and put $h$ at one place.
#
# </details>
# <details><summary>Hint 2: the largest of three</summary>
#
# `np.maximum` takes two arrays, entry by entry; use it twice.
#
# </details>
# <details><summary>Hint 3: a worked example</summary>
#
# $f(\theta) = \theta_1^2 + 3\,\theta_2$ at $\theta = (2, 1)$, with a large step, $h = 0.1$. First entry: $(2.1^2 + 3 - 1.9^2 - 3)/0.2 = 4$.
# Second: $(4 + 3.3 - 4 - 2.7)/0.2 = 3$. Somebody's gradient is $(4, 2)$. The errors are $0/4 = 0$ and $1/3$, and the worst is $0.33$.
#
# </details>


# %% exercise="gradient_check" slide="skip"


# %% [markdown] deck="slide"
# ## 1, and 2
#
# - **far below** $10^{-4}$: right
# - **near 1, or above**: wrong
# - **in between**: think
#
# Here, for a right one: 0.0000005
#
# Note: What could lie in between without a mistake? Wait half a minute. Two answers count: a ReLU at its kink, and an entry that is nearly
# zero and is lost in rounding. Then ask why even a right gradient does not give exactly 0.


# %% [markdown]
# Now your check judges your gradient, of a network with two hidden layers; and then a gradient with a mistake: the penalty's share is only
# half of what it should be.
#
# **Before you run the next cell:** of which size is the first number? And the second: near 1, or much smaller, with $\lambda = 0.01$?

# %% demo=true slide="fragment"
sizes, lam = (64, 7, 6, 10), 0.01
rng = np.random.default_rng(3)
theta = 0.3 * rng.normal(size=sum((a + 1) * b for a, b in pairwise(sizes)))
is_weight = np.concatenate([np.r_[np.ones(a * b), np.zeros(b)] for a, b in pairwise(sizes)])


def loss_of(theta):
    return network_gradients(theta, sizes, X[:30], labels[:30], lam)[0]


with once_written():
    _, gradient = network_gradients(theta, sizes, X[:30], labels[:30], lam)
    print(f"{len(theta)} parameters; yours: worst relative error {gradient_check(loss_of, theta, gradient):.1e}")
    print(f"with half of the penalty's share: {gradient_check(loss_of, theta, gradient - lam * theta * is_weight):.1e}")

# %% [markdown]
# A right gradient has an error far below $10^{-4}$; a wrong one mostly has one near 1 or above. (Here, 2 is a wrong sign: where two shares
# of a weight nearly cancel, half of one is enough to change it.) **In between, think**: an entry at the kink of a ReLU may differ without a
# mistake, and one that is nearly zero is lost in rounding.

# %% [markdown] slide="slide"
# ## 4. Train and regularise
#
# A mistake in answer 1 must not cost you answer 3. So here is the gradient of unit 06 once more, without a penalty, for one hidden layer.
# In your answers you may call it, or your own.


# %% from_unit="loss_and_gradients"


# %% [markdown]
# All that the cells of this unit train with, you have written: unit 05's gradients, unit 06's start and batches, unit 07's step, unit 08's
# masks, unit 09's stopper, unit 10's explanations. Here they come. (Where one is missing, the course's version steps in.)

# %% demo=true
linear_forward, linear_backward, relu_backward = mine("linear_forward", "linear_backward", "relu_backward")
softmax_cross_entropy, initialise, minibatches = mine("softmax_cross_entropy", "initialise", "minibatches")
regularised_step, dropout_mask, EarlyStopper, saliency = mine("regularised_step", "dropout_mask", "EarlyStopper", "saliency")

tools = (linear_forward, linear_backward, relu_backward, softmax_cross_entropy, initialise, minibatches, regularised_step)
print(", ".join(whose(tool) for tool in (*tools, dropout_mask, EarlyStopper, saliency)))

# %% [markdown] slide="subslide"
# The next cell puts them together. It is the whole course on one page: read it once, line by line.


# %% demo=true
def gradients_of(X, labels, W1, b1, W2, b2, mask):
    """Gradients of linear, ReLU, dropout, linear, softmax cross-entropy: dW1, db1, dW2, db2."""
    Z1 = linear_forward(X, W1, b1)
    H = np.maximum(Z1, 0) * mask
    _, dZ2 = softmax_cross_entropy(linear_forward(H, W2, b2), labels)
    dH, dW2, db2 = linear_backward(dZ2, H, W2)
    _, dW1, db1 = linear_backward(relu_backward(dH * mask, Z1), X, W1)
    return dW1, db1, dW2, db2


def logits(X, W1, b1, W2, b2):
    return linear_forward(np.maximum(linear_forward(X, W1, b1), 0), W2, b2)


def trained(X, labels, X_val, labels_val, rng, epochs=30, hidden=64, lam=0.0, keep_prob=1.0, falling=False, patience=None):
    """Weights W1, b1, W2, b2 of a trained network; with `patience`, those of the epoch with the smallest validation loss."""
    W1, b1, W2, b2 = initialise((64, hidden, 10), rng)
    stopper = EarlyStopper(patience or epochs)
    for epoch in range(epochs):
        learning_rate = 0.3 * (1 - epoch / epochs) if falling else 0.3
        for batch in minibatches(len(X), 32, rng):
            mask = dropout_mask((len(batch), hidden), keep_prob, rng) / keep_prob
            dW1, db1, dW2, db2 = gradients_of(X[batch], labels[batch], W1, b1, W2, b2, mask)
            W1, b1 = regularised_step(W1, b1, dW1, db1, learning_rate, lam)
            W2, b2 = regularised_step(W2, b2, dW2, db2, learning_rate, lam)
        loss, _ = softmax_cross_entropy(logits(X_val, W1, b1, W2, b2), labels_val)
        if stopper.update(loss, np.concatenate([w.ravel() for w in (W1, b1, W2, b2)])):
            break
    if patience:
        (W1, b1), (W2, b2) = unpack(stopper.best_weights, (64, hidden, 10))
    return W1, b1, W2, b2


# %% [markdown] slide="subslide"
# ### 4.1 Smoke test: 20 examples, by heart
#
# Before you regularise, be sure that the machine can learn *too well*: 20 examples have to reach a loss near 0. If they do not, something
# is broken, and no $\lambda$ will mend it.
#
# **Before you run the next cell:** what should the loss be for a network that knows nothing of ten classes? And how many of the validation
# labels will this one hit at the end?

# %% demo=true slide="fragment"
small = trained(X[:20], labels[:20], X_val, labels_val, np.random.default_rng(0), epochs=300)
loss, _ = softmax_cross_entropy(logits(X[:20], *small), labels[:20])
share = np.mean(logits(X_val, *small).argmax(axis=1) == labels_val)
print(f"knowing nothing: log 10 = {np.log(10):.2f}; after training {loss:.4f}; it hits {share:.1%} of the validation labels")

# %% [markdown] deck="slide"
# ## 90 % of the training labels. Good?
#
# A label is the true one with probability
#
# $$0.7 + 0.3/10 = 0.73$$
#
# Your network hits 90 % of its training labels. Are you glad?
#
# And with a larger $\lambda$: which way do the hits on **training** labels go, and on **validation** labels?
#
# Note: Hands: glad, worried, cannot tell; wait twenty seconds. Then let everybody sketch the two curves against λ, one minute. Many are
# glad: ask how a network can hit more labels than are true.

# %% [markdown] slide="subslide"
# It learns 20 examples by heart, and knows little of any others: the machine works.
#
# ### 4.2 What can noisy labels tell?
#
# Say the network knows the *true* class of a part of the images: `known`. On noisy labels it looks worse. By how much?
#
# 1. A label is the true one with probability $0.7 + 0.3/10 = 0.73$: a draw may hit it by chance.
# 2. It is one *particular* wrong class with probability $0.3/10 = 0.03$.
# 3. **Yours:** the network says the true class in the part `known`, and some wrong class in the rest. What share of the noisy labels
#    does it hit?
#
# <details><summary>The result, to compare</summary>
#
# hits = 0.73 · known + 0.03 · (1 − known) = 0.03 + 0.7 · known, and so known = (hits − 0.03)/0.7.
#
# </details>
#
# **Before you run the next cell:** what share of the noisy labels does a perfect network hit? And if you see 90 % on the *training* labels,
# what has happened?

# %% demo=true slide="fragment"
rng = np.random.default_rng(1)
for known in (1.0, 0.9, 0.6):
    truth = rng.integers(10, size=200_000)
    label = np.where(rng.random(truth.size) < 0.3, rng.integers(10, size=truth.size), truth)
    guess = np.where(rng.random(truth.size) < known, truth, (truth + rng.integers(1, 10, size=truth.size)) % 10)
    print(f"known {known:.0%}: hits {np.mean(guess == label):.1%} of noisy labels; the formula says {0.03 + 0.7 * known:.1%}")

# %% [markdown]
# **73 % is the ceiling on noisy labels.** A network far above it on the training labels has learnt noise by heart. And noisy validation
# labels are good enough to choose by: the hits grow with what is known, only 0.7 times as fast. But 200 of them are few, so one run is not
# enough.

# %% [markdown] slide="subslide"
# ### 4.3 Choose on validation data alone
#
# 20 networks for each setting, as in unit 06: run 7 of every setting has the same digits and the same generator. With 60 epochs there is
# time enough to learn noise by heart. (The training takes about half a minute.)


# %% demo=true
def twenty(**settings):
    """20 networks, one for each of the tasks 0 to 19, trained with the same settings."""
    return [trained(*task(seed), np.random.default_rng(seed), **settings) for seed in range(20)]


def hits(networks, validation=True):
    """Share of its noisy labels, validation or training, that each network hits; network i belongs to task i."""
    tasks = [task(seed)[2:] if validation else task(seed)[:2] for seed in range(len(networks))]
    return np.array([np.mean(logits(X, *network).argmax(axis=1) == labels) for network, (X, labels) in zip(networks, tasks, strict=True)])


# %% [markdown]
# **Before you run the next cell:** sketch the hits on *validation* labels against $\lambda$, and on *training* labels. Which of the two may
# be above 73 %?

# %% [markdown] deck="slide"
# ## Above 73 % is noise, by heart
#
# Note: Ask which dots are impossible for somebody who knows only the truth: those above 73 %, on the left of the training labels. Then the
# validation labels: which λ is best? Let somebody say it, and let somebody else look at the bars; they overlap, so it is still open.

# %% demo=true slide="fragment" deck="show"
by_lam = {lam: twenty(epochs=60, lam=lam) for lam in (0.0003, 0.001, 0.003, 0.01)}
panels = {
    "training labels": {lam: hits(networks, validation=False) for lam, networks in by_lam.items()},
    "validation labels": {lam: hits(networks) for lam, networks in by_lam.items()},
}
plots.sweep(panels, xlabel="λ", ylabel="hits, share of the noisy labels", span=(0.42, 0.9))

# %% [markdown]
# The training labels may, and for the two smallest $\lambda$ they are: noise, learnt by heart. On the validation labels the largest
# $\lambda$ is too strong, and the others lie too close together for bars as wide as these. (Section 5 compares pair by pair.) Where
# validation data cannot decide, take what is cheapest or safest, **and do not claim that it was best**.

# %% [markdown] slide="slide"
# ### 4.4 Your network
#
# **Your turn (answer 3; 22 minutes; ★★★).** One function gets the two sets and a generator, trains, chooses, and returns `W1` (64, hidden),
# `b1`, `W2` (hidden, 10), `b2`. The number of hidden nodes is yours. Call `loss_and_gradients`, and copy into the cell what you like from
# `my_network.py`: `trained`, and names that came from `mine`, are not there when it is marked. The judge shows your network some 1,100
# images as they come, half of them negatives, and knows their clean labels:
#
# | accuracy | points | it takes |
# |---|---|---|
# | at least 50 % | 2 | a hidden layer, trained |
# | at least 76 % | 2 | a training that does not learn the noise by heart |
# | at least 85 % | 2 | an idea of your own: what do you know of *these* images that the network does not? |
#
# `check` knows clean labels, too. So **do not choose by what it says**: choose by the validation labels, as in the cell after it. And aim
# for a margin, since the judge draws other digits. Half a second of training is plenty. All chance comes from `rng`.
#
# <details><summary>Hint 1: first 50 %</summary>
#
# A start, a loop over steps, a batch, gradients, a plain step with a rate of 0.3. No frills.
#
# </details>
# <details><summary>Hint 2: against the noise</summary>
#
# You have met four remedies in units 06 to 09: a penalty, dropout, an early end, and steps that become smaller so that the last batches do
# not have the last word. What do the validation labels say of each?
#
# </details>
# <details><summary>Hint 3: a worked example, for another task</summary>
#
# Somebody learns to tell spoken words from 500 recordings, of which some were made far from the microphone. They know that a quieter
# recording is still the same word. So they train on `np.concatenate([sounds, 0.5 * sounds])` with `np.concatenate([words, words])`: twice
# as many examples, and the network learns that loudness does not matter. What do *you* know that does not matter?
#
# </details>


# %% exercise="build_and_train" slide="skip"

# %% demo=true slide="skip"
with once_written():
    five = [build_and_train(*task(seed), np.random.default_rng(seed)) for seed in range(5)]
    print(f"five networks of yours hit {hits(five, validation=False).mean():.1%} of their training labels, ", end="")
    print(f"and {hits(five).mean():.1%} of their validation labels: by 4.2 they know {(hits(five).mean() - 0.03) / 0.7:.1%}")


# %% [markdown] deck="slide"
# ## Does it help?
#
# Two settings, the **same** digits in run $i$; $\delta_i$ is the gain.
#
# $$\bar\delta \,\pm\, 2\,\frac{s}{\sqrt R}$$
#
# All above 0: it helps. It holds 0: **you do not know**.
#
# Does $\lambda = 0.003$ help in a long training? And in one that learns no noise?
#
# Note: Explain why pairs: an easy set of digits is easy for both, and drops out of the difference. Then ask for each of the two trainings:
# helps, harms, cannot tell? Hands, after half a minute. Most expect the penalty to help in both, for it did in unit 07.


# %% [markdown] slide="slide"
# ## 5. Does it help?
#
# ### 5.1 An interval for a gain
#
# Two settings have run on the same $R$ tasks. Run $i$ of both had the same digits, easy or hard, so what they have in common drops out of
# the difference: $\delta_i$ ("delta") is what the first gained over the second in run $i$. With the mean $\bar\delta$ and
#
# $$s^2 = \frac{1}{R-1} \sum_i (\delta_i - \bar\delta)^2,$$
#
# the *standard error* of the mean is $s/\sqrt R$, and $\bar\delta \pm 2$ standard errors is an interval that covers the true gain about 19
# times in 20, if $R$ is not too small. If it lies above 0, the ingredient helps. If it holds 0, **you do not know**, and say so.
#
# **Before you write it:** four times as many runs: how much narrower is the interval?
#
# <details><summary>Answer</summary>
#
# Half as wide: the root of $R$ is twice as large.
#
# </details>
#
# **Your turn (answer 4; 5 minutes; ★).**
#
# <details><summary>Hint 1: first the differences</summary>
#
# Make one array of $R$ gains. Everything else is about that array.
#
# </details>
# <details><summary>Hint 2: NumPy's standard deviation</summary>
#
# `array.std()` divides by the number of entries. See its argument `ddof`.
#
# </details>
# <details><summary>Hint 3: a worked example</summary>
#
# Three gains: 1, 3, 5. Their mean is 3; the squares of the deviations are 4, 0, 4; so $s^2 = 8/2 = 4$, $s = 2$. The standard error is
# $2/\sqrt3 = 1.15$, and the answer is the pair 3 and 2.31.
#
# </details>


# %% exercise="paired_interval" slide="skip"


# %% [markdown] slide="slide"
# ### 5.2 Ablation: one ingredient at a time
#
# An **ablation** starts from a whole recipe and takes out, or puts in, *one* ingredient. It answers "does it earn its place *beside the
# others*?"
#
# Here is a recipe; yours may be another. **The idea:** a negative has the same label, so each image also goes in as its negative,
# and 500 images become 1,000. The learning rate falls to 0, and there is neither penalty nor dropout.


# %% demo=true
def twenty_with_negatives(epochs=15, falling=True, **settings):
    """20 networks that learn from each image and from its negative; half of the epochs make as many steps."""
    networks = []
    for seed in range(20):
        X, labels, *validation = task(seed)
        both = np.concatenate([X, 1 - X]), np.concatenate([labels, labels])
        networks.append(trained(*both, *validation, np.random.default_rng(seed), epochs=epochs, falling=falling, **settings))
    return networks


# %% [markdown]
# **Before you run the next cell:** helps, harms, or cannot tell? Negatives; the falling rate; $\lambda = 0.003$; dropout with $P = 0.8$;
# stopping early with patience 5; twice as many hidden nodes; and, once more, the penalty in 4.3's long training. All is measured on
# validation labels, where a gain of 0.7 stands for one of 1.

# %% demo=true slide="fragment"
recipe = twenty_with_negatives()
pairs = {  # name: (with it, without it)
    "negatives, not none": (recipe, twenty(falling=True)),
    "falling rate, not constant": (recipe, twenty_with_negatives(falling=False)),
    "λ = 0.003, not 0": (twenty_with_negatives(lam=0.003), recipe),
    "dropout P = 0.8, not none": (twenty_with_negatives(keep_prob=0.8), recipe),
    "early stopping, not none": (twenty_with_negatives(patience=5), recipe),
    "128 hidden nodes, not 64": (twenty_with_negatives(hidden=128), recipe),
    "long, plain training: λ = 0.003, not 0.0003": (by_lam[0.003], by_lam[0.0003]),
}
gains = {name: 100 * (hits(after) - hits(before)) for name, (after, before) in pairs.items()}
with once_written():
    mean, half = paired_interval(100 * hits(recipe), 100 * hits(pairs["negatives, not none"][1]))
    print(f"your interval for the first row: {mean:.1f} ± {half:.1f} (the figure's is a little wider: 2.09 standard errors for 20 runs)")
plots.paired_gains(gains, xlabel="gain in hits on validation labels, percentage points")

# %% [markdown] deck="slide"
# ## It helps against something
#
# $\lambda = 0.003$, 20 pairs of runs, in points:
#
# - a long training that learns noise by heart: $\;+2.1 \pm 1.2$
# - beside a recipe that does not: $\;-0.3 \pm 0.6$
#
# Note: Ask for one word for each line: it helps; we do not know. Some read the second line as "it harms": does the interval hold 0? Then
# the sentence of the day: no ingredient has a value of its own; it helps against something, or it does not help.

# %% [markdown]
# Negatives and the falling rate help. Whether the penalty, dropout and early stopping do anything beside them, these runs **cannot tell**,
# and the wider layer is on the border. Is L2 useless, then? In the long training with a constant rate, which learns noise by heart, it
# helps: in pairs we see what 4.3 left open. So an ingredient has no value of its own. **It helps against something, or it does not help.**

# %% [markdown] slide="slide"
# ## 6. What does it get wrong, and why?
#
# ### 6.1 Find the bug
#
# One number hides much. A **confusion matrix** has a row for each true class and a column for each predicted one, and counts. A classmate
# has no patience for loops:


# %% demo=true
def classmates_table(labels, predictions, classes):
    """How many examples of class r are taken for class c. Something is wrong."""
    table = np.zeros((classes, classes), dtype=int)
    table[labels, predictions] += 1
    return table


print(classmates_table(np.array([0, 0, 0, 1]), np.array([0, 0, 1, 1]), 2))

# %% [markdown]
# Count by hand: two zeros are taken for 0, and the table says 1. The sum of a right table is the number of examples, 4.
#
# **Your turn (answer 5; 5 minutes; ★).** Write it rightly, in any way you like.
#
# <details><summary>Hint 1: what NumPy does</summary>
#
# It reads `table[labels, predictions]`, adds 1, and writes the results back. A place that is named three times is read three times *before*
# anything is written.
#
# </details>
# <details><summary>Hint 2: ways out</summary>
#
# A plain loop over pairs, with `zip`; or look up `np.add.at`.
#
# </details>
# <details><summary>Hint 3: a worked example</summary>
#
# Votes for four candidates: `votes = [2, 0, 2]`. With `counts = np.zeros(4, dtype=int)`, the loop
# `for candidate in votes: counts[candidate] += 1` makes `[1, 0, 2, 0]`, and `counts[votes] += 1` would make `[1, 0, 1, 0]`.
#
# </details>


# %% exercise="confusion_matrix" slide="skip"


# %% [markdown] slide="subslide"
# ### 6.2 The clean labels, opened once
#
# Now all choices are made. **The next cell opens the clean labels of the test sets.** Whatever you change after it, and measure on these
# labels, is no honest result any more.
#
# **Before you run the next cell:** how many of the test digits will your network know? (The cell after answer 3 has an estimate.) Will the
# gains of 5.2 be larger or smaller on clean labels?

# %% demo=true
# THE CLEAN LABELS ARE OPENED HERE, AND NOWHERE ELSE. Run this cell when all choices are made.
clean_tasks = {seed: (mixed(seed)[1][700:], mixed(seed)[2][700:]) for seed in (*range(20), 100)}


def known(networks):
    """Share of the test digits that each network knows: (20,)."""
    return np.array([np.mean(logits(clean_tasks[i][0], *w).argmax(axis=1) == clean_tasks[i][1]) for i, w in enumerate(networks)])


print(f"the recipe of 5.2: by the formula {(hits(recipe).mean() - 0.03) / 0.7:.1%}, in truth {known(recipe).mean():.1%}")
(unseen, answers), both = clean_tasks[100], (np.concatenate([X, 1 - X]), np.concatenate([labels, labels]))
network = trained(*both, X_val, labels_val, np.random.default_rng(5), epochs=15, falling=True)  # looked into below, until yours is there
with once_written():
    network = [np.asarray(w) for w in build_and_train(X, labels, X_val, labels_val, np.random.default_rng(5))]
    shares = np.mean(logits(X_val, *network).argmax(axis=1) == labels_val), np.mean(logits(unseen, *network).argmax(axis=1) == answers)
    print(f"your network: by the formula {(shares[0] - 0.03) / 0.7:.1%}, in truth {shares[1]:.1%}")
clean_gains = {name: 100 * (known(after) - known(before)) for name, (after, before) in pairs.items()}
plots.paired_gains(clean_gains, xlabel="gain in test digits known, percentage points")

# %% [markdown]
# For the mean of 20 networks the formula came close to the truth, from noisy labels alone; for one network, 200 labels are few: its
# standard error is about 5 points. The clear gains are larger here, and most intervals narrower: every run now has 1,097 clean labels and
# not 200 noisy ones. Now the wider layer does help, and the penalty and dropout do a little harm beside the others.
#
# **Before you run the next cell:** which two digits will your network confuse most?

# %% demo=true slide="fragment"
says, picture = logits(unseen, *network).argmax(axis=1), None
with once_written():
    picture = plots.confusion(confusion_matrix(answers, says, 10))
    table = sum(confusion_matrix(clean_tasks[i][1], logits(clean_tasks[i][0], *w).argmax(axis=1), 10) for i, w in enumerate(recipe))
    np.fill_diagonal(table, 0)  # of the 20 networks of section 5.2, the errors alone
    r, c = divmod(int(table.argmax()), 10)
    print(f"of {table.sum()} errors of 20 networks, {table[r, c]} take {r} for {c}, and {table[c, r]} take {c} for {r}")
picture

# %% [markdown] slide="subslide"
# Among 20 networks it is the 8 that is most often taken for a 1; one network alone may have another pair in front.
#
# ### 6.3 Why this one?
#
# An error has two classes in it: the predicted one, $c$, and the true one, $y$. It happened because $o_c > o_y$. So we explain the
# **margin** $o_c - o_y$ and not one logit. Your `saliency` of unit 10 gives the gradient of a logit with respect to the pixels, and the
# gradient of a difference is the difference of the gradients. Vermillion: *more light here* would speak for the wrong class. Blue: it would
# speak for the true one. (In a negative, more light is less ink.)

# %% demo=true
wrong, right = np.flatnonzero(says != answers), np.flatnonzero(says == answers)
maps = saliency(unseen[wrong], says[wrong], *network) - saliency(unseen[wrong], answers[wrong], *network)
titles = [f"{answers[n]}, taken for {says[n]}" for n in wrong[:3]]
plots.explanations(unseen[wrong[:3]], {"slope of the margin": maps[:3]}, (8, 8), titles=titles)

# %% [markdown] deck="slide"
# ## Test the explanation
#
# The map of the **margin** $o_c - o_y$ points at pixels. Change **3 of 64**. Does the digit turn?
#
# | turned | by the map | at random |
# |---|---|---|
# | errors | ? | ? |
# | read correctly | ? | ? |
#
# Note: The error happened because the wrong class c was ahead of the true one, y; so we explain their difference. Digits read correctly
# are attacked towards their second largest logit. Four numbers on paper, one and a half minutes; many expect a large one and three small
# ones.

# %% [markdown] slide="subslide"
# ### 6.4 Test the explanation
#
# A picture convinces too easily. If the map is right, changing the few pixels it points at should mend the error. For each wrong digit we
# set **3 of 64 pixels** to 0 or 1: those that should lower the margin most, by the map. The digit **turns** if it is then read as the true
# class.
#
# A success alone proves little. It needs two **controls**:
#
# - *Random pixels.* Three pixels drawn at random, each changed in the direction that the map advises, and by at least one half. If they do
#   as well, the map has not found anything.
# - *Digits that are read correctly.* The same attack, by the map of their margin over the second largest logit. If they turn into
#   that class as easily, the attack shows that the network can be moved, and not what was wrong with the errors.
#
# **Before you run the next cell:** write down four numbers: what share turns, of the errors and of the digits read correctly, by the map
# and at random?


# %% demo=true
def turned(network, X, first, second, by_map):
    """Whether each image, first ahead of second, is read as the second class after three of its pixels are changed."""
    slopes = saliency(X, first, *network) - saliency(X, second, *network)
    advised = np.where(slopes > 0, 0.0, 1.0)  # less light where light speaks for the first class
    promised = slopes * (X - advised)  # by how much the margin should fall, pixel by pixel
    chance = np.random.default_rng(0).random(X.shape) + (np.abs(X - advised) >= 0.5)  # those that change come first
    pick = np.argsort(-(promised if by_map else chance), axis=1)[:, :3]
    altered = X.copy()
    np.put_along_axis(altered, pick, np.take_along_axis(advised, pick, axis=1), axis=1)
    return logits(altered, *network).argmax(axis=1) == second


Z = logits(unseen, *network)
runner_up = np.argsort(Z, axis=1)[:, -2]
for name, chosen, second in (("errors", wrong, answers), ("digits read correctly", right, runner_up)):
    by_map, at_random = (turned(network, unseen[chosen], says[chosen], second[chosen], by_map) for by_map in (True, False))
    print(f"one network, {len(chosen):4} {name}: 3 pixels by the map turn {by_map.mean():.0%}, 3 random pixels {at_random.mean():.0%}")
    print(f"    margin, on average: {np.mean(Z[chosen, says[chosen]] - Z[chosen, second[chosen]]):.2f}")

shares = []
for i, w in enumerate(recipe):  # the same for the 20 networks of section 5.2
    images_i, true_i = clean_tasks[i]
    order = np.argsort(logits(images_i, *w), axis=1)
    first, runner, good = order[:, -1], order[:, -2], order[:, -1] == true_i
    groups = ((~good, true_i), (good, runner))
    shares.append([turned(w, images_i[g], first[g], second[g], by_map).mean() for g, second in groups for by_map in (True, False)])
means, spreads = np.mean(shares, axis=0), np.std(shares, axis=0)
for at, name in enumerate(("errors: by the map", "errors: at random", "read correctly: by the map", "read correctly: at random")):
    print(f"20 networks, {name} {means[at]:.0%} ± {spreads[at]:.0%} from network to network")

# %% [markdown] deck="slide"
# ## The controls decide
#
# | turned | by the map | at random |
# |---|---|---|
# | errors | 88 % | 57 % |
# | read correctly | 85 % | 24 % |
#
# It shows where the network is **sensitive**, not what was wrong.
#
# Note: Cover all but the first number and ask: is the explanation right? Nearly all say yes. Then the lower left one, and wait: right
# digits turn as easily. Before the next slide, let everybody write down how sure the network is of its surest error; most say above 90 %.

# %% [markdown]
# The map finds pixels that matter: it does much better than random ones, for both kinds of digits. But it turns the digits that were read
# correctly nearly as often as the errors. So the attack shows **where the network is sensitive, and not what was wrong with the errors**.
# The random pixels say something else: errors turn more easily than digits read correctly, since their margins are smaller.

# %% [markdown] slide="slide" folded=true
# ### Optional: browse the errors (10 minutes; the report needs one of them)
#
# All wrong digits, and some right ones. Pick the true and the predicted class, then an image (click, or Tab and the arrow keys): its
# probabilities, and the slope of the margin (for a right digit: over the second largest logit).
#
# **Before you run the next cell:** is the network ever sure of an error? Then look at the surest errors: whose fault is each, the network's
# or the writer's?

# %% [markdown] deck="slide"
# ## Is it ever sure of an error?
#
# Note: Of its surest error it is sure to 0.70; ask why not more, and wait for "73 % of its labels were true". Then pick a true and a
# predicted class, choose an error, and let the room say what it sees before you read it. Ask of each: whose fault is it, the network's or
# the writer's?

# %% demo=true slide="fragment" deck="show"
from course.widgets import ErrorBrowser

shown = np.r_[wrong, right[:60]]
Z = logits(unseen[shown], *network)
p = np.exp(Z - Z.max(axis=1, keepdims=True))
p /= p.sum(axis=1, keepdims=True)
second = np.where(says[shown] == answers[shown], runner_up[shown], answers[shown])
slopes = saliency(unseen[shown], says[shown], *network) - saliency(unseen[shown], second, *network)
sure = p.max(axis=1)
print(f"largest probability, on average: of the errors {sure[: len(wrong)].mean():.2f}, of the right ones {sure[len(wrong) :].mean():.2f}")
print(f"of the surest error: {sure[: len(wrong)].max():.2f}")
ErrorBrowser(unseen[shown], answers[shown], p, slopes)

# %% [markdown]
# On average it is less sure of its errors than of the digits that it reads correctly. And even of those it is not very sure: it has learnt
# from labels of which 73 % are true.

# %% [markdown] slide="slide"
# ## 7. What you have built
#
# The next cell keeps this unit's answers; the one after it opens `my_network.py`.

# %% demo=true
with once_written():
    keep(network_gradients, gradient_check, build_and_train, paired_interval, confusion_matrix)

# %% demo=true
import ast
from pathlib import Path

from course.units import UNITS

library = Path("my_network.py")
text = library.read_text(encoding="utf-8") if library.exists() else ""
parts = {part.name: part for part in ast.parse(text).body if isinstance(part, ast.FunctionDef | ast.ClassDef)}
for unit, exercises in UNITS.items():
    if found := [exercise.name for exercise in exercises if exercise.name in parts]:
        print(f"{unit}: {', '.join(found)}")
count = sum(exercise.name in parts for exercises in UNITS.values() for exercise in exercises)
asked = sum(len(exercises) for exercises in UNITS.values())
print(f"my_network.py: {len(text.splitlines())} lines, {count} of the course's {asked} answers, {len(parts) - count} helpers")

# %% [markdown]
# This is a small library for neural networks, and you wrote it. A framework has the same parts under other names: its `backward()` does
# what units 03 to 05 did, its `optimizer.step()` is unit 06's step, its `weight_decay` is unit 07, its `Dropout` unit 08. When one of them
# surprises you, you know where to look.

# %% [markdown] slide="skip"
# ## 8. The report (6 points, marked by hand; about an hour)
#
# One to two pages, for somebody who has taken this course and wants to repeat your work.
#
# 1. **What you built**, in a table: architecture, start, batch size, steps, learning rate, regularisers; and how each was chosen.
# 2. **What you expected, and what you measured**: a table with at least three settings over at least five seeds each, mean and interval,
#    runs paired. Which data were used to choose, which to report?
# 3. **What helped, and what did not**: at least one of each, with a reason that fits your numbers.
# 4. **One error explained**: the image, its probabilities, its map, and a test of your explanation that could have failed.
# 5. **What you do not know**: one limit of your result, and the experiment that would settle it.
#
# `trained`, `twenty` and `twenty_with_negatives` are yours to alter. A result that says "no difference" is worth as much as any other.

# %% [markdown] written=6
# **Model report.** *(A short one; any honest numbers will do.)*
#
# *Built.* 64-64-10, ReLU, He's start, batches of 32, 15 epochs of 1,000 images (each of the 500 also as its negative), plain steps with
# $\eta$ from 0.3 to 0 in a line, no penalty, no dropout. All of it was chosen by the hits on validation labels, over 20 paired runs.
#
# *Expected and measured.* (Accuracy on 1,097 test digits with clean labels, which were used for no choice; 20 paired runs.) I expected L2
# to matter most, as the labels are noisy.
#
# | ingredient, beside all the others | gain, percentage points |
# |---|---|
# | negatives | +5.9 ± 0.7 |
# | falling rate | +19.0 ± 4.6 |
# | $\lambda = 0.003$ | −0.3 ± 0.3 |
# | dropout, $P = 0.8$ | −0.5 ± 0.3 |
#
# *Helped, and not.* Negatives double the images, and tell the network what it would have to find out from 500. The falling rate lets the
# noise of the last batches die away. L2 did not help *here*: on its training labels the recipe is right in 70 %, below the ceiling of 73 %,
# so there was nothing to forget. In a longer training with a constant rate and without negatives it gained 3.3 ± 1.1.
#
# *An error.* A 4 whose stem is crossed, a negative, is taken for a 7 (0.54; the 4 gets 0.06). The map blames the ink where bar and stem
# meet (row 4, column 3, counted from 0), and misses ink at the left end of the bar (row 4, column 1). Test: with these two pixels changed
# it is read as a 4. Control: of all 496 pairs of pixels that can be changed by at least one half, each in the direction of the map, only
# 5 do that. Yet by section 6.4 digits that are read correctly are turned nearly as easily by their maps: so I have found what the network
# looks at, not proved that the bar is the reason.
#
# *Not known.* Thirteen writers made all digits: training and test share them. Splitting by writer would show how much that flatters us.
#
# **Rubric.** In steps of half a point. A wrong expectation costs nothing.
#
# - 1: **Built.** Complete enough to repeat, half; how each setting was chosen, half.
# - 1.5: **Measured.** At least three settings over at least five seeds, half; paired differences with an interval, half; nothing chosen on
#   what is reported, half.
# - 1.5: **Helped and not.** One thing that helped, half; one that did not, said openly, half; reasons that fit the numbers, half.
# - 1.5: **Error.** Image, probabilities and map, half; an explanation in terms of pixels or strokes, half; a test that could have failed,
#   half.
# - 0.5: **Limit.** One real limit, with its experiment.

# %% [markdown] deck="slide"
# ## What to take home
#
# - Check first: the gradient, then twenty examples by heart.
# - One run is no result: pairs, an interval, and "I do not know".
# - Open the clean labels **once**, when all is chosen.
#
# Note: Ask everybody for one sentence: what will you write down before your first training? Half a minute of silence, then three voices.
# The report is about this: what you expected, what you measured, and what you do not know.

# %% [markdown] slide="slide"
# ## Summary
#
# **If one thing stays with you:** say what you expect before you look, and look at more than one run.
#
# ## Further reading
#
# - The lecture notes, from the first page to the last: read them once more now.
# - I. Goodfellow, Y. Bengio and A. Courville, [*Deep Learning*](https://www.deeplearningbook.org), MIT Press 2016: chapter 11, *Practical
#   Methodology*.
# - A. Karpathy, [*A Recipe for Training Neural Networks*](https://karpathy.github.io/2019/04/25/recipe/), 2019: our section 2, at length.
# - C. Zhang, S. Bengio, M. Hardt, B. Recht and O. Vinyals, ["Understanding deep learning requires rethinking
#   generalization"](https://arxiv.org/abs/1611.03530), *ICLR* 2017: networks that learn random labels by heart.
# - X. Bouthillier et al., ["Accounting for variance in machine learning benchmarks"](https://arxiv.org/abs/2103.03098), *MLSys* 2021: which
#   chances to vary when two methods are compared.
# - J. Adebayo et al., ["Sanity checks for saliency maps"](https://arxiv.org/abs/1810.03292), *NeurIPS* 2018.
