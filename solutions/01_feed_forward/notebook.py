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
# # Unit 01: The feed-forward network
#
# Before anything can be learnt, there has to be something that learns. This unit builds it: one neuron, a layer of neurons, and a
# network of layers. The notes call this network *fit forward*: numbers go in on the left, and every layer hands its results on to
# the next, never back. At the end you choose nine weights and biases by hand, and with them a network solves a problem that no
# single neuron can.
#
# **At the end you can**
# - compute a neuron, a layer and a network, by hand and in NumPy, and say what $w_{ij}^{(k)}$ means,
# - predict the shape of every array in a network, and count its parameters,
# - write a sigmoid that survives any input,
# - show why layers without an activation are worth no more than one layer, and what ReLU changes.
#
# | time | difficulty | what to know before |
# |---|---|---|
# | 75 to 90 minutes | easy, the last section middle | functions and arrays in Python, matrix products; unit 00 |

# %% [markdown] slide="skip"
# **How to work.** Under each answer stands a cell with `check(...)`. It says what is wrong, and where it can, why. Run it as often
# as you like: the runs are not counted. Go cell by cell: *Run All Cells* stops at the first answer that is not right yet.
#
# Wherever it says **Before you run the next cell**, write your guess down first. A wrong guess that you remember teaches more than
# a right answer that you have read.

# %%
import numpy as np

from course import check

# %% demo=true
# Cells like this one are for looking, not for marks: change them and break them as you like.
from course import data, once_written, plots

# %% [markdown] slide="slide"
# ## 1. One neuron
#
# A neuron takes $d$ numbers and makes one of them. In the notes' letters:
#
# $$u \;=\; g\Big(\sum_{j=1}^{d} w_j\, x_j + b\Big)$$
#
# - $x_1, \dots, x_d$ are its **inputs**, and $w_1, \dots, w_d$ its **weights**, one for each input;
# - $b$ is its **bias**, one number, added once;
# - $g$ is its **activation**, a function of one number;
# - $u$ is its **value**. A neuron is also called a **node**, or a unit.
#
# The sum inside the brackets gets a letter of its own in this course: $z = \sum_j w_j x_j + b$ is what the activation gets, and
# $u = g(z)$ what it makes of it.

# %% [markdown] slide="subslide"
# **By hand, first.** Two inputs $x = (2, -1)$, weights $w = (0.5, 1.5)$, bias $b = 1$. As activation take
# $g(z) = \max(0, z)$, which is called **ReLU** (say "ray-loo").
#
# **Before you run the next cell:** what is $z$, and what is $u$? And what are they when the bias is $0$ in place of $1$?

# %% demo=true slide="fragment"
x, w = [2.0, -1.0], [0.5, 1.5]
for b in (1.0, 0.0):
    z = w[0] * x[0] + w[1] * x[1] + b
    print(f"bias {b}:  z = {w[0]}·{x[0]} + {w[1]}·({x[1]}) + {b} = {z},   u = max(0, {z}) = {max(0.0, z)}")

# %% [markdown]
# **Your turn (answer 1).** A neuron with any number of inputs and any activation. `g` is a function, handed in like any other
# value: inside your answer, `g(3.0)` calls it.
#
# <details><summary>Hint 1: the products</summary>
#
# For two arrays of one shape, `w * x` multiplies entry by entry.
#
# </details>
# <details><summary>Hint 2: the order of things</summary>
#
# Multiply, sum, add the bias, and only then call `g`: once, with one number.
#
# </details>


# %% exercise="neuron" slide="skip"


# %% demo=true
# Your neuron on the numbers from above, with three activations.
with once_written():
    x, w = np.array([2.0, -1.0]), np.array([0.5, 1.5])
    print("identity:", neuron(x, w, 1.0, lambda z: z), "   ReLU:", neuron(x, w, 0.0, lambda z: max(0.0, z)))
    print("tanh:    ", neuron(x, w, 1.0, np.tanh))

# %% [markdown] slide="subslide"
# ### What a neuron sees
#
# With two inputs, draw $x$ as a point of the plane. The points with $w_1 x_1 + w_2 x_2 + b = 0$ form a **straight line**. On one
# side of it $z$ is positive, on the other negative.
#
# - The **weights** turn the line: it stands at right angles to the arrow $(w_1, w_2)$, and $z$ grows in the arrow's direction.
# - The **bias** moves it, parallel to itself: its distance from the origin is $|b| / \|w\|$, where
#   $\|w\| = \sqrt{w_1^2 + w_2^2}$.
#
# **Before you run the next cell:** $w = (3, 4)$ and $b = -10$. How far is the line from the origin? Is the origin on its positive
# side?

