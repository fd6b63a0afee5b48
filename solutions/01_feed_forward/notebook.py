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
# Before anything can be learnt, we need something that learns. This unit builds it: one neuron, a layer of neurons, and a network of
# layers. The notes call it *fit forward*: numbers go in on the left, and every layer hands its results on to the next, never back. At the
# end you choose nine numbers by hand, and with them a network solves a problem that no single neuron can solve.
#
# **At the end you can**
# - compute a neuron, a layer and a network, by hand and in NumPy, and say what $w_{ij}^{(k)}$ means,
# - predict the shape of every array in a network, and count its parameters,
# - show why layers without an activation are worth no more than one layer,
# - explain what a hidden layer does to the plane, and solve XOR with it.
#
# | time | difficulty | what to know before |
# |---|---|---|
# | 120 minutes, and 20 for what is optional | easy, section 6 medium | functions and arrays in Python, matrix products; unit 00 |

# %% [markdown] deck="slide"
# ## Four points, one line
#
# $$\begin{matrix} x_1 & x_2 & \text{XOR} \\ 0 & 0 & 0 \\ 0 & 1 & 1 \\ 1 & 0 & 1 \\ 1 & 1 & 0 \end{matrix}$$
#
# Draw the four points: filled for 1, empty for 0. Can **one straight line** keep them apart?
#
# Note: Everybody draws, alone; wait a full minute. Then ask for hands: who has found a line? Some have bent it a little, so say once more
# that it must be straight. Do not give the answer yet: we come back to these four points at the end.

# %%
import numpy as np

from course import check

# %% demo=true
# Cells like this one are for looking, not for marks: change them and break them as you like.
from course import data, keep, once_written, plots

# %% [markdown] slide="slide"
# ## 1. One neuron
#
# A neuron takes $d$ numbers and makes one number of them. In the letters of the notes:
#
# $$u \;=\; g\Big(\sum_{j=1}^{d} w_j\, x_j + b\Big)$$
#
# - $x_1, \dots, x_d$ are its **inputs**, and $w_1, \dots, w_d$ its **weights**, one for each input;
# - $b$ is its **bias**, one number, added once;
# - $g$ is its **activation**, a function of one number;
# - $u$ is its **value**. A neuron is also called a **node**.
#
# In this course the sum inside the brackets has a letter of its own, $z = \sum_j w_j x_j + b$. So $u = g(z)$.

# %% [markdown] slide="subslide"
# **By hand, first.** A neuron has two inputs $x = (2, -1)$, the weights $w = (0.5, 1.5)$ and the bias $b = 1$. As activation take
# $g(z) = \max(0, z)$, which is called **ReLU** (say "ray-loo").
#
# **Before you run the next cell:** what is $z$, and what is $u$? And what are they if the bias is $0$ instead of $1$?

# %% [markdown] deck="slide"
# ## One neuron
#
# $$u = g\Big(\sum_{j=1}^{d} w_j\, x_j + b\Big)$$
#
# Take $x = (2, -1)$, $w = (0.5, 1.5)$ and $g(z) = \max(0, z)$, the ReLU.
#
# What is $u$ for $b = 1$? And for $b = 0$?
#
# Note: Read the formula aloud once: inputs times weights, add them up, add the bias, and only then the activation. Give one minute on
# paper, and ask two people for their numbers. Many stop at z, and forget g.

# %% demo=true slide="fragment"
x, w = [2.0, -1.0], [0.5, 1.5]
for b in (1.0, 0.0):
    z = w[0] * x[0] + w[1] * x[1] + b
    print(f"bias {b}:  z = {w[0]}·{x[0]} + {w[1]}·({x[1]}) + {b} = {z},   u = max(0, {z}) = {max(0.0, z)}")

# %% [markdown] deck="slide"
# ## The bias decides
#
# - $b = 1$: $\; z = 1 - 1.5 + 1 = 0.5$, so $u = 0.5$
# - $b = 0$: $\; z = 1 - 1.5 + 0 = -0.5$, so $u = 0$
#
# ReLU keeps what is positive, and makes 0 of the rest.
#
# Note: Ask who had minus one half in the second line. That is z, and it is right as far as it goes; the ReLU comes after it, and makes it
# 0. So the neuron is silent without its bias, and speaks with it.

# %% [markdown]
# **Your turn (answer 1; 6 minutes; ★).** Write a neuron with any number of inputs and any activation. `g` is a function, handed in
# like any other value: inside your answer, `g(3.0)` calls it with the number 3.
#
# <details><summary>Hint 1: the products</summary>
#
# For two arrays of the same shape, `w * x` multiplies entry by entry. `np.sum` adds up the entries of an array.
#
# </details>
# <details><summary>Hint 2: the order</summary>
#
# Multiply, sum, add the bias. Only then call `g`: once, with one number.
#
# </details>
# <details><summary>Hint 3: a worked example</summary>
#
# Another function that takes a function: the span of an array, sent through `g`.
# `def span(x, g):`, and inside it `size = np.max(x) - np.min(x)` and `return g(size)`. With `x = np.array([3.0, 7.0, 4.0])` and
# `g = np.sqrt` the size is 4, and the result 2.
#
# </details>


# %% exercise="neuron" slide="skip"


