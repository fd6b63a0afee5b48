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
# Gradient descent (unit 02) needs $\partial\ell/\partial w$ for every weight, and nudging each weight in turn costs a forward pass or two
# for every one of them. *"How will we compute these gradient values efficiently?"*, the lecture notes ask, and answer with one rule,
# used once for every node. You first meet the rule on three numbers, then write it for any network, and at the end your own code teaches
# a network XOR.
#
# **At the end you can**
# - find the gradients of a small circuit by hand, gate by gate,
# - say why the gradient of a number that is used twice is a *sum*,
# - draw a network as a graph of numbers, run both passes through it by hand, and write them,
# - find the most common bug in backward passes,
# - train a network with nothing but these two passes,
# - say why walking along all paths takes for ever, and why one backward pass does not.
#
# | time | difficulty | what to know before |
# |---|---|---|
# | 2½ to 3 hours, 75 minutes of them for the eight answers | middle | units 01 and 02; the chain rule for $f(g(x))$ |
#
# What is marked *optional* may be left for another day: nothing later needs it.

# %%
import numpy as np

from course import check

# %% demo=true
# Cells that draw, time or compare are for looking, not for marks: change and break them at will, but for these imports.
# `with once_written():` says that a cell waits until your answer is written.
from course import Tensor, numerical_gradient, once_written, plots

# %% [markdown] slide="slide"
# ## 1. Three numbers
#
# Before any network: three numbers and two operations.
#
# $$q = a + b, \qquad f = q\,c, \qquad\text{with}\quad a = 5,\; b = -2,\; c = 4.$$
#
# Going forwards is easy: $q = 3$ and $f = 12$. The question of this unit goes the other way. *If one of these numbers moved a
# little, how far would $f$ move?* The answer, $f$'s move divided by the small move that caused it, is the **gradient** of $f$ with respect
# to that number, written $\partial f/\partial a$.
#
# **Before you run the next cell:** we raise $a$, $b$ or $c$ by 0.01. Which of them moves $f$ least?


# %% demo=true slide="fragment"
def circuit(a, b, c):
    q = a + b
    return q * c


for name, moved in (("a", (5.01, -2, 4)), ("b", (5, -1.99, 4)), ("c", (5, -2, 4.01))):
    change = circuit(*moved) - circuit(5, -2, 4)
    print(f"{name} moves by 0.01, f by {change:.2f}: {change / 0.01:.0f} times as far")

# %% [markdown] slide="subslide"
# ### The same by reasoning, from the end backwards
#
# 1. **Start at the end.** $f$ moves exactly as far as itself: $\partial f/\partial f = 1$.
# 2. **Through the product.** $f = q\,c$. A small move of $q$ is multiplied by $c$, so $\partial f/\partial q = c = 4$. In the same way
#    $\partial f/\partial c = q = 3$.
# 3. **Through the sum.** $q = a + b$ moves exactly as far as $a$ does: the slope is 1. We know already that $f$ moves 4 times as far as
#    $q$. So $\partial f/\partial a = 4 \cdot 1 = 4$, and $\partial f/\partial b = 4 \cdot 1 = 4$.
#
# Each step is one product: **what comes back from the end, times the slope of this one operation.** The picture shows every number with
# its gradient below it. (The course's own engine draws it; you build such an engine in unit 04. It writes + for our $q$ and × for our
# $f$, and ∂ℓ for the gradient of whatever comes last.)

# %% demo=true slide="fragment"
a, b, c = (Tensor(value, requires_grad=True, name=name) for name, value in (("a", 5.0), ("b", -2.0), ("c", 4.0)))
f = (a + b) * c
f.backward()
plots.graph(f)

# %% [markdown] slide="subslide"
# ### Gates
#
# Think of each operation as a **gate** that passes the gradient back to its inputs:
#
# | gate | what it does with the gradient that arrives | why |
# |---|---|---|
# | add, $q = a + b$ | **hands it on**: both inputs get all of it | the slopes are 1 and 1 |
# | multiply, $f = q\,c$ | multiplies it by the *other* input: **swaps** the two | the slopes are $c$ and $q$ |
# | max, $m = \max(a, b)$ | **routes** it: the larger input gets all, the other nothing | only the larger one is felt |
#
# A ReLU is a max gate, $\max(z, 0)$: open while $z$ is positive, shut otherwise.
#
# **Before you run the next cell:** $m = \max(a, b)$ and $f = m\,c$ with $a = 3$, $b = -1$, $c = -2$. Go back gate by gate: what are
# $\partial f/\partial m$, $\partial f/\partial c$, $\partial f/\partial a$ and $\partial f/\partial b$?


# %% demo=true slide="fragment"
def routed(at):
    a, b, c = at
    return max(a, b) * c


print("∂f/∂a, ∂f/∂b, ∂f/∂c by nudging:", numerical_gradient(routed, np.array([3.0, -1.0, -2.0])).round(6))

# %% [markdown]
# <details><summary>Gate by gate</summary>
#
# The product swaps: $\partial f/\partial m = c = -2$ and $\partial f/\partial c = m = 3$. The max routes $-2$ to $a$, the larger one, and
# nothing to $b$.
#
# </details>

# %% [markdown] slide="slide"
# ## 2. A number that is used twice
#
# In a network nearly every number is used more than once. Here is the smallest case: $x = 2$ goes two ways, and they meet in a product.
#
# $$a = x + 1 = 3, \qquad b = 2x = 4, \qquad f = a\,b = 12.$$
#
# The product swaps: $\partial f/\partial a = 4$ and $\partial f/\partial b = 3$. On the way by $a$, the gradient 4 comes back to $x$
# through a slope of 1: a share of 4. On the way by $b$, the gradient 3 comes back through a slope of 2: a share of 6.
#
# **Before you run the next cell:** if $x$ moves a little, does $f$ move 4, 6, 10 or 24 times as far?

# %% demo=true slide="fragment"
for epsilon in (0.1, 0.01, 0.001):
    change = (2 + epsilon + 1) * (2 * (2 + epsilon)) - 12
    print(f"x moves by {epsilon}, f by {change:.6f}: {change / epsilon:.3f} times as far")

