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
# # Unit 03: Backpropagation, node by node
#
# Gradient descent (unit 02) needs $\partial\ell/\partial w$ for every weight, and nudging costs a forward pass or two for each of them.
# *"How will we compute these gradient values efficiently?"*, the lecture notes ask, and they answer with one rule.
#
# **At the end you can**
# - find the gradients of a small circuit by hand, and say why the gradient of a number that is used twice is a *sum*,
# - write the forward and the backward pass of any network, and find the most common bug in a backward pass,
# - train a network with nothing but these two passes.
#
# | time | difficulty | what to know before |
# |---|---|---|
# | 120 minutes, and 20 for what is optional | medium | units 01 and 02; the chain rule for $f(g(x))$ |

# %%
import numpy as np

from course import check

# %% demo=true
from course import Tensor, keep, mine, once_written, plots, whose

# %% [markdown] deck="slide"
# ## Two forward passes for each weight?
#
# $$\theta \leftarrow \theta - \eta\,\frac{\partial\ell}{\partial\theta}$$
#
# - Gradient descent needs $\partial\ell/\partial w$ for **every** weight.
# - Nudging costs two forward passes for each of them.
# - A million weights: two million passes, for *one* step.
#
# Note: Recall unit 02: we nudged every weight, up and down, and saw the loss move. That was right, and hopeless for a network of any size.
# Today one walk backwards gives all the gradients at the price of about one forward pass. Ask: how long would one step take, if a forward
# pass takes a hundredth of a second? Five and a half hours.

# %% [markdown] deck="slide"
# ## Three numbers, two operations
#
# $$q = a + b, \qquad f = q\,c$$
#
# with $a = 5,\; b = -2,\; c = 4$: so $q = 3$ and $f = 12$.
#
# We raise $a$, $b$ or $c$ by 0.01.
#
# Which of them moves $f$ least?
#
# Note: Give them a minute, and let them vote with their hands: a, b, or c. Most look at the sizes of the numbers, and say b. It is c: its
# move is multiplied by q, which is 3, while the moves of a and b are multiplied by c, which is 4.

# %% [markdown] slide="slide"
# ## 1. Three numbers
#
# Before any network, three numbers and two operations:
#
# $$q = a + b, \qquad f = q\,c, \qquad\text{with}\quad a = 5,\; b = -2,\; c = 4.$$
#
# Forwards, we find $q = 3$ and $f = 12$. This unit asks the opposite question: *if one of these numbers moved a little, how far would $f$
# move?* The answer, $f$'s move divided by the small move that caused it, is the **gradient** of $f$ with respect to that
# number, written $\partial f/\partial a$.
#
# **Before you run the next cell:** we raise $a$, $b$ or $c$ by 0.01. Which of them moves $f$ least?


# %% demo=true slide="fragment"
def circuit(a, b, c):
    q = a + b
    return q * c


for name, moved in (("a", (5.01, -2, 4)), ("b", (5, -1.99, 4)), ("c", (5, -2, 4.01))):
    change = circuit(*moved) - circuit(5, -2, 4)
    print(f"{name} moves by 0.01, f by {change:.2f}: {change / 0.01:.0f} times as far")

# %% [markdown] deck="slide"
# ## From the end backwards
#
# 1. **Start at the end:** $\;\partial f/\partial f = 1$
# 2. **Through the product** $f = q\,c$: $\;\partial f/\partial q = c = 4$, $\;\partial f/\partial c = q = 3$
# 3. **Through the sum** $q = a + b$: $\;\partial f/\partial a = 4\cdot 1 = 4$, $\;\partial f/\partial b = 4\cdot 1 = 4$
#
# Each step: **what comes back, times the slope of this one operation.**
#
# Note: Write it on the board as you go, one line at a time, from the right to the left. Stress that no step looks at the whole formula:
# each knows its own operation, and one number that comes from the end. Ask before step 3: if q moves by a hundredth, how far does f move,
# and what has that to do with a?

# %% [markdown] slide="subslide"
# It is $c$. We find the same numbers without nudging, **from the end backwards**:
#
# 1. **Start at the end.** $f$ moves exactly as far as itself: $\partial f/\partial f = 1$.
# 2. **Through the product.** $f = q\,c$. A small move of $q$ is multiplied by $c$, so $\partial f/\partial q = c = 4$. In the same way
#    $\partial f/\partial c = q = 3$.
# 3. **Through the sum.** $q = a + b$ moves exactly as far as $a$ does: the slope is 1. And $f$ moves 4 times as far as $q$. So
#    $\partial f/\partial a = 4 \cdot 1 = 4$, and $\partial f/\partial b = 4 \cdot 1 = 4$.
#
# Each step is one product: **what comes back from the end, times the slope of this one operation.** In the picture every number has
# its gradient below it, under ∂ℓ/∂. (The course's engine draws it: our $q$ is its +, our $f$ its ×, and whatever comes last
# is its $\ell$.)

# %% [markdown] deck="slide"
# ## Each number, and its gradient below it
#
# Note: The same circuit, as the engine of the course draws it: values above, gradients below, under the sign of the partial derivative.
# Read it from the right: 1, then 4 and 3, then 4 and 4. Ask: which number here is a value on the way forward, and a slope on the way back?
# The 4 of c, and the 3 of q.

# %% demo=true slide="fragment" deck="show"
a, b, c = (Tensor(value, requires_grad=True, name=name) for name, value in (("a", 5.0), ("b", -2.0), ("c", 4.0)))
f = (a + b) * c
f.backward()
plots.graph(f)

# %% [markdown] deck="slide"
# ## Gates
#
# | gate | what it does with the gradient that arrives |
# |---|---|
# | add, $q = a + b$ | **hands it on** to both inputs |
# | multiply, $f = q\,c$ | **swaps**: multiplies by the *other* input |
# | max, $q = \max(a, b)$ | **routes** it to the larger input |
#
# Note: Three words are enough to read most networks: hand on, swap, route. A ReLU is a max gate with a zero at its other input: open, or
# shut. Ask: f is max(a, b) times c, with a = 3, b = -1, c = -2. Which gradient does b get? None: the max routes it all to a.

# %% [markdown] slide="subslide"
# ### Gates
#
# Each operation is a **gate** that passes the gradient back to its inputs:
#
# | gate | what it does with the gradient that arrives | why |
# |---|---|---|
# | add, $q = a + b$ | **hands it on**: both inputs get all of it | the slopes are 1 and 1 |
# | multiply, $f = q\,c$ | multiplies it by the *other* input: **swaps** the two | the slopes are $c$ and $q$ |
# | max, $q = \max(a, b)$ | **routes** it: the larger input gets all, the other nothing | only the larger one is felt |
#
# **Before you run the next cell:** in $f = \max(a, b)\cdot c$ with $a = 3$, $b = -1$, $c = -2$, what are the gradients of $a$, $b$
# and $c$?

# %% demo=true slide="fragment"
for name, (a, b, c) in (("a", (3.01, -1, -2)), ("b", (3, -0.99, -2)), ("c", (3, -1, -1.99))):
    change = max(a, b) * c - max(3, -1) * -2
    print(f"{name} moves by 0.01, f by {change:.2f}: {change / 0.01:.0f} times as far")

# %% [markdown]
# The product swaps: $c$ gets 3, and the max gets $-2$, which it routes to $a$. A ReLU is a max gate, $\max(z, 0)$: open while $z$ is
# positive, shut otherwise.

# %% [markdown] deck="slide"
# ## A number that is used twice
#
# $$a = x + 1, \qquad b = 2x, \qquad f = a\,b$$
#
# At $x = 2$ the gradient comes back on two ways:
#
# - through $a$: a share of $4\cdot 1 = 4$
# - through $b$: a share of $3\cdot 2 = 6$
#
# Does $f$ move **4, 6, 10 or 24** times as far as $x$?
#
# Note: Let them vote on the four numbers, and let a neighbour convince a neighbour before you go on. 24 is popular: along one way slopes
# multiply, so why not here? The next slide answers with a picture.

