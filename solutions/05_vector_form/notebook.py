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
# The lecture notes compute gradients node by node, as you did in units 03 and 04, and then say: *"Typically these derivatives are more
# efficient to compute in vector form."* This unit does it: a node is now a whole array. You will turn one sum into one matrix product,
# and in the end differentiate a whole network in a dozen lines that you can trust, because you have tested every one of them.
#
# **At the end you can**
# - say which sum a matrix product in a backward pass stands for,
# - write the backward pass of a linear layer, of ReLU and sigmoid, of softmax with cross-entropy, and of broadcasting,
# - join them into the gradients of a two-layer network,
# - test any gradient with finite differences, and say how far that test can be trusted.
#
# | time | difficulty | what to know before |
# |---|---|---|
# | 75 to 90 minutes | middle | unit 01 (a layer in arrays), unit 02 (cross-entropy, finite differences), unit 03 (the rule) |
#
# **How marks work.** Under each answer stands a cell with `check(...)`. It is the same judge that the instructor uses, with other
# numbers. Run it as often as you like: the runs are not counted, and it says what is wrong. Go cell by cell: *Run All Cells* stops at
# the first answer that is not right yet.
#
# **When you come back** to an earlier section, run its cells again from its heading on: short names such as `x` are used twice.

# %%
import numpy as np

from course import check

# %% demo=true
# Cells like this one are for looking, not for marks: every cell that draws, times or compares may be changed and broken at will.
from course import numerical_gradient, once_written, plots

# %% [markdown] slide="slide"
# ## 1. One rule, and the names of things
#
# Everything here is one rule from the notes, that of units 03 and 04, used again and again. For every node $u$ of a network,
#
# $$\frac{\partial \ell}{\partial u} \;=\; \sum_{v \,\in\, \Gamma(u)} \frac{\partial \ell}{\partial v}\cdot\frac{\partial v}{\partial u}.$$
#
# - $\ell$ is the **loss**, one number. The backward pass starts there: $\partial \ell / \partial \ell = 1$.
# - $u$ is any number in the computation: an input, a weight, a bias, a value in between.
# - $\Gamma(u)$ ("gamma of u") is the set of nodes that **use $u$ directly**: where the arrows that leave $u$ end.
# - $\partial \ell / \partial v$ is known already, for we work from the loss backwards. $\partial v / \partial u$ is the slope of
#   one arrow.

# %% [markdown] slide="subslide"
# ### From the notes' letters to arrays
#
# As in unit 01, we put a batch of $N$ examples into one array, **an example in each row**. A layer has `in` inputs and `out`
# outputs. The last two rows of the table are new.
#
# | the notes | here | shape | what it is |
# |---|---|---|---|
# | $x_j$ | `X[n, j]` | (N, in) | input $j$ of example $n$ |
# | $w_{ij}^{(k)}$, $i$ the output node, $j$ the input node | `W[j, i]` of layer $k$ | (in, out) | weight from input $j$ to output $i$ |
# | $b_i^{(k)}$ | `b[i]` | (out,) | bias of output $i$ |
# | $\sum_j w_{ij} x_j + b_i$ | `Z[n, i]` | (N, out) | what the activation gets |
# | $u_i = g(\ldots)$ | `H = g(Z)` | (N, out) | what it makes of it |
# | $\partial\ell/\partial u$ | `dX`, `dW`, `db`, `dZ` | the shape of `X`, `W`, `b`, `Z` | the gradient of the loss |
# | $\partial\ell/\partial v$, known already | `upstream` | the shape of the layer's output | comes from above: from the loss |
#
# Three things to mind. Our `W` is the **transpose** of the notes' matrix of $w_{ij}$: `w_ij = W[j, i]`. (On the page of the
# forward pass the notes write $w_{1i}z_1 + w_{2i}z_2 + \dots$ themselves: there the input comes first, as in `W`.) NumPy counts
# from 0. And **the loss is a mean over the batch**: its factor $1/N$ is inside `upstream` when it reaches us.
#
# **Before you run the next cell:** a layer has 3 inputs and 2 outputs. What shape is the notes' $w$, what shape is `W`? Where in
# `W` does `w[1, 2]` stand?

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
# A small network for one example: two inputs, three hidden nodes, two outputs, and a loss that compares the outputs with targets
# $y$. Here $z$ is a hidden node before its activation, $h = \tanh(z)$ after it, and $\ell = \sum_c (o_c - y_c)^2$.
#
# **Before you run the next cell:** which nodes are in $\Gamma(h_1)$, that is, which nodes use `h[1]`? How many terms has its sum?
# And the sum for `z[1]`?

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
dz = dh * (1 - h**2)  # tanh' = 1 - tanh²
dx = np.zeros(2)
for j in range(2):
    for i in range(3):
        dx[j] += dz[i] * W1[j, i]

# %% demo=true slide="fragment"
plots.network(
    layers={"x": x, "z": z, "h": h, "o": o, "ℓ": np.array([loss])},
    gradients={"x": dx, "z": dz, "h": dh, "o": do, "ℓ": np.ones(1)},
    links=["dense", "each", "dense", "dense"],
    focus=("h", 1),
    slopes=W2[1],
)