# %% [markdown] slide="subslide"
# ### Why the shares add
#
# $f = a\,b$ is the area of a rectangle with sides $a$ and $b$. When $x$ moves by $\varepsilon$ ("epsilon", a small number), both sides
# grow: $a$ by $\Delta a = \varepsilon$, and $b$ by $\Delta b = 2\varepsilon$. Look at what is added.
#
# **Before you run the next cell:** of how many pieces does the *added* area consist? Which of them would be there if only $a$ grew? (The
# picture takes a large $\varepsilon$, 0.3, so that there is something to see.)

# %% demo=true slide="fragment"
plots.product_rectangle(3.0, 4.0, 0.3, 0.6)

# %% [markdown]
# In letters:
#
# $$(a + \Delta a)(b + \Delta b) - a\,b \;=\; \underbrace{b\,\Delta a}_{\text{if only } a \text{ grew}} \;+\;
# \underbrace{a\,\Delta b}_{\text{if only } b \text{ grew}} \;+\; \underbrace{\Delta a\,\Delta b}_{\text{the corner}}
# \;=\; 4\varepsilon + 6\varepsilon + 2\varepsilon^2.$$
#
# Divided by $\varepsilon$ this is $4 + 6 + 2\varepsilon$, and the smaller $\varepsilon$ is, the nearer it comes to **10 = 4 + 6**: each
# strip is one way's share, and they lie side by side, so they add. Only the corner spoils the sum, and it is a small number times a small
# number. The same is true of every smooth function of two numbers: seen from near enough its surface is flat, and on a flat surface the
# rise of a step to the east and of a step to the north add.
#
# **A question, before you read on:** for $\varepsilon = 0.001$, how large are the strips together, and how large is the corner?
#
# <details><summary>Answer</summary>
#
# The strips: $10 \cdot 0.001 = 0.01$. The corner: $2 \cdot 0.001^2 = 0.000002$, five thousand times smaller. It is the last digit of the
# third line that was printed above.
#
# </details>

# %% [markdown] slide="subslide"
# ### Two questions that look alike
#
# - The **local** slope $\partial f/\partial a = 4$ belongs to *one* gate. It asks: how far does $f$ move if $a$ moves, *and $b$ is held
#   still*?
# - The **total** slope of $f$ with respect to $x$, which is 10, asks: how far does $f$ move if $x$ moves, *and everything made of $x$
#   follows*?
#
# The notes write both with $\partial$. In this unit the numbers of a network are called nodes, $u$ and $v$, and the last one is the loss
# $\ell$ (section 3). $\partial v/\partial u$ between two nodes is local, and stands in a table as `slopes[v, u]`; $\partial\ell/\partial
# u$, the gradient of the loss, is total. Finding the total ones from the local ones is what backpropagation does: **along a way, slopes
# multiply; where ways meet, shares add.**

# %% [markdown] slide="slide"
# ## 3. A graph of numbers
#
# Now a network. It is a set of **nodes**, each of them one number. The notes write a node as
#
# $$u_i = g\Big(\underbrace{\sum_j w_{ij}\, x_j + b_i}_{z_i}\Big),$$
#
# where the $x_j$ are the nodes that it **uses**, $w_{ij}$ the weight of node $j$ in node $i$, $b_i$ the bias, $g$ an activation, and
# $z_i$ what the activation gets. (Inputs have no such formula: their numbers are given.) If node $i$ uses node $j$, we draw an **arrow**
# from $j$ to $i$.
#
# The last node is the **loss** $\ell$. It is a node like the others: for an output $o$ and a target $y$, the squared error
# $\ell = (o - y)^2$ is $g(z) = z^2$ with the weights $1$ and $-1$.
#
# Ours has two hidden nodes, and an output that also looks at $x_1$ itself:
#
# $$h_1 = \mathrm{relu}(x_1 - x_2 + 0.5), \quad h_2 = \mathrm{relu}(-x_1 + 1.5\,x_2 + 1), \quad o = h_1 - 2\,h_2 + 0.5\,x_1,
# \quad \ell = (o - y)^2.$$
#
# **Before you run the next two cells:** draw it on paper, a circle for each of the seven nodes: $x_1$, $x_2$ and $y$ are given, four are
# computed. How many arrows does it have? Which nodes use
# $x_1$, and which use $o$? (One arrow jumps over the hidden nodes: is it in your drawing?)

# %%
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

# %% demo=true slide="fragment"
plots.node_graph(graph, values=[0, 0, 0, 0.5, 1, -1.5, 2.25], names=names)

# %% [markdown]
# The picture shows each node's value for $x_1 = x_2 = y = 0$, where every product with an input is 0. It is a first forward pass: check
# the number in $o$. An orange rim marks a node that more than one other uses. There are nine arrows: two into each of $h_1$, $h_2$ and
# $\ell$, and three into $o$. $x_1$ is used by $h_1$, $h_2$ and $o$, and $o$ only by $\ell$.

# %% [markdown] slide="subslide"
# ### The graph as plain Python
#
# All a program needs is the list of nodes, in an order in which every node comes after those that it uses (a **topological order**). A
# node is a tuple `(g, uses, w, b)`: the *name* of its activation, the *numbers* of the nodes that it uses, one weight for each of
# these, and a bias. Inputs come first, and are written `("input", (), (), 0.0)`: they use no other node. Targets are inputs, too.
#
# | the notes | here |
# |---|---|
# | node $u$, node $v$ | their numbers `u` and `v`, places in the tuple `graph` |
# | the value of node $u$ | `values[u]` |
# | what its activation gets | `z[u]` |
# | $w_{ij}$, $i$ the node that uses, $j$ the node that is used | `w[k]` of node `i`, where `uses[k]` is `j` |
# | $\Gamma(u)$ ("gamma of $u$"): the nodes that use $u$ directly | `gamma(graph, u)`, you write it |
# | $\partial v/\partial u$ | `slopes[v, u]` |
# | $\partial\ell/\partial u$ | `gradients[u]` |

# %% from_unit="ACTIVATIONS"