# %% [markdown] slide="subslide"
# ### What a neuron sees
#
# Two inputs, $x = (x_1, x_2)$, are a point of the plane. So we can draw what a neuron makes of every point. The points with
# $w_1 x_1 + w_2 x_2 + b = 0$ form a **straight line**. On one side of it $z$ is positive, on the other side negative.
#
# The next cell draws three neurons, with the weights as an arrow $w = (w_1, w_2)$. The second has other weights than the first, the third
# another bias.
#
# **Before you run the next cell:** what turns the line, the weights or the bias? And is the origin (0, 0) on the positive side of the
# first line, where $b = -1$?

# %% [markdown] deck="slide"
# ## What turns the line?
#
# $$z = w_1 x_1 + w_2 x_2 + b = 0$$
#
# These points form a straight line.
#
# What turns it: the **weights**, or the **bias**? And if $b = -1$: on which side is the origin?
#
# Note: Ask for hands: the weights, the bias, both? Many say both. Wait half a minute more for the second question, and let somebody put the
# origin into the formula, aloud.

# %% demo=true slide="fragment"
plots.neuron_planes({"a neuron": ([1.0, 0.5], -1.0), "other weights": ([1.0, -1.0], -1.0), "another bias": ([1.0, 0.5], 2.0)})

# %% [markdown]
# - **The weights turn the line**: it is always at right angles to the arrow $w$, and $z$ grows in the direction of the arrow.
# - **The bias moves the line**, without turning it. At the origin $z$ is exactly $b$: with $b = -1$ the origin lies on the negative side.
#
# A ReLU neuron gives 0 on the whole blue side, and $z$ on the other. Try it: move the sliders, or drag the point $x$ and the line.

# %% [markdown] deck="slide"
# ## What a neuron sees
#
# Note: Move one weight, slowly, and let the room say what it sees; then move the bias. The weights turn the line: it stays at right angles
# to the arrow. The bias moves it and never turns it. At the origin z is the bias itself, so with minus 1 the origin is on the negative
# side.

# %% demo=true slide="fragment" deck="show"
from course.widgets import Neuron

Neuron(w=[1.0, 0.5], b=-1.0)

# %% [markdown] slide="slide"
# ## 2. The activation
#
# Why not leave $z$ as it is? Section 5 gives the reason. First, the four most common activations:
#
# | name | $g(z)$ | lies between | used for |
# |---|---|---|---|
# | identity | $z$ | $-\infty$ and $\infty$ | last layers |
# | sigmoid $\sigma$ | $\dfrac{1}{1 + e^{-z}}$ | 0 and 1 | probabilities |
# | tanh | $\dfrac{e^z - e^{-z}}{e^z + e^{-z}}$ | $-1$ and 1 | hidden layers of small networks |
# | ReLU | $\max(0, z)$ | 0 and $\infty$ | hidden layers, nearly everywhere today |
#
# **Before you run the next cell:** which of them are 0 at $z = 0$? Which one, apart from the identity, is nearly equal to $z$ near 0 on
# *both* sides?

# %% demo=true slide="fragment"
z = np.linspace(-4, 4, 201)
one_by_one = np.array([max(0.0, number) for number in z])
plots.activation_curves(z, {"identity": z, "sigmoid σ": 1 / (1 + np.exp(-z)), "tanh": np.tanh(z), "ReLU": one_by_one})

# %% [markdown]
# All but the sigmoid are 0 at 0: $\sigma(0) = \frac12$. Near 0, tanh is nearly equal to $z$ on both sides.
#
# **Your turn (answer 2; 4 minutes; ★).** Write ReLU for a whole array at once, entry by entry, for any shape. Leave the array that you
# are given as it is, and return a new one.
#
# <details><summary>Hint 1: entry by entry</summary>
#
# Python's `max` compares whole things, and `np.max` finds the largest entry of one array. You need a function that compares two things
# entry by entry.
#
# </details>
# <details><summary>Hint 2: where to find it</summary>
#
# Its name is a longer word than `np.max`. It has a counterpart for the smaller of two things, `np.minimum`.
#
# </details>
# <details><summary>Hint 3: a worked example</summary>
#
# Cut everything above 5 down to 5: `np.minimum(np.array([2.0, 9.0]), 5)` compares each entry with 5, takes the smaller, and gives
# `[2.0, 5.0]`. The array itself is not changed.
#
# </details>


# %% exercise="relu" slide="skip"


# %% [markdown] slide="slide"
# ## 3. A layer
#
# A **layer** is a row of neurons that all get the same inputs. Each neuron has its own weights and its own bias, so the letters need more
# indices. The notes write
#
# $$u_i = g\Big(\sum_{j=1}^{d} w_{ij}^{(k)}\, x_j + b_i^{(k)}\Big)$$
#
# - $i$ is the **output node**: the neuron that is computed;
# - $j$ is the **input node**: where the number comes from;
# - $(k)$, in brackets, is the number of the **layer**. It is not a power.
#
# So $w_{21}^{(1)}$ is the weight on the arrow from input 1 to neuron 2, in layer 1. Read its indices from right to left: *from* 1 *to* 2.

# %% [markdown] slide="subslide"
# The next cell draws a small network: three inputs, a layer of two ReLU nodes, and one output node. Nodes between the inputs and the output
# are called **hidden**, and their values are written $h_1$ and $h_2$. The output $o$ has no activation here. The picture counts from 0,
# as Python does: $h_2$ is `h[1]`.
#
# **Before you run the next cell:** how many arrows end in $h_2$? How many arrows are there in all? How many biases?

# %% [markdown] deck="slide"
# ## How many arrows?
#
# Three inputs, a layer of two ReLU nodes, one output node.
#
# - How many arrows end in $h_2$?
# - How many arrows are there in all?
# - How many biases?
#
# Note: Let everybody sketch the network; one minute is enough. Collect three numbers from three people. The biases are where people differ:
# some give one to every circle, the inputs included.

