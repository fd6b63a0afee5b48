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
# # Unit 02: Loss and gradient descent
#
# In unit 01 a network was a formula with numbers in it, its weights and biases. Where do good numbers come from? The notes answer in
# one line, $\theta \leftarrow \theta - \eta\,\nabla_\theta\ell$, and this unit takes that line apart: what $\ell$ is, what its gradient
# says, how far to step, and how to find any gradient by experiment when nobody has given you a formula.
#
# **At the end you can**
# - put one number on "how wrong", for numbers (mean squared error) and for classes (softmax and cross-entropy),
# - measure any gradient by finite differences, and find a mistake in somebody's formula with it,
# - walk down a loss surface, and say from which learning rate on the walk diverges, and why,
# - choose the step of a finite difference that measures best.
#
# | time | difficulty | what to know before |
# |---|---|---|
# | 115 minutes, and 50 for what is optional | easy to middle | unit 01; derivatives and the chain rule; NumPy arrays |
#
# What is "beyond the core" can wait: nothing in unit 03 needs it.

# %% [markdown] slide="skip"
# **Names.** $\theta$ ("theta") stands for all parameters together, one array; $\ell$ ("ell") is the loss, one number; $\eta$ ("eta") is
# the learning rate. Examples are counted by $n = 1, \dots, N$, and lie in the rows of an array.

# %%
import numpy as np

from course import check

# %% demo=true
# Cells like this one are for looking, not for marks: every cell that draws, times or compares may be changed and broken at will.
from course import keep, once_written, plots

# %% [markdown] slide="slide"
# ## 1. One number for "how wrong"
#
# A spring hangs from a hook. We load it with masses $x_n$ and measure its lengths $y_n$. The smallest network there is, one neuron
# without an activation, predicts the length as
#
# $$\hat y_n = w\,x_n + b,$$
#
# $w$ in centimetres for each kilogram, $b$ the length of the unloaded spring. (The hat says: predicted.) Which $w$ and $b$ are good?
# To say so, we need one number for each choice: a **loss**. The most common one for numbers is the **mean squared error**
#
# $$\ell = \frac1N \sum_{n=1}^N (\hat y_n - y_n)^2.$$
#
# A mean, so that it does not grow with the number of examples; squared, so that errors of both signs count, and large ones count most.

# %% [markdown] slide="subslide"
# **Before you write it:** predictions `[1, 2, 3]`, targets `[1, 2, 7]`. What is the mean squared error? And the mean of the
# *absolute* differences? What becomes of each when the 7 is a 70, because somebody left out the decimal point of 7.0?
#
# **Your turn (answer 1; 3 minutes; ★).** With several outputs for each example, the mean is taken over all entries.
#
# <details><summary>Hint 1: entry by entry</summary>
#
# Arrays of one shape are subtracted and squared entry by entry; `array.mean()` without an axis is the mean of all entries.
#
# </details>
# <details><summary>Hint 2: the order</summary>
#
# First the differences, then their squares, then the mean. The mean of the differences, squared afterwards, is something else: errors of
# both signs would cancel.
#
# </details>
# <details><summary>Hint 3: a worked example</summary>
#
# Another mean over all entries, that of the absolute differences: for predictions `[[1, 5], [2, 2]]` and targets `[[2, 2], [2, 6]]` the
# differences are `[[-1, 3], [0, -4]]`, their absolute values `[[1, 3], [0, 4]]`, and the mean of the four is 2: `np.abs(a - b).mean()`.
#
# </details>


# %% exercise="mse" slide="skip"


# %% demo=true
with once_written():
    for targets in ([1, 2, 7], [1, 2, 70]):
        print(f"targets {targets}: mean squared error {mse(np.array([1, 2, 3]), np.array(targets)):.4g}")

# %% [markdown]
# The squares are 0, 0 and 16, with the mean 5.33; the mean of the absolute differences is 4/3 = 1.33.
# One wrong point in three, and the loss is 280 times as large (the mean absolute difference: 17 times, from 1.33 to 22.3). Squares give
# large errors the most weight. That is good where errors are ordinary noise, and bad where some targets are simply wrong.

# %% [markdown] slide="subslide"
# ### The loss surface
#
# The data are given; $w$ and $b$ are ours. So the loss is a function of the *parameters*, $\ell(w, b)$: a landscape over the plane of
# $w$ and $b$, and each line through the data is one point of that plane.
#
# **Before you run the next cell:** three lines are drawn on the left. On the right, where do you expect the best of them: high or low,
# at the rim or in the middle? And the valley that you will see is long and narrow: a larger $w$ can be made up for by ... what?

# %% demo=true slide="fragment"
rng = np.random.default_rng(2)
mass = rng.uniform(0, 3, size=20)  # kg
length = 4 * mass + 12 + rng.normal(scale=0.8, size=20)  # cm
w_best, b_best = np.polyfit(mass, length, 1)
lines = {"too steep": (8, 6), "too flat": (1, 15), "best": (w_best, b_best)}
plots.line_losses(mass, length, lines, units=("mass in kg", "length in cm", "w, cm per kg", "b, cm"))

# %% [markdown]
# Dark is low. A larger slope $w$ is made up for by a smaller $b$: the line turns about the middle of the data and still passes near all
# points. That trade makes the valley long, and in section 5 it will make the descent slow.

# %% [markdown] slide="slide"
# ## 2. A loss for classes
#
# A classifier gives $C$ numbers for each example, one for each class: its **logits** $z_c$, any real numbers. **Softmax** turns them
# into probabilities,
#
# $$p_c = \frac{e^{z_c}}{\sum_{c'} e^{z_{c'}}},$$
#
# all positive, with sum 1; the largest logit gets the largest share.
#
# **Before you run the next cell:** the logits $(1, 2, 3)$, and then the same with 1000 added to each. On paper, how do the two
# softmaxes differ? What will NumPy say?

# %% demo=true slide="fragment"
with np.errstate(all="ignore"):
    for z in (np.array([1.0, 2.0, 3.0]), np.array([1001.0, 1002.0, 1003.0])):
        print(z, "->", np.exp(z) / np.exp(z).sum())