# %% [markdown] slide="subslide"
# ### Γ(u): who uses u?
#
# The tuple says, for each node, what it *uses*: where its arrows come *from*. The backward pass asks the other way round: where do the
# arrows that leave $u$ *go to*? Those nodes are the ways by which a move of $u$ spreads.
#
# **Your turn (answer 1; 5 minutes).** Find $\Gamma(u)$ in any graph, its nodes in ascending order.
#
# <details><summary>Hint 1: whose list?</summary>
#
# $v$ is in $\Gamma(u)$ exactly when `u` stands in the `uses` of node `v`.
#
# </details>
# <details><summary>Hint 2: in Python</summary>
#
# `for v, (g, uses, w, b) in enumerate(graph):` visits every node, with its number and its four parts.
#
# </details>
# <details><summary>Hint 3: an example like it</summary>
#
# All places in a list of words that hold the letter "a": `[i for i, word in enumerate(words) if "a" in word]`.
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
# The notes' stage (a): *calculate the value of each node, given an input, at $\theta$*, where $\theta$ stands for all weights and
# biases. Because the order is topological, one walk through the tuple is enough: whatever a node uses is known when we come to it.
# (On that page the notes write $w_{1i}^{(k)} z_1 + w_{2i}^{(k)} z_2 + \dots$: the $z_j$ there are the values that come in, and the indices
# of $w$ are the other way round. We stay with the $w_{ij}$ and $z_i$ of section 3.)
#
# **Before you run the next cell:** with $x_1 = 2$, $x_2 = 1$, $y = 0.5$, work out $z$ and the value of $h_1$, $h_2$, $o$ and $\ell$
# on paper. The comments beside `graph` are all you need.

# %% demo=true slide="fragment"
h1 = max(2 - 1 + 0.5, 0)
h2 = max(-2 + 1.5 * 1 + 1, 0)
o = h1 - 2 * h2 + 0.5 * 2
print(f"z of h1 {2 - 1 + 0.5}, of h2 {-2 + 1.5 * 1 + 1}; h1 = {h1}, h2 = {h2}; z of o and o = {o}; z of ℓ {o - 0.5}, ℓ = {(o - 0.5) ** 2}")

# %% [markdown] slide="subslide"
# We keep both numbers of each node, its $z$ and its value $g(z)$. The way back needs them: the slope $g'(z)$ depends on $z$, and the
# gradient of a weight on the value that came in. (In our example they happen to be equal at every node. They differ where a ReLU is shut,
# or where $o - y$ is not 1.) For an input there is no formula, and both are the number given.
#
# **Your turn (answer 2; 10 minutes).** Write the forward pass for any graph. `ACTIVATIONS["tanh"](0.5)` is $\tanh(0.5)$.
#
# <details><summary>Hint 1: the inputs</summary>
#
# They come first, in the order of `x`: where `g == "input"`, node `v` has the value `x[v]`, and `ACTIVATIONS` is not asked.
#
# </details>
# <details><summary>Hint 2: the weighted sum</summary>
#
# `zip(uses, w)` gives pairs: the number of a node that is used, and its weight. What do you multiply the weight by?
#
# </details>
# <details><summary>Hint 3: an example like it</summary>
#
# A bill, with the numbers of the things bought and how many of each: `total = sum(n * prices[i] for i, n in zip(things, counts))`. Here
# the prices are the values that you have computed so far.
#
# </details>


# %% exercise="forward_pass" slide="skip"


# %% demo=true
with once_written():
    z, values = forward_pass(graph, x)
    for name, z_u, value in zip(names, z, values, strict=True):
        print(f"{name}: z = {z_u:.2f}, value = {value:.2f}")

# %% [markdown] slide="slide"
# ## 5. One arrow: ∂v/∂u
#
# What happens to $v$ if $u$ moves a little, and *nothing else that $v$ uses* moves? There are two small steps: $u$ moves $z_v$, and
# $z_v$ moves $v = g(z_v)$. By the chain rule their slopes multiply:
#
# $$\frac{\partial v}{\partial u} \;=\; \frac{\partial v}{\partial z_v}\cdot\frac{\partial z_v}{\partial u}, \qquad
# z_v = \dots + w\,u + \dots$$
#
# We take the two factors in turn.
#
# ### The first factor: $g'(z)$
#
# **Worked example: tanh.** $\tanh = \sinh/\cosh$, with $\sinh' = \cosh$ and $\cosh' = \sinh$. The quotient rule gives
# $(\cosh^2 - \sinh^2)/\cosh^2 = 1 - \tanh^2$.
#
# **Before you run the next cell:** how steep is tanh at $z = 0$? And at $z = 3$, about?

# %% demo=true slide="fragment"
at = np.array([0.0, 0.5, 3.0])
print("by the formula:", (1 - np.tanh(at) ** 2).round(6))
print("by nudging z:  ", numerical_gradient(lambda z: np.tanh(z).sum(), at).round(6))

# %% [markdown] slide="subslide"
# **Your turn (answer 3; 10 minutes).** The slopes of all five activations. Tanh is done; linear and relu need no working. At the corner,
# the **kink**, of relu, $z = 0$, any number from 0 to 1 will do.
#
# For the sigmoid $\sigma(z) = 1/(1 + e^{-z})$, complete the steps: $\sigma = s^{-1}$ with $s = 1 + e^{-z}$. What is
# $\partial\sigma/\partial s$? What is $\partial s/\partial z$? Multiply, and look for $\sigma$ itself in the result.
#
# <details><summary>Hint 1: the two steps</summary>
#
# $\partial\sigma/\partial s = -1/s^2$ and $\partial s/\partial z = -e^{-z}$, so that the product is $e^{-z}/s^2$.
#
# </details>
# <details><summary>Hint 2: where σ is in it</summary>
#
# $\dfrac{e^{-z}}{s^2} = \dfrac1s\cdot\dfrac{s - 1}{s}$, and $1/s$ is $\sigma$.
#
# </details>


# %% exercise="activation_slope" slide="skip"


# %% demo=true
# Both sides, for each of them, at z = 0.7 and at z = -0.7.
with once_written():
    for g in ACTIVATIONS:
        for at in (0.7, -0.7):
            nudged = (ACTIVATIONS[g](at + 1e-5) - ACTIVATIONS[g](at - 1e-5)) / 2e-5
            print(f"{g}'({at}): yours {activation_slope(g, at):.6f}, nudged {nudged:.6f}")

# %% [markdown] slide="subslide"
# ### The second factor, and the table of slopes
#
# In $z_v = \sum_j w_{vj}\, u_j + b_v$ one term holds $u$, so $\partial z_v/\partial u$ is its weight. Hence, for an arrow of weight
# $w$,
#
# $$\boxed{\;\frac{\partial v}{\partial u} = g'(z_v)\cdot w\;}$$
#
# We put these numbers into a square table: **row $v$, column $u$**, and 0 where there is no arrow.
#
# **Before you run the next cell:** in our graph $\ell = (o - y)^2$ with $o - y = 1$. Which two numbers stand in the row of $\ell$, and
# in which columns? All others are quick: what is the slope of relu where $z > 0$?