# %% [markdown] deck="slide"
# ## Three, eight, three
#
# $w_{21}^{(1)}$: read it from right to left, **from** 1 **to** 2. In code it is `W1[0, 1]`.
#
# Note: Three arrows end in h₂, there are eight in all, and three biases: the inputs have none. The picture counts from 0, as Python does,
# so h₂ is h[1]. Point at an orange arrow, wait ten seconds, and let the room call out its name; most people swap the two numbers at first.

# %% demo=true slide="fragment" deck="show"
x = np.array([1.0, -0.5, 2.0])
W1, b1 = np.array([[0.5, 1.5], [-1.0, 1.0], [2.0, -0.5]]), np.array([-1.5, 0.25])
W2, b2 = np.array([[1.0], [-2.0]]), np.array([0.25])
values = np.array([max(0.0, np.sum(W1[:, i] * x) + b1[i]) for i in range(2)])  # of the two hidden nodes
output = np.array([np.sum(W2[:, 0] * values) + b2[0]])
plots.weighted_sum({"x": x, "h": values, "o": output}, [W1, W2], focus=("h", 1), bias=b1[1], activation="ReLU")

# %% [markdown]
# Three arrows end in $h_2$, there are eight in all, and three biases: one for each neuron, none for the inputs. The weights on the orange
# arrows stand below one another in `W1`, in its second column.

# %% [markdown] slide="subslide"
# ### 3.1 From letters to arrays
#
# Computers like to do many examples at once. We put $N$ of them into one array, a **batch**, with **an example in each row**.
#
# | the notes | here | shape | what it is |
# |---|---|---|---|
# | $x_j$ | `X[n, j]` | (N, in) | input $j$ of example $n$ |
# | $w_{ij}^{(k)}$ | `W[j, i]` of layer $k$ | (in, out) | weight from input $j$ to node $i$ |
# | $b_i^{(k)}$ | `b[i]` | (out,) | bias of node $i$ |
# | $\sum_j w_{ij} x_j + b_i$ | `Z[n, i]` | (N, out) | what the activation gets |
# | $u_i$, in a hidden layer $h_i$ | `H[n, i]`, `H = g(Z)` | (N, out) | the value of node $i$ |
#
# Here "in" is the number of the layer's inputs, and "out" the number of its nodes. Mind the order: $w_{ij}$ is `W[j, i]`. **A column of
# `W` holds the weights of one neuron.**

# %% [markdown] slide="subslide"
# With these arrays, the sum of node $i$ for example $n$ is
#
# $$Z_{ni} = \sum_j X_{nj}\, W_{ji} + b_i .$$
#
# The index $j$ that is summed over is the last one of $X$ and the first one of $W$: this is the definition of the matrix product. In NumPy
# it is written `X @ W`. And `b`, of shape (out,), is added to every row.
#
# **Before you run the next cell:** `X` is (4, 3) and `W` is (3, 2). What is the shape of `X @ W`? How many products does the loop below
# add up?

# %% [markdown] deck="slide"
# ## Four examples at once
#
# - `X` is (4, 3): four examples, three inputs
# - `W` is (3, 2): three inputs, two nodes
#
# What is the shape of `X @ W`? And how many products are added up in it?
#
# Note: Half a minute, in pairs. Take the shape first: nearly everybody has it. Then the products: people often say twelve, the number of
# entries of X. Ask them how often each entry is used.

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
print(products, "products, shape", Z_loop.shape, "- without the biases, it is the matrix product:", np.allclose(Z_loop - b, X @ W))

# %% [markdown] deck="slide"
# ## Eight sums of three products: 24
#
# ```text
# (4, 3)  @ (3, 2)    gives  (4, 2)
# (N, in) @ (in, out) gives  (N, out)
# ```
#
# A **column** of `W` holds the weights of one neuron.
#
# Test with **unequal** sizes.
#
# Note: The two inner numbers must be equal, and they vanish; the outer two stay. Ask what happens if W is square and somebody turns it by
# mistake: the shape is right, and the numbers are wrong. So never test with three inputs and three nodes.

# %% [markdown]
# Eight sums, of three products each: 24. The one sign `@` does the work of the three loops.

# %% [markdown]
# **Your turn (answer 3; 6 minutes; ★★).** Write a layer with ReLU, for a whole batch and without a loop. Return **both** arrays,
# `Z` and `H`: the way back (units 03 to 05) needs to know what the activation got, and what it made of it. You may call your `relu`.
#
# <details><summary>Hint 1: the shapes</summary>
#
# (N, in) and (in, out) make (N, out). Which array stands first in the product?
#
# </details>
# <details><summary>Hint 2: the lines</summary>
#
# You need two lines, one for each array, and a `return` of two names with a comma between them.
#
# </details>
# <details><summary>Hint 3: a worked example</summary>
#
# One node, two examples: `X = [[1, 2], [0, -1]]`, `W = [[3], [1]]`, `b = [-4]`. Example 1 has the sum $1\cdot3 + 2\cdot1 - 4 = 1$,
# example 2 has $0\cdot3 - 1\cdot1 - 4 = -5$. So `Z` is `[[1], [-5]]`, of shape (2, 1), and `H` is `[[1], [0]]`.
#
# </details>


# %% exercise="dense_forward" slide="skip"


