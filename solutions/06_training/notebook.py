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
# In unit 05 you wrote the gradient of a whole network: it says which way is down from where we stand. In this unit we walk. At the end,
# a network that is made of your own code reads handwriting that it has never seen.
#
# **At the end you can**
# - draw a random start in which the numbers neither fade nor explode,
# - cut the examples into mini-batches, and say how far a batch's gradient is from the true one,
# - take a step with momentum, train a network to read digits, and stop it,
# - compare two settings so that chance cannot fool you.
#
# | time | difficulty | what to know before |
# |---|---|---|
# | 120 minutes, and 10 for what is optional | medium | unit 02 (gradient descent), unit 05 (gradients in vector form); mean and variance |

# %%
import numpy as np

from course import check

# %% demo=true
# Cells like this one are for looking, not for marks: change and break them at will.
from threadpoolctl import threadpool_limits

from course import data, keep, mine, numerical_gradient, once_written, plots, whose

one_thread = threadpool_limits(1)  # matrices as small as these are slower on several threads

# %% [markdown] deck="slide"
# ## We know the way down. How do we walk?
#
# 1. Draw a **random start** $\theta$.
# 2. Until it is **time to stop**:
#    - pick a **batch** $B$ of $T$ examples,
#    - **step**: $\;\theta \leftarrow \theta - \eta\,\nabla_\theta \ell_B$
#
# How many choices does this leave to us?
#
# Note: This is the notes' algorithm, half a page. Collect the choices on the board: how large the start is, how large the batch, how long
# the step, when to stop. Leave the list there: each gets its turn today, and the last one is how to compare two choices at all.

# %% [markdown] slide="slide"
# ## 1. The algorithm, and what we bring along
#
# The notes give it on half a page. Beside each line stands its section:
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
#
# $\theta$ ("theta") is all parameters together, here $W_1, b_1, W_2, b_2$, and $\eta$ ("eta") is the learning rate. We write $N$ for the
# number of training examples, where the notes write $n$; our $n$ is the number of one example. A **batch** $B$ is a set of $T$ examples,
# and its loss $\ell_B$ is the mean over the batch; $\ell$ without an index is the mean over all $N$. A *hyperparameter* is a number that
# training does not learn: somebody has to choose it.

# %% [markdown] slide="subslide"
# Our network is unit 05's: linear, ReLU, linear, softmax with cross-entropy. Its gradients are given here, so that a mistake in unit 05
# costs you nothing. **In your answers, call this function.**


# %% from_unit="loss_and_gradients"


# %% [markdown]
# In unit 05 you wrote the same function, `mlp_gradients`, and kept it in `my_network.py`; `mine` brings it back. (If yours is missing or
# wrong, the course's version steps in, and a line says so.) The cells between the answers train with it.
#
# The data are images of 8 × 8 pixels in $[0, 1]$, flattened to 64 numbers, with labels 0 to 9. We train on 600 of them and keep 300 aside,
# which training never sees.

# %% demo=true
mlp_gradients = mine("mlp_gradients")

split = data.digits(np.random.default_rng(6), train=600, validation=300)
X, labels = split.train
unseen_X, unseen_labels = split.validation

rng = np.random.default_rng(0)
W1, b1 = 0.3 * rng.normal(size=(64, 5)), 0.1 * rng.normal(size=5)
W2, b2 = 0.3 * rng.normal(size=(5, 10)), 0.1 * rng.normal(size=10)
given = loss_and_gradients(X[:20], labels[:20], W1, b1, W2, b2)
kept = mlp_gradients(X[:20], labels[:20], W1, b1, W2, b2)
nudged = numerical_gradient(lambda W2: loss_and_gradients(X[:20], labels[:20], W1, b1, W2, b2)[0], W2)
print(f"the given gradients and {whose(mlp_gradients)} agree:", all(np.allclose(a, b) for a, b in zip(given, kept, strict=True)))
print("and dW2 is the finite difference:", np.allclose(given[3], nudged))

# %% [markdown] slide="slide"
# ## 2. A random start
#
# ### 2.1 Why random?
#
# We could start with all weights 0. Or with all weights 0.1, so that no node is preferred.
#
# **Before you run the next cell:** a network with 4 hidden nodes takes 200 steps from each of these two starts. With all weights 0, which
# of the four gradients can be different from zero? (Write down the hidden values $H$ first.) With all weights 0.1, how many *different*
# columns does `W1` have in the end?

# %% [markdown] deck="slide"
# ## Why random?
#
# Four hidden nodes, 200 steps. Two starts:
#
# - all weights $0$
# - all weights $0.1$
#
# With zeros, which of $W_1, b_1, W_2, b_2$ ever move? With 0.1, how many *different* nodes are there in the end?
#
# Note: Give them two minutes with a neighbour, and the hint to write down the hidden values first. Many say that from zeros nothing moves
# at all. For the second one, ask them to compare what two hidden nodes see.

# %% [markdown] deck="slide"
# ## Chance breaks the symmetry
#
# - **All 0:** $\;H = 0$ and $W_2 = 0$, so only $b_2$ moves.
# - **All 0.1:** four nodes get the same value, and the same gradient, for ever. **They do the work of one.**
#
# Note: So chance is not a weakness here, it is what makes the nodes different. Ask: is it enough to draw the weights at random, and leave
# the biases at 0? It is: different weights already give different gradients.

