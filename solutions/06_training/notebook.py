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
# # Unit 06: The training algorithm
#
# Unit 05 gave us the gradient of a whole network in a dozen lines. A gradient says which way is down from where we stand. This unit does
# the walking: where to start, which examples to look at, how far to step, and when to stop.
#
# **At the end you can**
# - draw a random start that neither fades nor explodes, and say why it must be random,
# - cut the examples into mini-batches, and say how far a batch's gradient is from the true one,
# - take a step with momentum, and know when it is not worth it,
# - train a network to read handwritten digits that it has never seen, and stop it in time,
# - compare two settings so that chance cannot fool you.
#
# | time | difficulty | what to know before |
# |---|---|---|
# | 80 to 90 minutes | middle | unit 02 (gradient descent), unit 05 (gradients in vector form); means and variances |

# %% [markdown] slide="skip"
# **How marks work.** Under each answer stands a cell with `check(...)`: the same judge that the instructor uses, with other numbers.
# Run it as often as you like. Go cell by cell, from the top; when you come back to a section, run its cells from its heading on.

# %%
import numpy as np

from course import check

# %% demo=true
# Cells like this one are for looking, not for marks: every cell that draws, times or compares may be changed and broken at will.
from threadpoolctl import threadpool_limits  # comes with scikit-learn

from course import data, numerical_gradient, once_written, plots

one_thread = threadpool_limits(1)  # matrices as small as these are slower on several threads

# %% [markdown] slide="slide"
# ## 1. The algorithm, and what we bring along
#
# The notes give the whole of it on half a page. Beside each line, the section that takes it up:
#
# | the notes | here |
# |---|---|
# | Input: NN$(x; \theta)$, training data $(x_i, y_i)_{i=1}^n$, loss function $\ell$ | below |
# | Randomly initialise $\theta$ | 2: `initialise` |
# | Repeat until stopping criterion is met: | 7: `stopping_criterion` |
# | - pick randomly a batch $B$, $\lvert B\rvert = T < n$ (a hyperparameter) | 3: `minibatches` |
# | - compute the gradient $\nabla_\theta \ell$ at $\theta$ | unit 05 |
# | - update $\theta \leftarrow \theta - \eta \nabla_\theta \ell$ | 4: `sgd_step`, with momentum |
# | Return $\theta$ | 5 and 6: `one_epoch`, `train` |

# %% [markdown] slide="subslide"
# **The names of things.** $\theta$ ("theta") is all parameters together: here $W_1, b_1, W_2, b_2$. There are $n$ training examples; a
# **batch** $B$ is a set of $T$ of them, and its loss $\ell_B$ is the mean over the batch. $\ell$ without an index is the mean over all
# $n$. $\eta$ ("eta") is the learning rate. A *hyperparameter* is a number that training does not learn: somebody has to choose it.
#
# Our network is unit 05's: linear, ReLU, linear, softmax with cross-entropy. Its gradients are given here, so that nothing of this unit
# hangs on your unit 05. All answers may call this function.


# %% from_unit="loss_and_gradients"


# %% [markdown]
# Trust, but check: one gradient against finite differences. And the data: 8 × 8 pixels in $[0, 1]$, flattened to 64 numbers, with labels
# 0 to 9. We train on 600 digits and keep 300 aside, which training never sees.

# %% demo=true
split = data.digits(np.random.default_rng(6), train=600, validation=300)
X, labels = split.train
unseen_X, unseen_labels = split.validation

rng = np.random.default_rng(0)
W1, b1 = 0.3 * rng.normal(size=(64, 5)), 0.1 * rng.normal(size=5)
W2, b2 = 0.3 * rng.normal(size=(5, 10)), 0.1 * rng.normal(size=10)
given = loss_and_gradients(X[:20], labels[:20], W1, b1, W2, b2)[3]
nudged = numerical_gradient(lambda W2: loss_and_gradients(X[:20], labels[:20], W1, b1, W2, b2)[0], W2)
print("dW2 and the finite difference agree:", np.allclose(given, nudged))
print("X", X.shape, " labels", labels[:12], "...")

# %% [markdown] slide="slide"
# ## 2. A random start
#
# ### 2.1 Why random?
#
# Zero is a modest place to begin. Or let all weights be 0.1, so that no node is preferred.
#
# **Before you run the next cell:** a network with 4 hidden nodes takes 200 steps from each of these two starts. With all weights 0, which
# of the four gradients can be different from zero? (Write down $H$ first.) With all weights 0.1, how many *different* columns does
# `W1` have in the end?

# %% demo=true
for value in (0.0, 0.1):
    theta = [np.full((64, 4), value), np.zeros(4), np.full((4, 10), value), np.zeros(10)]
    for _ in range(200):
        loss, *gradients = loss_and_gradients(X, labels, *theta)
        theta = [w - 0.5 * gradient for w, gradient in zip(theta, gradients, strict=True)]
    moved = [name for name, gradient in zip(("W1", "b1", "W2", "b2"), gradients, strict=True) if np.any(gradient)]
    columns = len(np.unique(theta[0].round(9), axis=1).T)
    print(f"all weights {value}: loss {loss:.3f}; gradients that are not zero: {moved}; different columns of W1: {columns}")