# %% demo=true slide="fragment"
table = np.zeros((7, 7))
table[3, [0, 1]] = 1.0, -1.0  # h1: relu' = 1, times its weights
table[4, [0, 1]] = -1.0, 1.5  # h2
table[5, [3, 4, 0]] = 1.0, -2.0, 0.5  # o
table[6, [5, 2]] = 2.0, -2.0  # ℓ: g'(1) = 2, times 1 and -1
plots.slope_table(table, names)

# %% [markdown]
# All numbers lie below the diagonal: a node uses earlier ones only. **Read a column downwards**, and you have $\Gamma(u)$, with a slope
# for each of its nodes. (An arrow may also have the slope 0, where a ReLU is shut.) That is how the backward pass will read it.
#
# **Your turn (answer 4; 10 minutes).** Fill the table for any graph. `np.zeros((n, n))` makes an empty one.
#
# <details><summary>Hint</summary>
#
# The loops are those of the forward pass: over every node $v$, and over every pair of a node $u$ that it uses and a weight. Inputs
# use nobody, so their rows stay empty by themselves, unless you ask for the slope of `"input"`.
#
# </details>


# %% exercise="local_derivatives" slide="skip"


# %% demo=true
with once_written():
    print("yours is the table above:", np.allclose(local_derivatives(graph, forward_pass(graph, x)[0]), table))

# %% [markdown] slide="slide"
# ## 6. The rule
#
# In section 2 two ways led from $x$ to $f$. In our graph three lead from $x_1$ to $o$, with $x_1 = 2$ and $x_2 = 1$. Let $x_1$ move by a
# small $\varepsilon$, and follow the move along the arrows, with the slopes of the table:
#
# - straight to $o$: $0.5 \cdot \varepsilon$;
# - through $h_1$, which moves by $1 \cdot \varepsilon$ and hands on $1$ times that: $1 \cdot \varepsilon$;
# - through $h_2$, which moves by $-1 \cdot \varepsilon$ and hands on $-2$ times that: $2 \cdot \varepsilon$.
#
# **Before you run the next cell:** how far does $o$ move, in $\varepsilon$? And the loss, which moves 2 times as far as $o$?

# %% demo=true slide="fragment"
def output_and_loss(x1):
    h1, h2 = max(x1 - 1 + 0.5, 0), max(-x1 + 1.5 * 1 + 1, 0)
    o = h1 - 2 * h2 + 0.5 * x1
    return o, (o - 0.5) ** 2


(o, loss), (o_moved, loss_moved) = output_and_loss(2.0), output_and_loss(2.0 + 1e-6)
print(f"o moves {(o_moved - o) / 1e-6:.3f} times as far as x1, the loss {(loss_moved - loss) / 1e-6:.3f} times as far")

# %% [markdown] slide="subslide"
# The moves add: $3.5 = 0.5 + 1 + 2$. Yet the table says $\partial o/\partial x_1 = 0.5$. There is no contradiction: 0.5 is *local*, the
# **direct push** along one arrow, with $h_1$ and $h_2$ held still; 3.5 is *total*.
#
# Now we sort the same moves in another way, and ask each node that $x_1$ pushes directly: **how far does the loss move because of you?**
# (Take the answers 2, $-4$ and 2 for granted here; you work them out in a moment.) $h_1$ is pushed by $1 \cdot \varepsilon$, and whatever
# moves $h_1$ moves the loss 2 times as far. $h_2$ is pushed by $-1 \cdot \varepsilon$, and whatever moves $h_2$ moves the loss $-4$ times
# as far. $o$ is pushed by $0.5\,\varepsilon$, and whatever moves $o$ moves the loss 2 times as far:
#
# $$\frac{\partial\ell}{\partial x_1} = 2\cdot 1 + (-4)\cdot(-1) + 2\cdot 0.5 = 7.$$
#
# Nothing is counted twice. A direct push holds everything else still, and all that happens *after* the pushed node is in that node's own
# gradient. In letters, for any node $u$ but the loss itself:
#
# 1. $u$ moves by $\varepsilon$. It pushes every $v$ in $\Gamma(u)$ directly, by $\frac{\partial v}{\partial u}\,\varepsilon$, and nobody
#    else.
# 2. Because of this push, the loss moves by $\frac{\partial\ell}{\partial v}\cdot\frac{\partial v}{\partial u}\,\varepsilon$: that is what
#    $\partial\ell/\partial v$ means.
# 3. The shares **add**, as the strips of the rectangle do. Divide by $\varepsilon$:
#
# $$\boxed{\;\frac{\partial\ell}{\partial u} \;=\; \sum_{v\,\in\,\Gamma(u)}
# \frac{\partial\ell}{\partial v}\cdot\frac{\partial v}{\partial u}\;}$$
#
# And the very first one, the **base case**: if the loss moves by $\varepsilon$, the loss moves by $\varepsilon$. So
# $\frac{\partial\ell}{\partial\ell} = 1$. (The notes call the last node $z$ there, and write $\frac{\partial\ell}{\partial z} = 1$:
# not our $z$.)

# %% [markdown] slide="subslide"
# ### By hand, once
#
# **Before you run the next cell:** take pencil and paper, and the table of slopes. Start with 1 at $\ell$ and go back:
#
# - $o$ and $y$: $\Gamma$ has one node, $\ell$. One product each.
# - $h_1$ and $h_2$: $\Gamma$ has one node, $o$.
# - $x_2$: *two* nodes use it. $x_1$: *three*.
#
# Then see whether nudges agree. The cell adds a small $\varepsilon$ to one node at a time, computes all later nodes again, and looks at
# the loss. It knows nothing of the rule.


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

