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
# # Unit 10: Explainable AI, what weights and hidden nodes mean
#
# The lecture notes give it one sentence: *"Explainable AI: Tries to understand what the weights, $a_i$'s in intermediate layers
# mean."* In this unit you try it, on a network that you have trained yourself. You write tools for five questions, and see how each of
# them can mislead you.
#
# **At the end you can**
# - say what a hidden unit looks for and which classes it votes for, and split a logit into the parts that the units give,
# - compute saliency and integrated gradients, and check that the second is complete,
# - measure what a hidden unit is good for, and what can be read off a layer,
# - find a shortcut that a network has learnt, and say when an explanation would hide it.
#
# | time | difficulty | what to know before |
# |---|---|---|
# | 120 minutes, and 20 for what is optional | medium | unit 05 (gradients in vector form); units 06 and 07 help |

# %%
import numpy as np

from course import check

# %% demo=true
# Cells like this one are for looking, not for marks: change and break them at will.
from IPython.display import display
from threadpoolctl import threadpool_limits

from course import data, keep, mine, numerical_gradient, once_written, plots, whose

one_thread = threadpool_limits(1)  # matrices as small as these are slower on several threads

# %% [markdown] slide="slide"
# ## 1. Your network, and five questions
#
# The network has one hidden layer: 64 pixels, 32 hidden nodes, 10 classes. For one image $x$,
#
# $$z_i = \sum_j w_{ij} x_j + b_i, \qquad h_i = \max(0, z_i), \qquad o_c = \sum_i w_{ci} h_i + b_c .$$
#
# $x_j$ is pixel $j$, from 0 (black) to 1 (white). $z_i$ is the sum that **hidden unit** $i$ makes, and $h_i$ its **activation**, which the
# notes call $a_i$. ("Hidden unit" is the usual word for a node of an intermediate layer.) $o_c$ is the **logit** of class $c$; the largest
# logit wins. The weights $w_{ij}$ lead into unit $i$, the weights $w_{ci}$ lead out of it.
#
# In arrays, as in unit 05: `X` is (N, 64), one image in each row; `W1` is (64, 32) with `W1[j, i]` $= w_{ij}$; `W2` is (32, 10) with
# `W2[i, c]` $= w_{ci}$.
#
# | question | tool | section |
# |---|---|---|
# | What does a hidden unit look for, and what does it say? | its weights, its activations by class, its votes | 2 |
# | Which pixels would move a logit? | saliency | 3, 4 |
# | Which pixels account for a logit? | integrated gradients | 5 |
# | What is a hidden unit good for? | ablation | 6 |
# | What can be read off a whole layer? | a linear probe | 7 |

# %% [markdown] slide="skip"
# **Your turn (answer 1; 4 minutes; ★).** All five questions begin with the activations $h_i$. Write them for a whole batch.
#
# <details><summary>Hint 1: the sums</summary>
#
# `X` is (N, 64) and `W1` is (64, 32). Which product of the two is (N, 32)? The biases are then added to each row by broadcasting.
#
# </details>
# <details><summary>Hint 2: ReLU for an array</summary>
#
# `np.max` finds the largest entry of an array. `np.maximum` compares two numbers at each place.
#
# </details>
# <details><summary>Hint 3: a worked example</summary>
#
# A layer with $g(z) = |z|$, one example $x = (1, 2)$ and two units. `W` is `[[1, -3], [0, 1]]`, `b` is `[-1, 0]`. Then
# $z_1 = 1 \cdot 1 + 2 \cdot 0 - 1 = 0$ and $z_2 = 1 \cdot (-3) + 2 \cdot 1 + 0 = -1$, so the activations are $(0, 1)$. In Python:
# `np.abs(X @ W + b)`.
#
# </details>


# %% exercise="hidden_activations" slide="skip"


# %% [markdown]
# Now the network. `mine` brings back what you kept in unit 06, your random start and your training loop (or the course's, and then a line
# says so). Together they train the network that we explain, `theta`.
#
# They also train twenty other networks, each from its own start and with its own images. What holds for one network may be an accident, so
# we shall often ask: *for how many of twenty?*


# %% demo=true
initialise, train = mine("initialise", "train")


def network(X, y, seed, steps):
    """W1, b1, W2, b2 after so many steps with batches of 50; `seed` decides the random start and the batches."""
    rng = np.random.default_rng(seed)
    return [np.asarray(w) for w in train(X, y, *initialise((64, 32, 10), rng), steps, 50, 0.5, rng)]


def logits(X, W1, b1, W2, b2):
    return np.maximum(X @ W1 + b1, 0) @ W2 + b2


def accuracy(X, y, theta):
    """Share of the labels that the largest logit gets right."""
    return (logits(X, *theta).argmax(axis=1) == y).mean()


digits = data.digits(np.random.default_rng(0))
X, y = digits.test  # 400 images that the network never saw in training
theta = W1, b1, W2, b2 = network(*digits.train, seed=0, steps=600)

splits = [data.digits(np.random.default_rng(seed), train=600, validation=600) for seed in range(20)]
networks = [network(*split.train, seed, steps=240) for seed, split in enumerate(splits)]
print(f"{whose(initialise)} and {whose(train)} made a network that reads {accuracy(X, y, theta):.1%} of {len(y)} unseen images rightly")

# %% [markdown]
# **Before you run the next cell:** of the 32 hidden units, how many are active ($h_i > 0$) for one image: all, about half, or a few for
# each class?

# %% demo=true
with once_written():
    active = (hidden_activations(X, W1, b1) > 0).sum(axis=1)
    print(f"active for one image: {active.mean():.1f} of 32 units on average, from {active.min()} to {active.max()}")

# %% [markdown]
# A little more than half. So an image is a *pattern over many units*. And a unit is, on average, active for more than half of all images,
# not for the tenth that a "unit for the 3" would need.

# %% [markdown] deck="slide"
# ## What does a hidden unit look for?
#
# 64 pixels, 32 hidden units, 10 classes: 98 % of unseen digits are read correctly.
#
# $$z_i = \sum_j w_{ij}\, x_j + b_i$$
#
# Draw the 64 weights **into** a unit as a picture.
#
# Which digits will you recognise?
#
# Note: Say that the network is trained, and that nobody told it what a hidden unit should do. Then hands, after twenty seconds: whole
# digits, parts of digits, nothing at all? Most expect whole digits.

# %% [markdown] slide="slide"
# ## 2. What does a hidden unit look for, and what does it say?
#
# ### 2.1 The weights into it
#
# Each pixel has a weight in $z_i$. So the 64 weights into a unit can be drawn as an image of 8 × 8 pixels. Where it is vermillion, a
# bright pixel raises $z_i$; where it is blue, a bright pixel lowers it; where it is white, the pixel does not matter.
#
# **Before you run the next cell:** it draws units 0 to 15. Will you recognise digits in these images? And the leftmost and the rightmost
# column, where hardly any digit is ever drawn: which colour do you expect there?

# %% [markdown] deck="slide"
# ## Strokes and blobs
#
# Note: Vermillion: a bright pixel raises the sum; blue: it lowers it. Hardly any digit is drawn in the outer columns: why are they not
# white? Wait half a minute. Many find a reason in the digits. There is none: those weights have hardly moved, they are the random start.