# %% [markdown] slide="subslide"
# On paper they are one and the same: for any number $m$,
#
# $$\frac{e^{z_c - m}}{\sum_{c'} e^{z_{c'} - m}} = \frac{e^{-m}\, e^{z_c}}{e^{-m} \sum_{c'} e^{z_{c'}}} = p_c.$$
#
# In float64, the numbers that NumPy computes with, $e^{1001}$ is infinite (the largest number is about $1.8\cdot10^{308} \approx
# e^{709.8}$), and infinity over infinity is `nan`. So **before** the exponential we subtract a number $m$ from the logits of a row.
# **Which $m$ is safe?** After it no exponent should be large and positive, and the sum below must not be rounded to zero: at least one
# of its terms should be of ordinary size.
#
# **Your turn (answer 2; 10 minutes; ★★).** For a whole batch: one row of logits for each example.
#
# <details><summary>Hint 1: which number</summary>
#
# If the largest of the differences $z_c - m$ is exactly 0, then its exponential is 1, and all others lie between 0 and 1.
#
# </details>
# <details><summary>Hint 2: row by row</summary>
#
# Every row has a maximum of its own: `logits.max(axis=1, keepdims=True)` has shape (N, 1), and is subtracted from (N, C) row by row.
# The sum below the line needs `keepdims=True` for the same reason.
#
# </details>
# <details><summary>Hint 3: a worked example</summary>
#
# The same way of working with another function: divide each row by its largest entry. For `A = np.array([[1.0, 4.0], [6.0, 3.0]])`,
# `A.max(axis=1, keepdims=True)` is `[[4.0], [6.0]]`, of shape (2, 1), and `A / A.max(axis=1, keepdims=True)` is
# `[[0.25, 1.0], [1.0, 0.5]]`. Without `keepdims=True` the shape is (2,), and NumPy would divide the columns by 4 and 6.
#
# </details>


# %% exercise="softmax" slide="skip"


# %% demo=true
with once_written():
    p = softmax(np.array([[1.0, 2.0, 3.0], [1001.0, 1002.0, 1003.0]]))
    print(p, "\nsums of the rows:", p.sum(axis=1))

# %% [markdown] slide="subslide"
# ### Cross-entropy
#
# The target of example $n$ is a **label** $y_n$, a whole number in $0, \dots, C-1$. The loss looks at one probability only, that of
# the right class, and takes minus its logarithm:
#
# $$\ell = \frac1N\sum_{n=1}^N \ell_n, \qquad \ell_n = -\log p_{n y_n}.$$
#
# | probability of the right class | 1 | 0.5 | 0.1 | 0.001 |
# |---|---|---|---|---|
# | loss, $-\log p$ | 0 | 0.69 | 2.30 | 6.91 |
#
# Sure and right costs nothing; sure and wrong costs a lot. (In the notes' regularised loss, $\ell_{\text{CE}}$ is this one.)
#
# **Before you go on:** a network knows nothing yet, all its logits are 0. What is its loss for $C = 10$ classes?

# %% [markdown] slide="subslide"
# **A trap.** If $p_{n y_n}$ is as small as $10^{-400}$, it is rounded to 0, and its logarithm is $-\infty$, although the loss is a
# harmless 921. So do not make $p$ first. With $\log\frac ab = \log a - \log b$, and $m$ the largest logit of the row,
#
# $$-\log p_y \;=\; -\log \frac{e^{z_y - m}}{\sum_{c'} e^{z_{c'} - m}} \;=\; \underbrace{\qquad ? \qquad}_{\text{yours: no division, no }
# \log 0}$$
#
# **Your turn (answer 3; 10 minutes; ★★).** Complete the line on paper, then write it for the batch.
#
# <details><summary>Hint 1: the line</summary>
#
# The logarithm of the upper part is $z_y - m$, without any exponential. What is left is $\log \sum_{c'} e^{z_{c'} - m}$. Mind the signs.
#
# </details>
# <details><summary>Hint 2: one entry of each row</summary>
#
# `array[np.arange(N), labels]` picks from row $n$ the entry `labels[n]`.
#
# </details>
# <details><summary>Hint 3: a worked example</summary>
#
# Another logarithm of a quotient: $-\log\frac{e^{5}}{e^{5} + e^{5}}$. The upper part gives 5, the lower one $\log(2e^5) = 5 + \log 2$, so
# the whole is $-5 + 5 + \log 2 = 0.69$. And picking: for `A = np.array([[1, 2], [3, 4]])`, `A[np.arange(2), [1, 0]]` is `[2, 3]`.
#
# </details>


# %% exercise="cross_entropy" slide="skip"


# %% demo=true
# Both sides of the definition, where both can be had; your prediction; and the harmless 921.
with once_written():
    logits, labels = rng.normal(size=(5, 3)), rng.integers(3, size=5)
    print("-log of the softmax:", -np.log(softmax(logits)[np.arange(5), labels]).mean(), " yours:", cross_entropy(logits, labels))
    print("ten logits of 0:    ", cross_entropy(np.zeros((1, 10)), np.array([4])), " log 10:", np.log(10))
    print("p = 1e-400:         ", cross_entropy(np.array([[0.0, 400 * np.log(10)]]), np.array([0])))

# %% [markdown] slide="slide"
# ## 3. A slope, by experiment
#
# To lower a loss we have to know which way it falls. The **gradient** $\nabla_\theta \ell$ collects the slopes
# $\partial\ell/\partial\theta_i$, one for each parameter: move $\theta_i$ alone by a little $h$, and the loss changes by about
# $h\,\partial\ell/\partial\theta_i$. That is also a recipe for measuring it. For a function $f$ of one number,
#
# $$\text{one-sided: } \frac{f(x + h) - f(x)}{h} \qquad\qquad \text{central: } \frac{f(x + h) - f(x - h)}{2h}$$
#
# **Before you run the next cell:** $f(x) = x^2$ at $x = 3$, step $h = 0.1$. The slope is 6. Which of the two is nearer, and by how much
# is the other one off?