# %% [markdown] slide="slide"
# ## 2. A number that is used twice
#
# In a network nearly every number is used more than once. Here is the smallest case: $x = 2$ goes two ways, and they meet in a product.
#
# $$a = x + 1 = 3, \qquad b = 2x = 4, \qquad f = a\,b = 12.$$
#
# The product swaps: $\partial f/\partial a = 4$ and $\partial f/\partial b = 3$. On the way through $a$, the gradient 4 comes back to $x$
# through a slope of 1: a share of 4. On the way through $b$, the gradient 3 comes back through a slope of 2: a share of 6.
#
# **Before you run the next cell:** if $x$ moves a little, does $f$ move 4, 6, 10 or 24 times as far?

# %% demo=true slide="fragment"
for epsilon in (0.1, 0.01, 0.001):
    change = (2 + epsilon + 1) * (2 * (2 + epsilon)) - 12
    print(f"x moves by {epsilon}, f by {change:.6f}: {change / epsilon:.3f} times as far")

# %% [markdown] slide="subslide"
# Ten times: the shares **add**. Why? $f = a\,b$ is the area of a rectangle with sides $a$ and $b$. When $x$ moves by a small number
# $\epsilon$ ("epsilon"), both sides grow: $a$ by $\Delta a = \epsilon$, and $b$ by $\Delta b = 2\epsilon$. The picture shows what is
# added for $\epsilon = 0.3$, which is large enough to see.

# %% [markdown] deck="slide"
# ## Shares add: the strips of a rectangle
#
# Note: f is the area of a rectangle with sides a and b. When x moves, both sides grow, and each strip is one way's share: 4 times the move,
# and 6 times the move, side by side. Ask: what becomes of the corner if the move is ten times smaller? It becomes a hundred times smaller,
# so only the strips count, and the answer is 10.

# %% demo=true slide="fragment" deck="show"
plots.product_rectangle(3.0, 4.0, 0.3, 0.6)

# %% [markdown]
# $$(a + \Delta a)(b + \Delta b) - a\,b \;=\; \underbrace{b\,\Delta a}_{\text{if only } a \text{ grew}} \;+\;
# \underbrace{a\,\Delta b}_{\text{if only } b \text{ grew}} \;+\; \underbrace{\Delta a\,\Delta b}_{\text{the corner}}
# \;=\; 4\epsilon + 6\epsilon + 2\epsilon^2.$$
#
# Divided by $\epsilon$ this is $4 + 6 + 2\epsilon$. The smaller $\epsilon$ is, the nearer it comes to **10 = 4 + 6**: each strip is one
# way's share, and the strips lie side by side, so they add. Only the corner spoils the sum, and it is a small number times a small number:
# for $\epsilon = 0.001$ the strips have 0.01, the corner 0.000002. (Look at the third line printed above.)
#
# <details><summary>Optional: and if f is no product? (1 minute)</summary>
#
# Every smooth function of two numbers behaves like this. Draw it as a hill over a map: seen from near enough the ground is flat, and there
# the rises of a step to the east and of a step to the north add.
#
# </details>

# %% [markdown] deck="slide"
# ## Two questions that look alike
#
# - **Local**, $\partial v/\partial u$: how far does $v$ move if $u$ moves, *and all else that $v$ uses is held still?*
# - **Total**, $\partial\ell/\partial u$: how far does the loss move if $u$ moves, *and everything made from $u$ follows?*
#
# Backpropagation finds the total ones from the local ones.
#
# Note: The notes write both with the same curly d, so say each time which one is meant. In the example: the slope of f in a alone was 4,
# local. The slope of f in x was 10, total. Ask: for which nodes are the two the same number? For those whose only way to the loss is one
# arrow.

# %% [markdown] slide="subslide"
# ### Two questions that look alike
#
# - The **local** slope $\partial f/\partial a = 4$ belongs to *one* gate. It asks: how far does $f$ move if $a$ moves *and $b$ is held
#   still*?
# - The **total** slope of $f$ with respect to $x$, which is 10, asks: how far does $f$ move if $x$ moves *and everything made from $x$
#   follows*?
#
# The notes write both with $\partial$. From the next section on, the numbers of a network are called nodes, $u$ and $v$, and the last one
# is the loss $\ell$. There, $\partial v/\partial u$ is always local, and $\partial\ell/\partial u$ always total. Backpropagation finds the
# total ones from the local ones: **along a way, slopes multiply; where ways meet, shares add.**

# %% [markdown] deck="slide"
# ## A network is a graph of numbers
#
# $$u_i = g(z_i), \qquad z_i = \sum_j w_{ij}\,x_j + b_i$$
#
# - a **node** for each number, also for inputs, target and loss
# - an **arrow** from $j$ to $i$ where node $i$ uses node $j$
# - the loss comes last: $\ell = (o - y)^2$
#
# Note: We leave vectors and matrices aside until unit 05: here every circle is one number. The loss is a node like the others, with the
# square as its activation, and weights 1 and -1. Ask: how many arrows come into a node of a layer with 100 nodes before it?

# %% [markdown] deck="slide"
# ## Our network
#
# $$\begin{aligned}
# h_1 &= \mathrm{relu}(x_1 - x_2 + 0.5)\\
# h_2 &= \mathrm{relu}(-x_1 + 1.5\,x_2 + 1)\\
# o &= h_1 - 2\,h_2 + 0.5\,x_1\\
# \ell &= (o - y)^2
# \end{aligned}$$
#
# Draw it. How many arrows leave $x_1$?
#
# Note: Two minutes on paper, with a circle for each of the seven numbers. Watch for the arrow that jumps over the hidden layer: the output
# uses x1 itself. The picture is on the next slide. Ask somebody who has nine arrows to read them out.

# %% [markdown] slide="slide"
# ## 3. A graph of numbers
#
# A network is a set of **nodes**, each of them one number. The notes write a node as
#
# $$u_i = g\Big(\underbrace{\sum_j w_{ij}\, x_j + b_i}_{z_i}\Big),$$
#
# where the $x_j$ are the nodes that it **uses**, $w_{ij}$ is the weight of node $j$ in node $i$, $b_i$ the bias, $g$ the activation, and
# $z_i$ the number that the activation gets. If node $i$ uses node $j$, we draw an **arrow** from $j$ to $i$. Inputs use nothing: their
# numbers are given. The last node is the loss: the squared error $\ell = (o - y)^2$ of an output $o$ and a target $y$ is
# $g(z) = z^2$ with the weights $1$ and $-1$.
#
# Our network has two hidden nodes, and an output that also looks at $x_1$ itself:
#
# $$h_1 = \mathrm{relu}(x_1 - x_2 + 0.5), \quad h_2 = \mathrm{relu}(-x_1 + 1.5\,x_2 + 1), \quad o = h_1 - 2\,h_2 + 0.5\,x_1,
# \quad \ell = (o - y)^2.$$
#
# **Before you run the next cell:** draw it on paper, with a circle for each of the seven nodes: $x_1$, $x_2$ and $y$ are given, four are
# computed. How many arrows are there, and how many of them leave $x_1$?

# %% [markdown] deck="slide"
# ## Seven nodes, nine arrows
#
# Note: Three arrows leave x1: to both hidden nodes, and straight to the output. The nodes that use u are called Gamma of u, and the whole
# lecture is about them. Ask: what is Gamma of x2, of h2, and of the loss?