# %% demo=true slide="fragment"
w, b = np.array([3.0, 4.0]), -10.0
nearest = -b * w / (w @ w)  # the line's nearest point to the origin; w @ w is the sum of the products, 3·3 + 4·4
print("nearest point", nearest, "  z there:", w @ nearest + b, "  its distance:", np.sqrt(nearest @ nearest))
print("|b| / ‖w‖ =", abs(b) / np.sqrt(w @ w), "  z at the origin:", b)

# %% [markdown] slide="slide"
# ## 2. The activation
#
# Why not leave $z$ as it is? Section 5 gives the reason. For now, meet the usual ones:
#
# | name | $g(z)$ | lies between | used for |
# |---|---|---|---|
# | identity | $z$ | $-\infty$ and $\infty$ | last layers |
# | sigmoid $\sigma$ | $\dfrac{1}{1 + e^{-z}}$ | 0 and 1 | probabilities |
# | tanh | $\dfrac{e^z - e^{-z}}{e^z + e^{-z}}$ | $-1$ and 1 | hidden layers of small networks |
# | ReLU | $\max(0, z)$ | 0 and $\infty$ | hidden layers, nearly everywhere today |
#
# **Before you run the next cell:** which of them are 0 at $z = 0$? Which one is nearly the same as the identity around 0? (The dotted
# line in each panel is $z$ itself. Mind the scales: each panel has its own.)

# %% demo=true slide="fragment"
z = np.linspace(-4, 4, 201)
plots.activation_curves(z, {"identity": z, "sigmoid σ": 1 / (1 + np.exp(-z)), "tanh": np.tanh(z), "ReLU": np.maximum(z, 0)})

# %% [markdown]
# Sigmoid and tanh are one curve in two coats: $\tanh(z) = 2\sigma(2z) - 1$. Both sides, to be sure:

# %% demo=true
print("largest difference:", np.abs(np.tanh(z) - (2 / (1 + np.exp(-2 * z)) - 1)).max())

# %% [markdown] slide="subslide"
# ### 2.1 ReLU
#
# **Your turn (answer 2).** For a whole array at once, entry by entry, and for any shape. What you are given stays as it is: return a
# new array.
#
# <details><summary>Hint</summary>
#
# `np.max` finds the largest entry of one array. Its relative that compares two things entry by entry has a longer name.
#
# </details>


# %% exercise="relu" slide="skip"


# %% demo=true
with once_written():
    print("[-2, 0.5, 3] becomes", relu(np.array([-2.0, 0.5, 3.0])))

# %% [markdown] slide="subslide"
# ### 2.2 The sigmoid, and the largest number there is
#
# Multiply $\sigma(z) = \dfrac{1}{1 + e^{-z}}$ above and below by $e^z$, and you get $\dfrac{e^z}{e^z + 1}$. On paper these are one
# number. In the computer, numbers end near $1.8 \cdot 10^{308}$, and $e^{710}$ is beyond that: NumPy says `inf`, infinity, and
# warns of an *overflow*.
#
# **Before you run the next cell:** on paper, $\sigma(1000)$ is 1 to 400 digits, and $\sigma(-720)$ is $e^{-720}$, about
# $2 \cdot 10^{-313}$. Which of the four numbers below will be wrong?

# %% demo=true slide="fragment"
with np.errstate(all="ignore"):  # no warnings, for once
    for z in (1000.0, -720.0):
        print(f"z = {z:6.0f}:  1 / (1 + exp(-z)) = {1 / (1 + np.exp(-z)):.4g}   exp(z) / (1 + exp(z)) = {np.exp(z) / (1 + np.exp(z)):.4g}")

# %% [markdown]
# Infinity divided by infinity is `nan`, "not a number", and a single one spoils a whole network. The 0 looks harmless. It is not:
# unit 02 takes the logarithm of such numbers, and $\log 0$ is $-\infty$ where $-720$ is right.
#
# So each formula fails on one side of 0 only: where its exponent is large and *positive*.
#
# **Your turn (answer 3).** A sigmoid that is right for every $z$. One of the two points is for the far left, where $\sigma(z)$ is
# tiny, and every digit still counts.
#
# <details><summary>Hint 1: which exponent</summary>
#
# $-|z|$ is never positive. For $z \ge 0$ it is $-z$, and for $z < 0$ it is $z$. Let `e = np.exp(-np.abs(z))`, and write both
# formulas with `e`.
#
# </details>
# <details><summary>Hint 2: choosing, entry by entry</summary>
#
# `np.where(z >= 0, A, B)` takes entries of `A` where the condition holds, and of `B` elsewhere. `A` or `B` may be one number. What
# have your two formulas in common, and where do they differ?
#
# </details>


