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
# mean."* This unit tries. You will put five questions to a network that reads handwritten digits, write the tool for each, and
# then catch every one of these tools telling you something that is not so.
#
# **At the end you can**
# - look at the weights of a layer as images, and say which pixels those images tell you nothing about,
# - compute saliency and integrated gradients, and prove that the second is complete,
# - measure what a hidden unit is good for, and what can be read off a layer, each beside the comparison that it needs,
# - find a shortcut that a network has learnt and its accuracy hides, and say when an explanation would hide it, too.
#
# | time | difficulty | what to know before |
# |---|---|---|
# | 90 to 105 minutes | middle | unit 05 (the rule over $\Gamma(u)$ in vector form); units 06 and 07 help |
#
# **How marks work.** Under each answer stands a cell with `check(...)`. It is the same judge that the instructor uses, with other
# numbers. Run it as often as you like. Go cell by cell: *Run All Cells* stops at the first answer that is not right yet.

# %%
import numpy as np

from course import check

# %% demo=true
# Cells like this one are for looking, not for marks: every cell that draws, trains or compares may be changed and broken at will.
from IPython.display import display
from threadpoolctl import threadpool_limits  # comes with scikit-learn

from course import data, numerical_gradient, once_written, plots

one_thread = threadpool_limits(1)  # matrices as small as these are slower on several threads

# %% [markdown] slide="slide"
# ## 1. A network, and five questions
#
# The network has one hidden layer: $d = 64$ pixels, 32 hidden nodes, 10 classes. For one example $x$, with $g = $ ReLU,
#
# $$z_i = \sum_j w^{(1)}_{ij} x_j + b^{(1)}_i, \qquad h_i = g(z_i) = \max(0, z_i), \qquad
#   o_t = \sum_i w^{(2)}_{ti} h_i + b^{(2)}_t .$$
#
# $x_j$ is pixel $j$, from 0 (black) to 1 (white); $z_i$ is what the activation of **hidden unit** $i$ gets and $h_i$ what it
# makes of it, the notes' $a_i$; $o_t$ is the **logit** of class $t$, and the largest one wins. ("Hidden unit" is the usual word
# for what the notes call a node of an intermediate layer.)
#
# In arrays, as in unit 05: `X` is (N, 64), an example in each row, `W1` (64, 32) with `W1[j, i]` $= w^{(1)}_{ij}$, `b1` (32,), `W2`
# (32, 10) with `W2[i, t]` $= w^{(2)}_{ti}$, `b2` (10,).

# %% [markdown] slide="subslide"
# | question | tool | section |
# |---|---|---|
# | What does a hidden unit look for? | its weights as an image, the inputs that activate it | 2 |
# | Which inputs would move a logit? | saliency | 3 |
# | Which inputs account for a logit? | integrated gradients | 4, 5 |
# | What is a hidden unit good for? | ablation | 6 |
# | What can be read off a whole layer? | a linear probe | 7 |
# | Can you be misled by the answers? | yes | all of them, and 8 |
#
# **Your turn (answer 1).** All five start from $h$. Write it for a whole batch.


# %% exercise="hidden_activations" slide="skip"


# %% [markdown]
# The training algorithm is that of the notes, with the gradients of unit 05. It starts from random weights that `seed` decides,
# and takes a fifteenth of a second or less, so that we can afford many networks: an explanation that holds for one seed may be an
# accident.


# %% demo=true
def train(X, y, seed, epochs=30, hidden=32, learning_rate=0.5):
    """W1, b1, W2, b2 of a network trained on images X (n, 64) with labels y (n,), in batches of 50."""
    rng, onehot = np.random.default_rng(seed), np.eye(10)[y]
    theta = [rng.normal(size=(64, hidden)) / 6, np.zeros(hidden), rng.normal(size=(hidden, 10)) / 4, np.zeros(10)]
    W1, b1, W2, b2 = theta
    for _ in range(epochs):
        for batch in np.split(rng.permutation(len(y)), range(50, len(y), 50)):
            H = np.maximum(X[batch] @ W1 + b1, 0)
            e = np.exp(H @ W2 + b2)
            dO = (e / e.sum(axis=1, keepdims=True) - onehot[batch]) / len(batch)  # softmax and cross-entropy
            dZ = dO @ W2.T * (H > 0)
            gradients = [X[batch].T @ dZ, dZ.sum(axis=0), H.T @ dO, dO.sum(axis=0)]
            for parameter, gradient in zip(theta, gradients, strict=True):
                parameter -= learning_rate * gradient
    return theta


def logits(X, W1, b1, W2, b2):
    return np.maximum(X @ W1 + b1, 0) @ W2 + b2


def accuracy(X, y, theta):
    """Share of the labels that the largest logit gets right."""
    return (logits(X, *theta).argmax(axis=1) == y).mean()


digits = data.digits(np.random.default_rng(0))
X, y = digits.test  # images that the network never saw in training
theta = W1, b1, W2, b2 = train(*digits.train, seed=0)
print(f"{accuracy(X, y, theta):.1%} of {len(y)} images that it has not seen are read rightly")

# %% [markdown]
# **Before you run the next cell:** of the 32 hidden units, how many are active ($h_i > 0$) for one image: all, about half, or one for
# each class? Is there a unit that is active for no image at all?