# %% demo=true slide="fragment" deck="show"
graph = (
    ("input", (), (), 0.0),  # node 0: x1
    ("input", (), (), 0.0),  # node 1: x2
    ("input", (), (), 0.0),  # node 2: y
    ("relu", (0, 1), (1.0, -1.0), 0.5),  # node 3: h1 = relu(x1 - x2 + 0.5)
    ("relu", (0, 1), (-1.0, 1.5), 1.0),  # node 4: h2 = relu(-x1 + 1.5 x2 + 1)
    ("linear", (3, 4, 0), (1.0, -2.0, 0.5), 0.0),  # node 5: o = h1 - 2 h2 + 0.5 x1
    ("square", (5, 2), (1.0, -1.0), 0.0),  # node 6: loss = (o - y)²
)
x = (2.0, 1.0, 0.5)  # the values of x1, x2 and y
names = ("x1", "x2", "y", "h1", "h2", "o", "ℓ")
h1, h2 = max(0.5, 0), max(1.0, 0)  # where x1 = x2 = y = 0, only the biases are left
o = h1 - 2 * h2
plots.node_graph(graph, [0, 0, 0, h1, h2, o, (o - 0) ** 2], names=names)

# %% [markdown]
# There are nine arrows: two into each of $h_1$, $h_2$ and $\ell$, and three into $o$. Three of them leave $x_1$: one jumps over the hidden
# nodes. (The picture has 0 for all inputs. Their values in `x` are for section 4.)
#
# ### The graph in Python
#
# The tuple `graph` lists the nodes in a **topological order**: every node comes after those that it uses. A node is a tuple
# `(g, uses, w, b)`: the *name* of its activation, the *numbers* of the nodes that it uses, one weight for each of them, and a bias.
#
# | the notes | here |
# |---|---|
# | node $u$, node $v$ | their numbers `u` and `v`, places in `graph` |
# | the value of node $u$, and what its activation gets | `values[u]`, `z[u]` |
# | $\Gamma(u)$ ("gamma of $u$"): the nodes that use $u$ directly | `gamma(graph, u)` |
# | $\partial v/\partial u$, local | `slopes[v, u]` |
# | $\partial\ell/\partial u$, total | `gradients[u]` |

# %% from_unit="ACTIVATIONS"

# %% [markdown] slide="subslide"
# ### Γ(u): who uses u?
#
# A node's tuple says where its arrows come *from*. The backward pass asks the opposite: where do the arrows that leave $u$ *go to*?
#
# **Your turn (answer 1; 5 minutes; ★).** Find $\Gamma(u)$ in any graph, its nodes in ascending order.
#
# <details><summary>Hint 1: in whose list?</summary>
#
# $v$ is in $\Gamma(u)$ exactly when `u` stands in the `uses` of node `v`.
#
# </details>
# <details><summary>Hint 2: in Python</summary>
#
# `for v, (g, uses, w, b) in enumerate(graph):` visits every node, with its number and its four parts.
#
# </details>
# <details><summary>Hint 3: a worked example</summary>
#
# At which places of `words = ("cat", "dog", "bat")` is there an "a"? Start with `places = []`. Then
# `for i, word in enumerate(words):`, and inside it `if "a" in word: places.append(i)`. The list is `[0, 2]`.
#
# </details>


# %% exercise="gamma" slide="skip"


# %% demo=true
with once_written():
    for u, name in enumerate(names):
        print(f"Γ({name}) = {{{', '.join(names[v] for v in gamma(graph, u))}}}")

# %% [markdown] slide="slide"
# ## 4. The forward pass
#
# The notes' stage (a): *calculate the value of each node, given an input, at $\theta$*, where $\theta$ stands for all weights and biases.
# One walk through the tuple is enough: whatever a node uses is known when we come to it.
#
# We keep two numbers for each node, its $z$ and its value $g(z)$, since the way back needs both. For an input, both are the number
# given. (Here the notes call the incoming values $z_j$, and swap the indices of $w$.)
#
# **Before you write it:** for $x_1 = 2$, $x_2 = 1$, $y = 0.5$, work out the values of $h_1$, $h_2$, $o$ and $\ell$ on paper.
#
# **Your turn (answer 2; 10 minutes; ★★).** Write the forward pass for any graph. `ACTIVATIONS["tanh"](0.5)` is $\tanh(0.5)$.
#
# <details><summary>Hint 1: the inputs</summary>
#
# They come first, in the order of `x`: where `g == "input"`, node `v` has the value `x[v]`, and no activation is needed.
#
# </details>
# <details><summary>Hint 2: the weighted sum</summary>
#
# `zip(uses, w)` gives pairs: the number of a node that is used, and its weight. By what do you multiply the weight?
#
# </details>
# <details><summary>Hint 3: a worked example</summary>
#
# A bill: `prices = [2.0, 5.0, 1.0]`, the things bought are `things = (2, 0)`, and `counts = (3, 4)` says how many of each. Start with a
# delivery fee, `total = 0.5`; then `for i, count in zip(things, counts): total += count * prices[i]`. This adds $3\cdot1$ and $4\cdot2$:
# the total is 11.5.
#
# </details>


# %% exercise="forward_pass" slide="skip"


# %% demo=true
with once_written():
    z, values = forward_pass(graph, x)
    for name, z_u, value in zip(names, z, values, strict=True):
        print(f"{name}: z = {z_u:.2f}, value = {value:.2f}")

# %% [markdown]
# <details><summary>Answer, by hand</summary>
#
# $h_1 = \mathrm{relu}(2 - 1 + 0.5) = 1.5$, $\;h_2 = \mathrm{relu}(-2 + 1.5 + 1) = 0.5$, $\;o = 1.5 - 1 + 1 = 1.5$,
# $\;\ell = (1.5 - 0.5)^2 = 1$.
#
# </details>

# %% [markdown] slide="slide"
# ## 5. One arrow: ∂v/∂u
#
# What happens to $v$ if $u$ moves a little, and *nothing else that $v$ uses* moves? There are two small steps: $u$ moves $z_v$, and
# $z_v$ moves $v = g(z_v)$. By the chain rule their slopes multiply:
#
# $$\frac{\partial v}{\partial u} = \frac{\partial v}{\partial z_v}\cdot\frac{\partial z_v}{\partial u}, \qquad z_v = \dots + w\,u + \dots$$
#
# **The first factor is $g'(z_v)$.** For tanh it is $1 - (\tanh z)^2$.
#
# <details><summary>Optional: why (1 minute; needs the quotient rule)</summary>
#
# With $\tanh = \sinh/\cosh$, $\sinh' = \cosh$ and $\cosh' = \sinh$, the quotient rule gives $(\cosh^2 - \sinh^2)/\cosh^2 = 1 - \tanh^2$.
#
# </details>
#
# **Your turn (answer 3; 8 minutes; ★★).** Write the slopes of all five activations. At $z = 0$, the corner of relu, any number from 0 to
# 1 will do. The sigmoid $\sigma(z) = 1/(1 + e^{-z})$ needs work: it is $\sigma = 1/q$ with $q = 1 + e^{-z}$. What is
# $\partial\sigma/\partial q$? What is $\partial q/\partial z$? Multiply, and look for $\sigma$ itself in the result.
#
# <details><summary>Hint 1: the two steps</summary>
#
# $\partial\sigma/\partial q = -1/q^2$ and $\partial q/\partial z = -e^{-z}$, so the product is $e^{-z}/q^2$.
#
# </details>
# <details><summary>Hint 2: where σ is in it</summary>
#
# $\dfrac{e^{-z}}{q^2} = \dfrac1q\cdot\dfrac{q - 1}{q}$, and $1/q$ is $\sigma$.
#
# </details>
# <details><summary>Hint 3: a worked example</summary>
#
# A sixth activation, $g(z) = 1/(1 + z^2)$: it is $1/q$ with $q = 1 + z^2$. The steps are $-1/q^2$ and $2z$, so $g'(z) = -2z/q^2 =
# -2z\,g(z)^2$. In Python: `if g == "bell":`, and inside it `q = 1 + z**2` and `return -2 * z / q**2`.
#
# </details>


# %% exercise="activation_slope" slide="skip"