# %% [markdown] slide="subslide"
# ### The backward pass
#
# The notes' stage (b), nearly word for word: *for each $u$, for each $v \in \Gamma(u)$: use the already computed
# $\frac{\partial\ell}{\partial v}$ (known by induction hypothesis), compute $\frac{\partial v}{\partial u}$, multiply, sum this.*
#
# (*By induction hypothesis* means: because we did it earlier.) "Already computed" decides the order. **Before you write it:** which node
# comes first, and in which direction must we walk through the tuple, so that every $v$ in $\Gamma(u)$ is done before $u$?
#
# **Your turn (answer 5; 15 minutes): the heart of the unit.** You may call your `gamma`. (Should it be wrong, this answer is judged once
# more with a right one in its place: no mistake costs twice.)
#
# <details><summary>Hint 1: the frame</summary>
#
# Begin with a list of zeros, one for each node; set the base case; then visit the other nodes, from the last but one down to 0.
#
# </details>
# <details><summary>Hint 2: the sum</summary>
#
# Two loops, as in the notes: over every `u`, and inside it over every `v in gamma(graph, u)`. Inside both stands one line, with `+=`.
#
# </details>
# <details><summary>Hint 3: an example like it</summary>
#
# A firm wants to know what each person's work is worth. The last one in the chain is worth 1. Everybody else is worth the sum, over those
# who use their work, of the user's worth times the part that is used: `worth[u] += worth[v] * part[v, u]`, the last one first.
#
# </details>


# %% exercise="backward_pass" slide="skip"


# %% demo=true
gradients = None
with once_written():
    z, values = forward_pass(graph, x)
    gradients = backward_pass(graph, local_derivatives(graph, z))
    print("the rule and the nudges agree:", np.allclose(gradients, by_nudging))
plots.node_graph(graph, values, gradients, names) if gradients else None

# %% [markdown] slide="slide"
# ## 7. Step through it
#
# *Step* computes one node: first forward, then backward. **Click a node** (or use the arrow keys) to see its sum written out: on the way
# back, orange arrows with $\partial v/\partial u$ on them lead to the nodes of $\Gamma(u)$, in green. A value stands inside its node, the
# gradient below it. The sliders change $x_1$, $x_2$ and $y$.
#
# **Before you run the next cell:**
# 1. After the loss, $o$ and $y$ are done, which nodes could come next? Is there only one right order?
# 2. (After running it.) At the last step, drag $x_1$ beyond 2.5: then $z$ of $h_2$ is negative. Which two slopes become 0? How many terms
#    that count are left in the sum of $x_2$? And is $\partial\ell/\partial h_2$ itself 0?
# 3. Drag $x_1$ back to 2. For which $y$ is *every* gradient 0 but that of $\ell$?

# %% demo=true slide="fragment"
from course.widgets import NodeByNode

NodeByNode(graph, x, names)

# %% [markdown]
# <details><summary>What we saw</summary>
#
# 1. $h_1$ or $h_2$, in either order; $x_1$ and $x_2$ have to wait for both.
# 2. The slopes from $x_1$ and from $x_2$ to $h_2$: its relu is flat there. One term is left for $x_2$, the one by $h_1$. But
#    $\partial\ell/\partial h_2$ is not 0: it asks what happens *if* $h_2$ moves, and not whether anything moves it.
# 3. $y = o = 1.5$: then $o - y = 0$, and the slope of the square is 0 there.
#
# </details>

# %% [markdown] slide="slide"
# ## 8. Find the bug
#
# A classmate turns the loops round. In place of "each $u$ gathers from $\Gamma(u)$", "each $v$ hands a share to every $u$ that it uses".
# Nobody has to search for $\Gamma(u)$ any more: a good idea, and the way unit 04 will do it. But this code has a bug.


# %% demo=true
def buggy_backward(graph, slopes):
    """∂ℓ/∂u for every node u, or so it was meant."""
    gradients = [0.0] * len(graph)
    gradients[-1] = 1.0
    for v in reversed(range(len(graph))):
        uses = graph[v][1]
        for u in uses:
            gradients[u] = gradients[v] * slopes[v, u]
    return gradients


# %% [markdown] slide="subslide"
# **Before you run the next cell:** at which of our seven nodes will it be wrong, and which numbers will stand there? (Follow
# `gradients[0]` through the loop: it is written three times.)

# %% demo=true slide="fragment"
print("node  right  buggy")
for name, right, wrong in zip(names, by_nudging, buggy_backward(graph, table), strict=True):
    print(f"{name:4}  {right:5.1f}  {wrong:5.1f}  {'' if abs(right - wrong) < 1e-4 else '<- wrong'}")

# %% [markdown]
# Here it is wrong exactly where more than one arrow leaves; in a deeper graph, all that such a node uses would be wrong with it. **On
# which graphs would nobody notice?** On chains and trees, where every node is used once: there it is right, and so it passes every test
# made of such graphs. That is why the bug is so common. (Test your own work on graphs that share nodes.)
#
# **Your turn (answer 6; 5 minutes).** Copy its lines and mend them. One change is enough; say to yourself which part of the rule was
# missing.
#
# <details><summary>Hint</summary>
#
# Look at the big sign in front of the rule.
#
# </details>


# %% exercise="mended_backward" slide="skip"


# %% [markdown] slide="slide"
# ## 9. And the weights
#
# The gradients of the nodes are step 1 in the notes. Step 2 gives what gradient descent is waiting for: $\frac{\partial\ell}{\partial w}
# = \frac{\partial\ell}{\partial u}\cdot\frac{\partial u}{\partial w}$, they write, for a weight $w$ of node $u$. We keep the letters of
# section 5, where $v$ is the node that uses $u$: the notes' $u$ is our $v$ here. A weight is used by one node alone: the weight $w$ by
# which $v$ uses $u$ stands in $z_v = \dots + w\,u + \dots$ and nowhere else. The rule's sum has one term.
#
# **Derive it.** The next cell nudges the two numbers of point 3; the hints of answer 7 have the factors.
#
# 1. $\dfrac{\partial\ell}{\partial w} = \dfrac{\partial\ell}{\partial v}\cdot\dfrac{\partial v}{\partial w}$, and
#    $\dfrac{\partial v}{\partial w} = g'(z_v)\cdot\dfrac{\partial z_v}{\partial w}$. What is the last factor? (In section 5 you
#    differentiated the same term by $u$. Now it is the other letter.)
# 2. For the bias, $z_v = \dots + b$. What is $\partial z_v/\partial b$?
# 3. In numbers: what is $\partial\ell/\partial w$ for the weight by which $h_1$ uses $x_1$? We have
#    $\partial\ell/\partial h_1 = 2$, $g' = 1$, and $x_1 = 2$. And $\partial\ell/\partial b$ of $h_2$?