# %% demo=true slide="fragment"
x, h = 3.0, 0.1
print("one-sided:", ((x + h) ** 2 - x**2) / h, "   central:", ((x + h) ** 2 - (x - h) ** 2) / (2 * h))

# %% [markdown] slide="subslide"
# ### Many parameters
#
# For an array `x` of any shape, go from entry to entry: move *one*, leave all others alone, take $f$ on both sides, and write the
# quotient where the entry stood. The result has the shape of `x`.
#
# **Your turn (answer 4; 10 minutes; ★★).** `x` must be afterwards what it was before.
#
# <details><summary>Hint 1: every entry of any shape</summary>
#
# `for index in np.ndindex(x.shape):` visits them all; `x[index]` is the entry, also where `x` has three axes, or none.
#
# </details>
# <details><summary>Hint 2: moving one entry</summary>
#
# `above = np.array(x, dtype=float)` is a copy that can hold fractions; then `above[index] += h`. Below needs a copy of its own.
#
# </details>
# <details><summary>Hint 3: a worked example</summary>
#
# By hand, for $f(x) = x_0 x_1$ at $(2, 5)$ with $h = 0.1$. Entry 0: $(2.1\cdot5 - 1.9\cdot5)/0.2 = 5$. Then entry 0 is 2 again, and it is
# the turn of entry 1: $(2\cdot5.1 - 2\cdot4.9)/0.2 = 2$. The result is $(5, 2)$, of the shape of $x$.
#
# </details>


# %% exercise="numerical_gradient" slide="skip"


# %% demo=true
# Both sides: the slope of (w x + b - y)², for one point, by hand and by experiment. And a matrix, whose gradient is a matrix.
with once_written():
    by_hand = 2 * (4 * 1.5 + 12 - 20) * np.array([1.5, 1.0])  # w = 4, b = 12, x = 1.5, y = 20
    print(by_hand, numerical_gradient(lambda theta: (theta[0] * 1.5 + theta[1] - 20) ** 2, np.array([4, 12]), 1e-5))
    print(numerical_gradient(lambda W: (W**2).sum(), np.array([[1, 2, 3], [4, 5, 6]]), 1e-5))

# %% [markdown] folded=true
# ### Optional: why classes have a loss of their own (5 minutes)
#
# Two classes, logits $(0, g)$, label 0: the network is wrong, and the larger $g$, the surer. We could take the mean squared error of the
# probabilities as its loss, and many did. Let us measure the slope of both losses with respect to $g$. A descent moves by the slope.
#
# **Before you run the next cell:** with $g = 8$ the network is as wrong as can be. Which loss tells it so more clearly: by its value, and
# by its slope?


# %% demo=true slide="fragment"
def losses_of(g):
    """The two losses of logits (0, g) with label 0."""
    logits = np.array([[0.0, g]])
    return {"cross-entropy": cross_entropy(logits, np.array([0])), "squared error": mse(softmax(logits), np.array([[1.0, 0.0]]))}


def slope_of(name, g):
    return numerical_gradient(lambda g: losses_of(g[0])[name], np.array([g]), 1e-5)[0]


gap, names = np.linspace(-6, 8, 141), ("cross-entropy", "squared error")
picture = None
with once_written():
    values = {name: np.array([losses_of(g)[name] for g in gap]) for name in names}
    slopes = {name: np.array([slope_of(name, g) for g in gap]) for name in names}
    caption = f"At g = 8: slope of the cross-entropy {slopes[names[0]][-1]:.4f}, of the squared error {slopes[names[1]][-1]:.4f}."
    picture = plots.curves(gap, {"loss ℓ": values, "slope ∂ℓ/∂g": slopes}, xlabel="logit of the wrong class, g", caption=caption)
picture

# %% [markdown]
# Sure and wrong, the squared error is flat: its slope is nearly zero, and a descent hardly moves. The cross-entropy has a slope close to
# 1 there. It is the loss that helps most where help is needed most.

# %% [markdown] slide="slide"
# ## 4. A formula, and a witness
#
# Experiments are slow: a million parameters need two million losses for one gradient. A formula gives all slopes at once, and finite
# differences become its **witness**. Back to the spring, $\theta = (w, b)$ and $\ell = \frac1N\sum_n (w x_n + b - y_n)^2$. A classmate
# has found the gradient, and it has **two mistakes**.


# %%
def classmates_gradient(theta, x, y):
    """Gradient of the mean of (w x + b - y)², theta = (w, b): with two mistakes."""
    w, b = theta
    residual = y - (w * x + b)
    return np.array([2 * (residual * x).mean(), 2 * residual.sum()])


# %% demo=true slide="fragment"
theta = np.array([8.0, 6.0])  # the line that was too steep
suspect = classmates_gradient(theta, mass, length)
with once_written():
    witness = numerical_gradient(lambda theta: mse(theta[0] * mass + theta[1], length), theta, 1e-5)
    print("classmate:", suspect, "\nwitness:  ", witness.round(6), "\nratio:    ", (suspect / witness).round(6))

# %% [markdown] slide="subslide"
# **Your turn (answer 5; 10 minutes; ★★).** Find the mistakes. The ratios are no accident: each is a number that you know. Say where each
# comes from, and write the corrected function.
#
# <details><summary>Hint 1: the first ratio</summary>
#
# It is $-1$, a sign, and the second ratio has it, too. The chain rule has a factor $\partial(\text{residual})/\partial w$: which sign
# has it for the classmate's residual?
#
# </details>
# <details><summary>Hint 2: the second ratio</summary>
#
# Without its sign it is 20. What are there 20 of?
#
# </details>
# <details><summary>Hint 3: a worked example</summary>
#
# Another loss: the mean of $(w x_n^2 - y_n)^2$. The chain rule takes 2 times the inner part, times the slope of the inner part: the mean of
# $2\,(w x_n^2 - y_n)\, x_n^2$. For the examples $x = (1, 2)$, $y = (1, 4)$ and $w = 2$ the inner parts are 1 and 4, and the gradient is
# $(2\cdot1\cdot1 + 2\cdot4\cdot4)/2 = 17$.
#
# </details>