print(f"(the loss of guessing is log 10 = {np.log(10):.3f})")

# %% [markdown]
# With zeros, $H = 0$ and $W_2 = 0$, so nothing but $b_2$ ever moves. With equal weights, all hidden nodes compute the same number, get the
# same gradient, and stay equal for ever: four nodes do the work of one. Nothing in the algorithm can tell them apart. **Chance has to
# break the symmetry**, and it is enough to do so in the weights: the biases may start at 0.

# %% [markdown] slide="subslide"
# ### 2.2 How large? A derivation in three steps
#
# A node computes $z = \sum_{j=1}^{\text{in}} w_j h_j$ (its bias is 0). Let the weights be drawn independently, with mean 0 and variance
# $v$. We write $\mathbb E$ for the mean over all such draws.
#
# **Step 1, the sum.** In $z^2 = \sum_j \sum_k w_j w_k h_j h_k$, a term with $j \ne k$ has mean 0, for $\mathbb E[w_j w_k] = 0$. What is
# left are the `in` terms with $j = k$:
#
# $$\mathbb E[z^2] = v \sum_{j} h_j^2 = \text{in} \cdot v \cdot \overline{h^2}, \qquad \overline{h^2} = \text{mean square of the inputs.}$$
#
# **Step 2, ReLU.** $z$ is as likely to be $a$ as $-a$. So of $\mathbb E[z^2]$ one half comes from $z > 0$, and ReLU keeps just that:
#
# $$\mathbb E[\max(0, z)^2] = \tfrac12\, \mathbb E[z^2].$$

# %% [markdown] slide="subslide"
# **Step 3 is yours.** The next layer's inputs are these $\max(0, z)$. For which $v$ is their mean square the same as
# $\overline{h^2}$, so that nothing fades or grows from layer to layer?
#
# The next cell computes both sides of steps 1 and 2, for 20,000 draws of 100 weights; the one after it draws 20 layers.
#
# **Before you run them:** with $v = 1/\text{in}$, by which factor does the mean square shrink in one layer? In 20 layers?

# %% demo=true
h = rng.random(100)  # any inputs
v = 0.03
z = (np.sqrt(v) * rng.normal(size=(20_000, 100))) @ h
print(f"step 1: E[z²] = {np.mean(z**2):.4f}   and   in · v · mean h² = {100 * v * np.mean(h**2):.4f}")
print(f"step 2: E[max(0, z)²] = {np.mean(np.maximum(z, 0) ** 2):.4f}   and   E[z²] / 2 = {np.mean(z**2) / 2:.4f}")

# %% demo=true slide="fragment"
layers, width = np.arange(21), 200
root_mean_square = {}
for c in (1, 2, 4):
    H, sizes = rng.normal(size=(50, width)), [1.0]
    for _ in layers[1:]:
        H = np.maximum(H @ (np.sqrt(c / width) * rng.normal(size=(width, width))), 0)
        sizes.append(np.sqrt(np.mean(H**2)))
    root_mean_square[f"v = {c}/in"] = np.log10(sizes)
caption = "After 20 layers of ReLU, from inputs of size 1. One of the three lines stays near 0, that is, near size 1."
plots.curves(layers, {"size of the activations,\nlog₁₀ of the root mean square": root_mean_square}, xlabel="layer", caption=caption)

# %% [markdown] slide="subslide"
# With $v = 1/\text{in}$ the mean square halves in each layer. After 20 it is $2^{-20} \approx 10^{-6}$, and its root $10^{-3}$: -3 in
# the figure.
#
# The $v$ that keeps the size is **He's** (2015). For tanh, whose slope at 0 is 1 and which halves nothing, one takes **Glorot's** (2010),
# $2/(\text{in} + \text{out})$, a compromise between the way forward and the way back.
#
# **Your turn (answer 1).** Draw the weights with mean 0 and the variance that you found in step 3; a normal distribution is the usual
# choice, and a uniform one will do. Every random number comes from `rng`: the same generator must give the same start.
#
# <details><summary>Hint 1: step 3</summary>
#
# Put step 1 into step 2: $\mathbb E[\max(0,z)^2] = \frac12 \cdot \text{in} \cdot v \cdot \overline{h^2}$. What has to stand in front of
# $\overline{h^2}$?
#
# </details>
# <details><summary>Hint 2: variance and standard deviation</summary>
#
# `rng.normal(size=(2, 3))` has variance 1. Multiplied by $s$, it has variance $s^2$. And mind that *each layer has its own* number of
# inputs.
#
# </details>


# %% exercise="initialise" slide="skip"


