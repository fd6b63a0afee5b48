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
# # Unit 05: Backpropagation in vector form
#
# In units 03 and 04 you computed gradients number by number. The lecture notes go on: *"Typically these derivatives are more efficient to
# compute in vector form."* In this unit a node is a whole array, and a sum over nodes becomes one matrix product. At the end you have all
# gradients of a network in a dozen lines, and they teach it to read handwritten digits.
#
# **At the end you can**
# - say which sum a matrix product in a backward pass stands for,
# - write the backward pass of a linear layer, of an activation, and of softmax with cross-entropy,
# - join them into the gradients of a two-layer network,
# - test the gradient of an array, and read from *where* it is wrong what went wrong.
#
# | time | difficulty | what to know before |
# |---|---|---|
# | 110 minutes, and 35 for what is optional | medium | unit 01 (layers), unit 02 (cross-entropy, nudging), unit 03 (the rule) |
#
# **How marks work.** Under each answer stands a cell with `check(...)`. It judges as your instructor's computer does, with other numbers.
# Run it as often as you like: runs are not counted, and it says what is wrong. Work from top to bottom: *Run All Cells* stops at the first
# answer that is not right yet, also at one you left out. When you come back to a section, run its cells again from its heading on: names
# such as `x` are used twice.

# %%
import numpy as np

from course import check

# %% [markdown]
# `mine(...)` in the next cell fetches what you kept in earlier units. Where something is missing there, the course's own version steps
# in, and a line says so.

# %% demo=true
# Cells that draw, time or compare are for looking, not for marks: change and break them at will.
from course import data, keep, mine, once_written, plots, whose

softmax, cross_entropy, numerical_gradient, Node = mine("softmax", "cross_entropy", "numerical_gradient", "Node")


def by_nudging(f, x):
    """Gradient of f at x by central differences, as in unit 02."""
    return numerical_gradient(f, x, 1e-5)


print(f"Gradients by nudging come from {whose(numerical_gradient)}.")

# %% [markdown] deck="slide"
# ## One rule, how many sums?
#
# $$\frac{\partial \ell}{\partial u} \;=\; \sum_{v \,\in\, \Gamma(u)} \frac{\partial \ell}{\partial v}\cdot\frac{\partial v}{\partial u}$$
#
# A small network for digits has 1,210 parameters, and we have 600 images.
#
# Who wants to write a loop for all of these sums?
#
# Note: Recall units 03 and 04: the rule was right, and our code took one number at a time. Today the rule stays, word for word, and the
# loops go: a sum over nodes becomes one matrix product. Ask: what do you know from unit 01 that adds up products for a whole layer at
# once?

# %% [markdown] deck="slide"
# ## From numbers to arrays
#
# $$Z = X W + b$$
#
# - `X`: an **example** in each row, (N, in)
# - `W`: an **output node** in each column, (in, out)
# - `upstream`: $\partial\ell/\partial Z$, which comes back from the loss
#
# **A gradient has the same shape as the array it belongs to.**
#
# Note: Say that our W is the transpose of the notes' table: w_ij is W[j, i]. Say also that the loss is a mean over the batch, and its 1/N
# is inside upstream already. Ask: a layer has 3 inputs and 2 outputs, and the batch 6 examples. Which shapes do dX, dW and db have? Let
# them answer in a chorus.

# %% [markdown] slide="slide"
# ## 1. One rule, and the names of things
#
# Everything here is the rule of units 03 and 04. For every node $u$ but the loss $\ell$ itself,
#
# $$\frac{\partial \ell}{\partial u} \;=\; \sum_{v \,\in\, \Gamma(u)} \frac{\partial \ell}{\partial v}\cdot\frac{\partial v}{\partial u},
# \qquad\text{and at the start}\quad \frac{\partial\ell}{\partial\ell} = 1.$$
#
# $\Gamma(u)$ ("gamma of u") holds the nodes that use $u$ directly, and $\partial v/\partial u$ is the slope of one arrow. What is new is
# how we write it down: for all nodes of a layer, and for all examples of a batch, at once.

# %% [markdown] slide="subslide"
# ### From the notes' letters to arrays
#
# As in unit 01, $N$ examples stand in one array, **one example in each row**. A layer has `in` inputs and `out` outputs. The last two rows
# of the table are new.
#
# | the notes | here | shape | what it is |
# |---|---|---|---|
# | $x_j$ | `X[n, j]` | (N, in) | input $j$ of example $n$ |
# | $w_{ij}^{(k)}$, $i$ the output node, $j$ the input node | `W[j, i]` of layer $k$ | (in, out) | weight from input $j$ to output $i$ |
# | $b_i^{(k)}$ | `b[i]` | (out,) | bias of output $i$ |
# | $\sum_j w_{ij} x_j + b_i$ | `Z[n, i]` | (N, out) | what the activation gets |
# | $u_i = g(\ldots)$ | `H[n, i]` | (N, out) | the output of the activation |
# | $\partial\ell/\partial u$ | `dX`, `dW`, `db`, `dZ` | the shape of `X`, `W`, `b`, `Z` | the gradient of the loss |
# | $\partial\ell/\partial v$, known already | `upstream` | the shape of the layer's output | comes back from the loss |
#
# Our `W` is the **transpose** of the notes' table of weights: $w_{ij}$ is `W[j, i]`. And **the loss is a mean over the batch**: its factor
# $1/N$ is already inside `upstream` when it reaches us.
#
# **Before you run the next cell:** a layer has 3 inputs and 2 outputs. What shape does the notes' $w$ have, and what shape does `W` have?
# Where in `W` does `w[1, 2]` stand? (NumPy counts from 0.)

# %% demo=true
w = np.array([[0.5, -1.0, 2.0], [1.5, 0.0, -0.5]])  # the notes' w: row i is output node i, column j is input node j
x, b = np.array([1.0, 2.0, -1.0]), np.array([0.5, -1.0])
node_by_node = [sum(w[i, j] * x[j] for j in range(3)) + b[i] for i in range(2)]

W = w.T  # ours: row j is input node j, column i is output node i
print("shapes:", w.shape, "and", W.shape, "   w[1, 2] =", w[1, 2], "= W[2, 1] =", W[2, 1])
print("node by node:", np.array(node_by_node), "   in vector form:", x @ W + b)

# %% [markdown] slide="slide"
# ## 2. The rule, node by node
#
# (The notes' $w$ had the shape (2, 3), our `W` has (3, 2), and `w[1, 2]` stands at `W[2, 1]`.)
#
# First we use the rule for single numbers once more, on a network with two inputs, three hidden nodes $h_i = \tanh(z_i)$ and two outputs
# $o_c$. Each $z_i$ and each $o_c$ is a weighted sum plus a bias. The loss compares the outputs with targets: $\ell = \sum_c (o_c - y_c)^2$.
#
# **Before you run the next two cells:** which nodes use `h[1]`? How many terms does the rule add up for `h[1]`, and how many for `z[1]`?