# %% demo=true
with once_written():
    active = hidden_activations(X, W1, b1) > 0
    count = active.sum(axis=1)
    print(f"active for one image: {count.mean():.1f} of 32 units on average, from {count.min()} to {count.max()}")
    print("units that are active for none of the 400 images:", np.flatnonzero(~active.any(axis=0)))

# %% [markdown]
# An image is a *pattern over many units*. And where 19 of 32 units are active for an image, a unit is active for 59 % of the images on
# average: for many more than the tenth that a "unit for the 3" would need. Keep that in mind when a single unit's picture looks
# convincing.

# %% [markdown] slide="slide"
# ## 2. What does a hidden unit look for?
#
# $z_i = \sum_j w_{ij} x_j + b_i$ multiplies each pixel by a weight. So the 64 weights into a unit can be laid out as an 8 × 8 image,
# a **template**: where it is vermillion a bright pixel raises $z_i$, where it is blue a bright pixel lowers it, where it is white the
# pixel does not matter.
#
# **Before you run the next cell:** will you recognise digits in these images? The digits are hardly ever drawn in the leftmost and
# rightmost columns of the grid: which colour do you expect there?

# %% demo=true slide="fragment"
plots.weight_images(W1[:, :16], (8, 8))

# %% [markdown]
# Strokes and blobs, rather than digits; and the leftmost and rightmost columns are *not* white. Why should a network care about
# pixels that are almost always black? It does not. Unit 05 says `dW1 = X.T @ upstream`: row $j$ of the gradient is made of pixel $j$,
# and where $x_j = 0$ in every training image it is **exactly zero**. Those weights are still the random numbers of the start.
#
# **Before you run the next cell:** how many of the 64 pixels are black in *all* 1,097 training images? And the other pixels of these two
# columns, which are bright in a few: will their weights have moved far?

# %% demo=true
untrained = train(*digits.train, seed=0, epochs=0)[0]
never_lit = np.flatnonzero(digits.train.X.max(axis=0) == 0)
print("pixels that are never lit:", never_lit)
moves = abs(W1 - untrained).mean(axis=1).reshape(8, 8)  # for each pixel, how far its 32 weights have moved on average
print("their weights have moved by", moves.ravel()[never_lit].max())
print(f"those of the outer columns by {moves[:, [0, 7]].mean():.3f} on average, the others by {moves[:, 1:7].mean():.3f}")

# %% [markdown]
# > **How weight images mislead, 1.** A colour may be a left-over of the initialisation, and no finding at all. The same holds for
# > every pixel of a unit that was never active. (L2 of unit 07 mends this: it draws weights that nobody needs to zero.)
#
# **How weight images mislead, 2.** The colours look noisier when the training labels are wrong. Let us give 40 % of the labels a
# random value, and measure how alike neighbouring pixels of a template are: their correlation, 0 for pure noise.
#
# **Before you run the next cell:** will the images of the noisy network be noise? Will the clean network's correlation be near 1?

# %% demo=true
SEEDS = range(20)
splits = [data.digits(np.random.default_rng(seed), train=600, validation=600) for seed in SEEDS]  # each seed has its own images ...
networks = [train(*split.train, seed=seed, epochs=20) for seed, split in zip(SEEDS, splits, strict=True)]  # ... and its own network


def neighbours(W1):
    """Correlation of horizontally neighbouring weights, inside of the images."""
    images = W1.T.reshape(-1, 8, 8)[:, 1:-1, 1:-1]
    return np.corrcoef(images[:, :, 1:].ravel(), images[:, :, :-1].ravel())[0, 1]


def with_wrong_labels(y, seed):
    rng = np.random.default_rng(seed)
    return np.where(rng.random(len(y)) < 0.4, rng.integers(10, size=len(y)), y)


noisy = [train(split.train.X, with_wrong_labels(split.train.y, seed), seed, epochs=20) for seed, split in zip(SEEDS, splits, strict=True)]
smooth, rough = (np.array([neighbours(net[0]) for net in nets]) for nets in (networks, noisy))
for name, nets, found in (("clean", networks, smooth), ("noisy", noisy, rough)):
    read = np.mean([accuracy(*split.test, net) for split, net in zip(splits, nets, strict=True)])
    print(f"{name} labels: accuracy {read:.1%}, correlation of neighbours {found.mean():.2f}")
print(f"lower with noisy labels in {(rough < smooth).sum()} of 20 seeds")
titles = [f"{name} {unit}" for name in ("clean", "noisy") for unit in range(2, 8)]
plots.weight_images(np.column_stack([networks[0][0][:, 2:8], noisy[0][0][:, 2:8]]), (8, 8), titles=titles, columns=6)

# %% [markdown]
# Rougher, for every seed; but even the clean templates are far from smooth, and the network with the rough ones still reads most
# digits rightly. A messy picture is no proof of a bad network, nor a tidy one of a good network.

# %% [markdown] slide="subslide"
# ### 2.1 Which image activates a unit most?
#
# Every pixel lies in $[0, 1]$. The sum $\sum_j w_{ij} x_j$ has one term for each pixel, and no term knows of the others. So the best
# image can be found pixel by pixel: $x_j = 1$ where $w_{ij} > 0$, and $x_j = 0$ where $w_{ij} < 0$; at best,
# $z_i = b_i + \sum_j \max(0, w_{ij})$.
#
# **Before you run the next cell:** will a real digit come near this value?