# %% exercise="line_gradient" slide="skip"


# %% demo=true
# Held against the witness once more: now at 30 lines drawn at random, not only at one.
with once_written():
    differences = []
    for theta in rng.normal(size=(30, 2)) * 5:
        witness = numerical_gradient(lambda theta: mse(theta[0] * mass + theta[1], length), theta, 1e-5)
        differences.append(abs(line_gradient(theta, mass, length) / witness - 1).max())
    print(f"largest relative difference at 30 lines: {max(differences):.1e}")

# %% [markdown] slide="slide"
# ## 5. Gradient descent
#
# The gradient points to where the loss *grows* fastest. Why? For a small step $\Delta\theta$ the loss changes by about
# $\nabla\ell\cdot\Delta\theta$, each entry of the step times the slope in its direction, and such a product is largest when the two point
# the same way.
#
# **Before you run the next cell:** it tries 360 directions around the line that was too steep, all steps equally long. By how many degrees
# will the best of them differ from the direction of the gradient?

# %% demo=true slide="fragment"
here = np.array([8.0, 6.0])
angles = np.radians(np.arange(360))
around = here + 0.001 * np.column_stack([np.cos(angles), np.sin(angles)])
with once_written():
    growth = [mse(theta[0] * mass + theta[1], length) - mse(here[0] * mass + here[1], length) for theta in around]
    gradient = line_gradient(here, mass, length)
    print(f"steepest growth at {np.argmax(growth)}°, steepest fall at {np.argmin(growth)}°")
    print(f"the gradient points to {np.degrees(np.arctan2(gradient[1], gradient[0])) % 360:.1f}°")

# %% [markdown] slide="subslide"
# So we go the other way, a little, and ask again:
#
# $$\theta \leftarrow \theta - \eta\, \nabla_\theta \ell(\theta).$$
#
# This is the notes' update, with all data in one batch. The **learning rate** $\eta$ says how far: the step is $\eta$ times the gradient,
# so a gentle slope makes a short step.
#
# **Before you write it:** one parameter, $\ell = \theta^2$, start $\theta = 4$, $\eta = 0.25$. Where are you after one step? After two?
#
# **Your turn (answer 6; 10 minutes; ★★).** Return the *whole path*, so that it can be drawn: the start, and every $\theta$ after it.
#
# <details><summary>Hint 1: the shape</summary>
#
# A start and `steps` more points: `steps + 1` rows. With `steps = 0` the path is the start alone.
#
# </details>
# <details><summary>Hint 2: a trap, and another</summary>
#
# `theta -= ...` changes the array that you have put into the path already; `theta = theta - ...` makes a new one. And a start of whole
# numbers, `np.array([2, -1])`, has no room for fractions: begin with `np.array(start, dtype=float)`.
#
# </details>
# <details><summary>Hint 3: a worked example</summary>
#
# Another list of numbers, each made from the one before: begin with 1 and double three times.
# `value, path = 1, [1]`, and in a loop over `range(3)`: `value = 2 * value`, then `path.append(value)`. In the end `np.array(path)` is
# `[1, 2, 4, 8]`: three steps, four entries.
#
# </details>


# %% exercise="gradient_descent" slide="skip"


# %% demo=true
with once_written():
    print("your prediction:", gradient_descent(lambda theta: 2 * theta, np.array([4.0]), 0.25, 4).ravel())

# %% [markdown] slide="subslide"
# ### Down the valley of the spring
#
# **Before you run the next cell:** from the start, does the path aim at the minimum? At which angle does each step cross the contour that
# it starts from?


# %% demo=true slide="fragment"
def spring_loss(w, b):
    """The loss surface, for arrays of w and of b."""
    return ((np.asarray(w)[..., None] * mass + np.asarray(b)[..., None] - length) ** 2).mean(axis=-1)


start, best, picture = np.array([8.0, 4.0]), np.array([w_best, b_best]), None
with once_written():
    paths = {f"η = {eta}": gradient_descent(lambda theta: line_gradient(theta, mass, length), start, eta, 60) for eta in (0.02, 0.1, 0.25)}
    frame = {"across": (-1.5, 13.5), "up": (2, 16), "labels": ("w, cm per kg", "b, cm")}
    picture = plots.descents(spring_loss, paths, **frame, least=spring_loss(*best), equal=True)
picture

# %% [markdown]
# Every step is square to the contour it starts from, for along a contour the loss does not change. In a round bowl that is the way to
# the middle; in a long valley it leads to the other *side*, and then along the bottom with small steps. On the right, straight lines on a
# logarithmic scale: in the end each step multiplies the loss by the same factor.

# %% [markdown] slide="slide"
# ## 6. How large may the learning rate be?
#
# Larger was faster. **Before you run the next cell:** how does it go on at $\eta = 0.3$, and at $\eta = 0.32$?

# %% demo=true slide="fragment"
picture = None
with once_written():
    paths = {f"η = {eta}": gradient_descent(lambda theta: line_gradient(theta, mass, length), start, eta, 60) for eta in (0.25, 0.3, 0.32)}
    picture = plots.descents(spring_loss, paths, **frame, least=spring_loss(*best), equal=True)
picture

# %% [markdown]
# At 0.3 the loss still falls, but more slowly than at 0.25: each step jumps across the valley and lands nearly as high on the other side.
# At 0.32 each step lands *higher* than it started, and the loss grows. Where is the border?

# %% [markdown] slide="subslide"
# ### Why: one parameter first
#
# Near a minimum a smooth loss looks like a parabola, unless its second derivative is 0 there, as that of $\theta^4$ is. With the minimum
# at 0 and the **curvature** $L$ (the second derivative),
#
# $$\ell(\theta) = \tfrac12 L\,\theta^2, \qquad \nabla\ell = L\,\theta, \qquad \theta \leftarrow \theta - \eta L\,\theta =
# (1 - \eta L)\,\theta.$$
#
# So each step **multiplies** the distance to the minimum by $1 - \eta L$:
#
# | $\eta$ | factor $1 - \eta L$ | what happens |
# |---|---|---|
# | below $1/L$ | between 0 and 1 | closer from one side |
# | $1/L$ | 0 | there in one step |
# | between $1/L$ and ? | between $-1$ and 0 | over the minimum and back, closer each time |
# | above ? | below $-1$ | farther away with each step: it **diverges** |
#
# **Before you go on:** which number belongs in place of the question marks?