# %% demo=true
x, y = np.array([1.0, -0.5]), np.array([1.0, 0.0])
W1, b1 = np.array([[0.5, 0.75, -1.0], [1.0, -0.5, 0.5]]), np.array([0.25, 0.0, 0.25])
W2, b2 = np.array([[1.0, -0.5], [0.5, 1.0], [-1.0, 0.25]]), np.array([0.0, -0.25])

z = x @ W1 + b1  # forward
h = np.tanh(z)
o = h @ W2 + b2
loss = ((o - y) ** 2).sum()

do = 2 * (o - y)  # backward, from the loss
dh = np.zeros(3)
for i in range(3):  # for every u = h[i] ...
    for c in range(2):  # ... over every v in Γ(u)
        dh[i] += do[c] * W2[i, c]  # ∂ℓ/∂v · ∂v/∂u
dz = dh * (1 - h**2)  # the slope of tanh is 1 - tanh²
dx = np.zeros(2)
for j in range(2):
    for i in range(3):
        dx[j] += dz[i] * W1[j, i]

print("∂ℓ/∂x by the rule:   ", dx.round(6))
print("∂ℓ/∂x by nudging x:  ", by_nudging(lambda x: ((np.tanh(x @ W1 + b1) @ W2 + b2 - y) ** 2).sum(), x).round(6))

# %% demo=true slide="fragment"
plots.network(
    layers={"x": x, "z": z, "h": h, "o": o, "ℓ": np.array([loss])},
    gradients={"x": dx, "z": dz, "h": dh, "o": do, "ℓ": np.ones(1)},
    links=["dense", "each", "dense", "dense"],
    focus=("h", 1),
    slopes=W2[1],
)

# %% [markdown]
# Both outputs use `h[1]`, so the rule adds up two terms, written out below the picture. `z[1]` is used by `h[1]` alone: one term. To see
# another node, change `focus` to `("x", 0)` and `slopes` to `W1[0]`: one slope for each arrow that leaves the node.

# %% [markdown] slide="slide"
# ## 3. The linear layer
#
# Now a whole batch: all rows of `X` go through the layer together, as in unit 01.
#
# **Your turn (answer 1; 4 minutes; ★).** Write the way forward.
#
# <details><summary>Hint 1: one example first</summary>
#
# The last line of the cell in section 1 does it for one example. What changes if `x` has several rows?
#
# </details>
# <details><summary>Hint 2: the shapes</summary>
#
# A product of (N, in) and (in, out) has the shape (N, out). NumPy adds an array of shape (out,) to every row of it.
#
# </details>
# <details><summary>Hint 3: a worked example</summary>
#
# Two examples, two inputs, one output: `X = [[1, 2], [3, 4]]`, `W = [[1], [10]]`, `b = [5]`. The first row of the result is
# $1\cdot 1 + 2\cdot 10 + 5 = 26$, the second is $3\cdot 1 + 4\cdot 10 + 5 = 48$.
#
# </details>


# %% exercise="linear_forward" slide="skip"


# %% [markdown] deck="slide"
# ## Four questions, for one input
#
# Let $u$ be $X_{nj}$.
#
# 1. **Who uses it?** Row $n$ of $Z$.
# 2. **With what slope?** $\partial Z_{ni}/\partial X_{nj} = W_{ji}$
# 3. **What does the rule say?** A sum over $i$: $\;\texttt{upstream[n, i]}\cdot W_{ji}$
# 4. **Which product is that?** The summed index stands *inside*.
#
# Note: Ask the four questions one by one, and let the room answer each before you go on; these four are all the unit needs. For the
# fourth, write F times G on the board: the index that is summed comes last in F, and first in G. In W it comes last, so W must be turned
# over.

# %% [markdown] slide="subslide"
# ### 3.1 The gradient of the inputs: a worked example
#
# From the loss we are given `upstream`, that is $\partial\ell/\partial Z$, of shape (N, out). Let $u$ be `X[n, j]`, input $j$ of
# example $n$. Four questions lead to its gradient.
#
# 1. **Who uses it?** All outputs of the same example: $\Gamma(X_{nj}) = \{Z_{n0}, Z_{n1}, \dots\}$, **row $n$ of $Z$**.
# 2. **With what slope?** In $Z_{ni} = X_{n0} W_{0i} + X_{n1} W_{1i} + \dots + b_i$ one term holds $X_{nj}$: it is $X_{nj} W_{ji}$. So
#    $\partial Z_{ni} / \partial X_{nj} = W_{ji}$.
# 3. **What does the rule give?**
#    $$\frac{\partial\ell}{\partial X_{nj}} = \sum_{i} \texttt{upstream[n, i]} \cdot W_{ji}.$$
# 4. **Which product is that?** In a matrix product, $(FG)_{nj} = \sum_i F_{ni} G_{ij}$, the summed index $i$ stands *inside*: last in the
#    left factor, first in the right one. In `upstream[n, i]` it is last, as it should be. In `W[j, i]` it is last as well, so we take the
#    transpose, where it is first: `W.T[i, j]`.
#
# $$\boxed{\;\texttt{dX = upstream @ W.T}\;}$$

# %% demo=true
rng = np.random.default_rng(5)
X, W = rng.integers(-4, 5, size=(6, 3)) / 2, rng.integers(-4, 5, size=(3, 2)) / 2  # N = 6, in = 3, out = 2
b, upstream = np.array([0.5, -1.0]), rng.integers(-4, 5, size=(6, 2)) / 2
print("first row of upstream:", upstream[0], "   first row of W:", W[0])

# %% [markdown]
# **Before you run the next cell:** it computes the 18 numbers of `dX` in two ways. Work out the upper left one by hand, from the two rows
# above. (The first row of `W` is the first column of `W.T`.)


# %% [markdown] deck="slide"
# ## One entry by hand
#
# ```python
# dX = upstream @ W.T
# ```
#
# - first row of `upstream`: $(-1,\; -0.5)$
# - first row of `W`: $(-1.5,\; 2)$
#
# Which number stands at the upper left of `dX`?
#
# Note: One minute, on paper. Most people look for a column of W; remind them that the first row of W is the first column of its
# transpose. Do not give the number: the next slide has it.

# %% [markdown] deck="slide"
# ## All 18 entries at once
#
# Note: 1.5 minus 1 is 0.5, the upper left entry. A loop over n, j and i gives the same 18 numbers, and the notebook checks it. Ask: which
# entries of upstream does the second row of dX need? Only its own row: examples do not mix.


# %% demo=true deck="show"
def loop_dX(upstream, X, W):
    """∂ℓ/∂X by the notes' rule, one term after the other."""
    dX = np.zeros_like(X)
    for n in range(X.shape[0]):
        for j in range(X.shape[1]):
            for i in range(W.shape[1]):  # over every v = Z[n, i] in Γ(X[n, j])
                dX[n, j] += upstream[n, i] * W[j, i]
    return dX


print("the loop and the product agree:", np.allclose(loop_dX(upstream, X, W), upstream @ W.T))
caption = "dX[n, j] is row n of upstream times column j of W.T, summed over i."
plots.equation(("upstream", upstream), "@", ("W.T", W.T), "=", ("dX", upstream @ W.T), caption=caption)