# %% [markdown]
# Try it: change `focus` to `("x", 0)` and `slopes` to `W1[0]`, one slope for each arrow that leaves the node. Which list of slopes
# belongs to `("z", 2)`? When it is right, the sum under the picture comes out.
#
# Is the picture true? Nudge an input a little, watch the loss, and compare. (Section 4 says how `numerical_gradient` does this.)


# %% demo=true
def loss_from_x(x):
    return ((np.tanh(x @ W1 + b1) @ W2 + b2 - y) ** 2).sum()


print("by the rule:         ", dx)
print("by nudging the input:", numerical_gradient(loss_from_x, x))

# %% [markdown] slide="slide"
# ## 3. The linear layer
#
# Now a whole batch at once. In section 1, one example `x` went through a layer; now all rows of `X` go through it together.
#
# **Your turn (answer 1).** Write the way forward. What does NumPy do with `b`, whose shape is (out,), when it is added to an array
# of shape (N, out)? Keep that question in mind: it comes back in section 7.


# %% exercise="linear_forward" slide="skip"


# %% [markdown] slide="subslide"
# ### 3.1 The gradient of the inputs: a worked example
#
# Somebody above us has computed `upstream`, that is $\partial\ell/\partial Z$, shape (N, out). Take $u$ = `X[n, j]`, input $j$ of
# example $n$.
#
# 1. **Who uses it?** The outputs of the same example, all of them: $\Gamma(X_{nj}) = \{Z_{n0}, Z_{n1}, \dots\}$, **row $n$ of
#    $Z$**.
# 2. **With what slope?** $Z_{ni} = X_{n0} W_{0i} + X_{n1} W_{1i} + \dots + b_i$. One term holds $X_{nj}$: it is $X_{nj} W_{ji}$, so
#    $\partial Z_{ni} / \partial X_{nj} = W_{ji}$.
# 3. **The rule** gives
#    $$\frac{\partial\ell}{\partial X_{nj}} = \sum_{i} \frac{\partial \ell}{\partial Z_{ni}}\, W_{ji}
#    \qquad\text{where } \frac{\partial \ell}{\partial Z_{ni}} \text{ is } \texttt{upstream[n, i]}.$$
# 4. **Which product is that?** In $(AB)_{nj} = \sum_i A_{ni} B_{ij}$ the summed index $i$ stands *inside*: last in $A$, first in
#    $B$. It is last in `upstream[n, i]`, good; it is last in `W[j, i]`, so we transpose: `W.T[i, j]`.
#
# $$\boxed{\;\texttt{dX = upstream @ W.T}\;}$$
#
# Numbers to try it on:

# %% demo=true
rng = np.random.default_rng(5)
X, W = rng.integers(-4, 5, size=(6, 3)) / 2, rng.integers(-4, 5, size=(3, 2)) / 2  # N = 6, in = 3, out = 2
b, upstream = np.array([0.5, -1.0]), rng.integers(-4, 5, size=(6, 2)) / 2
print("first row of upstream:", upstream[0], "   first row of W:", W[0])

# %% [markdown]
# **Before you run the next cell:** it computes the 18 numbers of `dX` in two ways. Work out the upper left one by hand, from the
# two rows above. (The first row of `W` is the first column of `W.T`.)

# %% demo=true
def loop_dX(upstream, X, W):
    """∂ℓ/∂X by the notes' rule, one term after the other."""
    dX = np.zeros_like(X)
    for n in range(X.shape[0]):
        for j in range(X.shape[1]):
            for i in range(W.shape[1]):  # over every v = Z[n, i] in Γ(X[n, j])
                dX[n, j] += upstream[n, i] * W[j, i]
    return dX


print("the loop and the product agree:", np.allclose(loop_dX(upstream, X, W), upstream @ W.T))
plots.equation(("upstream", upstream), "@", ("W.T", W.T), "=", ("dX", upstream @ W.T))

# %% [markdown] slide="subslide"
# ### 3.2 Why bother? Measure it
#
# One saving is memory. The slopes $\partial Z_{ni}/\partial X_{mj}$ of *every* output with respect to *every* input make the
# **Jacobian** of the layer, $(N \cdot \text{out}) \times (N \cdot \text{in})$ numbers, most of them zero. Nobody builds it:
# `upstream @ W.T` is its product with `upstream` (a *vector-Jacobian product*), made from `W` alone. The other saving is time.
#
# **Before you run the next cell:** both ways multiply and add the same numbers. At 64 × 64 × 64 = 262,144 products, how many
# times as fast is the matrix product: twice, 20 times, or more?

# %% demo=true
from time import perf_counter


def seconds(f, *arguments, repeat):
    """Mean time of one call."""
    start = perf_counter()
    for _ in range(repeat):
        f(*arguments)
    return (perf_counter() - start) / repeat


