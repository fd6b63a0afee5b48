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
# # Unit 08: Dropout
#
# Unit 07 fought overfitting by keeping the weights small. The lecture notes have a second way, a surprising one: *"During training
# keep a neuron active with probability P, delete otherwise. During test time, use the entire network with expected weights."* This
# unit asks why anybody would delete half of a network at every step, how backpropagation changes, and when it helps.
#
# **At the end you can**
# - draw a mask, send a layer forward through it, and the gradient back,
# - say what "expected weights" are, where they are exact, and where they are an approximation,
# - write dropout in the notes' form and in the inverted form, and say why the two agree,
# - look at a network with dropout as an ensemble of many networks, and measure whether it helps.
#
# | time | difficulty | what to know before |
# |---|---|---|
# | 120 minutes, and 10 for what is optional | medium | backward pass in vector form (05), training (06), overfitting (07), means |
#
# Go cell by cell: *Run All Cells* stops at the first answer that is not right yet.

# %%
import numpy as np

from course import check

# %% demo=true
# Cells like this one are for looking, not for marks: change them as you like.
from IPython.display import display
from threadpoolctl import threadpool_limits

from course import keep, mine, numerical_gradient, once_written, plots, whose

one_thread = threadpool_limits(1)  # matrices as small as these are slower on several threads

# %% [markdown] deck="slide"
# ## Delete half of the network?
#
# > "During training keep a neuron active with probability $P$, delete otherwise."
#
# - a new draw for every example, at every step
# - at test time, the whole network
#
# Why would anybody do that?
#
# Note: These are the lecture notes' words. Let the room defend it for a minute, as lawyers: one side for, one against. Somebody usually
# says that it is like training many networks, or that nobody can rely on a colleague who may be absent. Both are good, and come back
# later.

# %% [markdown] slide="slide"
# ## 1. A node that may be missing
#
# A hidden layer has computed its activations $H$, one row for each example: `H[n, i]` is the value $h_i$ of node $i$ for example $n$.
# In training we now multiply each of them by a random number of its own,
#
# $$M_{ni} = \begin{cases} 1 & \text{with probability } P & \text{(the node is active)} \\
# 0 & \text{with probability } 1 - P & \text{(it is deleted)} \end{cases}$$
#
# - $M$ is the **mask**, of the shape of $H$. All its entries are drawn independently.
# - $P$, in code `keep_prob`, is the probability that a node is **kept**. It is a *hyperparameter*: we choose it, training does not.
# - Each example has its own row, and each step of training draws a new mask: every example meets a **thinned network** of its own.

# %% [markdown] deck="slide"
# ## Each example meets its own network
#
# Note: Left the whole network, then what two examples of one batch meet. A mask has a 1 for a node that is kept, and a 0 for one that is
# deleted, and all entries are drawn independently. Ask: how many thinned networks are there with five hidden nodes? 32, and all of them
# share their weights.

# %% demo=true slide="fragment" deck="show"
rng = np.random.default_rng(36)
whole = [np.ones(3), np.ones(5), np.ones(2)]
draws = {f"example {n}, P = 0.5": [np.ones(3), rng.random(5) < 0.5, np.ones(2)] for n in range(2)}
plots.thinned({"the whole network": whole} | draws)

# %% [markdown] slide="subslide"
# **Why would this help?** The idea of its inventors: no node can rely on one particular other node, since that node may be missing.
# So each has to be useful together with many others. A network that learns its training examples by heart needs nodes that rely on
# one another. (Section 4.1 has a second reason, and section 7 measures whether dropout helps.)
#
# **How does a random number become a decision?** `rng.random(shape)` draws numbers that are spread evenly over $[0, 1)$.
#
# **Before you run the next cell:** what share of them falls below 0.3? If we keep exactly these, what is $P$? And about how far from
# $P$ will the share be among 25 numbers, and among 2,500?

# %% demo=true slide="fragment"
for count in (25, 2500):
    shares = [(rng.random(count) < 0.3).mean() for _ in range(1000)]
    print(f"{count:5} numbers: the share below 0.3 is {np.mean(shares):.3f} on average, standard deviation {np.std(shares):.3f}", end="")
    print(f"   (in theory sqrt(P (1 - P) / {count}) = {np.sqrt(0.3 * 0.7 / count):.3f})")

# %% [markdown]
# The share is 0.3 on average, so $P = 0.3$. Among 25 numbers it is typically 0.09 away from $P$, among 2,500 only 0.009: a hundred times
# as many numbers bring the share ten times nearer.
#
# **Your turn (answer 1; 5 minutes; ★).** Draw a mask. All randomness comes from `rng`, a NumPy generator: the same seed then gives the
# same mask, and an experiment can be repeated.
#
# <details><summary>Hint 1: how many decisions</summary>
#
# One for each entry: `rng.random` takes the shape of the whole array.
#
# </details>
# <details><summary>Hint 2: which comparison</summary>
#
# Try your comparison on $P = 1$: everything must stay. A comparison of an array is an array of True and False, and these count as
# 1 and 0.
#
# </details>
# <details><summary>Hint 3: a worked example</summary>
#
# Another random decision: a coin that shows heads in one quarter of all throws, six throws. `rng.random(6)` gives, say,
# `[0.81, 0.12, 0.55, 0.20, 0.97, 0.43]`; heads are the numbers in an interval of length one quarter. From 0.75 upwards these are the first
# and the fifth: `np.array([1.0, 0, 0, 0, 1, 0])`.
#
# </details>


# %% exercise="dropout_mask" slide="skip"


# %% [markdown] slide="slide"
# ## 2. Through the mask, and back
#
# **Forward.** The next layer receives $\tilde H_{ni} = M_{ni} H_{ni}$, in code `H_dropped`. A deleted node sends 0, so all of its
# outgoing weights are multiplied by 0, as if the node and its edges were not there.
#
# **Your turn (answer 2; 3 minutes; ★).** One line. The mask may hold other numbers than 0 and 1 (section 5 needs $1/P$): multiply by
# whatever it holds.
#
# <details><summary>Hint 1: entry by entry</summary>
#
# Which of NumPy's products works entry by entry, `*` or `@`? The result has the shape of `H`.
#
# </details>
# <details><summary>Hint 2: not a selection</summary>
#
# `H[mask]` would give a shorter array, and `np.where(mask, H, 0)` would lose a factor that is neither 0 nor 1.
#
# </details>
# <details><summary>Hint 3: a worked example</summary>
#
# Another entry-by-entry operation, the sum: for `A = np.array([[1, 2], [3, 4]])` and `F = np.array([[0, 5], [5, 0]])`, `A + F` is
# `[[1, 7], [8, 4]]`, and `A` itself stays as it was.
#
# </details>