# %% [markdown]
# By hand: $(-1)\cdot(-1.5) + (-0.5)\cdot 2 = 0.5$.

# %% [markdown] slide="subslide"
# ### 3.2 Why bother? Measure it
#
# **Before you run the next cell:** both ways multiply and add the same numbers. With 64 × 64 × 64 = 262,144 products, how many times as
# fast is the matrix product: 2, 20, 200, or more?

# %% [markdown] deck="slide"
# ## How much faster?
#
# The loop and the product add up the same **262,144 products**.
#
# How many times as fast is NumPy's product: 2, 20, 200, or more?
#
# Note: Vote with hands for each of the four, and write the counts on the board. People who know only fast languages say 2 or 20. The
# matrices are 64 by 64, smaller than anything one would use.

# %% [markdown] deck="slide"
# ## The same sums, measured
#
# Note: Both axes are logarithmic, and the caption has the factor for the machine that made this slide: thousands, or tens of thousands.
# Python interprets the innermost line once for every product; NumPy makes one call of compiled code. Ask: what does this mean for a
# training that takes a minute?

# %% demo=true deck="show"
from time import perf_counter


def best_time(f, *arguments, calls):
    """Seconds for one call of f: the best of three runs, after one to warm up."""
    f(*arguments)
    times = []
    for _ in range(3):
        start = perf_counter()
        for _ in range(calls):
            f(*arguments)
        times.append((perf_counter() - start) / calls)
    return min(times)


sizes = [4, 8, 16, 32, 64]
squares = [rng.normal(size=(2, size, size)) for size in sizes]
timings = {
    "this notebook's loop": [best_time(loop_dX, F, F, G, calls=1) for F, G in squares],
    "NumPy's product": [best_time(lambda F, G: F @ G.T, F, G, calls=50) for F, G in squares],
}
plots.running_times([size**3 for size in sizes], timings, how="best of three runs after a warm-up")

# %% [markdown]
# Far more than 200: the caption has the number for your machine. Python interprets the innermost line once for every single
# product; NumPy's product is one call of compiled code.
#
# <details><summary>Optional: the table that nobody builds (3 minutes; needs nothing more)</summary>
#
# There is another saving. The slopes of *every* output with respect to *every* input of the batch fill a table of
# $(N \cdot \text{out}) \times (N \cdot \text{in})$ numbers, the **Jacobian** of the layer, and most of them are 0. `upstream @ W.T` is the
# product of `upstream` with this table (a *vector-Jacobian product*), made from `W` alone: the table is never written down.
#
# </details>

# %% [markdown] slide="subslide"
# ### 3.3 The gradient of the weights: half of it is yours
#
# Let $u$ be `W[j, i]`.
#
# 1. **Who uses it?** Output $i$ of *every* example: $\Gamma(W_{ji}) = \{Z_{0i}, Z_{1i}, \dots, Z_{N-1,i}\}$, **column $i$ of $Z$**.
# 2. **With what slope?** $\partial Z_{ni} / \partial W_{ji} = X_{nj}$.
# 3. **What does the rule give?** A sum **over the batch**:
#    $$\frac{\partial\ell}{\partial W_{ji}} = \sum_{n} \texttt{upstream[n, i]} \cdot X_{nj}.$$
#    With one example it has one term: the notes' step 2,
#    $\frac{\partial \ell}{\partial w} = \frac{\partial \ell}{\partial u}\cdot\frac{\partial u}{\partial w}$.
# 4. **Which product is that?** This is for you. The picture shows both factors, and the result that the loop finds. One thing helps: **a
#    gradient has the same shape as the array it belongs to.**


# %% [markdown] deck="slide"
# ## A weight is used by every example
#
# $$\frac{\partial\ell}{\partial W_{ji}} = \sum_{n} \texttt{upstream[n, i]} \cdot X_{nj}$$
#
# Note: The same four questions: W[j, i] is used by output i of every example, that is, by a column of Z, with the slope X[n, j]. So the
# sum goes over the batch. The fourth question, which product it is, is theirs in the notebook. Point at the shapes, and wait: do not say
# it.


# %% demo=true deck="show"
def loop_dW(upstream, X, W):
    """∂ℓ/∂W by the notes' rule, one term after the other."""
    dW = np.zeros_like(W)
    for j in range(W.shape[0]):
        for i in range(W.shape[1]):
            for n in range(X.shape[0]):  # over every v = Z[n, i] in Γ(W[j, i])
                dW[j, i] += upstream[n, i] * X[n, j]
    return dW


plots.equation(("X", X), "?", ("upstream", upstream), "=", ("dW", loop_dW(upstream, X, W)), caption="Which product of the two is it?")

# %% [markdown] slide="subslide"
# ### 3.4 The gradient of the biases: all yours
#
# Let $u$ be `b[i]`, and ask the same four questions.
#
# **Your turn (answer 2; 12 minutes; ★★).** Three lines, one for each gradient. Each earns its own point, provided that the function runs to
# its end.
#
# <details><summary>Hint 1: dW, the summed index</summary>
#
# It is $n$. In a product it has to stand inside: last in the left factor, first in the right one. Where does it stand in `X[n, j]`, and
# where in `upstream[n, i]`?
#
# </details>
# <details><summary>Hint 2: db, who uses it and with what slope</summary>
#
# Move `b[0]` a little: which entries of `Z = X @ W + b` move, and how far? The rule leaves a bare sum of entries of `upstream`. The result
# has the shape (out,), so the axis of the examples has to go: `array.sum(axis=...)` sums an axis away.
#
# </details>
# <details><summary>Hint 3: a worked example</summary>
#
# *Another* layer has one weight for each column: $Z_{ni} = w_i X_{ni}$. Who uses $w_i$? $Z_{ni}$ for every $n$, with the slope $X_{ni}$.
# The rule: $\partial\ell/\partial w_i = \sum_n \texttt{upstream[n, i]}\, X_{ni}$. The two factors have the same indices, so they are
# multiplied entry by entry, and then $n$ is summed away: `dw = (upstream * X).sum(axis=0)`. And $X_{ni}$ is used by $Z_{ni}$ alone,
# with the slope $w_i$: `dX = upstream * w`.
#
# </details>


# %% exercise="linear_backward" slide="skip"


# %% demo=true
with once_written():  # your three gradients against the loops, and against nudges of b
    dX, dW, db = linear_backward(upstream, X, W)
    print("dX agrees with the loop:", np.allclose(dX, loop_dX(upstream, X, W)))
    print("dW agrees with the loop:", np.allclose(dW, loop_dW(upstream, X, W)))
    print("db agrees with nudging:", np.allclose(db, by_nudging(lambda b: (upstream * (X @ W + b)).sum(), b)))

