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
# In unit 03 you went backwards through a network that was written down as a list, in a good order. In practice nobody writes such lists.
# We write a formula, for example `loss = ((x * w + b).tanh() - y) ** 2`, and want its gradients. In this unit you build an **engine**
# that finds them: it records the graph of a formula while the formula is computed, and then walks back through it. At the end your own
# engine trains a network.
#
# **At the end you can**
# - read a formula as a graph, and say what each node has to wait for,
# - put the nodes of any graph into a topological order,
# - write a class `Node` whose `backward()` follows the notes' rule, for any formula,
# - train a small network with it, and say why larger ones need something faster.
#
# | time | difficulty | what to know before |
# |---|---|---|
# | 115 minutes, and 10 for what is optional | medium | unit 03 and its rule, the sum over $\Gamma(u)$; lists, loops, a class with methods |
#
# **How marks work.** Under each answer stands a cell with `check(...)`. It judges as your instructor's computer does, with other numbers.
# Run it as often as you like. *Run All Cells* stops at the first answer that is not right yet.

# %% [markdown] deck="slide"
# ## Can a program differentiate?
#
# $$\ell = ab\,(ab + a)$$
#
# In small steps: $\quad q = a \cdot b, \quad r = q + a, \quad \ell = q \cdot r$
#
# Draw it: a circle for each letter, an arrow from each letter to what **uses** it. How many arrows?
#
# Note: Everybody draws; one and a half minutes. Then ask for the number: five is the most common wrong one, because two arrows leave a, and
# two leave q. The question in the title stays open until the end.

# %%
import numpy as np

from course import check

# %% demo=true
# Cells that draw, time or compare are for looking, not for marks: change them as you like.
import course
from course import keep, mine, numerical_gradient, once_written, plots, whose

# %% [markdown] slide="slide"
# ## 1. A formula is a graph
#
# Take $\ell = ab\,(ab + a)$ at $a = 2$, $b = 3$. To compute it, we take one small step after the other:
#
# $$q = a \cdot b, \qquad r = q + a, \qquad \ell = q \cdot r.$$
#
# Each of these numbers is a **node**. The nodes that it is computed from are its **parents**, and an arrow leads from each parent to the
# node that uses it. This is the **computational graph** of the formula. In unit 03 one node did the work of a whole neuron. Here every
# single operation is a node, and so is every input and every weight.
#
# As before, $\Gamma(u)$ is the set of nodes that **use $u$ directly**, and $\ell$ is the last node. $u$ is a parent of $v$ exactly when
# $v \in \Gamma(u)$.
#
# **Before you run the next cell:** draw the graph on paper. How many arrows does it have? Which nodes are in $\Gamma(q)$, and which in
# $\Gamma(a)$?

# %% [markdown] deck="slide"
# ## Six arrows
#
# $\Gamma$: the nodes that **use** a node. $\;\Gamma(q) = \{r, \ell\}$, $\;\Gamma(a) = \{q, r\}$
#
# Note: Let the room count once more, in the picture: two arrows end in each operation. The nodes at the tails of these arrows are its
# parents. The orange ones are used twice; ask what that will mean on the way back.

# %% demo=true slide="fragment" deck="show"
# course.Tensor is the course's own engine. In section 4 you write one yourself.
a, b = (course.Tensor(value, requires_grad=True, name=name) for name, value in (("a", 2.0), ("b", 3.0)))
q = a * b
r = q + a
loss = q * r
q.name, r.name, loss.name = "q", "r", "ℓ"
plots.graph(loss)

# %% [markdown] slide="subslide"
# Six arrows: two into each of the three operations. $\Gamma(q) = \{r, \ell\}$ and $\Gamma(a) = \{q, r\}$.
#
# ### The graph in numbers
#
# Let $a$ be node 0, $b$ node 1, $q$ node 2, $r$ node 3 and $\ell$ node 4. Then two tuples describe the whole graph.
#
# - `parents[v]` are the nodes that $v$ is computed from.
# - `slopes[v]` has the local slope $\partial v/\partial u$ for each $u$ in `parents[v]`, one number for each arrow.
#
# In a sum both slopes are 1. In a product the slope for each factor is the *other* factor: in $q = a \cdot b$ the slope for $a$ is
# $b = 3$, and the slope for $b$ is $a = 2$.

# %% demo=true
names = ("a", "b", "q", "r", "ℓ")
parents = ((), (), (0, 1), (2, 0), (2, 3))
slopes = ((), (), (3.0, 2.0), (1.0, 1.0), (8.0, 6.0))
for v, name in enumerate(names):
    arrows = [f"∂{name}/∂{names[u]} = {slope:g}" for u, slope in zip(parents[v], slopes[v], strict=True)]
    print(f"{v}  {name}: ", ",  ".join(arrows) or "no parents: an input")

# %% [markdown] slide="subslide"
# ### By hand, once
#
# The notes' rule holds for every node $u$ but the last:
#
# $$\frac{\partial \ell}{\partial u} \;=\; \sum_{v \,\in\, \Gamma(u)} \frac{\partial \ell}{\partial v}\cdot\frac{\partial v}{\partial u},
# \qquad\text{and the base case is}\qquad \frac{\partial\ell}{\partial\ell} = 1.$$
#
# **Before you fill in the next cell:** which of the four gradients can you find at once? Which one has to come next? Then write your four
# numbers in place of `None`, and run the cell. It moves each node a little, computes everything after it again, and looks at $\ell$.