# %% demo=true
for value in (0.0, 0.1):
    theta = [np.full((64, 4), value), np.zeros(4), np.full((4, 10), value), np.zeros(10)]
    for _ in range(200):
        loss, *gradients = mlp_gradients(X, labels, *theta)
        theta = [w - 0.5 * gradient for w, gradient in zip(theta, gradients, strict=True)]
    moved = [name for name, gradient in zip(("W1", "b1", "W2", "b2"), gradients, strict=True) if np.any(gradient)]
    columns = len(np.unique(theta[0].round(9), axis=1).T)
    print(f"all weights {value}: loss {loss:.3f}; gradients that are not zero: {moved}; different columns of W1: {columns}")
print(f"(the loss of guessing is log 10 = {np.log(10):.3f})")

# %% [markdown]
# With zeros, $H = 0$ and $W_2 = 0$, so nothing but $b_2$ ever moves. With equal weights, all hidden nodes compute the same number, get the
# same gradient, and stay equal for ever: four nodes do the work of one. **Chance has to break the symmetry.** It is enough to do so in the
# weights: the biases may start at 0.

# %% [markdown] slide="subslide"
# ### 2.2 How large?
#
# If the weights are too small, the signal fades from layer to layer; if they are too large, it explodes. We derive the size that does
# neither, in three steps.
#
# A node computes $z = \sum_j w_j h_j$ from its `in` inputs $h_j$ (its bias is 0). Let its weights be drawn independently, each number as
# often as its negative (so their mean is 0), with the same variance $\mathrm{Var}(w)$. We write $\mathbb E$ for the mean over all such
# draws.
#
# **Step 1, the sum.** Multiply out $z^2$. A product of two *different* weights is as often positive as negative, so the mean of such a
# term is 0. What is left are the squares $w_j^2 h_j^2$, and the mean of $w_j^2$ is $\mathrm{Var}(w)$:
#
# $$\mathbb E[z^2] = \mathrm{Var}(w) \sum_{j} h_j^2 = \text{in} \cdot \mathrm{Var}(w) \cdot \overline{h_j^2}, \qquad
# \overline{h_j^2} = \text{the mean square of the inputs.}$$
#
# **Step 2, ReLU.** $z$ is as likely to be 3 as $-3$. So one half of $\mathbb E[z^2]$ comes from positive $z$, and ReLU keeps just that
# half:
#
# $$\mathbb E[\max(0, z)^2] = \tfrac12\, \mathbb E[z^2].$$
#
# **Step 3 is yours.** The next layer's inputs are these $\max(0, z)$. For which $\mathrm{Var}(w)$ is their mean square the same as
# $\overline{h_j^2}$?
#
# The next cell computes both sides of steps 1 and 2, over 20,000 draws of 100 weights.

# %% [markdown] deck="slide"
# ## How large?
#
# $$\mathbb E[z^2] = \text{in} \cdot \mathrm{Var}(w) \cdot \overline{h_j^2}, \qquad
# \mathbb E[\max(0, z)^2] = \tfrac12\, \mathbb E[z^2]$$
#
# One variance keeps the size from layer to layer: it is yours to find.
#
# We take half of that variance. What is left of the mean square after 20 layers?
#
# Note: The first formula adds up squares, because products of two different weights cancel on average; the second says that a ReLU keeps
# one half. Do not give the variance: it is answer 1. For the vote, offer a half, a twentieth, a thousandth and a millionth.

# %% demo=true slide="fragment"
h, variance = rng.random(100), 0.03
z = (np.sqrt(variance) * rng.normal(size=(20_000, 100))) @ h
print(f"step 1: E[z²] = {np.mean(z**2):.3f}   and   in · Var(w) · mean square = {100 * variance * np.mean(h**2):.3f}")
print(f"step 2: E[max(0, z)²] = {np.mean(np.maximum(z, 0) ** 2):.3f}   and   E[z²] / 2 = {np.mean(z**2) / 2:.3f}")

# %% [markdown] slide="subslide"
# **Your turn (answer 1; 10 minutes; ★★).** Draw the weights of both layers with mean 0 and the variance that you found in step 3. A normal
# distribution is the usual choice, and a uniform one will do. Every random number must come from `rng`, so that the same generator gives
# the same start.
#
# (The last layer has no ReLU after it, so its weights could be a little smaller. For simplicity it follows the same rule.)
#
# <details><summary>Hint 1: step 3</summary>
#
# Put step 1 into step 2. What stands in front of $\overline{h_j^2}$ then, and what must it be?
#
# </details>
# <details><summary>Hint 2: variance and standard deviation</summary>
#
# `rng.normal(size=(2, 3))` has variance 1. Multiplied by a number, it has the *square* of that number as its variance. And mind that each
# layer has its own number of inputs.
#
# </details>
# <details><summary>Hint 3: a worked example</summary>
#
# A layer of 4 nodes *without* an activation, with 25 inputs. Step 2 falls away, so we want
# $25 \cdot \mathrm{Var}(w) \cdot \overline{h_j^2} = \overline{h_j^2}$. Hence $\mathrm{Var}(w) = 1/25$, the standard deviation is
# $\sqrt{1/25} = 0.2$, and the weights are `0.2 * rng.normal(size=(25, 4))`.
#
# </details>


# %% exercise="initialise" slide="skip"


# %% [markdown]
# Now 20 layers of 200 nodes, one after the other, each drawn by your `initialise`: with your variance, with half of it, and with twice.
#
# **Before you run the next cell:** with half of your variance, by which factor does the mean square shrink in one layer? And in 20 layers,
# about? ($2^{10}$ is about 1,000.)

# %% [markdown] deck="slide"
# ## Fading, exploding, or neither
#
# Note: A half in each layer, so after 20 layers about a millionth: minus 6 on this axis of powers of ten. Twice the variance explodes
# just as fast. Ask: what does a network learn whose last layer gets a millionth of its input? And how sharp is the border between the
# two?