# %% [markdown] slide="slide"
# ### 3.5 See it, entry by entry
#
# Above, the arrays; below each, its gradient. Pick an entry of `dX`, `dW` or `db` (click, slider, or arrow keys): the numbers that enter it
# light up, and its sum is written out. (*All entries at once* shows the formulas of answer 2: leave it closed until `check` has passed.)
#
# **Before you run the next cell:** which entries of `dX`, `dW` and `db` change when `upstream[0, 0]` does? And with a batch of one
# example, how many terms are added up for each entry?

# %% [markdown] deck="slide"
# ## Move one number of `upstream`
#
# We change `upstream[0, 0]`, and nothing else.
#
# Which entries of `dX`, of `dW` and of `db` change?
#
# Note: Let neighbours talk for a minute. The way to think: example 0, output 0. Which inputs did that output use, which weights, which
# bias? Many say "all of dX", because a matrix product looks like mixing everything.

# %% [markdown] deck="slide"
# ## Every entry is a sum
#
# Note: Row 0 of dX, column 0 of dW, and db[0]. Click an entry of dX, then one of dW, and let the room say which numbers will light up
# before you click. Leave "All entries at once" closed: it shows what they will find themselves. Ask: with a batch of one example, how
# many terms are left for an entry of dW?

# %% demo=true slide="fragment" deck="show"
from course.widgets import VectorForm

VectorForm(X, W, b, upstream)

# %% [markdown]
# <details><summary>Answer</summary>
#
# Row 0 of `dX`, column 0 of `dW`, and `db[0]`. With a batch of one, an entry of `dX` is still a sum of `out` terms, two here, for both
# outputs use the input; an entry of `dW` or `db` has only one.
#
# </details>

# %% [markdown] slide="skip"
# ### 3.6 A written question (4 points; 10 minutes)
#
# A classmate writes `db = upstream.mean(axis=0)`, "because the loss is a mean over the batch", and, in a layer with as many
# outputs as inputs, `dW = upstream.T @ X`, "because the shape is right".
#
# 1. Which nodes are in $\Gamma(b_i)$, and why does a *sum* over the batch follow?
# 2. The loss is a mean. Where is its factor $1/N$, then?
# 3. What has the classmate computed in place of `dW`, and how would you find that out without knowing the formula? (Section 4 may
#    give you an idea: come back then, if you like.)

# %% [markdown] written=4
# **Model answer.**
#
# 1. Every example adds the same `b[i]` to its output $i$, so $\Gamma(b_i) = \{Z_{0i}, \dots, Z_{N-1,i}\}$, one node for each
#    example. The rule sums over $\Gamma(b_i)$, each slope $\partial Z_{ni}/\partial b_i$ is 1, so `db[i]` is the sum of column
#    $i$ of `upstream`.
# 2. It is inside `upstream` already: the loss is $\frac1N\sum_n \ell_n$, so $\partial\ell/\partial Z_{ni}$ is
#    $\frac1N\,\partial\ell_n/\partial Z_{ni}$. A mean would divide by $N$ a second time.
# 3. `upstream.T @ X` is the transpose of the right `X.T @ upstream`: entry $[j, i]$ stands at $[i, j]$. With in = out the shape
#    cannot tell. Finite differences can (only the diagonal agrees), and so can the same code on a layer with in ≠ out.
#
# **Rubric.** Half points where the idea is right and the reason is missing. Any notation will do.
#
# - 1: $\Gamma(b_i)$ is named: all examples, same output.
# - 1: the sum is derived from the rule, with slope 1.
# - 1: $1/N$ is in the upstream already (or: the mean divides twice).
# - 1: it is the transpose, *and* a way to find that out (finite differences, or unequal sizes).

# %% [markdown] slide="slide"
# ## 4. Where is it wrong? Testing an array
#
# Unit 02 tested a formula by nudging (pictures and messages say *finite differences*). With arrays, two things are new.
#
# **A loss for a single layer.** Nudging needs a loss, one number, and a layer gives an array $Z$. So we draw an array `upstream` at random
# and take $\ell = \sum_{n,i} \texttt{upstream[n, i]}\, Z_{ni}$. It is the simplest loss with $\partial\ell/\partial Z_{ni} =$
# `upstream[n, i]`. (You have just met it in the test of `db`.)
#
# **A map of the mistake.** We look at all entries, and *where* they are wrong says what went wrong. Here is the classmate of section 3.6:
# a layer with four inputs and four outputs, and `dW` transposed.
#
# **Before you run the next cell:** at which entries will the wrong gradient be *right*?

# %% demo=true slide="fragment"
X, W, upstream = rng.normal(size=(5, 4)), rng.normal(size=(4, 4)), rng.normal(size=(5, 4))
truth = by_nudging(lambda W: (upstream * (X @ W)).sum(), W)
plots.compare_gradients(truth.T, truth)

# %% [markdown]
# On the diagonal: transposing leaves it where it is.
#
# **Find the mistake.** The next layer has a ReLU, $H = \max(0, XW)$, and somebody's backward pass is wrong. One column is right, and the
# others are not. (The line that makes `suspect` gives the mistake away, so look at the picture first, and then at `W`. All inputs
# are positive.) **Before you open the solution:** what was forgotten, and what is special about that one column?

# %% [markdown] deck="slide"
# ## Where is it wrong?
#
# $H = \max(0, XW)$, and all inputs are positive. **One column** is right.
#
# What was forgotten?
#
# Note: The shape is right, and the code runs: only nudging shows that it is wrong, and where. Give them two minutes, with the hint that a
# column belongs to an output node. The ReLU was forgotten on the way back: node 2 is active for every example, so there it does not
# matter.

# %% demo=true deck="show"
X, upstream = abs(rng.normal(size=(5, 4))), rng.normal(size=(5, 4))
W = np.array([[1.0, -1.5, 0.5, -0.5], [-1.0, 0.5, 1.0, -1.0], [0.5, 1.0, 0.5, 1.0], [-1.5, -0.5, 1.0, 0.5]])
truth = by_nudging(lambda W: (upstream * np.maximum(X @ W, 0)).sum(), W)
suspect = by_nudging(lambda W: (upstream * (X @ W)).sum(), W)
plots.compare_gradients(suspect, truth)

# %% [markdown]
# <details><summary>Solution</summary>
#
# The ReLU was forgotten on the way back. A column belongs to an output node. All inputs are positive, and so are the weights into node 2:
# it is active for every example, and there the ReLU changes nothing. Node 0 is the opposite: active for no example, so its right gradient
# is 0 throughout.
#
# </details>
#
# So look *where* a gradient is wrong. The same factor everywhere points at a mean in place of a sum; whole columns, at something that
# belongs to output nodes; all but the diagonal, at a transpose. When an array of yours is wrong, `check` draws such a map, too.

# %% [markdown] slide="slide"
# ## 5. Activations: one arrow, one term
#
# An activation works entry by entry: $H_{ni} = g(Z_{ni})$. So $\Gamma(Z_{ni}) = \{H_{ni}\}$ is **one** node, and the sum has one term:
#
# $$\frac{\partial\ell}{\partial Z_{ni}} = \texttt{upstream[n, i]} \cdot g'(Z_{ni}), \qquad\text{for all entries at once:}\qquad
# \boxed{\;\texttt{dZ = upstream * slope}\;}$$
#
# Here `slope` holds the numbers $g'(Z_{ni})$, and the star multiplies entry by entry. A worked example is tanh, with its slope
# $1 - \tanh^2(z)$:


# %% [markdown] deck="slide"
# ## An activation: one arrow, one term
#
# $$H_{ni} = g(Z_{ni})$$
#
# Only **one** node uses $Z_{ni}$, so nothing is summed:
#
# ```python
# dZ = upstream * slope
# ```
#
# For tanh, the slope is $1 - \tanh^2(z)$.
#
# Note: The star multiplies entry by entry, where the at-sign multiplies matrices; ask what would go wrong if one took the other. Then ask
# what the slope of a ReLU is, and whether the sign of upstream has a say in what passes. They write it in the notebook.


# %% demo=true
def tanh_backward(upstream, Z):
    """Gradient dZ, where upstream is the gradient of the loss with respect to tanh(Z)."""
    return upstream * (1 - np.tanh(Z) ** 2)


Z, upstream = rng.normal(size=(2, 4, 3))
nudged = by_nudging(lambda Z: (upstream * np.tanh(Z)).sum(), Z)
print("the formula and the nudge agree:", np.allclose(tanh_backward(upstream, Z), nudged))

# %% [markdown] slide="subslide"
# ### 5.1 ReLU
#
# $g(z) = \max(0, z)$ has the slope 1 for $z > 0$ and 0 for $z < 0$. At $z = 0$ there is a kink; we take 0 there, as is usual.
#
# **Before you write it:** a batch of one example has `Z = [[-2, 0.5, 3]]` and `upstream = [[10, -20, 30]]`. What is `dZ`?
#
# **Your turn (answer 3; 5 minutes; ★).** Write it for a whole batch.
#
# <details><summary>Hint 1: the slope, as an array</summary>
#
# Half of the line is in the box above: `upstream * ...`. You need an array with 1 where `Z` is positive, and 0 elsewhere.
#
# </details>
# <details><summary>Hint 2: comparisons</summary>
#
# A comparison of an array gives an array of True and False, and in a product these count as 1 and 0.
#
# </details>
# <details><summary>Hint 3: a worked example</summary>
#
# Another function, cut off from *above*: $g(z) = \min(z, 5)$. Its slope is 1 for $z < 5$ and 0 for $z > 5$, so
# `dZ = upstream * (Z < 5)`. With `Z = [[3, 7]]` and `upstream = [[10, 20]]` this is `[[10, 0]]`.
#
# </details>


# %% exercise="relu_backward" slide="skip"


# %% demo=true
with once_written():
    print("your dZ:", relu_backward(np.array([[10.0, -20.0, 30.0]]), np.array([[-2.0, 0.5, 3.0]])))
print("and nudging max(0, z) at the kink gives", by_nudging(lambda z: np.maximum(z, 0).sum(), np.zeros(1)))

# %% [markdown]
# $Z$ decides what passes, and not the sign of `upstream`: `dZ` is `[[0, -20, 30]]`. At the kink a nudge gives one half, the mean of the
# slopes on both sides. So when you test a network, a right gradient can look wrong where some $z$ is within a step of 0.

# %% [markdown] slide="subslide"
# ### 5.2 Beyond the core: the sigmoid, and numbers too large for a float (15 minutes)
#
# You may go on to section 6, and come back: our network has no sigmoid in it.
#
# You found the slope of $\sigma(z) = 1 / (1 + e^{-z})$ in unit 03. What is new is the size of the numbers. Multiply the top and the bottom
# by $e^z$, and you see that $\sigma(z)$ is also $e^z / (1 + e^z)$: on paper the same number.
#
# **Before you run the next cell:** what are $\sigma(1000)$ and $\sigma(-1000)$ on paper, to ten digits? Which of the four results will
# NumPy get wrong?

# %% demo=true
with np.errstate(all="ignore"):
    for z in (1000.0, -1000.0):
        e = np.exp(z)
        print(f"z = {z:.0f}:   1 / (1 + exp(-z)) = {1 / (1 + np.exp(-z))}   exp(z) / (1 + exp(z)) = {e / (1 + e)}")

# %% [markdown]
# 1 and 0. NumPy gets one of the four wrong: `np.exp(1000)` is too large for a float and becomes infinite, and infinity divided by
# infinity is nan, "not a number". The slope that you write may meet the same.
#
# **Your turn (answer 4; 8 minutes; ★★).** It must give a finite number for every $z$, be it 1000 or $-1000$. (A warning of an overflow
# on the way costs nothing; the best answers give none.)
#
# <details><summary>Hint 1: the slope</summary>
#
# $\sigma'(z) = \dfrac{e^{-z}}{(1 + e^{-z})^2} = \sigma(z)\,(1 - \sigma(z))$.
#
# </details>
# <details><summary>Hint 2: the trap</summary>
#
# `np.exp` overflows for large *positive* arguments only. The slope of the sigmoid is the same at $z$ and at $-z$: its curve is as steep on
# the left as on the right. So which of the two do you put into the formula?
#
# </details>
# <details><summary>Hint 3: a worked example</summary>
#
# Another function, $1 / (e^z + e^{-z})$. It is the same at $z$ and at $-z$, so we may write $|z|$ for $z$. We multiply the top and the
# bottom by $e^{-|z|}$, and no exponent is positive any more: $e^{-|z|} / (1 + e^{-2|z|})$. In NumPy, `e = np.exp(-np.abs(Z))` and then
# `e / (1 + e**2)`. At $z = \pm 1000$, `e` is 0, and so is the result.
#
# </details>


# %% exercise="sigmoid_backward" slide="skip"


# %% demo=true
with once_written():  # you can test your own work without any judge, as in section 4
    nudged = by_nudging(lambda Z: (upstream / (1 + np.exp(-Z))).sum(), Z)
    print("your sigmoid_backward agrees with the nudges:", np.allclose(sigmoid_backward(upstream, Z), nudged))

# %% [markdown] slide="slide"
# ## 6. Softmax and cross-entropy: one node out of two
#
# A classifier with $C$ classes ends in $C$ numbers for each example, its **logits** $z_{nc}$. In unit 02 you wrote the two nodes that
# follow, **softmax** and **cross-entropy**, where $y_n$ is the label of example $n$:
#
# $$p_{nc} = \frac{e^{z_{nc}}}{S_n}, \quad S_n = \sum_c e^{z_{nc}}, \qquad\qquad \ell = \frac1N \sum_n \ell_n,
# \quad \ell_n = -\log p_{n y_n}.$$
#
# Now we go back through them, for one example, and leave out its index $n$. **Through the logarithm** it is one step:
# $\partial\ell/\partial p_y = -1/p_y$.