# %% [markdown] deck="slide"
# ## The rule of unit 03
#
# $$\frac{\partial \ell}{\partial u} = \sum_{v \in \Gamma(u)} \frac{\partial \ell}{\partial v}\cdot\frac{\partial v}{\partial u},
# \qquad \frac{\partial\ell}{\partial\ell} = 1$$
#
# $a = 2$, $b = 3$, so $q = 6$, $r = 8$.
#
# In which order can you find the four gradients, and what are they?
#
# Note: First only the order: wait half a minute, and collect it. Then three minutes with a pencil, in pairs. Many give q the share from ℓ
# alone, and get 8.

# %% [markdown] deck="slide"
# ## First r, then q
#
# - $r$: $\;1 \cdot 6 = 6$
# - $q$: $\;1 \cdot 8 + 6 \cdot 1 = 14$
# - $a$: $\;14 \cdot 3 + 6 \cdot 1 = 48$
# - $b$: $\;14 \cdot 2 = 28$
#
# **The order is half of the algorithm.**
#
# Note: Ask who had 8 for q, and let somebody else say which share is missing: the one from r. With 8, both a and b come out wrong, and no
# error message says so. The notes have four words for this: known by induction hypothesis.

# %% demo=true slide="fragment"
by_hand = {"r": None, "q": None, "a": None, "b": None}

loss_from = {  # the value of each node, and ℓ as a function of this node
    "r": (8.0, lambda r: 6 * r),  # q does not depend on r, so it stays 6
    "q": (6.0, lambda q: q * (q + 2)),  # r = q + a follows
    "a": (2.0, lambda a: 3 * a * (3 * a + a)),
    "b": (3.0, lambda b: 2 * b * (2 * b + 2)),
}
for name, (value, function) in loss_from.items():
    nudged = (function(value + 1e-5) - function(value - 1e-5)) / 2e-5
    yours = by_hand[name]
    print(f"∂ℓ/∂{name}:", "not filled in yet" if yours is None else f"yours {yours:g}, by nudging {nudged:.6g}")

# %% [markdown]
# <details><summary>Answer: the order, and the four sums</summary>
#
# Only $r$ can be done at once. The sum for $q$ needs it, so $q$ comes next, and then $a$ and $b$.
#
# $r$: only $\ell$ uses it. $1 \cdot 6 = 6$.
#
# $q$: both $\ell$ and $r$ use it. $1 \cdot 8 + 6 \cdot 1 = 14$.
#
# $a$: both $q$ and $r$ use it. $14 \cdot 3 + 6 \cdot 1 = 48$. $\qquad b$: only $q$ uses it. $14 \cdot 2 = 28$.
#
# </details>
#
# **The order is half of the algorithm.** The notes say so in four words: *known by induction hypothesis*.

# %% [markdown] slide="slide"
# ## 2. A good order
#
# A **topological order** of a graph is a list of all its nodes in which every node stands *after all of its parents*.
#
# - Read from left to right, it is an order for the forward pass: all that a node needs is there when we come to it.
# - Read from right to left, it is an order for the backward pass: when we come to $u$, all of $\Gamma(u)$ is done.
#
# **Before you run the next cell:** it puts our nodes in the row $a, r, b, q, \ell$. Is this a topological order? If not, which arrow runs
# backwards?

# %% [markdown] deck="slide"
# ## A good order
#
# In a **topological order**, every node stands after all of its parents.
#
# $$a \quad r \quad b \quad q \quad \ell$$
#
# Is this one? If not, which arrow runs backwards?
#
# Note: Ask for hands, yes or no, after twenty seconds. Then let one of those who said no name the arrow, with both of its ends. Some say
# that b is too late; ask them who uses b.

# %% [markdown] deck="slide"
# ## From q back to r
#
# A good order: forward pass to the right, backward to the left.
#
# Note: The arrow from q to r runs backwards: r would be computed before its parent is there. Ask how many good orders there are for these
# five nodes, and wait half a minute. There are two, for only a and b may change places.

# %% demo=true slide="fragment" deck="show"
plots.arrows_in_order(parents, [0, 3, 1, 2, 4], names)

# %% [markdown] slide="subslide"
# It is not: $r$ stands before its parent $q$. Only two rows are topological orders here, $a, b, q, r, \ell$ and $b, a, q, r, \ell$, since
# $q$ waits for $a$ and $b$, $r$ waits for $q$, and $\ell$ waits for $r$. How do we find one, in a graph of any size?
#
# A function could call itself: before it lists a node, it lists the parents. But Python allows only about a thousand calls inside each
# other, as the optional cell below shows. When you add up 10,000 numbers, you make a chain of 10,000 nodes. So an engine needs a loop.

# %% [markdown] slide="subslide"
# ### Wait until all parents are there (A. B. Kahn, 1962)
#
# For each node, count the arrows that it still waits for. A node that waits for none is **ready**. Take any ready node, put it on the
# list, and cross off every arrow that leaves it. This may make other nodes ready. For our graph it begins like this, with the number of
# arrows that each node still waits for:
#
# | listed | $a$ | $b$ | $q$ | $r$ | $\ell$ | ready |
# |---|---|---|---|---|---|---|
# | nothing yet | 0 | 0 | 2 | 2 | 2 | $a$, $b$ |
# | $a$ | | 0 | 1 | 1 | 2 | $b$ |
# | $a, b$ | | | 0 | 1 | 2 | $q$ |
# | $a, b, q$ | | | | ? | ? | ? |
#
# **Before you go on:** complete the table, until all five are listed. And for a node $a \cdot a$: would its column begin with 1 or with 2?
#
# <details><summary>Answer</summary>
#
# Row $a, b, q$: $r$ waits for 0, $\ell$ for 1, and $r$ is ready. Then $r$ is listed, and $\ell$ is ready. A node $a \cdot a$ begins with 2,
# because two arrows lead from $a$ to it.
#
# </details>