# %% demo=true slide="fragment"
# Both sides: the path after 10 steps, and the factor to the power of 10.
L = 4.0
with once_written():
    for eta in (0.1, 0.25, 0.45, 0.5, 0.55):
        end = gradient_descent(lambda theta: L * theta, np.array([1.0]), eta, 10)[-1, 0]
        print(f"η = {eta:.2f}: factor {1 - eta * L:+.1f}, after 10 steps {end:.4g}, factor¹⁰ = {(1 - eta * L) ** 10:.4g}")

# %% [markdown] slide="subslide"
# ### Beyond the core: many parameters (10 minutes; needs eigenvalues)
#
# With two parameters the parabola becomes a bowl. In the simplest one, $\ell = \frac12 a_1 \theta_1^2 + \frac12 a_2 \theta_2^2$, each
# parameter has a parabola of its own, with curvature $a_1$ or $a_2$, and a step multiplies $\theta_1$ by $1 - \eta a_1$ and $\theta_2$ by
# $1 - \eta a_2$. They do not disturb one another. But there is **one** $\eta$ for both.
#
# Most bowls are turned, like the valley of the spring: then the two directions lie askew. A bowl is written $\ell(\theta) = \frac12\,
# \theta^{\mathsf T} A\,\theta$, with the gradient $A\theta$, where the symmetric matrix $A$ holds the second derivatives. (It is called the
# Hessian.) The directions along which it is a plain parabola are the **eigenvectors** of $A$, and their curvatures $a_1, a_2, \dots$ its
# **eigenvalues**; NumPy finds both. That is all you need to know of them here. The largest curvature is the $L$ that counts.
#
# **Before you write it:** curvatures 1 and 10. With $\eta = 0.3$, by which factor does each direction change with each step? Which
# direction sets the limit?
#
# **Your turn (answer 7; 5 minutes; ★★).** `np.linalg.eigvalsh(A)` gives the eigenvalues of a symmetric matrix.
#
# <details><summary>Hint 1: who breaks first</summary>
#
# Every factor $1 - \eta a$ has to lie between $-1$ and $1$. As $\eta$ grows from 0, which $a$ is the first to break that?
#
# </details>
# <details><summary>Hint 2: one inequality</summary>
#
# $1 - \eta a < 1$ holds for every positive $\eta$ and $a$. So it is $1 - \eta a > -1$ that can break: solve it for $\eta$. For
# which $a$ is the bound lowest?
#
# </details>
# <details><summary>Hint 3: a worked example</summary>
#
# Another bound: every factor $1 - \eta a$ is to be positive, so that no direction overshoots. For curvatures 2 and 8: $1 - 2\eta > 0$ up to
# $\eta = 0.5$, and $1 - 8\eta > 0$ up to $\eta = 0.125$. Both hold only below 0.125, the bound of the larger curvature.
#
# </details>


# %% exercise="rate_limit" slide="skip"


# %% [markdown] folded=true
# ### Optional: the limit, tested (5 minutes; needs second derivatives and eigenvalues)
#
# For the spring, the second derivatives of $\frac1N\sum_n (w x_n + b - y_n)^2$ are
#
# $$A = \frac2N \sum_n \begin{pmatrix} x_n^2 & x_n \\ x_n & 1 \end{pmatrix}, \qquad
# \nabla\ell(\theta) = A\,(\theta - \theta_{\text{best}}).$$
#
# **Before you run the next cell:** it computes both sides of the second formula, and then the distance to the minimum after 300 steps, for
# 60 learning rates. What will the curve look like, left and right of the limit?

# %% demo=true slide="fragment"
A = 2 * np.array([[(mass**2).mean(), mass.mean()], [mass.mean(), 1.0]])
rates, picture = np.linspace(0.005, 0.325, 60), None
with once_written():
    print("both sides:", line_gradient(start, mass, length), A @ (start - best), "   curvatures:", np.linalg.eigvalsh(A))
    limit = rate_limit(A)
    ends = [gradient_descent(lambda theta: A @ (theta - best), start, eta, 300)[-1] for eta in rates]
    distances = np.linalg.norm(np.array(ends) - best, axis=1) / np.linalg.norm(start - best)
    picture = plots.rate_sweep(rates, distances, limit, steps=300)
picture

# %% demo=true slide="fragment"
# And for 30 surfaces drawn at random: one per cent below the limit, and one per cent above it.
with once_written():
    below, above = [], []
    for seed in range(30):
        draw = np.random.default_rng(seed)
        spread = draw.normal(size=(5, 3))
        bowl = spread.T @ spread / 5 + 0.1 * np.eye(3)
        for factor, distances in ((0.99, below), (1.01, above)):
            path = gradient_descent(lambda theta, A=bowl: A @ theta, draw.normal(size=3), factor * rate_limit(bowl), 1500)
            distances.append(np.linalg.norm(path[-1]))
    print(f"0.99 of the limit: nearer than 0.001 in {np.sum(np.array(below) < 1e-3)} of 30, largest distance {max(below):.1e}")
    print(f"1.01 of the limit: farther than 1000 in {np.sum(np.array(above) > 1e3)} of 30, smallest distance {min(above):.1e}")

# %% [markdown] slide="slide"
# ### Drag it
#
# Drag the ball (or move it with the arrow keys), and change the learning rate: the whole path is drawn at once. Right of it, the loss step
# by step, and the factor of each step.
#
# **Before you touch it:**
# 1. *narrow valley*: with which learning rate is the path fastest: close to 0, at half of $2/L$, or close to $2/L$?
# 2. Pass $2/L$ by a hair. Does it matter where you start?
# 3. *two valleys*: the deep one is also the narrower one. Put the ball there, and raise $\eta$ slowly. Where does it end, and why?