# %% exercise="dropout_forward" slide="skip"


# %% demo=true
H = rng.integers(1, 9, size=(3, 4)) / 2
with once_written():
    mask = np.array([[1.0, 0, 1, 1], [0, 1, 1, 0], [1, 1, 0, 1]])
    parts = ("H", H), "*", ("mask", mask), "=", ("H_dropped", dropout_forward(H, mask))
    display(plots.equation(*parts, caption="Three examples, four nodes. Each example has lost different nodes."))

# %% [markdown] slide="subslide"
# **Backward: your derivation.** The layer above has computed `upstream`, $\partial\ell/\partial\tilde H$, where $\ell$ is the loss, a
# mean over the batch. The mask has been drawn and is now a constant. Ask the questions of unit 05 for $u$ = `H[n, i]`:
#
# 1. **Who uses it?** Which nodes are in $\Gamma(H_{ni})$, that is, use it directly?
# 2. **With what slope?** What is $\partial \tilde H_{ni}/\partial H_{ni}$?
# 3. **The rule**, $\dfrac{\partial\ell}{\partial u} = \sum_{v\in\Gamma(u)} \dfrac{\partial\ell}{\partial v}\cdot\dfrac{\partial
#    v}{\partial u}$: what is left of the sum?
#
# **Before you write it:** node 1 is deleted for example 0. Move `H[0, 1]` a little: does the loss move? What must its gradient be?
#
# **Your turn (answer 3; 8 minutes; ★★).**
#
# <details><summary>Hint 1: an activation</summary>
#
# Treat it as an activation: $\Gamma(H_{ni})$ holds one node, and the star multiplies entry by entry. Compare ReLU, whose
# slope is 1 or 0, too. There the sign of $z$ decides; and here?
#
# </details>
# <details><summary>Hint 2: try it on one entry</summary>
#
# Where the mask is 0, the loss does not move with $H_{ni}$; where it is 1, it moves as with $\tilde H_{ni}$. What if the mask holds a 3?
#
# </details>
# <details><summary>Hint 3: a worked example</summary>
#
# Another layer of this kind: $\tilde H = F * H + 1$, with constants $F = (2, -1)$. One node uses $H_i$, with slope $F_i$;
# the constant 1 changes no slope. For `upstream` $(5, 4)$ the gradient is $(5\cdot2, 4\cdot(-1)) = (10, -4)$.
#
# </details>


# %% exercise="dropout_backward" slide="skip"


# %% demo=true
# Your formula, and a nudge of every entry of H, with the same mask.
upstream = rng.normal(size=(3, 4))
mask = np.array([[1.0, 0, 1, 1], [0, 1, 1, 0], [1, 1, 0, 1]])
with once_written():
    nudged = numerical_gradient(lambda H: (upstream * dropout_forward(H, mask)).sum(), H)
    print("your dH is the nudge's:", np.allclose(dropout_backward(upstream, mask), nudged))
    for n, i in ((0, 1), (0, 2)):
        print(f"entry [{n}, {i}], mask {mask[n, i]:.0f}: the nudge's slope {nudged[n, i]:.4f}, upstream {upstream[n, i]:.4f}")

# %% [markdown] slide="subslide"
# A deleted node's value does not move the loss, so its gradient is 0. An active node hands `upstream` on as it is.
#
# **And the weights?** Take a hidden layer $H = \max(0, XW + b)$ with dropout behind it. Nothing new is needed: `dropout_backward` hands
# $\partial\ell/\partial H$ to ReLU, and ReLU to the linear layer, for which $\partial\ell/\partial W$ = `X.T @ dZ`.
#
# **Before you run the next cell:** the batch is a single example. Its mask deletes nodes 1 and 3 of five (counted from 0). Which columns
# of $\partial\ell/\partial W$ are zero? (`W[j, i]` is the notes' $w_{ij}$, from input $j$ to node $i$.) Does a second example change that?

# %% [markdown] deck="slide"
# ## What does a deleted node learn?
#
# One example, five hidden nodes. Its mask is
#
# $$M = (1,\; 0,\; 1,\; 0,\; 1).$$
#
# Which columns of $\partial\ell/\partial W$ are zero? Would a second example change that?
#
# Note: W leads into the hidden nodes, with a column for each. Start with one node: move the value of a deleted node a little, does the
# loss move? Give them a minute; some say rows, so draw W on the board.

# %% [markdown] deck="slide"
# ## Nothing, from this example
#
# Note: Columns 1 and 3, counted from 0: the loss does not move with a deleted node, so no gradient goes through it. A second example may
# keep node 1, and the gradient is a sum over the batch. Ask: the mask is random; must it be the same on the way forward and on the way
# back?

# %% demo=true slide="fragment" deck="show"
x, W, b = np.array([[1.0, -0.5, 2.0]]), rng.integers(1, 5, size=(3, 5)) / 2, np.ones(5)
alive = np.array([[1.0, 0, 1, 0, 1]])
dZ = np.ones((1, 5)) * alive * (x @ W + b > 0)
plots.equation(("X.T", x.T), "@", ("dZ", dZ), "=", ("dW", x.T @ dZ), caption="Deleted nodes learn nothing from this example.")

# %% [markdown]
# Columns 1 and 3 are zero: each example trains its own thinned network, and leaves the other nodes as they were. A second example may
# keep node 1, and `X.T @ dZ` is a sum over the examples: then column 1 need not be zero. All thinned networks share their weights, so
# what one of them learns changes the others, too.

# %% [markdown] slide="slide"
# ## 3. At test time: expected weights
#
# With a mask at test time, the same input would get a different answer each time. (Sometimes that is wanted: the spread over many masks
# shows how sure the network is.) For *one* answer, the notes say: *"During test time, use the entire network with expected weights."*
# What does the next layer receive on average? Take output $c$ for one example:
# $z_c = \sum_i M_i\, h_i\, w_{ci} + b_c$, where $h_i$ is hidden node $i$ and $w_{ci}$ the weight from it to output $c$ (`W2[i, c]` in
# code). $\mathbb E[\cdot]$ is the mean over all masks.
#
# 1. $\mathbb E[M_i] = 1\cdot P + 0\cdot(1 - P) = P$.
# 2. The mean of a sum is the sum of the means, and $h_i$, $w_{ci}$, $b_c$ do not depend on the mask:
#    $$\mathbb E[z_c] = \sum_i \mathbb E[M_i]\,h_i\,w_{ci} + b_c = \sum_i h_i\,\underbrace{(P\,w_{ci})}_{\text{expected weight}} + b_c.$$
#
# In training the weight is present with probability $P$ and otherwise counts as 0: its expectation is $P w_{ci}$. **The whole network
# gives the mean, if each outgoing weight of a node that may be deleted is multiplied by $P$.** The bias is never deleted.