# %% demo=true slide="fragment" deck="show"
picture = None
with once_written():
    sizes_of = {}
    for name, factor in (("half your variance", 0.5), ("your variance", 1), ("twice your variance", 2)):
        rng = np.random.default_rng(1)
        H, sizes = rng.normal(size=(50, 200)), [1.0]
        for _ in range(20):
            W, *_ = initialise((200, 200, 1), rng)
            H = np.maximum(H @ (np.sqrt(factor) * W), 0)
            sizes.append(np.mean(H**2))
        sizes_of[name] = np.log10(sizes)
    caption = "A mean square of 1 is 0 on this axis; each unit is a factor of 10."
    panel = {"mean square of a layer's values, log₁₀": sizes_of}
    picture = plots.curves(np.arange(21), panel, xlabel="layer", caption=caption)
picture

# %% [markdown]
# It halves in each layer, and after 20 layers it is $2^{-20} \approx 10^{-6}$ of what it was: $-6$ in the figure. With twice your variance
# it grows as fast. **With yours it neither fades nor explodes**: the curve stays near 0.
#
# The variance that you found is known as **He's** (2015). For tanh, which does not cut off one half, one takes **Glorot's** (2010),
# $2/(\text{in} + \text{out})$.

# %% [markdown] slide="slide"
# ## 3. Mini-batches
#
# The loss is a mean over $N$ examples, and so is its gradient. Do we need all of them for one step? The notes say no: pick a batch $B$ at
# random, and take $\nabla\ell_B = \frac1T \sum_{n \in B} \nabla\ell_n$, where $\ell_n$ is the loss of example $n$ alone.
#
# ### 3.1 Right on average
#
# Every example is in the batch with the same probability, $T/N$. So the mean over all possible batches is
#
# $$\mathbb E[\nabla\ell_B] = \frac1T \sum_{n=1}^N \frac TN\, \nabla\ell_n = \frac1N\sum_{n=1}^N \nabla\ell_n = \nabla\ell.$$
#
# **A batch's gradient is wrong nearly every time, and right on average.** With 6 examples and $T = 2$ there are 15 batches, few enough to
# try them all.
#
# **Before you run the next cell:** will the mean over the 15 batches agree with the gradient of all 6 to two digits, or to all digits?

# %% [markdown] deck="slide"
# ## Two of six examples
#
# $$\nabla\ell_B = \frac1T \sum_{n\in B} \nabla\ell_n$$
#
# With 6 examples and $T = 2$ there are **15 batches**.
#
# Do the mean of their 15 gradients and the gradient of all 6 agree: not at all, to two digits, or to all digits?
#
# Note: Vote with hands. The favourite is two digits: a batch is a sample, and samples are only roughly right. Ask somebody who voted for
# all digits for a reason: every example is in as many of the batches as every other.

# %% demo=true
from itertools import combinations


def flat_gradient(batch):
    """The gradient of one batch, all of its entries in one row."""
    return np.concatenate([np.ravel(gradient) for gradient in mlp_gradients(X[batch], labels[batch], W1, b1, W2, b2)[1:]])


fifteen = np.array([flat_gradient(list(pair)) for pair in combinations(range(6), 2)])
print("one batch, four entries of its gradient:", fifteen[0, -4:])
print("mean over all 15 batches:               ", fifteen.mean(axis=0)[-4:])
print("gradient of all 6 examples:             ", flat_gradient(np.arange(6))[-4:])

# %% [markdown] slide="subslide"
# To all digits, for this is no approximation: the formula holds exactly.
#
# ### 3.2 How wrong is one of them?
#
# Let $s^2$ be the mean of $\lVert\nabla\ell_n - \nabla\ell\rVert^2$ over the examples: it measures how much they disagree. The mean of $T$
# independent draws varies less than one draw; its variance is $s^2/T$. So the typical distance of a batch's gradient from the full one
# is the root of it,
#
# $$\frac{s}{\sqrt T}.$$
#
# (Ours are drawn *without replacement*, which is a little better: the figure has a second factor, $\sqrt{(N - T)/(N - 1)}$. It is 1 for
# $T = 1$, and 0 for $T = N$, where the batch has everything.)
#
# **Before you run the next cell:** four times as many examples cost four times as much. By which factor does the typical distance shrink?

# %% [markdown] deck="slide"
# ## Right on average, exactly
#
# $$\mathbb E[\nabla\ell_B] = \nabla\ell$$
#
# But one batch alone is off, typically by
#
# $$\frac{s}{\sqrt T}.$$
#
# Four times as many examples cost four times as much. What do they buy?
#
# Note: To all digits: it is a formula, and no approximation. The s measures how much the examples disagree. Wait for a number from the
# room: a quarter of the distance is the usual answer, and it is one half.

# %% [markdown] deck="slide"
# ## Half the noise for four times the work
#
# Note: Dots are measured, the line is the formula; both axes are logarithmic. The full gradient itself has length 0.41, so with 16
# examples the noise is still larger than what it hides. Ask: for the price of one batch of 64, what would you rather have, that one step,
# or four steps with 16?

# %% demo=true slide="fragment" deck="show"
full = flat_gradient(np.arange(600))
s = np.sqrt(np.mean([np.sum((flat_gradient([n]) - full) ** 2) for n in range(600)]))
batch_sizes = [1, 4, 16, 64, 256]
distances = [[np.sum((flat_gradient(rng.choice(600, T, replace=False)) - full) ** 2) for _ in range(200)] for T in batch_sizes]
formula = s / np.sqrt(batch_sizes) * np.sqrt((600 - np.array(batch_sizes)) / 599)
print(f"the full gradient itself has length {np.linalg.norm(full):.2f}")
plots.batch_noise(batch_sizes, np.sqrt(np.mean(distances, axis=1)), formula)