# %% exercise="sigmoid" slide="skip"


# %% demo=true
# Stricter than the marks: here an overflow, or a division of 0 by 0, is an error and not a warning.
# (np.where computes both of its formulas everywhere, and only then chooses: is the one that is not chosen harmless, too?)
with once_written(), np.errstate(over="raise", invalid="raise", divide="raise"):
    z = np.array([-1e6, -720.0, -1.0, 0.0, 1.0, 1000.0])
    print(sigmoid(z))
    print("σ(z) + σ(-z) is 1:", np.allclose(sigmoid(z) + sigmoid(-z), 1))

# %% [markdown] slide="slide"
# ## 3. A layer
#
# A **layer** is a row of neurons that all get the same inputs. Each neuron has its own weights and its own bias, so the letters
# need more indices. The notes write
#
# $$u_i = g\Big(\sum_{j=1}^{d} w_{ij}^{(k)}\, x_j + b_i^{(k)}\Big)$$
#
# - $i$ is the **output node**: the neuron that is computed;
# - $j$ is the **input node**: where the number comes from;
# - $(k)$ in brackets is the number of the **layer**. It is no power.
#
# So $w_{21}^{(1)}$ is the weight on the arrow from input 1 to neuron 2, in layer 1. Read it from right to left: *from* 1 *to* 2.

# %% [markdown] slide="subslide"
# **Before you run the next cell:** three inputs, two neurons in the first layer, one in the second. How many arrows end in
# `u[1]`? How many arrows are there in all? How many biases?
#
# (The notes count from 1 and Python from 0, so the notes' $u_2$ is `u[1]`.)

# %% demo=true slide="fragment"
x = np.array([1.0, -0.5, 2.0])
W1, b1 = np.array([[0.5, 1.5], [-1.0, 1.0], [2.0, -0.5]]), np.array([-1.5, 0.25])
W2, b2 = np.array([[1.0], [-2.0]]), np.array([0.25])
u = np.maximum(x @ W1 + b1, 0)
o = np.maximum(u @ W2 + b2, 0)
plots.weighted_sum({"x": x, "u": u, "o": o}, [W1, W2], focus=("u", 1), bias=b1[1], activation="ReLU")

# %% [markdown]
# Three arrows end in `u[1]`, eight there are in all, and three biases: one in each neuron, none in the inputs.
#
# Try it: change the focus to `("u", 0)` and the bias to `b1[0]`. The weights on the orange arrows: are they a row of `W1`, or a column?

# %% [markdown] slide="subslide"
# ### 3.1 From letters to arrays
#
# Computers like to do many examples at once. We put $N$ of them into one array, **an example in each row**.
#
# | the notes | here | shape | what it is |
# |---|---|---|---|
# | $x_j$ | `X[n, j]` | (N, in) | input $j$ of example $n$ |
# | $w_{ij}^{(k)}$ | `W[j, i]` of layer $k$ | (in, out) | weight from input $j$ to node $i$ |
# | $b_i^{(k)}$ | `b[i]` | (out,) | bias of node $i$ |
# | $\sum_j w_{ij} x_j + b_i$ | `Z[n, i]` | (N, out) | what the activation gets |
# | $u_i$ | `H[n, i]`, `H = g(Z)` | (N, out) | the value of node $i$ |
#
# Mind the order: `w_ij` is `W[j, i]`. Our `W` is the transpose of the notes' matrix, so that **a column of `W` holds the weights
# of one neuron**, and rows can stay examples.

# %% [markdown] slide="subslide"
# ### 3.2 The sum is a matrix product
#
# Take node $i$ of example $n$, and write the notes' sum with our arrays:
#
# $$Z_{ni} = \sum_j X_{nj}\, W_{ji} + b_i .$$
#
# The summed index $j$ stands inside, last in $X$ and first in $W$: that is the definition of the matrix product, $(XW)_{ni}$. In
# NumPy it is written `X @ W`. And `b`, of shape (out,), is added to every row.
#
# **Before you run the next cell:** `X` is (4, 3) and `W` is (3, 2). What are the shapes of `X @ W` and of `b`? How many products
# does the loop below add up?

# %% demo=true slide="fragment"
rng = np.random.default_rng(4)
X, W, b = rng.normal(size=(4, 3)), rng.normal(size=(3, 2)), rng.normal(size=2)