# %% [markdown] slide="slide"
# ## 3. Mini-batches
#
# The loss is a mean over $n$ examples, and so is its gradient. Do we need all of them for one step? The notes say no: pick a batch $B$ at
# random, $T$ of the $n$, and take $\nabla\ell_B = \frac1T \sum_{i \in B} \nabla\ell_i$, where $\ell_i$ is the loss of example $i$ alone.
#
# ### 3.1 Right on average
#
# Every example is in the batch with the same probability, $T/n$. So the mean over all possible batches is
#
# $$\mathbb E[\nabla\ell_B] = \frac1T \sum_{i=1}^n \frac Tn\, \nabla\ell_i = \frac1n\sum_{i=1}^n \nabla\ell_i = \nabla\ell.$$
#
# **A batch's gradient is wrong every single time, and right on average.** With 6 examples and $T = 2$ there are 15 batches: let us try
# them all. **Before you run the next cell:** will the two numbers agree to two digits, or to all?

# %% demo=true
from itertools import combinations


def flat_gradient(batch):
    """The gradient of one batch, all of its entries in one row."""
    return np.concatenate([gradient.ravel() for gradient in loss_and_gradients(X[batch], labels[batch], W1, b1, W2, b2)[1:]])


six = flat_gradient(np.arange(6))
fifteen = np.array([flat_gradient(list(pair)) for pair in combinations(range(6), 2)])
print("mean over 15 batches, first entries of the last layer:", fifteen.mean(axis=0)[-4:])
print("gradient of all 6 examples:                           ", six[-4:])

# %% [markdown] slide="subslide"
# ### 3.2 How wrong is one of them?
#
# Let $\sigma^2$ be the mean of $\lVert\nabla\ell_i - \nabla\ell\rVert^2$ over the examples: how much they disagree. The mean of $T$
# independent draws has the variance $\sigma^2/T$. Ours are drawn *without putting back*, which is a little better:
#
# $$\mathbb E\,\lVert\nabla\ell_B - \nabla\ell\rVert^2 = \frac{\sigma^2}{T} \cdot \frac{n - T}{n - 1}.$$
#
# For $T = 1$ the second factor is 1, for $T = n$ it is 0: why must both be so?
#
# **Before you run the next cell:** four times as many examples cost four times as much. By which factor does the typical distance,
# the *root* of this, shrink?

# %% demo=true
sigma2 = np.mean([np.sum((flat_gradient([i]) - six) ** 2) for i in range(6)])
measured = np.mean(np.sum((fifteen - six) ** 2, axis=1))
print(f"n = 6, T = 2, all batches: {measured:.6f}   and   σ²/T · (n - T)/(n - 1) = {sigma2 / 2 * (6 - 2) / (6 - 1):.6f}")

# %% demo=true slide="fragment"
full = flat_gradient(np.arange(600))
sigma = np.sqrt(np.mean([np.sum((flat_gradient([i]) - full) ** 2) for i in range(600)]))
batch_sizes = [1, 4, 16, 64, 256]
distances = [[np.sum((flat_gradient(rng.choice(600, T, replace=False)) - full) ** 2) for _ in range(200)] for T in batch_sizes]
formula = sigma / np.sqrt(batch_sizes) * np.sqrt((600 - np.array(batch_sizes)) / 599)
print(f"the full gradient itself has length {np.linalg.norm(full):.2f}")
plots.batch_noise(batch_sizes, np.sqrt(np.mean(distances, axis=1)), formula)

# %% [markdown] slide="subslide"
# Four times the work for half the noise: the same work would pay for four steps. That is why batches are small. (The second factor:
# a single example has nothing to be put back before it, and a batch of all $n$ is never wrong.)
#
# ### 3.3 An epoch
#
# In practice one does not draw each batch afresh. One draws an order of all $n$ examples, and cuts it into batches: then every example is
# seen exactly once, and one such pass is an **epoch**. When $T$ does not divide $n$, the last batch is smaller.
#
# **Before you write it:** $n = 10$, $T = 4$. How many batches are there, and how many examples are in the last one?
#
# **Your turn (answer 2).** Return the batches, or `yield` them one after the other. Again, all chance comes from `rng`.
#
# <details><summary>Hint 1: the order</summary>
#
# `rng.permutation(n)` holds 0 … n - 1 in a random order.
#
# </details>
# <details><summary>Hint 2: the cuts</summary>
#
# `range(0, n, batch_size)` gives the first position of each batch. A slice such as `order[8:12]` of 10 entries has two: NumPy does not
# mind.
#
# </details>


# %% exercise="minibatches" slide="skip"


# %% demo=true
with once_written():
    for batch in minibatches(10, 4, np.random.default_rng(1)):
        print(batch)

# %% [markdown] slide="slide"
# ## 4. The step
#
# ### 4.1 What the noise does to the path
#
# Two parameters can be drawn. We fit a line $y = wx + b$ to 40 points, as in unit 02, and take the same 60 steps of
# $\theta \leftarrow \theta - \eta\nabla\ell_B$ with batches of 1, of 8, and of all 40.
#
# **Before you run the next cell:** which of the three reaches the bottom? What do the others do when they are near it? And which of them
# has looked at the fewest examples on its way?

# %% demo=true
rng = np.random.default_rng(3)
x = rng.normal(0.5, 1, size=40)
y = 1.2 * x - 0.5 + rng.normal(scale=0.7, size=40)
w_best, b_best = np.polyfit(x, y, 1)