# %% demo=true
with once_written():
    Z, H = dense_forward(X, W, b)
    one_by_one = [[neuron(X[n], W[:, i], b[i], relu) for i in range(2)] for n in range(4)]
    print("your layer gives the same as your neuron, called eight times:", np.allclose(H, one_by_one))

# %% [markdown] slide="subslide"
# ### 3.2 Find the mistake
#
# A classmate's layer runs without an error, and gives an array of the right shape. All its tests had three inputs and three nodes.
#
# **Before you run the next cell:** read its first two lines. Where is the mistake, and what will the layer do with three inputs and two
# nodes?


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
# It is the `.T`, which turns rows into columns. If `W` is square, the shape is right and the numbers are wrong. So test with **unequal
# sizes**: then such a mistake ends in an error. (Of NumPy's long message only the end matters: two sizes, 2 and 3, that should be equal.)

# %% [markdown] slide="slide"
# ## 4. A network
#
# A network is layer after layer: the values of one layer are the inputs of the next. We write it as a list of pairs,
# `layers = [(W1, b1), (W2, b2), ...]`, the first layer first.
#
# $$X \;\longrightarrow\; H^{(1)} = g\big(X W^{(1)} + b^{(1)}\big) \;\longrightarrow\; H^{(2)} = g\big(H^{(1)} W^{(2)} + b^{(2)}\big)
# \;\longrightarrow\; \cdots \;\longrightarrow\; Z^{(K)}$$
#
# There are $K$ layers. Layers 1 to $K - 1$ are hidden. The **last layer** has no activation here: the outputs are its sums $Z^{(K)}$,
# which may be any numbers. $K$ is the **depth** of the network, and the number of nodes in a layer is the layer's **width**.
#
# **Before you write it:** the matrices `W` of a network have the shapes (64, 32), (32, 16) and (16, 10). It gets `X` of shape (5, 64). What
# are the shapes of all arrays on the way?
#
# <details><summary>Answer</summary>
#
# `H` is (5, 32), then (5, 16), and the outputs `Z` are (5, 10). The number of examples stays 5 everywhere.
#
# </details>

# %% [markdown]
# **Your turn (answer 4; 8 minutes; ★★).** Write a network of any depth; one layer must work, too. You may call your earlier answers.
#
# <details><summary>Hint 1: what changes</summary>
#
# One variable holds what the next layer gets. It starts as `X`, and each turn of the loop replaces it. `for W, b in layers:` takes the
# pairs apart.
#
# </details>
# <details><summary>Hint 2: the last layer</summary>
#
# `dense_forward` gives you two arrays each time. Which one does the next layer need, and which one do you return after the loop?
#
# </details>
# <details><summary>Hint 3: a worked example</summary>
#
# A number goes through several machines; each multiplies by a factor and adds something. `machines = [(2, 1), (3, 0)]`, and
# `value = 5` at the start. The loop `for factor, extra in machines:` has one line, `value = factor * value + extra`. The value is 11 after
# the first machine, and 33 after the second.
#
# </details>


# %% exercise="feedforward" slide="skip"


# %% [markdown] slide="subslide"
# ### 4.1 What does an untrained network know?
#
# Now a network of the sizes above gets images of handwritten digits: 64 inputs, one for each pixel, and ten outputs, one for each digit.
# The largest output is its answer. Its weights are random. (Loading the images takes a few seconds.)
#
# **Before you run the next cell:** what share of the digits will it read correctly?

# %% demo=true slide="fragment"
from itertools import pairwise


def random_layers(sizes, rng):
    """Layers of these sizes with random weights, made smaller where a sum has many terms; the biases are 0."""
    return [(rng.normal(size=(before, nodes)) / np.sqrt(before), np.zeros(nodes)) for before, nodes in pairwise(sizes)]


digits = data.digits(np.random.default_rng(0)).test
with once_written():
    shares = []
    for seed in range(20):
        outputs = feedforward(digits.X, random_layers((64, 32, 16, 10), np.random.default_rng(seed)))
        shares.append((outputs.argmax(axis=1) == digits.y).mean())
    print(f"20 random networks: {np.mean(shares):.1%} right on average, from {min(shares):.1%} to {max(shares):.1%}")

# %% [markdown]
# About one in ten: it guesses. All that a network knows is in its weights, and how to find good ones is the subject of this course.

# %% [markdown] slide="subslide"
# ### 4.2 Counting parameters
#
# All weights and biases of a network together are its **parameters**, written $\theta$. These are the numbers that training will change.
#
# The small network of section 3, with 3 inputs, 2 hidden nodes and 1 output node, has eight weights and three biases: 11 parameters.
#
# **Your turn (answer 5; 5 minutes; ★).** Count the parameters of any network. `sizes` is a tuple: the number of inputs, then the number
# of nodes of each layer.
#
# <details><summary>Hint 1: one layer</summary>
#
# Its `W` has the shape (in, out), and its `b` has the shape (out,). How many numbers are that?
#
# </details>
# <details><summary>Hint 2: two neighbours at a time</summary>
#
# `for k in range(1, len(sizes)):` visits the layers: `sizes[k - 1]` is the number of inputs of layer `k`, and `sizes[k]` the number of its
# nodes. The inputs themselves, `sizes[0]`, are not a layer.
#
# </details>
# <details><summary>Hint 3: a worked example</summary>
#
# For `(2, 5, 3)`: layer 1 has 10 weights and 5 biases, which are 15 numbers. Layer 2 has 15 weights and 3 biases, which are 18. Together:
# 33.
#
# </details>