# %% demo=true
unit = 16
best = (W1[:, unit] > 0).astype(float)
chance = np.random.default_rng(0).random((10_000, 64))
print(f"the best image:             z = {best @ W1[:, unit] + b1[unit]:.2f}")
print(f"by the formula:             z = {b1[unit] + np.maximum(W1[:, unit], 0).sum():.2f}")
print(f"best of 10,000 random ones: z = {(chance @ W1[:, unit] + b1[unit]).max():.2f}")
print(f"best of 400 real digits:    z = {(X @ W1[:, unit] + b1[unit]).max():.2f}")

# %% [markdown]
# No digit comes near: the best image looks like no image that the network will ever meet. It says what the *formula* likes. So
# look at real images as well: those in the data set that activate a unit most.
#
# **Before you run the next cell:** do the five strongest digits of a unit belong to one class?

# %% demo=true slide="fragment"
units = [16, 12, 7]
strongest = [(X @ W1[:, unit] + b1[unit]).argsort()[::-1][:5] for unit in units]
values = np.array([X[indices] @ W1[:, unit] + b1[unit] for unit, indices in zip(units, strongest, strict=True)])
for unit, indices in zip(units, strongest, strict=True):
    print(f"unit {unit:2}: strongest for {y[indices].tolist()}; active for {(X @ W1[:, unit] + b1[unit] > 0).mean():.0%} of all images")
plots.strongest_inputs(W1[:, units], X[strongest], (8, 8), values, titles=[f"unit {unit}" for unit in units])

# %% [markdown]
# > **How strongest images mislead.** You saw 5 of 400. "The unit for zeros", 16, is active for 70 % of the images, and only a tenth of
# > the images are zeros: the five show the upper end of its activations, and nothing of the rest.

# %% [markdown] slide="slide"
# ## 3. Which inputs would move a logit? Saliency
#
# Pick an image and a class $t$, the **target**. If pixel $j$ got a little brighter, what would $o_t$ do? That is a derivative, and
# you know how to get it: the rule over $\Gamma(u)$, walked from $o_t$ back to $x_j$. (Simonyan and others, 2013, called it
# **saliency**.) No loss takes part: the walk starts with $\partial o_t/\partial o_t = 1$.
#
# **Complete the derivation.** One step for each kind of arrow; fill in the question marks on paper:
#
# 1. from $o_t$ to $h_i$: $\;o_t = \sum_i w^{(2)}_{ti} h_i + b^{(2)}_t$, so $\;\partial o_t/\partial h_i = \;?$
# 2. from $h_i$ to $z_i$: $\;h_i = \max(0, z_i)$, so $\;\partial o_t/\partial z_i = \partial o_t/\partial h_i \cdot \;?$
# 3. from the $z_i$ to $x_j$: $\;\Gamma(x_j)$ holds *all* $z_i$, so $\;\partial o_t/\partial x_j = \sum_i \;? \cdot w^{(1)}_{ij}$

# %% [markdown]
# Test your three steps by hand, on a network with 2 inputs, 3 hidden units and one logit. Its hidden units get $z = (1, -1.5, 2)$. Their
# weights to the logit are $(2, 5, -1)$; the first input enters them with the weights $(1, 0.5, -1)$, the second with $(0, -1, 1)$.
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
# **Your turn (answer 2).** For a whole batch, with a target for each example: row $n$ is $\partial o_{n t_n}/\partial x_n$, where
# $t_n$ is `targets[n]`.
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


# %% exercise="saliency" slide="skip"


# %% [markdown]
# Is it right on the trained network, for an image and a class of its own? And how does it look?
#
# **Before you run the next cell:** in the saliency of class 0 for an image of a 0, which sign do you expect in the dark hole in the
# middle?

# %% demo=true
chosen = [np.flatnonzero(y == digit)[0] for digit in (0, 3, 8)]  # one image of each of these digits
with once_written():
    one, gradient = X[chosen[0]], saliency(X[chosen], y[chosen], *theta)
    nudged = numerical_gradient(lambda x: logits(x, *theta)[0], one)
    print("the formula and the nudge agree:", np.allclose(gradient[0], nudged))
    figure = plots.explanations(X[chosen], {"saliency": gradient}, (8, 8), titles=[f"logit of {y[n]}" for n in chosen])
    display(figure)

# %% [markdown]
# Blue in the hole: a bright pixel there would make it less of a 0. But look at the rims: saliency also colours pixels at which no
# digit is ever bright. It answers *what would happen if*, pixel by pixel and for a tiny change, and it does not ask whether the
# change could ever occur.

# %% [markdown] slide="slide"
# ## 4. Where saliency is blind
#
# A network with one input, one hidden unit and one logit: $\;o(x) = 1 - \max(0, 1 - x)$. It rises from $o(0) = 0$ to $o(1) = 1$ and
# stays there: it is **saturated**.
#
# **Before you run the next cell:** at $x = 2$ the input has done its work: the logit is 1, and would be 0 without it. What is the
# saliency at $x = 2$?

# %% demo=true slide="fragment"
saturated = np.array([[-1.0]]), np.array([1.0]), np.array([[-1.0]]), np.array([1.0])  # W1, b1, W2, b2
print("o(0) =", logits(np.array([[0.0]]), *saturated)[0, 0], "  o(2) =", logits(np.array([[2.0]]), *saturated)[0, 0])
with once_written():
    print("saliency at x = 2:", saliency(np.array([[2.0]]), np.array([0]), *saturated)[0, 0])