Z_loop, products = np.zeros((4, 2)), 0
for n in range(4):  # every example ...
    for i in range(2):  # ... every output node ...
        Z_loop[n, i] = b[i]
        for j in range(3):  # ... every input node
            Z_loop[n, i] += X[n, j] * W[j, i]
            products += 1
print(products, "products; the same numbers as X @ W + b:", np.allclose(Z_loop, X @ W + b))

# %% [markdown]
# **Your turn (answer 4).** A layer with ReLU, for a whole batch and without a loop. Return **both** arrays, `Z` and `H`: the way back
# (units 03 to 05) will want to know what the activation got, and not only what it made of it. You may call your `relu`; if that
# one should be wrong, this answer is judged once more with a right one: no mistake costs twice.
#
# <details><summary>Hint</summary>
#
# Two lines and a `return` of two names with a comma. Check with the shapes: (N, in) and (in, out) make (N, out).
#
# </details>


# %% exercise="dense_forward" slide="skip"


# %% demo=true
with once_written():
    Z, H = dense_forward(X, W, b)
    one_by_one = [[neuron(X[n], W[:, i], b[i], relu) for i in range(2)] for n in range(4)]
    print("your layer is your neuron, eight times:", np.allclose(H, one_by_one))
    print(H.round(3))

# %% [markdown] slide="subslide"
# ### 3.3 A case for a detective
#
# Somebody's layer runs without complaint, and gives an array of the right shape. All tests were made with three inputs and three
# nodes.
#
# **Before you run the next cell:** which letter is the bug, and what will the layer say to three inputs and two nodes? For which
# matrices $W$ would the bug stay hidden even from a test of the values?


# %% demo=true
def suspicious_layer(X, W, b):
    return X @ W.T + b


X3, W3, b3 = rng.normal(size=(5, 3)), rng.normal(size=(3, 3)), np.zeros(3)
Z3 = suspicious_layer(X3, W3, b3)
print("the right shape:", Z3.shape, "  the right numbers:", np.allclose(Z3, X3 @ W3 + b3))
try:
    suspicious_layer(X, W, b)
except ValueError as error:
    print("with 3 inputs and 2 nodes:", error)

# %% [markdown] slide="fragment"
# It is the `.T`. Only a symmetric $W$, the same as its transpose, would hide it; a test with unequal sizes finds it at once. So do
# inputs that are 1 in one place and 0 elsewhere: put the **unit vectors** through a layer, all at once as `np.eye(3)`, and out come the
# rows of its `W`, one for each input (plus `b`, which is 0 here).

# %% demo=true
print("W:\n", W3.round(2))
print("unit vectors through a right layer:\n", (np.eye(3) @ W3 + b3).round(2))
print("unit vectors through the suspicious one:\n", suspicious_layer(np.eye(3), W3, b3).round(2))

# %% [markdown] slide="slide"
# ## 4. A network
#
# A network is layer after layer: the values of one are the inputs of the next. We write it as a list of pairs,
# `layers = [(W1, b1), (W2, b2), ...]`, the first layer first.
#
# $$X \;\longrightarrow\; H^{(1)} = g\big(X W^{(1)} + b^{(1)}\big) \;\longrightarrow\; H^{(2)} = g\big(H^{(1)} W^{(2)} + b^{(2)}\big)
# \;\longrightarrow\; \cdots \;\longrightarrow\; Z^{(L)}$$
#
# Layers 1 to $L - 1$ are **hidden**: what they compute is neither given nor asked for. The **last layer** $L$ has no activation here:
# its outputs are its sums $Z^{(L)}$, which may be any numbers. $L$ is the **depth** of the network, and the number of nodes in a layer
# is its **width**.

# %% [markdown]
# **Before you write it:** a network has `layers` with `W` of the shapes (64, 32), (32, 16) and (16, 10). It gets `X` of shape
# (5, 64). Write down the shape of every array on the way.
#
# **Your turn (answer 5).** Any depth, one layer too. You may call your earlier answers.
#
# <details><summary>Hint 1: what changes</summary>
#
# One variable holds what the next layer gets. It starts as `X`, and each turn of the loop replaces it. `for W, b in layers:` takes
# the pairs apart.
#
# </details>
# <details><summary>Hint 2: the last layer</summary>
#
# `dense_forward` gives you both arrays each time. Which one does the next layer want, and which one do you return after the loop?
#
# </details>


# %% exercise="feedforward" slide="skip"


# %% demo=true
from itertools import pairwise


def random_layers(sizes, rng):
    """Layers of these sizes with random weights, divided by √m so that no sum grows with its number of inputs; biases of 0."""
    return [(rng.normal(size=(m, n)) / np.sqrt(m), np.zeros(n)) for m, n in pairwise(sizes)]


