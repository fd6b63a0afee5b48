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
# # Unit 04: Computational graphs
#
# In unit 03 you went backwards through a network whose nodes stood in a list, in a good order already. Nobody writes down such lists.
# We write `loss = ((x * w + b).tanh() - y) ** 2`, and want the gradients. In this unit you build the machine that does it: an
# **engine**, of some sixty lines, that watches a formula being computed, remembers its graph, and differentiates it.
#
# **At the end you can**
# - read any formula as a graph, and say which nodes each node waits for,
# - put the nodes of any graph into a topological order, however deep it is,
# - write a class `Node` whose `backward()` is the notes' rule, for any formula made of its operations,
# - say why every gradient of a node that is used twice is a sum, and what an engine does that forgets it.
#
# | time | difficulty | what to know before |
# |---|---|---|
# | 75 to 90 minutes | middle | unit 03 and its rule, the sum over $\Gamma(u)$; Python lists, loops, a class with methods |
#
# **How marks work.** Under each answer stands a cell with `check(...)`, the same judge that the instructor uses, with other numbers.
# Run it as often as you like. Go cell by cell: *Run All Cells* stops at the first answer that is not right yet.

# %%
import numpy as np

from course import check

# %% demo=true
# Cells like this one are for looking, not for marks: every cell that draws, times or compares may be changed and broken at will.
import course
from course import numerical_gradient, once_written, plots

# %% [markdown] slide="slide"
# ## 1. A formula is a graph
#
# Take $\ell = ab\,(ab + a)$ at $a = 2$, $b = 3$. Whoever computes it takes one small step after the other:
#
# $$q = a \cdot b, \qquad r = q + a, \qquad \ell = q \cdot r.$$
#
# Each step is a **node**: a number that is computed from others, its **parents** (in unit 03: the nodes that it *uses*). An arrow leads
# from each parent to the node that uses it. This is the formula's **computational graph**; the notes draw one for a whole network. In
# unit 03 a weight stood on an arrow, and one node did a whole neuron's work. Here every single operation is a node, and so is a weight.
#
# We keep the notes' names. $\Gamma(u)$ are the nodes that **use $u$ directly**, where the arrows that leave $u$ end, and $\ell$ is the
# last node. Parents are the other direction: $u$ is a parent of $v$ if and only if $v \in \Gamma(u)$.
#
# **Before you run the next cell:** draw the graph on paper. How many arrows has it? Which nodes are in $\Gamma(q)$, which in
# $\Gamma(a)$?

# %% demo=true slide="fragment"
a, b = (course.Tensor(value, requires_grad=True, name=name) for name, value in (("a", 2.0), ("b", 3.0)))
q = a * b
r = q + a
loss = q * r
q.name, r.name, loss.name = "q", "r", "ℓ"
plots.graph(loss)

# %% [markdown] slide="subslide"
# ### The graph in numbers
#
# For a program, nodes get numbers: $a$ is 0, $b$ is 1, $q$ is 2, $r$ is 3, $\ell$ is 4. Then two tuples say all there is to know.
#
# - `parents[v]` are the nodes that $v$ is computed from, in the order of the operands.
# - `slopes[v]` has $\partial v/\partial u$ for each $u$ in `parents[v]`, the slope of one arrow: how much $v$ moves, per unit, if $u$
#   moves a little and the other operands do not.
#
# A sum $q + a$ moves as much as either of its terms: both slopes are 1. A product $a \cdot b$ moves by $b$ times as much as $a$ does:
# the slope towards $a$ is $b = 3$, and the one towards $b$ is $a = 2$.
#
# **Before you run the next cell:** which two slopes belong to $\ell = q \cdot r$, where $q = 6$ and $r = 8$? In which order?

# %%
names = ("a", "b", "q", "r", "ℓ")
parents = ((), (), (0, 1), (2, 0), (2, 3))
slopes = ((), (), (3.0, 2.0), (1.0, 1.0), (8.0, 6.0))

# %% demo=true
for v, name in enumerate(names):
    arrows = [f"∂{name}/∂{names[u]} = {slope:g}" for u, slope in zip(parents[v], slopes[v], strict=True)]
    print(f"{v}  {name}: ", ",  ".join(arrows) or "no parents: an input")

# %% [markdown] slide="subslide"
# ### By hand, once
#
# The rule of the notes, for every node $u$:
#
# $$\frac{\partial \ell}{\partial u} \;=\; \sum_{v \,\in\, \Gamma(u)} \frac{\partial \ell}{\partial v}\cdot\frac{\partial v}{\partial u},
# \qquad\text{and the base case}\qquad \frac{\partial\ell}{\partial\ell} = 1.$$
#
# Fill in the four numbers in place of `None`, one after the other, and run the cell after each. The right column nudges the node: it
# moves it a little, computes everything after it again, and looks at $\ell$. (It shows its number once you have given yours.)
#
# **First:** which of the four can you do at once? Which one has to come next?