sizes = [4, 8, 16, 32, 64]
squares = [rng.normal(size=(2, size, size)) for size in sizes]
timings = {
    "the loop": [seconds(loop_dX, A, A, B, repeat=1) for A, B in squares],
    "upstream @ W.T": [seconds(lambda A, B: A @ B.T, A, B, repeat=50) for A, B in squares],
}
plots.running_times([size**3 for size in sizes], timings)

# %% [markdown] slide="subslide"
# ### 3.3 The gradient of the weights: half of it is yours
#
# Take $u$ = `W[j, i]`.
#
# 1. **Who uses it?** Output $i$ of *every* example: $\Gamma(W_{ji}) = \{Z_{0i}, Z_{1i}, \dots, Z_{N-1,i}\}$, **column $i$ of
#    $Z$**.
# 2. **With what slope?** $\partial Z_{ni} / \partial W_{ji} = X_{nj}$.
# 3. **The rule** gives a sum **over the batch**:
#    $$\frac{\partial\ell}{\partial W_{ji}} = \sum_{n} \texttt{upstream[n, i]} \cdot X_{nj}.$$
#    With one example it has one term, and is the notes' step 2,
#    $\frac{\partial \ell}{\partial w} = \frac{\partial \ell}{\partial u}\cdot\frac{\partial u}{\partial w}$.
# 4. **Which product is that?** This is for you. The shapes are the guide: **a gradient has the shape of its thing**.
#
# <details><summary>Hint 1: the summed index</summary>
#
# It is $n$. In a product it has to stand inside: last in the left factor, first in the right one. Where does it stand in
# `X[n, j]`?
#
# </details>
# <details><summary>Hint 2: the shapes</summary>
#
# From (N, in) and (N, out) you want (in, out). Only one arrangement of the two, with one transpose, fits. But see the written
# question below: when sizes happen to be equal, shapes no longer protect you.
#
# </details>

# %% demo=true
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
# Take $u$ = `b[i]`, and ask the same four questions. Who uses it? With what slope? What does the rule give? Which NumPy operation
# is that?
#
# **Your turn (answer 2).** Three lines, one for each gradient. Each earns its own point, provided that the function runs to its end.
#
# <details><summary>Hint 1: who uses it</summary>
#
# Move `b[0]` a little: which entries of `Z = X @ W + b` move, in an array of N rows?
#
# </details>
# <details><summary>Hint 2: the slope</summary>
#
# $\partial Z_{ni}/\partial b_i = 1$. So the rule leaves a bare sum of entries of `upstream`. Of which ones?
#
# </details>
# <details><summary>Hint 3: the operation</summary>
#
# `upstream` is (N, out) and `db` is (out,): the axis of the examples has to go. `array.sum(axis=...)` sums an axis away.
#
# </details>


# %% exercise="linear_backward" slide="skip"


# %% [markdown]
# Both ways, once more: the loops of the notes against **your** `linear_backward`; for `db`, where there is no loop yet, a nudge
# of `b` does. (The loss there is $\ell = \sum_{ni} \texttt{upstream}_{ni} Z_{ni}$, the simplest one with that upstream.)

# %% demo=true
with once_written():
    dX, dW, db = linear_backward(upstream, X, W)
    print("dX is the loop's:", np.allclose(dX, loop_dX(upstream, X, W)))
    print("dW is the loop's:", np.allclose(dW, loop_dW(upstream, X, W)))
    print("db is the nudge's:", np.allclose(db, numerical_gradient(lambda b: (upstream * (X @ W + b)).sum(), b)))

# %% [markdown] slide="slide"
# ### 3.5 See it, entry by entry
#
# Above, the arrays; under each, its gradient. Pick an entry of `dX`, `dW` or `db` (click, slider, or arrow keys): the numbers
# that enter it light up, and the sum over $\Gamma(u)$ is written out beside them. It opens with the first 4 of our 6 examples.
#
# **Before you run the next cell:** which entries of `dX`, `dW` and `db` change when `upstream[0, 0]` does? (A bar will mark them.)
# And with a batch of one, how many terms has each sum?
#
# *All entries at once* opens the formulas, your answer 2 among them: leave it closed until `check` has passed.

# %% demo=true slide="fragment"
from course.widgets import VectorForm

VectorForm(X, W, b, upstream)

# %% [markdown] slide="skip"
# ### 3.6 In your own words (4 points, marked by hand)
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
# ## 4. How do we know? Gradient checking
#
# Unit 02 made finite differences the witness of a formula; here is what we need of that, in short, and what is new for arrays. A
# derivative is a limit, so a small step $h$ should come near it. For a function $f$ of one number $x$:
#
# $$\text{one-sided: } \frac{f(x + h) - f(x)}{h} \qquad\qquad \text{central: } \frac{f(x + h) - f(x - h)}{2h}$$
#
# **Before you run the next cell:** for $f = \tanh$ at $x = 0.7$ we know the derivative, $1 - \tanh^2(x)$. Which $h$ comes nearest
# to it: $10^{-1}$, $10^{-5}$, $10^{-8}$ or $10^{-15}$? Is it the same for both formulas?