# %% demo=true
with once_written():
    for g in ACTIVATIONS:
        for at in (0.7, -0.7):
            nudged = (ACTIVATIONS[g](at + 1e-5) - ACTIVATIONS[g](at - 1e-5)) / 2e-5
            print(f"{g}'({at}): yours {activation_slope(g, at):.6f}, nudged {nudged:.6f}")

# %% [markdown] deck="slide"
# ## One arrow: ∂v/∂u
#
# So far does $v = g(z_v)$ move if $u$ moves, and nothing else:
#
# $$z_v = \dots + w\,u + \dots$$
#
# $$\boxed{\;\frac{\partial v}{\partial u} = g'(z_v)\cdot w\;}$$
#
# Note: Two small steps: u moves z by the weight, and z moves v by the slope of the activation. Both are known once the forward pass is
# done, and neither asks anything of the rest of the network. Ask: what is this slope for a ReLU that is shut?

# %% [markdown] slide="subslide"
# **The second factor is the weight.** Only one term of $z_v$ holds $u$, and it is $w\,u$. So, for an arrow of weight $w$,
#
# $$\boxed{\;\frac{\partial v}{\partial u} = g'(z_v)\cdot w\;}$$
#
# We put these numbers into a square table: **row $v$, column $u$**, and 0 where there is no arrow.
#
# **Before you run the next cell:** in our graph $\ell = (o - y)^2$, and our `x` gives $o - y = 1$. Which two numbers stand in the row of
# $\ell$?

# %% [markdown] deck="slide"
# ## All nine slopes in one table
#
# Note: Row v, column u: how far v moves if u moves, with the inputs 2 and 1 and the target 0.5. A row says what a node uses; a column, read
# downwards, says who uses it, and that is how the backward pass reads it. Ask: which column has three entries, and why does the last column
# have none?

# %% demo=true slide="fragment" deck="show"
table = np.zeros((7, 7))
table[3, [0, 1]] = 1.0, -1.0  # h1: relu' = 1, times its weights
table[4, [0, 1]] = -1.0, 1.5  # h2
table[5, [3, 4, 0]] = 1.0, -2.0, 0.5  # o
table[6, [5, 2]] = 2.0, -2.0  # ℓ: g'(1) = 2, times 1 and -1
plots.slope_table(table, names)

# %% [markdown]
# The row of $\ell$ has 2 for $o$ and $-2$ for $y$. (Their only way to $\ell$ is this one arrow, so here local and total agree.)
#
# **Read a column downwards**, and you find $\Gamma(u)$, with a slope for each of its nodes. That is how the backward pass will read the
# table.
#
# **Your turn (answer 4; 5 minutes; ★★).** Fill the table for any graph. `np.zeros((n, n))` makes an empty one.
#
# <details><summary>Hint 1: the loops</summary>
#
# They are those of the forward pass: over every node $v$, and inside it over every pair of a node $u$ that it uses and a weight.
#
# </details>
# <details><summary>Hint 2: the entry, and the inputs</summary>
#
# The box has two factors: the slope of $v$'s activation at `z[v]`, and the weight. Inputs use no node, so the inner loop
# does nothing for them: ask for the slope inside that loop.
#
# </details>
# <details><summary>Hint 3: a worked example</summary>
#
# A table of distances, 0 where there is no road: `roads = ((1, (0,), (7.0,)), (2, (0, 1), (4.0, 5.0)))` holds towns, their neighbours, and
# kilometres. `far = np.zeros((3, 3))`; then `for v, near, km in roads:`, inside it `for u, length in zip(near, km):`, and
# inside that `far[v, u] = length`. Row 2 is now 4, 5, 0.
#
# </details>


# %% exercise="local_derivatives" slide="skip"


# %% [markdown] deck="slide"
# ## Three ways from $x_1$ to $o$
#
# Let $x_1$ move by a small $\epsilon$:
#
# - straight to $o$: $\;0.5\,\epsilon$
# - through $h_1$: $\;1\cdot 1\,\epsilon$
# - through $h_2$: $\;(-1)\cdot(-2)\,\epsilon$
#
# How far does $o$ move? And the loss, whose slope in $o$ is 2?
#
# Note: Along a way slopes multiply, and where ways meet shares add: so 3.5 times as far, and the loss 7 times. Point back to the table,
# which has 0.5 for this pair: that was the local slope, the direct push alone. Ask: which of the three ways would vanish if h2 were shut?

# %% [markdown] slide="slide"
# ## 6. The rule
#
# In our graph three ways lead from $x_1$ to $o$. Let $x_1$ move by a small $\epsilon$, and follow the
# move along the arrows, with the slopes of the table:
#
# - straight to $o$: $0.5\,\epsilon$;
# - through $h_1$, which moves by $1\,\epsilon$, and $o$ moves just as far: $1\,\epsilon$;
# - through $h_2$, which moves by $-1\,\epsilon$, and $o$ moves $-2$ times as far: $2\,\epsilon$.
#
# **Before you run the next cell:** how far does $o$ move, in $\epsilon$? And the loss, which moves 2 times as far as $o$?


# %% demo=true slide="fragment"
def output_and_loss(x1):
    h1, h2 = max(x1 - 1 + 0.5, 0), max(-x1 + 1.5 * 1 + 1, 0)
    o = h1 - 2 * h2 + 0.5 * x1
    return o, (o - 0.5) ** 2


(o, loss), (o_moved, loss_moved) = output_and_loss(2.0), output_and_loss(2.0 + 1e-6)
print(f"o moves {(o_moved - o) / 1e-6:.3f} times as far as x1, the loss {(loss_moved - loss) / 1e-6:.3f} times as far")

# %% [markdown] slide="subslide"
# The moves add: $3.5 = 0.5 + 1 + 2$. Yet the table says $\partial o/\partial x_1 = 0.5$. That is *local*, the **direct push** along one
# arrow, with $h_1$ and $h_2$ held still; 3.5 is *total*.
#
# Now sort the same moves by the nodes that $x_1$ pushes directly. $h_1$ is pushed by $1\,\epsilon$, $h_2$ by $-1\,\epsilon$, and $o$ by
# $0.5\,\epsilon$. If you move $h_1$, $h_2$ or $o$, the loss moves 2, $-4$ or 2 times as far (you work these out in a moment). So
#
# $$\frac{\partial\ell}{\partial x_1} = \underbrace{2\cdot 1}_{\text{through } h_1} + \underbrace{(-4)\cdot(-1)}_{\text{through } h_2} +
# \underbrace{2\cdot 0.5}_{\text{through } o} = 7.$$
#
# Nothing is counted twice: a direct push holds everything else still, and all that happens *after* the pushed node is in that node's
# gradient.

# %% [markdown] deck="slide"
# ## The rule
#
# $0.5 + 1 + 2 = 3.5$ for $o$, and $7$ for the loss: shares add. $u$ pushes every $v$ in $\Gamma(u)$ directly, and no other node, so
#
# $$\boxed{\;\frac{\partial\ell}{\partial u} \;=\; \sum_{v\,\in\,\Gamma(u)}
# \frac{\partial\ell}{\partial v}\cdot\frac{\partial v}{\partial u}\;}$$
#
# $$\frac{\partial\ell}{\partial\ell} = 1$$
#
# Note: This is all of backpropagation. Read it aloud: total is the sum, over those who use u, of total times local. Ask: why is nothing
# counted twice, although x1 reaches the output also through h1? Because the direct push holds h1 still, and what h1 does afterwards is in
# h1's own gradient.

# %% [markdown] slide="subslide"
# ### In letters, for any node $u$ but the loss
#
# 1. $u$ moves by $\epsilon$. It pushes every $v$ in $\Gamma(u)$ directly, by $\frac{\partial v}{\partial u}\,\epsilon$, and no other node.
# 2. Because of this push the loss moves by $\frac{\partial\ell}{\partial v}\cdot\frac{\partial v}{\partial u}\,\epsilon$: that is what
#    $\partial\ell/\partial v$ means.
# 3. The shares **add**, as the strips of the rectangle do. Divide by $\epsilon$:
#
# $$\boxed{\;\frac{\partial\ell}{\partial u} \;=\; \sum_{v\,\in\,\Gamma(u)}
# \frac{\partial\ell}{\partial v}\cdot\frac{\partial v}{\partial u}\;}$$
#
# The start is the **base case**: if the loss moves by $\epsilon$, the loss moves by $\epsilon$, so
# $\frac{\partial\ell}{\partial\ell} = 1$. (The notes write $\frac{\partial\ell}{\partial z} = 1$; their $z$ there is the last node.)