# %% demo=true slide="fragment"
by_hand = {"r": None, "q": None, "a": None, "b": None}

loss_from = {
    "r": (8.0, lambda r: 6 * r),  # q stays as it is: nothing of q depends on r
    "q": (6.0, lambda q: q * (q + 2)),  # r = q + a is computed again
    "a": (2.0, lambda a: 3 * a * (3 * a + a)),
    "b": (3.0, lambda b: 2 * b * (2 * b + 2)),
}
for name, (value, function) in loss_from.items():
    nudged = (function(value + 1e-5) - function(value - 1e-5)) / 2e-5
    yours = by_hand[name]
    verdict = "not filled in yet" if yours is None else f"yours {yours:g}, nudged {nudged:.6g}"
    print(f"∂ℓ/∂{name}: {verdict}")

# %% [markdown]
# <details><summary>The four sums, written out</summary>
#
# $r$: only $\ell$ uses it. $1 \cdot 6 = 6$.
#
# $q$: both $\ell$ and $r$ use it. $1 \cdot 8 + 6 \cdot 1 = 14$.
#
# $a$: $q$ and $r$ use it. $14 \cdot 3 + 6 \cdot 1 = 48$. $\qquad b$: only $q$ uses it. $14 \cdot 2 = 28$.
#
# </details>
#
# You could not do $q$ before $r$: $\partial\ell/\partial r$ is one of the terms of its sum. And not $a$ before $q$. **The order is
# half of the algorithm**; the notes hide it in three words, *known by induction hypothesis*.

# %% [markdown] slide="slide"
# ## 2. A good order
#
# A **topological order** of a graph is a list of all its nodes in which every node stands *after all of its parents*.
#
# - Read from left to right, it is an order for the forward pass: when we come to a node, all that it needs is there.
# - Read from right to left, it is an order for the backward pass: when we come to $u$, all of $\Gamma(u)$ has been done.
#
# In a picture: nodes in a row, and every arrow runs to the right.
#
# **Before you run the next cell:** five nodes can be put in a row in $5! = 120$ ways. How many of them are topological orders of our
# graph?

# %% demo=true slide="fragment"
from itertools import permutations


def forwards(order):
    """Whether every node stands after its parents."""
    return all(order.index(u) < order.index(v) for v in order for u in parents[v])


found = [order for order in permutations(range(5)) if forwards(order)]
print(f"{len(found)} of 120:", "  and  ".join(" ".join(names[v] for v in order) for order in found))
plots.arrows_in_order(parents, (0, 3, 1, 2, 4), names)

# %% [markdown] slide="subslide"
# To try all orders is hopeless: 20 nodes have $2.4 \cdot 10^{18}$ of them. Two good ideas are known, and both look at each arrow once.
#
# **Idea A: follow the parents.** To list a node, first list its parents, and before them theirs. A node that is listed already is left
# alone. Here it is, right to the letter, in a few lines. (`visit` calls itself: a *recursion*.)
#
# **Before you run the next cell:** it lists our graph, and then a chain of 10,000 nodes, each of which uses the one before. (A sum
# of 10,000 terms, one added after the other, is such a chain.) What will happen?


# %% demo=true
def recursive_order(parents):
    """A topological order, by recursion."""
    order, listed = [], set()

    def visit(v):
        if v not in listed:
            listed.add(v)
            for u in parents[v]:
                visit(u)
            order.append(v)

    for v in range(len(parents)):
        visit(v)
    return order


print([names[v] for v in recursive_order(parents)])
try:
    recursive_order([(v + 1,) for v in range(9_999)] + [()])  # node 0 uses 1, which uses 2, which uses 3 ...
except RecursionError as error:
    print("RecursionError:", error)

# %% [markdown] slide="subslide"
# Every call that waits for another one takes room, and Python stops at some thousand of them. A real engine must not recurse.
#
# **Idea B: wait until all parents are there** (A. B. Kahn, 1962). For each node, count for how many of its arrows it still waits. Nodes
# that wait for none are ready. Take any ready node, list it, and cross off each arrow that leaves it; whoever has no arrow left becomes
# ready.
#
# On paper, for our graph, with the number of arrows still waited for:
#
# | listed | $a$ | $b$ | $q$ | $r$ | $\ell$ | ready |
# |---|---|---|---|---|---|---|
# | nothing yet | 0 | 0 | 2 | 2 | 2 | $a$, $b$ |
# | $a$ | | 0 | 1 | 1 | 2 | $b$ |
# | $a, b$ | | | 0 | 1 | 2 | $q$ |
# | $a, b, q$ | | | | ? | ? | ? |
#
# **Complete the table before you go on**, down to the row in which all five are listed. And a node $a \cdot a$: would its column begin
# with 1 or with 2?