# %% demo=true slide="fragment" deck="show"
plots.weight_images(W1[:, :16], (8, 8))

# %% [markdown]
# Strokes and blobs, not digits. And the outer columns are *not* white. Why should a network care about pixels that are nearly always
# black? It does not. Unit 05 says `dW1 = X.T @ upstream`: row $j$ of the gradient is made of pixel $j$. Where $x_j = 0$ in every
# training image, that row is exactly 0. The next cell measures how far the weights have moved in training.

# %% demo=true
start = initialise((64, 32, 10), np.random.default_rng(0))[0]  # W1 before training: the same seed
never_lit = np.flatnonzero(digits.train.X.max(axis=0) == 0)
moves = abs(W1 - start).mean(axis=1).reshape(8, 8)  # for each pixel, how far its 32 weights have moved on average
print(f"pixels {never_lit} are black in all {len(digits.train.X)} training images; their weights moved by {moves.ravel()[never_lit].max()}")
print(f"weights of the outer columns moved by {moves[:, [0, 7]].mean():.3f} on average, the others by {moves[:, 1:7].mean():.3f}")

# %% [markdown]
# Weights of a pixel that is never lit do not move at all, and those of a pixel that is seldom lit move little. They are still the random
# numbers of the start.
#
# > **How weight images mislead.** A colour may be left over from the start, and mean nothing.

# %% [markdown] slide="subslide"
# ### 2.2 The images that activate it most
#
# Let us also look at real images. We take two units: a *specialist*, whose weights out favour one class far more than any other, and a
# second unit, whose weights out will be a surprise.
#
# **Before you run the next cell:** it shows the five images that activate each of the two most. Will the five belong to one class?


# %% demo=true slide="fragment"
def two_units(X, y, W1, b1, W2, b2):
    """The specialist; the unit whose second largest weight out is largest; and each unit's mean activation for each class, (10, 32)."""
    H = np.maximum(X @ W1 + b1, 0)
    by_class = np.array([H[y == digit].mean(axis=0) for digit in range(10)])
    second, first = np.sort(W2, axis=1)[:, -2:].T
    other = second.argmax()
    lead = by_class.max(axis=0) * (first - second)
    lead[other] = 0
    return lead.argmax(), other, by_class


specialist, other, by_class = two_units(X, y, *theta)
units = [specialist, other]
names = [f"unit {unit}" for unit in units]
Z = X @ W1[:, units] + b1[units]
strongest = Z.argsort(axis=0)[::-1][:5].T  # (2, 5): for each unit, the numbers of five images
for name, images, z in zip(names, strongest, Z.T, strict=True):
    print(f"{name}: strongest for {y[images].tolist()}; active for {(z > 0).mean():.0%} of all images")
plots.strongest_inputs(W1[:, units], X[strongest], (8, 8), np.take_along_axis(Z.T, strongest, axis=1), titles=names)

# %% [markdown]
# Yes, for both units.
#
# > **How strongest images mislead.** You saw 5 of 400. They all show one digit, and still the unit is active for most of the 400.

# %% [markdown] deck="slide"
# ## And what does it say?
#
# $$o_c = \sum_i w_{ci}\, h_i + b_c$$
#
# The weights **out of** a unit are its votes, one for each class.
#
# Unit 16 is strongest for images of a 0, unit 14 for images of a 3.
#
# For which classes will they vote?
#
# Note: Let everybody write down one line for each of the two units; half a minute. Nearly all say: one for the 0, and the other for the 3.
# Ask whether a unit could vote for two classes at once, and who would then tell the two apart.

# %% [markdown] slide="subslide"
# ### 2.3 The weights out of it: its votes
#
# The weights *into* a unit say what makes it active. The weights *out of* it, row $i$ of `W2`, say what it does then: it adds $w_{ci} h_i$
# to the logit of class $c$. So the row holds its **votes**, for some classes and against others.
#
# **Before you run the next cell:** for which classes will the two units vote? Can one unit vote for *two* classes?

# %% [markdown] deck="slide"
# ## One name, and two names
#
# Note: The specialist votes for one class. The other unit votes for two, as strongly for one as for the other, and the word for it is
# polysemantic. Ask: is it an accident of this network? Such a unit is in all of the twenty that we trained.

# %% demo=true slide="fragment" deck="show"
votes_for_two = one_class = 0
for split, net in zip(splits, networks, strict=True):
    _, unit, _ = two_units(*split.test, *net)
    second, first = np.sort(net[2][unit])[-2:]
    votes_for_two += second > first / 2
    z = split.test.X @ net[0][:, unit] + net[1][unit]
    one_class += len(set(split.test.y[z.argsort()[-5:]])) == 1
print(f"a unit that votes for two classes (the second vote is over half of the first): in {votes_for_two} of 20 networks;")
print(f"its five strongest images show one class only: in {one_class} of the 20")
plots.votes(W2[units], by_class[:, units].T, titles=["specialist, " + names[0], names[1]])

# %% [markdown]
# The specialist is active for many images, but *most* active for one class, and it votes for that class. So "the unit for this digit" is
# not so wrong: its votes for other classes are smaller, and it is less active for them.
#
# The other unit has no such name. It votes for two classes, and is very active for both. A unit like that is called **polysemantic**: it
# has several meanings, and other units must tell them apart. Each of the twenty networks has such a unit, and often its five strongest
# images show one class only.

# %% [markdown] slide="subslide"
# ### 2.4 A logit is a sum of contributions
#
# For one image, unit $i$ **contributes** $h_i w_{ci}$ to the logit of class $c$. With the bias $b_c$, the 32 contributions add up to $o_c$
# exactly.
#
# **Before you run the next cell:** it takes an image of the specialist's own class. How large a part of the logit will the specialist
# give: a thirtieth, as one of about thirty units, or much more?

# %% demo=true slide="fragment"
digit = W2[specialist].argmax()
n = np.flatnonzero(y == digit)[0]
contributions = np.maximum(X[n] @ W1 + b1, 0) * W2[:, digit]
total, bias = contributions.sum(), b2[digit]
print(f"unit {specialist} contributes {contributions[specialist]:.2f}, all units {total:.2f}, the bias {bias:.2f}", end="; ")
print(f"the logit of class {digit} is {logits(X[n], *theta)[digit]:.2f}")

parts = []
for split, net in zip(splits, networks, strict=True):
    unit, _, means = two_units(*split.test, *net)
    own = net[2][unit].argmax()
    parts.append(means[own, unit] * net[2][unit, own] / logits(split.test.X[split.test.y == own], *net)[:, own].mean())
print(f"in 20 networks a specialist gives {min(parts):.0%} to {max(parts):.0%} of its class's mean logit, {np.mean(parts):.0%} on average")
plots.unit_bars({"contribution": contributions}, ylabel=f"contribution to the logit of class {digit}")

# %% [markdown]
# Much more; and some units contribute *against* the class. So the notes' question has two answers: the weights into a unit say what it
# looks for, and the weights out of it say what its activation means for each class.