sizes = (64, 32, 16, 10)
with once_written():
    print("from (5, 64) to", feedforward(rng.normal(size=(5, 64)), random_layers(sizes, rng)).shape)

# %% [markdown] slide="subslide"
# ### 4.1 What does an untrained network know?
#
# That network has 64 inputs, one for each pixel of a small image, and ten outputs, one for each digit. The largest output is its
# answer. Its weights are random.
#
# **Before you run the next cell:** what share of handwritten digits will it get right? Will twenty random networks agree with one
# another?

# %% demo=true slide="fragment"
digits = data.digits(np.random.default_rng(0)).test
with once_written():
    shares = []
    for seed in range(20):
        outputs = feedforward(digits.X, random_layers(sizes, np.random.default_rng(seed)))
        shares.append((outputs.argmax(axis=1) == digits.y).mean())
    mean, half = np.mean(shares), 1.96 * np.std(shares, ddof=1) / np.sqrt(20)
    print(f"20 random networks: {mean:.1%} right on average (95 % interval ± {half:.1%}), from {min(shares):.1%} to {max(shares):.1%}")

# %% [markdown]
# About one in ten: guessing. A network is nothing without its weights; to find good ones is the subject of the rest of the course.

# %% [markdown] slide="subslide"
# ### 4.2 Counting parameters
#
# All weights and biases of a network together are its **parameters**, $\theta$. These are the numbers that training will change.
#
# **Before you write it:** how many parameters has the small network of section 3, with 3 inputs, 2 nodes and 1 node? Count the
# arrows, and do not forget the biases.
#
# **Your turn (answer 6).** `sizes` is a tuple: the number of inputs, then the nodes of each layer. For (64, 32, 10) the answer is
# 2,410.
#
# <details><summary>Hint</summary>
#
# A layer that takes $m$ numbers to $n$ nodes has a `W` of shape $(m, n)$ and a `b` of shape $(n,)$. Go through the layers, and mind
# that `sizes[0]` is the number of inputs: it is no layer of its own.
#
# </details>


# %% exercise="count_parameters" slide="skip"


# %% demo=true
with once_written():
    print("sizes (3, 2, 1), the small network:", count_parameters((3, 2, 1)))
    counted = sum(W.size + b.size for W, b in random_layers(sizes, rng))
    print("sizes", sizes, " by your formula:", count_parameters(sizes), " entries in the arrays:", counted)
    for width in (100, 200, 400):
        print(f"  784-{width}-{width}-10 has {count_parameters((784, width, width, 10)):,} parameters")

# %% [markdown]
# From line to line the width doubles. Why does the count grow by a factor of more than two, and of less than four?
#
# <details><summary>Solution</summary>
#
# The weights between the two wide layers become four times as many. All other weights, and nearly all biases, become twice as many.
#
# </details>

# %% [markdown] slide="slide"
# ## 5. Why the activation must not be a straight line
#
# Take two layers **without** activation (or, what is the same, with the identity):
#
# $$Z \;=\; \big(X W_1 + b_1\big)\, W_2 + b_2 .$$
#
# Here $W_1$ is (in, hidden), and $W_2$ is (hidden, out). Open the brackets, and mind that $X$ meets $W_1$ first:
#
# $$Z \;=\; X \underbrace{(\;\cdot\;)}_{W} \;+\; \underbrace{(\;\cdot\;)}_{b} .$$
#
# What stands in the two places does not depend on $X$. So **two layers without activation are one layer**, with other numbers in
# it. However many you stack, you get no more than one gives you.

# %% [markdown]
# **Your turn (answer 7).** Find `W` and `b` of that one layer.
#
# <details><summary>Hint 1: open the brackets</summary>
#
# $(A + B)\,C = A C + B C$ holds for matrices, too, as long as the order stays. Which of the terms hold $X$?
#
# </details>
# <details><summary>Hint 2: shapes</summary>
#
# `W` must be (in, out), from (in, hidden) and (hidden, out). `b` must be (out,), from `b1`, which is (hidden,), and `b2`, which is
# (out,). They cannot simply be added: what happens to `b1` on its way through the second layer?
#
# </details>


# %% exercise="collapse_layers" slide="skip"


# %% [markdown] slide="subslide"
# **Before you run the next cell:** it sends a batch through ten layers without activation, 3 nodes wide, and through **one** layer
# that your answer has made of them. Then it puts ReLU between the ten. In which of the two lines do the numbers agree?