def line_gradient(theta, batch):
    """Gradient of the mean squared error of a line, slope theta[0] and intercept theta[1], on a batch."""
    errors = theta[0] * x[batch] + theta[1] - y[batch]
    return 2 * np.array([np.mean(errors * x[batch]), np.mean(errors)])


def line_loss(w, b):
    return ((w[..., None] * x + b[..., None] - y) ** 2).mean(axis=-1)


paths = {}
for T in (1, 8, 40):
    path = [np.array([-1.5, 2.0])]
    for _ in range(60):
        path.append(path[-1] - 0.1 * line_gradient(path[-1], rng.choice(40, T, replace=False)))
    paths[f"T = {T}"] = np.array(path)

# %% demo=true slide="fragment"
least = line_loss(np.array(w_best), np.array(b_best))
plots.descents(line_loss, paths, (-2, 2.5), (-2.2, 2.4), least=least, labels=("slope w", "intercept b"))

# %% [markdown]
# All three come down at first: far from the minimum the examples agree on the way. Near it the full gradient vanishes and the examples'
# own do not, so small batches tremble for ever, the more the larger $\eta$. A cure is to let $\eta$ become smaller with time. And mind the
# price: the path of $T = 1$ has looked at 60 examples, the path of $T = 40$ at 2,400.

# %% [markdown] slide="subslide"
# ### 4.2 Momentum
#
# Let the walker have some weight, like a ball: the **velocity** $m$ keeps a part $\beta$ ("beta", $0 \le \beta < 1$) of what it was, and
# each gradient pushes it.
#
# $$m \leftarrow \beta\, m + \nabla\ell_B, \qquad\qquad \theta \leftarrow \theta - \eta\, m.$$
#
# It starts at $m = 0$. With $\beta = 0$ this is the plain step. (Some books put $\eta$ into the first line, or $1 - \beta$ before the
# gradient: always look which one you have in front of you.)
#
# **A derivation in two steps.** Let the gradient be the same $g$ at every step.
#
# 1. After $t$ steps $m_t = g\,(1 + \beta + \beta^2 + \dots + \beta^{t-1})$. (Write out $m_1$, $m_2$, $m_3$.)
# 2. **Yours:** this is a geometric sum. What is it in closed form, and where does it go for large $t$? With $\beta = 0.9$, how many
#    times as long as a plain step is a step in the end?

# %% demo=true
beta, g, m = 0.9, 2.0, 0.0
for t in range(1, 61):
    m = beta * m + g
    if t in (1, 2, 10, 60):
        print(f"t = {t:2}: m = {m:8.4f}   and   g (1 - β^t) / (1 - β) = {g * (1 - beta**t) / (1 - beta):8.4f}   times g: {m / g:.2f}")

# %% [markdown] slide="subslide"
# So along a slope that goes on, momentum multiplies the learning rate by $1/(1 - \beta)$; across a valley, where the gradient changes its
# sign from step to step, the pushes cancel.
#
# **Your turn (answer 3).** One step, for one array of parameters. Return new arrays: whoever called you still needs the old ones (section
# 5 shows what happens otherwise).
#
# **Before you write it:** $\theta = 1$, gradient 2, $m = 10$, $\eta = 0.1$, $\beta = 0.9$. What are the new $m$ and $\theta$?
#
# <details><summary>Hint 1: the order</summary>
#
# The second formula uses the *new* $m$.
#
# </details>
# <details><summary>Hint 2: new arrays</summary>
#
# `m *= momentum` changes the array that was handed to you. `m = momentum * m` makes a new one, and gives it the name.
#
# </details>


# %% exercise="sgd_step" slide="skip"


# %% [markdown] slide="subslide"
# ### 4.3 In a narrow valley
#
# The loss $\ell = \frac12(\theta_0^2 + 40\,\theta_1^2)$ is 40 times as steep across as along. Unit 02 showed the dilemma: $\eta$ must stay
# below $2/40$ so as not to explode across, and then it crawls along.
#
# **Before you run the next cell:** with $\eta = 0.02$ and 60 steps, which $\beta$ gets farthest: 0, 0.7 or 0.95? Which of them will
# overshoot along the valley? (The fourth path has no momentum, and the best plain rate there is, $2/(1 + 40)$.)

# %% demo=true
def valley(first, second):
    return (first**2 + 40 * second**2) / 2


paths = {}
with once_written():
    for beta, rate in ((0.0, 0.02), (0.7, 0.02), (0.95, 0.02), (0.0, 2 / 41)):
        theta, m = np.array([-4.0, 0.8]), np.zeros(2)
        path = [theta]
        for _ in range(60):
            theta, m = sgd_step(theta, np.array([1, 40]) * theta, m, rate, beta)
            path.append(theta)
        paths[f"β = {beta}, η = {rate:.3f}"] = np.array(path)
plots.descents(valley, paths, (-4.5, 4.5), (-1.1, 1.1)) if paths else None

# %% [markdown]
# A middling $\beta$ wins, and no plain rate comes near it. Too much is no good: at $\beta = 0.95$ the ball is so heavy that it rolls
# through the minimum and up the other side.