# %% [markdown]
# Zero: "the input does not matter", says saliency, and it is all that matters. The slope *at* $x$ says nothing about the way *to*
# $x$. (In our digits network 13 of the 32 units are off for an average image: nothing of them is in its saliency.)

# %% [markdown] slide="slide"
# ## 5. Which inputs account for a logit? Integrated gradients
#
# So look at the way. Choose a **baseline** $x^0$, an input that stands for "nothing there", such as a black image, and walk from it
# to $x$ on a straight line:
#
# $$x(\alpha) = x^0 + \alpha\,(x - x^0), \qquad 0 \le \alpha \le 1 .$$
#
# By the chain rule, the logit along the path has the slope
# $\;\frac{d}{d\alpha} o_t(x(\alpha)) = \sum_j \frac{\partial o_t}{\partial x_j}(x(\alpha)) \cdot (x_j - x_j^0)$. Integrate both
# sides from 0 to 1:
#
# $$o_t(x) - o_t(x^0) \;=\; \sum_j a_j, \qquad
#   a_j = (x_j - x^0_j) \int_0^1 \frac{\partial o_t}{\partial x_j}(x(\alpha))\, d\alpha .$$
#
# $a_j$ is the **share** of input $j$; together the shares are called **integrated gradients** (Sundararajan and others, 2017). The
# equation is their **completeness**: the shares add up to the whole change of the logit, with nothing left over.

# %% [markdown] slide="subslide"
# ### 5.1 The integral, exactly
#
# On the path each $z_i$ moves on a straight line, too, from $z^0_i$ to $z_i$. Saliency is
# $\sum_i w^{(2)}_{ti}\, [z_i > 0]\, w^{(1)}_{ij}$, where $[z_i > 0]$ is 1 if $z_i > 0$ and 0 otherwise; only this bracket changes on
# the path. Its integral is the **share of the path on which unit $i$ is active**. Call it the mean slope $s_i$ of ReLU:
#
# $$a_j = (x_j - x^0_j) \sum_i w^{(2)}_{ti}\, s_i\, w^{(1)}_{ij}.$$
#
# **Before you write it:** a unit goes from $z^0 = -1$ to $z = 3$. On which share of the path is it active? And from 2 to 1? From 1 to
# $-3$? And if it stands still at 0.5?
#
# **Your turn (answer 3).** For arrays of starts and ends, entry by entry.
#
# <details><summary>Hint 1: a formula without cases</summary>
#
# A mean slope is rise over run. By how much does $\max(0, z)$ rise from start to end? How far is the run?
#
# </details>
# <details><summary>Hint 2: no run at all</summary>
#
# Where start equals end, rise over run is 0/0. `np.where(condition, a, b)` computes both `a` and `b` before it chooses, so divide
# by something that is not 0 there: `np.where(start == end, 1, end - start)`.
#
# </details>


# %% exercise="mean_slope" slide="skip"


# %% demo=true
with once_written():
    start, end = np.array([-1.0, 2.0, 1.0, 0.5]), np.array([3.0, 1.0, -3.0, 0.5])
    fine = start + np.linspace(0, 1, 100_001)[:, None] * (end - start)
    print("your mean slopes:               ", mean_slope(start, end))
    print("share of 100,001 points above 0:", (fine > 0).mean(axis=0).round(4))

# %% [markdown] slide="subslide"
# With $s_i$ in the place of $[z_i > 0]$, integrated gradients are two lines. Is the result complete? Both sides, for 400 images and
# a black baseline:
#
# **Before you run the next cell:** a float64 keeps 16 digits. How far apart will the two sides be?


# %% demo=true
def exact_shares(X, baseline, targets, W1, b1, W2, b2):
    """Integrated gradients, with the integral in closed form; (N, in)."""
    start = np.tile(baseline @ W1 + b1, (len(X), 1))  # the same for every example
    slope = mean_slope(start, X @ W1 + b1)
    return (X - baseline) * ((slope * W2[:, targets].T) @ W1.T)


black, rows = np.zeros(64), np.arange(len(y))
with once_written():
    shares = exact_shares(X, black, y, *theta)
    rises = logits(X, *theta)[rows, y] - logits(black, *theta)[y]
    print(f"first image: its shares add up to {shares[0].sum():.12f}, and its logit rises by {rises[0]:.12f}")
    print(f"all 400: the two differ by {abs(shares.sum(axis=1) - rises).max():.0e} at most")
    two = np.array([[2.0]])
    print(
        "the saturated unit of section 4: saliency",
        saliency(two, np.array([0]), *saturated)[0, 0],
        "  share",
        exact_shares(two, np.zeros(1), np.array([0]), *saturated)[0, 0],
    )

# %% [markdown] slide="subslide"
# ### 5.2 The integral, for any network
#
# A closed form needs one ReLU layer. For any network there is the **midpoint rule**: cut the path into `steps` equal parts, take the
# gradient in the *middle* of each, and average.
#
# $$a_j \approx (x_j - x_j^0) \cdot \frac1{\texttt{steps}} \sum_{k=0}^{\texttt{steps}-1}
#   \frac{\partial o_t}{\partial x_j}\big(x(\alpha_k)\big), \qquad \alpha_k = \frac{k + \frac12}{\texttt{steps}} .$$
#
# **Your turn (answer 4).** You may call your `saliency`; should it be wrong, this answer is judged once more with a right one.
#
# <details><summary>Hint 1: the points</summary>
#
# For 4 steps, $\alpha$ is 0.125, 0.375, 0.625, 0.875: neither end is among them. Which line of NumPy makes these from
# `np.arange(steps)`?
#
# </details>
# <details><summary>Hint 2: the plan</summary>
#
# A loop over $\alpha$: the point `baseline + alpha * (X - baseline)` has the shape of `X`, so `saliency` takes it as it is. Add the
# gradients up, divide, and multiply once at the end.
#
# </details>