# %% [markdown] slide="subslide"
# **Your turn (answer 1; 15 minutes; ★★).** Any topological order is right. The numbers of the nodes mean nothing, a graph may have several
# results (nodes that no other node uses), and a node may use the same parent twice. Look at each arrow only once or twice: on a chain of
# 10,000 nodes, a function that goes through all nodes again and again is stopped.
#
# <details><summary>Hint 1: the other direction</summary>
#
# You are given the parents of each node, but to cross off arrows you need its users. Make them first: a list `users` with an empty list
# for each node; then, for every `u` in `parents[v]`, append `v` to `users[u]`. A parent that is used twice gets `v` twice.
#
# </details>
# <details><summary>Hint 2: three lists</summary>
#
# `waiting[v]` is the number of arrows that `v` still waits for, `ready` holds the nodes that wait for none, and `order` is the answer.
# The loop runs `while ready:`, and `ready.pop()` takes a node from the list.
#
# </details>
# <details><summary>Hint 3: a worked example</summary>
#
# `parents = ((1, 1), (), (0, 1))`. The users: node 0 is used by `[2]`, node 1 by `[0, 0, 2]`, node 2 by nobody. Waiting: `[2, 0, 2]`. So
# node 1 is ready. We list it, and cross off two arrows at node 0 and one at node 2: `[0, 0, 1]`. Now node 0 is ready. We list it, and
# cross off one arrow at node 2. Now node 2 is ready. We list it: `[1, 0, 2]`.
#
# </details>


# %% exercise="topological_order" slide="skip"


# %% demo=true
# Yours, on a graph whose numbers mean nothing. Change the graph, and try again.
tangled = ((3, 5), (0, 0), (), (2,), (1, 3), (2, 3))
order = None
with once_written():
    order = topological_order(tangled)
plots.arrows_in_order(tangled, order) if order else None

# %% [markdown] folded=true slide="skip"
# ### Optional: why not a recursion? (5 minutes)
#
# In the next cell `visit` calls itself. Every order that it finds is right.
#
# **Before you run the next cell:** first it lists our graph, then a chain of 10,000 nodes. What will happen?


# %% demo=true slide="skip"
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

# %% [markdown] slide="skip"
# Node 0 has to wait for node 1, which has to wait for node 2, and so on: 10,000 calls that have all begun, and none that has ended. Python
# gives up at about a thousand.

# %% [markdown] slide="slide"
# ## 3. The backward pass on any graph
#
# Now the rule, one arrow at a time. We walk backwards through the order. Each node $v$ **hands on** its gradient: every parent $u$ gets
# the share $\frac{\partial\ell}{\partial v}\cdot\frac{\partial v}{\partial u}$. When we come to $u$, its sum is complete.
#
# A classmate wrote this function, tried it on $\ell = a \cdot b$, and was satisfied. It has **two bugs**.
#
# **Before you run the next cell:** read the function line by line. Which line does not follow the rule? In which order does the
# loop visit the nodes?


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

# The same graph with other numbers for its nodes: ℓ is 0, q is 1, r is 2, b is 3, a is 4.
renumbered = ((1, 2), (4, 3), (1, 4), (), ()), ((8.0, 6.0), (3.0, 2.0), (1.0, 1.0), (), ())
print("other numbers: ", classmates_gradients(*renumbered, [4, 3, 1, 2, 0]), " right: [1, 14, 6, 28, 48]")

# %% [markdown] slide="subslide"
# On our graph only $r$ and $\ell$ are right. With other numbers for the nodes it is the same two, and $a$ and $b$ even get 0.
# On $\ell = a \cdot b$ both bugs stay hidden: every node is used once, and the numbers happen to be in a good order.
#
# **Your turn (answer 2; 10 minutes; ★★).** Write the function without the bugs. If you mend only one, `check` tells you what is left.
#
# <details><summary>Hint 1: the first bug</summary>
#
# In our graph, which gradients come out wrong? What do $q$ and $a$ have in common that $r$ does not have?
#
# </details>
# <details><summary>Hint 2: the second bug</summary>
#
# With the other numbers, which node is visited first? What is its gradient at that moment? Which argument says in which order to go?
#
# </details>
# <details><summary>Hint 3: a worked example</summary>
#
# $c = a + a$ and $\ell = c \cdot c$ at $a = 1$: `parents = ((), (0, 0), (1, 1))`, `slopes = ((), (1, 1), (2, 2))`, `order = [0, 1, 2]`. We
# start with the gradients `[0, 0, 1]`. Node 2 hands on $1 \cdot 2$ to node 1, and for the second arrow $1 \cdot 2$ again: `[0, 4, 1]`.
# Node 1 hands on $4 \cdot 1$ to node 0, twice: `[8, 4, 1]`. Indeed, $\ell = 4a^2$ has the slope $8a = 8$.
#
# </details>


# %% exercise="graph_gradients" slide="skip"


# %% [markdown] deck="slide"
# ## May q hand on?
#
# The backward pass has begun. $\ell$ has given $q$ its share: $8$.
#
# May $q$ hand it on to $a$ and $b$ now?
#
# Note: Hands: yes, no, it depends. Wait, and ask somebody from each group for a reason. A frequent one for yes is "the share from r can be
# added later"; ask what a and b get then.