# %% [markdown] slide="subslide"
# **Through the softmax:** $p_y = e^{z_y} / S$. By how much does it move when a logit $z_c$ does? There are two ways from $z_c$ to $p_y$,
# and each has its share in the slope.
#
# - By the sum $S$. All logits go this way. $\partial p_y/\partial S = -e^{z_y}/S^2 = -p_y/S$, and $\partial S/\partial z_c = e^{z_c}$. The
#   share of this way is $-p_y\, e^{z_c}/S = -p_y\, p_c$.
# - By the numerator, $e^{z_y}$. Only $z_y$ itself goes this way. The share is $e^{z_y}/S = p_y$.
#
# Shares add. With $[c = y]$ for the number that is 1 if $c$ is the label and 0 otherwise, both cases fit into one line:
#
# $$\boxed{\;\frac{\partial p_y}{\partial z_c} = p_y\,\big([c = y] - p_c\big)\;}$$
#
# **Before you run the next cell:** the logits are $(2, 1, 0)$, the label is 0. Which signs do the three slopes have? What is their sum?

# %% demo=true slide="fragment"
logits, label = np.array([2.0, 1.0, 0.0]), 0
p = softmax(logits[None])[0]  # the softmax of unit 02 takes a batch: here one row
is_label = np.arange(3) == label  # [c = y]
print("by the formula:", (p[label] * (is_label - p)).round(6))
print("by nudging:    ", by_nudging(lambda z: softmax(z[None])[0, label], logits).round(6))

# %% [markdown] slide="subslide"
# Raising the label's own logit raises $p_y$, raising another lowers it. The sum is 0: one and the same number added to all logits changes
# no probability.
#
# Could softmax and cross-entropy now stay two nodes, and the computer multiply their slopes? Take two classes, the label 0 and the logits
# $(0, z)$: the larger $z$ is, the more certain the network is of the wrong class. On paper, $\partial\ell/\partial z$ is then close to 1.
#
# **Before you run the next cell:** $p_y$ is close to $e^{-z}$, and the smallest positive float is about $5\cdot 10^{-324}$. With $z = 800$,
# $e^{-z} \approx 10^{-347}$. What will become of $p_y$, of $-1/p_y$, and of the product?

# %% [markdown] deck="slide"
# ## Sure of the wrong class
#
# Logits $(0, 800)$, and the label is 0.
#
# - softmax: $\;p_y \approx e^{-800}$
# - back through the logarithm: $\;-1/p_y$
# - the product of the slopes, on paper: close to 1
#
# What does the computer say?
#
# Note: Tell them that the smallest positive float is about 5 times ten to the minus 324, and e to the minus 800 about ten to the minus
# 347. Half a minute, and hands: 1, 0, infinity, or something else? Most say 1 or 0.

# %% [markdown] deck="slide"
# ## Nothing that is a number
#
# $$p_y = 0, \qquad -\frac1{p_y} = -\infty, \qquad -\infty\cdot 0 = \texttt{nan}$$
#
# One such example spoils **all** weights.
#
# The result is harmless; the numbers *in between* are not.
#
# Note: p_y is rounded to 0, and everything after it follows. Ask how the numbers in between can be avoided, and wait for "do not compute
# them": make one node out of two, and multiply the two slopes on paper first. They do it in answer 5, so do not do it here.

# %% demo=true slide="fragment"
with np.errstate(all="ignore"):
    for z in (10.0, 700.0, 800.0):
        p = softmax(np.array([[0.0, z]]))[0]
        of_log, of_softmax = -1 / p[0], p[0] * (0 - p[1])
        print(f"z = {z:.0f}: p_y = {p[0]:.1e}   -1/p_y = {of_log:.1e}   ∂p_y/∂z = {of_softmax:.1e}   product {of_log * of_softmax:.5f}")

# %% [markdown]
# $p_y$ is rounded to 0, $1/p_y$ is infinite, and infinity times 0 is nan. The result on paper is harmless; the numbers *in between* are
# not. So we make **one node out of two**, and multiply the two slopes on paper, before anything is rounded. That step is yours, and it is
# worth it: the result is simpler than either of them.
#
# For the loss, unit 02 had the same idea: with the largest logit of each row subtracted, $\log p_{nc} = z_{nc} - \log S_n$ has no
# division and no $\log 0$.
#
# **Your turn (answer 5; 15 minutes; ★★★).** The loss and its gradient for a whole batch, with the mean over the batch in both.
#
# <details><summary>Hint 1: the product</summary>
#
# $\dfrac{\partial\ell_n}{\partial z_c} = -\dfrac1{p_y}\cdot p_y\,\big([c = y] - p_c\big)$: what cancels, and what does the minus sign do?
# The loss of the batch is a mean of $N$ such terms: which factor does that give?
#
# </details>
# <details><summary>Hint 2: in NumPy</summary>
#
# `logits.max(axis=1, keepdims=True)` has the shape (N, 1), and NumPy subtracts it from each row. Work with $\log p$, and take `np.exp` of
# it for $p$. One entry of each row is picked by `array[np.arange(N), labels]`, to read it or to change it.
#
# </details>
# <details><summary>Hint 3: a worked example</summary>
#
# *Another* output: one number $z$ for each example, $p = \sigma(z)$, and the loss $-\log p$. The two slopes are $-1/p$ and $p(1 - p)$. On
# paper, their product is $-(1 - p) = p - 1$; with the mean over the batch the gradient is `(p - 1) / N`.
#
# And in NumPy, to add 5 to one entry of each row: `array[[0, 1, 2], [2, 0, 1]] += 5` adds it at [0, 2], [1, 0] and [2, 1].
#
# </details>


# %% exercise="softmax_cross_entropy" slide="skip"


# %% demo=true
# Against nudges, and against the loss of unit 02; then the case in which two nodes break down.
with once_written():
    logits, labels = rng.normal(size=(4, 3)), np.array([0, 2, 1, 2])
    loss, gradient = softmax_cross_entropy(logits, labels)
    print(f"loss {loss:.6f}, and by {whose(cross_entropy)} {cross_entropy(logits, labels):.6f}")
    print("the gradient agrees with nudging:", np.allclose(gradient, by_nudging(lambda z: cross_entropy(z, labels), logits)))
    loss, gradient = softmax_cross_entropy(np.array([[0.0, 800.0]]), np.array([0]))
    print("logits (0, 800), label 0: loss", loss, "and gradient", gradient)

# %% [markdown]
# Where two nodes gave nan, one node gives the numbers on paper: the loss 800, and $\partial\ell/\partial z = 1$ for the wrong class.

# %% [markdown] slide="slide"
# ## 7. Beyond the core: broadcasting, and the way back (20 minutes)
#
# You may go on to section 8, and come back: nothing later needs this section, so `keep` leaves `unbroadcast` out.
#
# In `X @ W + b` NumPy adds an array of shape (out,) to one of shape (N, out): it **broadcasts** `b`, as if it had copied it into every row.
# A copied number is used more than once: $\Gamma(b_i)$ holds all of its copies, each with slope 1. So the rule says **copy on the way
# forward, sum on the way back**. The bias gradient of answer 2 was one case of it.
#
# **Before you run the next cell:** it copies `b`, of shape (2,), into 4 rows, and then brings the gradient of the copies back. What shape
# does that gradient have? Which axis is summed?