# %% exercise="integrated_gradients" slide="skip"


# %% [markdown]
# See it for one image, the one of the 400 for which saliency and the path disagree most. Left, its logit along the path, which bends
# wherever a unit switches on or off. Right, the slope, which jumps there; the bars are what the midpoint rule sees.
#
# **Before you run the next cell:** the last slope on the right is that at the image itself, all that saliency sees. Is it above or
# below the mean?

# %% demo=true slide="fragment"
alphas = np.linspace(0, 1, 801)
with once_written():
    gaps = (saliency(X, y, *theta) * X).sum(axis=1) - rises
    n = abs(gaps).argmax()
    one, target = X[n], y[n]
    path = alphas[:, None] * one
    along = logits(path, *theta)[:, target]
    slopes = saliency(path, np.full(801, target), *theta) @ one
    middles = (np.arange(12) + 0.5) / 12
    display(plots.path_slopes(alphas, along, slopes, (middles, saliency(middles[:, None] * one, np.full(12, target), *theta) @ one)))

# %% [markdown]
# The end is below the mean: saliency times the input would explain 15.5 of the 16.6 by which the logit has risen, and this is the worst
# of 400 images. In the network of section 4 it explained nothing.
#
# **Before you run the next cell:** twice as many steps: does the gap to completeness fall to a half, or to a quarter as the textbooks
# promise for smooth functions? (A second line shows a rule that looks at the *left end* of each part, and not at its middle.)

# %% demo=true
counts = [1, 3, 10, 30, 100]
with once_written():
    gaps = [abs(integrated_gradients(X[:30], black, y[:30], *theta, steps).sum(axis=1) - rises[:30]).mean() for steps in counts]
    left = []
    for steps in counts:
        points = (np.arange(steps) / steps)[:, None, None] * X[:30]
        slopes = saliency(points.reshape(-1, 64), np.tile(y[:30], steps), *theta).reshape(points.shape).mean(axis=0)
        left.append(abs((X[:30] * slopes).sum(axis=1) - rises[:30]).mean())
    display(plots.completeness_gap(counts, {"midpoints": gaps, "left ends": left}))

# %% [markdown]
# About a half: from 10 steps to 100 the gap falls to a tenth. The slope *jumps*, and a rule cannot be better than the part in which a
# jump lies.
# So a stated number of steps belongs to every such explanation, and **the gap is its error bar**: you can always compute it.
#
# Now beside each other. **Before you run the next cell:** which of the two maps can colour a pixel that is black in the image?

# %% demo=true slide="fragment"
with once_written():
    maps = {"saliency": saliency(X[chosen], y[chosen], *theta), "integrated gradients": exact_shares(X[chosen], black, y[chosen], *theta)}
    display(plots.explanations(X[chosen], maps, (8, 8), titles=[f"logit of {y[n]}" for n in chosen]))

# %% [markdown]
# Only saliency. A share has the factor $x_j - x_j^0$: **a pixel that is what it is in the baseline gets exactly 0**, whatever it
# means. The hole of the 0, which saliency marked, is gone. Every share is an answer to "compared with what?"; another baseline gives
# other shares, just as complete. Section 8 makes a trap of this.

# %% [markdown] slide="subslide"
# ### 5.3 Alter a digit, and watch
#
# Left, an image: draw with the mouse, or move with the arrow keys and press space. In the middle the 32 hidden units (click one to
# silence it) and the ten logits (click one to explain it). On the right the explanation, saliency or integrated gradients from
# black, computed afresh at every stroke.
#
# **Before you run the next cell:** it opens with a 3. Close its upper left gap: which digit will the network read? Then close the
# lower one as well? And of saliency and integrated gradients, which changes *in jumps* while you draw, and which smoothly? Why?

# %% demo=true slide="fragment"
from course.widgets import ExplainableAI

ExplainableAI(*theta, X[[np.flatnonzero(y == digit)[0] for digit in range(10)]])

# %% [markdown]
# <details><summary>What we saw</summary>
#
# White pixels in the upper gap made it a 9, and in the lower gap as well an 8, as a person might read it. Saliency jumps when a unit
# switches on or off, since $[z_i > 0]$ jumps; the mean slopes $s_i$, and with them the shares, move smoothly. Close a gap with
# *integrated gradients* on: a pixel you have drawn gets a share, and its black neighbours never do.
#
# </details>

# %% [markdown] slide="slide"
# ## 6. What is a hidden unit good for? Ablation
#
# Take it away, and see what it costs. To **ablate** unit $i$ is to set its activation to a fixed number for every example: to zero
# (it is gone), or to its mean over the examples (what it *says* is gone, and its average effect, which a bias could have had, stays).
# The cost is measured as the rise of the loss and the drop of the accuracy. This helper is given:


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
for order in (np.arange(32), np.arange(32)[::-1]):  # the same units, numbered the other way round
    rise, drop = ablate_in_haste(H[:, order], y, W2[order], b2, to_mean=False)
    print(f"loss_rise of units 7 and 16: {rise[order == 7][0]:.3f}, {rise[order == 16][0]:.3f};  of the last one tried: {rise[-1]:.3f}")