# %% [markdown] slide="subslide"
# **Your turn (answer 1).** Any topological order is right. The nodes are numbered without rhyme or reason, there may be several results
# (nodes that nobody uses), and a node may use one parent twice. A chain of 10,000 nodes must not be too long, nor take long: look at
# each arrow a fixed number of times. (A way that goes through all nodes again and again is stopped. Should `check` still show a star for
# more than ten seconds, stop it with the square in the toolbar, and think of idea B.)
#
# <details><summary>Hint 1: the other direction</summary>
#
# You are given the parents of each node; crossing off needs its users. Make them first, in one loop: a list `users` with an empty list
# for each node, and for every `u` in `parents[v]`, append `v` to `users[u]`.
#
# </details>
# <details><summary>Hint 2: what to keep</summary>
#
# Three lists: `waiting[v]`, the number of arrows that v still waits for; `ready`, the nodes that wait for none; `order`, the answer.
# The loop runs `while ready:`, and `ready.pop()` takes a node off the list.
#
# </details>
# <details><summary>Hint 3: the same parent twice</summary>
#
# For `parents[v] == (4, 4)` two arrows are waited for. Then two must be crossed off when 4 is listed: does `users[4]` hold v once, or
# twice?
#
# </details>


# %% exercise="topological_order" slide="skip"


# %% demo=true
# Yours, on a graph whose numbers mean nothing. Change it, draw it on paper, and try again.
tangled = ((3, 5), (0, 0), (), (2,), (1, 3), (2, 3))
order = None
with once_written():
    order = topological_order(tangled)
plots.arrows_in_order(tangled, order) if order else None

# %% [markdown] slide="slide"
# ## 3. The backward pass on any graph: find the bugs
#
# Now the rule, arrow by arrow. We walk backwards through the order, and let each node $v$ **hand on** its gradient: every parent $u$
# gets the share $\frac{\partial\ell}{\partial v}\cdot\frac{\partial v}{\partial u}$. When our walk comes to $u$, all its users have
# handed on theirs, and the sum is complete.
#
# A classmate wrote this down, tried it on $\ell = a \cdot b$, and was content. There are **two bugs** in it.
#
# **Before you run the next cell:** read the function, line by line. Which line is not the rule? Which argument is not used?


# %% demo=true
def classmates_gradients(parents, slopes, order):
    """∂ℓ/∂u for every node u, where ℓ is the last node of a topological order. (With two bugs.)"""
    gradient = [0.0] * len(parents)
    gradient[order[-1]] = 1.0
    for v in reversed(range(len(parents))):
        for u, slope in zip(parents[v], slopes[v], strict=True):
            gradient[u] = gradient[v] * slope
    return gradient


print("ℓ = a · b:     ", classmates_gradients(((), (), (0, 1)), ((), (), (3.0, 2.0)), [0, 1, 2]), " right: [3, 2, 1]")
print("our graph:     ", classmates_gradients(parents, slopes, [0, 1, 2, 3, 4]), " right: [48, 28, 14, 6, 1]")

# The same graph, its nodes numbered in another way: ℓ is 0, q is 1, r is 2, b is 3, a is 4.
renumbered = ((1, 2), (4, 3), (1, 4), (), ()), ((8.0, 6.0), (3.0, 2.0), (1.0, 1.0), (), ())
print("other numbers: ", classmates_gradients(*renumbered, [4, 3, 1, 2, 0]), " right: [1, 14, 6, 28, 48]")

# %% [markdown] slide="subslide"
# **Your turn (answer 2).** Write the function without the bugs. Mend one, and `check` tells you what is left.
#
# <details><summary>Hint 1: the first one</summary>
#
# In our graph, which gradients come out wrong, and what do these nodes have in common, as opposed to $r$?
#
# </details>
# <details><summary>Hint 2: the second one</summary>
#
# With other numbers nearly everything is 0. Which node was visited first, and what was its gradient at that time?
#
# </details>


# %% exercise="graph_gradients" slide="skip"


# %% demo=true
# Both sides: yours, and the four numbers by hand; and the same graph under its other numbers.
with once_written():
    print(dict(zip(names, graph_gradients(parents, slopes, [0, 1, 2, 3, 4]), strict=True)))
    print(dict(zip("ℓqrba", graph_gradients(*renumbered, [4, 3, 1, 2, 0]), strict=True)))

# %% [markdown]
# **Nothing in this function knows which operations there are.** It needs the arrows, a slope on each of them, and an order. So an
# engine has only to *collect* these three while a formula is computed. That is what we build now.