# %% exercise="count_parameters" slide="skip"


# %% [markdown]
# **Before you run the next cell:** it gives images of 28 · 28 = 784 pixels to two hidden layers, and doubles the width of both. Does the
# count double, too?

# %% demo=true
with once_written():
    for width in (100, 200, 400):
        print(f"784-{width}-{width}-10 has {count_parameters((784, width, width, 10)):,} parameters")

# %% [markdown]
# It more than doubles: the weights between the two wide layers become four times as many, all others twice.

# %% [markdown] deck="slide"
# ## Ten layers, no activation
#
# Ten layers. Thousands of weights. **No activation** between them.
#
# How many layers would do the same?
#
# Note: Ask for hands: ten, five, one? Wait half a minute, and ask somebody for a reason. You will often hear "more weights can do more".
# Write it on the board; the next slide answers it.

# %% [markdown] deck="slide"
# ## One
#
# $$\big(X W_1 + b_1\big)\, W_2 + b_2 \;=\; X \underbrace{(\;\cdot\;)}_{W} \;+\; \underbrace{(\;\cdot\;)}_{b}$$
#
# Two layers are one. So ten are one.
#
# **Only the activation makes depth worth something.**
#
# Note: What stands in the two brackets does not depend on X; finding it is your own work, in answer 6. Ask what ReLU has that no straight
# line has. Wait for the word "corner".

# %% [markdown] slide="slide"
# ## 5. Why the activation must not be a straight line
#
# Take two layers **without** activation (or with the identity, which is the same):
#
# $$Z \;=\; \big(X W_1 + b_1\big)\, W_2 + b_2 .$$
#
# The index is here the number of the layer, as in the code: $W_1$ is (in, hidden), and $W_2$ is (hidden, out). Open the brackets, and
# keep the order: $X$ meets $W_1$ first.
#
# $$Z \;=\; X \underbrace{(\;\cdot\;)}_{W} \;+\; \underbrace{(\;\cdot\;)}_{b} .$$
#
# What stands in the two places does not depend on $X$. So **two layers without activation are one layer**, with other numbers in it. If you
# put a third one on top, the same happens again: any number of such layers is worth one.
#
# **Your turn (answer 6; 8 minutes; ★★).** Find `W` and `b` of that one layer.
#
# <details><summary>Hint 1: open the brackets</summary>
#
# $(F + G)\,W = F\,W + G\,W$ holds for matrices, too, as long as the order stays. Which of the terms contain $X$?
#
# </details>
# <details><summary>Hint 2: the shapes</summary>
#
# `W` must be (in, out), made from (in, hidden) and (hidden, out). `b` must be (out,), but `b1` is (hidden,). What happens to `b1` on its
# way through the second layer?
#
# </details>
# <details><summary>Hint 3: a worked example</summary>
#
# One input, one hidden node, one output: the first layer computes $3x + 1$, the second one multiplies by 2 and adds 5. Together:
# $(3x + 1)\cdot 2 + 5 = 6x + 7$. The weight is $3\cdot2$. The bias 7 comes from *both* biases, $1\cdot2 + 5$.
#
# </details>


# %% exercise="collapse_layers" slide="skip"


# %% [markdown] slide="subslide"
# **Before you run the next cell:** it sends a batch through ten layers without activation, and through **one** layer that your answer has
# made of them. Then it puts ReLU between the ten. In which of the two cases do the numbers agree?

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
    print("without activation, one layer gives the same numbers as the ten:", np.allclose(through, X @ W + b))
    print("with ReLU between them:                                         ", np.allclose(feedforward(X, ten), X @ W + b))

# %% [markdown] slide="skip"
# Only without activation. ReLU has a corner at 0, and no straight line has one.

# %% [markdown] slide="skip"
# ### A written question (4 points; 8 minutes)
#
# 1. A classmate's layer computes `X @ W.T + b`, as the one of section 3.2 did. Written with the notes' letters, it takes
#    $\sum_j w_{ji} x_j + b_i$ in place of $\sum_j w_{ij} x_j + b_i$. Say in words which arrow's weight it uses by mistake, and name one
#    test that would have found it.
# 2. Another classmate says: "My network has 20 layers, each without activation, so it is a deep network and can learn anything." What is
#    wrong with this? Give the reason as a formula or as a sentence, and say what has to change.

# %% [markdown] written=4
# **Model answer.**
#
# 1. For the contribution of input $j$ to node $i$ it uses $w_{ji}$: the weight on the arrow from input $i$ to node $j$, the two ends
#    having changed places. A layer with unequal numbers of inputs and nodes finds it (an error, or a wrong shape); so does a comparison
#    with the loop of section 3.1 for a `W` that is not symmetric, or an input that is 1 in one place and 0 elsewhere, whose output should
#    be a row of `W` (plus `b`).
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
# A single neuron gives class 1 on one side of its line, and class 0 on the other. Draw the four points on paper, the 1s filled and the 0s
# empty. **Before you go on:** can you draw a straight line with the filled points on one side and the empty ones on the other?

# %% [markdown] deck="slide"
# ## One neuron cannot
#
# $$b < 0, \quad w_2 + b > 0, \quad w_1 + b > 0, \quad w_1 + w_2 + b < 0$$
#
# Add the two in the middle. Add the first and the last.
#
# Both sums are $w_1 + w_2 + 2b$. So: above 0, and below 0?
#
# Note: Back to the four points: each row of the table asks something of z. Let the room do the two sums, and wait half a minute. One number
# cannot be both, so there is no such line. Then ask, before the next slide: two ReLU nodes fold the plane. Along which lines?