# %% demo=true slide="fragment"
from course.widgets import GradientDescent

GradientDescent("narrow valley", start=(-2.2, 1.2), learning_rate=0.2)

# %% [markdown]
# <details><summary>Answer</summary>
#
# 1. A little below $2/L$. There the steepest and the flattest direction shrink by factors of the same size; a smaller rate makes the
#    flattest one slower.
# 2. It does not, unless the start has no part at all in the steepest direction: any such part, however small, is multiplied by a factor
#    below $-1$ and grows.
# 3. As soon as $\eta$ is above the limit of the deep valley, the descent leaves it. Neither the rate alone nor a slope at the ball says
#    which valley is deeper: the **start** decides where a slow descent ends.
#
# </details>

# %% [markdown] folded=true
# ### Optional: a better valley (5 minutes; needs eigenvalues)
#
# The steepest direction sets the limit, and the flattest one then crawls: its factor is $1 - \eta a_{\min}$, close to 1. What counts
# is their ratio $a_{\max} / a_{\min}$, the **condition number**. For the spring, it can be had smaller without touching the
# descent: measure the mass from its own mean, and in units of its own spread (*standardising* the inputs).
#
# **Before you run the next cell:** the mean of the standardised $x_n$ is 0, and that of their squares is 1. What does $A$ become? How
# many steps does it need then, with the best learning rate?


# %% demo=true slide="fragment"
def steps_needed(inputs):
    """Steps to a thousandth of the start's distance, for a weight for each column of `inputs` and a bias, at the best learning rate."""
    D = np.column_stack([inputs, np.ones(len(inputs))])
    A = 2 * D.T @ D / len(D)
    curvatures = np.linalg.eigvalsh(A)
    eta = 2 / (curvatures.max() + curvatures.min())  # makes the factors of the steepest and the flattest direction equally large
    distances = np.linalg.norm(gradient_descent(lambda theta: A @ theta, np.ones(len(A)), eta, 1000), axis=1)
    return int(np.argmax(distances < 1e-3 * distances[0]))


def interval(ratios):
    """Geometric mean of ratios, with two standard errors below and above."""
    logs = np.log(ratios)
    middle, half = logs.mean(), 2 * logs.std(ddof=1) / np.sqrt(len(logs))
    return "{:.3g} ({:.3g} to {:.3g})".format(*np.exp([middle, middle - half, middle + half]))


def one_input(draw):
    return draw.uniform(0, 3, size=(20, 1))


def two_alike(draw):
    return draw.normal(size=(20, 1)) + draw.normal(size=(20, 2)) * [0, 0.5]  # the second column is the first, and a little noise


with once_written():
    for name, draw_inputs in (("masses from 0 to 3 kg", one_input), ("two inputs that are much alike", two_alike)):
        drawn = [draw_inputs(np.random.default_rng(seed)) for seed in range(30)]
        raw = np.array([steps_needed(X) for X in drawn])
        standardised = np.array([steps_needed((X - X.mean(axis=0)) / X.std(axis=0)) for X in drawn])
        print(f"{name}: median {np.median(raw):.0f} steps, standardised {np.median(standardised):.0f};", end=" ")
        print(f"ratio {interval(raw / standardised)} over 30 draws of data")

# %% [markdown]
# For one input the bowl becomes round, and one step suffices: too good to be met in a network, but the direction holds. Two inputs that
# are much alike gain next to nothing: their valley comes from what they share, and scaling each by itself does not change that.

# %% [markdown] slide="slide"
# ## 7. Keep your work
#
# The next cell checks your answers once more, and writes those that pass, with all that they use, into the file
# `my_network.py` beside this notebook. Later units load them from there. It prints what was kept, and what was not and why.

# %% demo=true
with once_written():
    keep(mse, softmax, cross_entropy, numerical_gradient, line_gradient, gradient_descent, rate_limit)

# %% [markdown] slide="slide"
# ## 8. Beyond the core: how small a step? (25 minutes; needs Taylor's formula)
#
# You can go on to unit 03 from here, and come back: this section is about the precision of finite differences, and nothing before it needs
# it. It asks for two short derivations (answers 8 and 9), and for Taylor's formula.
#
# "As small as possible", says the definition of a derivative. A computer disagrees.
#
# **Before you run the next cell:** $f(x) = \sin x$ at $x = 1$. Which $h$ comes nearest to the true slope: $10^{-1}$, $10^{-5}$, $10^{-8}$
# or $10^{-15}$? Is it the same for both formulas?

# %% demo=true slide="fragment"
steps, at = 10.0 ** np.arange(-16, 0.1, 0.2), 1.0
one_sided = abs((np.sin(at + steps) - np.sin(at)) / steps / np.cos(at) - 1)
central = abs((np.sin(at + steps) - np.sin(at - steps)) / (2 * steps) / np.cos(at) - 1)
plots.step_errors(steps, {"one-sided": one_sided, "central": central})

# %% [markdown] slide="subslide"
# The best is near $10^{-8}$ for the one-sided formula and near $10^{-5}$ for the central one. The curves look like a V, and there are two
# errors, one on each side of it.
#
# **Truncation.** Write $f$ for $f(x)$, and $f'$, $f''$, $f'''$ for the first three derivatives at $x$. Taylor's formula says
#
# $$f(x \pm h) = f \pm h f' + \tfrac{h^2}{2} f'' \pm \tfrac{h^3}{6} f''' + \dots$$
#
# One-sided: $f$ cancels, and after division by $h$ there remains $f' + \tfrac h2 f''$. Central: $f$ **and** $f''$ cancel. What remains is
#
# $$\frac{f(x+h) - f(x-h)}{2h} = f' + \frac{h^2}{6} f''' + \dots$$
#
# **Before you run the next cell:** make $h$ ten times as small. By which factor does each truncation error shrink?