# %% [markdown] slide="slide"
# ## 4. The engine
#
# A `Node` is a number that remembers how it was computed. It keeps
#
# | attribute | what it is |
# |---|---|
# | `value` | the number, from the forward pass |
# | `parents` | the nodes it was computed from, a tuple, empty for an input |
# | `slopes` | $\partial(\text{this})/\partial u$ for each parent $u$, a tuple of numbers |
# | `op` | the operation's sign, for pictures only |
# | `grad` | $\partial\ell/\partial(\text{this})$: 0 at first; filled in by `ℓ.backward()` |
#
# Python does the watching for us: `a * b` calls `a.__mul__(b)`, `a + b` calls `a.__add__(b)`, and `a ** 3` calls `a.__pow__(3)`.
# Each of these methods computes the value *and the slopes, on the spot*, for there all values are at hand.

# %% [markdown] slide="subslide"
# **A worked example.** If we wanted a sine, its method would be one line:
#
# ```python
# def sin(self):
#     return Node(np.sin(self.value), (self,), (np.cos(self.value),), "sin")
# ```
#
# Value, parents, slopes, sign. The slope of the sine is the cosine, taken at the *input*, `self.value`. With two parents there are two
# slopes, in the same order. A slope is a plain number: it is made of `.value`s, not of nodes. (The comma in `(self,)` makes a tuple of
# one; `(self)` would be `self` in brackets.)
#
# **Numbers beside nodes.** In `a * 2.5` the other operand is no node. `Node.of(2.5)` makes one, without parents; `Node.of(a)` is `a`
# itself. For `2.5 * a` Python asks the number first, which does not know what to do, and then calls `a.__rmul__(2.5)`, the *reflected*
# method. Those are given, and so are `-a`, `a - b` and `a / b`, which are made from yours.

# %% [markdown] slide="subslide"
# ### 4.1 The slopes
#
# Before you write the class, find the slopes on paper. Put formulas of $x$ in place of `None`, one by one, and run the cell. Both
# sides are computed: your formula, and a nudge. (tanh and relu were in unit 03, too; of relu's two sides the cell tries both.)
#
# <details><summary>Hint: tanh</summary>
#
# $\tanh' = 1 - \tanh^2$: made from the *output*, so it costs nothing more once the value is known.
#
# </details>
# <details><summary>Hint: a power</summary>
#
# $(x^p)' = p\,x^{p-1}$, for any number $p$.
#
# </details>

# %% demo=true
my_slopes = {
    "x ** 3": lambda x: None,
    "x ** -1": lambda x: None,
    "exp(x)": lambda x: None,
    "log(x)": lambda x: None,
    "tanh(x)": lambda x: None,
    "relu(x)": lambda x: None,
}

functions = (lambda x: x**3, lambda x: x**-1.0, np.exp, np.log, np.tanh, lambda x: np.maximum(x, 0.0))
for (name, slope), function in zip(my_slopes.items(), functions, strict=True):
    for x in (0.7, -0.7) if name == "relu(x)" else (0.7,):
        yours, nudged = slope(x), (function(x + 1e-5) - function(x - 1e-5)) / 2e-5
        verdict = "not filled in yet" if yours is None else f"yours {yours:.6f}, nudged {nudged:.6f}"
        print(f"{name:8} at {x:4}: {verdict}")

# %% [markdown] slide="subslide"
# ### 4.2 `backward`
#
# $\ell$ knows its parents, these know theirs, and so on: from $\ell$ we can reach every node that has to do with it. But nobody knows
# its *users*, and there are no numbers 0, 1, 2, … any more. So, in `ℓ.backward()`:
#
# 1. **Walk once** from $\ell$ along the parents, to every node. On the way, count how many arrows leave each node. (A dictionary with
#    nodes as keys will do: `uses[u] += 1`.) Set each `grad` to 0.
# 2. **The base case:** `self.grad = 1.0`. Only $\ell$ is ready.
# 3. **Walk again,** as in Kahn's idea, but from the other end. Take a node $v$ that is ready, hand on its shares to its parents, and
#    cross off these arrows. A parent with no arrow left to wait for has its sum complete: now *it* is ready.
#
# This is the notes' induction, made of numbers that count down: $v$ is ready when every node in $\Gamma(v)$ is done.
#
# **Before you write it:** for $\ell = q \cdot r$ above, in which order do the five nodes become ready? What goes wrong if $q$ hands on
# its gradient as soon as $\ell$ has given its share?