# %% [markdown] slide="slide"
# ## 3. Which pixels would move a logit? Saliency
#
# Now from the units back to the pixels. Pick an image and a class $c$, the **target**. If pixel $j$ became a little brighter, what would
# $o_c$ do? That is the derivative $\partial o_c/\partial x_j$, called **saliency** (Simonyan and others, 2013). We get it by
# backpropagation, but from $o_c$ and not from a loss. So it starts with $\partial o_c/\partial o_c = 1$.
#
# **Complete the derivation.** Fill in the question marks on paper:
#
# 1. from $o_c$ to $h_i$: $\;o_c = \sum_i w_{ci} h_i + b_c$, so $\;\partial o_c/\partial h_i = \;?$
# 2. from $h_i$ to $z_i$: $\;h_i = \max(0, z_i)$, so $\;\partial o_c/\partial z_i = \partial o_c/\partial h_i \cdot \;?$
# 3. from the $z_i$ to $x_j$: all $z_i$ use $x_j$ (they are $\Gamma(x_j)$), so $\;\partial o_c/\partial x_j = \sum_i \;? \cdot w_{ij}$
#
# Test your three steps by hand, on a network with 2 inputs, 3 hidden units and one logit. Its units have $z = (1, -1.5, 2)$. Their weights
# to the logit are $(2, 5, -1)$. The first input enters them with the weights $(1, 0.5, -1)$, the second with $(0, -1, 1)$.
#
# **Before you run the next cell:** it nudges every node and prints what the logit does. Write down all three lines first.

# %% demo=true
small_x, small_W1, small_b1 = np.array([1.0, 2.0]), np.array([[1.0, 0.5, -1.0], [0.0, -1.0, 1.0]]), np.array([0.0, 0.0, 1.0])
small_w2 = np.array([2.0, 5.0, -1.0])  # from the hidden units to the logit
z = small_x @ small_W1 + small_b1
print("z =", z)
print("1. ∂o/∂h =", numerical_gradient(lambda h: h @ small_w2, np.maximum(z, 0)).round(6))
print("2. ∂o/∂z =", numerical_gradient(lambda z: np.maximum(z, 0) @ small_w2, z).round(6))
print("3. ∂o/∂x =", numerical_gradient(lambda x: np.maximum(x @ small_W1 + small_b1, 0) @ small_w2, small_x).round(6))

# %% [markdown] slide="subslide"
# The second unit is off, so nothing passes through it: its entry in line 2 is 0. In letters: $w_{ci}$; the slope of ReLU,
# $g'(z_i)$, 1 if $z_i > 0$ and 0 if not; and $\partial o_c/\partial z_i$.
#
# **Your turn (answer 2; 8 minutes; ★★).** For a whole batch, with a target for each image: row $n$ is the saliency of image $n$ for the
# class `targets[n]`.
#
# <details><summary>Hint 1: step 1 for a batch</summary>
#
# `W2` is (hidden, C). `W2[:, targets]` picks a column for each example: what shape is it, and which shape do you want?
#
# </details>
# <details><summary>Hint 2: steps 2 and 3</summary>
#
# Step 2 is `relu_backward` of unit 05, and step 3 is its `dX = upstream @ W.T`.
#
# </details>
# <details><summary>Hint 3: a worked example</summary>
#
# Another activation, $g(z) = z^2$, whose slope is $2z$. Two units have $z = (3, -1)$, their weights to the logit are $(2, 1)$, and $x_1$
# enters them with the weights $(0.5, 4)$. Step 1: $\partial o/\partial h = (2, 1)$. Step 2:
# $\partial o/\partial z = (2 \cdot 6,\; 1 \cdot (-2)) = (12, -2)$. Step 3: $\partial o/\partial x_1 = 12 \cdot 0.5 + (-2) \cdot 4 = -2$.
#
# </details>


# %% exercise="saliency" slide="skip"


# %% [markdown]
# Is it right on your network?
#
# **Before you run the next cell:** in the saliency of class 0, for an image of a 0, which sign do you expect in the dark hole in the
# middle?

# %% demo=true
chosen = [np.flatnonzero(y == digit)[k] for digit, k in ((0, 0), (3, 0), (8, 8))]  # a 0, a 3 and an 8 that one can read
with once_written():
    gradient = saliency(X[chosen], y[chosen], *theta)
    nudged = numerical_gradient(lambda x: logits(x, *theta)[0], X[chosen[0]], h=1e-6)  # so small that no unit switches on or off
    print("the formula and the nudge agree:", np.allclose(gradient[0], nudged, atol=1e-6))
    hole = 0
    for split, net in zip(splits, networks, strict=True):
        zeros = split.test.X[split.test.y == 0]
        hole += saliency(zeros, np.zeros(len(zeros), dtype=int), *net)[:, [27, 28, 35, 36]].mean() < 0
    print(f"the mean over all 0s and the four pixels in the middle is negative in {hole} of 20 networks")
    display(plots.explanations(X[chosen], {"saliency": gradient}, (8, 8), titles=[f"logit of {y[n]}" for n in chosen]))

# %% [markdown]
# Negative: a bright pixel in the hole would make it less of a 0. But look at the rims. Saliency also colours pixels that are hardly
# ever bright: it does not ask whether a change could ever occur.

# %% [markdown] deck="slide"
# ## Saliency: which pixel would move it?
#
# $$\frac{\partial o_c}{\partial x_j}$$
#
# One input, one hidden unit:
#
# $$o = 1 - \max(0,\, 1 - x)$$
#
# At $x = 2$ the logit is 1. Without the input, $x = 0$, it is 0.
#
# What is the saliency at $x = 2$?
#
# Note: Saliency is a slope: it starts from a logit, not from a loss. One minute, with a sketch of o against x. A frequent answer is 1, or
# one half, "because the input did it all"; let them draw the curve to the right of 1.

# %% [markdown] slide="slide"
# ## 4. Where saliency is blind
#
# Here is a network with one input, one hidden unit and one logit: $\;o(x) = 1 - \max(0, 1 - x)$. It rises from $o(0) = 0$ to $o(1) = 1$
# and stays there: it is **saturated**.
#
# **Before you run the next cell:** at $x = 2$ the logit is 1, and without the input ($x = 0$) it would be 0. What is the saliency at
# $x = 2$?

# %% demo=true slide="fragment"
saturated = np.array([[-1.0]]), np.array([1.0]), np.array([[-1.0]]), np.array([1.0])  # W1, b1, W2, b2
two, first_class = np.array([[2.0]]), np.array([0])
print("o(0) =", logits(np.array([[0.0]]), *saturated)[0, 0], "  o(2) =", logits(two, *saturated)[0, 0])
with once_written():
    print("saliency at x = 2:", saliency(two, first_class, *saturated)[0, 0])

# %% [markdown]
# Zero, as if the input did not matter, and yet it is all that matters. The slope *at* $x$ says nothing about the way *to* $x$.

# %% [markdown] deck="slide"
# ## Zero. So look at the whole way
#
# $$r_j = (x_j - x_j^{\text{base}}) \int_0^1 \frac{\partial o_c}{\partial x_j}\big(x(\alpha)\big)\, d\alpha$$
#
# All shares together: $o_c(x) - o_c(x^{\text{base}})$.
#
# Baseline black. Which share has a pixel that is **black** in the image?
#
# Note: The curve is flat at 2: the slope there knows nothing of the way. Read the formula aloud: how far the pixel moves, times its mean
# slope on the way. Then wait half a minute for the question; many say "it depends on the weights".