# %% [markdown] deck="slide"
# ## By hand, once
#
# Start with 1 at $\ell$, and go back:
#
# 1. $o$ and $y$: one product each
# 2. $h_1$ and $h_2$: one product each
# 3. $x_2$: two products; $x_1$: three
#
# **Nine arrows, nine products.**
#
# Which node moves the loss most?
#
# Note: Five minutes on paper, with the table of slopes beside it: go back two slides if they need it. Walk through the room; the usual slip
# is to take the local slope of x1 for its gradient. Then ask for all seven numbers before you show them.

# %% [markdown] slide="subslide"
# ### By hand, once
#
# **Before you run the next cell:** take the table of slopes, and find all seven gradients on paper. Start with 1 at $\ell$ and go back:
# $o$ and $y$, then $h_1$ and $h_2$ (one product each), then $x_2$ (two) and $x_1$ (three).
#
# The cell does not know the rule: it nudges one node at a time, and computes all later ones again.


# %% demo=true slide="fragment"
def nudged_loss(graph, x, node, epsilon):
    """The loss if the value of one node were larger by epsilon."""
    values = []
    for v, (g, uses, w, b) in enumerate(graph):
        value = x[v] if g == "input" else ACTIVATIONS[g](sum(w_u * values[u] for u, w_u in zip(uses, w, strict=True)) + b)
        values.append(value + (epsilon if v == node else 0.0))
    return values[-1]


by_nudging = [(nudged_loss(graph, x, u, 1e-6) - nudged_loss(graph, x, u, -1e-6)) / 2e-6 for u in range(7)]
print("  ".join(f"∂ℓ/∂{name} = {gradient:.4f}" for name, gradient in zip(names, by_nudging, strict=True)))

# %% [markdown]
# <details><summary>The sums, written out</summary>
#
# $\frac{\partial\ell}{\partial o} = 1\cdot 2 = 2$, $\;\frac{\partial\ell}{\partial y} = 1\cdot(-2) = -2$,
# $\;\frac{\partial\ell}{\partial h_1} = 2\cdot 1 = 2$, $\;\frac{\partial\ell}{\partial h_2} = 2\cdot(-2) = -4$,
#
# $\frac{\partial\ell}{\partial x_2} = 2\cdot(-1) + (-4)\cdot 1.5 = -8$,
# $\qquad\frac{\partial\ell}{\partial x_1} = 2\cdot 1 + (-4)\cdot(-1) + 2\cdot 0.5 = 7$.
#
# </details>
#
# Nine arrows, nine products. By nudging, the cell needed 14 forward passes for the same seven numbers.

# %% [markdown] slide="subslide"
# ### The backward pass
#
# The notes' stage (b), nearly word for word: *for each $u$, for each $v \in \Gamma(u)$: use the already computed
# $\frac{\partial\ell}{\partial v}$ (known by induction hypothesis), compute $\frac{\partial v}{\partial u}$, multiply, sum this.* ("By
# induction hypothesis" means: because we did it earlier.) So every $v$ in $\Gamma(u)$ must be done before $u$: we start at the loss and
# walk through the tuple backwards.
#
# **Your turn (answer 5; 15 minutes; ★★★): the heart of the unit.** You may call your `gamma`. (A wrong `gamma`
# costs no points here.)
#
# <details><summary>Hint 1: the frame</summary>
#
# Begin with a list of zeros, one for each node; set the base case; then visit the other nodes, from the last but one down to 0.
#
# </details>
# <details><summary>Hint 2: the sum</summary>
#
# Use two loops, as in the notes: over every `u`, and inside it over every `v` in $\Gamma(u)$. The inner one adds one share to `u`'s
# gradient.
#
# </details>
# <details><summary>Hint 3: a worked example</summary>
#
# Four nodes: node 1 uses node 0, node 2 uses nodes 0 and 1, node 3 (the loss) uses node 2. The slopes are `slopes[1, 0] = 3`,
# `slopes[2, 0] = 4`, `slopes[2, 1] = 5`, `slopes[3, 2] = 2`. The list starts as `[0, 0, 0, 1]`. Node 2 gathers from node 3: $1\cdot2$.
# Node 1 gathers from node 2: $2\cdot5$. Node 0 gathers from nodes 1 and 2: $10\cdot3 + 2\cdot4$. Result: `[38, 10, 2, 1]`.
#
# </details>


# %% exercise="backward_pass" slide="skip"


# %% [markdown] deck="slide"
# ## Every node gathers from those that use it
#
# Note: Value and gradient of every node, as one walk back gives them. x2 moves the loss most, by -8, and x1 has 2 + 4 + 1 = 7. Ask: where
# in the picture do you see that the walk must start at the loss? Each sum needs gradients that stand to the right of it.

# %% demo=true deck="show"
gradients = None
with once_written():
    z, values = forward_pass(graph, x)
    gradients = backward_pass(graph, local_derivatives(graph, z))
    print("the rule and the nudges agree:", np.allclose(gradients, by_nudging))
plots.node_graph(graph, values, gradients, names) if gradients else None

# %% [markdown] slide="subslide" folded=true
# ### Optional: step through it (2 minutes)
#
# *Step* computes one node: first forwards, then backwards. **Click a node** (or use the arrow keys) to see its sum written out: on the
# way back, orange arrows carry $\partial v/\partial u$ and lead to the nodes of $\Gamma(u)$, in green.
#
# **Before you run the next cell:** go to the last step and drag $x_1$ beyond 2.5, where $z$ of $h_2$ is negative. Which two slopes will
# become 0? And will $\partial\ell/\partial h_2$ itself be 0?

# %% [markdown] deck="slide"
# ## Forward and back, a node at a time
#
# Note: Step forward to the end, then backward, and let the room say each number before it appears: click a node to see its sum. Then drag
# x1 beyond 2.5, where h2 is shut. Ask: which slopes become 0, and is the gradient of h2 itself 0? It is not: it asks what happens if h2
# moves, not whether anything moves it.

# %% demo=true slide="fragment" deck="show"
from course.widgets import Stepper

Stepper(graph, x, names, weights=False)

# %% [markdown]
# <details><summary>Answer</summary>
#
# The slopes from $x_1$ and from $x_2$ to $h_2$ become 0: its relu is flat there. But $\partial\ell/\partial h_2$ is not 0: it asks what
# happens *if* $h_2$ moves, not whether anything moves it.
#
# </details>

# %% [markdown] deck="slide"
# ## Find the bug
#
# ```python
# for v in reversed(range(len(graph))):
#     uses = graph[v][1]
#     for u in uses:
#         gradients[u] = gradients[v] * slopes[v, u]
# ```
#
# Each node hands a share to every node that it uses.
#
# At which of our seven nodes is it wrong?
#
# Note: The loops are turned round, which is allowed: unit 04 will do it so. Follow the entry of x1 through the loop, it is written three
# times. It is wrong at x1 and x2, the nodes that are used more than once; on chains and trees it is right, which is why tests so often miss
# it. Ask which part of the rule is missing, and leave the mending to the exercise.

# %% [markdown] slide="slide"
# ## 7. Find the bug
#
# A classmate turns the loops round. Instead of "each $u$ gathers from $\Gamma(u)$", "each $v$ hands a share to every $u$ that it uses".
# Unit 04 will do it this way, too. But this code has a bug.
#
# **Before you run the next cell:** at which of our seven nodes will it be wrong, and which numbers will stand there? (Follow
# `gradients[0]` through the loop: it is written three times.)