# %% [markdown] slide="subslide"
# ### 4.4 Play with it
#
# The line and the 40 points of section 4.1, with all the knobs. Orange dashes show, from the last point, where 40 random batches would
# step to; the thick dash is the step of the full gradient.
#
# **Before you run the next cell**, predict, and then try:
# - Take $T$ from 40 down to 1. Where are the dashes long beside the thick one: at the start of a path (few steps) or at its end?
# - $T = 1$, $\eta = 0.1$: what does $\beta = 0.9$ do to the trembling? (It is $1/(1 - \beta)$ times the learning rate, you know.)
# - Which $\beta$ and $\eta$ reach the smallest loss within 30 steps, at $T = 40$? And at $T = 2$? Draw other batches a few times before you
#   are sure.

# %% demo=true slide="fragment"
from course.widgets import MinibatchDescent

MinibatchDescent(x, y, batch_size=4, learning_rate=0.1, momentum=0.0, steps=60)

# %% [markdown] slide="slide"
# ## 5. One epoch: find the bugs
#
# Somebody wrote this in a hurry. One epoch should take a plain step for each batch, $\theta \leftarrow \theta - \eta\nabla\ell_B$, and
# return the new weights. `batches` has the indices of one batch in each row. It runs without an error.


# %% demo=true
def hurried_epoch(X, labels, W1, b1, W2, b2, batches, learning_rate):
    for batch in batches:
        _, dW1, db1, dW2, db2 = loss_and_gradients(X[batch], labels[: len(batch)], W1, b1, W2, b2)
        W1 -= learning_rate * dW1
        b1 -= learning_rate * db1
        W2 -= learning_rate * dW2
        b2 -= learning_rate * db2
        return W1, b1, W2, b2


# %% [markdown]
# **Before you run the next cell:** it runs this epoch twice, from the same start and with the same batches. Nothing is random here. What
# should the second result be? And how many of the 600 digits should the network know after 20 epochs: by guessing it would be a tenth.

# %% demo=true
rng = np.random.default_rng(1)
start = [np.sqrt(2 / 64) * rng.normal(size=(64, 16)), np.zeros(16), np.sqrt(2 / 16) * rng.normal(size=(16, 10)), np.zeros(10)]
batches = rng.permutation(600).reshape(-1, 24)
copies = [array.copy() for array in start]
first = [array.copy() for array in hurried_epoch(X, labels, *start, batches, 0.3)]
second = hurried_epoch(X, labels, *start, batches, 0.3)
print("both runs agree:", all(np.allclose(a, b) for a, b in zip(first, second, strict=True)))
print("the start is what it was:", all(np.array_equal(a, b) for a, b in zip(start, copies, strict=True)))


def share_known(X, labels, W1, b1, W2, b2):
    """Share of the examples whose largest output belongs to their label: the accuracy."""
    return np.mean((np.maximum(X @ W1 + b1, 0) @ W2 + b2).argmax(axis=1) == labels)


theta = [array.copy() for array in copies]
for _ in range(20):
    theta = hurried_epoch(X, labels, *theta, batches, 0.3)
print(f"known after 20 epochs: {share_known(X, labels, *theta):.1%}")

# %% [markdown] slide="subslide"
# **Your turn (answer 4).** There are three bugs. Write the mended function, under its own name.
#
# <details><summary>Hint 1: three questions</summary>
#
# How often does the loop run? Does image 17 meet label 17? Whose arrays do the four steps write into?
#
# </details>
# <details><summary>Hint 2: the third one</summary>
#
# `W1 -= step` writes into the array that came in, which is the caller's. Compare with `W1 = W1 - step`.
#
# </details>


# %% exercise="one_epoch" slide="skip"


# %% demo=true
with once_written():
    theta = copies
    for _ in range(20):
        theta = one_epoch(X, labels, *theta, batches, 0.3)
    print(f"known after 20 epochs: {share_known(X, labels, *theta):.1%}")
    print(f"and of digits never seen: {share_known(unseen_X, unseen_labels, *theta):.1%}")

# %% [markdown] slide="slide"
# ## 6. The whole algorithm
#
# Now from a blank cell: the notes' loop. The start is given, and so is the number of steps. In each step, pick a batch of `batch_size`
# examples at random, compute its gradient, take a plain step.
#
# **Before you write it:** the digits you will be judged with come *sorted by label*: first all zeros, then all ones, and so on. What
# becomes of a network that takes its batches from the front to the back, without shuffling? What has it seen last?
#
# **Your turn (answer 5).** It stands alone: call `loss_and_gradients` and `rng`, and none of your other answers. Then no mistake elsewhere
# can cost you here. Short runs show whether every step is the plain step of a fresh batch from `rng`; after a long one, the network has to
# know 70 % of over 1,000 digits that it has never seen (a right answer knows about 92 %).

# %% [markdown] slide="skip"
# <details><summary>Hint 1: the batch</summary>
#
# The notes' "pick randomly": `rng.choice(len(X), batch_size, replace=False)` gives that many different indices. Where does this line
# stand: before the loop, or in it?
#
# </details>
# <details><summary>Hint 2: both of them</summary>
#
# The same indices go into `X[...]` and into `labels[...]`.
#
# </details>
# <details><summary>Hint 3: if it learns nothing</summary>
#
# Print the loss every 50 steps. It should fall from about 2.3 or 2.5 to less than 0.5. Does it rise? Then look at a sign. Does it stay?
# Then see which weights the next step begins with.
#
# </details>