# %% demo=true slide="fragment"
def moved(graph, v, k, epsilon):
    """The graph with weight k of node v larger by epsilon; the bias, if k is None."""
    g, uses, w, b = graph[v]
    w = tuple(w_k + (epsilon if i == k else 0.0) for i, w_k in enumerate(w))
    return (*graph[:v], (g, uses, w, b + (epsilon if k is None else 0.0)), *graph[v + 1 :])


def by_moving(graph, x, v, k, epsilon=1e-6):
    """∂ℓ/∂(weight k of node v) by a finite difference."""
    up, down = (nudged_loss(moved(graph, v, k, sign * epsilon), x, None, 0.0) for sign in (1, -1))
    return (up - down) / (2 * epsilon)


print(f"weight of x1 in h1: {by_moving(graph, x, v=3, k=0):.4f}    bias of h2: {by_moving(graph, x, v=4, k=None):.4f}")

# %% [markdown] slide="subslide"
# **Your turn (answer 7; 10 minutes).** All weights and biases. The weight by which $v$ uses $u$ has its gradient at `dw[v, u]`, as the
# slopes have: that is the notes' order of $w_{ij}$, the output node first (unit 05 will keep the transpose). An input has no bias: leave
# 0 there.
#
# <details><summary>Hint 1: what they share</summary>
#
# $\partial\ell/\partial v\cdot g'(z_v)$ is a factor of every weight of $v$, and of its bias. Compute it once for each node that is no
# input.
#
# </details>
# <details><summary>Hint 2: the other factor</summary>
#
# $z_v = w\,u + \dots$, differentiated by $w$, leaves the *value* of the node that is used: `values[u]`, not `z[u]`.
#
# </details>


# %% exercise="weight_gradients" slide="skip"


# %% demo=true
# Both sides, for every weight and bias of the graph.
with once_written():
    z, values = forward_pass(graph, x)
    dw, db = weight_gradients(graph, z, values, backward_pass(graph, local_derivatives(graph, z)))
    weights = [abs(dw[v, u] - by_moving(graph, x, v, k)) for v in range(3, 7) for k, u in enumerate(graph[v][1])]
    biases = [abs(db[v] - by_moving(graph, x, v, None)) for v in range(3, 7)]
    print(f"{len(weights)} weights and {len(biases)} biases: largest difference {max(weights + biases):.0e}")

# %% [markdown] slide="slide"
# ## 10. It learns
#
# In unit 01 you set the weights of a network for XOR by hand, because nobody had told you how to find them. Now your two passes find
# them: nothing else is used here but gradient descent (unit 02), $\theta \leftarrow \theta - \eta\,\frac{\partial\ell}{\partial\theta}$
# with the learning rate $\eta$.
#
# The network has two hidden ReLU nodes, and starts from random weights. There are four examples; the loss of all is the mean of theirs,
# so its gradient is the mean of four gradients, each from one forward and one backward pass of *yours*. The weights of the loss node are
# no parameters: they say what the loss *is*, and stay.


# %% demo=true slide="fragment"
CORNERS = ((0.0, 0.0, 0.0), (0.0, 1.0, 1.0), (1.0, 0.0, 1.0), (1.0, 1.0, 0.0))  # x1, x2, and what XOR makes of them


def xor_network(hidden, rng):
    """A graph with random weights: x1, x2 and y, hidden ReLU nodes, the output, the loss."""
    layer = [("relu", (0, 1), tuple(rng.normal(size=2)), 0.1) for _ in range(hidden)]
    output = ("linear", tuple(range(3, 3 + hidden)), tuple(rng.normal(size=hidden)), 0.0)
    return (*[("input", (), (), 0.0)] * 3, *layer, output, ("square", (3 + hidden, 2), (1.0, -1.0), 0.0))


def mean_gradients(graph):
    """The loss and the gradients of weights and biases, each the mean over the four corners: your passes, four times."""
    loss = dw = db = 0.0
    for corner in CORNERS:
        z, values = forward_pass(graph, corner)
        of_weights, of_biases = weight_gradients(graph, z, values, backward_pass(graph, local_derivatives(graph, z)))
        loss, dw, db = loss + values[-1] / 4, dw + of_weights / 4, db + np.asarray(of_biases) / 4
    return loss, dw, db


def stepped(graph, dw, db, learning_rate):
    """The graph after a step against the gradient, for all nodes but inputs and the loss."""
    after = [
        (g, uses, tuple(w_u - learning_rate * dw[v, u] for u, w_u in zip(uses, w, strict=True)), b - learning_rate * db[v])
        for v, (g, uses, w, b) in enumerate(graph[:-1])
    ]
    return (*after, graph[-1])


def trained(graph, steps=300, learning_rate=0.1):
    """The graph after so many steps, and the loss before each of them."""
    losses = []
    for _ in range(steps):
        loss, dw, db = mean_gradients(graph)
        losses.append(loss)
        graph = stepped(graph, dw, db, learning_rate)
    return graph, losses


# %% [markdown] slide="subslide"
# **Before you run the next cell:** at the start the weights are random. A rule that always answers $\frac12$ has a loss of
# $(\frac12)^2 = 0.25$. Will the start be better than that? And how small will the loss be after 300 steps?


# %% demo=true slide="fragment"
def shown(graph):
    """The folded plane of unit 01: what the hidden layer of a network makes of the inputs."""
    first, second, output = graph[3:6]
    W1, b1 = np.array([first[2], second[2]]).T, np.array([first[3], second[3]])
    X, y = np.array(CORNERS)[:, :2], np.array(CORNERS)[:, 2].astype(int)
    return plots.folded_plane(W1, b1, np.array(output[2])[:, None], np.array([output[3]]), X, y)


with once_written():
    start = xor_network(2, np.random.default_rng(1))
    learnt, losses = trained(start)
    for step in (0, 1, 10, 50, 100, 200, 299):
        print(f"before step {step + 1:3}: mean loss {losses[step]:.1e}")
    display(shown(start), shown(learnt))