# %% [markdown] deck="slide"
# ## Not yet
#
# $r$ still owes $q$ a share: $8 + 6 = 14$.
#
# - For each node, count the arrows that leave it.
# - A share arrives: cross one off.
# - None left: the sum is **complete**, and the node hands on.
#
# Note: Counting arrows is A. B. Kahn's idea of 1962; you meet it twice, forwards in answer 1 and backwards in your own engine. Ask in which
# order our five nodes are ready: ℓ, r, q, and then a and b.

# %% [markdown] slide="slide"
# ## 4. Your engine
#
# **Your function knows no operations.** It needs only arrows, a slope on each of them, and an order. So an engine can be simple: every
# operation records its arrows and slopes when its value is computed.
#
# ### 4.1 How a formula can record itself
#
# Python reads `a * b` as `a.__mul__(b)`, and `a + b` as `a.__add__(b)`. If `a` belongs to a class of ours, *we* decide what these methods
# do. The class below only writes down what it is asked for.
#
# **Before you run the next cell:** what does it print? How many objects of the class are there in the end?


# %% [markdown] deck="slide"
# ## How can a formula record itself?
#
# Python reads `a * b` as `a.__mul__(b)`. Ours returns a **new object** with a text.
#
# ```python
# q = a * b
# r = q + a
# loss = q * r
# ```
#
# What is `loss.text`? How many objects are there?
#
# Note: Explain the first line slowly: the sign * is a method, and in a class of ours we decide what it does. Then one minute, in pairs, for
# both questions. Many say three objects; ask them where a and b are.


# %% demo=true slide="fragment"
class Text:
    """A formula as text: each operation makes a new object, from those that it is given."""

    def __init__(self, text):
        self.text = text

    def __add__(self, other):
        return Text(f"({self.text} + {other.text})")

    def __mul__(self, other):
        return Text(f"{self.text} · {other.text}")


a, b = Text("a"), Text("b")
q = a * b
r = q + a
loss = q * r
print(loss.text)

# %% [markdown] deck="slide"
# ## Five objects
#
# ```text
# a · b · (a · b + a)
# ```
#
# One object for each **node** of the graph.
#
# An engine writes down more: a value, the parents, and a slope for each arrow.
#
# Note: The class has never heard of graphs, and yet it has recorded one: each object is made from two others. Put a slope on each arrow,
# and the rule has all it needs. Before the next slide, ask: in one line, as `a * b * (a * b + a)`, does the formula have five nodes again?

# %% [markdown] slide="subslide"
# It prints the whole formula, and there are five objects: one for each node of our graph. In your class `Node`, too, each operation
# returns a new node. It gets four things: a **value**; a tuple of **parents**; a tuple of **slopes**, one plain number for each parent; and
# a short text for pictures, such as `"+"`. So the node for $q = a \cdot b$ holds the value 6, the parents $(a, b)$ and the slopes $(3, 2)$.
# (Mind the comma in a tuple with one entry: `(self,)` is a tuple, `(self)` is not.)
#
# `__init__`, which stores them and sets `grad` to 0, is given. So are `-`, `/` and forms like `2 * a`, which use your operations.
# `Node.of(x)` makes a node from a plain number, so that `a + 1` works as well.

# %% [markdown] slide="subslide"
# ### 4.2 Three steps
#
# The class stands in one cell, and you fill it in three steps. **After each step, run the cell of the class, and then the cell for this
# step below it.** `check` needs `backward`, so it gives its first six points after step 2. From then on each operation counts by itself.
#
# **Step 1: `__add__` and `__mul__`** (5 minutes). The slopes are those of section 1.
#
# **Step 2: `backward`** (20 minutes). The next cell describes it.
#
# **Step 3: `**`, exp, log, tanh, relu** (10 minutes). Each has one parent and one slope, a derivative that you know: those of $x^p$ (where
# $p$ is a plain number), $e^x$ and $\log x$; and tanh and relu as in unit 03. NumPy needs plain numbers: write `np.exp(self.value)`.

# %% [markdown] slide="subslide"
# ### Step 2: two walks
#
# From $\ell$ we can reach every node by way of the parents. But a node does not know its *users*. So `ℓ.backward()` walks over the graph
# twice:
#
# 1. **The first walk counts.** It starts at $\ell$, and visits every node once. For each parent `u` of each node visited, it adds one:
#    `uses[u] += 1`. In the end `uses[u]` is the number of arrows that leave `u`. (`uses` is a dictionary whose keys are nodes.) It also
#    sets each `grad` to 0.
# 2. **The base case.** The `grad` of $\ell$ is 1, and $\ell$ is ready.
# 3. **The second walk hands on,** with Kahn's idea from the other end. Take a ready node $v$. Add a share to the `grad` of each parent, and
#    cross off one arrow. A parent with no arrow left has its complete sum: now it is ready, too.
#
# **Before you write step 2:** for $\ell = q \cdot r$ above, in which order do the five nodes become ready? What would go wrong if $q$
# handed on its gradient as soon as $\ell$ had given its share?
#
# <details><summary>Answer</summary>
#
# $\ell$, then $r$, then $q$, then $a$ and $b$ in either order. If $q$ were too early, the share from $r$ would be missing: it would hand
# on 8 and not 14, and $a$ and $b$ would be wrong.
#
# </details>