# %% demo=true slide="fragment"
steps = 10.0 ** np.arange(-16, 0.1, 0.25)
at, slope = 0.7, 1 - np.tanh(0.7) ** 2
one_sided = (np.tanh(at + steps) - np.tanh(at)) / steps
central = (np.tanh(at + steps) - np.tanh(at - steps)) / (2 * steps)
extrapolated = numerical_gradient(lambda x: np.tanh(x).sum(), np.array([at]))[0]
print(f"numerical_gradient, of which more below, has error {abs(extrapolated / slope - 1):.0e}")
plots.step_errors(steps, {"one-sided": abs(one_sided / slope - 1), "central": abs(central / slope - 1)})

# %% [markdown] slide="subslide"
# Two errors pull in opposite directions.
#
# - **Truncation**: the curve bends within the step. By Taylor's formula the error is about $\frac h2 |f''|$ for the one-sided
#   difference and $\frac{h^2}6 |f'''|$ for the central one: on the right of the picture, whose axes are logarithmic, lines of
#   slope 1 and 2.
# - **Rounding**: a float64 keeps about 16 digits, so each $f$ is off by about $\varepsilon |f|$,
#   $\varepsilon \approx 2.2 \cdot 10^{-16}$, and division by $h$ blows that up: a ragged line of slope $-1$ on the left.
#
# They balance near $h = \sqrt\varepsilon$ (one-sided) and $h = \sqrt[3]\varepsilon$ (central). The course's
# `numerical_gradient(f, x)` combines central differences at three steps so that the truncation of the order $h^2$ and $h^4$
# cancels. Its error is printed above the picture.

# %% [markdown] slide="subslide"
# ### What a wrong gradient looks like
#
# Here is the classmate of section 3.6: a layer with four inputs and four outputs, and `dW` transposed. In these tests a random `R`
# plays the upstream: the loss is $\sum_{ni} R_{ni} Z_{ni}$, so its gradient with respect to $Z$ is $R$.
#
# **Before you run the next cell:** at which entries will the wrong gradient be *right*?

# %% demo=true slide="fragment"
X4, W4, R4 = rng.normal(size=(5, 4)), rng.normal(size=(4, 4)), rng.normal(size=(5, 4))
truth = numerical_gradient(lambda W: (X4 @ W * R4).sum(), W4)
plots.compare_gradients(truth.T, truth)

# %% [markdown]
# **Find the bug: a case for a detective.** The layer has a ReLU now, $H = \max(0, XW)$, and somebody's backward pass is wrong. One
# column is right, and the others are not. (The last lines of the next cell give the bug away: run it, look at the picture first, and
# then at `W5`; all inputs are positive.) **Before you open the solution:** what was forgotten, and what is special about that one column?

# %% demo=true
X5, R5 = abs(rng.normal(size=(5, 4))), rng.normal(size=(5, 4))
W5 = np.array([[1.0, -1.5, 0.5, -0.5], [-1.0, 0.5, 1.0, -1.0], [0.5, 1.0, 0.5, 1.0], [-1.5, -0.5, 1.0, 0.5]])
truth = numerical_gradient(lambda W: (np.maximum(X5 @ W, 0) * R5).sum(), W5)
suspect = numerical_gradient(lambda W: (X5 @ W * R5).sum(), W5)
plots.compare_gradients(suspect, truth)

# %% [markdown]
# <details><summary>Solution</summary>
#
# The ReLU was forgotten on the way back: the suspect is the gradient of the layer without it. A column belongs to an output node.
# The inputs here are all positive, and so are the weights into node 2: that node is active for every example, ReLU does nothing
# there, and forgetting it does no harm. Node 0 is the opposite: active for no example, so the right gradient is zero throughout.
#
# </details>

# %% [markdown]
# A habit worth having: look *where* a gradient is wrong, not only how much. Wrong by one factor everywhere points at a mean or a
# sum; wrong in columns, at something that belongs to output nodes; right on the diagonal alone, at a transpose. When an array of yours
# is wrong, `check` draws such a map of it, too: read it before you read the hint.

# %% [markdown] slide="slide"
# ## 5. Activations: one arrow, one term
#
# An activation works entry by entry: $H_{ni} = g(Z_{ni})$. So $\Gamma(Z_{ni}) = \{H_{ni}\}$, **one** node, and the sum has one
# term:
#
# $$\frac{\partial\ell}{\partial Z_{ni}} = \texttt{upstream[n, i]} \cdot g'(Z_{ni}), \qquad\text{for all entries at once:}\qquad
# \boxed{\;\texttt{dZ = upstream * slope}\;}$$
#
# where `slope` holds $g'(Z)$. The star multiplies entry by entry. (The Jacobian is diagonal: nothing is left to sum.)
#
# **Worked example: tanh**, whose slope is $1 - \tanh^2(z)$.


# %% demo=true
def tanh_backward(upstream, Z):
    """Gradient dZ, where upstream is the gradient of the loss with respect to tanh(Z)."""
    return upstream * (1 - np.tanh(Z) ** 2)