# %% [markdown]
# The start is worse than always answering $\frac12$: 0.38. In the end the loss is as good as 0. Above, the plane as the random start
# folds it; below, after 300 steps. (Its "node 0" and "node 1" are the two hidden ones.) On the right of each pair the four corners stand
# where the hidden nodes put them. At the start no straight line parts orange from blue there; at the end (0, 0) and (1, 1) have been
# folded onto one point. Gradient descent has turned the folds until one does, and nobody has told it how. **This is all there is to
# training a network**; the units that follow do it faster, for larger ones, and with more care.

# %% [markdown] slide="subslide"
# ### Does it always learn?
#
# That was one random start (seed 1), and one success. We take 20 starts (seeds 0 to 19), and call a start *learnt* if its loss is below
# 0.02 after 300 steps. And we try 4 and 8 hidden nodes as well.
#
# **Before you run the next cell:** how many of the 20 starts will learn with 2 hidden nodes, and how many with 8?

# %% demo=true slide="fragment"
with once_written():
    for hidden in (2, 4, 8):
        ends = [trained(xor_network(hidden, np.random.default_rng(seed))) for seed in range(20)]
        failed = [graph for graph, losses in ends if losses[-1] >= 0.02]
        z = [np.array([forward_pass(graph, corner)[0] for corner in CORNERS])[:, 3:-2] for graph in failed]
        asleep = sum((of_graph <= 0).all(axis=0).any() for of_graph in z)
        print(f"{hidden} hidden nodes: {20 - len(failed)} of 20 starts learn. A node sleeps at every corner in {asleep} of the others.")

# %% [markdown]
# With two hidden nodes both are needed, and many starts lose one while they train: where $z$ is negative at all four corners, the max
# gate is shut at all of them, its gradients are exactly 0, and no step ever wakes the node. (That is a **dead ReLU**. The other failures
# rest where no small step makes the loss better, or are still on their way.) With eight nodes there are enough to spare. That is one
# reason why real networks are much wider than strictly necessary.

# %% [markdown] slide="slide"
# ## 11. Why not walk along all paths?
#
# Put the rule into itself, until only slopes are left. For $x_1$, with $\frac{\partial\ell}{\partial o}$ in front,
#
# $$\frac{\partial\ell}{\partial x_1} =
# \frac{\partial\ell}{\partial o}\frac{\partial o}{\partial h_1}\frac{\partial h_1}{\partial x_1} +
# \frac{\partial\ell}{\partial o}\frac{\partial o}{\partial h_2}\frac{\partial h_2}{\partial x_1} +
# \frac{\partial\ell}{\partial o}\frac{\partial o}{\partial x_1}:$$
#
# a term for every **path** from $x_1$ to $\ell$, the product of the slopes along it. In general
#
# $$\frac{\partial\ell}{\partial u} \;=\; \sum_{\text{paths } u \to \ell} \;\;
# \prod_{\text{arrows } a \to b \text{ on it}} \frac{\partial b}{\partial a}.$$
#
# **Before you run the next cell:** which three products will it print, and what is their sum?


# %% demo=true slide="fragment"
from itertools import pairwise


def paths(graph, u):
    """Every path from u to the last node, one after the other."""
    if u == len(graph) - 1:
        yield [u]
    for v, (_, uses, _, _) in enumerate(graph):
        if u in uses:
            for rest in paths(graph, v):
                yield [u, *rest]


total = 0.0
for path in paths(graph, 0):
    product = np.prod([table[v, u] for u, v in pairwise(path)])
    total += product
    print(" → ".join(names[u] for u in path), f"  product of the slopes: {product:.0f}")
print("sum over the paths:", total, "  by nudging:", round(by_nudging[0], 4))

# %% [markdown] slide="subslide"
# ### How many paths?
#
# Three are no trouble. But take layers of nodes, each node using *all* of the layer before. Every layer multiplies the number of paths by
# its width: after $L$ layers of width $m$ there are $m^L$.
#
# We need not walk them to count them. A path from $u$ begins with an arrow to some $v \in \Gamma(u)$, and goes on with a path from
# $v$. So the numbers of paths obey a rule that looks familiar:
#
# $$\#(u) = \sum_{v\,\in\,\Gamma(u)} \#(v), \qquad \#(\ell) = 1.$$
#
# It is our rule with every slope 1. (Why is $\#(\ell)$ not 0? From the loss to the loss there is one path, without arrows.)

# %% [markdown] slide="subslide"
# **Before you write it:** what is $\#(u)$ for each of our seven nodes? (The numbers in order: $x_1$ has 3.)
#
# **Your turn (answer 8; 10 minutes).** Count them, each node once. One of the graphs in `check` has about $2^{50}$ paths, a million times
# a thousand million, and another has $2^{63}$: one more than the largest 64-bit integer of NumPy, while Python's whole numbers have no
# largest one. A function that walks along them is stopped: let each node use the counts of $\Gamma(u)$ that are there already.
#
# <details><summary>Hint</summary>
#
# Your `backward_pass` is nearly it. What becomes of `gradients[v] * slopes[v, u]`?
#
# </details>


# %% exercise="count_paths" slide="skip"


# %% demo=true
with once_written():
    print("  ".join(f"#({name}) = {count}" for name, count in zip(names, count_paths(graph), strict=True)))

# %% [markdown] slide="subslide"
# ### Measure it
#
# The rule as a recursion, "to get $\partial\ell/\partial u$, ask every $v$ in $\Gamma(u)$ for its own", walks along every path, because
# it computes $\partial\ell/\partial v$ again for everybody who asks. The backward pass computes it once, and keeps it. Same rule, same
# numbers.
#
# **Before you run the next cell:** layers of 2 nodes. If the recursion takes 1 second for 14 layers, how long for 15? For 64? And the
# backward pass, whose work is one product for each arrow?


# %% demo=true slide="fragment"
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
    start = perf_counter()
    result = f(*arguments)
    return perf_counter() - start, result


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
label = {"title": "∂ℓ/∂x in a graph of layers of two", "xlabel": "layers", "ylabel": "time in seconds"}
plots.growth(counts, times, **label) if times["all paths"] else None