# %% [markdown] slide="subslide"
# **Your turn (answer 3): eight methods, eleven points.** Each operation is marked by itself, so write one or two, and run `check` in
# between. What is not written yet costs nothing but its own points; though without `backward` there is nothing to see. Start with
# `__add__`, then `backward`.
#
# The class stands alone: `backward` does not call answer 1 or 2, so a mistake there costs nothing here.
#
# <details><summary>Hint 1: a sum</summary>
#
# `other = Node.of(other)` comes first. Then `return Node(...)` with a value, `(self, other)`, two slopes and `"+"`.
#
# </details>
# <details><summary>Hint 2: the first walk</summary>
#
# Keep a list of nodes to look at, which begins as `[self]`, and a dictionary `uses = {self: 0}`. For every parent of the node that you
# take off the list: if it is not in `uses` yet, put it there with 0, and onto the list. In any case add 1 for the arrow.
#
# </details>
# <details><summary>Hint 3: the second walk</summary>
#
# `ready = [self]`. For each parent of the node `v` that you take off: a share is added to its `grad`, its count goes down by 1, and if
# the count is 0, it joins `ready`. `zip(v.parents, v.slopes)` gives the arrows.
#
# </details>
# <details><summary>Hint 4: another way to an order</summary>
#
# A node is made after its parents. So an engine that numbers its nodes as they are made has a topological order for nothing: sort by that
# number. (The course's own `Tensor` does so.) You may change `__init__`, if you prefer this.
#
# </details>


# %% exercise="Node" given="__init__,of,__radd__,__rmul__,__neg__,__sub__,__rsub__,__truediv__,__rtruediv__,__repr__" slide="skip"


# %% [markdown] slide="slide"
# ## 5. See it work
#
# ### 5.1 Your own graph
#
# The formula of section 1, in your engine. The picture is drawn from your `parents`, with your values and your gradients.
#
# **Before you run the next cell:** which nodes get an orange rim, for being used more than once? (Four numbers you know by heart.)

# %% demo=true slide="fragment"
picture = None
with once_written():
    a, b = Node(2.0), Node(3.0)
    q = a * b
    r = q + a
    loss = q * r
    loss.backward()
    picture = plots.engine_graph(loss, {"a": a, "b": b, "q": q, "r": r, "ℓ": loss})
picture

# %% [markdown] slide="subslide"
# Your three answers are one: number the nodes of your graph, in any way, and `topological_order` and `graph_gradients` must find what
# `backward` has found.

# %% demo=true
with once_written():
    a, b = Node(2.0), Node(3.0)
    q = a * b
    r = q + a
    loss = q * r
    loss.backward()
    nodes = [r, b, loss, a, q]  # in any order you like
    number = {node: i for i, node in enumerate(nodes)}
    its_parents = tuple(tuple(number[u] for u in node.parents) for node in nodes)
    order = topological_order(its_parents)
    print("answers 1 and 2:", graph_gradients(its_parents, tuple(node.slopes for node in nodes), order))
    print("answer 3:       ", [node.grad for node in nodes])

# %% [markdown] slide="subslide"
# ### 5.2 Twice
#
# **Before you run the next cell:** three questions, of the kind that engines get wrong.
#
# 1. $\ell = a \cdot a$ at $a = 3$. What is `a.grad`? What would it be, if the second share *replaced* the first?
# 2. `backward()` is called a second time on the same $\ell$. What is `a.grad` now? (Some engines *add* to what is there, and leave it to
#    you to set it to zero before each step. Forgetting that is one of the commonest bugs in training loops.)
# 3. `c = a + 1`, then `(c * c).backward()`. What is `a.grad`, and does anything of question 1 remain in it?

# %% demo=true slide="fragment"
with once_written():
    a = Node(3.0)
    loss = a * a
    loss.backward()
    print("once: ", a)
    loss.backward()
    print("twice:", a)
    c = a + 1
    (c * c).backward()
    print("another loss:", a)

# %% [markdown] slide="subslide"
# ### 5.3 Yours against the course's engine, and against nudges
#
# `course.Tensor` is an engine for arrays, and numbers are small arrays. So one and the same formula runs in both. Here are 20 random
# ones, of 30 operations each, in which nodes are used again and again.
#
# **Before you run the next cell:** both are exact but for rounding, at about $10^{-16}$ of a number's size. Will the two agree to the last
# digit?


# %% demo=true slide="fragment"
OPERATIONS = (
    lambda x, y: (x + y) * 0.5,
    lambda x, y: x.tanh() * y,
    lambda x, y: (x - y).tanh() ** 3,
    lambda x, y: (x * x + 1.0).log(),
    lambda x, y: (x * 0.3).tanh().exp(),
    lambda x, y: (x + 0.1).relu().tanh(),
)


def random_formula(leaves, rng):
    """30 operations, each on nodes chosen at random from all there are; the last one uses them all."""
    nodes = list(leaves)
    for kind in rng.integers(len(OPERATIONS), size=30):
        x, y = (nodes[i] for i in rng.integers(len(nodes), size=2))
        nodes.append(OPERATIONS[kind](x, y))
    return sum(nodes[1:], nodes[0])