# %% exercise="train" slide="skip"


# %% [markdown]
# **Before you run the next cell:** it shows the weights into 8 of the 16 hidden nodes, each as an 8 × 8 image: first at the random start of
# section 5, then after training. Will you see digits?

# %% demo=true
trained = None
with once_written():
    trained = train(X, labels, *copies, 500, 24, 0.3, np.random.default_rng(2))
    known = share_known(X, labels, *trained), share_known(unseen_X, unseen_labels, *trained)
    print(f"known: {known[0]:.1%} of the training digits, {known[1]:.1%} of others")
W = np.hstack([copies[0][:, :8], trained[0][:, :8]]) if trained else None
plots.weight_images(W, (8, 8), titles=["start"] * 8 + ["trained"] * 8) if trained else None

# %% [markdown]
# Patches of "ink here, none there", with much of the random start still in them: not digits, but parts that tell digits apart. Unit 10
# reads them.

# %% [markdown] slide="slide"
# ## 7. When to stop
#
# "Repeat until stopping criterion is met", say the notes. Three criteria are in use, and a fourth is for accidents:
#
# | stop when | because |
# |---|---|
# | `max_epochs` epochs are finished | time is up |
# | the norm of the gradient is below `min_norm` | at a minimum it is 0 |
# | the loss has changed by less than `tolerance` since the last epoch, up or down | it has come to rest |
# | the loss is nan or infinite | it has diverged, and will not come back |
#
# **Before you write it:** the losses are 0.9, 0.5, 0.52. With tolerance 0.05, is it time to stop? And what is `nan < 0.05`: True or
# False?

# %% [markdown] slide="subslide"
# **Your turn (answer 6).** `losses` has one number for each finished epoch, at least one; `gradient_norm` is the latest.
#
# <details><summary>Hint 1: the first epoch</summary>
#
# With one loss there is no change yet: only then is there nothing to compare.
#
# </details>
# <details><summary>Hint 2: nan</summary>
#
# Every comparison with nan is False, so none of the first three notices it. `np.isfinite(x)` does.
#
# </details>


# %% exercise="stopping_criterion" slide="skip"


# %% [markdown]
# All parts together: your epochs, and your criterion asked after each of them, with one bound at a time.
#
# **Before you run the next cell:** the loss is that of all training examples, after each of 60 epochs of mini-batches. Which criterion
# stops first: a gradient below 0.05, or a change of the loss below 0.002?

# %% demo=true
losses, norms = [], []
stopped = {}
bounds = {"40 epochs": (40, 0, 0), "norm < 0.05": (1000, 0.05, 0), "change < 0.002": (1000, 0, 0.002)}
with once_written():
    theta, rng = initialise((64, 16, 10), np.random.default_rng(4)), np.random.default_rng(4)
    for epoch in range(1, 61):
        theta = one_epoch(X, labels, *theta, minibatches(600, 24, rng), 0.1)
        loss, *gradients = loss_and_gradients(X, labels, *theta)
        losses.append(loss)
        norms.append(np.sqrt(sum(np.sum(gradient**2) for gradient in gradients)))
        for name, bound in bounds.items():
            if name not in stopped and stopping_criterion(np.array(losses), norms[-1], *bound):
                stopped[name] = epoch
plots.stops(losses, norms, stopped) if losses else None

# %% [markdown]
# The change stops first, and too early: the loss falls on. A change may be small by accident, for after noisy steps the loss trembles, and
# two epochs may happen to agree.
# All of these look at the *training* examples. Whether more training still helps on digits *not seen* they cannot say: unit 09 (early
# stopping) watches validation data instead.

# %% [markdown] slide="slide"
# ## 8. Which settings? Ask twenty networks
#
# One run proves little: another seed, another result. So each setting gets 20 runs: 20 random splits of the digits (500 to train on, 600
# not seen), 20 random starts. **The runs are paired**: run 7 of every setting has the same digits and the same start, so that
# differences between settings are not differences of luck.
#
# It is quick because all 20 networks train at once: NumPy's `@` multiplies stacks of matrices, so the same formulas get one axis in front.
# You need not read the next cell line by line: what `twenty_runs` takes and returns is all that we use.


# %% demo=true
runs = 20
images, names = (np.concatenate(arrays) for arrays in zip(*data.digits(np.random.default_rng(0)), strict=True))
orders = np.stack([np.random.default_rng(seed).permutation(len(images)) for seed in range(runs)])
X20, y20 = images[orders[:, :500]].astype(np.float32), names[orders[:, :500]]  # (runs, 500, 64) and (runs, 500)
new_X20, new_y20 = images[orders[:, 500:1100]].astype(np.float32), names[orders[:, 500:1100]]
first_W = [np.random.default_rng(seed).normal(size=(64 + 10, 32)).astype(np.float32) for seed in range(runs)]