# %% [markdown] slide="subslide"
# By 2. Four times the work buys half the noise, and the same work would pay for four steps. That is why batches are small. At $T = 16$ the
# noise is still larger than the gradient itself, whose length is 0.41.
#
# ### 3.3 An epoch
#
# In practice one draws an order of all $N$ examples and cuts it into batches. Then every example is seen exactly once; one such pass is an
# **epoch**. When $T$ does not divide $N$, the last batch is smaller.
#
# **Before you write it:** $N = 10$, $T = 4$. How many batches are there, and how many examples are in the last one?
#
# **Your turn (answer 2; 8 minutes; ★★).** Return the batches, or `yield` them one after the other. (The argument `n` is our $N$.) Again,
# all chance comes from `rng`.
#
# <details><summary>Hint 1: the order</summary>
#
# `rng.permutation(n)` holds 0 … n - 1 in a random order. Draw it once for the whole epoch.
#
# </details>
# <details><summary>Hint 2: the cuts</summary>
#
# `range(0, n, batch_size)` gives the first position of each batch. A slice may reach beyond the end of an array: of 10 entries,
# `order[8:12]` has two.
#
# </details>
# <details><summary>Hint 3: a worked example</summary>
#
# Prices of eight days, in groups of three: the sum of each group. `prices = [1, 2, 3, 4, 5, 6, 7, 8]`, and
# `[sum(prices[first:first + 3]) for first in range(0, 8, 3)]` is `[6, 15, 15]`: 1 + 2 + 3, then 4 + 5 + 6, then 7 + 8.
#
# </details>


# %% exercise="minibatches" slide="skip"


# %% demo=true
with once_written():
    for batch in minibatches(10, 4, np.random.default_rng(1)):
        print(batch)

# %% [markdown]
# Three batches, and the last one has two examples.

# %% [markdown] slide="slide"
# ## 4. Steps
#
# ### 4.1 What the noise does to the path
#
# We fit a line $y = wx + b$ to 40 points, as in unit 02, and take 60 steps with batches of 1, of 8, and of all 40.
#
# **Before you run the next cell:** which of the three reaches the bottom? What do the others do when they are near it?

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
least = line_loss(np.array(w_best), np.array(b_best))
plots.walks(line_loss, paths, (-2, 2.5), (-2.2, 2.4), least=least, labels=("slope w", "intercept b"), columns=3)

# %% [markdown]
# The path of $T = 40$. All three come down at first: far from the minimum the examples agree about the way. Near it the full gradient
# vanishes and the examples' own gradients do not, so small batches keep trembling. And mind the price: the path of $T = 1$ has looked at
# 60 examples, the path of $T = 40$ at 2,400.

# %% [markdown] slide="subslide"
# ### 4.2 Momentum
#
# Let the walker have some weight, like a ball: the **velocity** $m$ keeps a part $\beta$ ("beta", $0 \le \beta < 1$) of what it was, and
# each gradient pushes it.
#
# $$m \leftarrow \beta\, m + \nabla\ell_B, \qquad\qquad \theta \leftarrow \theta - \eta\, m.$$
#
# It starts at $m = 0$. With $\beta = 0$ this is the plain step.
#
# **What does it do on a steady slope?** Let the gradient be 2 at every step, and $\beta = 0.9$. Then $m$ is 2, then
# $2\,(1 + 0.9)$, then $2\,(1 + 0.9 + 0.9^2)$, and so on. The bracket is a geometric sum.
#
# **Before you run the next cell:** what does the bracket approach for large $t$? How many times as long as a plain step is a step in the
# end?

# %% [markdown] deck="slide"
# ## A ball instead of a walker
#
# $$m \leftarrow \beta\, m + \nabla\ell_B, \qquad \theta \leftarrow \theta - \eta\, m$$
#
# A steady slope: the gradient is 2 at every step, and $\beta = 0.9$.
#
# How long does a step become, beside a plain one?
#
# Note: Let them write the first three values of m: 2, 3.8, 5.42. Some say it grows without end, some say nearly twice. It is a geometric
# sum, and it approaches 1/(1 - 0.9), ten times.

# %% demo=true
beta, gradient, m = 0.9, 2.0, 0.0
for t in range(1, 61):
    m = beta * m + gradient
    if t in (1, 2, 10, 60):
        print(f"step {t:2}: m = {m:8.4f}, that is {m / gradient:.2f} times the gradient; the bracket: {(1 - beta**t) / (1 - beta):.2f}")

# %% [markdown] slide="subslide"
# The bracket is $(1 - \beta^t)/(1 - \beta)$ after $t$ steps, and approaches $1/(1 - \beta) = 10$. So on a steady slope, momentum
# multiplies the learning rate by $1/(1 - \beta)$. Across a valley, where the gradient changes its sign from step to step, the pushes
# cancel.
#
# **Your turn (answer 3; 5 minutes; ★).** One step, for one array of parameters. Return new arrays: whoever called you may still need the
# old ones. (Section 5 shows what happens otherwise.)
#
# <details><summary>Hint 1: the order</summary>
#
# The second formula uses the *new* $m$.
#
# </details>
# <details><summary>Hint 2: new arrays</summary>
#
# `m *= 2` changes the array that was handed to you. `m = 2 * m` makes a new one, and gives it the name.
#
# </details>
# <details><summary>Hint 3: a worked example</summary>
#
# A savings account: each year the interest halves, then 4 is added to it; then the money grows by the new interest. In Python:
# `interest = 0.5 * interest + 4`, and below it `money = money + interest`, then `return money, interest`. From money 100 and interest 2
# one gets interest 5 and money 105.
#
# </details>