# %% demo=true slide="fragment"
print("   h    one-sided: error, h |f''|/2      central: error, h² |f'''|/6")
for h in (1e-1, 1e-2, 1e-3):  # sin'' = -sin, sin''' = -cos
    error_1 = abs((np.sin(at + h) - np.sin(at)) / h - np.cos(at))
    error_2 = abs((np.sin(at + h) - np.sin(at - h)) / (2 * h) - np.cos(at))
    print(f"{h:.3f}     {error_1:.3e}  {h * np.sin(at) / 2:.3e}            {error_2:.3e}  {h**2 * np.cos(at) / 6:.3e}")

# %% [markdown] slide="subslide"
# **Rounding.** A float64 keeps about 16 digits: every computed $f$ is off by up to about $\varepsilon_{\text{mach}} |f|$, where
# $\varepsilon_{\text{mach}} \approx 2.2\cdot 10^{-16}$ (`np.finfo(float).eps`). In a central difference two such errors meet, and are
# divided by $2h$:
#
# $$\frac{\varepsilon_{\text{mach}}|f| + \varepsilon_{\text{mach}}|f|}{2h} = \frac{\varepsilon_{\text{mach}} |f|}{h}.$$
#
# It *grows* as $h$ shrinks. Where it lies exactly is luck, so the V is ragged on its left; this is a bound for it.
#
# **Before you run the next cell:** at $h = 10^{-10}$, about how many digits of the slope are left?

# %% demo=true slide="fragment"
eps = np.finfo(float).eps
for h in (1e-8, 1e-10, 1e-12):
    nearby = h * np.linspace(1, 1.1, 200)  # 200 steps that hardly differ: luck shows
    errors = abs((np.sin(at + nearby) - np.sin(at - nearby)) / (2 * nearby) - np.cos(at))
    print(f"h = {h:.0e}: median error {np.median(errors):.1e}, largest {errors.max():.1e}, bound {eps * np.sin(at) / h:.1e}")

# %% [markdown] slide="subslide"
# ### The best step: a derivation to complete
#
# Both errors together, at most about
#
# $$E(h) = \frac{|f'''|\, h^2}{6} + \frac{\varepsilon_{\text{mach}}\, |f|}{h}.$$
#
# **Your turn (answer 8; 5 minutes; ★★).** Step 1: where $E$ is smallest, its slope is zero. Differentiate: $\mathrm dE/\mathrm dh = {?}$
#
# <details><summary>Hint 1: the derivative of a power</summary>
#
# The derivative of $h^p$ is $p\, h^{p-1}$. For $\frac1h = h^{-1}$ that is $-h^{-2}$.
#
# </details>
# <details><summary>Hint 2: what is constant</summary>
#
# $f$, $f'''$ and $\varepsilon_{\text{mach}}$ do not depend on $h$: they stay as factors. They may be negative, and $E$ is made of their
# absolute values.
#
# </details>
# <details><summary>Hint 3: a worked example</summary>
#
# Another sum of this kind: $E(h) = 5h^3 + 2/h$. The first term gives $15 h^2$, the second $-2/h^2$, so the slope is $15h^2 - 2/h^2$;
# at $h = 1$ that is 13.
#
# </details>


# %% exercise="error_slope" slide="skip"


# %% demo=true
# Both sides: your formula, and E by your own experiment. (A coarse eps of 0.001 makes both terms visible.)
with once_written():
    for h in (0.1, 0.3, 1.0):
        measured = numerical_gradient(lambda h: (2.0 * h**2 / 6 + 1e-3 * 5.0 / h).sum(), np.array([h]), 1e-5)
        print(f"h = {h}: formula {error_slope(np.array([h]), -2.0, 5.0, 1e-3)}, experiment {measured}")

# %% [markdown] slide="subslide"
# The slope is negative for small steps and positive for large ones: somewhere between lies the best.
#
# **Your turn (answer 9; 10 minutes; ★★★).** Step 2: set it to zero, and solve for $h$.
#
# **Before you write it:** which power of $\varepsilon_{\text{mach}}$ do you expect? For $|f| = |f'''| = 1$, what is the best $h$,
# roughly? Compare with the V above: not with its lowest point, which is a lucky one, but with where the two arms would meet.
#
# <details><summary>Hint 1: solving</summary>
#
# Bring the second term to the other side and multiply by $h^2$: there is one power of $h$ on the left, and none on the right.
#
# </details>
# <details><summary>Hint 2: the signs</summary>
#
# $f$ and $f'''$ may be negative, and a step may not. `np.cbrt` is the cube root, and so is `** (1 / 3)` of a positive number. (Mind the
# brackets. And of a negative number, `** (1 / 3)` is complex in Python.)
#
# </details>
# <details><summary>Hint 3: a worked example</summary>
#
# Another one: $E(h) = 3h^2 + 48/h$ has the slope $6h - 48/h^2$. It is zero where $6h^3 = 48$, so $h^3 = 8$ and $h = 2$.
#
# </details>


# %% exercise="best_step" slide="skip"


# %% demo=true slide="fragment"
# The V once more, and E beside it. Each point is the largest error of 50 steps close by, so that luck is out of the picture.
grid = 10.0 ** np.arange(-8, -1.9, 0.1)
nearby = grid[:, None] * np.linspace(0.95, 1.05, 50)
worst = abs((np.sin(at + nearby) - np.sin(at - nearby)) / (2 * nearby) - np.cos(at)).max(axis=1)
model = np.cos(at) * grid**2 / 6 + eps * np.sin(at) / grid
with once_written():
    h = best_step(-np.cos(at), np.sin(at), eps)
    print(f"your best step {h:.2e}, E's minimum on the grid at {grid[model.argmin()]:.2e}, the measured one at {grid[worst.argmin()]:.2e}")
plots.step_errors(grid, {"measured, relative": worst / np.cos(at), "E(h), relative": model / np.cos(at)})

# %% [markdown] slide="subslide"
# ### Is it worth it?
#
# A common rule of thumb is $h = 10^{-5}$ for everything. We compare it with `best_step`, at 40 points drawn at random: the ratio of
# both errors, its geometric mean, and an interval of two standard errors.
#
# **Before you run the next cell:** $\sin(x)$ has $|f|$ and $|f'''|$ of one size. For $\sin(100x)$, $f'''$ is a million times as large.
# The third function is the same on paper, but adds a million and takes it away again. Where does the formula help?