# %% [markdown] slide="subslide"
# **Your turn (answer 3; 35 minutes; ★★★): one class, eight methods, eleven points.** It does not call answers 1 and 2, so a mistake there
# costs nothing here.
#
# <details><summary>Hint 1: the operations</summary>
#
# In a sum or a product, `other = Node.of(other)` comes first. Every operation ends with `return Node(value, parents, slopes, text)`.
# $(x^p)' = p\,x^{p-1}$. Some slopes are cheaper by the *output*, which you have already: that of tanh is $1 - \tanh^2$.
#
# </details>
# <details><summary>Hint 2: the two walks</summary>
#
# First walk: begin with `uses = {self: 0}` and a list `[self]` of nodes to visit. Take a node from the list, and look at each of its
# parents: one that is not in `uses` yet is put there with 0, and onto the list. In any case its count goes up by 1.
#
# Second walk: begin with a list `ready = [self]`. `zip(v.parents, v.slopes)` gives the arrows of a node `v`. Each arrow does two things:
# a share is added, and the count goes down by 1. When the count is 0, the parent joins `ready`.
#
# </details>
# <details><summary>Hint 3: a worked example</summary>
#
# An operation that is not asked for, the max gate of unit 03. The slope for the larger number is 1, for the other one 0:
#
# ```python
# def maximum(self, other):
#     other = Node.of(other)
#     first = self.value >= other.value
#     return Node(max(self.value, other.value), (self, other), (float(first), float(not first)), "max")
# ```
#
# And `backward` by hand, for $c = a + a$ and $\ell = c \cdot c$ at $a = 1$. The first walk finds `uses` = 0 for $\ell$, 2 for $c$, 2 for
# $a$. In the second walk $\ell$ hands 2 to $c$, which still waits for one arrow, then 2 again: $c$ has 4, waits for none, and is ready. It
# hands 4 to $a$, twice: $a$ has 8, and is ready. It has no parents, `ready` is empty, and we are done.
#
# </details>


# %% exercise="Node" given="__init__,of,__radd__,__rmul__,__neg__,__sub__,__rsub__,__truediv__,__rtruediv__,__repr__" slide="skip"


# %% [markdown] slide="subslide"
# **After step 1**, this cell draws the graph of section 1 from what your class has recorded. Compare it with the first picture of this
# unit, and the slopes with those in *The graph in numbers*.

# %% demo=true slide="fragment"
picture = None
with once_written():
    a, b = Node(2.0), Node(3.0)
    q = a * b
    r = q + a
    loss = q * r
    print("slopes of q:", q.slopes, "  of r:", r.slopes, "  of ℓ:", loss.slopes)
    picture = plots.engine_graph(loss, {"a": a, "b": b, "q": q, "r": r, "ℓ": loss})
picture

# %% [markdown] slide="subslide"
# **After step 2**, this cell goes back through the same graph, with the factors of $\ell$ in both orders. An engine that hands on too early
# is often right for one of them and wrong for the other. Both lines must show your gradients of section 1.

# %% demo=true slide="fragment"
picture = None
with once_written():
    for swapped in (True, False):
        a, b = Node(2.0), Node(3.0)
        q = a * b
        r = q + a
        loss = r * q if swapped else q * r
        loss.backward()
        named = {"a": a, "b": b, "q": q, "r": r, "ℓ": loss}
        print("ℓ = r · q: " if swapped else "ℓ = q · r: ", {name: float(node.grad) for name, node in named.items()})
    picture = plots.engine_graph(loss, named)
picture

# %% [markdown] slide="subslide"
# **After step 3**, and after every single operation of it, this cell compares your gradients with nudges.

# %% demo=true
operations = {
    "x ** 3": lambda x: x**3,
    "x ** -1": lambda x: x**-1,
    "exp(x)": lambda x: x.exp(),
    "log(x)": lambda x: x.log(),
    "tanh(x)": lambda x: x.tanh(),
    "relu(x)": lambda x: x.relu(),
}
for name, operation in operations.items():
    for at in (0.7, -0.7) if name == "relu(x)" else (0.7,):
        try:
            x = Node(at)
            operation(x).backward()
            nudged = (operation(Node(at + 1e-5)).value - operation(Node(at - 1e-5)).value) / 2e-5
            print(f"{name:8} at {at:4}: yours {x.grad:.6f}, by nudging {nudged:.6f}")
        except NotImplementedError:
            print(f"{name:8} at {at:4}: not written yet")

# %% [markdown] slide="subslide"
# ### 4.3 Keep it
#
# The next cell checks your answers, and saves those that are right in a file `my_network.py` beside this notebook. Later cells and units
# take your code from there with `mine(...)`. Where an answer is missing, `mine` gives the course's version, and says so. Your marks do not
# depend on it.

# %% demo=true
keep(topological_order, graph_gradients, Node)

# %% [markdown] slide="slide"
# ## 5. Try your engine
#
# ### 5.1 Twice
#
# **Before you run the next cell:** here are three cases that engines often get wrong.
#
# 1. $\ell = a \cdot a$ at $a = 3$. What is `a.grad`? What would it be if the second share *replaced* the first?
# 2. `backward()` is called a second time on the same $\ell$. What is `a.grad` now?
# 3. Then `c = a + 1` and `(c * c).backward()`. What is `a.grad`? Is anything left from question 1?

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
# 1. 6: there are two arrows from $a$, and each brings a share of 3. With only the last share it would be 3.
# 2. Still 6, because `backward` sets every gradient to 0 before it starts. (Some engines *add* to the old gradient. There, forgetting to
#    set it to 0 before each step is a common bug.)
# 3. $2 \cdot (3 + 1) = 8$. Nothing is left.
#
# ### 5.2 A formula of your choice
#
# Choose a formula or type one, with letters, numbers, `+ - * / **`, brackets, `exp log tanh relu`. *Step* computes one node: its value, and
# on the way back its gradient, below the value. **Move the sliders** of the inputs. **Click a node**: the arrows to its users turn orange,
# and its sum over $\Gamma(u)$ is written out. (The operations are numbered: u₁, u₂, and ℓ is the last.)
#
# **Before you run the next cell:** how many nodes does the graph of `a * b * (a * b + a)` have? Ours in section 1 had five.
#
# **When you have seen it,** choose `tanh(a * b + c)`, and go to the last step. Why are nearly all gradients 0.00? Which way must you move
# `c` to change that?