# %% demo=true slide="fragment"
b = np.array([0.5, -1.0])
copies = np.broadcast_to(b, (4, 2))
upstream = np.array([[1.0, 2.0], [0.5, -1.0], [0.0, 1.5], [-2.0, 1.0]])
sums = upstream.sum(axis=0)
caption = "Left, forward: each entry is copied. Right, backward: the copies' gradients are summed."
plots.equation(("b", b), "→", ("copies", copies), " ", ("upstream", upstream), "→", ("db", sums), caption=caption)

# %% [markdown] slide="subslide"
# The gradient of the copies has their shape, (4, 2), and axis 0 is summed: that of the copies.
#
# **NumPy's rule.** Shapes are aligned **at the right**. Axes that are missing at the left are added, and axes of length 1 are
# stretched:
#
# | array | shape | is used as | its gradient: sum over |
# |---|---|---|---|
# | a row, such as `b` | (2,) | (4, 2) | the added axis 0 |
# | a column | (4, 1) | (4, 2) | the stretched axis 1, kept with length 1 |
# | a number | () | (4, 2) | both added axes |
# | an array | (3, 1, 5) | (2, 3, 4, 5) | the added axis 0, and the stretched axis 2, kept |
#
# **Your turn (answer 6; 15 minutes; ★★★).** The way back of every broadcast, in a few lines.
#
# <details><summary>Hint 1: align first</summary>
#
# Write `shape` with ones in front until it has as many axes as the gradient. `(1,) * 2` is `(1, 1)`, `+` joins tuples, and
# `gradient.ndim` counts axes.
#
# </details>
# <details><summary>Hint 2: then sum</summary>
#
# Which axes of the aligned shape hold copies? `array.sum(axis=..., keepdims=True)` takes a tuple of axes, and keeps them with length 1;
# `.reshape(...)` drops what was added.
#
# </details>
# <details><summary>Hint 3: a worked example</summary>
#
# The gradient has the shape (2, 3, 4), and `shape` is (3, 1). Aligned, it is (1, 3, 1): the axes 0 and 2 have length 1. Summed over these
# and kept, the gradient has the shape (1, 3, 1); reshaped, (3, 1). Each of its 3 entries is a sum of $2 \cdot 4 = 8$ numbers.
#
# </details>


# %% exercise="unbroadcast" slide="skip"


# %% [markdown]
# <details><summary>Optional: copying and summing are transposes (5 minutes; needs the transpose of a linear map)</summary>
#
# Write $\langle F, G\rangle$ for the sum of all products of entries of two arrays of one shape. Then, for every $b$ and every $G$ of the
# larger shape, $\langle \text{copy}(b), G\rangle = \langle b, \text{sum}(G)\rangle$: on both sides, each $b_i$ meets all numbers of
# column $i$ of $G$. That is what it means that summing is the *transpose* of copying, which is a linear map. Read the left side as a loss:
# its gradient with respect to the copies is $G$, and the right side says that its gradient with respect to $b$ is $\text{sum}(G)$.
#
# </details>

# %% [markdown] slide="slide"
# ## 8. The whole network
#
# Two linear layers with a ReLU between them, and softmax with cross-entropy on top:
#
# $$Z_1 = X W_1 + b_1, \qquad H = \max(0, Z_1), \qquad Z_2 = H W_2 + b_2, \qquad \ell = \text{cross-entropy of softmax}(Z_2).$$
#
# This is the notes' picture of its **computational graph**, with one node for each array:

# %% demo=true
inputs = np.array([[1.0, 0.5], [-1.0, 0.25], [0.5, -1.5]])
labels = np.array([0, 1, 0])
W1, b1 = np.array([[1.0, -0.5, 0.5], [0.5, 1.0, -1.0]]), np.array([0.5, 0.5, -0.5])
W2, b2 = np.array([[1.0, -1.0], [-0.5, 0.5], [0.5, 1.0]]), np.array([0.0, 0.25])

Z1 = inputs @ W1 + b1
H = np.maximum(Z1, 0)
Z2 = H @ W2 + b2
loss = np.array(cross_entropy(Z2, labels))
values = {"X": inputs, "W1": W1, "b1": b1, "Z1": Z1, "H": H, "W2": W2, "b2": b2, "Z2": Z2, "loss": loss}
plots.computational_graph(values, {})

# %% [markdown] slide="subslide"
# **Before you write it:** walk the arrows backwards from $\ell$. In which order do the gradients of the arrays become known, and which of
# your functions makes each of them? Which entries of the gradient of $Z_1$ are sure to be 0?
#
# **Your turn (answer 7; 15 minutes; ★★).** You may call your earlier answers. (Should one of them be wrong, this answer is judged once
# more with a right one in its place: no mistake costs twice.)
#
# <details><summary>Hint 1: the plan</summary>
#
# Forward: $Z_1$, $H$, $Z_2$, loss. Backward: `softmax_cross_entropy` gives the gradient of $Z_2$; `linear_backward` takes it to
# $H$, $W_2$ and $b_2$; `relu_backward` from $H$ to $Z_1$; `linear_backward` again, to $W_1$ and $b_1$.
#
# </details>
# <details><summary>Hint 2: what each step needs</summary>
#
# The second layer's input is $H$, not $Z_1$. The ReLU decides by $Z_1$. The first layer's input is $X$, and the gradient of $X$ is not
# asked for.
#
# </details>
# <details><summary>Hint 3: a worked example</summary>
#
# One layer with tanh, and the mean squared distance of its outputs from targets `Y` as the loss. First forward, then backward:
#
#     Z = linear_forward(X, W, b)
#     H = np.tanh(Z)
#     loss = ((H - Y) ** 2).mean()
#     dH = 2 * (H - Y) / H.size
#     dZ = tanh_backward(dH, Z)
#     _, dW, db = linear_backward(dZ, X, W)
#
# </details>


# %% exercise="mlp_gradients" slide="skip"


# %% [markdown] slide="subslide"
# ### 8.1 Your formulas against your engine
#
# The `Node` of unit 04 finds the same gradients, number by number. A NumPy array can hold Nodes, too: `@` and `+` then call the Nodes' own
# methods `__mul__` and `__add__`. So the forward pass below looks as before, but every single number in it is a Node that remembers how
# it was computed, and `backward()` does the rest.

# %% demo=true slide="fragment"
as_nodes = np.vectorize(Node, otypes=[object])
nodes = {name: as_nodes(values[name]) for name in ("X", "W1", "b1", "W2", "b2")}
nodes["Z1"] = nodes["X"] @ nodes["W1"] + nodes["b1"]
nodes["H"] = np.vectorize(lambda z: z.relu(), otypes=[object])(nodes["Z1"])
nodes["Z2"] = nodes["H"] @ nodes["W2"] + nodes["b2"]
losses = [sum(z.exp() for z in row).log() - row[label] for row, label in zip(nodes["Z2"], labels, strict=True)]  # -log p = log S - z
nodes["loss"] = sum(losses) / len(labels)
nodes["loss"].backward()
gradients = {name: np.vectorize(lambda u: u.grad, otypes=[float])(array) for name, array in nodes.items()}