# %% [markdown] slide="slide"
# ## 5. Which pixels account for a logit? Integrated gradients
#
# So look at the whole way. Choose a **baseline** $x^{\text{base}}$, an input that stands for "nothing there", such as a black image. Walk
# from it to $x$ on a straight line; $\alpha$ ("alpha") says where we are, from 0 to 1:
#
# $$x(\alpha) = x^{\text{base}} + \alpha\,(x - x^{\text{base}}).$$
#
# By the chain rule, the logit changes along the path with the slope
# $\;\sum_j \frac{\partial o_c}{\partial x_j}(x(\alpha)) \cdot (x_j - x_j^{\text{base}})$. Integrate from 0 to 1, and you have the whole
# change of the logit:
#
# $$o_c(x) - o_c(x^{\text{base}}) \;=\; \sum_j r_j, \qquad
#   r_j = (x_j - x^{\text{base}}_j) \int_0^1 \frac{\partial o_c}{\partial x_j}(x(\alpha))\, d\alpha .$$
#
# $r_j$ is the **share** of input $j$: how far it moves, times its mean slope on the way. Together the shares are called **integrated
# gradients** (Sundararajan and others, 2017). The equation on the left is their **completeness**: the shares add up to the change of the
# logit, and nothing is left over.

# %% [markdown] slide="subslide"
# ### 5.1 The integral, exactly
#
# On the path each $z_i$ moves on a straight line, too. Saliency is $\sum_i w_{ci}\, g'(z_i)\, w_{ij}$. Only $g'(z_i)$ changes on the path,
# so we need its mean there, $\overline{g'_i}$: **the part of the path on which unit $i$ is active.**
#
# $$r_j = (x_j - x^{\text{base}}_j) \sum_i w_{ci}\; \overline{g'_i}\; w_{ij}.$$
#
# **Before you write it:** a unit goes from $z_i = -1$ to $3$. On which part of the path is it active? And from 2 to 1? From 1 to $-3$? And
# if it stands still at 0.5?
#
# **Your turn (answer 3; 8 minutes; ★★).** The mean slope of ReLU, for arrays of starts and ends, entry by entry.
#
# <details><summary>Hint 1: a formula without cases</summary>
#
# A mean slope is rise over run. By how much does $\max(0, z)$ rise from start to end? How long is the run?
#
# </details>
# <details><summary>Hint 2: no run at all</summary>
#
# Where start equals end, rise over run is 0/0. `np.where(condition, a, b)` computes both `a` and `b` before it chooses, so divide
# by something that is not 0 there: `np.where(start == end, 1, end - start)`.
#
# </details>
# <details><summary>Hint 3: a worked example</summary>
#
# The mean slope of another function, $|z|$, from $-1$ to 3. Rise: $|3| - |-1| = 2$. Run: $3 - (-1) = 4$. So the mean slope is $1/2$, and
# that is right: the slope is $-1$ on one quarter of the way and 1 on three quarters, $-\frac14 + \frac34 = \frac12$. Where $z$ stands
# still at $-2$, there is no run, and the answer is the slope of $|z|$ there: $-1$.
#
# </details>


# %% exercise="mean_slope" slide="skip"


# %% demo=true
with once_written():
    begin, end = np.array([-1.0, 2.0, 1.0, 0.5]), np.array([3.0, 1.0, -3.0, 0.5])
    fine = begin + np.linspace(0, 1, 100_001)[:, None] * (end - begin)
    print("your mean slopes:              ", mean_slope(begin, end))
    print("part of 100,001 points above 0:", (fine > 0).mean(axis=0).round(4))

# %% [markdown] slide="subslide"
# Three quarters; all of it; one quarter; all of it. With your function, integrated gradients take two lines. Are they complete?
#
# **Before you run the next cell:** it computes both sides of the equation, for 400 images and a black baseline. A float keeps 16 digits.
# How far apart will the two sides be?


# %% demo=true
def exact_shares(X, baseline, targets, W1, b1, W2, b2):
    """Integrated gradients, with the exact integral; (N, in)."""
    slope = mean_slope(np.tile(baseline @ W1 + b1, (len(X), 1)), X @ W1 + b1)
    return (X - baseline) * ((slope * W2[:, targets].T) @ W1.T)


black, rows = np.zeros(64), np.arange(len(y))
with once_written():
    shares = exact_shares(X, black, y, *theta)
    rises = logits(X, *theta)[rows, y] - logits(black, *theta)[y]
    print(f"first image: its shares add up to {shares[0].sum():.12f}, and its logit rises by {rises[0]:.12f}")
    print(f"all 400: the two differ by {abs(shares.sum(axis=1) - rises).max():.0e} at most")
    print("the saturated network: saliency", saliency(two, first_class, *saturated)[0, 0], end="  ")
    print("share", exact_shares(two, np.zeros(1), first_class, *saturated)[0, 0])

# %% [markdown] slide="subslide"
# They agree but for rounding. And in the saturated network the input gets a share of 1: the whole rise.
#
# ### 5.2 The integral, for any network
#
# The exact formula needs a network with one ReLU layer. For any network there is the **midpoint rule**: cut the path into `steps` equal
# parts, take the gradient in the *middle* of each, and average.
#
# $$r_j \approx (x_j - x_j^{\text{base}}) \cdot \text{mean of } \frac{\partial o_c}{\partial x_j}\big(x(\alpha)\big)
#   \text{ over the middles } \alpha .$$
#
# For 4 steps, the middles $\alpha$ are 0.125, 0.375, 0.625 and 0.875.
#
# **Your turn (answer 4; 8 minutes; ★★).** You may call your `saliency`. (If that is wrong, this answer is judged once more, with
# a right one.)
#
# <details><summary>Hint 1: the points</summary>
#
# Neither 0 nor 1 is among the middles, and they are 1/`steps` apart. Which line of NumPy makes them from `np.arange(steps)`?
#
# </details>
# <details><summary>Hint 2: the plan</summary>
#
# A loop over $\alpha$: the point `baseline + alpha * (X - baseline)` has the shape of `X`, so `saliency` takes it as it is. Add the
# gradients up, divide, and multiply once at the end.
#
# </details>
# <details><summary>Hint 3: a worked example</summary>
#
# The function $x^2$ on the way from 1 to 3, in 2 steps. The middles are $\alpha = 0.25$ and $0.75$, the points are 1.5 and 2.5, the slopes
# there are $2x = 3$ and 5. Their mean is 4. Times how far $x$ moves: $(3 - 1) \cdot 4 = 8$, and indeed $3^2 - 1^2 = 8$.
#
# </details>


# %% exercise="integrated_gradients" slide="skip"


# %% [markdown]
# To see a path that bends, we start from a *white* image. Left, the logit on the way to one of our images (the one for which the slope at
# the end is farthest from the mean slope). Right, its slope, which jumps where a unit switches on or off; the bars are what the midpoint
# rule sees.
#
# **Before you run the next cell:** the slope at the end of the path is all that saliency sees. Will it be above or below the mean slope?