with once_written():
    worst, worst_nudge = 0.0, 0.0
    for seed in range(20):
        values = np.random.default_rng(seed).normal(size=4)
        mine, theirs = [Node(value) for value in values], [course.Tensor(value, requires_grad=True) for value in values]
        for leaves in (mine, theirs):
            random_formula(leaves, np.random.default_rng(seed)).backward()
        gradient = np.array([leaf.grad for leaf in mine])
        worst = max(worst, *abs(gradient - [leaf.grad for leaf in theirs]) / abs(gradient).max())
        nudged = numerical_gradient(lambda x, s=seed: random_formula([Node(v) for v in x], np.random.default_rng(s)).value, values)
        worst_nudge = max(worst_nudge, *abs(gradient - nudged) / abs(gradient).max())
    print(f"20 formulas: you and course.Tensor differ by {worst:.0e} of the largest gradient at most, you and nudges by {worst_nudge:.0e}")

# %% [markdown] slide="slide"
# ### 5.4 A formula of your choice
#
# Choose a formula or type one: letters, numbers, `+ - * / **`, brackets, `exp log tanh relu`. **Slide the inputs**, and watch values
# (black) and gradients (vermillion) move. **Click a node**: the arrows to its users turn orange, and its sum over $\Gamma(u)$ is
# written out. The slider *Backward pass* goes back one node at a time, in the order in which they become ready.
#
# **Before you run the next cell:**
# 1. In `a * b * (a * b + a)`, how many nodes has the graph? (The engine does not see that `a * b` stands there twice: neither does
#    yours. What would you change in the formula's computation, to have five nodes?)
# 2. In `tanh(a * b + c)` nearly all gradients are 0.00 at first. Why? Which way must `c` go to change that?
# 3. For which `a` has `relu(a - b)` the gradient 0 in both inputs?

# %% demo=true slide="fragment"
from course.widgets import ComputationalGraph

ComputationalGraph("a * b * (a * b + a)")

# %% [markdown] slide="slide"
# ## 6. What it costs, and where it does not help
#
# Nudging needs the whole forward pass again for each input: twice, for central differences. One backward pass gives *all* gradients.
#
# **Before you run the next cell:** $\ell = \tanh(\sum_i w_i x_i)$, with $n$ weights. If we double $n$, what happens to the time of the
# forward pass, of `backward`, and of nudging every weight?

# %% demo=true slide="fragment"
from time import perf_counter


def seconds(function, *arguments):
    """Time that a call takes: the best of three, since other programs run here, too."""
    times = []
    for _ in range(3):
        start = perf_counter()
        function(*arguments)
        times.append(perf_counter() - start)
    return min(times)


def neuron(w, x):
    return sum((Node(w_j) * x_j for w_j, x_j in zip(w, x, strict=True)), Node(0.0)).tanh()


def neuron_and_back(w, x):
    neuron(w, x).backward()


sizes, starts = (2, 8, 16, 32, 64), 20
times = {name: np.full((len(sizes), starts), np.nan) for name in ("nudging", "forward and backward", "forward")}
with once_written():
    for i, n in enumerate(sizes):
        for k in range(starts):
            w, x = np.random.default_rng(k).normal(size=(2, n))
            times["forward"][i, k] = seconds(neuron, w, x)
            times["forward and backward"][i, k] = seconds(neuron_and_back, w, x)
            times["nudging"][i, k] = 2 * n * times["forward"][i, k]  # two forward passes for each weight: not run, only counted

# %% demo=true
title, ylabel = "All gradients of one neuron, in your engine", "time in seconds"
cost = None
if np.isfinite(times["nudging"]).all():
    print(f"forward and backward together, in forward passes (median of {starts} runs, and the middle half of them):")
    for n, ratio in zip(sizes, times["forward and backward"] / times["forward"], strict=True):
        low, middle, high = np.quantile(ratio, (0.25, 0.5, 0.75))
        print(f"{n:4} weights: {middle:.1f} ({low:.1f} to {high:.1f}); by nudging: {2 * n}")
    cost = plots.growth(sizes, times, title=title, xlabel="weights n", ylabel=ylabel)
cost

# %% [markdown] slide="subslide"
# Twice as many weights make both passes about twice as long, and nudging about four times: twice as many nudges, each with a pass
# twice as long. The factor between the passes levels off, and does not grow with $n$: *all* gradients for the price of a few forward
# passes. This is why networks can have millions of weights.
#
# **Where it does not help.** The saving is that of *one* output and many inputs. With many outputs, the backward pass must be run for
# each of them: a curve with one input $t$ and $m$ coordinates takes $m$ backward passes, where one nudge of $t$ would do.
#
# And an engine of single numbers is slow. A layer of 64 inputs and 64 outputs has 4,096 products, so 4,096 nodes for them.
#
# **Before you run the next cell:** how many times as long as `x @ W` does your engine take for one example: 10, 1,000 or more?