# %% exercise="sgd_step" slide="skip"


# %% [markdown] slide="subslide"
# ### 4.3 In a narrow valley
#
# The loss $\ell = \frac12(\theta_1^2 + 40\,\theta_2^2)$ is 40 times as steep across as along. Unit 02 showed the dilemma: $\eta$ must stay
# below $2/40$, or the path explodes across; and then it crawls along.
#
# **Before you run the next cell:** with $\eta = 0.02$ and 60 steps, which $\beta$ gets farthest: 0, 0.7 or 0.95? Which of them will
# overshoot along the valley? (The fourth path has no momentum, and the best plain rate there is, $2/(1 + 40)$.)


# %% [markdown] deck="slide"
# ## In a narrow valley
#
# - 40 times as steep across as along
# - $\eta = 0.02$, sixty steps
# - on a steady slope, momentum makes steps $1/(1-\beta)$ times as long
#
# Which $\beta$ gets nearest to the bottom: 0, 0.7 or 0.95?
#
# Note: Vote for each. Say that the learning rate is bounded by the steep direction, as in unit 02, so the walk along the valley is slow.
# Those who like momentum say 0.95; ask them what the ball does when it arrives.

# %% [markdown] deck="slide"
# ## Heavy, but not too heavy
#
# Note: 0.7 wins; 0.95 rolls through the bottom and up the other side. The fourth path has no momentum, and the best plain rate there is.
# Ask: why do the pushes across the valley cancel, and those along it add up?


# %% demo=true deck="show"
def valley(first, second):
    return (first**2 + 40 * second**2) / 2


picture = None
with once_written():
    paths = {}
    for beta, rate in ((0.0, 0.02), (0.7, 0.02), (0.95, 0.02), (0.0, 2 / 41)):
        theta, m = np.array([-4.0, 0.8]), np.zeros(2)
        path = [theta]
        for _ in range(60):
            theta, m = sgd_step(theta, np.array([1, 40]) * theta, m, rate, beta)
            path.append(theta)
        paths[f"β = {beta:g}, η = {rate:.2g}"] = np.array(path)
    picture = plots.walks(valley, paths, (-4.5, 4.5), (-1.1, 1.1), labels=("θ₁", "θ₂"))
picture

# %% [markdown]
# $\beta = 0.7$ wins, and no plain rate comes near it. $\beta = 0.95$ is too much: the ball is so heavy that it rolls through the minimum
# and up the other side.

# %% [markdown] slide="subslide" folded=true
# ### Optional: play with it (10 minutes)
#
# The line and the 40 points of section 4.1, with all the knobs. Orange dashes show, from the last point, where 40 random batches would
# step to; the thick dash is the step of the full gradient.
#
# **Before you run the next cell:** take $T$ from 40 down to 1. Where will the dashes be long beside the thick one, at the start of a path
# or at its end? And with $T = 1$ and $\eta = 0.1$, what will $\beta = 0.9$ do to the trembling? Then try, with $T = 40$, which $\beta$ and
# $\eta$ reach the smallest loss within 30 steps.

# %% [markdown] deck="slide"
# ## Batches, steps and momentum
#
# Note: Take T from 40 down to 1, and ask before each move whether the path will still arrive, and what it will do when it has. Draw other
# batches a few times: the way down stays, the trembling changes. Then, with T = 1, ask what half the learning rate does, and try it: the
# trembling is smaller, and the way slower. The button Projector shows all controls, momentum among them: most say that it calms the
# trembling, and it makes it larger.

# %% demo=true slide="fragment" deck="show"
from course.widgets import MinibatchDescent

MinibatchDescent(x, y, batch_size=4, learning_rate=0.1, momentum=0.0, steps=60)

# %% [markdown]
# At its end: there the full gradient is nearly 0, and the batches' are not. And $\beta = 0.9$ makes the trembling *larger*: it works like a
# learning rate ten times as large. For the 30 steps we found a rate near 0.4 with hardly any momentum: this bowl is no narrow valley.

# %% [markdown] slide="slide"
# ## 5. One epoch: find the bugs
#
# Somebody wrote this in a hurry. One epoch should take a plain step for each batch (each row of `batches` has its indices) and return the
# new weights. It runs without an error.


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
# **Before you run the next cell:** it runs this epoch twice, from the same start and with the same batches. What should the second
# result be? And how many of the 600 digits should the network know after 20 epochs? (Guessing knows a tenth.)

# %% demo=true
rng = np.random.default_rng(1)
start = [rng.normal(size=(64, 16)) / 6, np.zeros(16), rng.normal(size=(16, 10)) / 3, np.zeros(10)]
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
# Two runs from the same start should agree, and these do not. And the network knows fewer than one digit in five.
#
# **Your turn (answer 4; 8 minutes; ★★).** There are three bugs. Write the mended function.
#
# <details><summary>Hint 1: three questions</summary>
#
# How often does the loop run? Does image 17 meet label 17? Whose arrays do the four steps write into?
#
# </details>
# <details><summary>Hint 2: the third one</summary>
#
# `W1 -= step` writes into the array that came in, which is the caller's. `W1 = W1 - step` makes a new one.
#
# </details>
# <details><summary>Hint 3: a worked example</summary>
#
# This function should return the prices with 1 added to those at the places in `basket`. It has bugs of the same three kinds:
#
# ```python
# def dearer(prices, basket):
#     for place in basket:
#         prices[0] += 1  # not the price at this place; and it changes the caller's array
#         return prices  # inside the loop: it ends after the first place
# ```
#
# Mended: begin with `prices = prices.copy()`, write `prices[place] += 1`, and move the `return` four spaces to the left.
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