# %% demo=true slide="fragment"
white, alphas = np.ones(64), np.linspace(0, 1, 801)
with once_written():
    from_white = logits(X, *theta)[rows, y] - logits(white, *theta)[y]
    at_the_end = (saliency(X, y, *theta) * (X - white)).sum(axis=1)
    n = abs(at_the_end - from_white).argmax()
    one, way, target = X[n], X[n] - white, y[n]
    path, middles = white + alphas[:, None] * way, (np.arange(12) + 0.5) / 12
    slopes = saliency(path, np.full(801, target), *theta) @ way
    seen = saliency(white + middles[:, None] * way, np.full(12, target), *theta) @ way
    print(f"the image shows a {target}; the slope at the end is below the mean in {np.mean(at_the_end < from_white):.0%} of 400 images")
    display(plots.path_slopes(alphas, logits(path, *theta)[:, target], slopes, (middles, seen)))

# %% [markdown]
# Below it, for nearly all images. So the slope at the end misses much of what happened on the way. The midpoint rule comes close, but is
# not exact: it does not see where between two middles the slope jumps. **So say how many steps you took, and how far the
# shares are from complete.** That gap can always be computed.
#
# **Before you run the next cell:** it shows three maps. Which of them can colour a pixel that is black in the image?

# %% [markdown] deck="slide"
# ## Exactly zero, whatever it means
#
# Note: Point at the hole of the 0: saliency colours it, the shares from black cannot, the shares from white do. Ask which of the last two
# is right, and wait. Both are complete; each answers another question: compared with what?

# %% demo=true slide="fragment" deck="show"
with once_written():
    maps = {
        "saliency": saliency(X[chosen], y[chosen], *theta),
        "shares from black": exact_shares(X[chosen], black, y[chosen], *theta),
        "shares from white": exact_shares(X[chosen], white, y[chosen], *theta),
    }
    display(plots.explanations(X[chosen], maps, (8, 8), titles=[f"logit of {y[n]}" for n in chosen]))

# %% [markdown]
# Saliency, and the shares from white. A share has the factor $x_j - x_j^{\text{base}}$: **a pixel that is what it is in the baseline gets
# exactly 0**, whatever it means. From black, the hole of the 0 has no share; from white, it has. Both explanations are complete: a share
# answers the question "compared with what?"

# %% [markdown] slide="subslide" folded=true
# ### Optional: how fast does the gap close? (3 minutes)
#
# For smooth functions, twice as many steps make the gap of the midpoint rule four times as small. Ours has jumps in its slope.
#
# **Before you run the next cell:** with 10 times as many steps, will the gap be 10 times as small, or 100 times? (A second line shows a
# rule that looks at the *left end* of each part, and not at its middle.)

# %% demo=true
counts = [1, 3, 10, 30, 100]
with once_written():
    middle, left = [], []
    for steps in counts:
        middle.append(abs(integrated_gradients(X[:30], white, y[:30], *theta, steps).sum(axis=1) - from_white[:30]).mean())
        points = white + (np.arange(steps) / steps)[:, None, None] * (X[:30] - white)
        slopes = saliency(points.reshape(-1, 64), np.tile(y[:30], steps), *theta).reshape(points.shape).mean(axis=0)
        left.append(abs(((X[:30] - white) * slopes).sum(axis=1) - from_white[:30]).mean())
    display(plots.completeness_gap(counts, {"midpoints": middle, "left ends": left}))

# %% [markdown]
# About 10 times as small. The part in which a jump lies stays wrong, and with more steps that part gets shorter, in proportion. The left
# ends gain as fast, but their gap stays more than twice as large.

# %% [markdown] slide="subslide" folded=true
# ### Optional: alter a digit, and watch (5 minutes)
#
# Left, an image: draw with the mouse, or move with the arrow keys and press space. In the middle the 32 hidden units (click one to
# silence it), their weights out, and what each contributes to a logit. On the right the explanation of that logit, saliency or shares
# from black, computed afresh at every stroke, and the ten logits (click one to explain it). Below the image: how the logit falls when
# the pixels with the largest explanation are deleted, one after the other, or pixels at random.
#
# **Before you run the next cell:** it opens with a 3. Close its upper left gap: which digit will the network read? And with the lower gap
# closed as well? And which of the two explanations will change *in jumps* while you draw, and which smoothly? Why?

# %% [markdown] deck="slide"
# ## Alter a digit, and watch
#
# Note: It opens with a 3. Ask what the network will read when the upper left gap is closed, and then the lower one too; take votes, then
# draw. Next switch between saliency and shares while you draw: which of them jumps? Let somebody say why: a unit switches on or off.

# %% demo=true slide="fragment" deck="show"
from course.widgets import ExplainableAI

ExplainableAI(*theta, X[[np.flatnonzero(y == digit)[0] for digit in range(10)]])

# %% [markdown]
# <details><summary>What we saw</summary>
#
# With the upper gap closed, most networks that we trained read a 9, and with both closed an 8, as a person might. Saliency jumps when a
# unit switches on or off, for $g'(z_i)$ jumps. The mean slopes $\overline{g'_i}$ move smoothly, and with them the shares. And with
# *shares* on, a pixel that you have drawn gets a share, and its black neighbours never do.
#
# </details>

# %% [markdown] slide="slide"
# ## 6. What is a hidden unit good for? Ablation
#
# Take it away, and see what it costs. To **ablate** unit $i$ means to fix its activation, for every image, at one number: at zero, or at
# its mean over the images. The costs are the rise of the loss and the drop of the accuracy. This helper is given:


# %% from_unit="loss_and_accuracy"


# %% [markdown] slide="subslide"
# ### 6.1 Find the bug
#
# A classmate has written ablation in haste. It runs, and gives 32 plausible numbers.
#
# **Before you run the next cell:** read it. What will `H` look like when the loop is through?


# %% demo=true
def ablate_in_haste(H, labels, W2, b2, to_mean):
    level = H.mean(axis=0) if to_mean else np.zeros(H.shape[1])
    loss, accuracy = loss_and_accuracy(H, labels, W2, b2)
    loss_rise, accuracy_drop = [], []
    for unit in range(H.shape[1]):
        H[:, unit] = level[unit]
        ablated_loss, ablated_accuracy = loss_and_accuracy(H, labels, W2, b2)
        loss_rise.append(ablated_loss - loss)
        accuracy_drop.append(accuracy - ablated_accuracy)
    return np.array(loss_rise), np.array(accuracy_drop)


H = np.maximum(X @ W1 + b1, 0)
for name, order in (("forwards", np.arange(32)), ("backwards", np.arange(32)[::-1])):
    rise, _ = ablate_in_haste(H[:, order], y, W2[order], b2, to_mean=False)
    costs = ", ".join(f"unit {unit} costs {rise[order == unit][0]:.2f}" for unit in (specialist, other))
    print(f"units taken {name}: {costs}; the last one {rise[-1]:.2f}")