Z, R = rng.normal(size=(2, 4, 3))
nudged = numerical_gradient(lambda Z: (R * np.tanh(Z)).sum(), Z)
print("the formula and the nudge agree:", np.allclose(tanh_backward(R, Z), nudged))

# %% [markdown] slide="subslide"
# ### 5.1 ReLU
#
# $g(z) = \max(0, z)$ lets positive numbers through and holds back the others. Its slope is 1 for $z > 0$ and 0 for $z < 0$.
#
# **Before you write it:** with `Z = [-2, 0.5, 3]` and `upstream = [10, -20, 30]`, what is `dZ`?
#
# At $z = 0$ there is a kink, and no derivative. Any number from 0 to 1, the two slopes, is a *subgradient*; we take 0, the usual
# choice (`check` accepts them all). What does a central difference make of it?

# %% demo=true
print("nudging max(0, z) at z = 0 gives", numerical_gradient(lambda z: np.maximum(z, 0).sum(), np.zeros(1)))

# %% [markdown]
# One half: the mean of both slopes, whatever the step. Mind this when you check a network: within a step of a kink, a finite
# difference mixes the slopes of both sides, and so a right gradient can look wrong.
#
# **Your turn (answer 3).** Half a line is there already: `upstream * ...`
#
# <details><summary>Hint</summary>
#
# A comparison of an array, such as `Z > 0`, is an array of True and False, and in a product these count as 1 and 0.
#
# </details>


# %% exercise="relu_backward" slide="skip"


# %% demo=true
with once_written():
    print("your dZ:", relu_backward(np.array([10.0, -20.0, 30.0]), np.array([-2.0, 0.5, 3.0])))

# %% [markdown] slide="subslide"
# ### 5.2 Sigmoid
#
# $\sigma(z) = \dfrac{1}{1 + e^{-z}}$ squeezes any number into $(0, 1)$. This one is all yours: find the slope (as in unit 03, for one
# number), then write the line.
#
# The mathematics is kind, the floating-point numbers less so. Multiply above and below by $e^z$, and $\sigma(z)$ is also
# $e^z / (1 + e^z)$: on paper one number, in two ways.
#
# **Before you run the next cell:** what is $\sigma(1000)$ on paper, to ten digits? And $\sigma(-1000)$? Which of the four results
# will NumPy get wrong?

# %% demo=true
with np.errstate(all="ignore"):
    for z in (1000.0, -1000.0):
        e = np.exp(z)
        print(f"z = {z:.0f}:   1 / (1 + exp(-z)) = {1 / (1 + np.exp(-z))}   exp(z) / (1 + exp(z)) = {e / (1 + e)}")

# %% [markdown]
# `np.exp(1000)` is infinite, and infinity divided by infinity is nan, "not a number". The slope that you are about to find may meet
# the same.
#
# **Your turn (answer 4).** It must give a finite number for every $z$, be it 1000 or $-1000$. (A warning of an overflow on the way
# costs nothing; the best answers give none.)
#
# <details><summary>Hint 1: the slope</summary>
#
# Differentiate $1 / (1 + e^{-z})$: $\;\sigma'(z) = \dfrac{e^{-z}}{(1 + e^{-z})^2} = \sigma(z)\,(1 - \sigma(z))$.
#
# </details>
# <details><summary>Hint 2: the trap</summary>
#
# `np.exp` overflows for large *positive* arguments only. The slope of the sigmoid is the same at $z$ and at $-z$ (why?). So which
# of the two do you put into the formula?
#
# </details>


# %% exercise="sigmoid_backward" slide="skip"


# %% demo=true
# You can test your own work without any judge: that is what section 4 was for. These numbers keep clear of the kink.
Z, R = rng.uniform(0.1, 2, size=(4, 3)) * rng.choice([-1, 1], size=(4, 3)), rng.normal(size=(4, 3))
with once_written():
    nudged = numerical_gradient(lambda Z: (R * np.maximum(Z, 0)).sum(), Z)
    print("ReLU:   ", np.allclose(relu_backward(R, Z), nudged))
    nudged = numerical_gradient(lambda Z: (R / (1 + np.exp(-Z))).sum(), Z)
    print("sigmoid:", np.allclose(sigmoid_backward(R, Z), nudged))

# %% [markdown] slide="slide"
# ## 6. Softmax and cross-entropy, fused
#
# A classifier with $C$ classes ends in $C$ numbers for each example, its **logits** $z_{nc}$, shape (N, C). **Softmax** makes
# probabilities of them, and **cross-entropy** takes minus the logarithm of the one that belongs to the right class, the label
# $y_n$:
#
# $$p_{nc} = \frac{e^{z_{nc}}}{\sum_k e^{z_{nk}}}, \qquad\qquad \ell = \frac1N \sum_n \ell_n, \quad \ell_n = -\log p_{n y_n}.$$
#
# In unit 02 you wrote this loss; now it gets its gradient. As two nodes, softmax and then cross-entropy, straight from the formula:


# %% demo=true
def two_nodes(logits, labels):
    """Loss, and its gradient by the chain rule through the probabilities p: right on paper."""
    rows = np.arange(len(labels))
    p = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    of_label = p[rows, labels][:, None]  # (N, 1): the probability of the right class
    loss = -np.log(of_label).mean()
    dp = -1 / of_label / len(labels)  # ∂ℓ/∂p of that class
    slopes = -of_label * p  # its ∂p/∂z, for the other classes ...
    slopes[rows, labels] += of_label[:, 0]  # ... and for its own
    return loss, dp * slopes


print("loss of three equal logits:", two_nodes(np.zeros((1, 3)), np.array([0]))[0], "= log 3 =", np.log(3))

# %% [markdown] slide="subslide"
# Two classes, label 0, logits $(0, g)$: the network is wrong, and the surer the larger $g$. The loss is $\log(1 + e^g)$, which is
# close to $g$, and its gradient with respect to the second logit is close to 1: nothing to be afraid of.
#
# **Before you run the next cell:** from which $g$ on do the two nodes fail? (The largest float64 is about $1.8 \cdot 10^{308}$,
# and $\log 10 \approx 2.3$.)

# %% demo=true slide="fragment"
gap = np.linspace(0, 1000, 1001)
with np.errstate(all="ignore"):
    results = [two_nodes(np.array([[0.0, g]]), np.array([0])) for g in gap]
losses, slopes = np.array([loss for loss, _ in results]), np.array([gradient[0, 1] for _, gradient in results])
exact_loss, exact_slope = np.logaddexp(0, gap), 1 / (1 + np.exp(-gap))
plots.breakdown(
    gap,
    {"loss": {"two nodes": losses, "exact": exact_loss}, "gradient": {"two nodes": slopes, "exact": exact_slope}},
    xlabel="logit of the wrong class, g",
)

# %% [markdown]
# The loss and its gradient are harmless; the numbers *in between* are not. From $g = 710$ on, $e^g$ is infinite: the right class has
# $p = 1/\infty = 0$, so that $\log p$ and $1/p$ are infinite, and the wrong one has $\infty/\infty$, which is nan. So we make **one
# node of the two**, and simplify on paper first.
#
# **The loss.** With $\log\frac ab = \log a - \log b$,
#
# $$\ell_n = \log \sum_k e^{z_{nk}} - z_{n y_n}.$$
#
# Subtracting one number from all logits of an example changes neither $p$ nor $\ell_n$ (why?). We subtract the largest,
# $m_n = \max_k z_{nk}$: then no exponent is positive, and one of them is 0, so that the logarithm is taken of a number of at
# least 1.

# %% [markdown] slide="subslide"
# **The gradient.** Differentiate $\ell_n = \log \sum_k e^{z_{nk}} - z_{n y_n}$ with respect to one logit $z_{nc}$. The second
# term gives $-1$ if $c$ is the label, and 0 otherwise. The first is yours: what comes out has a letter of its own already.
#
# **Before you go on:** for the logits $(2, 1, 0)$ and label 0, which signs do the three entries of the gradient have? What is
# their sum?
#
# **Your turn (answer 5).** Both for the whole batch, with the mean over the batch in both.
#
# <details><summary>Hint 1: the first term</summary>
#
# $\dfrac{\partial}{\partial z_{nc}} \log \sum_k e^{z_{nk}} = \dfrac{e^{z_{nc}}}{\sum_k e^{z_{nk}}} = p_{nc}$.
#
# </details>
# <details><summary>Hint 2: both terms, and the mean</summary>
#
# $\dfrac{\partial\ell}{\partial z_{nc}} = \dfrac1N \big(p_{nc} - [c = y_n]\big)$, where $[c = y_n]$ is 1 for the label and 0
# otherwise.
#
# </details>
# <details><summary>Hint 3: in NumPy</summary>
#
# `logits.max(axis=1, keepdims=True)` is (N, 1) and broadcasts against (N, C). One entry of each row is picked by
# `array[np.arange(N), labels]`, for reading and for `-= 1`. Work with $\log p$, and take `np.exp` of it for $p$.
#
# </details>


# %% exercise="softmax_cross_entropy" slide="skip"


# %% demo=true
# Your prediction about signs and sums; and your node, where the other two broke down.
with once_written():
    for logits in ([2.0, 1.0, 0.0], [0.0, 1000.0, 0.0]):
        loss, gradient = softmax_cross_entropy(np.array([logits]), np.array([0]))
        print(f"logits {logits}: loss {loss:.4f}, gradient {gradient.round(4).tolist()}, sum {gradient.sum():.1e}")