# %% demo=true slide="fragment"
X = rng.normal(size=(6, 3))
ten = [(rng.normal(size=(3, 3)), rng.normal(size=3)) for _ in range(10)]
with once_written():
    W, b = ten[0]
    for W_next, b_next in ten[1:]:
        W, b = collapse_layers(W, b, W_next, b_next)
    through = X
    for W_k, b_k in ten:
        through = through @ W_k + b_k
    print("without activation, ten layers are this one:", np.allclose(through, X @ W + b))
    print("with ReLU between them, they are:           ", np.allclose(feedforward(X, ten), X @ W + b))

# %% [markdown] slide="skip"
# ### 5.1 In your own words (4 points, marked by hand)
#
# 1. A classmate's layer computes `X @ W.T + b`, as the suspicious one of section 3.3 did. Written with the notes' letters, it takes
#    $\sum_j w_{ji} x_j + b_i$ in place of $\sum_j w_{ij} x_j + b_i$. Say in words which arrow's weight it uses by mistake, and name
#    one test that would have found it.
# 2. "My network has 20 layers, each without activation, so it is a deep network and can learn anything." What is wrong with this?
#    Give the reason as a formula or as a sentence, and say what the classmate has to change.

# %% [markdown] written=4
# **Model answer.**
#
# 1. For the contribution of input $j$ to node $i$ it uses $w_{ji}$: the weight on the arrow from input $i$ to node $j$, the two ends
#    having changed places. A layer with unequal numbers of inputs and nodes finds it (an error, or a wrong shape); so do unit
#    vectors as inputs, whose outputs should be the rows of `W` (plus `b`), or a comparison with the loop of section 3.2 for a `W`
#    that is not symmetric.
# 2. $(XW_1 + b_1)W_2 + b_2 = X(W_1W_2) + (b_1W_2 + b_2)$: two such layers are one, and so, two at a time, are 20. The network
#    computes what one layer can compute, and draws straight lines only. It needs an activation that is not linear, ReLU for
#    instance, between the layers.
#
# **Rubric.** Any notation will do.
#
# - 1: the arrow is named, from $i$ to $j$ ("the two ends swapped" will do).
# - 1: a test that really finds it; "other random numbers in a square layer" counts only if the right values come from somewhere else.
# - 1: the collapse into one layer, as a formula or in words that say *why* (half a point without a reason).
# - 1: a non-linear activation between the layers ("an activation" alone: half a point).

# %% [markdown] slide="slide"
# ## 6. Exclusive or
#
# Two inputs, each 0 or 1. XOR, "exclusive or", is 1 when **exactly one** of them is 1:
#
# | $x_1$ | $x_2$ | XOR |
# |---|---|---|
# | 0 | 0 | 0 |
# | 0 | 1 | 1 |
# | 1 | 0 | 1 |
# | 1 | 1 | 0 |
#
# A neuron gives class 1 on one side of its line, and class 0 on the other. Draw the four points on paper, the 1s filled and the 0s
# empty. **Before you go on:** can you draw a straight line with the filled points on one side and the empty ones on the other?

# %% [markdown] slide="subslide"
# ### 6.1 One neuron cannot
#
# Suppose that it could: $z = w_1 x_1 + w_2 x_2 + b$ is positive for class 1 and negative for class 0. The four rows of the table say
#
# $$b < 0, \qquad w_2 + b > 0, \qquad w_1 + b > 0, \qquad w_1 + w_2 + b < 0 .$$
#
# **Before you open the solution:** add the two in the middle. Then add the first and the last. What do you see?
#
# <details><summary>Solution</summary>
#
# The middle ones give $w_1 + w_2 + 2b > 0$. The first and the last give $w_1 + w_2 + 2b < 0$. Both cannot be: there is no such
# neuron. (A threshold other than 0 changes nothing, it only moves $b$; and neither does an activation that always grows, such as
# $\sigma$.)
#
# </details>
#
# And if one tries at random? **Before you run the next cell:** what is the most that any of 200,000 neurons gets right, of the four?

# %% demo=true slide="fragment"
corners, xor = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]), np.array([0, 1, 1, 0])
w, b = rng.normal(size=(2, 200_000)), rng.normal(size=200_000)
right = ((corners @ w + b > 0) == xor[:, None]).sum(axis=0)
print("neurons with 0, 1, 2, 3 and 4 right:", np.bincount(right, minlength=5))