# %% [markdown] slide="subslide"
# ### 6.1 One neuron cannot
#
# There is no such line. Suppose that a neuron had it: $z = w_1 x_1 + w_2 x_2 + b$ is positive for class 1 and negative for class 0. Then
# the four rows of the table say
#
# $$b < 0, \qquad w_2 + b > 0, \qquad w_1 + b > 0, \qquad w_1 + w_2 + b < 0 .$$
#
# Add the two in the middle: $w_1 + w_2 + 2b > 0$. Add the first and the last: $w_1 + w_2 + 2b < 0$. Both cannot be true, so there is
# no such neuron.

# %% [markdown] slide="subslide"
# ### 6.2 Two hidden nodes can: try it
#
# On the left is the plane of the inputs, with a line where each hidden node has $z = 0$. On the right is the plane of $(h_1, h_2)$, the
# values of the hidden nodes: this is **all that the output node sees**. Its own line is drawn there, and the colours on the left are its
# decision: class 1 where its output is above ½. (In 6.1 it was 0; a bias that is larger by ½ makes up for that.)
#
# Drag the dot of a line to move it (the bias), or its arrow to turn it (the weights); or use the sliders. The grey net is a square grid of
# the left plane: watch where it goes on the right.
#
# **Before you touch it:** with *identity*, the net on the right stays flat. With *ReLU*, it is folded. Along which lines?
#
# 1. Choose *identity*. How many of the four points can you get right?
# 2. Choose *ReLU*, and get all four right.

# %% [markdown] deck="slide"
# ## Fold the plane
#
# Note: Choose identity first, and let the room tell you where to drag: three points right is the most. Then choose ReLU, and ask where the
# net is folded: where a hidden node has z = 0. Stop before all four are right. The last step is theirs, in answer 7.

# %% demo=true slide="fragment" deck="show"
from course.widgets import FeedForward

FeedForward(W1=[[1.0, -0.5], [0.5, 1.0]], b1=[-0.25, -0.5], W2=[[1.0], [-1.0]], b2=[0.25])

# %% [markdown]
# The net is folded where a hidden node has $z = 0$: from there on, its value stays 0. With *identity* three are the most: by section 5 the
# network is then one single neuron, and by 6.1 one neuron is not enough.

# %% [markdown] slide="subslide"
# ### 6.3 By hand
#
# XOR depends only on the sum of its inputs, $q = x_1 + x_2$: $q = 0$ gives 0, $q = 1$ gives 1, $q = 2$ gives 0. So we need a
# function of **one** number that goes up from $q = 0$ to $q = 1$, and down again to $q = 2$.
#
# ReLU nodes can build such a function. $\max(0, q - 2)$ is 0 up to $q = 2$, and from there it climbs with slope 1. With a weight in front
# of it, the slope is that weight. If two of them are added, their slopes add up.
#
# **Before you run the next cell:** $f(q) = 2\max(0, q) - 3\max(0, q - 2)$. What are its slopes before 0, between 0 and 2, and after 2? What
# is $f(4)$?


# %% demo=true slide="fragment"
def f(q):
    return 2 * np.maximum(0, q) - 3 * np.maximum(0, q - 2)


print("  ".join(f"f({q}) = {f(q)}" for q in (-1, 0, 1, 2, 3, 4)))
q = np.linspace(-1, 4, 101)
parts = {"2 max(0, q)": 2 * np.maximum(0, q), "−3 max(0, q − 2)": -3 * np.maximum(0, q - 2), "f(q)": f(q)}
plots.curves(q, {"value": parts}, xlabel="q", caption="f is the sum of the other two. Each of them bends it once: at q = 0, and at q = 2.")

# %% [markdown] slide="subslide"
# The slopes are 0, then 2, then $2 - 3 = -1$, and $f(4) = 2$.

# %% [markdown] slide="subslide"
# **Your turn (answer 7; 10 minutes; ★★).** Give a network that computes XOR, with two inputs, one output, and at least two hidden
# nodes. It is run as
#
# $$H = \mathrm{ReLU}(X W_1 + b_1), \qquad Z = H W_2 + b_2,$$
#
# so `W1` is (2, hidden), `b1` (hidden,), `W2` (hidden, 1) and `b2` (1,). The answer is **class 1 where $Z > 0.5$**, and class 0 where
# $Z < 0.5$. There are many right ones, and any will do: from paper, or from the sliders above. (Remember that a column of `W1` belongs to
# one node.)
#
# <details><summary>Hint 1: the hidden nodes</summary>
#
# Let every hidden node add up $x_1$ and $x_2$, each with the weight 1. The nodes differ in the bias only. At which $q$ should each of them
# begin to climb?
#
# </details>
# <details><summary>Hint 2: the output node</summary>
#
# You want slope $1$ from $q = 0$ to $1$, and slope $-1$ after that. By how much does the second node have to change the slope?
#
# </details>
# <details><summary>Hint 3: a worked example</summary>
#
# The function $f$ above as such a network: both hidden nodes add up the inputs, `W1 = np.array([[1.0, 1.0], [1.0, 1.0]])`. The first climbs
# from $q = 0$, the second from $q = 2$: `b1 = np.array([0.0, -2.0])`. The output weighs them with 2 and −3:
# `W2 = np.array([[2.0], [-3.0]])`, and `b2 = np.array([0.0])`. For $x = (1, 1)$ the hidden values are 2 and 0, and $Z = 4$.
#
# </details>