# %% [markdown] slide="slide"
# ## 7. Broadcasting, and its transpose
#
# Back to the question of answer 1. In `X @ W + b` NumPy adds an array of shape (out,) to one of shape (N, out): it **broadcasts**
# `b`, as if it had copied it into every row.
#
# A copied number is used more than once: $\Gamma(b_i)$ holds all of its copies, each with slope 1. So the rule says **copy
# forward, sum backward**, and the bias gradient of section 3.4 was a case of it.
#
# Broadcasting is a linear map $B$, and summing is its transpose: $\langle B b, G\rangle = \langle b, B^{\mathsf T} G\rangle$ for
# any $b$ and any $G$ of the larger shape, where $\langle\cdot,\cdot\rangle$ multiplies entry by entry and sums everything. Read
# that number as a loss: its gradient with respect to the copies $Bb$ is $G$, and with respect to $b$ it is $B^{\mathsf T} G$.
#
# **Before you run the next cell:** it copies `b`, shape (2,), into 4 rows, and brings a gradient $G$ back. What shape has $G$?
# Which axis is summed?

# %% demo=true slide="fragment"
copies = np.broadcast_to(b, (4, 2))
G = np.array([[1.0, 2.0], [0.5, -1.0], [0.0, 1.5], [-2.0, 1.0]])
back = G.sum(axis=0)
print("<B b, G> =", (copies * G).sum(), "  <b, Bᵀ G> =", (b * back).sum())
caption = "Left, forward: each entry is copied. Right, backward: the copies' gradients are summed."
plots.equation(("b", b), "→", ("B b", copies), " ", ("G", G), "→", ("Bᵀ G", back), caption=caption)

# %% [markdown] slide="subslide"
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
# **Your turn (answer 6).** The transpose of every broadcast, in a few lines.
#
# <details><summary>Hint 1: align first</summary>
#
# Write `shape` with ones in front until it has as many axes as the gradient. `(1,) * 2` is `(1, 1)`, `+` joins tuples, and
# `gradient.ndim` counts axes.
#
# </details>
# <details><summary>Hint 2: then sum</summary>
#
# Which axes of the aligned shape hold copies? Those of length 1. `gradient.sum(axis=(0, 2), keepdims=True)` sums several axes at
# once and keeps them with length 1; `.reshape(shape)` drops what was added.
#
# </details>


# %% exercise="unbroadcast" slide="skip"


# %% [markdown] slide="slide"
# ## 8. The whole network
#
# Two linear layers with a ReLU between them, and softmax with cross-entropy on top:
#
# $$Z_1 = X W_1 + b_1, \qquad H = \max(0, Z_1), \qquad Z_2 = H W_2 + b_2, \qquad \ell = \text{cross-entropy of softmax}(Z_2).$$
#
# Its **computational graph** has an array in every node. This is the notes' picture of the network, one node for each array.

# %% demo=true
inputs = np.array([[1.0, 0.5], [-1.0, 0.25], [0.5, -1.5]])
labels = np.array([0, 1, 0])
W1, b1 = np.array([[1.0, -0.5, 0.5], [0.5, 1.0, -1.0]]), np.array([0.5, 0.5, -0.5])
W2, b2 = np.array([[1.0, -1.0], [-0.5, 0.5], [0.5, 1.0]]), np.array([0.0, 0.25])

Z1 = inputs @ W1 + b1
H = np.maximum(Z1, 0)
Z2 = H @ W2 + b2
values = {"X": inputs, "W1": W1, "b1": b1, "Z1": Z1, "H": H, "W2": W2, "b2": b2, "Z2": Z2, "loss": np.array(two_nodes(Z2, labels)[0])}
plots.computational_graph(values, {})

# %% [markdown] slide="subslide"
# **Before you write it:** walk the arrows backwards from $\ell$. In which order do the gradients of $Z_2$, $W_2$, $b_2$, $H$,
# $Z_1$, $W_1$, $b_1$ become known? Which of your functions makes each of them, and what does it need from the forward pass? Which
# entries of the gradient of $Z_1$ are sure to be 0?
#
# **Your turn (answer 7).** You may call your earlier answers. Should one of them be wrong, this answer is judged once more with a
# right one in its place: no mistake costs twice.
#
# <details><summary>Hint 1: the plan</summary>
#
# Forward: $Z_1$, $H$, $Z_2$, loss. Backward: `softmax_cross_entropy` gives the gradient of $Z_2$; `linear_backward` takes it to
# $H$, $W_2$ and $b_2$; `relu_backward` from $H$ to $Z_1$; `linear_backward` again, to $W_1$ and $b_1$.
#
# </details>
# <details><summary>Hint 2: what each step needs</summary>
#
# The second layer's input is $H$, not $Z_1$. The ReLU wants $Z_1$. The first layer's input is $X$, and the gradient of $X$ is not
# asked for.
#
# </details>


# %% exercise="mlp_gradients" slide="skip"


# %% [markdown] slide="subslide"
# ### 8.1 The graph, with the gradients
#
# The course has an engine, `Tensor`, that does all of this by itself. It is what your `Node` was in unit 04, with an array in each
# node: it remembers the graph on the way forward and walks it backwards. It fills in the picture, and your gradients are held against
# its own.

# %% demo=true slide="fragment"
import course