# %% [markdown]
# The cost of a unit depends on *when it is taken*, and that cannot be right. The last one always costs the same: by then `H` is all zeros,
# and the network guesses from `b2` alone.
#
# **Your turn (answer 5; 8 minutes; ★★).** Write it without the bug. `ablate` must leave the caller's `H` as it was.
#
# <details><summary>Hint 1: what the definition says</summary>
#
# *One* unit is set, all others are as they were. What is the state of `H` when the loop reaches its second unit?
#
# </details>
# <details><summary>Hint 2: two cures</summary>
#
# Either each unit gets a fresh copy (`H.copy()`), or you leave `H` alone and change what it makes: the logits lose
# `(H[:, unit] - level)` times row `unit` of `W2`.
#
# </details>
# <details><summary>Hint 3: a worked example</summary>
#
# By how much does the largest of three prices fall when one of them is set to 0?
#
# ```python
# def falls(prices):
#     found = np.zeros(len(prices))
#     for place in range(len(prices)):
#         changed = prices.copy()
#         changed[place] = 0
#         found[place] = prices.max() - changed.max()
#     return found
# ```
#
# `falls(np.array([2.0, 3.0, 7.0]))` is `[0, 0, 4]`, and the prices are still 2, 3 and 7. Without the copy, the second round would start
# from 0, 3 and 7.
#
# </details>


# %% exercise="ablate" slide="skip"


# %% [markdown]
# **Before you run the next cell:** does it cost more to set a unit to zero, or to its mean? And how many of the 32 units could be spared,
# one at a time, at hardly any cost?

# %% demo=true slide="fragment"
with once_written():
    to_zero, to_mean = ablate(H, y, W2, b2, to_mean=False)[0], ablate(H, y, W2, b2, to_mean=True)[0]
    star = to_zero.argmax()
    print(f"zero costs more than the mean for {np.sum(to_zero > to_mean)} of 32 units;", end=" ")
    print(f"the most important one is unit {star}: {to_zero[star]:.3f} against {to_mean[star]:.3f}")
    print(f"units that cost less than 0.005: {np.sum(to_zero < 0.005)} when set to zero, {np.sum(to_mean < 0.005)} when set to their mean")
    more = []
    for split, net in zip(splits, networks, strict=True):
        layer = np.maximum(split.test.X @ net[0] + net[1], 0)
        costs = [ablate(layer, split.test.y, *net[2:], to_mean=to_mean)[0].max() for to_mean in (False, True)]
        more.append(costs[0] > costs[1])
    print(f"the largest cost is larger with zero than with the mean in {np.sum(more)} of 20 networks")
    display(plots.unit_bars({"set to zero": to_zero, "set to its mean": to_mean}, ylabel="rise of the loss"))

# %% [markdown]
# Zero costs more for most units, and many units could be spared, one at a time. Zero takes away what the unit says about *this* image, and
# also its average effect, to which all other weights are tuned. The mean leaves that average effect in place. So they answer two questions:
# *how does the network do without this unit?* (zero), and *how much does it matter that the unit tells images apart?* (mean). A report must
# say which one it used.

# %% [markdown] deck="slide"
# ## A unit and its understudy
#
# Set unit 16 to zero: the loss rises by 0.255.
#
# Now copy the unit, and give each of the two **half** of the weights out. The network computes the same.
#
# What does unit 16 cost now? And both together?
#
# Note: Explain the word: an understudy is an actor who can step in. Hands, after half a minute: as much as before, half, less? Half is by
# far the most common answer, since half of the weights are left.

# %% [markdown] slide="subslide"
# ### 6.2 How ablation misleads
#
# "A unit that costs nothing is good for nothing." Is that so? We give the most important unit an understudy: a copy of it, and each of the
# two gets half of the weights out. The layer now has 33 units, and the network computes *the same function*.
#
# **Before you run the next cell:** what does the important unit cost now: as much as before, half, or less? And the two together?

# %% demo=true
with once_written():
    alone = ablate(H, y, W2, b2, to_mean=False)[0]
    star = alone.argmax()
    H33, W33 = np.column_stack([H, H[:, star]]), np.vstack([W2, W2[star] / 2])
    W33[star] = W2[star] / 2
    print("the same logits:", np.allclose(H33 @ W33 + b2, H @ W2 + b2))
    rise = ablate(H33, y, W33, b2, to_mean=False)[0]
    neither = np.where(np.isin(np.arange(33), [star, 32]), 0, H33)
    both = loss_and_accuracy(neither, y, W33, b2)[0] - loss_and_accuracy(H, y, W2, b2)[0]
    print(f"unit {star} cost {alone[star]:.3f}; with an understudy it costs {rise[star]:.3f}; the two of them together {both:.3f}")

# %% [markdown] deck="slide"
# ## 0.014. Together: 0.255
#
# An ablation says what is lost **if the others stay**.
#
# And the others may step in.
#
# Note: Ask why it is so much less than half; wait a minute. The other half of its votes is still there, and for most images that is
# enough. Then ask: what may you say of a unit that costs nothing?

# %% [markdown]
# Less than half, and the two together cost what the one did. Ablating one unit says what the network loses *if the others stay*, and they
# may step in.

# %% [markdown] slide="slide"
# ## 7. What can be read off a layer? A linear probe
#
# Does the hidden layer "know" which digit it sees? A **linear probe** asks by trying: fit a linear function from the activations to the
# answer, and count how often it is right on new images (Alain and Bengio, 2016). Section 7.1, beyond the core, fits it; until you have
# written it, `mine` brings the course's version.
#
# We put two questions to the hidden layer of each of our twenty networks: *which digit is it?* and *is its left half brighter than its
# right half?* Nobody trained the networks for the second. Two comparisons belong to each answer. The same probe on the **raw pixels**: what
# does the layer add to its input? And the same probe on an **untrained** layer: what does training add?
#
# **Before you run the next cell:** how often will the probe on the trained layer be right on the second question? And in which of the four
# rows of the figure will the layer be better than the raw pixels?


# %% demo=true slide="fragment"
probe = mine("linear_probe")


def left_brighter(X):
    halves = X.reshape(-1, 8, 8)
    return (halves[:, :, :4].sum(axis=(1, 2)) > halves[:, :, 4:].sum(axis=(1, 2))).astype(int)


def probed(label, nets=None):
    """Accuracies on the test images of probes fitted to the validation images: on the layers of `nets`, or on the raw pixels."""
    found = []
    for k, split in enumerate(splits):
        (fit, fit_y), (test, test_y) = split.validation, split.test
        fit_labels, test_labels = label(fit, fit_y), label(test, test_y)
        if nets:
            fit, test = (np.maximum(images @ nets[k][0] + nets[k][1], 0) for images in (fit, test))
        W, b = probe(fit, np.eye(10)[fit_labels], lam=1e-3)
        found.append(np.mean((test @ W + b).argmax(axis=1) == test_labels))
    return np.array(found)


starts, gains = [initialise((64, 32, 10), np.random.default_rng(seed)) for seed in range(20)], {}
for name, label in (("which digit", lambda X, y: y), ("left brighter", lambda X, y: left_brighter(X))):
    raw, trained, untrained = probed(label), probed(label, networks), probed(label, starts)
    print(f"{name}: right in {trained.mean():.1%} on the trained layer, {raw.mean():.1%} on the raw pixels")
    gains |= {f"{name}, trained layer": 100 * (trained - raw), f"{name}, untrained layer": 100 * (untrained - raw)}
plots.paired_gains(gains, xlabel="probe on the layer minus probe on the raw pixels, percentage points")