# %% [markdown] slide="subslide"
# Is it true? With 3 hidden nodes there are $2^3 = 8$ masks, so we can compute the mean exactly: each mask counts with its probability,
# the product of a factor $P$ for each active node and a factor $1-P$ for each deleted one.
#
# **Before you run the next cell:** $h_i w_i$ is $2, -1, 4$, the bias is 10 and $P = 0.75$.
# Compute $\mathbb E[z]$ by the formula. How probable is the mask that deletes all three?


# %% [markdown] deck="slide"
# ## One answer at test time
#
# $$\mathbb E[z_c] = \sum_i h_i\,\underbrace{(P\,w_{ci})}_{\text{expected weight}} + b_c$$
#
# The products $h_i w_{ci}$ are $2, -1, 4$, the bias is 10, and $P = 0.75$.
#
# What does the next layer receive on average?
#
# Note: A minute on paper. It is 13.75; whoever has 11.25 has also multiplied the bias, which is never deleted. The notebook checks it
# with all eight masks, each counted with its probability. Ask: how probable is the mask that deletes all three? About 0.016.


# %% demo=true slide="fragment"
def all_masks(nodes, keep_prob):
    """Every mask of so many nodes, one in each row, and the probability of each."""
    masks = (np.arange(2**nodes)[:, None] >> np.arange(nodes)) & 1  # the binary digits of 0, 1, 2, ...
    alive = masks.sum(axis=1)
    return masks, keep_prob**alive * (1 - keep_prob) ** (nodes - alive)


masks, shares = all_masks(3, 0.75)
z = masks @ np.array([2.0, -1.0, 4.0]) + 10
for mask, share, value in zip(masks, shares, z, strict=True):
    print("mask", mask, f"  probability {share:.4f}   z = {value:4.1f}")
print(f"mean over all masks: {shares @ z:.4f}   with expected weights: {0.75 * (2 - 1 + 4) + 10:.4f}")

# %% [markdown]
# Both ways give $0.75\cdot5 + 10 = 13.75$. All three nodes are deleted with probability $0.25^3 \approx 0.016$.

# %% [markdown] folded=true
# ### Optional: how large the noise is (3 minutes; needs variances)
#
# The $M_i$ are independent, each with variance $P(1 - P)$, so the variance of $z_c$ is $P(1-P)\sum_i
# (h_i w_{ci})^2$. This is the noise that the next layer receives in training.
#
# **Before you run the next cell:** for which $P$ is that noise largest?

# %% demo=true
print(f"variance over all masks: {shares @ z**2 - (shares @ z) ** 2:.4f}   by the formula: {0.75 * 0.25 * (4 + 1 + 16):.4f}")
for P in (0.1, 0.5, 0.9, 1.0):
    print(f"P = {P}: noise, as a standard deviation, {np.sqrt(P * (1 - P) * 21):.2f}")

# %% [markdown]
# For $P = 0.5$, where one cannot guess at all whether a node is kept. At $P = 1$ there is no noise.

# %% [markdown] slide="subslide"
# ### A whole network at test time
#
# **Your turn (answer 4; 10 minutes; ★★).** Write its way forward. In training this network is linear, ReLU, dropout, linear:
#
# $$H = \max(0, XW_1 + b_1), \qquad Z_2 = (M * H)\,W_2 + b_2.$$
#
# `X` is (N, in), `W1` (in, hidden), `b1` (hidden,), `W2` (hidden, out), `b2` (out,). Which of these arrays is multiplied by $P$?
#
# <details><summary>Hint 1: what may be deleted</summary>
#
# The hidden nodes, and nothing else. Which weights does a deleted hidden node take with it?
#
# </details>
# <details><summary>Hint 2: a test of your own</summary>
#
# Set `X` to zero, `b1` to zero, and `b2` to 5: what must come out, whatever $P$ is?
#
# </details>
# <details><summary>Hint 3: a worked example</summary>
#
# One output, two inputs that may be deleted, $P = 0.5$: $z = 3 M_0\cdot 4 + M_1 \cdot 2 + 7$. The four masks give 7, 9, 19 and 21, with the
# mean 14. The formula gives $0.5\,(12 + 2) + 7 = 14$, too: the 7 is not halved.
#
# </details>


# %% exercise="expected_forward" slide="skip"


# %% demo=true
# Your function, and the mean over all 2^6 = 64 thinned networks, each counted with its probability.
X, P = rng.normal(size=(4, 3)), 0.6
W1, b1, W2, b2 = rng.normal(size=(3, 6)), rng.normal(size=6), rng.normal(size=(6, 2)), rng.normal(size=2)
masks, shares = all_masks(6, P)
H = np.maximum(X @ W1 + b1, 0)
mean = sum(share * (H * mask @ W2 + b2) for mask, share in zip(masks, shares, strict=True))
with once_written():
    single = expected_forward(X, W1, b1, W2, b2, P)
    print(f"largest difference: {np.abs(single - mean).max():.0e}   the same, but for rounding: {np.allclose(single, mean)}")

# %% [markdown] slide="slide"
# ### 3.1 See it, mask by mask
#
# A small network and one example. A crossed node is deleted; click a node (or press Enter on it) to delete it or bring it back.
# *Step* draws a mask, *Play* one after another; the curve is the mean output over all masks so far. The dashed line is what the expected
# weights give, the dotted one the exact mean over all 32 masks. Drag $P$: the random numbers stay, and nodes are deleted or come back.
#
# **Before you touch it:** at which $P$ do the outputs of single masks vary most? After about how many masks is the mean within
# 0.1 of the dashed line, 10 or 1,000? And how many does it take at $P = 1$?
#
# Then tick *sigmoid on the output*, draw 1,000 masks again, and look at the two lines. What has changed?

# %% [markdown] deck="slide"
# ## Mask by mask
#
# A small network with 5 hidden nodes, one example, and masks drawn at random.
#
# - At which $P$ do the outputs **vary most**?
# - After how many masks is their mean near that of the expected weights: **10, or 1,000?**
#
# Note: Two votes. Near means within 0.1. Many say that a small P varies most, as most is deleted; ask them what the outputs are at P = 0.

# %% [markdown] deck="slide"
# ## Masks, and their mean
#
# Note: Draw single masks first, and click a node to delete it. At one half the outputs vary most, 10 masks are often too few, and at P =
# 1 one is enough. Then ask what will change with a sigmoid on the output, tick it, and draw 1,000: the two lines part. Do not explain it
# yet.