# %% [markdown]
# The cost of a unit depends on the *number it happens to have*: that cannot be. And the last one tried always costs the same: by
# then no hidden unit is left, the network guesses from `b2` alone, and the loss has risen to about $\log 10 \approx 2.3$.
#
# **Your turn (answer 5).** Write it without the bug. `ablate` must leave the caller's `H` as it was.
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


# %% exercise="ablate" slide="skip"


# %% [markdown]
# **Before you run the next cell:** does setting a unit to zero cost more than setting it to its mean, or less? And how many of the 32
# units could go without loss?

# %% demo=true slide="fragment"
with once_written():
    to_zero, to_mean = ablate(H, y, W2, b2, to_mean=False)[0], ablate(H, y, W2, b2, to_mean=True)[0]
    print(f"units that cost less than 0.005, set to zero: {(to_zero < 0.005).sum()}, to their mean: {(to_mean < 0.005).sum()}")
    display(plots.unit_bars({"set to zero": to_zero, "set to its mean": to_mean}, ylabel="rise of the loss"))

# %% [markdown] slide="subslide"
# ### 6.2 How ablation misleads
#
# "A unit that costs nothing is good for nothing." Let us test that on a network in which we know the truth. We give the most important
# unit an understudy: a copy of it, so that the layer has 33 units, and each of the two gets half of the weights onwards. The network
# computes *the same function*.
#
# **Before you run the next cell:** what does the important unit cost now? And the pair of them?

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

# %% [markdown]
# Without one of the two, half of what unit 16 says is gone, and yet only a fourteenth of its cost is left: alone it was the most
# important unit, and now there are two that hardly matter. Ablating one unit says what the network loses *if the others stay*, and they
# may step in. (Dropout, unit 08, trains them to: it makes single units look useless.)

# %% [markdown] slide="slide"
# ## 7. What can be read off a layer? A linear probe
#
# Does the hidden layer "know" which digit it sees, or whether it is odd? A **linear probe** asks by trying: fit a linear function from
# the activations to the answer, and see how often it is right on new images (Alain and Bengio, 2016). With one-hot targets $y_n$
# (1 for the class of example $n$, 0 for the others) and $\lambda$ as in unit 07,
#
# $$\ell(W, b) = \frac1N \sum_n \lVert h_n W + b - y_n \rVert^2 + \lambda \sum W^2 .$$
#
# where $\lVert\cdot\rVert^2$ is the sum of the squares of all entries. No training is needed: its minimum has a closed form.
# **Complete the derivation:**
#
# 1. $\partial \ell/\partial b = 0$ gives $\;\bar h W + b = \bar y$, where $\bar h$ and $\bar y$ are the means over the examples. Hence
#    $b = \;?$
# 2. Put this $b$ back in: only the **centred** $\tilde H = H - \bar h$ and $\tilde Y = Y - \bar y$ are left, and
#    $\;\frac1N \lVert \tilde H W - \tilde Y\rVert^2 + \lambda \lVert W\rVert^2$ has the gradient
#    $\frac2N \tilde H^{\mathsf T} (\tilde H W - \tilde Y) + \;?$
# 3. Set it to zero: $\;\big(\tilde H^{\mathsf T}\tilde H + \;?\; I\big)\, W = \tilde H^{\mathsf T} \tilde Y$, with $I$ the identity matrix.

# %% [markdown]
# **Your turn (answer 6).**
#
# <details><summary>Hint 1: the penalty</summary>
#
# The penalty $\lambda \sum W^2$ has the gradient $2\lambda W$. Multiply the whole equation by $N/2$: what stands before $I$?
#
# </details>
# <details><summary>Hint 2: in NumPy</summary>
#
# `np.linalg.solve(A, B)` solves $A W = B$ for all columns at once. `np.eye(k)` is the identity matrix of size $k$.
#
# </details>


# %% exercise="linear_probe" slide="skip"


# %% [markdown]
# At a minimum the gradient vanishes. Both sides, by nudging every weight and every bias of your solution:

# %% demo=true
with once_written():
    rng = np.random.default_rng(1)
    few, onehot = np.maximum(rng.normal(size=(20, 3)), 0), np.eye(2)[rng.integers(2, size=20)]
    W, b = linear_probe(few, onehot, 0.1)
    by_W = numerical_gradient(lambda W: ((few @ W + b - onehot) ** 2).sum() / 20 + 0.1 * (W**2).sum(), W)
    by_b = numerical_gradient(lambda b: ((few @ W + b - onehot) ** 2).sum() / 20, b)
    print(f"largest gradient at your solution: {abs(by_W).max():.0e} by W, {abs(by_b).max():.0e} by b")

# %% [markdown] slide="subslide"
# ### 7.1 A probe needs something beside it
#
# Two questions are put to the hidden layer of each of our 20 networks, on images that the network was not trained on: *which digit is
# it?* and *is its left half brighter than its right half?* Nobody trained the networks for the second.
#
# **Before you run the next cell:** how often will the probe be right on the second question?