graph = {name: course.Tensor(values[name], requires_grad=True) for name in ("X", "W1", "b1", "W2", "b2")}
graph["Z1"] = graph["X"] @ graph["W1"] + graph["b1"]
graph["H"] = graph["Z1"].relu()
graph["Z2"] = graph["H"] @ graph["W2"] + graph["b2"]
graph["loss"] = course.softmax_cross_entropy(graph["Z2"], labels)
graph["loss"].backward()

with once_written():
    loss, *yours = mlp_gradients(inputs, labels, W1, b1, W2, b2)
    for name, gradient in zip(("W1", "b1", "W2", "b2"), yours, strict=True):
        print(f"d{name}: you and the engine differ by {abs(gradient - graph[name].grad).max():.0e} at most")
plots.computational_graph(values, {name: node.grad for name, node in graph.items()})

# %% [markdown] slide="subslide"
# ### 8.2 And now it learns
#
# With gradients, the notes' training algorithm (unit 06) is three lines: pick a batch at random, compute the gradients, and move every
# parameter $\theta$ a little against its gradient, $\theta \leftarrow \theta - \eta\, \partial\ell/\partial\theta$, where $\eta$
# is the learning rate.
#
# **Before you run the next cell:** two classes lie on two interleaved arcs, so no straight line parts them. What will the
# boundary of a network of ReLUs look like?

# %% demo=true slide="fragment"
angle, classes = np.pi * rng.random(200), np.repeat([0, 1], 100)
arcs = np.where(classes, [1 - np.cos(angle), 0.5 - np.sin(angle)], [np.cos(angle), np.sin(angle)]).T
points = arcs + rng.normal(scale=0.1, size=arcs.shape)
theta = [rng.normal(size=(2, 16)), np.zeros(16), rng.normal(size=(16, 2)) / 4, np.zeros(2)]  # W1, b1, W2, b2
learning_rate, losses = 0.5, []
with once_written():
    for _ in range(600):
        batch = rng.choice(200, size=50, replace=False)
        loss, *gradients = mlp_gradients(points[batch], classes[batch], *theta)
        theta = [parameter - learning_rate * gradient for parameter, gradient in zip(theta, gradients, strict=True)]
        losses.append(loss)

# %% demo=true
def regions(W1, b1, W2, b2):
    """The plane of inputs on a grid, and the class that the network gives to each point."""
    across, up = np.meshgrid(np.linspace(-1.6, 2.6, 240), np.linspace(-1.1, 1.6, 160))
    Z2 = np.maximum(np.stack([across, up], axis=-1) @ W1 + b1, 0) @ W2 + b2
    return across, up, Z2.argmax(axis=-1)


plots.learning(losses, points, classes, regions(*theta)) if losses else print("This picture needs mlp_gradients.")

# %% [markdown]
# The boundary is made of straight pieces. As long as the same hidden nodes are active, the network is a linear function of its input
# plus a constant; the boundary bends only where a node switches on or off.

# %% [markdown] slide="slide"
# ## Summary
#
# | node | $\Gamma(u)$ | backward, in vector form |
# |---|---|---|
# | linear, input | all outputs of the same example | `upstream @ W.T` |
# | linear, weight | one output of every example | a product of `X` and `upstream`: you wrote it |
# | linear, bias | one output of every example | a sum over the batch |
# | activation | one node | `upstream * slope` |
# | softmax and cross-entropy | the loss | probabilities minus labels, over $N$ |
# | broadcasting | every copy | a sum over the copies |
#
# - **One rule.** Each formula is the notes' sum over $\Gamma(u)$. The matrix product does the summing.
# - **Shapes are the guide**, and no proof: a gradient has the shape of its thing, and in square layers so has a wrong one.
# - **Trust what you have tested.** Finite differences are a witness for any gradient, with a step neither too large nor too
#   small, away from kinks, on sizes that all differ.
#
# **If one thing stays with you:** whenever a number is used more than once, its gradient is a sum.
#
# Before this unit: unit 04, the same rule with one number in each node. After it: unit 06, which trains a network with these gradients.
#
# ## Further reading
#
# - The lecture notes, *Back propagation algorithm* and *computational graph*.
# - D. E. Rumelhart, G. E. Hinton and R. J. Williams, "Learning representations by back-propagating errors", *Nature* 323 (1986),
#   533-536: four pages, the source.
# - I. Goodfellow, Y. Bengio and A. Courville, *Deep Learning*, MIT Press 2016, [section
#   6.5](https://www.deeplearningbook.org/contents/mlp.html), for backpropagation in tensors, and section 4.1 on overflow and
#   underflow.
# - Stanford CS231n, [Backpropagation, intuitions](https://cs231n.github.io/optimization-2/), on shapes as the guide, and
#   [Gradient checks](https://cs231n.github.io/neural-networks-3/#gradcheck), on how they go wrong.
# - A. G. Baydin and others, ["Automatic differentiation in machine learning: a survey"](https://jmlr.org/papers/v18/17-468.html),
#   *Journal of Machine Learning Research* 18 (2018), for the vector-Jacobian product and its history.