# %% [markdown]
# Nearly nine times out of ten. "So the network has learnt to compare left and right"? No: the layer is better than the pixels in one row
# only, the digit read off the trained layer.
#
# > **How probes mislead.** A high figure alone proves nothing: the pixels held the answer already, and of *left brighter* the layer has
# > even **lost** some. And where a layer does add something, the probe says that the information is *there*, not that the network *uses*
# > it. To find that out, take it away and look (section 6).
#
# The untrained layer is worse at both questions, so training has helped with both.

# %% [markdown] slide="subslide"
# ### 7.1 Beyond the core: fitting a probe in closed form (15 minutes; needs the gradient of a matrix product)
#
# $h_n$ is row $n$ of $H$, the activations for example $n$, and $y_n$ is its one-hot target (1 for its class, 0 for the others). With
# $\lambda$ as in unit 07,
#
# $$\ell(W, b) = \frac1N \sum_n \lVert h_n W + b - y_n \rVert^2 + \lambda \lVert W \rVert^2 ,$$
#
# where $\lVert\cdot\rVert^2$ is the sum of the squares of all entries. No training is needed: we can solve for the minimum.
# **Complete the derivation:**
#
# 1. $\partial \ell/\partial b = 0$ gives $\;\bar h W + b = \bar y$, where $\bar h$ and $\bar y$ are the means over the examples. Hence
#    $b = \;?$
# 2. Put this $b$ back in: only the **centred** $\tilde H = H - \bar h$ and $\tilde Y = Y - \bar y$ are left, and
#    $\;\frac1N \lVert \tilde H W - \tilde Y\rVert^2 + \lambda \lVert W\rVert^2$ has the gradient
#    $\frac2N \tilde H^{\mathsf T} (\tilde H W - \tilde Y) + \;?$
# 3. Set it to zero: $\;\big(\tilde H^{\mathsf T}\tilde H + \;?\; I\big)\, W = \tilde H^{\mathsf T} \tilde Y$, with $I$ the identity matrix.
#
# **Your turn (answer 6; 12 minutes; ★★★).**
#
# <details><summary>Hint 1: the penalty</summary>
#
# The penalty $\lambda \lVert W\rVert^2$ has the gradient $2\lambda W$. Multiply the whole equation by $N/2$: what stands before $I$?
#
# </details>
# <details><summary>Hint 2: in NumPy</summary>
#
# `np.linalg.solve(A, B)` solves $A W = B$ for all columns at once. `np.eye(5)` is the identity matrix of size 5.
#
# </details>
# <details><summary>Hint 3: a worked example</summary>
#
# One unit, two examples, one target: $h = 0$ and $2$, $y = 1$ and $5$, $\lambda = 0.5$. The means are 1 and 3, so $b = 3 - W$. Centred:
# $\tilde h = -1$ and $1$, $\tilde y = -2$ and $2$. The loss is
# $\frac12\big((-W + 2)^2 + (W - 2)^2\big) + 0.5\, W^2 = (W - 2)^2 + 0.5\, W^2$. Its derivative
# is $2 (W - 2) + W$, and that is 0 for $W = \frac43$; then $b = \frac53$.
#
# </details>


# %% exercise="linear_probe" slide="skip"


# %% [markdown]
# At a minimum the gradient vanishes. The next cell nudges every weight and every bias of your solution.

# %% demo=true
with once_written():
    rng = np.random.default_rng(1)
    few, onehot = np.maximum(rng.normal(size=(20, 3)), 0), np.eye(2)[rng.integers(2, size=20)]
    W, b = linear_probe(few, onehot, 0.1)
    by_W = numerical_gradient(lambda W: ((few @ W + b - onehot) ** 2).sum() / 20 + 0.1 * (W**2).sum(), W)
    by_b = numerical_gradient(lambda b: ((few @ W + b - onehot) ** 2).sum() / 20, b)
    print(f"largest gradient at your solution: {abs(by_W).max():.0e} by W, {abs(by_b).max():.0e} by b")

# %% [markdown] deck="slide"
# ## All 8s have a bright corner
#
# Another camera: one corner pixel is bright for every 8, in training **and** test images.
#
# Test accuracy: lower, the same, or higher?
#
# And when the corner is inverted in the test images?
#
# Note: Two predictions on paper, one minute. Most say lower, because the corner disturbs, or the same, because the network looks at the
# strokes. Ask what gradient descent cares about.

# %% [markdown] slide="slide"
# ## 8. A shortcut, and who finds it
#
# Suppose all 8s were photographed with another camera, which leaves the pixel in the upper left corner bright, in training and in test
# images. The network may learn to read digits, or to read the corner.
#
# **Before you run the next cell:** it trains twenty such networks. Will their test accuracy be lower than with clean images, the same, or
# *higher*? And when the corner is inverted (dark for the 8s, bright for the others)?


# %% [markdown] deck="slide"
# ## The test rewards the shortcut
#
# Note: Higher, by about two points, in all twenty; inverted, it falls by about twenty. Who would have found this from the test accuracy
# alone? Wait for "nobody". Saliency and shares find the bright corner as the largest pixel, in all twenty.


# %% demo=true deck="show"
def photographed(X, y, bright):
    """The images, with a corner that tells an 8 from the others: bright for it alone, or dark for it alone."""
    X = X.copy()
    X[:, 0] = (y == 8) == bright
    return X


def with_shortcut(bright):
    """Twenty networks with the shortcut; what it adds to the accuracy of each, as photographed and inverted, in percentage points."""
    nets, gains = [], {"corner as in training": [], "corner inverted": []}
    for seed, (split, clean) in enumerate(zip(splits, networks, strict=True)):
        nets.append(network(photographed(*split.train, bright), split.train.y, seed, steps=240))
        for found, corner in zip(gains.values(), (bright, not bright), strict=True):
            there = accuracy(photographed(*split.test, corner), split.test.y, nets[-1])
            found.append(100 * (there - accuracy(*split.test, clean)))
    return nets, {name: np.array(found) for name, found in gains.items()}


corner_bright, gains = with_shortcut(bright=True)
plots.paired_gains(gains, xlabel="test accuracy, shortcut minus clean, percentage points")

# %% [markdown] slide="subslide"
# Higher; and far lower when the corner is inverted. So the test accuracy does not just hide the shortcut, it *rewards* it. Do the
# explanations show it?
#
# **Before you run the next cell:** it explains the logit of 8 for all 8s of the test set, and takes each pixel's mean size (absolute
# value). Which pixel will be the largest? (The figure shows one network, the lines count all twenty.)


# %% demo=true slide="fragment"
def shares_from_black(X, targets, *net):
    return exact_shares(X, black, targets, *net)


def mean_sizes(explain, nets, bright, eights=True):
    """Mean size of the explanation of the logit of 8, over the test images that are 8s, or that are none; (20, 64)."""
    found = []
    for split, net in zip(splits, nets, strict=True):
        images = photographed(*split.test, bright)[(split.test.y == 8) == eights]
        found.append(abs(explain(images, np.full(len(images), 8), *net)).mean(axis=0))
    return np.array(found)


def corner_first(sizes):
    return f"the corner is the largest pixel in {np.sum(sizes.argmax(axis=1) == 0)} of 20 networks"