# %% demo=true
def left_brighter(X):
    halves = X.reshape(-1, 8, 8)
    return (halves[:, :, :4].sum(axis=(1, 2)) > halves[:, :, 4:].sum(axis=(1, 2))).astype(int)


def probed(features, split, label):
    """Accuracy on the test images of a probe fitted to the validation images."""
    (fit_X, fit_y), (test_X, test_y) = split.validation, split.test
    W, b = linear_probe(features(fit_X), np.eye(10)[label(fit_X, fit_y)], lam=1e-3)
    return (np.argmax(features(test_X) @ W + b, axis=1) == label(test_X, test_y)).mean()


questions = {"which digit": lambda X, y: y, "left brighter": lambda X, y: left_brighter(X)}
with once_written():
    found = {
        name: np.array(
            [
                probed(lambda X, net=net: np.maximum(X @ net[0] + net[1], 0), split, label)
                for split, net in zip(splits, networks, strict=True)
            ]
        )
        for name, label in questions.items()
    }
    print({name: f"{values.mean():.1%} right" for name, values in found.items()})

# %% [markdown]
# "The network has learnt to compare left and right"? Two comparisons decide. The same probe on the **raw pixels**: what does the layer
# add to its input? And the same probe on an **untrained** layer: what does training add?
#
# **Before you run the next cell:** in which of the four lines is the hidden layer better than the raw pixels?

# %% demo=true slide="fragment"
with once_written():
    gains = {}
    for name, label in questions.items():
        raw = np.array([probed(lambda X: X, split, label) for split in splits])
        random = []
        for seed, split in zip(SEEDS, splits, strict=True):
            start_W, start_b, *_ = train(*split.train, seed=seed, epochs=0)
            random.append(probed(lambda X, W=start_W, b=start_b: np.maximum(X @ W + b, 0), split, label))
        gains |= {f"{name}, trained layer": 100 * (found[name] - raw), f"{name}, untrained layer": 100 * (np.array(random) - raw)}
    display(plots.paired_gains(gains, xlabel="probe on the layer minus probe on the raw pixels, percentage points"))

# %% [markdown]
# > **How probes mislead.** A high figure alone proves nothing: the pixels had the answer already, and for *left brighter* the layer
# > has **lost** some of it. Only for the digit does the trained layer add something. And even then the probe says that the
# > information is *there*, not that the network *uses* it: for that, take it away and look (section 6).

# %% [markdown] slide="slide"
# ## 8. A shortcut, and who finds it
#
# Suppose all 8s were photographed with another camera, which leaves the pixel in the upper left corner bright. Training, validation
# and test images all come from there. The network may learn to read digits, or to read the corner.


# %% demo=true
def photographed(X, y, bright):
    """The images, with a corner that tells an 8 from the others: bright for it, or dark for it alone."""
    X = X.copy()
    X[:, 0] = (y == 8) == bright
    return X


def with_shortcut(bright):
    return [
        train(photographed(split.train.X, split.train.y, bright), split.train.y, seed, epochs=20)
        for seed, split in zip(SEEDS, splits, strict=True)
    ]


def reading(nets, bright, flipped=False):
    """Accuracy of each network on its own test images, the corner as photographed or turned round."""
    return np.array(
        [
            accuracy(photographed(split.test.X, split.test.y, bright != flipped), split.test.y, net)
            for split, net in zip(splits, nets, strict=True)
        ]
    )


clean = np.array([accuracy(*split.test, net) for split, net in zip(splits, networks, strict=True)])
corner_bright = with_shortcut(bright=True)

# %% [markdown]
# **Before you run the next cell:** compared with networks trained on clean images, is the test accuracy with the shortcut lower, the
# same, or *higher*? And when another camera is used, so that the corner is turned round?

# %% demo=true slide="fragment"
as_trained, turned = reading(corner_bright, True), reading(corner_bright, True, flipped=True)
print(f"clean {clean.mean():.1%}, with the shortcut {as_trained.mean():.1%}, the corner turned round {turned.mean():.1%}")
gains = {"corner as in training": 100 * (as_trained - clean), "corner turned round": 100 * (turned - clean)}
plots.paired_gains(gains, xlabel="test accuracy, shortcut minus clean, percentage points")

# %% [markdown]
# The accuracy does not just hide the shortcut, it *rewards* it: test images from the same camera cannot tell. Do the explanations?
#
# **Before you run the next cell:** the mean size of integrated gradients over all 8s of the test set, one map for one network: where
# will the largest share be? (Below it, a dot for each network, above zero where the corner is ahead of every other pixel.)


# %% demo=true slide="fragment"
def mean_sizes(explain, nets, bright):
    """Mean size of the explanation of the logit of 8, over the 8s of the test set; (20, 64)."""
    found = []
    for split, net in zip(splits, nets, strict=True):
        eights = photographed(split.test.X, split.test.y, bright)[split.test.y == 8]
        found.append(abs(explain(eights, np.full(len(eights), 8), *net)).mean(axis=0))
    return np.array(found)


def shares_from_black(X, targets, *net):
    return exact_shares(X, black, targets, *net)


def lead(sizes):
    """How far the corner is above the largest other pixel, in per cent of the sum over all pixels."""
    return 100 * (sizes[:, 0] - sizes[:, 1:].max(axis=1)) / sizes.sum(axis=1)