# %% demo=true slide="fragment" deck="show"
from course.widgets import DropoutNetwork

small = {
    "x": [1.0, -0.5, 0.75], "W1": [[1.0, -0.5, 0.5, 1.5, 0.25], [0.5, -1.0, -0.5, 0.5, 1.0], [0.5, 1.5, 1.0, -0.5, 1.0]],
    "b1": [0.25, 0.5, 0.0, 0.25, 0.5], "W2": [[1.5], [-1.0], [2.0], [1.0], [-1.5]], "b2": [0.5],
}  # fmt: skip
DropoutNetwork(**small, keep_prob=0.5)

# %% [markdown]
# The outputs vary most at $P = 0.5$. There the mean of 10 masks is often further than 0.1 from the line; with 1,000 it is usually nearer.
# At $P = 1$ one mask is enough. With the sigmoid the two lines part: the mean over masks lies below what the expected weights give.
# Section 4 says why.

# %% [markdown] slide="slide"
# ## 4. Where the expected weights are not the expectation
#
# In section 3 we exchanged the mean and a *sum*. With a non-linear function $g$ we may not: in general
#
# $$\mathbb E[g(z)] \neq g(\mathbb E[z]).$$
#
# An example: $z = 0$ or $4$, with probability one half each, and $g(z) = z^2$. Then $g(\mathbb E[z]) = 2^2 = 4$, but $\mathbb
# E[g(z)] = (0 + 16)/2 = 8$.
#
# **Before you run the next cell:** it drops nodes of a layer of 20, and sends what is left through a linear layer and a sum with
# positive weights: first without, then with a ReLU between the two. For each, does the mean over random masks settle on the output
# of the expected weights? If not, is it above or below? (ReLU is *convex*: it bends upwards, as $z^2$ does.)

# %% [markdown] deck="slide"
# ## Mean first, or function first?
#
# $z = 0$ or $4$, each with probability one half, and $g(z) = z^2$.
#
# $$g(\mathbb E[z]) = \;? \qquad \mathbb E[g(z)] = \;?$$
#
# And with a ReLU after the dropout: is the mean over masks above the expected weights' output, or below?
#
# Note: The first line is quick: 4 and 8. For the second, draw the ReLU and a chord above its kink, and let them vote: above, below,
# equal. Remind them that for a sum the order did not matter, and that so far we had only sums.

# %% [markdown] deck="slide"
# ## Exact for sums, too low behind a ReLU
#
# Note: Left, without a ReLU, the mean over masks settles on the line of the expected weights. Right, with it, the mean stays above: a
# function that bends upwards. So expected weights are exact if all that follows is linear, and otherwise an approximation. Ask: why does
# everybody use them all the same? One forward pass in place of thousands.

# %% demo=true slide="fragment" deck="show"
deep = np.random.default_rng(3)
h = np.maximum(deep.normal(size=20), 0)  # the activations of one example, 20 hidden nodes
W, w = deep.normal(size=(20, 15)) / 3, np.abs(deep.normal(size=15)) / 3  # the layer after the dropout, and the weights of a sum


def outputs(factors):
    """What comes out when h is multiplied by factors, (..., 20): without and with a ReLU in between."""
    z = (factors * h) @ W
    return {"a linear layer and a sum": z @ w, "a linear layer, ReLU, and a sum": np.maximum(z, 0) @ w}


by_expected = outputs(np.full(20, 0.5))
by_masks = outputs(deep.random((10_000, 20)) < 0.5)
plots.running_mean({f"after dropout: {name}": (by_masks[name], by_expected[name]) for name in by_masks}, ylabel="output")

# %% [markdown]
# The blue band is a 95 % interval for the mean over all masks. On the left it closes around the line; on the right the mean settles above
# the line. Is that chance? A 95 % interval misses about once in 20 times, even if the line is right. So we repeat the experiment.
#
# **Before you run the next cell:** it makes 20 such intervals, with new masks. In how many will the line lie inside, on the left, and
# on the right?

# %% demo=true slide="fragment"
for name, values in outputs(deep.random((20, 5000, 20)) < 0.5).items():
    means, halves = values.mean(axis=1), 1.96 * values.std(axis=1) / np.sqrt(5000)
    inside = np.abs(means - by_expected[name]) < halves
    print(f"{name}: inside in {inside.sum()} of 20;  mean over masks {means.mean():.3f}, expected weights {by_expected[name]:.3f}")

# %% [markdown]
# On the left we expect about 19 (one or two fewer is chance); on the right the line is inside none. Expected weights are exact if
# everything after the dropout is linear, and otherwise an approximation. For a function that bends upwards they are too low (*Jensen's
# inequality*), for one that bends downwards too high. (The sigmoid bends downwards where $z > 0$, and in section 3.1 $z$ was mostly
# positive.) But they cost one forward pass, and the mean costs thousands.

# %% [markdown] slide="slide"
# ### 4.1 An ensemble, all of it
#
# A hidden layer of 3 nodes has $2^3 = 8$ thinned networks, and each further node doubles their number. Dropout trains them all
# together: an *ensemble*, or committee, whose members share their weights. That is the second reason why dropout may help: a committee
# can be better than its average member. At test time one network with expected weights stands for the committee. With 10 nodes we can
# test this: we ask all 1,024 members.
#
# The task is `two_moons`, points on two interleaved arcs. Your own code trains the network: the masks of this unit, the layers of
# unit 05, and the start, batches and steps of unit 06. What is new in the loop is the mask: drawn once for each batch, and used on the
# way forward and on the way back.

# %% demo=true
from course.data import two_moons

moons, fresh = two_moons(200, 0.25, np.random.default_rng(0)), two_moons(1000, 0.25, np.random.default_rng(1))

parts = mine("linear_forward", "linear_backward", "relu_backward", "softmax_cross_entropy", "initialise", "minibatches", "sgd_step")
linear_forward, linear_backward, relu_backward, softmax_cross_entropy, initialise, minibatches, sgd_step = parts


def gradients_with(mask, X, labels, W1, b1, W2, b2):
    """dW1, db1, dW2, db2 of linear, ReLU, dropout in the notes' form, linear, softmax cross-entropy."""
    Z = np.asarray(linear_forward(X, W1, b1))
    dropped = dropout_forward(np.maximum(Z, 0), mask)
    _, dZ2 = softmax_cross_entropy(linear_forward(dropped, W2, b2), labels)
    dH_dropped, dW2, db2 = linear_backward(dZ2, dropped, W2)
    _, dW1, db1 = linear_backward(relu_backward(dropout_backward(dH_dropped, mask), Z), X, W1)
    return dW1, db1, dW2, db2