# %% [markdown] deck="slide"
# ## Any formula you like
#
# Note: Count the nodes together: six, because a * b stands there twice, and is computed twice. Click a node, and let the room say its sum
# before you read it. Then choose tanh(a * b + c) and ask why nearly all gradients are 0.00; wait for "tanh is flat there", and let them
# tell you which way to move c.

# %% demo=true slide="fragment" deck="show"
from course.widgets import Stepper

Stepper("a * b * (a * b + a)")

# %% [markdown]
# <details><summary>Answers</summary>
#
# Six nodes. The formula says `a * b` twice, so it is computed twice: u₁ and u₂. In section 1 we stored it as $q$, and used $q$ twice.
#
# The input of tanh is $2 \cdot 3 - 1 = 5$. There tanh is nearly flat: its slope is 0.0002, and every share for the other nodes is
# multiplied by it. Move `c` down: at $c = -5$ the input is 1, and the slope is 0.42.
#
# </details>
#
# The same steps through **your** engine: it shows what your class has left in its nodes, and marks a gradient that is not the one of
# section 1.

# %% demo=true
steps = None
with once_written():
    a, b = Node(2.0), Node(3.0)
    q = a * b
    r = q + a
    loss = q * r
    loss.backward()
    steps = Stepper(loss, names={"a": a, "b": b, "q": q, "r": r}, reference={"a": 48, "b": 28, "q": 14, "r": 6})
steps

# %% [markdown] folded=true slide="skip"
# ### Optional: your engine against the course's (5 minutes)
#
# `course.Tensor` is an engine for arrays, and a number is a small array. So the same formula runs in both engines. Here are 20 random
# formulas of 30 operations each, in which nodes are used again and again.
#
# **Before you run the next cell:** both engines are exact except for rounding, at about $10^{-16}$ of a number's size. Nudging is not.
# How large will the differences be?


# %% demo=true slide="skip"
OPERATIONS = (
    lambda x, y: (x + y) * 0.5,
    lambda x, y: x.tanh() * y,
    lambda x, y: (x - y).tanh() ** 3,
    lambda x, y: (x * x + 1.0).log(),
    lambda x, y: (x * 0.3).tanh().exp(),
    lambda x, y: (x + 0.1).relu().tanh(),
)


def random_formula(leaves, rng):
    """30 operations, each on nodes chosen at random from all there are; the sum of all nodes at the end."""
    nodes = list(leaves)
    for kind in rng.integers(len(OPERATIONS), size=30):
        x, y = (nodes[i] for i in rng.integers(len(nodes), size=2))
        nodes.append(OPERATIONS[kind](x, y))
    return sum(nodes[1:], nodes[0])


with once_written():
    worst, worst_nudge = 0.0, 0.0
    for seed in range(20):
        values = np.random.default_rng(seed).normal(size=4)
        yours, theirs = [Node(value) for value in values], [course.Tensor(value, requires_grad=True) for value in values]
        for leaves in (yours, theirs):
            random_formula(leaves, np.random.default_rng(seed)).backward()
        gradient = np.array([leaf.grad for leaf in yours])
        worst = max(worst, *abs(gradient - [leaf.grad for leaf in theirs]) / abs(gradient).max())
        nudged = numerical_gradient(lambda x, s=seed: random_formula([Node(v) for v in x], np.random.default_rng(s)).value, values)
        worst_nudge = max(worst_nudge, *abs(gradient - nudged) / abs(gradient).max())
    print(f"20 formulas, largest difference: {worst:.0e} of the gradient's size to course.Tensor, {worst_nudge:.0e} to nudging")

# %% [markdown] slide="skip"
# The two engines differ by a few roundings, since they add the shares in different orders. Nudging is about ten thousand times less exact.

# %% [markdown] slide="slide"
# ## 6. Your engine trains a network
#
# Now the reward: your `Node` trains a network. There are $N = 40$ points in the plane, in two classes, each in the shape of a half moon,
# and no straight line separates them. The network has two inputs, eight hidden neurons and one output, with tanh everywhere. (Each neuron
# is now several nodes of the graph.)
#
# $$h_i = \tanh(w_{i1} x_1 + w_{i2} x_2 + b_i), \qquad \hat y = \tanh\Big(\sum_{i=1}^{8} w_i h_i + b\Big).$$
#
# The target $y$ is $-1$ for class 0 and $1$ for class 1, and the network answers with the sign of $\hat y$. The loss $\ell$ is the mean of
# $(\hat y - y)^2$ over the 40 points. All 33 weights and biases $\theta$ are of your class `Node`, and each step is the gradient descent
# of unit 02: $\theta \leftarrow \theta - \eta\,\partial\ell/\partial\theta$.

# %% demo=true
from course.data import two_moons

MyNode = mine("Node")
points, classes = two_moons(40, 0.1, np.random.default_rng(0))
targets = 2.0 * classes - 1


def new_network(seed):
    """Random parameters: w_i1, w_i2 and b_i for each of eight hidden neurons; eight w_i and b for the output."""
    rng = np.random.default_rng(seed)
    hidden = [[MyNode(value) for value in rng.normal(size=3)] for _ in range(8)]
    return hidden, [MyNode(value) for value in rng.normal(size=9)]