# %% exercise="xor_weights" slide="skip"


# %% [markdown] slide="subslide"
# The next cell draws your network (if it has two hidden nodes) as the widget did. On a dashed line a hidden node has $z = 0$: there it
# "wakes up".
#
# **Before you run the next cell:** where do the four inputs go in the plane of the hidden nodes? Do any two of them meet?

# %% demo=true slide="fragment"
corners, xor = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]), np.array([0, 1, 1, 0])
picture = None
with once_written():
    W1, b1, W2, b2 = xor_weights()
    print("outputs of your network for the four inputs:", feedforward(corners, [(W1, b1), (W2, b2)])[:, 0])
    wide = np.shape(W1) != (2, 2)
    names = ("x1", "x2", "h1", "h2")
    picture = "The picture is for two hidden nodes." if wide else plots.folded_plane(W1, b1, W2, b2, corners, xor, names)
picture

# %% [markdown]
# If you have built it as in section 6.3, (0, 1) and (1, 0) meet: both have $q = 1$. In any right answer the hidden layer has moved the
# points to where one straight line can separate them. That is what hidden layers are for: **the last layer draws a straight line, and the
# layers before it prepare a plane in which a straight line is enough.** In unit 03, a network like this one finds such weights by itself.

# %% [markdown] folded=true
# ### Optional: watch it find the weights (3 minutes)
#
# How a network learns comes later; here you only watch. Points lie around the four corners, here at −1 and 1. Two hidden nodes begin with
# random weights, and every picture of a node shows its value at each place of the plane: one colour above 0, another below.
#
# **Before you press Play:** what will the picture of a hidden node look like, whatever its weights are? Are two nodes enough from every
# start (change the *seed*)? And none at all (the button −)?

# %% demo=true slide="fragment"
from course.widgets import Playground

Playground(**Playground.presets["XOR, 2 nodes"])

# %% [markdown]
# Two colours with one straight line between them: turned and moved, never bent. The class is made of both lines. From seed 0, 98.5 % of the
# training points are right after 60 epochs; two of the seeds 0 to 7 are stuck at three quarters. So two nodes *can* do it, and training
# does not always find how. Without a hidden layer, none of these seeds gets more than 80 % right.

# %% [markdown] slide="slide"
# ## 7. Keep your work
#
# The next cell checks your answers once more, and writes those that pass into `my_network.py`. Unit 03 will use your `feedforward`.

# %% demo=true
keep(neuron, relu, dense_forward, feedforward, count_parameters, collapse_layers, xor_weights)

# %% [markdown] slide="slide"
# ## 8. Does a hidden layer always help?
#
# Now 200 points, scattered around the corners of a square as in XOR, or in two clouds. Three networks each have one output node, which
# draws *a straight line* in what it sees. The first sees the inputs themselves, the second 12 hidden nodes without activation, the third
# 12 ReLU nodes. The hidden weights are random, and the output weights come from a formula (least squares): nothing is trained yet.
#
# **Before you run the next cell:** how many *different* boundaries will you see in each picture?


# %% demo=true slide="fragment"
def two_clouds(n, noise, rng):
    """Points around (-1, -1), class 0, and around (1, 1), class 1."""
    y = np.arange(n) % 2
    return (2.0 * y - 1)[:, None] + noise * rng.normal(size=(n, 2)), y


def fitted(hidden, X, y):
    """An output node fitted to what `hidden` makes of X: its output for any points, above one half for class 1."""
    line, *_ = np.linalg.lstsq(np.column_stack([hidden(X), np.ones(len(X))]), y, rcond=None)
    return lambda points: np.column_stack([hidden(points), np.ones(len(points))]) @ line


def three_networks(X, y, rng):
    """The three networks, fitted to the same examples, two of them with the same random hidden weights."""
    W, b = rng.normal(size=(2, 12)), rng.normal(size=12)
    seen = {
        "no hidden layer": lambda X: X,
        "12 nodes without activation": lambda X: dense_forward(X, W, b)[0],
        "12 ReLU nodes": lambda X: dense_forward(X, W, b)[1],
    }
    return {name: fitted(hidden, X, y) for name, hidden in seen.items()}


problems, picture = {"XOR": data.xor, "two clouds": two_clouds}, None
with once_written():
    shown = {}
    for name, draw in problems.items():
        rng = np.random.default_rng(0)
        X, y = draw(200, 0.5, rng)
        shown[name] = X, y, three_networks(X, y, rng)
    picture = plots.boundaries(shown)
picture

# %% [markdown] slide="subslide"
# There are two in each. The first two networks draw the same line: section 5, in a picture. The boundary with ReLU has corners;
# far from all points, as in the upper left of the second picture, chance decides where it lies.
#
# That was one draw (seed 0). The next cell takes 30 draws, and counts *new* points that the networks were not fitted to. In each draw all
# three get the same points, so we look at the *difference* from the first, in percentage points; ± gives a 95 % interval for its mean.
#
# **Before you run the next cell:** do the ReLUs help in XOR? And for the two clouds, where one straight line is enough?