with once_written():
    bright_ig, bright_saliency = (mean_sizes(explain, corner_bright, True) for explain in (shares_from_black, saliency))
    eight = photographed(splits[0].test.X, splits[0].test.y, True)[splits[0].test.y == 8][:1]
    display(
        plots.explanations(
            eight, {"saliency, mean": bright_saliency[:1], "integr. gradients, mean": bright_ig[:1]}, (8, 8), titles=["logit of 8"]
        )
    )
    display(
        plots.paired_gains(
            {"integrated gradients": lead(bright_ig), "saliency": lead(bright_saliency)},
            xlabel="size at the corner minus size at the largest other pixel, % of the map",
        )
    )

# %% [markdown] slide="subslide"
# Both find it, for every seed. So explanations find shortcuts? One more camera: this time the corner is bright in *all* images, and
# **dark in the 8s**. The network can learn the same trick.
#
# **Before you run the next cell:** think of section 5 and of the factor $x_j - x_j^0$. What is the share of the corner in the logit of
# an 8, from a black baseline?

# %% demo=true slide="fragment"
with once_written():
    corner_dark = with_shortcut(bright=False)
    as_trained, turned = reading(corner_dark, False), reading(corner_dark, False, flipped=True)
    print(f"clean {clean.mean():.1%}, with the shortcut {as_trained.mean():.1%}, the corner turned round {turned.mean():.1%}")
    dark_ig, dark_saliency = (mean_sizes(explain, corner_dark, False) for explain in (shares_from_black, saliency))
    print("largest share of the corner, integrated gradients, 20 networks:", dark_ig[:, 0].max())
    gap = [shares_from_black(X, y, *net).sum(axis=1) - (logits(X, *net)[rows, y] - logits(black, *net)[y]) for net in corner_dark]
    print(f"and the shares of all 20 are complete: gaps of {np.abs(gap).max():.0e} at most")
    display(
        plots.paired_gains(
            {"integrated gradients from black": lead(dark_ig), "saliency": lead(dark_saliency)},
            xlabel="size at the corner minus size at the largest other pixel, % of the map",
        )
    )

# %% [markdown]
# **Exactly zero, in all 20 networks**, and every one of these explanations is complete. The network decides by the
# corner, and integrated gradients from black swear that it plays no part: what is *absent* has no share when absence is the
# baseline. Saliency does find it here, and it was blind in section 4. No tool sees everything, so use two, and ask each what it cannot
# see.
#
# The test that no explanation replaces is the one above: **change the thing, and look** (the corner turned round).

# %% [markdown] slide="skip"
# ### 8.1 In your own words (4 points, marked by hand)
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
# even raise the accuracy. Decide with photographs from another source, or with the suspected cue changed (turned round, covered).
#
# (b) A share has the factor $x_j - x^0_j$: a dark pixel equals the black baseline and gets exactly 0 whatever its role. Decide with
# another baseline (white, or the mean image), with saliency, or by changing the label in the photograph.
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

# %% [markdown] slide="slide"
# ## Summary
#
# | question | tool | beside it | how it misleads |
# |---|---|---|---|
# | what does a unit look for? | weight images, strongest inputs | pixels that vary | left-overs of the start; a few extremes |
# | what would move a logit? | saliency | the target | blind where a unit is saturated or off |
# | what accounts for a logit? | integrated gradients | baseline, steps, gap | blind to what equals the baseline |
# | what is a unit good for? | ablation | zero *and* mean; groups | understudies hide one another |
# | what can be read off a layer? | linear probe | raw pixels, untrained layer | there is not the same as used |
#
# - **Every explanation answers "compared with what?"** Name it: a tiny step, a baseline, a unit removed, the raw pixels.
# - **Completeness is a check on the arithmetic**, to twelve digits here. It is no proof that the explanation tells what you want.
# - **One network is an anecdote.** Train twenty, and give an interval.
#
# **If one thing stays with you:** an explanation is a measurement. Ask what it could not have shown.
#
# Unit 09 chose a network by early stopping, and unit 05 gave the gradients for everything here. Unit 11, the capstone, puts it all
# together: train, regularise, check, and *explain* a classifier of your own, with a written report.
#
# ## Further reading
#
# - The lecture notes, *Explainable AI*, on the page of the computational graph.
# - K. Simonyan, A. Vedaldi and A. Zisserman, "Deep inside convolutional networks: visualising image classification models and saliency
#   maps", [arXiv:1312.6034](https://arxiv.org/abs/1312.6034) (2013): saliency, section 3.
# - M. Sundararajan, A. Taly and Q. Yan, "Axiomatic attribution for deep networks", ICML 2017,
#   [arXiv:1703.01365](https://arxiv.org/abs/1703.01365): integrated gradients; the saturated unit of section 4 is its example.
# - G. Alain and Y. Bengio, "Understanding intermediate layers using linear classifier probes",
#   [arXiv:1610.01644](https://arxiv.org/abs/1610.01644) (2016).
# - A. S. Morcos, D. G. T. Barrett, N. C. Rabinowitz and M. Botvinick, "On the importance of single directions for generalization", ICLR
#   2018: ablation, and why selective units are not the important ones.
# - J. Adebayo and others, "Sanity checks for saliency maps", NeurIPS 2018: explanations that stay the same when the network's weights
#   are made random.
# - R. Geirhos and others, "Shortcut learning in deep neural networks", *Nature Machine Intelligence* 2 (2020), 665-673.