# %% [markdown]
# Nearly all 600, as it should be.

# %% [markdown] slide="slide"
# ## 6. The whole algorithm
#
# Now from a blank cell: the notes' loop. The start and the number of steps are given. In each step, pick a batch of `batch_size`
# examples at random, compute its gradient, take a plain step.
#
# The digits that the check trains on come *sorted by label*. Whoever takes them from the front to the back sees nothing but nines at the
# end, and forgets the zeros.
#
# **Your turn (answer 5; 10 minutes; ★★★).** Call `loss_and_gradients` and `rng`, and none of your other answers: then no mistake elsewhere
# can cost you anything here. Short runs are checked step by step. After a long one, the network has to know 70 % of over 1,000 digits that
# it has never seen. (A right answer knows about 92 %.)

# %% [markdown] slide="skip"
# <details><summary>Hint 1: the batch</summary>
#
# The notes' "pick randomly": `rng.choice(len(X), batch_size, replace=False)` gives that many different indices. Should this line stand
# before the loop, or in it? And the same indices belong to the images and to the labels.
#
# </details>
# <details><summary>Hint 2: if it learns nothing</summary>
#
# Print the loss every 50 steps. It should fall from about 2.3 or 2.5 to less than 0.5. Does it rise? Then look at a sign. Does it stay?
# Then see which weights the next step begins with.
#
# </details>
# <details><summary>Hint 3: a worked example</summary>
#
# The same loop with one parameter, which finds the mean of the numbers `x` (the loss of one of them is $(w - x_n)^2$):
#
# ```python
# def train_mean(x, w, steps, batch_size, learning_rate, rng):
#     for _ in range(steps):
#         batch = rng.choice(len(x), batch_size, replace=False)
#         slope = 2 * np.mean(w - x[batch])
#         w = w - learning_rate * slope
#     return w
# ```
#
# With `x = np.array([1, 2, 6])`, `w = 0`, batches of all three and the rate 0.25, $w$ is 1.5, then 2.25, then 2.625: on its way to 3.
#
# </details>


# %% exercise="train" slide="skip"


# %% [markdown]
# What has it learnt? The next cell shows the weights into 8 of the 16 hidden nodes, each as an 8 × 8 image: first at the random start of
# section 5, then after training. **Before you run it:** will you see digits?

# %% demo=true
picture = None
with once_written():
    trained = train(X, labels, *copies, 500, 24, 0.3, np.random.default_rng(2))
    known = share_known(X, labels, *trained), share_known(unseen_X, unseen_labels, *trained)
    print(f"known: {known[0]:.1%} of the training digits, {known[1]:.1%} of others")
    W = np.hstack([copies[0][:, :8], trained[0][:, :8]])
    picture = plots.weight_images(W, (8, 8), titles=["start"] * 8 + ["trained"] * 8)
picture

# %% [markdown]
# No digits, but patches of "ink here, none there", with much of the random start still in them: parts that tell digits apart. Unit 10 asks
# what they mean. (An image that has hardly changed got hardly any gradient: section 8.1 shows a reason.)

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
#
# <details><summary>Answer</summary>
#
# It is: the last change is 0.02, though it went up. And `nan < 0.05` is False, as every comparison with nan is.
#
# </details>

# %% [markdown] slide="subslide"
# **Your turn (answer 6; 8 minutes; ★★).** Write the four criteria. One that is met is enough.
#
# <details><summary>Hint 1: the first epoch</summary>
#
# With one loss there is no change yet, and nothing to compare. The other criteria can be met all the same. And if you write
# `if ...: return True` for each of them: what does your function return when none is met?
#
# </details>
# <details><summary>Hint 2: nan</summary>
#
# None of the first three criteria notices nan, for every comparison with it is False. `np.isfinite(x)` does.
#
# </details>
# <details><summary>Hint 3: a worked example</summary>
#
# A fire alarm rings when it is above 60 degrees, or when it has become more than 5 degrees warmer since the last look:
#
# ```python
# def alarm(temperatures):
#     hot = temperatures[-1] > 60
#     rising = len(temperatures) > 1 and temperatures[-1] - temperatures[-2] > 5
#     return hot or rising
# ```
#
# `alarm([20, 21])` is False, `alarm([20, 27])` is True, and `alarm([70])` is True: `and` does not look further when its left side is False.
#
# </details>


# %% exercise="stopping_criterion" slide="skip"


# %% [markdown]
# Now all parts together, every one of them yours, and the criterion asked after each epoch. Each row of `bounds` leaves one way to stop:
# 1,000 epochs are never reached, nor a norm or a change below 0.
#
# **Before you run the next cell:** the loss is that of all training examples, after each of 60 epochs of mini-batches. Which criterion
# stops first: a gradient with a norm below 0.05, or a change of the loss below 0.002?

# %% demo=true
bounds = {"40 epochs": (40, 0, 0), "norm < 0.05": (1000, 0.05, 0), "change < 0.002": (1000, 0, 0.002)}


def when_to_stop(seed):
    """The loss and the gradient's norm after each of 60 epochs, and the epoch after which each criterion is met first."""
    rng = np.random.default_rng(seed)
    theta, losses, norms, stopped = initialise((64, 16, 10), rng), [], [], {}
    for epoch in range(1, 61):
        for batch in minibatches(600, 24, rng):
            _, *gradients = mlp_gradients(X[batch], labels[batch], *theta)
            theta = [sgd_step(w, gradient, 0 * w, 0.1, 0.0)[0] for w, gradient in zip(theta, gradients, strict=True)]
        loss, *gradients = mlp_gradients(X, labels, *theta)
        losses.append(loss)
        norms.append(np.sqrt(sum(np.sum(gradient**2) for gradient in gradients)))
        for name, bound in bounds.items():
            if name not in stopped and stopping_criterion(np.array(losses), norms[-1], *bound):
                stopped[name] = epoch
    return losses, norms, stopped