# %% demo=true slide="fragment"
with once_written():
    for name, draw in problems.items():
        shares = []
        for seed in range(30):
            rng = np.random.default_rng(seed)
            (X, y), (X_new, y_new) = draw(200, 0.5, rng), draw(200, 0.5, rng)
            shares.append([((network(X_new) > 0.5) == y_new).mean() for network in three_networks(X, y, rng).values()])
        shares = 100 * np.array(shares)
        gains = shares[:, 1:] - shares[:, :1]
        mean, half = gains.mean(axis=0), 1.96 * gains.std(axis=0, ddof=1) / np.sqrt(30)
        print(f"{name}: no hidden layer {shares[:, 0].mean():.1f} % right;", end=" ")
        print(f"without activation {mean[0]:+.1f} ± {half[0]:.1f} points, with ReLU {mean[1]:+.1f} ± {half[1]:.1f} points")

# %% [markdown]
# - For XOR, the ReLUs turn guessing into more than nine right answers in ten.
# - Hidden nodes **without** activation change nothing, in either problem.
# - Where a straight line is enough, the hidden layer **does not help**. It even costs a little here: there are more weights to fit to the
#   same 200 points. Units 07 to 09 are about that price.

# %% [markdown] slide="slide"
# ## 9. Beyond the core: a sigmoid for every number (15 minutes)
#
# Nothing before this section needs it, and you can go on to unit 02 from here. It is about numbers that are too large for the computer.
#
# Multiply the numerator and the denominator of $\sigma(z) = \dfrac{1}{1 + e^{-z}}$ by $e^z$, and you get $\dfrac{e^z}{e^z + 1}$. On paper
# these are the same. In the computer, numbers end near $1.8 \cdot 10^{308}$. $e^{710}$ is beyond that: NumPy says `inf`, infinity, and
# warns of an *overflow*.
#
# **Before you run the next cell:** on paper, $\sigma(1000)$ is 1 to 400 digits, and $\sigma(-720)$ is about $2 \cdot 10^{-313}$. Which of
# the four numbers below will be wrong?

# %% demo=true slide="fragment"
with np.errstate(all="ignore"):  # no warnings, for once
    for z in (1000.0, -720.0):
        print(f"z = {z:6.0f}:  1 / (1 + exp(-z)) = {1 / (1 + np.exp(-z)):.4g}   exp(z) / (1 + exp(z)) = {np.exp(z) / (1 + np.exp(z)):.4g}")

# %% [markdown]
# Infinity divided by infinity is `nan`, "not a number", and a single one spoils a whole network. The 0 looks harmless, and it is not:
# unit 02 takes the logarithm of such numbers, and $\log 0$ is $-\infty$, where $-720$ is right.
#
# So each formula fails on one side of 0 only: where its exponent is large and *positive*.
#
# **Your turn (answer 8; 10 minutes; ★★★).** Write a sigmoid that is right for every $z$. One of the two points is for very negative
# $z$, where $\sigma(z)$ is tiny, and its digits must still be right.
#
# <details><summary>Hint 1: which exponent</summary>
#
# $-|z|$ is never positive. For $z \ge 0$ it is $-z$, and for $z < 0$ it is $z$. Let `e = np.exp(-np.abs(z))`, and write both formulas with
# `e`.
#
# </details>
# <details><summary>Hint 2: choose, entry by entry</summary>
#
# `np.where(z >= 0, A, B)` takes entries of `A` where the condition holds, and entries of `B` elsewhere. `A` or `B` may be one number. What
# do your two formulas have in common, and where do they differ?
#
# </details>
# <details><summary>Hint 3: a worked example</summary>
#
# Another function that overflows, $\log(1 + e^z)$. For $z < 0$ it is $\log(1 + e)$ with `e` as above. For $z \ge 0$,
# $\log(1 + e^z) = \log\big(e^z (e^{-z} + 1)\big) = z + \log(1 + e)$. So `np.where(z >= 0, z, 0) + np.log(1 + e)` is right everywhere:
# 1000 for $z = 1000$, where the first formula gives `inf`.
#
# </details>


# %% exercise="sigmoid" slide="skip"


# %% demo=true
# Stricter than the marks: here an overflow, or a division of 0 by 0, is an error and not a warning.
# (np.where computes both of its formulas everywhere, and only then chooses. So the one that is not chosen must be harmless, too.)
with once_written(), np.errstate(over="raise", invalid="raise", divide="raise"):
    z = np.array([-1e6, -720.0, -1.0, 0.0, 1.0, 1000.0])
    print(sigmoid(z))
    print("σ(z) + σ(-z) is 1:", np.allclose(sigmoid(z) + sigmoid(-z), 1))

# %% demo=true
keep(sigmoid)

# %% [markdown] deck="slide"
# ## What to take home
#
# - A neuron: a weighted sum, a bias, an activation.
# - Layers without an activation are worth one layer.
# - Hidden layers fold the plane, until one straight line is enough.
#
# Note: Cover the third line, ask what hidden layers are for, and wait ten seconds. Then say what comes next: today you choose the numbers
# by hand, and a network for digits has thousands. Unit 02 says what "better" means, and how to get there.

# %% [markdown] slide="slide"
# ## Summary
#
# - **A neuron** adds up its inputs with weights, adds a bias, and sends the sum through an activation. **A network** is layer after layer
#   of neurons; the last layer has no activation.
# - **Indices**: $w_{ij}^{(k)}$ goes from $j$ to $i$ in layer $k$, and stands at `W[j, i]`. Unequal sizes make the best tests.
# - **Activations** make depth worth something. Layers without them are worth one layer.
#
# **If one thing stays with you:** the last layer draws a straight line, and the hidden layers fold the plane until that is enough.
#
# **Next.** You chose nine numbers by hand. A network for digits has thousands. Unit 02 says what "better" means (a *loss*), and how to get
# there, one small step at a time.

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