def predict(network, x1, x2):
    """ŷ for one point, as a node."""
    hidden, (*w, b) = network
    h = [(w1 * x1 + w2 * x2 + b1).tanh() for w1, w2, b1 in hidden]
    return sum((w_i * h_i for w_i, h_i in zip(w, h, strict=True)), b).tanh()


def train_on_moons(network, steps=400, learning_rate=0.3):
    """The loss before each step of gradient descent; the parameters are changed in place."""
    hidden, output = network
    losses = []
    for _ in range(steps):
        loss = sum((predict(network, *x) - y) ** 2 for x, y in zip(points.tolist(), targets.tolist(), strict=True)) / 40
        loss.backward()
        for parameter in [one for row in (*hidden, output) for one in row]:
            parameter.value -= learning_rate * parameter.grad
        losses.append(loss.value)
    return losses


def share_right(network, points, classes):
    """The share of points for which ŷ has the sign of their class."""
    return np.mean([(predict(network, *x).value > 0) == y for x, y in zip(points.tolist(), classes, strict=True)])


# %% [markdown] deck="slide"
# ## Not one derivative
#
# ```python
# loss.backward()
# for parameter in parameters:
#     parameter.value -= 0.3 * parameter.grad
# ```
#
# 40 points, two half moons, 33 parameters, 400 steps.
#
# How many of the 40 are right in the end?
#
# Note: Say what is missing here: nobody has written a derivative of this network. Let everybody write down a number, then ask for hands:
# below 30, 30 to 39, all 40? A straight line cannot do it; say so only after the hands.

# %% [markdown] slide="subslide"
# Not one line of this is a derivative: the network is written forwards, and `loss.backward()` does the rest.
#
# **Before you run the next cell:** it takes some seconds. (a) Each step builds a *new* graph from the *same* parameters. Which property of
# your `backward` is needed for that? (b) How many of the 40 points will be right after 400 steps, and what share of 200 new points?

# %% [markdown] deck="slide"
# ## All forty
#
# The boundary bends around both moons.
#
# Note: From this start all 40 are right, and nearly all of 200 new points. Ask where in this program the derivatives are: in seven short
# methods, and in one walk back. Say honestly that it was one start: most starts end like this, but not all.

# %% demo=true slide="fragment" deck="show"
from time import perf_counter

network, start = new_network(seed=0), perf_counter()
losses = train_on_moons(network)
print(f"400 steps in {perf_counter() - start:.1f} seconds, by {whose(MyNode)}")
print(f"right: {share_right(network, points, classes):.0%} of the 40 points, ", end="")
print(f"{share_right(network, *two_moons(200, 0.1, np.random.default_rng(1))):.1%} of 200 new ones")
across, up = np.meshgrid(np.linspace(-1.4, 2.4, 96), np.linspace(-1.0, 1.5, 64))
region = np.array([predict(network, *x).value > 0 for x in np.column_stack([across.ravel(), up.ravel()]).tolist()])
picture = plots.learning(losses, points, classes, (across, up, region.reshape(across.shape).astype(int)))
picture.axes[1].set(xlabel="x₁", ylabel="x₂")
picture.caption += f" Trained by {whose(MyNode)}."
picture

# %% [markdown] slide="subslide"
# (a) Each pass starts from gradients of 0 (question 3 of section 5.1). (b) From this start all 40 points are right, and nearly all new
# ones: the boundary bends around both moons. **You have written all that this needs**: the operations, their slopes, and the walk back.
# The large engines of our day do the same, with more operations, for whole arrays.

# %% [markdown] folded=true slide="skip"
# ### Optional: was that luck? (10 minutes; the cell runs for about half a minute)
#
# That was one random start (seed 0). **Before you run the next cell:** of eight starts, the seeds 0 to 7, how many will get all 40 points
# right after 400 steps?

# %% demo=true slide="skip"
right = []
for seed in range(8):
    network = new_network(seed)
    train_on_moons(network)
    right.append(round(40 * share_right(network, points, classes)))
    print(f"seed {seed}: {right[-1]} of 40 points right")
print(f"all right in {right.count(40)} of 8 starts, by {whose(MyNode)}")

# %% [markdown] slide="skip"
# Most starts get there, but not all. No gradient, however exact, promises that: it only says which way is down from here. Unit 06
# shows how to draw a better start.

# %% [markdown] slide="slide"
# ## 7. Why unit 05 follows
#
# Nudging would cost two forward passes *for each weight*. Your backward pass gives all gradients at once, and this is why a network can
# have millions of weights. But an engine of single numbers makes a node for every product and for every sum. Here it computes a layer of
# 64 inputs and 64 outputs, with 4,096 weights, for one example.
#
# **Before you run the next cell:** how many times as long as NumPy's `x @ W` does your engine take for this: 10, 1,000 or more? And how
# much longer does it take with the backward pass?


# %% demo=true slide="fragment"
def seconds(function, *arguments):
    """The time of a call: the best of three, since other programs run here, too."""
    times = []
    for _ in range(3):
        start = perf_counter()
        function(*arguments)
        times.append(perf_counter() - start)
    return min(times)


def layer():
    return [sum((weights[j][i] * x[j] for j in range(64)), MyNode(0.0)) for i in range(64)]


W, x = np.random.default_rng(0).normal(size=(64, 64)), np.random.default_rng(1).normal(size=64)
weights = [[MyNode(w) for w in row] for row in W]
forward_time, both_times = seconds(layer), seconds(lambda: sum(layer(), MyNode(0.0)).backward())
fast = seconds(lambda: [x @ W for _ in range(100)]) / 100
print(f"{whose(MyNode)}: forward {forward_time * 1000:.1f} ms, forward and backward {both_times * 1000:.1f} ms")
print(f"x @ W: {fast * 1e6:.1f} µs. Forward alone, the engine takes {forward_time / fast:,.0f} times as long.")
print(f"Computed from this, not run: 1,000 images through such a layer, forward and backward, {both_times * 1000:.0f} s")