with once_written():
    loss, *yours = mlp_gradients(inputs, labels, W1, b1, W2, b2)
    for name, gradient in zip(("W1", "b1", "W2", "b2"), yours, strict=True):
        print(f"d{name}: your mlp_gradients and {whose(Node)} differ by {abs(np.asarray(gradient) - gradients[name]).max():.0e} at most")
plots.computational_graph(values, gradients)

# %% [markdown]
# The gradients become known in the order $Z_2$, by `softmax_cross_entropy`; $W_2$, $b_2$ and $H$, by `linear_backward`; $Z_1$, by
# `relu_backward`; $W_1$ and $b_1$, by `linear_backward` again. The gradient of $Z_1$ is 0 wherever $Z_1$ is negative: compare the two
# arrays in the picture.

# %% [markdown] slide="subslide"
# ### 8.2 It learns to read
#
# Now real data: 600 handwritten digits of 8 × 8 = 64 pixels to learn from, and 300 others that the network never sees while it learns. The
# network has 16 hidden nodes and starts from small random weights. Then, 60 times, we take 100 of the 600 digits at random, compute the
# gradients **with your `mlp_gradients`**, and move every parameter $\theta$ a little against its gradient,
# $\theta \leftarrow \theta - \eta\, \partial\ell/\partial\theta$, with the learning rate $\eta = 0.5$.
#
# **Before you run the next cell:** what share of the unseen digits will it read correctly before the first step? And after 60 of them?

# %% [markdown] deck="slide"
# ## Will it read?
#
# - 600 digits to learn from, 300 that it never sees
# - 16 hidden nodes, small random weights
# - **60 steps**, each with 100 of the digits
#
# What share of the unseen digits does it read before the first step? And after 60?
#
# Note: Ask for two numbers from everybody, written down. For the first one there is a good reason; for the second one only a guess. There
# are ten classes.

# %% [markdown] deck="slide"
# ## Sixty steps later
#
# Before: one in ten. Now: **most** of the unseen digits.
#
# Which of these ten is still wrong?
#
# Note: Before training it guesses; after 60 steps it reads most of the 300, and of these ten it still takes a 1 for a 9. The small print
# has the label, and the answers before and after: read one out. Everything it knows came through gradients of a dozen lines.

# %% demo=true slide="fragment" deck="show"
rng = np.random.default_rng(5)
digits = data.digits(rng, train=600, validation=300)
images, labels = digits.train
unseen, unseen_labels = digits.validation


def read(images, W1, b1, W2, b2):
    """The class with the largest logit, for each image."""
    return (np.maximum(images @ W1 + b1, 0) @ W2 + b2).argmax(axis=1)


theta = [rng.normal(size=(64, 16)) / 6, np.zeros(16), rng.normal(size=(16, 10)) / 6, np.zeros(10)]  # W1, b1, W2, b2
first_guesses = read(unseen, *theta)
print(f"before step 1: {(first_guesses == unseen_labels).mean():.0%} of the unseen digits read correctly")
with once_written():
    for t in range(1, 61):
        batch = rng.choice(600, size=100, replace=False)
        loss, *gradients = mlp_gradients(images[batch], labels[batch], *theta)
        theta = [parameter - 0.5 * np.asarray(gradient) for parameter, gradient in zip(theta, gradients, strict=True)]
        if t in (1, 10, 20, 40, 60):
            share = (read(unseen, *theta) == unseen_labels).mean()
            print(f"after step {t:2}: {share:.0%} of the unseen digits read correctly; loss of the last batch {loss:.2f}")
    triples = zip(unseen_labels, first_guesses, read(unseen, *theta), strict=True)
    titles = [f"label: {label}\nbefore: {first}\nafter: {last}" for label, first, last in triples]
    display(plots.sheet(unseen[:10], (8, 8), titles[:10], columns=5))

# %% [markdown]
# Before the first step it guesses, and with ten classes about one guess in ten is right. After 60 steps it reads most of them; of
# the ten in the picture, it still takes a 1 for a 9. All that it has learnt came through gradients that you wrote.
# **Unit 06 trains with them**: it asks where to start, how many examples to take, how far to step and when to stop.
#
# **Keep your work.** The next cell checks each function once more, and writes those that pass, with all that they use, into the file
# `my_network.py` beside this notebook. It prints what was kept, and what was not and why.

# %% demo=true
keep(linear_forward, linear_backward, relu_backward, sigmoid_backward, softmax_cross_entropy, mlp_gradients)

# %% [markdown] deck="slide"
# ## What to take home
#
# - **Used more than once: its gradient is a sum.** The matrix product does the summing.
# - **A gradient has the shape of its array**, and the shape alone proves nothing.
# - **Nudge, and look *where* it is wrong.**
#
# Note: Ask for the four questions once more, without looking: who uses it, with what slope, what does the rule say, which product is
# that. In the notebook they write all gradients of the network, about two hours. Next unit: we walk with them.

# %% [markdown] slide="slide"
# ## Summary
#
# | node | $\Gamma(u)$ | the way back, in vector form |
# |---|---|---|
# | linear, input | all outputs of the same example | one product of `upstream` and the weights |
# | linear, weight | one output of every example | one product of the inputs and `upstream` |
# | linear, bias | one output of every example | a sum over the batch |
# | activation | one node | `upstream`, times the slope of each entry |
# | softmax and cross-entropy | the loss | two slopes, multiplied on paper |
#
# - **One rule.** Each formula is the notes' sum over $\Gamma(u)$. The matrix product does the summing.
# - **Shapes are a guide, and no proof.** A gradient has the shape of its array; in a square layer, so has a wrong one.
# - **Trust what you have tested**: against nudges, away from kinks, on sizes that all differ. And look where it is wrong.
#
# **If one thing stays with you:** whenever a number is used more than once, its gradient is a sum.
#
# Before this unit: unit 04, the same rule with one number in each node. After it: unit 06, which trains a network with these gradients.
#
# ## Further reading
#
# - The lecture notes, *Back propagation algorithm* and *computational graph*.
# - D. E. Rumelhart, G. E. Hinton and R. J. Williams, "Learning representations by back-propagating errors", *Nature* 323 (1986),
#   533-536: the four pages that made backpropagation known.
# - I. Goodfellow, Y. Bengio and A. Courville, *Deep Learning*, MIT Press 2016, [section
#   6.5](https://www.deeplearningbook.org/contents/mlp.html), for backpropagation in tensors, and section 4.1 on overflow and
#   underflow.
# - Stanford CS231n, [Backpropagation, intuitions](https://cs231n.github.io/optimization-2/), on shapes as the guide, and
#   [Gradient checks](https://cs231n.github.io/neural-networks-3/#gradcheck), on how they go wrong.
# - A. G. Baydin and others, ["Automatic differentiation in machine learning: a survey"](https://jmlr.org/papers/v18/17-468.html),
#   *Journal of Machine Learning Research* 18 (2018), for the vector-Jacobian product and its history.