# %% [markdown] slide="subslide"
# ### 6.2 Two hidden nodes can: try it
#
# On the left, the plane of the inputs, with a line where each hidden node has $z = 0$. On the right, the plane of
# $(h_1, h_2)$, the hidden nodes' values: this is **all that the output node sees**. Its line is drawn there, and the colours on
# the left are its verdict.
#
# Drag a line's dot to move the line (the bias), or its arrow to turn it (the weights); the sliders do the same, also with the arrow
# keys. The grey net is a square grid of the left plane: see where it goes.
#
# **Before you touch it:** with *identity* as activation, the net stays flat. With *ReLU*, it is folded. Along which lines?
#
# 1. Set *identity*. How many of the four can you get right? Why does section 5 say so beforehand?
# 2. Set *ReLU*, and get all four right.

# %% demo=true slide="fragment"
from course.widgets import FeedForward

FeedForward(W1=[[1.0, -0.5], [0.5, 1.0]], b1=[-0.25, -0.5], W2=[[1.0], [-1.0]], b2=[0.25])

# %% [markdown] slide="subslide"
# ### 6.3 By hand
#
# The table of XOR looks at $s = x_1 + x_2$ only: $s = 0$ gives 0, $s = 1$ gives 1, $s = 2$ gives 0. So it is enough to make a function
# of **one** number that goes up from $s = 0$ to $s = 1$ and down again to $s = 2$.
#
# ReLU nodes are made for such things: $\max(0, s - a)$ is 0 up to $s = a$, and climbs from there with slope 1. With a weight in
# front, the slope is that weight. Where several of them overlap, slopes add up.
#
# **Before you run the next cell:** $f(s) = 2\max(0, s) - 3\max(0, s - 2)$. What are its slopes before 0, between 0 and 2, and after
# 2? What is $f(4)$?

# %% demo=true slide="fragment"
def f(s):
    return 2 * np.maximum(s, 0) - 3 * np.maximum(s - 2, 0)


print("  ".join(f"f({s}) = {f(s)}" for s in (-1, 0, 1, 2, 3, 4)))

# %% [markdown] slide="subslide"
# **Your turn (answer 8).** Give a network that computes XOR, with two inputs, one output, and $h \ge 2$ hidden nodes of your
# choice. It is run as
#
# $$H = \mathrm{ReLU}(X W_1 + b_1), \qquad Z = H W_2 + b_2,$$
#
# so `W1` is (2, h), `b1` (h,), `W2` (h, 1) and `b2` (1,). The answer is **class 1 where $Z > 0.5$**, and class 0 where $Z < 0.5$.
# There are many right ones, and any will do: from paper, or from the sliders above. (Take care there: a column of `W1` belongs to a
# node.)
#
# <details><summary>Hint 1: the hidden nodes</summary>
#
# Let every hidden node add up $x_1$ and $x_2$ with weight 1 each, and differ in the bias only. Where does each wake up?
#
# </details>
# <details><summary>Hint 2: the output node</summary>
#
# You want slope $1$ from $s = 0$ to $1$, and slope $-1$ after that. By how much has the second node to change the slope?
#
# </details>


# %% exercise="xor_weights" slide="skip"


# %% demo=true
with once_written():
    W1, b1, W2, b2 = xor_weights()
    Z = feedforward(corners, [(W1, b1), (W2, b2)])
    for x, z, y in zip(corners, Z[:, 0], xor, strict=True):
        print(f"x = {x}   Z = {z:5.2f}   class {int(z > 0.5)}   XOR {y}")

# %% [markdown] slide="subslide"
# **Before you run the next cell:** it draws your network (for two hidden nodes) as the widget did. Where do the four inputs go in the
# hidden plane? Do any two of them meet?

# %% demo=true slide="fragment"
picture = None
with once_written():
    W1, b1, W2, b2 = xor_weights()
    wide = np.shape(W1) != (2, 2)
    picture = "This picture is for two hidden nodes; yours has more." if wide else plots.folded_plane(W1, b1, W2, b2, corners, xor)
picture

# %% [markdown]
# The hidden layer has moved the points to where one line can part them. That is what hidden layers are for: **the last layer draws a
# straight line, and the layers before it prepare a plane in which a straight line is enough.**

# %% [markdown] slide="slide"
# ## 7. Does a hidden layer always help?
#
# So far there were four points. Now 200 of them, scattered around the corners of a square, and the same question to three rules. Each
# ends in a straight line, fitted by least squares (a formula, `np.linalg.lstsq`; no training yet). They differ in what the line gets:
# the inputs; 12 hidden nodes without activation; or 12 hidden nodes with ReLU. The hidden weights are random.
#
# **Before you run the next cell:** order the three rules for XOR. And order them for two clouds that a line *can* part.