# %% demo=true slide="fragment"
W, x = np.random.default_rng(0).normal(size=(64, 64)), np.random.default_rng(1).normal(size=64)
with once_written():
    nodes = [[Node(w) for w in row] for row in W]
    slow = seconds(lambda: [sum((nodes[j][i] * x[j] for j in range(64)), Node(0.0)) for i in range(64)])
    fast = seconds(lambda: [x @ W for _ in range(100)]) / 100
    print(f"your engine {slow * 1000:.1f} ms, x @ W {fast * 1e6:.0f} µs: {slow / fast:,.0f} times as long, forward alone")

# %% [markdown]
# The remedy is not another rule, but larger nodes: one node for a whole array, as `course.Tensor` has them. Then a slope becomes a matrix
# product, and that is unit 05.

# %% [markdown] slide="slide"
# ## 7. Your engine learns XOR
#
# Exclusive or: 1 if exactly one of two inputs is 1. No single neuron can do it, as you saw in unit 01. The net: two inputs, three
# hidden nodes with tanh, one output; 13 parameters, every one a `Node`. The notes' algorithm, with all four examples as the batch:
# compute $\ell$, the mean of $(o - y)^2$, call `backward`, and for every parameter $\theta$, with the learning rate $\eta$,
#
# $$\theta \leftarrow \theta - \eta\,\frac{\partial\ell}{\partial\theta}.$$
#
# **Before you run the next cell:** each step builds a *new* graph from the *same* parameters. Which property of your `backward` does
# that rely on?

# %% demo=true
EXAMPLES = (((0, 0), 0), ((0, 1), 1), ((1, 0), 1), ((1, 1), 0))


def output(theta, x1, x2):
    """The net: three hidden nodes with tanh, then a weighted sum."""
    hidden = [(theta[3 * i] * x1 + theta[3 * i + 1] * x2 + theta[3 * i + 2]).tanh() for i in range(3)]
    return sum((theta[9 + i] * h for i, h in enumerate(hidden)), theta[12])


def train_xor(seed, steps, learning_rate=0.3):
    """The parameters after so many steps of gradient descent from a random start, and the loss at each step."""
    theta, losses = [Node(value) for value in np.random.default_rng(seed).normal(scale=0.5, size=13)], []
    for _ in range(steps):
        loss = sum((output(theta, *x) - y) ** 2 for x, y in EXAMPLES) / 4
        loss.backward()
        for parameter in theta:
            parameter.value -= learning_rate * parameter.grad
        losses.append(loss.value)
    return theta, losses


theta, losses = None, []
with once_written():
    theta, losses = train_xor(seed=2, steps=200)
    print("outputs:", {x: round(output(theta, *x).value, 2) for x, _ in EXAMPLES})

# %% demo=true slide="fragment"
picture = None
if losses:
    across, up = np.meshgrid(np.linspace(-0.5, 1.5, 121), np.linspace(-0.5, 1.5, 121))
    t = [parameter.value for parameter in theta]
    hidden = [np.tanh(t[3 * i] * across + t[3 * i + 1] * up + t[3 * i + 2]) for i in range(3)]
    region = (sum(t[9 + i] * h for i, h in enumerate(hidden)) + t[12] > 0.5).astype(int)  # as `output`, for all points at once
    points, classes = np.array([x for x, _ in EXAMPLES], float), np.array([y for _, y in EXAMPLES])
    picture = plots.learning(losses, points, classes, (across, up, region))
picture

# %% [markdown] slide="subslide"
# Was that luck? **Before you run the next cell:** of 20 random starts, how many will have learnt XOR after 100 steps, that is, put every
# output on the right side of one half?

# %% demo=true slide="fragment"
with once_written():
    learnt = 0
    for seed in range(20):
        theta, _ = train_xor(seed, steps=100)
        learnt += all((output(theta, *x).value > 0.5) == y for x, y in EXAMPLES)
    share, z = learnt / 20, 1.96  # Wilson's interval for a share, 95 %
    middle, half = (share + z**2 / 40) / (1 + z**2 / 20), z * np.sqrt(share * (1 - share) / 20 + z**2 / 1600) / (1 + z**2 / 20)
    print(f"{learnt} of 20 starts; so, with 95 % confidence, between {middle - half:.0%} and {min(middle + half, 1):.0%} of all starts")