# %% demo=true slide="fragment"
def buggy_backward(graph, slopes):
    """∂ℓ/∂u for every node u, or so it was meant."""
    gradients = [0.0] * len(graph)
    gradients[-1] = 1.0
    for v in reversed(range(len(graph))):
        uses = graph[v][1]
        for u in uses:
            gradients[u] = gradients[v] * slopes[v, u]
    return gradients


print("node  right  buggy")
for name, right, wrong in zip(names, by_nudging, buggy_backward(graph, table), strict=True):
    print(f"{name:4}  {right:5.1f}  {wrong:5.1f}  {'' if abs(right - wrong) < 1e-4 else '<- wrong'}")

# %% [markdown]
# It is wrong where more than one arrow leaves: at $x_1$ and $x_2$ the share from $h_1$ comes last and replaces the others. On chains and
# trees, where every node is used once, it is right, and so it passes every test made of them. That is why the bug is so common: test your
# own work on graphs in which a node is used twice.
#
# **Your turn (answer 6; 3 minutes; ★).** Copy and mend the classmate's code. One change is enough: which part of the rule was missing?
#
# <details><summary>Hint 1: the sign</summary>
#
# Look at the big sign on the right of the rule.
#
# </details>
# <details><summary>Hint 2: the second time</summary>
#
# What should happen to the share that stands in `gradients[u]` already when the next one arrives?
#
# </details>
# <details><summary>Hint 3: a worked example</summary>
#
# Three people pay 2, 5 and 1 into one account, which starts at 0. If each payment *replaces* what is there, the account ends at 1. If
# each is put *on top* of what is there, it goes 0, 2, 7, 8.
#
# </details>


# %% exercise="mended_backward" slide="skip"


# %% [markdown] deck="slide"
# ## And the weights
#
# $$\frac{\partial\ell}{\partial w} = \frac{\partial\ell}{\partial v}\cdot\frac{\partial v}{\partial w}, \qquad
# z_v = \dots + w\,u + \dots + b$$
#
# The weight stands in $z_v$, and nowhere else: **one term.**
#
# What is $\partial v/\partial w$? And $\partial v/\partial b$?
#
# Note: A weight is used by one node only, so its sum has one term, and no new walk is needed. Let them differentiate z by w and then by b,
# on paper; they have just done it for u. Ask: which of the numbers from the forward pass must have been kept for this?

# %% [markdown] slide="slide"
# ## 8. And the weights
#
# Gradient descent is waiting for $\partial\ell/\partial w$. The weight $w$ by which $v$ uses $u$ stands in
# $z_v = \dots + w\,u + \dots + b$ and nowhere else, so the rule's sum has one term (the notes' step 2, where the node with the weight
# is called $u$):
#
# $$\frac{\partial\ell}{\partial w} = \frac{\partial\ell}{\partial v}\cdot\frac{\partial v}{\partial w}, \qquad
# \frac{\partial v}{\partial w} = g'(z_v)\cdot\frac{\partial z_v}{\partial w}.$$
#
# In section 5 you differentiated $z_v$ by $u$; now differentiate it by $w$, and for the bias by $b$.
#
# **Before you write it:** what is $\partial\ell/\partial w$ for the weight by which $h_1$ uses $x_1$? We have
# $\partial\ell/\partial h_1 = 2$, $g' = 1$ and $x_1 = 2$. And what is $\partial\ell/\partial b$ for $h_2$, where
# $\partial\ell/\partial h_2 = -4$ and $g' = 1$?
#
# **Your turn (answer 7; 8 minutes; ★★).** Find the gradients of all weights and biases. The weight by which $v$ uses $u$ has its
# gradient at `dw[v, u]`: the node that uses comes first, as in $w_{ij}$. An input has no bias: leave 0 there.
#
# <details><summary>Hint 1: what they share</summary>
#
# $\partial\ell/\partial v\cdot g'(z_v)$ is a factor of every weight of $v$, and of its bias. Compute it once for each node that is not
# an input.
#
# </details>
# <details><summary>Hint 2: the other factor</summary>
#
# $z_v = w\,u + \dots$, differentiated by $w$, leaves the *value* of the node that is used, not its $z$.
#
# </details>
# <details><summary>Hint 3: a worked example</summary>
#
# A node $v = \tanh(3u_1 - u_2 + b)$ with $u_1 = 0.2$, $u_2 = 0.5$, $z_v = 0$, and $\partial\ell/\partial v = 6$. The slope of tanh at 0
# is 1, so the common factor is $6\cdot1$. The two weights get $6\cdot0.2 = 1.2$ and $6\cdot0.5 = 3$, the bias $6\cdot1$. The weights 3
# and $-1$ themselves play no part here.
#
# </details>


# %% exercise="weight_gradients" slide="skip"


# %% demo=true
def by_moving(graph, x, v, place, epsilon=1e-6):
    """∂ℓ/∂w by nudging, for the weight at a place in node v's list; ∂ℓ/∂b, if place is None."""
    losses = []
    for sign in (1, -1):
        g, uses, w, b = graph[v]
        w = tuple(w_u + (sign * epsilon if i == place else 0.0) for i, w_u in enumerate(w))
        node = (g, uses, w, b + (sign * epsilon if place is None else 0.0))
        losses.append(nudged_loss((*graph[:v], node, *graph[v + 1 :]), x, None, 0.0))
    return (losses[0] - losses[1]) / (2 * epsilon)


with once_written():
    z, values = forward_pass(graph, x)
    dw, db = weight_gradients(graph, z, values, backward_pass(graph, local_derivatives(graph, z)))
    print(f"weight of x1 in h1: yours {dw[3, 0]:.4f}, nudged {by_moving(graph, x, 3, 0):.4f}")
    print(f"bias of h2: yours {db[4]:.4f}, nudged {by_moving(graph, x, 4, None):.4f}")
    weights = [abs(dw[v, u] - by_moving(graph, x, v, place)) for v in range(3, 7) for place, u in enumerate(graph[v][1])]
    biases = [abs(db[v] - by_moving(graph, x, v, None)) for v in range(3, 7)]
    print(f"{len(weights)} weights and {len(biases)} biases: largest difference {max(weights + biases):.0e}")

# %% [markdown]
# The weight has $2\cdot1\cdot2 = 4$, and the bias $-4\cdot1\cdot1 = -4$. The next cell keeps your backpropagation in
# `my_network.py`, for later units.

# %% demo=true
keep(forward_pass, local_derivatives, backward_pass, weight_gradients)

# %% [markdown] slide="slide"
# ## 9. It learns
#
# In unit 01 you set the weights of a network for XOR by hand. Now your two passes find them, for a network of the same kind: two hidden
# ReLU nodes, one output. It starts from random weights, and the rest is gradient descent (unit 02): $\theta \leftarrow \theta -
# \eta\,\frac{\partial\ell}{\partial\theta}$, with the learning rate $\eta$.
#
# The loss is the mean over four examples, so its gradient is the mean of four gradients, each from one forward and one backward pass of
# *yours*. (The weights of the loss node are not parameters: they stay as they are.)


# %% demo=true slide="fragment"
CORNERS = ((0.0, 0.0, 0.0), (0.0, 1.0, 1.0), (1.0, 0.0, 1.0), (1.0, 1.0, 0.0))  # x1, x2, and what XOR makes of them


def xor_network(hidden, rng):
    """A graph with random weights: x1, x2 and y, hidden ReLU nodes, the output, the loss."""
    layer = [("relu", (0, 1), tuple(rng.normal(size=2)), 0.1) for _ in range(hidden)]
    output = ("linear", tuple(range(3, 3 + hidden)), tuple(rng.normal(size=hidden)), 0.0)
    return (*[("input", (), (), 0.0)] * 3, *layer, output, ("square", (3 + hidden, 2), (1.0, -1.0), 0.0))