def trained(examples, sizes, keep_prob, seed, epochs=30):
    """W1, b1, W2, b2 after training. The start is the same for every keep_prob, and the masks have a generator of their own."""
    theta = initialise(sizes, np.random.default_rng([seed, 0]))
    velocity = [np.zeros_like(w) for w in theta]
    masks, order = np.random.default_rng([seed, 1]), np.random.default_rng([seed, 2])
    for _ in range(epochs):
        for batch in minibatches(len(examples.X), 50, order):
            mask = dropout_mask((len(batch), sizes[1]), keep_prob, masks)
            gradients = gradients_with(mask, examples.X[batch], examples.y[batch], *theta)
            steps = [sgd_step(w, np.asarray(dw), m, 0.15, 0.9) for w, dw, m in zip(theta, gradients, velocity, strict=True)]
            theta, velocity = zip(*steps, strict=True)
    return theta


committee = initialise((2, 10, 2), np.random.default_rng(0))
with once_written():
    committee = trained(moons, (2, 10, 2), 0.7, seed=1, epochs=150)
    share = np.mean(np.argmax(expected_forward(fresh.X, *committee, 0.7), axis=1) == fresh.y)
    print("trained with", ", ".join(whose(tool) for tool in (dropout_mask, dropout_forward, dropout_backward, *parts)))
    print(f"with expected weights {share:.1%} of 1,000 fresh points are right")

# %% [markdown] slide="subslide"
# **Before you run the next cell:** it computes the accuracy on 1,000 fresh points of each of the 1,024 members, of the *committee* (the
# mean of the members' probabilities, each counted with the probability of its mask), and of the single network with expected weights.
# One member has no hidden node at all: what is its accuracy? Will the committee be better than the average member? And how
# near to the committee is the single network?


# %% [markdown] deck="slide"
# ## A committee of 1,024
#
# 10 hidden nodes make $2^{10}$ thinned networks, trained together. We ask **all of them**.
#
# - How good is the member with **no** hidden node?
# - Is the committee better than its **average** member?
# - How near to it is the **single** network with expected weights?
#
# Note: The task is two moons, two classes, equally many points. Take a guess for each, in percent. The committee's answer is the mean of
# its members' probabilities, each counted with the probability of its mask.

# %% [markdown] deck="slide"
# ## Who speaks for the committee?
#
# Note: The member without hidden nodes is right on one half. On this seed the committee is better than its average member, though some
# members are better still; and the single network gives nearly the same answers, at a thousandth of the cost. Ask: must a committee
# always win? Not in accuracy.