# %% [markdown]
# Most do. Set `steps=400` in the last cell, and all twenty have: the others had been slow, on a part of the loss where every gradient is
# small. But no gradient, however exact, promises the lowest valley. What to do about starts and steps is the matter of unit 06.

# %% [markdown] slide="skip"
# ## 8. In your own words (4 points, marked by hand)
#
# A classmate's `backward` keeps a stack. It takes a node off, hands its gradient on to its parents, and puts those parents onto the stack
# that were never on it before. Shares are added, as they should be. "It is right on everything I tried: $\tanh(a \cdot b + c)$,
# $(a + b) \cdot c$, and long chains."
#
# 1. Why is it right on all of these?
# 2. Give a formula of at most three operations on which it may be wrong, and say which share arrives too late.
# 3. What has to be known before $u$ may hand on its gradient, and how does your `backward` know it?
# 4. A network has 10,000 weights and one loss. About how many forward passes does a gradient by nudging cost, and how many does
#    `backward` cost?

# %% [markdown] written=4
# **Model answer.**
#
# 1. In these graphs no node that was computed from others is used more than once: $\Gamma(u)$ has one node for each of them. So the first
#    share is the whole sum, and the gradient is complete when the node comes onto the stack. (Inputs may be used twice: they hand on
#    nothing.)
# 2. $q = a \cdot b$, $r = q + a$, $\ell = q \cdot r$ (or the shorter $\ell = q + q \cdot a$). If $q$ is taken off before $r$, it hands
#    on its share from $\ell$ alone. The share from $r$ is added to `q.grad` later, and never gets to $a$ and $b$. Whether it happens
#    depends on the order of the operands.
# 3. All shares must be there: every $v \in \Gamma(u)$ must have handed on its own, complete gradient. Mine counts the arrows that
#    leave $u$, and lets $u$ hand on when all have been crossed off. (Or: it visits the nodes in the reverse of a topological order,
#    in which all of $\Gamma(u)$ stands behind $u$.)
# 4. Nudging costs one more forward pass for each weight, 10,000 (central differences: 20,000); `backward` costs as much as a few forward
#    passes, whatever the number of weights.
#
# **Rubric.** Half points where the idea is right and the reason is missing.
#
# - 1: each computed node is used once, so that the first share is the whole sum.
# - 1: a formula in which a computed node is used twice, and the late share named.
# - 1: all of $\Gamma(u)$ must be done, *and* how the own code sees to it.
# - 1: about 10,000 or 20,000 against a number that does not grow with the weights.

# %% [markdown] slide="slide"
# ## Summary
#
# | step | what it needs | what it makes |
# |---|---|---|
# | an operation | the values of its parents | a node: value, parents, one slope for each arrow |
# | a topological order | the parents of every node | each node after its parents; backwards, before its users |
# | `backward` | arrows, slopes, an order | $\partial\ell/\partial u$ for all nodes, one visit each |
#
# - **The rule is in one line**, `u.grad += v.grad * slope`. It knows no operation, and an operation knows nothing of the rule.
# - **The order is the induction.** A node hands on when all its users have. A wrong order may be wrong on shared nodes only, and so is
#   easily missed.
# - **`+=`, not `=`,** and from 0 in each backward pass.
# - **No recursion:** graphs are deeper than Python's stack.
#
# **If one thing stays with you:** a program that computes a number also says, step by step, how to differentiate it.
#
# Before this unit: unit 03, the same rule on a network given in order. After it: unit 05, where a node is a whole array.

# %% [markdown]
# ## Further reading
#
# - The lecture notes, *Back propagation algorithm* and *computational graph*.
# - A. Karpathy, *micrograd* (2020, on GitHub), the best-known engine of single numbers, with a lecture. Compare: there each operation
#   carries a function that updates its parents; here it carries slopes, and one loop does the rest. How does it find its order, and
#   how deep may a graph be?
# - A. B. Kahn, "Topological sorting of large networks", *Communications of the ACM* 5 (1962), 558-562: idea B.
# - S. Linnainmaa, "Taylor expansion of the accumulated rounding error", *BIT* 16 (1976), 146-160: the rule on graphs, before there were
#   networks to train with it.
# - A. Griewank and A. Walther, *Evaluating Derivatives*, 2nd edition, SIAM 2008, chapters 3 and 4: forward and reverse, and their
#   costs.
# - A. G. Baydin and others, ["Automatic differentiation in machine learning: a survey"](https://jmlr.org/papers/v18/17-468.html),
#   *Journal of Machine Learning Research* 18 (2018), section 3.
# - I. Goodfellow, Y. Bengio and A. Courville, *Deep Learning*, MIT Press 2016, [section
#   6.5](https://www.deeplearningbook.org/contents/mlp.html), on back-propagation in computational graphs.