def twenty_runs(batch_size, learning_rate, steps, momentum=0.0):
    """Share of the unseen digits that each of 20 networks, 64-32-10, knows after so many steps: (runs,)."""
    rng, run = np.random.default_rng(1), np.arange(runs)[:, None]
    W1, b1 = np.stack([W[:64] for W in first_W]) * np.sqrt(2 / 64), np.zeros((runs, 1, 32))
    W2, b2 = np.stack([W[64:].T for W in first_W]) * np.sqrt(2 / 32), np.zeros((runs, 1, 10))
    theta = [array.astype(np.float32) for array in (W1, b1, W2, b2)]
    m = [np.zeros_like(array) for array in theta]
    for _ in range(steps):
        batch = rng.random((runs, 500)).argsort(axis=1)[:, :batch_size]  # each run has its own
        X, y = X20[run, batch], y20[run, batch]
        H = np.maximum(X @ theta[0] + theta[1], 0)
        Z = H @ theta[2] + theta[3]
        p = np.exp(Z - Z.max(axis=2, keepdims=True))
        dZ2 = (p / p.sum(axis=2, keepdims=True) - (y[..., None] == np.arange(10))) / batch_size
        dZ1 = dZ2 @ theta[2].transpose(0, 2, 1) * (H > 0)
        gradients = [X.transpose(0, 2, 1) @ dZ1, dZ1.sum(1, keepdims=True), H.transpose(0, 2, 1) @ dZ2, dZ2.sum(1, keepdims=True)]
        m = [np.float32(momentum) * old + gradient.astype(np.float32) for old, gradient in zip(m, gradients, strict=True)]
        theta = [w - np.float32(learning_rate) * velocity for w, velocity in zip(theta, m, strict=True)]
    outputs = np.maximum(new_X20 @ theta[0] + theta[1], 0) @ theta[2] + theta[3]
    return np.mean(outputs.argmax(axis=2) == new_y20, axis=1)


# %% [markdown] slide="subslide"
# ### 8.1 The learning rate
#
# **Before you run the next cell:** 100 steps, batches of 25, $\eta$ from 0.01 to 3. Sketch the curve that you expect. Is a rate that is 10
# times too small worse than one that is 10 times too large?

# %% demo=true slide="fragment"
rates = {rate: twenty_runs(25, rate, 100) for rate in (0.01, 0.03, 0.1, 0.3, 1.0, 3.0)}
plots.sweep({"100 steps, T = 25": rates}, xlabel="learning rate η", ylabel="known digits, share of those not seen")

# %% [markdown]
# Too small has not arrived yet, and more steps would help it. Too large does not settle; at $\eta = 3$ nearly all hidden nodes are thrown
# to where their ReLU gives 0 for every image, and never come back: more steps help nothing. Look at the dots, too: at $\eta = 1$ some runs
# do well and others fail. A mean alone would hide that.

# %% [markdown] slide="subslide"
# ### 8.2 The batch size, fairly compared
#
# Is a small batch better? It depends on what is held equal. Left: the same number of **epochs** (4), so that all see the same examples; a
# batch of 5 takes 400 steps on the way, a batch of 100 just 20. Right: the same number of **steps** (100).
#
# **Before you run the next cell:** $\eta = 0.1$ throughout. On which side do the small batches win, on which do they lose?