# %% demo=true slide="fragment" deck="show"
def probabilities(z):
    """Softmax of each row."""
    e = np.exp(z - np.max(z, axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


W1, b1, W2, b2 = committee
H = np.maximum(fresh.X @ W1 + b1, 0)
masks, shares = all_masks(10, 0.7)
members = [probabilities((H * mask) @ W2 + b2) for mask in masks]
votes = sum(share * p for share, p in zip(shares, members, strict=True))
accuracy = np.array([(p.argmax(axis=1) == fresh.y).mean() for p in members])
with once_written():
    single = probabilities(expected_forward(fresh.X, *committee, 0.7))
    print(f"committee and single network agree on {np.mean(votes.argmax(1) == single.argmax(1)):.1%} of the points;", end=" ")
    print(f"their probabilities differ by {np.abs(votes - single).mean():.3f} on average")
    of_committee, of_single = ((p.argmax(axis=1) == fresh.y).mean() for p in (votes, single))
    print(f"the member without hidden nodes is right on {accuracy[0]:.1%};", end=" ")
    print(f"a member drawn at random is better than the committee with probability {shares @ (accuracy > of_committee):.2f}")
    lines = {"mean member": shares @ accuracy, "committee": of_committee, "single network": of_single}
    title = "1,024 thinned networks, and who speaks for them"
    display(plots.subnetworks(accuracy, shares, lines, xlabel="accuracy on fresh points", title=title))

# %% [markdown]
# The member without hidden nodes gives every point the same class, and is right on one half. On this seed the committee is better than the
# average member (some members are better still), and the single network gives nearly the same answers as the committee, at a
# thousandth of the cost.

# %% [markdown] folded=true
# ### Optional: the loss of a committee (3 minutes; needs Jensen's inequality)
#
# Must a committee be better than its average member? Not in accuracy. But its loss is never larger than the mean loss of its members:
# $-\log$ bends upwards, so for every example minus the logarithm of the mean probability is at most the mean of minus the logarithms.
# This says nothing about the single network.
#
# **Before you run the next cell:** order the three losses: the mean of the members, the committee, the single network.

# %% demo=true
rows = np.arange(len(fresh.y))
of_members = sum(share * -np.log(p[rows, fresh.y]).mean() for share, p in zip(shares, members, strict=True))
with once_written():
    single = probabilities(expected_forward(fresh.X, *committee, 0.7))
    print(f"loss on fresh points: mean of the members {of_members:.3f}, of the committee {-np.log(votes[rows, fresh.y]).mean():.3f}")
    print(f"and of the single network {-np.log(single[rows, fresh.y]).mean():.3f}")
    print(f"largest probability, on average: committee {votes.max(axis=1).mean():.3f}, single network {single.max(axis=1).mean():.3f}")

# %% [markdown]
# The committee's loss is below the mean of its members, as it must be. On this seed the single network's is smaller still: it is surer
# than the committee (its largest probability is larger), and it is mostly right.

# %% [markdown] folded=true
# ### Optional: one mean that *is* exact (4 minutes)
#
# After softmax the arithmetic mean of the members' probabilities $p_c$ is not what the single network gives. Their **geometric**
# mean is: take the mean of $\log p_c$ over all masks, undo the logarithm, and divide so that the classes add up to 1. The
# reason: $\log p_c$ is $z_c$ minus the logarithm of the sum over all classes. That sum is the same for all $c$, so it drops out
# when we divide. What remains is $e^{\mathbb E[z_c]}$, and $\mathbb E[z_c]$ is exactly what the expected weights give.
#
# **Before you run the next cell:** would this still be exact with a second hidden layer with ReLU after the dropout?

# %% demo=true slide="fragment"
logarithms = sum(share * np.log(p) for share, p in zip(shares, members, strict=True))
geometric = probabilities(logarithms)  # exp, and divided so that each row adds up to 1
with once_written():
    single = probabilities(expected_forward(fresh.X, *committee, 0.7))
    largest, same = np.abs(geometric - single).max(), np.allclose(geometric, single)
    print(f"geometric mean and single network differ by {largest:.0e} at most   the same, but for rounding: {same}")

# %% [markdown]
# Here the geometric mean is exact. With a second ReLU layer after the dropout it would not be: the logits $z_c$ would no longer be linear
# in the mask, and their mean no longer what the expected weights give. In deep networks the expected weights are an approximation.

# %% [markdown] slide="slide"
# ## A written question (4 points, marked by hand; 12 minutes)
#
# A classmate reads the notes too quickly. In her program: (a) the mask is also drawn at test time, "so that training and test are
# alike"; (b) in training she multiplies the nodes kept by $P$, "because they are expected weights", and at test time she
# multiplies by $P$, too.
#
# 1. Derive the mean over masks of what a node sends to the next layer in training, for her (b) and for the notes' form.
# 2. Suppose (a) is mended: no mask at test time. By which factor does what her node sends at test time differ from its mean in her
#    own training? Which repair is the least work?
# 3. What is wrong with (a): what would two users of her program see? Name a good reason to do it all the same.

# %% [markdown] written=4
# **Model answer.**
#
# 1. The notes: $\mathbb E[M_i h_i] = P h_i$. Hers: $\mathbb E[M_i P h_i] = P^2 h_i$.
# 2. At test time she sends $P h_i$, which is $1/P$ times the mean $P^2 h_i$ of her training: too large. Least work: leave out the factor
#    in training (then both are $P h_i$). Dividing by $P$ in training, with no factor at test time, is right as well (both $h_i$).
# 3. The output is random: two users, or one user twice, get different answers for one input, and each is that of one thinned network,
#    noisier than their mean. A good reason: many masks show how sure the network is (their spread), or their mean is wanted itself,
#    which the expected weights only approximate if non-linear layers follow.
#
# **Rubric.** Half points where the idea is right and the reason is missing. Any notation will do.
#
# - 1: both expectations, with $\mathbb E[M] = P$ as the reason.
# - 1: the factor $1/P$, in the right direction.
# - 1: a repair that makes training and test agree.
# - 1: the answers are random, *and* a sensible use of that.

# %% [markdown] deck="slide"
# ## Pay in training
#
# | form | mean that is sent, in both |
# |---|---|
# | the notes' | $P H$: scale at **test** time |
# | inverted | $H$: scale in **training** |
#
# $P = 0.8$ and $h_i = 2$. With which value must the inverted form send a kept node, so that the **mean stays 2**?
#
# Note: Nearly all libraries have the inverted form: whoever uses the network need not know P. Give them half a minute; the usual slip is
# 1.6, a step in the wrong direction. It is 2.5, with probability 0.8. They write both forms in the notebook.

# %% [markdown] slide="slide"
# ## 5. Inverted dropout: pay in training
#
# The notes' form scales at test time, so whoever uses the network must know $P$. Almost every library does it the other way round:
# it divides by $P$ **in training**, and changes nothing at test time.
#
# $$\tilde H_{ni} = \frac{M_{ni}}{P}\,H_{ni} \qquad\Rightarrow\qquad \mathbb E[\tilde H_{ni}] = \frac{P}{P} H_{ni} = H_{ni}.$$
#
# | form | in training | at test time | mean that is sent, in both |
# |---|---|---|---|
# | the notes' | $M * H$ | weights times $P$ | $P H$ |
# | inverted | $M * H / P$ | nothing | $H$ |
#
# **Before you write it:** $P = 0.8$ and $h_i = 2$. Which two values can $\tilde h_i$ take? Check that their mean, each with its
# probability, is 2.

# %% [markdown]
# **Your turn (answer 5; 8 minutes; ★★).** In training: draw, delete, scale. Do not call your other answers, and leave
# `H` unchanged.
#
# <details><summary>Hint 1: which factor</summary>
#
# Of ten nodes $10\,P$ are left, on average. To make the sum as large as before, must each grow or shrink, and by how much?
#
# </details>
# <details><summary>Hint 2: is the factor random?</summary>
#
# No. It is the same constant for all nodes that are kept, whatever the mask is: with `mask.mean()` in its place, the factor would
# depend on the mask, and the two would no longer be independent.
#
# </details>
# <details><summary>Hint 3: a worked example</summary>
#
# Another mean that stays the same: a shop gives away one bottle in four, and wants to earn as much as before. Three of four are
# paid for, so each has to cost $1/(3/4) = 4/3$ of its old price. If that was 6, the new one is 8, paid with probability 3/4: the mean is 6.
#
# </details>


# %% exercise="inverted_dropout" slide="skip"


# %% demo=true
# Is the mean H? 20,000 draws for one row. The last line: how far each mean is from H, in standard errors (by chance up to 2 or 3).
row = np.array([2.0, -1.0, 0.5, 3.0])
with once_written():
    results = inverted_dropout(np.tile(row, (20_000, 1)), 0.8, np.random.default_rng(1))
    error = results.std(axis=0) / np.sqrt(len(results))
    print("H:   ", row, "\nmean:", results.mean(axis=0).round(3), "\nin standard errors:", ((results.mean(axis=0) - row) / error).round(1))

# %% [markdown] slide="subslide"
# With $P = 0.8$ and $h_i = 2$, the next layer receives 2.5 with probability 0.8 and 0 with probability 0.2: the mean is 2.
#
# **The two forms agree.** Take a network in the notes' form with outgoing weights $W_2$, and one in inverted form with weights
# $P\,W_2$. In training the first gives $(M * H) W_2$ and the second $(M * H / P)(P W_2)$, the same. At test time both use $P\,W_2$.
#
# **Before you run the next cell:** the outputs agree; do they still agree after one step of gradient descent with the same learning rate?
# (By which factor do the gradients of the two forms' weights differ? And if $W_2$ moves by 1, by how much must $P\,W_2$ move?)

# %% demo=true
X, P = rng.normal(size=(4, 3)), 0.6
W1, W2, upstream = rng.normal(size=(3, 6)), rng.normal(size=(6, 2)), rng.normal(size=(4, 2))
H, mask = np.maximum(X @ W1, 0), rng.random((4, 6)) < P
V2 = P * W2  # the weights of the inverted form
forms = {"training": ((H * mask) @ W2, (H * mask / P) @ V2), "test": (P * H @ W2, H @ V2)}
for when, (notes, inverted) in forms.items():
    print(f"{when}: the outputs agree:", np.allclose(notes, inverted))
dW2, dV2 = (H * mask).T @ upstream, (H * mask / P).T @ upstream
print("dV2 is dW2 / P:", np.allclose(dV2, dW2 / P))
for what, rate in {"the same rate": 0.1, "P² times the rate": P**2 * 0.1}.items():
    print(f"after a step of the inverted form with {what}, they agree:", np.allclose(P * (W2 - 0.1 * dW2), V2 - rate * dV2))

# %% [markdown]
# No. The inverted form's gradient is $1/P$ times as large. But where $W_2$ moves by 1, $P\,W_2$ must move by $P$ only: the gradient would
# have to be $P$ times as large. So the inverted form needs a learning rate $P^2$ times as large for these weights: a rate that works for
# one form need not work for the other.

# %% [markdown] slide="slide"
# ## 6. Find the mistake
#
# A classmate has written a whole hidden layer for training: linear, ReLU, inverted dropout, and the way back. It runs, the shapes
# are right, and the loss even goes down, slowly.


# %% demo=true
def classmates_layer(upstream, X, W, b, keep_prob, rng):
    """Output H and gradients dX, dW, db of a hidden layer with inverted dropout. Something is wrong."""
    Z = X @ W + b
    kept = rng.random(Z.shape) < keep_prob
    H = np.maximum(Z, 0) * kept / keep_prob

    kept = rng.random(Z.shape) < keep_prob
    dZ = upstream * kept * (Z > 0)
    return H, dZ @ W.T, X.T @ dZ, dZ.sum(axis=0)


# %% [markdown] slide="subslide"
# How do you test the gradient of a random function? **You repeat the random numbers**: every call gets a generator of the same seed.
# Then the function is as fixed as any other, and finite differences apply.
#
# **Before you run the next cell:** the left map is the classmate's `dW`, with a column for each of four nodes. As it happens, node 3
# was kept for all three examples, in both of her masks. Will its column be right?

# %% demo=true slide="fragment"
case = np.random.default_rng(8)
X, W, b, upstream = case.normal(size=(3, 5)), case.normal(size=(5, 4)), 0.5 * np.ones(4), case.normal(size=(3, 4))


def loss_of(layer, W):
    """A scalar whose gradient with respect to the layer is upstream, with the same mask at every call."""
    return (upstream * layer(upstream, X, W, b, 0.7, np.random.default_rng(4))[0]).sum()


truth = numerical_gradient(lambda W: loss_of(classmates_layer, W), W)
suspect = classmates_layer(upstream, X, W, b, 0.7, np.random.default_rng(4))[2]
print("column 3, hers over the right one:", (suspect[:, 3] / truth[:, 3]).round(6))
plots.compare_gradients(suspect, truth)

# %% [markdown]
# Column 3 is wrong by the same factor everywhere, 0.7, and that is $P$. Column 1 is zero and should not be; columns 0 and 2 should be zero,
# and are not. Remember the habit of unit 05: look *where* a gradient is wrong, not only how much.

# %% [markdown] slide="skip"
# **Your turn (answer 6; 12 minutes; ★★★).** There are two mistakes, both on the way back. Write the layer as it should be. Each of the
# four results earns its own point.
#
# <details><summary>Hint 1: which network made the loss?</summary>
#
# The one whose nodes were deleted on the way forward. How many masks does one step of training have?
#
# </details>
# <details><summary>Hint 2: the slope</summary>
#
# $H$ is ReLU times something. Write that something down as one array, before you use it twice: section 2 says what to do with it on
# the way back.
#
# </details>
# <details><summary>Hint 3: a worked example</summary>
#
# Another layer with a random factor that is drawn once: $H = F * Z^2$ with $Z = XW$. With $F = (3, 0)$ and $Z = (1, 5)$, $H = (3, 0)$.
# The slope $\partial H/\partial Z$ is $F * 2Z = (6, 0)$, with the same $F$, so `dZ = upstream * F * 2 * Z`, and `dW = X.T @ dZ`.
#
# </details>


# %% exercise="dropout_layer" slide="skip"


# %% demo=true
with once_written():
    yours = dropout_layer(upstream, X, W, b, 0.7, np.random.default_rng(4))[2]
    nudged = numerical_gradient(lambda W: loss_of(dropout_layer, W), W)
    print("your dW is the nudge's, with the same random numbers:", np.allclose(yours, nudged))

# %% [markdown]
# **Keep your work.** The next cell checks your answers once more, and writes those that pass into the file `my_network.py` beside this
# notebook. Later units load them from there. It prints what was kept, and what was not and why.

# %% demo=true
with once_written():
    keep(dropout_mask, dropout_forward, dropout_backward, expected_forward, inverted_dropout, dropout_layer)

# %% [markdown] slide="slide"
# ## 7. Does it help? Measure it, in pairs
#
# One run with dropout and one without prove nothing: both depend on the seed. So we run **pairs**: the same data, the same start,
# the same batches, once with $P = 0.5$ and once with $P = 1$, and look at the *difference* in accuracy on examples not seen in
# training. Twenty pairs give a mean and an interval. The code of section 4.1 trains, so much of it is yours.
#
# - **Noisy digits**: 300 handwritten digits to train on; a fifth of their labels are replaced by random ones, which can only be learnt
#   by heart. The test labels are right.
# - **Clean digits**: the same with the right labels.
# - **Two moons**: 100 points and only 8 hidden nodes.
#
# **Before you run the next cell:** for each of the three, will dropout help, harm, or make no difference? (The cell trains 120 networks:
# up to half a minute.)

# %% demo=true
from course.data import Examples, digits

images, labels = (np.concatenate(arrays) for arrays in zip(*digits(np.random.default_rng(0)), strict=True))  # all 1,797, read once


def digits_with(noise, seed):
    """300 digits to train on, a share `noise` of their labels drawn anew, and all other digits to test."""
    rng = np.random.default_rng([seed, 3])
    order = rng.permutation(len(labels))
    seen = labels[order[:300]].copy()
    seen[: round(300 * noise)] = rng.integers(10, size=round(300 * noise))
    return Examples(images[order[:300]], seen), Examples(images[order[300:]], labels[order[300:]])


tasks = {  # the examples of a seed, and the sizes of the network
    "noisy digits, 64 hidden": (lambda seed: digits_with(0.2, seed), (64, 64, 10)),
    "clean digits, 64 hidden": (lambda seed: digits_with(0.0, seed), (64, 64, 10)),
    "two moons, 8 hidden": (lambda seed: (two_moons(100, 0.25, np.random.default_rng([seed, 3])), fresh), (2, 8, 2)),
}


def accuracies(examples, test, sizes, seed):
    """Accuracy in percent for P = 1 and for P = 0.5, on the test examples and on those trained on: [[test, seen], [test, seen]]."""
    pair = []
    for keep_prob in (1.0, 0.5):
        theta = trained(examples, sizes, keep_prob, seed)
        answers = [np.argmax(expected_forward(part.X, *theta, keep_prob), axis=1) for part in (test, examples)]
        pair.append([100 * np.mean(answers[0] == test.y), 100 * np.mean(answers[1] == examples.y)])
    return pair


results = {}
with once_written():
    for name, (draw, sizes) in tasks.items():
        results[name] = np.array([accuracies(*draw(seed), sizes, seed) for seed in range(20)])

# %% [markdown] deck="slide"
# ## Does it help?
#
# $P = 0.5$ against no dropout, 20 pairs each:
#
# - **noisy digits:** a fifth of the labels at random
# - **clean digits**
# - **two moons,** with only 8 hidden nodes
#
# Help, harm, or no difference?
#
# Note: As in unit 07, three words on paper, then hands. Same data, same start, same batches in each pair. Ask those who remember the
# penalty whether they expect the same three answers.

# %% [markdown] deck="slide"
# ## Where there was nonsense to learn
#
# Note: On noisy labels it helps in every pair. On clean digits no difference can be seen: the interval contains 0. On the moons the small
# network does not overfit, so there is nothing to mend, and dropout costs accuracy. Ask: what would you look at before you use dropout?
# The training accuracy beside the other one.

# %% demo=true slide="fragment" deck="show"
for name, runs in results.items():
    (test, seen), (test_dropped, seen_dropped) = runs.mean(axis=0)
    print(f"{name:24} test {test:.1f} % without, {test_dropped:.1f} % with dropout;", end=" ")
    print(f"on its own training examples {seen:.1f} % without, {seen_dropped:.1f} % with")
if results:
    print("ran with", ", ".join(whose(tool) for tool in (dropout_mask, expected_forward, *parts)))
    gains = {name: runs[:, 1, 0] - runs[:, 0, 0] for name, runs in results.items()}
    display(plots.paired_gains(gains, xlabel="gain in test accuracy through dropout, percentage points"))

# %% [markdown]
# **Compare with the training accuracy.** Of the 300 noisy labels about 82 % are right (one in ten of those drawn anew is right by luck).
# The plain network agrees with more of them: it has learnt wrong labels by heart. With dropout it does so much less, and its test
# accuracy is higher in every pair. On clean digits no difference can be seen: the interval contains zero. On two moons the plain network
# is no better on its training points than on fresh ones, so there is no overfitting to mend, and dropout *costs* accuracy.
#
# So dropout can help a network that overfits, and harm one that does not. Choose $P$ on validation data, as unit 07 chose
# $\lambda$.
#
# **Try it:** 64 hidden nodes on the moons; $P = 0.8$; 10 epochs in place of 30 (`epochs` in `trained`).

# %% [markdown] folded=true
# ### Optional: change P while it trains (3 minutes)
#
# A network with 64 hidden nodes learns 60 noisy points. Let it play to about epoch 200 with $P = 1$, and pause. Then set $P$ to 0.5, and
# let it go on for some 40 epochs. The losses are those of the whole network, without masks.
#
# **Before you press Play:** what will each of the two losses do in the first ten epochs with dropout, and after that?

# %% [markdown] deck="slide"
# ## Dropout that comes late
#
# Note: Play to about epoch 200 with all nodes kept, and pause: it has learnt its 60 points by heart, and the validation loss has more than
# doubled. Set P to one half, and ask before you play on: up or down, for each of the two losses? The training loss jumps up, and stays
# higher; the validation loss falls within some 40 epochs. No masks are drawn when losses are measured, so the jump is not their noise: the
# nodes relied on one another.

# %% demo=true slide="fragment" deck="show"
from course.widgets import Playground

Playground(**Playground.presets["overfitting"])

# %% [markdown]
# The training loss jumps, from 0.22 to 0.35 within ten epochs, and stays higher: nodes that relied on one another have to learn anew. The
# validation loss falls from 0.58 to about 0.33 within forty. (Its lowest was 0.27, near epoch 65.)

# %% [markdown] deck="slide"
# ## What to take home
#
# - **One mask:** the way back uses the mask of the way forward.
# - **Expected weights:** one pass for all masks, exact where all that follows is linear.
# - **It helps a network that overfits,** and can harm one that does not.
#
# Note: Ask for the two reasons why it may help: no node can rely on another one, and a committee can be better than its average member.
# In the notebook they write both forms and the way back, two hours. A last question for the way home: how do you test the gradient of a
# function that draws random numbers?

# %% [markdown] slide="slide"
# ## Summary
#
# | | the notes' form | inverted dropout |
# |---|---|---|
# | training | delete | delete, and scale up what is left |
# | the way back | the same mask | the same mask and the same factor |
# | test | the whole network, outgoing weights times $P$ | the whole network, as it is |
#
# - **One mask.** It is drawn once for each step, with an entry for each node of each example, and the way back uses the same mask.
# - **Expected weights** give the exact mean after a linear layer; after a non-linear one they approximate it.
# - **An ensemble** of all thinned networks, which share their weights, is trained; one network stands for it.
# - **It helps** where a network learns wrong labels by heart, and can harm where the network is small.
#
# **If you remember one thing:** the way back uses the mask of the way forward.
#
# The next unit, 09, has the third remedy of the notes: early stopping.

# %% [markdown] slide="skip"
# ## Further reading
#
# - The lecture notes, *Regularization in NN*, ii) Drop out regularization.
# - N. Srivastava, G. Hinton, A. Krizhevsky, I. Sutskever and R. Salakhutdinov, ["Dropout: a simple way to prevent neural networks from
#   overfitting"](https://jmlr.org/papers/v15/srivastava14a.html), *Journal of Machine Learning Research* 15 (2014), 1929-1958: the
#   source, in the notes' form.
# - P. Baldi and P. Sadowski, "Understanding dropout", *Advances in Neural Information Processing Systems* 26 (2013): how near the
#   expected weights come to the ensemble, and the geometric mean.
# - I. Goodfellow, Y. Bengio and A. Courville, *Deep Learning*, MIT Press 2016, [section
#   7.12](https://www.deeplearningbook.org/contents/regularization.html), on dropout as bagging, that is, as an ensemble.
# - Stanford CS231n, [Regularization](https://cs231n.github.io/neural-networks-2/#reg), for inverted dropout in code.
# - Y. Gal and Z. Ghahramani, "Dropout as a Bayesian approximation", *International Conference on Machine Learning* (2016): masks at
#   test time, to see how sure a network is.