def mean_gradients(graph):
    """The loss and the gradients of weights and biases, each the mean over the four corners."""
    loss = dw = db = 0.0
    for corner in CORNERS:
        z, values = forward_pass(graph, corner)
        of_weights, of_biases = weight_gradients(graph, z, values, backward_pass(graph, local_derivatives(graph, z)))
        loss, dw, db = loss + values[-1] / 4, dw + of_weights / 4, db + np.asarray(of_biases) / 4
    return loss, dw, db


def trained(graph, steps=300, learning_rate=0.1):
    """The graph after so many steps against the gradient, and the loss before each of them."""
    losses = []
    for _ in range(steps):
        loss, dw, db = mean_gradients(graph)
        losses.append(loss)
        after = []
        for v, (g, uses, w, b) in enumerate(graph[:-1]):  # all nodes but the loss
            w = tuple(w_u - learning_rate * dw[v, u] for u, w_u in zip(uses, w, strict=True))
            after.append((g, uses, w, b - learning_rate * db[v]))
        graph = (*after, graph[-1])
    return graph, losses


# %% [markdown] deck="slide"
# ## XOR, before and after 300 steps
#
# Note: First, how random weights fold the plane; then the trained ones. Nobody has set these weights, as we did in unit 01: two passes
# and gradient descent have found them. Ask: where have the two blue corners gone, and why does a straight line part the colours now? From
# other random starts it may fail: a ReLU that is shut at all four corners gets no gradient.

# %% [markdown] slide="subslide"
# **Before you run the next cell:** if we always answer $\frac12$, the loss is $(\frac12)^2 = 0.25$. Will the random start be better than
# that? And how small will the loss be after 300 steps?


# %% demo=true slide="fragment" deck="show"
def arrays(graph):
    """W1, b1, W2, b2 of a graph with two hidden nodes, as unit 01 writes them."""
    first, second, output = graph[3:6]
    return np.array([first[2], second[2]]).T, np.array([first[3], second[3]]), np.array(output[2])[:, None], np.array([output[3]])


X, y = np.array(CORNERS)[:, :2], np.array(CORNERS)[:, 2].astype(int)
learnt = None
with once_written():
    start = xor_network(2, np.random.default_rng(1))
    learnt, losses = trained(start)
    for t in (0, 10, 50, 100, 200, 299):
        print(f"after {t:3} steps: mean loss {losses[t]:.1e}")
    for network in (start, learnt):
        display(plots.folded_plane(*arrays(network), X, y, names=("x1", "x2", "h1", "h2")))

# %% [markdown]
# This start is worse than always answering $\frac12$, with a loss of 0.38, and in the end the loss is nearly 0. The upper pictures show
# how the random weights fold the plane, the lower ones how the trained ones do. At the start, the line in the hidden plane from one blue
# point to the other crosses the line from orange to orange, so no straight line parts the colours. At the end (0, 0) and (1, 1) have been
# folded onto one point, and a straight line does it. Nobody has set these weights: gradient descent has found them, with your gradients.
#
# Your `feedforward` of unit 01 can use these weights.

# %% demo=true slide="fragment"
feedforward = mine("feedforward")
if learnt:
    W1, b1, W2, b2 = arrays(learnt)
    outputs = feedforward(X, [(W1, b1), (W2, b2)])[:, 0]
    print(f"The weights that you have found, in {whose(feedforward)}:")
    for x_n, output, target in zip(X, outputs, y, strict=True):
        print(f"x = {x_n}, output {output:.3f}, XOR is {target}")

# %% [markdown] folded=true
# ### Optional: does it always learn? (3 minutes)
#
# No: we chose seed 1 because it does. Let us take 20 random starts (seeds 0 to 19), and call a start *learnt* if its loss is
# below 0.02 before the last of 300 steps. We try 4 and 8 hidden nodes as well.
#
# **Before you run the next cell:** how many of the 20 starts will learn with 2 hidden nodes, and how many with 8?

# %% demo=true slide="skip"
with once_written():
    for hidden in (2, 4, 8):
        ends = [trained(xor_network(hidden, np.random.default_rng(seed))) for seed in range(20)]
        failed = [graph for graph, losses in ends if losses[-1] >= 0.02]
        z = [np.array([forward_pass(graph, corner)[0] for corner in CORNERS])[:, 3:-2] for graph in failed]
        asleep = sum((of_graph <= 0).all(axis=0).any() for of_graph in z)
        print(f"{hidden} hidden nodes: {20 - len(failed)} of 20 starts learn. A ReLU is shut at every corner in {asleep} of the others.")
        later = sum(trained(graph, 1000)[1][-1] < 0.02 for graph in failed)
        print(f"{' ':15} Learnt after 1000 further steps: {later} more.")

# %% [markdown]
# With two hidden nodes both are needed, and many starts lose one: where $z$ is negative at all four corners, the ReLU is shut at all of
# them, its gradients are exactly 0, and no step of the node's own weights opens it again. (That is a **dead ReLU**. Of the five other
# starts, two were still on their way, and three rest where no small step makes the loss better.) With eight nodes there are enough to
# spare.

# %% [markdown] slide="slide"
# ## 10. Beyond the core: why not walk along all paths? (10 minutes)
#
# Put the rule into itself until only slopes are left:
#
# $$\frac{\partial\ell}{\partial x_1} =
# \frac{\partial\ell}{\partial o}\frac{\partial o}{\partial h_1}\frac{\partial h_1}{\partial x_1} +
# \frac{\partial\ell}{\partial o}\frac{\partial o}{\partial h_2}\frac{\partial h_2}{\partial x_1} +
# \frac{\partial\ell}{\partial o}\frac{\partial o}{\partial x_1} = 2 + 4 + 1 = 7:$$
#
# a term for every **path** from $x_1$ to $\ell$, the product of the slopes along it. Three paths are no trouble. But if each node of a
# layer uses both nodes of the layer before, every layer doubles the number of paths: 50 layers of two nodes have $2^{50}$, a million times
# a thousand million.
#
# We can *count* them without walking. A path from $u$ begins with an arrow to some $v \in \Gamma(u)$, and goes on with a path from $v$.
# So the numbers of paths to the loss, written $\#(u)$, obey a rule that looks familiar:
#
# $$\#(u) = \sum_{v\,\in\,\Gamma(u)} \#(v), \qquad \#(\ell) = 1.$$
#
# It is our rule with every slope 1.
#
# **Before you write it:** what is $\#(u)$ for each of our seven nodes? ($x_1$ has 3.)
#
# **Your turn (answer 8; 5 minutes; ★★).** Count the paths, visiting each node once. One of the graphs in `check` has $2^{63}$ of them: one
# more than the largest 64-bit integer of NumPy, so use a list of Python's own integers, which have no largest one.
#
# <details><summary>Hint 1: what you have already</summary>
#
# Your `backward_pass` is nearly it: the same frame, the same order, the same base case.
#
# </details>
# <details><summary>Hint 2: the share</summary>
#
# What is left of each share, $\partial\ell/\partial v$ times a slope, if the slope is 1?
#
# </details>
# <details><summary>Hint 3: a worked example</summary>
#
# Node 1 uses node 0, node 2 uses nodes 0 and 1, node 3 (the loss) uses nodes 1 and 2. The list starts as `[0, 0, 0, 1]`. Node 2 has one
# way on, to node 3: 1. Node 1 goes to node 2 (1 path) and node 3 (1 path): 2. Node 0 goes to node 1 (2 paths) and node 2 (1 path): 3.
# Result: `[3, 2, 1, 1]`.
#
# </details>


# %% exercise="count_paths" slide="skip"


# %% demo=true
with once_written():
    print("  ".join(f"#({name}) = {count}" for name, count in zip(names, count_paths(graph), strict=True)))

# %% [markdown]
# All three terms above begin with $\frac{\partial\ell}{\partial o}$. The backward pass takes out what the paths share: it computes it once
# and keeps it. So each arrow costs one product, and the result is *all* gradients.