# %% demo=true slide="fragment"
epochs = {T: twenty_runs(T, 0.1, 4 * 500 // T) for T in (5, 10, 25, 50, 100)}
steps = {T: twenty_runs(T, 0.1, 100) for T in (5, 10, 25, 50, 100)}
plots.sweep({"4 epochs each": epochs, "100 steps each": steps}, xlabel="batch size T", ylabel="known digits, share of those not seen")

# %% [markdown]
# For the same examples seen, many noisy steps beat few exact ones. **For the same number of steps a small batch does not help**: its
# gradient is noisier, and nothing is gained; from 25 on, more examples hardly help either, by the $1/\sqrt T$ of section 3.2. (Real
# machines add a third clock, time: they work on many examples at once, so a larger batch is cheaper than it looks. And a larger batch bears
# a larger $\eta$: with `twenty_runs(100, 0.5, 20).mean()` you can win back most of what the right end of the left picture lost.)

# %% [markdown] slide="subslide"
# ### 8.3 Momentum, fairly compared
#
# $\beta = 0.9$ makes steps $1/(1 - \beta) = 10$ times as long. So there are three fair questions:
#
# - at a small learning rate, 0.03, does momentum help?
# - does it do better than a plain step with *ten times* the rate, 0.3?
# - does it help at that good rate?
#
# **Before you run the next cell:** answer the three with yes, no, or "it does harm".

# %% demo=true slide="fragment"
plain_small, plain_good = twenty_runs(25, 0.03, 100), twenty_runs(25, 0.3, 100)
heavy_small, heavy_good = twenty_runs(25, 0.03, 100, momentum=0.9), twenty_runs(25, 0.3, 100, momentum=0.9)
gains = {
    "η = 0.03: β = 0.9, not 0": 100 * (heavy_small - plain_small),
    "η = 0.03, β = 0.9, not η = 0.3, β = 0": 100 * (heavy_small - plain_good),
    "η = 0.3: β = 0.9, not 0": 100 * (heavy_good - plain_good),
}
plots.paired_gains(gains, xlabel="gain in known digits not seen, percentage points")

# %% [markdown]
# It helps a lot where the rate was too small; **it is no better than a plain step of the same effective length**; and on top of a good
# rate it does harm. Why is it so popular, then? In the narrow valley of section 4.3 no plain rate did as well; and deep networks have
# narrow valleys. On these digits, with so few steps, there is none worth the trouble. Always ask: *compared with what?*

# %% [markdown] slide="skip"
# ### 9. In your own words (4 points, marked by hand)
#
# A friend trains on 60,000 images. "A gradient from 32 images is simply wrong, so I use all 60,000 for each step. And I add momentum
# 0.9, because it always helps: with my learning rate, the loss fell three times as fast."
#
# 1. In which sense is the gradient of 32 images right, and in which is it wrong? Say by how much it changes when 32 become 128.
# 2. Why may the friend's training be slow in spite of exact gradients?
# 3. What does momentum 0.9 do to the length of a step along a steady slope? Which comparison would show whether momentum as such helps
#    the friend?

# %% [markdown] written=4
# **Model answer.**
#
# 1. It is right on average: every image is in the batch with the same probability, so the mean over all batches is the full gradient. Each
#    single one is off, by about $\sigma/\sqrt T$ where $\sigma$ is how much the images disagree. From 32 to 128, four times as many, the
#    distance is halved.
# 2. Each step costs 60,000 images. For the same cost, 1,875 steps with batches of 32 could be taken; far from the minimum those go
#    nearly the same way, so one exact step does not do the work of so many noisy ones.
# 3. It makes the step $1/(1 - 0.9) = 10$ times as long. So "with my learning rate" compares a long step with a short one. Fair: momentum
#    0.9 at $\eta$ against plain steps at $10\,\eta$, or each with the best rate found for it, on validation data, over several paired
#    seeds, with an interval.
#
# **Rubric.** Any notation will do.
#
# - 1: right on average, with a reason.
# - 1: off by an amount that is halved (half a point for "smaller" or "a quarter").
# - 1: the cost of a step, or fewer steps for the same work.
# - 1: ten times the step *and* a fair comparison (equal effective rate, or both tuned).

# %% [markdown] slide="slide"
# ## Summary
#
# | line of the algorithm | what we found | mind |
# |---|---|---|
# | randomly initialise $\theta$ | chance breaks the symmetry; the variance keeps the size from layer to layer | you derived it; biases 0 |
# | pick a batch, $\lvert B\rvert = T$ | right on average, off by $\sigma/\sqrt T$ | shuffle, labels along with images |
# | update $\theta$ | $m \leftarrow \beta m + \nabla\ell_B$, $\theta \leftarrow \theta - \eta m$ | $1/(1-\beta)$ times the rate |
# | until a criterion is met | epochs, gradient norm, change of the loss | nan, and the first epoch |
# | compare settings | 20 paired runs and an interval | what is held equal? |
#
# **If one thing stays with you:** a mini-batch gradient is wrong every time and right on average, and training lives on the average.

# %% [markdown] slide="subslide"
# ## Where it goes from here
#
# Our network knows nearly all of its 600 training digits, and fewer of the others. That gap is *overfitting*. **Unit 07** narrows it with a
# penalty on large weights, **unit 08** by switching nodes off at random, **unit 09** by stopping at the right moment. **Unit 05** has the
# gradients that we took for granted here, **unit 02** the theory of the learning rate.
#
# ## Further reading
#
# - The lecture notes, *NN training algorithm*.
# - I. Goodfellow, Y. Bengio and A. Courville, [*Deep Learning*](https://www.deeplearningbook.org), MIT Press 2016: sections 8.1.3
#   (mini-batches), 8.3 (SGD, momentum) and 8.4 (initialisation).
# - K. He, X. Zhang, S. Ren and J. Sun, ["Delving deep into rectifiers"](https://arxiv.org/abs/1502.01852), *ICCV* 2015, section 2.2: the
#   derivation of our section 2.2, and the way back.
# - X. Glorot and Y. Bengio, ["Understanding the difficulty of training deep feedforward neural
#   networks"](https://proceedings.mlr.press/v9/glorot10a.html), *AISTATS* 2010.
# - H. Robbins and S. Monro, "A stochastic approximation method", *Annals of Mathematical Statistics* 22 (1951), 400-407: where noisy
#   steps were first shown to arrive.
# - B. T. Polyak, "Some methods of speeding up the convergence of iteration methods", *USSR Computational Mathematics and Mathematical
#   Physics* 4 (1964), 1-17: momentum.
# - L. Bottou, F. E. Curtis and J. Nocedal, ["Optimization methods for large-scale machine learning"](https://arxiv.org/abs/1606.04838),
#   *SIAM Review* 60 (2018), 223-311.
# - G. Goh, ["Why Momentum Really Works"](https://distill.pub/2017/momentum/), *Distill* 2017.