# %% demo=true
def two_clouds(n, noise, rng):
    """Points around (-1, -1), class 0, and around (1, 1), class 1."""
    y = np.arange(n) % 2
    return (2.0 * y - 1)[:, None] + noise * rng.normal(size=(n, 2)), y


def share_right(features, y, new_features, new_y):
    """Fit a line to features by least squares; the share of new examples on the right side of it."""
    line, *_ = np.linalg.lstsq(np.column_stack([features, np.ones(len(y))]), y, rcond=None)
    return ((np.column_stack([new_features, np.ones(len(new_y))]) @ line > 0.5) == new_y).mean()


def three_rules(draw, seed):
    """Shares right of the three rules, on one draw of data and of hidden weights: the same for all three."""
    rng = np.random.default_rng(seed)
    (X, y), (X_new, y_new) = draw(200, 0.5, rng), draw(200, 0.5, rng)
    W, b = rng.normal(size=(2, 12)), rng.normal(size=12)
    Z, Z_new = X @ W + b, X_new @ W + b
    return share_right(X, y, X_new, y_new), share_right(Z, y, Z_new, y_new), share_right(np.maximum(Z, 0), y, np.maximum(Z_new, 0), y_new)


# %% demo=true slide="fragment"
for name, draw in (("XOR", data.xor), ("two clouds", two_clouds)):
    shares = np.array([three_rules(draw, seed) for seed in range(30)])
    gains = 100 * (shares[:, 1:] - shares[:, :1])
    mean, half = gains.mean(axis=0), 1.96 * gains.std(axis=0, ddof=1) / np.sqrt(30)
    print(f"{name:11s} no hidden layer {shares[:, 0].mean():6.1%} right", end="")
    print(f" | without activation {mean[0]:+5.1f} ± {half[0]:.1f} points | with ReLU {mean[1]:+5.1f} ± {half[1]:.1f} points")

# %% [markdown]
# Thirty seeds, each with the same data for all rules, and 95 % intervals of the difference to the first rule. Three things to take
# home:
#
# - For XOR, the ReLUs turn guessing into knowing.
# - Hidden nodes **without** activation change nothing at all, in either problem: section 5, measured.
# - Where a straight line is enough, the hidden layer **does not help**; it costs a little, for there are more weights to fit with the
#   same data. Units 07 to 09 are about that price.

# %% [markdown] slide="slide"
# ## Summary
#
# | thing | formula | in NumPy | parameters |
# |---|---|---|---|
# | neuron | $u = g(\sum_j w_j x_j + b)$ | you wrote it | $d + 1$ |
# | layer | $u_i = g(\sum_j w_{ij}^{(k)} x_j + b_i^{(k)})$ | `Z = X @ W + b`, `H = g(Z)` | in × out + out |
# | network | layer after layer, the last one without $g$ | a loop over `(W, b)` | the sum over its layers |
#
# - **Indices**: $w_{ij}^{(k)}$ goes from $j$ to $i$ in layer $k$, and stands at `W[j, i]`.
# - **Shapes**: (N, in) @ (in, out) is (N, out); `b` is (out,). Unequal sizes make the best tests.
# - **Activations** make depth worth something. Layers without them collapse into one.
# - **Stable code** chooses the formula whose exponent is never large and positive.
#
# **If one thing stays with you:** the last layer draws a straight line, and the hidden layers fold the plane until that is enough.
#
# **Next.** You chose nine numbers by hand. A network for digits has thousands. Unit 02 says what "better" means for a network (a
# *loss*), and how to walk towards it, one small step at a time.

# %% [markdown] slide="skip"
# ## Further reading
#
# - The lecture notes, *NN training algorithm* and *forward pass*: the same formulas, in the notes' letters.
# - F. Rosenblatt, "The perceptron: a probabilistic model for information storage and organization in the brain", *Psychological
#   Review* 65 (1958), 386-408: one neuron that learns.
# - M. Minsky and S. Papert, *Perceptrons*, MIT Press 1969: what one layer cannot do.
# - I. Goodfellow, Y. Bengio and A. Courville, *Deep Learning*, MIT Press 2016, [section
#   6.1](https://www.deeplearningbook.org/contents/mlp.html): XOR with a ReLU network; section 6.3 on activations, 4.1 on overflow.
# - M. Nielsen, *Neural Networks and Deep Learning*, 2015, [chapter 1](http://neuralnetworksanddeeplearning.com/chap1.html): neurons
#   and layers with much patience.
# - S. J. D. Prince, *Understanding Deep Learning*, MIT Press 2023, [chapters 3 and 4](https://udlbook.github.io/udlbook/): shallow and
#   deep networks as folded pieces of straight lines.