# %% [markdown] deck="slide"
# ## Why not walk along all paths?
#
# $$\frac{\partial\ell}{\partial x_1} = 2 + 4 + 1: \quad\text{a term for every path to } \ell$$
#
# - Each layer of two nodes **doubles** the number of paths.
# - 64 layers: $2^{64}$ paths, more than $10^{19}$.
# - The backward pass: **one product for each arrow.**
#
# Note: Putting the rule into itself gives the sum over all paths, which is right and useless. The backward pass takes out what the paths
# share: it computes each gradient once, and keeps it. Ask: how many arrows do 64 layers of two nodes have? About 250.

# %% [markdown] deck="slide"
# ## A straight line on a logarithmic axis
#
# Note: Measured on the machine that made these slides. The upper line doubles with every layer; the lower one grows a little with each.
# Ask: 14 layers take some hundredths of a second; how long do 64 take? Fifty doublings more, about a million years, and they would give
# one number, where the backward pass gives all of them.

# %% [markdown] folded=true
# ### Optional: measure it (3 minutes)
#
# Written as a recursion, "to get $\partial\ell/\partial u$, ask every $v$ in $\Gamma(u)$ for its own", the same rule walks along every
# path: it computes $\partial\ell/\partial v$ again for every node that asks. The backward pass computes it once, and keeps it.
#
# **Before you run the next cell:** layers of 2 nodes. If the recursion takes 1 second for 14 layers, how long does it take for 15? And for
# 64? What about the backward pass?


# %% demo=true slide="skip" deck="show"
from time import perf_counter


def layers(count, width):
    """A graph of one input, `count` layers of `width` nodes, each using all of the layer before, and a loss."""
    made, before = [("input", (), (), 0.0)], (0,)
    for _ in range(count):
        first = len(made)
        made += [("tanh", before, (0.5,) * len(before), 0.1)] * width
        before = tuple(range(first, len(made)))
    return (*made, ("square", before, (1.0,) * len(before), 0.0))


def by_recursion(users, slopes, u):
    """∂ℓ/∂u, each ∂ℓ/∂v computed again whenever it is asked for."""
    return sum(by_recursion(users, slopes, v) * slopes[v, u] for v in users[u]) if users[u] else 1.0


def timed(f, *arguments):
    """The time of one call, from as many as take 20 ms together, and the result: one alone may be less than a clock can tell."""
    calls, start = 0, perf_counter()
    while perf_counter() - start < 0.02:
        result, calls = f(*arguments), calls + 1
    return (perf_counter() - start) / calls, result


counts, times = range(2, 15, 2), {"all paths": [], "one backward pass": []}
with once_written():
    for count in counts:
        deep = layers(count, 2)
        slopes = local_derivatives(deep, forward_pass(deep, [0.3])[0])
        users = [gamma(deep, u) for u in range(len(deep))]
        slow, one = timed(by_recursion, users, slopes, 0)
        fast, every = timed(backward_pass, deep, slopes)
        assert np.isclose(one, every[0])
        times["all paths"].append(slow)
        times["one backward pass"].append(fast)
    deepest = count_paths(layers(64, 2))[0]
    print(f"64 layers: {deepest:,} paths, {deepest / count_paths(deep)[0] * slow / 3.15e7:,.0f} years at this speed")
label = {"title": "∂ℓ/∂x in layers of two nodes, your code", "xlabel": "layers", "ylabel": "time in seconds"}
plots.growth(counts, times, **label) if times["all paths"] else None

# %% [markdown]
# Each layer doubles the recursion's time: 2 seconds for 15 layers, and $2^{50}$ seconds, 36 million years, for 64. (The number printed
# is for the speed of this machine.) On a logarithmic axis such growth is a straight line. The backward pass grows far more slowly, and
# note what each of them gives: the recursion *one* number, $\partial\ell/\partial x$, the backward pass the gradients of *all* nodes.

# %% [markdown] slide="skip"
# ## 11. In your own words
#
# ### A written question (4 points; 8 minutes)
#
# A point for each part; a sentence or two is enough.
#
# 1. A classmate fills in `gradients` from node 0 upwards, "as in the forward pass". What goes wrong, and which sentence of the notes
#    forbids it?
# 2. Another one wants to save memory, and forgets `z` and `values` after the forward pass. Where does the way back need them? Name one
#    place for each.
# 3. One can also send a nudge *forwards*: from **one** weight or input to the loss, with one product for each arrow. A network has a
#    million weights and one loss. How many such walks would give all the gradients, and how many backward passes?
# 4. When would the forward way be the better one?

# %% [markdown] written=4
# **Model answer.**
#
# 1. $\partial\ell/\partial u$ is made of $\partial\ell/\partial v$ for the $v \in \Gamma(u)$, and these come *after* $u$ in the order. From
#    node 0 upwards they are still 0 when they are used, so all but the nodes that feed the loss directly come out as 0. The notes:
#    *use already computed $\partial\ell/\partial v$ (known by induction hypothesis)*, with the base case at the loss.
# 2. `z` in $g'(z_v)$, the slope of every arrow (and of every bias). `values` in $\partial\ell/\partial w = \partial\ell/\partial v\cdot
#    g'(z_v)\cdot u$: the value that came in along the arrow.
# 3. One walk for each weight, so a million (each as long as a backward pass); *one* backward pass.
# 4. Where there are few inputs and many outputs: a forward walk serves one input and all outputs, a backward pass one output and all
#    inputs.
#
# **Rubric.** Any notation will do.
#
# - 1: the $\partial\ell/\partial v$ are not yet known, with the order or the induction hypothesis named.
# - 1: one right place for `z` *and* one for `values` (half a point for one of them).
# - 1: a million walks against one pass.
# - 1: the forward way is better for few inputs and many outputs.

# %% [markdown] deck="slide"
# ## Summary
#
# - **Along a way slopes multiply, where ways meet shares add.**
# - **Local against total:** one arrow holds all else still, the gradient lets everything follow.
# - **Backwards, each node once:** when $u$'s turn comes, all of $\Gamma(u)$ is known.
#
# Next: an engine that draws the graph by itself.
#
# Note: Let them say the rule without looking. In the notebook they write the forward pass, the table of slopes and the backward pass for
# any graph, and train XOR with them: two hours, the heart is answer 5. Ask for a last vote: for a network with few inputs and a million
# outputs, would you walk backwards or forwards?

# %% [markdown] slide="slide"
# ## Summary
#
# - **Along a way slopes multiply, and where ways meet shares add.** So the gradient of a node is a sum over the nodes that use it.
# - **Local against total.** One arrow's slope holds all else still. The gradient of the loss lets everything follow.
# - **Backwards, each node once.** When $u$'s turn comes, all of $\Gamma(u)$ is known. A backward pass has one product for each arrow, as a
#   forward pass has, and gives all gradients. With a step against them, again and again, a network learns.
#
# **Next.** Unit 04 lets the computer draw the graph: an engine that records every operation and walks back by itself.

# %% [markdown] slide="skip"
# ## Further reading
#
# - The lecture notes, *Back propagation* and *Back propagation algorithm*: the two pages that this unit follows.
# - D. E. Rumelhart, G. E. Hinton and R. J. Williams, "Learning representations by back-propagating errors", *Nature* 323 (1986),
#   533-536: four pages, the source.
# - C. Olah, ["Calculus on Computational Graphs: Backpropagation"](https://colah.github.io/posts/2015-08-Backprop/) (2015): the sum over
#   paths, and how factoring it saves the day, in pictures.
# - M. A. Nielsen, *Neural Networks and Deep Learning* (2015), [chapter 2](http://neuralnetworksanddeeplearning.com/chap2.html), "How the
#   backpropagation algorithm works".
# - A. Griewank and A. Walther, *Evaluating Derivatives*, 2nd edition, SIAM 2008, chapter 3: forward and reverse mode, and what they cost.