# %% demo=true
def typical_error(f, slope, x, h):
    """Error of central differences of f at x: root mean square over 50 steps close to h."""
    h = h * np.linspace(0.95, 1.05, 50)
    return np.sqrt((((f(x + h) - f(x - h)) / (2 * h) - slope) ** 2).mean())


functions = {  # the function, and k where it is sin(kx) on paper
    "sin(x)": (np.sin, 1),
    "sin(100x)": (lambda x: np.sin(100 * x), 100),
    "(1e6 + sin(100x)) - 1e6": (lambda x: (1e6 + np.sin(100 * x)) - 1e6, 100),
}
with once_written():
    for name, (f, k) in functions.items():
        ratios = []
        for x in rng.uniform(0.3, 1.2, size=40) / k:
            slope, third = k * np.cos(k * x), -(k**3) * np.cos(k * x)
            ratios.append(typical_error(f, slope, x, 1e-5) / typical_error(f, slope, x, best_step(third, np.sin(k * x), eps)))
        print(f"{name}: the error with h = 1e-5 is {interval(ratios)} times that with best_step")

# %% [markdown]
# For a function of ordinary size the rule of thumb costs less than a factor of one and a half: nothing to worry about. Where the function
# bends sharply, the formula wins by far. And in the third line it does **harm** (a ratio below 1): it takes
# $\varepsilon_{\text{mach}}|f|$ for the
# rounding error, but what was rounded inside is a million. Besides, it wants $f'''$, and who knows that, if not even $f'$ is known? The
# course's own `numerical_gradient`, in later units, therefore combines several steps in place of one best one.

# %% [markdown] slide="skip"
# ## A written question (4 points, marked by hand; 10 minutes)
#
# A friend trains a network. With $\eta = 0.1$ the loss falls slowly but steadily. "So I took $\eta = 1$ to be ten times as fast, and the
# loss went to infinity. My gradient must be wrong; and indeed, a finite difference with $h = 10^{-14}$ does not agree with it."
#
# 1. Explain, with the factor of a step, how a *right* gradient can send the loss to infinity. What does this say of the largest
#    curvature $L$ of the friend's loss?
# 2. Why is the finite difference no evidence against the gradient? What would you do in its place?

# %% [markdown] written=4
# **Model answer.**
#
# 1. Near the minimum, along a direction of curvature $a$, a step multiplies the distance by $1 - \eta a$. For $\eta > 2/L$ the
#    steepest direction has $1 - \eta L < -1$: each step goes across the minimum and ends farther away than it began, so the loss grows
#    without bound although every gradient is right. It converged with $\eta = 0.1$ and diverged with $\eta = 1$, so $2/L$ lies between
#    the two, and $L$ between 2 and 20.
# 2. The rounding error of a central difference is about $\varepsilon_{\text{mach}}|\ell|/h$. With $h = 10^{-14}$ and $\ell \approx 1$
#    that is 0.02: only about two digits are left, or none where the slope is small. With $h$ near
#    $(3\varepsilon_{\text{mach}}|f|/|f'''|)^{1/3}$, about $10^{-5}$, some ten digits can be trusted. Compare with that, and at several
#    points.
#
# **Rubric.** Any notation will do.
#
# - 1: each step multiplies the distance by $1 - \eta a$, in words or as a formula, and it overshoots.
# - 1: it diverges beyond $2/L$, so $2 \le L \le 20$ (half a point for one side).
# - 1: the finite difference is spoilt by rounding, divided by a tiny $h$.
# - 1: a better step is named, with a reason (the V, or the formula; half a point without one).

# %% [markdown] slide="slide"
# ## Summary
#
# | idea | formula | mind |
# |---|---|---|
# | mean squared error | mean of $(\hat y - y)^2$ | one blunder outweighs many small errors |
# | softmax | $e^{z_c} / \sum_{c'} e^{z_{c'}}$ | large exponents overflow |
# | cross-entropy | mean of $-\log p_y$ | sure and wrong costs most |
# | central difference | $(f(x+h) - f(x-h)) / 2h$ | a witness, not a method for training |
# | its error | $\lvert f'''\rvert h^2/6 + \varepsilon_{\text{mach}}\lvert f\rvert/h$ | you found where it is smallest |
# | gradient descent | $\theta \leftarrow \theta - \eta\nabla_\theta\ell$ | square to the contour, not straight to the minimum |
# | the limit | you derived it from the factor $1 - \eta a$ | the steepest direction decides |
#
# **If you remember one thing:** near a minimum a step multiplies the distance by $1 - \eta a$, once for each direction. Too small
# is slow in the flattest; too large explodes in the steepest.

# %% [markdown] slide="subslide"
# ## Where it goes from here
#
# For a line, the gradient was a formula for two parameters. A network has thousands, one inside the other: **unit 03** computes all of
# their slopes in one walk backwards, node by node. **Unit 05** differentiates softmax and cross-entropy, and uses finite differences as
# its witness; **unit 06** turns gradient descent into the notes' training algorithm, with batches drawn at random and momentum.
#
# ## Further reading
#
# - The lecture notes, *NN training algorithm*.
# - I. Goodfellow, Y. Bengio and A. Courville, [*Deep Learning*](https://www.deeplearningbook.org), MIT Press 2016: section 4.1 on overflow
#   and underflow, 4.2 on poor conditioning, 4.3 on gradient-based optimisation.
# - G. Goh, ["Why Momentum Really Works"](https://distill.pub/2017/momentum/), *Distill* 2017: its first part is our section 6.
# - S. Boyd and L. Vandenberghe, [*Convex Optimization*](https://web.stanford.edu/~boyd/cvxbook/), Cambridge University Press 2004,
#   section 9.3 on gradient descent and the condition number.
# - Stanford CS231n, [Gradient checks](https://cs231n.github.io/neural-networks-3/#gradcheck), on finite differences in practice.
# - A. Cauchy, "Méthode générale pour la résolution des systèmes d'équations simultanées", *Comptes rendus* 25 (1847), 536-538: three
#   pages, and the first gradient descent.