# %% [markdown]
# Each layer doubles the recursion's time: 2 seconds for 15 layers, and for 64 layers $2^{50}$ seconds, 36 million years (the cell reckons
# with the speed of this machine). The times are plotted on a logarithmic axis, on which a straight line is exponential growth. (Your
# backward pass grows a little faster than the arrows do, if it calls `gamma`, which searches the whole tuple for every node. The one of
# section 8 need not.) And mind what each of them delivers: the recursion has found *one* number, $\partial\ell/\partial x$, the backward
# pass the gradients of *all* nodes.
#
# This is the whole secret, and it is the distributive law. $\frac{\partial\ell}{\partial o}\frac{\partial o}{\partial h_1}
# \frac{\partial h_1}{\partial x_1} + \frac{\partial\ell}{\partial o}\frac{\partial o}{\partial h_2}\frac{\partial h_2}{\partial x_1}
# + \dots$ has a common factor: take it out, compute it once, and there is the backward pass.

# %% [markdown] slide="subslide"
# ### Optional: is it always so? Twenty random graphs of each kind
#
# Three kinds of graphs, of up to 60 nodes. In the first, each node uses 2 of the 4 before it; in the second, 2 of *all* that come before
# it; the third is a chain. We count products: for the recursion from the input, and for one backward pass (one for each
# arrow).
#
# **Before you run the next cell:** in which of the three does the recursion lose most? In which does it lose nothing?


# %% demo=true slide="fragment"
def random_uses(nodes, reach, rng):
    """What each node uses: two of the `reach` nodes before it, and the input first of all."""
    return [(), (0,)] + [tuple(rng.choice(np.arange(max(0, v - reach), v), 2, replace=False)) for v in range(2, nodes)]


def products(uses):
    """Products that the recursion needs for the input: for each v in Γ(u) one, and those of v itself."""
    needed = [0] * len(uses)
    for v in reversed(range(len(uses))):
        for u in uses[v]:
            needed[u] += 1 + needed[v]
    return needed[0]


sizes, seeds = range(10, 61, 10), range(20)
drawn = {
    "paths: 2 of the last 4": [[random_uses(n, 4, np.random.default_rng(seed)) for seed in seeds] for n in sizes],
    "paths: 2 of all before": [[random_uses(n, n, np.random.default_rng(seed)) for seed in seeds] for n in sizes],
    "a chain, either way": [[[(), *((v,) for v in range(n - 1))]] * 20 for n in sizes],
}
work = {name: np.array([[products(uses) for uses in row] for row in rows]) for name, rows in drawn.items()}
work["backward pass, 2 arrows a node"] = np.array([[sum(map(len, uses)) for uses in row] for row in drawn["paths: 2 of the last 4"]])
plots.growth(sizes, work, title="products needed for ∂ℓ/∂x, median and range of 20 graphs", xlabel="nodes", ylabel="products")

# %% [markdown]
# What explodes is *depth with sharing*. Where arrows are short, paths are long and branch at every step: exponential. Where arrows reach
# back to any node, paths are short, and the recursion loses by a factor that grows slowly. In a chain there is one path, and for one
# input the backward pass saves **nothing** at all. A deep network is of the first kind.

# %% [markdown] slide="skip"
# ## 12. In your own words (4 points, marked by hand)
#
# 1. A classmate fills in `gradients` from node 0 upwards, "as in the forward pass". What goes wrong, and which sentence of the notes
#    forbids it?
# 2. Another one wants to save memory, and forgets `z` and `values` after the forward pass. Where does the way back need them? Name one
#    place for each.
# 3. One can also send a nudge *forwards*: for **one** input $x$, compute $\partial u/\partial x$ for every node $u$, from $x$ to the
#    loss, with one product for each arrow. A network has a million weights and one loss. How many such walks would give all the
#    gradients, and how many backward passes? When would the forward way be the better one?

# %% [markdown] written=4
# **Model answer.**
#
# 1. $\partial\ell/\partial u$ is made of $\partial\ell/\partial v$ for the $v \in \Gamma(u)$, and these come *after* $u$ in the order. From
#    node 0 upwards they are still 0 when they are used, so all but the nodes that feed the loss directly come out as 0. The notes:
#    *use already computed $\partial\ell/\partial v$ (known by induction hypothesis)*, with the base case at the loss.
# 2. `z` in $g'(z_v)$, the slope of every arrow (and of every bias). `values` in $\partial\ell/\partial w = \partial\ell/\partial v\cdot
#    g'(z_v)\cdot u$: the value that came in along the arrow.
# 3. One walk for each weight or input, so a million (each as long as a backward pass); *one* backward pass. The forward way is better
#    where there are few inputs and many outputs: a backward pass serves one output at a time.
#
# **Rubric.** Any notation will do.
#
# - 1: the $\partial\ell/\partial v$ are not yet known, with the order or the induction hypothesis named.
# - 1: one right place for `z` *and* one for `values` (half a point for one of them).
# - 1: a million walks against one pass.
# - 1: the forward way is better for few inputs and many outputs.

# %% [markdown] slide="slide"
# ## Summary
#
# | step of the notes | formula | your answer | work |
# |---|---|---|---|
# | forward pass | $u = g(\sum w x + b)$ | `forward_pass` | once per arrow |
# | one arrow | $\partial v/\partial u = g'(z_v)\, w$ | `activation_slope`, `local_derivatives` | once per arrow |
# | base case | $\partial\ell/\partial\ell = 1$ | one line of `backward_pass` | |
# | backward pass | $\sum_{v\in\Gamma(u)} \partial\ell/\partial v\cdot\partial v/\partial u$ | `gamma`, `backward_pass` | once per arrow |
# | weights | one term of that sum | `weight_gradients` | once per weight |
#
# - **Along a way slopes multiply, and where ways meet shares add.** So the gradient of a node is a sum over those who use it. Overwrite
#   where you should add, and every shared node is wrong.
# - **Backwards, each node once.** When $u$'s turn comes, all of $\Gamma(u)$ is known. Walking the paths computes the same numbers,
#   again and again: there are $m^L$ of them in a deep network.
# - **A backward pass has one product for each arrow, as a forward pass has**, and gives the gradient of everything. With a step against
#   it, again and again, a network learns.
#
# **Next.** Unit 04 lets the computer draw the graph: an engine that records every operation and walks back by itself. Unit 05 turns the
# sums over nodes into matrix products.

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
# - I. Goodfellow, Y. Bengio and A. Courville, *Deep Learning*, MIT Press 2016, [section
#   6.5](https://www.deeplearningbook.org/contents/mlp.html): the chain rule, repeated subexpressions, and the algorithm.
# - A. Griewank and A. Walther, *Evaluating Derivatives*, 2nd edition, SIAM 2008, chapter 3: forward and reverse mode, and what they cost.