# %% [markdown]
# Forward and backward together take only a few times as long as forward alone, and give 4,096 gradients; nudging would need 8,192 forward
# passes. But NumPy is thousands of times as fast as single numbers in Python. For forty points and 33 weights your engine needs seconds;
# a network that reads images has thousands of weights, and sees a thousand images again and again. For that we do not need another rule,
# but larger nodes: one node for a whole array. Then a share becomes a matrix product, and that is unit 05.

# %% [markdown] folded=true slide="skip"
# ### Optional: nudging against the backward pass, measured (5 minutes)
#
# **Before you run the next cell:** $\ell = \tanh(\sum_{j=1}^{d} w_j x_j)$ has $d$ weights. If we double $d$, what happens to the time of a
# forward pass, of a forward and a backward pass, and of nudging every weight?


# %% demo=true slide="skip"
def forward(w, x):
    return sum((MyNode(w_j) * x_j for w_j, x_j in zip(w, x, strict=True)), MyNode(0.0)).tanh()


def forward_and_backward(w, x):
    forward(w, x).backward()


def nudging(w, x, epsilon=1e-5):
    moved = epsilon * np.eye(len(w))
    return [(forward(w + one, x).value - forward(w - one, x).value) / (2 * epsilon) for one in moved]


sizes, starts = (2, 8, 16, 32, 64), 10
ways = {"nudging": nudging, "forward and backward": forward_and_backward, "forward": forward}
times = {name: np.zeros((len(sizes), starts)) for name in ways}
for seed in range(starts):  # all sizes and ways in turn: a moment in which the computer is busy concerns them all
    for i, d in enumerate(sizes):
        w_and_x = np.random.default_rng(seed).normal(size=(2, d))
        for name, way in ways.items():
            times[name][i, seed] = seconds(way, *w_and_x)
for name, of_way in times.items():
    print(f"{name}: with 64 weights {np.median(of_way[-1] / of_way[-2]):.1f} times as long as with 32")
cost = plots.growth(sizes, times, title="all gradients of one neuron", xlabel="weights d", ylabel="measured time in seconds")
cost.caption = f"Measured with {whose(MyNode)}; medians of {starts} random neurons. {cost.caption}"
cost

# %% [markdown] slide="skip"
# With twice as many weights both passes take about twice as long. Nudging takes about four times as long: there are twice as many nudges,
# and each pass is twice as long. (All this holds for *one* output, the loss. Several outputs need a backward pass each.)

# %% [markdown] slide="skip"
# ## 8. A written question (4 points; 10 minutes)
#
# A classmate's `backward` keeps a list of nodes. It takes a node from the list, hands on its gradient to its parents, and adds to the list
# those parents that have never been on it. Shares are added up, as they should be. "It is right on everything I tried:
# $\tanh(a \cdot b + c)$, $(a + b) \cdot c$, and long chains."
#
# 1. Why is it right on all of these?
# 2. Give a formula of at most three operations on which it may be wrong, and say which share arrives too late.
# 3. What has to be known before $u$ may hand on its gradient, and how does your `backward` know it?
# 4. A network has 10,000 weights and one loss. About how many forward passes does it cost to find the gradient by nudging? And how many
#    does `backward` cost?

# %% [markdown] written=4
# **Model answer.**
#
# 1. In these graphs no node that was computed from others is used more than once: $\Gamma(u)$ has one node for each of them. So the first
#    share is the whole sum, and the gradient is complete when the node comes onto the list. (Inputs may be used twice: they hand on
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

# %% [markdown] deck="slide"
# ## What to take home
#
# - Each operation knows only its own slopes.
# - The rule knows only arrows: a node hands on when its sum is complete.
# - One backward pass finds **all** gradients.
#
# Note: Ask the first question again: can a program differentiate? Wait for one sentence: a program that computes a number also says, step
# by step, how to differentiate it. Next, in unit 05, a node is a whole array, and the same rule is thousands of times as fast.

# %% [markdown] slide="slide"
# ## Summary
#
# - **The rule knows no operation, and an operation knows nothing of the rule.** All they share is a slope for each arrow.
# - **The order matters.** A node hands on its gradient when all its users have handed on theirs. A wrong order does harm only where nodes
#   are shared, so it is easily missed.
# - **One backward pass finds the gradients of all nodes,** and costs a few forward passes.
# - **Shares are added,** and every backward pass starts from 0.
# - **No recursion:** a graph may be deeper than the thousand calls that Python allows inside each other.
#
# **If one thing stays with you:** a program that computes a number also says, step by step, how to differentiate it.
#
# **Next.** Unit 05: the same rule, where a node is a whole array.

# %% [markdown]
# ## Further reading
#
# - The lecture notes, *Back propagation algorithm* and *computational graph*.
# - A. Karpathy, *micrograd* (2020, on GitHub), the best-known engine of single numbers. How does it find its order, and how deep may a
#   graph be?
# - A. B. Kahn, "Topological sorting of large networks", *Communications of the ACM* 5 (1962), 558-562.
# - S. Linnainmaa, "Taylor expansion of the accumulated rounding error", *BIT* 16 (1976), 146-160: the rule on graphs, ten years
#   before it became famous as back propagation.
# - A. G. Baydin and others, ["Automatic differentiation in machine learning: a survey"](https://jmlr.org/papers/v18/17-468.html),
#   *Journal of Machine Learning Research* 18 (2018), section 3.