picture = None
with once_written():
    picture = plots.stops(*when_to_stop(4))
picture

# %% demo=true
with once_written():
    for seed in range(5):
        losses, _, stopped = when_to_stop(seed)
        at = stopped.get("change < 0.002", 60)
        print(f"seed {seed}: {stopped}; loss at the first small change {losses[at - 1]:.3f}, after 60 epochs {losses[-1]:.3f}")

# %% [markdown]
# With each of these seeds the change stops first, and too early: the loss still falls to less than half. After noisy steps the loss
# trembles, and two epochs may agree by accident. And all of these criteria look at the *training* examples: whether more training still
# helps on digits *not seen* they cannot tell. Unit 09 (early stopping) watches other data for that.

# %% [markdown] slide="slide"
# ## 8. Which settings? Ask twenty networks
#
# One run proves little: another seed gives another result. So each setting gets 20 runs: 20 random splits of the digits (500 to train on,
# 600 not seen), and 20 random starts. **The runs are paired**: run 7 of every setting has the same digits and the same start, so that
# differences between settings are not differences of luck.
#
# The figures show each run as a dot, the mean, and its **95 % interval**. Such an interval misses the true mean about once in 20 times. So
# where the interval of a *difference* does not contain 0, chance alone hardly explains it.


# %% demo=true
def twenty_runs(batch_size, learning_rate, steps, momentum=0.0):
    """Share of the unseen digits that each of 20 networks, 64-32-10, knows after so many steps: (20,)."""
    shares = []
    for seed in range(20):
        rng = np.random.default_rng(seed)
        split = data.digits(rng, train=500, validation=600)
        theta = initialise((64, 32, 10), rng)
        m = [np.zeros_like(w) for w in theta]
        epochs = -(-steps * batch_size // 500)  # rounded up
        batches = [batch for _ in range(epochs) for batch in minibatches(500, batch_size, rng)]
        for batch in batches[:steps]:
            _, *gradients = mlp_gradients(split.train.X[batch], split.train.y[batch], *theta)
            stepped = [sgd_step(*each, learning_rate, momentum) for each in zip(theta, gradients, m, strict=True)]
            theta, m = zip(*stepped, strict=True)
        shares.append(share_known(*split.validation, *theta))
    return np.array(shares)


# %% [markdown] slide="subslide"
# ### 8.1 The learning rate
#
# **Before you run the next cell:** 100 steps, batches of 25, $\eta$ from 0.01 to 3. Sketch the curve that you expect. Is a rate that is 10
# times too small worse than one that is 10 times too large?

# %% demo=true slide="fragment"
picture = None
with once_written():
    rates = {rate: twenty_runs(25, rate, 100) for rate in (0.01, 0.03, 0.1, 0.3, 1.0, 3.0)}
    picture = plots.sweep({"100 steps, T = 25": rates}, xlabel="learning rate η", ylabel="share of unseen digits known")
picture

# %% [markdown]
# The best is near 0.3, and ten times too large is worse than ten times too small. Look at the dots, too: at $\eta = 1$ the runs differ
# widely. A mean alone would hide that.

# %% [markdown] slide="subslide"
# What goes wrong at either end?

# %% demo=true
with once_written():
    print(f"η = 0.03, 1,000 steps: {twenty_runs(25, 0.03, 1000).mean():.1%} known")
    W, b, *_ = train(X, labels, *initialise((64, 32, 10), np.random.default_rng(0)), 100, 25, 3.0, np.random.default_rng(0))
    print("η = 3, 100 steps:", np.sum((X @ W + b <= 0).all(axis=0)), "of 32 hidden nodes are 0 for every training digit")

# %% [markdown]
# The small rate only needs more steps. The large one has silenced all nodes, or nearly all: where ReLU gives 0 for every digit, the
# gradient is 0, so they never come back.

# %% [markdown] slide="subslide" folded=true
# ### Optional: the batch size, fairly compared (8 minutes)
#
# Is a small batch better? It depends on what is held equal. Left: the same number of **epochs** (4), so that all see the same examples; a
# batch of 5 takes 400 steps on the way, a batch of 100 just 20. Right: the same number of **steps** (100).
#
# **Before you run the next cell:** $\eta = 0.1$ throughout. On which side do the small batches win, on which do they lose?

# %% demo=true slide="fragment"
picture = None
with once_written():
    epochs = {T: twenty_runs(T, 0.1, 4 * 500 // T) for T in (5, 10, 25, 50, 100)}
    steps = {T: twenty_runs(T, 0.1, 100) for T in (5, 10, 25, 50, 100)}
    panels = {"4 epochs each": epochs, "100 steps each": steps}
    picture = plots.sweep(panels, xlabel="batch size T", ylabel="share of unseen digits known")
picture

# %% [markdown]
# With the same examples seen, many noisy steps beat few exact ones. **For the same number of steps a small batch does not help**: its
# gradient is noisier, and nothing is gained. From 25 on, more examples hardly help either, by the $1/\sqrt T$ of section 3.2.

# %% [markdown] slide="subslide"
# ### 8.2 Momentum, fairly compared
#
# On a steady slope, $\beta = 0.9$ makes steps $1/(1 - \beta) = 10$ times as long. So there are three fair questions:
#
# - at a small learning rate, 0.03, does momentum help?
# - does it do better than a plain step with *ten times* the rate, 0.3?
# - does it help at that good rate?
#
# **Before you run the next cell:** answer the three with yes, no, or "it does harm".

# %% [markdown] deck="slide"
# ## Does momentum help? Three fair questions
#
# $\beta = 0.9$ against $\beta = 0$, on digits, 20 paired runs:
#
# - at a small rate, 0.03?
# - against a plain step with **ten times** the rate, 0.3?
# - at that good rate?
#
# Yes, no, or it does harm?
#
# Note: Everybody writes down three words. Paired means that run 7 of both has the same digits and the same start, so that luck does not
# decide. Explain the interval: where it does not contain 0, chance alone hardly explains the difference.

# %% [markdown] deck="slide"
# ## Compared with what?
#
# Note: It helps a lot where the rate was too small. It is no better than a plain step of the same effective length, for that interval
# contains 0; and on top of a good rate it does harm. Ask: why is momentum so popular, then? Think of the narrow valley: these digits show
# none in so few steps.

# %% demo=true slide="fragment" deck="show"
picture = None
with once_written():
    plain_small, plain_good = twenty_runs(25, 0.03, 100), twenty_runs(25, 0.3, 100)
    heavy_small, heavy_good = twenty_runs(25, 0.03, 100, momentum=0.9), twenty_runs(25, 0.3, 100, momentum=0.9)
    gains = {
        "η = 0.03: β = 0.9 against β = 0": 100 * (heavy_small - plain_small),
        "η = 0.03, β = 0.9 against η = 0.3, β = 0": 100 * (heavy_small - plain_good),
        "η = 0.3: β = 0.9 against β = 0": 100 * (heavy_good - plain_good),
    }
    picture = plots.paired_gains(gains, xlabel="gain in the share of unseen digits known, percentage points")
picture

# %% [markdown]
# It helps a lot where the rate was too small. **It is no better than a plain step of the same effective length** (that interval contains
# 0), and on top of a good rate it does harm. Why is it so popular, then? In the narrow valley of section 4.3 no plain rate did as well.
# These digits, in so few steps, show none. Always ask: *compared with what?*

# %% [markdown] slide="subslide" folded=true
# ### Optional: watch a network learn (8 minutes)
#
# All of this unit in one picture: a small network trains with batches, a learning rate and momentum while you look on. The background is
# its decision, the small pictures are those of its hidden nodes. Change a setting while it runs.
#
# **Before you press *Play*:** the example *XOR, 2 nodes* is unit 01's problem, for a hidden layer of two nodes. Will it learn it from every
# start? Try several seeds, and then six nodes in place of two.

# %% [markdown] deck="slide"
# ## Watch it learn
#
# Note: Start with moons, and let it run for some seconds: the nodes' pictures first, then the boundary. Then choose "XOR, 2 nodes", and ask
# before you press Play: will it learn this from every start? Change the seed a few times. Some starts are stuck; with six nodes hardly any.

# %% demo=true slide="fragment" deck="show"
from course.widgets import Playground

Playground(**Playground.presets["XOR, 2 nodes"])

# %% demo=true
xor = Playground.presets["XOR, 2 nodes"] | {"epoch": 60}
for nodes in (2, 6):
    histories = [Playground(**xor | {"layers": [nodes], "seed": seed}).run()[1] for seed in range(8)]
    print(nodes, "nodes:", " ".join(f"{history.accuracy[-1]:.0%}" for history in histories))

# %% [markdown]
# Not from every start: the cell repeats the run in Python for the seeds 0 to 7, 60 epochs each. Two of the eight networks with two nodes
# are stuck at about three quarters of the training points. With six nodes all eight learn: where one node is of no use, others are.

# %% [markdown] slide="slide"
# ## 9. Keep what you have written
#
# The next cell checks your answers once more, and puts those that pass into `my_network.py`, with all that they use. Units 07 to 11 train
# with them.

# %% demo=true
with once_written():
    keep(initialise, minibatches, sgd_step, one_epoch, train, stopping_criterion)

# %% [markdown] slide="skip"
# ### A written question (4 points; 8 minutes)
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
#    single one is off, by about $s/\sqrt T$ where $s$ is how much the images disagree. From 32 to 128, four times as many, the
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

# %% [markdown] deck="slide"
# ## What to take home
#
# - **Chance breaks the symmetry**, and the right variance keeps the signal alive.
# - **A batch is wrong nearly every time, and right on average:** off by $s/\sqrt T$.
# - **One run proves little.** Twenty pairs, an interval, and: compared with what?
#
# Note: Go back to the list on the board, and tick off what has been answered. When to stop is only half answered: no criterion that looks
# at training examples knows whether more training would help on others. Ask what one could look at instead: that is unit 09. In the
# notebook they train a network of their own code, two hours.

# %% [markdown] slide="slide"
# ## Summary
#
# | line of the algorithm | what we found |
# |---|---|
# | randomly initialise $\theta$ | chance breaks the symmetry; the right variance keeps the size from layer to layer |
# | pick a batch, $\lvert B\rvert = T$ | right on average, off by $s/\sqrt T$ |
# | update $\theta$ | momentum adds up what the gradients agree about, and makes steps longer |
# | until a criterion is met | none of them knows whether more training would help on digits not seen |
# | compare settings | 20 paired runs and an interval; say what is held equal |
#
# **If one thing stays with you:** the gradient of a mini-batch is noisy and right on average, and training lives on the average.

# %% [markdown] slide="subslide"
# ## Where it goes from here
#
# Our network knows nearly all of its 600 training digits, and fewer of the others. That gap is *overfitting*. Units 07, 08 and 09
# work against it.
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
# - G. Goh, ["Why Momentum Really Works"](https://distill.pub/2017/momentum/), *Distill* 2017.