with once_written():
    by_shares, by_saliency = (mean_sizes(explain, corner_bright, True) for explain in (shares_from_black, saliency))
    print("integrated gradients from black:", corner_first(by_shares))
    print("saliency:", corner_first(by_saliency))
    eight = photographed(*splits[0].test, True)[splits[0].test.y == 8][:1]
    maps = {"mean size of saliency": by_saliency[:1], "mean size of shares": by_shares[:1]}
    display(plots.explanations(eight, maps, (8, 8), titles=["logit of 8"]))

# %% [markdown] deck="slide"
# ## And a dark corner?
#
# Now the corner is **dark** for every 8, and bright for all others. The networks learn the same trick.
#
# You explain the 8s, with shares from black.
#
# What does the corner get?
#
# Note: Half a minute, and a number from everybody; if nobody sees it, point back at the factor in the formula. Many say that it must be
# large, because the networks need it.

# %% [markdown] deck="slide"
# ## Exactly zero, in all twenty
#
# $$r_j = \underbrace{(x_j - x_j^{\text{base}})}_{0}\cdot\;\dots$$
#
# What is **absent** has no share where absence is the baseline.
#
# How would you find this shortcut all the same?
#
# Note: Each of the twenty uses the corner, and its share is zero. Collect ways out, one minute: explain images that have the cue, too, for
# there the corner has the largest share; use a second tool, for saliency finds it here; or change the corner, and look.

# %% [markdown] slide="subslide"
# Both find it. So explanations find shortcuts? One more camera: this time the corner is bright in *all* images except the 8s, where it is
# **dark**. The network can learn the same trick.
#
# **Before you run the next cell:** think of the factor $x_j - x_j^{\text{base}}$. From a black baseline, what is the share of the corner in
# the logit of an 8? And what is it for the images that are *no* 8s?

# %% demo=true slide="fragment"
corner_dark, gains = with_shortcut(bright=False)
with once_written():
    dark = mean_sizes(shares_from_black, corner_dark, False)
    print("the 8s, shares from black: the largest share of the corner in all 20 networks is", dark[:, 0].max())
    print("the 8s, saliency:", corner_first(mean_sizes(saliency, corner_dark, False)))
    print("the others, shares from black:", corner_first(mean_sizes(shares_from_black, corner_dark, False, eights=False)))
plots.paired_gains(gains, xlabel="test accuracy, shortcut minus clean, percentage points")

# %% [markdown]
# The networks use the corner as before: invert it, and the accuracy falls. But the shares of the 8s, complete as they are, give the
# corner **exactly zero**. What is *absent* has no share when absence is the baseline. Saliency finds the corner here, though it was blind
# in section 4. And the shares find it, too, when we explain the *other* digits, where the corner is bright.
#
# So use two tools, and explain images that have a cue as well as images that lack it. And no explanation replaces this test: **change the
# thing, and look.**

# %% [markdown] slide="slide"
# ## 9. Keep what you have written
#
# The next cell checks your answers once more, and puts those that pass into `my_network.py`, with all that they use. Unit 11 explains with
# them.

# %% demo=true
with once_written():
    keep(hidden_activations, saliency, mean_slope, integrated_gradients, ablate, linear_probe)

# %% [markdown] slide="skip"
# ### A written question (4 points; 10 minutes)
#
# A report on a network that tells healthy from sick plants on photographs says:
#
# *(a) "Test accuracy is 97 %, so the network looks at the leaves." (b) "Integrated gradients from a black baseline give the dark
# label in the corner of the photographs no share: the network does not use it." (c) "A linear probe reads the brand of the camera off
# the hidden layer with 95 %, so the network uses the brand." (d) "Setting unit 12 to zero costs nothing, so unit 12 is useless."*
#
# For each of the four: why does the conclusion not follow, and which measurement would decide?

# %% [markdown] written=4
# **Model answer.**
#
# (a) Test photographs come from the same source as the training ones, so a shortcut that works in one works in the other, and may
# even raise the accuracy. Decide with photographs from another source, or with the suspected cue changed (inverted, covered).
#
# (b) A share has the factor $x_j - x^{\text{base}}_j$: a dark pixel equals the black baseline and gets exactly 0 whatever its role. Decide
# with another baseline (white, or the mean image), with saliency, or by changing the label in the photograph.
#
# (c) The raw pixels may give the brand just as well; and information that is there need not be used. Decide with a probe on the raw
# pixels (and on an untrained network) on new images; for use, remove or change the brand's trace and look at the output.
#
# (d) Other units may do the same thing and step in; single ablations say what is lost while the others stay. Decide by ablating
# groups (12 together with units that resemble it), on data where it is active.
#
# **Rubric.** Each point: half for why it does not follow, half for a measurement that could turn out either way. "Explanations are
# unreliable" without a reason earns nothing. Any measurement that would really decide is as good as the one above.
#
# - 1: (a) a shortcut works on test photographs of the same source, too; other photographs, or the cue changed.
# - 1: (b) what equals the baseline gets no share, whatever its role; another baseline, saliency, or the label changed.
# - 1: (c) what can be read off need not be used, and the raw pixels may give it as well; a probe on them, or its trace removed.
# - 1: (d) other units may step in; groups ablated, on data where unit 12 is active.

# %% [markdown] deck="slide"
# ## What to take home
#
# - An explanation is a measurement: **compared with what?**
# - Each tool is blind somewhere: use two.
# - No explanation replaces the test: change the thing, and look.
#
# Note: Ask everybody to name one tool of today and the place where it is blind; one minute in pairs, then three voices. If somebody asks
# which tool is best, ask back: for which question?

# %% [markdown] slide="slide"
# ## Summary
#
# | question | tool | look at this beside it | how it misleads |
# |---|---|---|---|
# | what does a unit look for? | weight images, strongest images | pixels that vary | what is left of the start; a few extremes |
# | what does a unit say? | its votes, its contribution to a logit | activations by class | one unit, several meanings |
# | what would move a logit? | saliency | the target | blind where a unit is saturated or off |
# | what accounts for a logit? | integrated gradients | baseline, steps, gap | blind to what equals the baseline |
# | what is a unit good for? | ablation | zero *and* mean; groups | other units step in |
# | what can be read off a layer? | linear probe | raw pixels, untrained layer | "there" is not "used" |
#
# **If one thing stays with you:** an explanation is a measurement. Ask "compared with what?", and ask what it could not have shown.
#
# Unit 11, the capstone, puts it all together: you train, regularise, check and *explain* a classifier of your own.
#
# ## Further reading
#
# - The lecture notes, *Explainable AI*, on the page of the computational graph.
# - K. Simonyan et al., ["Deep inside convolutional networks"](https://arxiv.org/abs/1312.6034) (2013): saliency, section 3.
# - M. Sundararajan et al., ["Axiomatic attribution for deep networks"](https://arxiv.org/abs/1703.01365), ICML 2017: integrated gradients;
#   the saturated unit of section 4 is its example.
# - G. Alain and Y. Bengio, ["Understanding intermediate layers using linear classifier probes"](https://arxiv.org/abs/1610.01644) (2016).
# - A. S. Morcos et al., "On the importance of single directions for generalization", ICLR 2018: ablation.
# - J. Adebayo et al., ["Sanity checks for saliency maps"](https://arxiv.org/abs/1810.03292), NeurIPS 2018.
# - R. Geirhos et al., "Shortcut learning in deep neural networks", *Nature Machine Intelligence* 2 (2020), 665-673.
