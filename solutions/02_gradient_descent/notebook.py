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
# In unit 01 a network was a formula with numbers in it: its weights and biases. Where do good numbers come from? The notes answer in
# one line, $\theta \leftarrow \theta - \eta\,\nabla_\theta\ell$. In this unit we take that line apart: what $\ell$ is, what its gradient
# says, and how long a step may be.
#
# **At the end you can**
# - put one number on "how wrong", for numbers (mean squared error) and for classes (softmax and cross-entropy),
# - measure any gradient by finite differences, and use it to find a mistake in a formula,
# - walk down a loss surface, and say above which learning rate the walk diverges, and why.
#
# | time | difficulty | what to know before |
# |---|---|---|
# | 120 minutes, and 45 for what is optional | easy to medium | unit 01; derivatives and the chain rule; NumPy arrays |
#
# What is optional or "beyond the core" can wait: nothing in unit 03 needs it.

# %% [markdown] deck="slide"
# ## Fog on a hillside
#
# You want to go down. You see nothing.
#
# You only feel the slope **under your feet**.
#
# Which way do you go? And how far, before you feel again?
#
# Note: Let them talk to a neighbour for one minute. Collect both answers: most say "the steepest way down, a small step". Ask what goes
# wrong with large steps, and leave the answers on the board: this unit makes numbers of them.

# %% [markdown] slide="skip"
# **Names.** $\theta$ ("theta") is all parameters together, in one array; $\ell$ ("ell") is the loss, one number; $\eta$ ("eta") is
# the learning rate. The examples have the numbers $n = 1, \dots, N$, and each is a row of an array.

# %%
import numpy as np

from course import check

# %% demo=true
# Cells like this one are for looking, not for marks: change and break them at will.
from course import keep, once_written, plots

# %% [markdown] slide="slide"
# ## 1. One number for "how wrong"
#
# A spring hangs from a hook. We load it with masses $x_n$ and measure its lengths $y_n$. The smallest network there is, one neuron
# without an activation, predicts the length as
#
# $$\hat y_n = w\,x_n + b.$$
#
# (The hat means "predicted".) Here $w$ is in centimetres per kilogram, and $b$ is the length of the spring without a load. Which $w$ and
# $b$ are good? To compare them, we need one number for each choice: a **loss**. The most common one for numbers is the
# **mean squared error**
#
# $$\ell = \frac1N \sum_{n=1}^N (\hat y_n - y_n)^2.$$
#
# It is a mean, so that it does not grow with the number of examples. The errors are squared, so that too high and too low both count.

# %% [markdown] slide="subslide"
# **Before you write it:** predictions `[1, 2, 3]`, targets `[1, 2, 7]`. What is the mean squared error? And the mean of the
# *absolute* differences? And both once more if the 7 is a 70, because somebody left out the decimal point of 7.0?
#
# **Your turn (answer 1; 3 minutes; ★).** With several outputs for each example, the mean is taken over all entries.
#
# <details><summary>Hint 1: entry by entry</summary>
#
# Arrays of the same shape are subtracted and squared entry by entry; `array.mean()` without an axis is the mean of all entries.
#
# </details>
# <details><summary>Hint 2: the order</summary>
#
# First the differences, then their squares, then the mean. If you take the mean first and square it afterwards, errors of
# opposite signs cancel.
#
# </details>
# <details><summary>Hint 3: a worked example</summary>
#
# Another mean over all entries is that of the absolute differences. For predictions `[[1, 5], [2, 2]]` and targets `[[2, 2], [2, 6]]` the
# differences are `[[-1, 3], [0, -4]]`, their absolute values `[[1, 3], [0, 4]]`, and the mean of the four is 2: `np.abs(a - b).mean()`.
#
# </details>


# %% exercise="mse" slide="skip"


# %% demo=true
with once_written():
    for targets in ([1, 2, 7], [1, 2, 70]):
        predictions, targets = np.array([1, 2, 3]), np.array(targets)
        print(f"targets {targets}: mean squared error {mse(predictions, targets):.4g}, ", end="")
        print(f"mean absolute difference {abs(predictions - targets).mean():.4g}")

# %% [markdown]
# The squares are 0, 0 and 16, and their mean is 5.33; the mean of the absolute differences is 4/3 = 1.33. With the 70, the first is about
# 280 times as large, and the second only 17 times. Squares give large errors the most weight. That is good if errors are ordinary noise,
# and bad if some targets are simply wrong.

# %% [markdown] deck="slide"
# ## One number for "how wrong"
#
# A spring: mass $x_n$, length $y_n$.
#
# $$\hat y_n = w\,x_n + b, \qquad \ell = \frac1N \sum_{n=1}^N (\hat y_n - y_n)^2$$
#
# Each pair $(w, b)$ has a loss. If $w$ grows, what must $b$ do, so that the loss stays low?
#
# Note: Say the loss in words: predict, subtract, square, take the mean. Then the question: ask for hands, larger or smaller b, and wait
# half a minute. Let somebody turn a pen in the air as the line; where does it turn?

# %% [markdown] slide="subslide"
# ### The loss surface
#
# The data are given, and we choose $w$ and $b$. So the loss is a function of the *parameters*, $\ell(w, b)$. We can see it as a landscape
# over the plane of $w$ and $b$, where each line through the data is one point.
#
# **Before you run the next cell:** it draws three lines on the left, and the landscape on the right: the darker, the lower. Where do you
# expect the best line, in the middle of a dark region or at its edge? If we make the slope $w$ larger, how must $b$ change so that the
# loss stays low?

# %% [markdown] deck="slide"
# ## A long valley
#
# Each line on the left is **one point** on the right.
#
# Note: The line turns about the middle of the data, so b becomes smaller when w grows. Ask somebody to point at the valley, and to say
# which lines lie along its bottom. It is long and narrow: keep that in mind for the descent.

# %% demo=true slide="fragment" deck="show"
rng = np.random.default_rng(2)
mass = rng.uniform(0, 3, size=20)  # kg
length = 4 * mass + 12 + rng.normal(scale=0.8, size=20)  # cm
w_best, b_best = np.polyfit(mass, length, 1)
lines = {"too steep": (8, 6), "too flat": (1, 15), "best": (w_best, b_best)}
plots.line_losses(mass, length, lines, units=("mass in kg", "length in cm", "w, cm per kg", "b, cm"))

# %% [markdown]
# The best line is the lowest point, in the middle of a long valley. When $w$ grows, $b$ must become smaller: the line then turns about
# the middle of the data, and still passes near all points. That is why the valley is long. It will make our descent slow.

# %% [markdown] slide="slide"
# ## 2. A loss for classes
#
# A classifier computes $C$ numbers for each example, one for each class. They are called **logits**, $z_c$, and may be any real numbers.
# **Softmax** turns them into probabilities:
#
# $$p_c = \frac{e^{z_c}}{\sum_{c'} e^{z_{c'}}}.$$
#
# All of them are positive, and their sum is 1. The largest logit gets the largest probability.
#
# **Before you run the next cell:** it takes the logits $(1, 2, 3)$, and then the same with 1000 added to each. On paper, how do the two
# softmaxes differ? And what will NumPy say?

# %% demo=true slide="fragment"
with np.errstate(all="ignore"):
    for z in (np.array([1.0, 2.0, 3.0]), np.array([1001.0, 1002.0, 1003.0])):
        print(z, "->", np.exp(z) / np.exp(z).sum())

# %% [markdown] slide="subslide"
# On paper they do not differ. If we subtract the same number from all logits, here 1000, the softmax stays as it is:
#
# $$\frac{e^{z_c - 1000}}{\sum_{c'} e^{z_{c'} - 1000}} = \frac{e^{-1000}\, e^{z_c}}{e^{-1000} \sum_{c'} e^{z_{c'}}} = p_c.$$
#
# But NumPy computes with float64 numbers, of which the largest is about $1.8\cdot10^{308} \approx e^{709.8}$. So $e^{1001}$ becomes
# infinite, and infinity divided by infinity is `nan`. The equation shows the way out: subtract a number from all logits of an example
# **before** the exponential. **Which number is safe for any logits?** Afterwards no exponent should be large and positive. And the sum must
# not be rounded to zero, so at least one of its terms should be of ordinary size.
#
# **Your turn (answer 2; 10 minutes; ★★).** Write it for a whole batch, with the logits of one example in each row.
#
# <details><summary>Hint 1: which number</summary>
#
# If the largest logit is exactly 0 after the subtraction, its exponential is 1, and all others lie between 0 and 1.
#
# </details>
# <details><summary>Hint 2: row by row</summary>
#
# Every row has a maximum of its own. `logits.max(axis=1, keepdims=True)` has shape (N, 1), so it is subtracted from (N, C) row by row.
# The sum in the denominator needs `keepdims=True` for the same reason.
#
# </details>
# <details><summary>Hint 3: a worked example</summary>
#
# The same with another function: divide each row by its largest entry. For
# `marks = np.array([[1.0, 4.0], [6.0, 3.0]])`, `best = marks.max(axis=1, keepdims=True)` is `[[4.0], [6.0]]`, of shape (2, 1), and
# `marks / best` is `[[0.25, 1.0], [1.0, 0.5]]`. Without `keepdims=True` the shape is (2,), and NumPy would divide the columns by 4 and 6.
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
# The target of example $n$ is a **label** $y_n$, a whole number from 0 to $C - 1$. Let $p_{nc}$ be the probability of class $c$ for
# example $n$. The loss looks only at that of the right class, $c = y_n$, and takes minus its logarithm:
#
# $$\ell = \frac1N\sum_{n=1}^N \ell_n, \qquad \ell_n = -\log p_{n y_n}.$$
#
# | probability of the right class | 1 | 0.5 | 0.1 | 0.001 |
# |---|---|---|---|---|
# | loss, $-\log p$ | 0 | 0.69 | 2.30 | 6.91 |
#
# To be sure and right costs nothing; to be sure and wrong costs a lot. (The notes call this loss $\ell_{\text{CE}}$.)
#
# **Before you go on:** a network knows nothing yet, and all its logits are 0. What is its loss for $C = 10$ classes?

# %% [markdown] deck="slide"
# ## A loss for classes
#
# $$\ell_n = -\log p_{n y_n}$$
#
# Only the probability of the **right** class counts.
#
# A network knows nothing: each of ten classes gets $\frac1{10}$.
#
# Is its loss $0.1$, $1$, $2.3$ or $10$?
#
# Note: Hands for each of the four numbers, after half a minute. Many say 0.1, which is the probability, or 1. Say that log is the natural
# logarithm, and let somebody compute it.

# %% [markdown] deck="slide"
# ## 2.3
#
# | probability of the right class | 1 | 0.5 | 0.1 | 0.001 |
# |---|---|---|---|---|
# | loss | 0 | 0.69 | 2.30 | 6.91 |
#
# To be sure and right costs nothing. To be sure and **wrong** costs most.
#
# Note: Minus log of one tenth is log 10, about 2.3. Remember this number: a new network that reads ten digits begins near it, and if yours
# does not, look for a mistake. Ask where the loss goes when the probability goes to 0; wait for "to infinity".

# %% [markdown] slide="subslide"
# **A trap.** If $p_{n y_n}$ is as small as $10^{-400}$, the computer rounds it to 0, and its logarithm is $-\infty$, although the true loss
# is only 921. So do not compute $p$ first. Let $z_c$ now be the logits of one example *after* you have subtracted your number from
# them. With $\log\frac ab = \log a - \log b$,
#
# $$-\log p_y \;=\; -\log \frac{e^{z_y}}{\sum_{c'} e^{z_{c'}}} \;=\; \underbrace{\qquad ? \qquad}_{\text{yours: no division, no }
# \log 0}$$
#
# **Your turn (answer 3; 10 minutes; ★★).** Complete the line on paper, then write it for the batch.
#
# <details><summary>Hint 1: the line</summary>
#
# The logarithm of the numerator is $z_y$, without any exponential. The logarithm of the denominator stays: $\log \sum_{c'} e^{z_{c'}}$.
# Mind the signs.
#
# </details>
# <details><summary>Hint 2: one entry of each row</summary>
#
# `array[np.arange(N), labels]` picks from row $n$ the entry `labels[n]`.
#
# </details>
# <details><summary>Hint 3: a worked example</summary>
#
# Another logarithm of a quotient: $-\log\frac{e^{5}}{e^{5} + e^{5}}$. The numerator gives 5, the denominator $\log(2e^5) = 5 + \log 2$,
# so the result is $-5 + 5 + \log 2 = 0.69$. And to pick entries: for `marks = np.array([[1, 2], [3, 4]])`,
# `marks[np.arange(2), [1, 0]]` is `[2, 3]`.
#
# </details>


# %% exercise="cross_entropy" slide="skip"


# %% demo=true
# Both sides of the definition; your prediction; and the loss of 921.
with once_written():
    logits, labels = rng.normal(size=(5, 3)), rng.integers(3, size=5)
    print("-log of the softmax:", -np.log(softmax(logits)[np.arange(5), labels]).mean(), " yours:", cross_entropy(logits, labels))
    print("ten logits of 0:    ", cross_entropy(np.zeros((1, 10)), np.array([4])), " log 10:", np.log(10))
    print("p = 1e-400:         ", cross_entropy(np.array([[0.0, 400 * np.log(10)]]), np.array([0])))

# %% [markdown]
# Ten logits of 0 give each class the probability 1/10, so the loss is $-\log\frac1{10} = \log 10 = 2.30$.

# %% [markdown] slide="slide"
# ## 3. A slope, by experiment
#
# To make a loss smaller, we have to know in which direction it falls. The **gradient** $\nabla_\theta \ell$ collects the slopes
# $\partial\ell/\partial\theta_i$, one for each parameter: if we move $\theta_i$ alone by a small step $h$, the loss changes by about
# $h\,\partial\ell/\partial\theta_i$. This also tells us how to measure the slope. For a function $f$ of one number, there are two
# **finite differences**:
#
# $$\text{one-sided: } \frac{f(x + h) - f(x)}{h} \qquad\qquad \text{central: } \frac{f(x + h) - f(x - h)}{2h}$$
#
# For $f(x) = x^2$ at $x = 3$, where the slope is 6, and $h = 0.1$, the one-sided formula gives $(9.61 - 9)/0.1 = 6.1$, and the central one
# gives $(9.61 - 8.41)/0.2 = 6$.
#
# How small should $h$ be? "As small as possible", says the definition of a derivative. A computer disagrees.
#
# **Before you run the next cell:** $f(x) = \sin x$ at $x = 1$. Which $h$ comes closest to the true slope: $10^{-1}$, $10^{-5}$, $10^{-8}$
# or $10^{-15}$? Is it the same for both formulas?

# %% [markdown] deck="slide"
# ## A slope, by experiment
#
# $$\frac{f(x + h) - f(x - h)}{2h}$$
#
# $f(x) = \sin x$, at $x = 1$.
#
# Which step comes closest to the true slope: $h = 10^{-1}$, $10^{-5}$, $10^{-8}$ or $10^{-15}$?
#
# Note: Ask for hands for each step, and write the counts on the board. Most choose the smallest one, because a derivative is a limit. Ask
# one of them for the reason, and do not correct it yet.

# %% [markdown] deck="slide"
# ## Too large, too small
#
# Of the four, $10^{-5}$ is best for the central formula.
#
# Note: Read the picture from the right: a smaller step is better, for the curve bends less between the two points. Then the error grows
# again, on the left: each value is rounded, and a tiny h makes that error huge. The lowest dot is luck, for its neighbours are worse. Ask
# how many digits are right at the far left: none.

# %% demo=true slide="fragment" deck="show"
steps, at = 10.0 ** np.arange(-16, 0.1, 0.2), 1.0
one_sided = abs((np.sin(at + steps) - np.sin(at)) / steps / np.cos(at) - 1)
central = abs((np.sin(at + steps) - np.sin(at - steps)) / (2 * steps) / np.cos(at) - 1)
plots.step_errors(steps, {"one-sided": one_sided, "central": central})

# %% [markdown]
# Of the four, $10^{-8}$ is best for the one-sided formula, and $10^{-5}$ for the central one, which is much more exact there. (Lower
# points, such as the one near $4\cdot10^{-7}$, are luck: their neighbours are worse.) If $h$ is too large, the function bends between the
# two points. If $h$ is too small, rounding spoils the result: each value of $f$ is rounded in its 16th digit, and the division by a tiny
# $h$ makes this error huge. We use the central formula with $h = 10^{-5}$. (Section 8 derives the best $h$.)

# %% [markdown] slide="subslide"
# ### Many parameters
#
# If `x` is an array, of any shape, go from entry to entry: move this *one*, leave all others alone, compute $f$ on both sides, and write
# the quotient at the place of the entry. The result has the shape of `x`.
#
# **Your turn (answer 4; 10 minutes; ★★).** Use the central formula. Afterwards `x` must be what it was before.
#
# <details><summary>Hint 1: every entry of any shape</summary>
#
# `for index in np.ndindex(x.shape):` visits them all, and `x[index]` is the entry, also if `x` has three axes, or none.
#
# </details>
# <details><summary>Hint 2: moving one entry</summary>
#
# `above = np.array(x, dtype=float)` is a copy that can hold fractions; then `above[index] += h`. The other side needs a copy of its own.
#
# </details>
# <details><summary>Hint 3: a worked example</summary>
#
# By hand, for $f(x) = x_0 x_1$ at $(2, 5)$ with $h = 0.1$. Entry 0: $(2.1\cdot5 - 1.9\cdot5)/0.2 = 5$. Then entry 0 becomes 2 again, and
# entry 1 moves: $(2\cdot5.1 - 2\cdot4.9)/0.2 = 2$. The result is $(5, 2)$, of the shape of $x$.
#
# </details>


# %% exercise="numerical_gradient" slide="skip"


# %% demo=true
# The slopes of (w x + b - y)² for one point, by hand and by experiment. And the gradient of a function of a matrix: it is a matrix, too.
with once_written():
    by_hand = 2 * (4 * 1.5 + 12 - 20) * np.array([1.5, 1.0])  # w = 4, b = 12, x = 1.5, y = 20
    print(by_hand, numerical_gradient(lambda theta: (theta[0] * 1.5 + theta[1] - 20) ** 2, np.array([4, 12]), 1e-5))
    print(numerical_gradient(lambda W: (W**2).sum(), np.array([[1, 2, 3], [4, 5, 6]]), 1e-5))

# %% [markdown] folded=true
# ### Optional: why classes have a loss of their own (5 minutes)
#
# There are two classes, the logits are $(0, z)$, and the right class is 0. So the network is wrong if $z$ is positive, and the larger $z$
# is, the surer it is. Could its loss be the mean squared error of the probabilities? Let us measure the slope of both losses along $z$, for
# the slope is what moves a descent.
#
# **Before you run the next cell:** at $z = 8$ the network is very sure, and wrong. How large is each of the two losses there, about? And
# each of the two slopes?


# %% demo=true slide="fragment"
def losses_of(z):
    """The two losses of logits (0, z) with label 0."""
    logits = np.array([[0.0, z]])
    return {"cross-entropy": cross_entropy(logits, np.array([0])), "squared error": mse(softmax(logits), np.array([[1.0, 0.0]]))}


def slope_of(name, z):
    return numerical_gradient(lambda z: losses_of(z[0])[name], np.array([z]), 1e-5)[0]


wrong, names = np.linspace(-6, 8, 141), ("cross-entropy", "squared error")
picture = None
with once_written():
    values = {name: np.array([losses_of(z)[name] for z in wrong]) for name in names}
    slopes = {name: np.array([slope_of(name, z) for z in wrong]) for name in names}
    caption = f"At z = 8: slope of the cross-entropy {slopes[names[0]][-1]:.4f}, of the squared error {slopes[names[1]][-1]:.4f}."
    picture = plots.curves(wrong, {"loss ℓ": values, "slope ∂ℓ/∂z": slopes}, xlabel="logit of the wrong class, z", caption=caption)
picture

# %% [markdown]
# At $z = 8$ the cross-entropy is about 8, and its slope is nearly 1. The squared error is about 1, which is the most it can be, and its
# slope is nearly 0: a descent would hardly move. So the cross-entropy helps most where the network is most wrong.

# %% [markdown] slide="slide"
# ## 4. A formula, and a witness
#
# Finite differences are slow: a million parameters need two million losses for one gradient. A formula gives all slopes at once. But a
# formula can be wrong, and then finite differences are its **witness**: a second, independent answer.
#
# Back to the spring, with $\theta = (w, b)$ and $\ell = \frac1N\sum_n (w x_n + b - y_n)^2$. A classmate has written the gradient. It has
# **two mistakes**.


# %%
def classmates_gradient(theta, x, y):
    """Gradient of the mean of (w x + b - y)², theta = (w, b): with two mistakes."""
    w, b = theta
    residual = y - (w * x + b)
    return np.array([2 * (residual * x).mean(), 2 * residual.sum()])


# %% demo=true slide="fragment"
theta = np.array([8.0, 6.0])  # the line that was too steep
with once_written():
    for count in (20, 5):  # all points, and the first five alone
        x, y = mass[:count], length[:count]
        suspect = classmates_gradient(theta, x, y)
        witness = numerical_gradient(lambda theta, x=x, y=y: mse(theta[0] * x + theta[1], y), theta, 1e-5)
        print(f"{count} points: classmate {suspect.round(4)}, witness {witness.round(4)}, ratio {(suspect / witness).round(6)}")

# %% [markdown] slide="subslide"
# **Your turn (answer 5; 10 minutes; ★★).** Find the mistakes. You know the numbers in both ratios. Where does each come from?
# Write the corrected function.
#
# <details><summary>Hint 1: the first ratio</summary>
#
# It is $-1$: a wrong sign. The second ratio has it, too. The chain rule gives the factor $\partial(\text{residual})/\partial w$. What is
# its sign for the classmate's residual?
#
# </details>
# <details><summary>Hint 2: the second ratio</summary>
#
# Without its sign it is 20, or 5. What are there 20 of, or 5?
#
# </details>
# <details><summary>Hint 3: a worked example</summary>
#
# Another loss: the mean of $(w x_n^2 - y_n)^2$. The chain rule gives 2 times the inner part, times the slope of the inner part: the mean of
# $2\,(w x_n^2 - y_n)\, x_n^2$. For the examples $x = (1, 2)$, $y = (1, 4)$ and $w = 2$ the inner parts are 1 and 4, and the gradient is
# $(2\cdot1\cdot1 + 2\cdot4\cdot4)/2 = 17$.
#
# </details>


# %% exercise="line_gradient" slide="skip"


# %% [markdown]
# <details><summary>Answer</summary>
#
# The second ratio is minus the number of points: the classmate's slope along $b$ is a sum, and the loss is a mean. The minus sign is that
# of $w x_n + b$ in the residual.
#
# </details>

# %% [markdown] slide="slide"
# ## 5. Gradient descent
#
# The gradient points in the direction in which the loss *grows* fastest. Why? For a small step $\Delta\theta$ the loss changes by about
# $\nabla\ell\cdot\Delta\theta$: the sum of each entry of the step times the slope in its direction. If the length of the step is given,
# this product is largest when both point in the same direction.
#
# **Before you run the next cell:** it tries 360 directions, one for each degree, from the line that was too steep. All steps have the same
# length. By how many degrees will the best direction differ from that of the gradient?

# %% demo=true slide="fragment"
here = np.array([8.0, 6.0])
angles = np.radians(np.arange(360))
around = here + 1e-5 * np.column_stack([np.cos(angles), np.sin(angles)])
with once_written():
    growth = [mse(theta[0] * mass + theta[1], length) - mse(here[0] * mass + here[1], length) for theta in around]
    gradient = line_gradient(here, mass, length)
    print(f"steepest growth at {np.argmax(growth)}°, steepest fall at {np.argmin(growth)}°")
    print(f"the gradient points to {np.degrees(np.arctan2(gradient[1], gradient[0])) % 360:.1f}°")

# %% [markdown] deck="slide"
# ## Step against the gradient
#
# $$\theta \leftarrow \theta - \eta\, \nabla_\theta \ell$$
#
# One parameter, $\ell = \theta^2$. Start at $\theta = 4$, with $\eta = 0.25$.
#
# Where are you after one step? After two?
#
# Note: The gradient points where the loss grows fastest, so we subtract it; η, "eta", is the learning rate. Give one minute on paper. Some
# walk 0.25 at each step: remind them that the step is η times the gradient.

# %% [markdown] slide="subslide"
# By half a degree, because only whole degrees were tried. The steepest *fall* is exactly opposite. So we take a small step that way,
# compute the gradient again, and repeat:
#
# $$\theta \leftarrow \theta - \eta\, \nabla_\theta \ell(\theta).$$
#
# This is the update of the notes, with all examples in one batch. The **learning rate** $\eta$ is a positive number. The step is $\eta$
# times the gradient, so it is short where the slope is gentle.
#
# **Before you write it:** one parameter, $\ell = \theta^2$, start $\theta = 4$, $\eta = 0.25$. Where are you after one step? After two?
#
# **Your turn (answer 6; 10 minutes; ★★).** Return the *whole path*, so that we can draw it: the start, and each $\theta$ after it.
#
# <details><summary>Hint 1: the shape</summary>
#
# The start and one point for each step are `steps + 1` rows. With `steps = 0` the path is the start alone.
#
# </details>
# <details><summary>Hint 2: two traps</summary>
#
# `theta -= ...` changes the array that is already in your path; `theta = theta - ...` makes a new one. And a start of whole
# numbers, such as `np.array([2, -1])`, cannot hold fractions: begin with `np.array(start, dtype=float)`.
#
# </details>
# <details><summary>Hint 3: a worked example</summary>
#
# Another list in which each number is made from the one before: begin with 1 and double it three times. Write
# `value, path = 1, [1]`, and in a loop over `range(3)`: `value = 2 * value`, then `path.append(value)`. At the end `np.array(path)` is
# `[1, 2, 4, 8]`: three steps, four entries.
#
# </details>


# %% exercise="gradient_descent" slide="skip"


# %% demo=true
with once_written():
    print("from 4, with η = 0.25:", gradient_descent(lambda theta: 2 * theta, np.array([4.0]), 0.25, 4).ravel())

# %% [markdown] slide="subslide"
# The gradient is $2\theta$, so the step is $0.25 \cdot 2\theta = \theta/2$: each step goes half of the way to the minimum.
#
# ### Down the valley of the spring
#
# **Before you run the next cell:** does the first step point to the minimum? Which angle does each step make with the contour where it
# begins?


# %% demo=true slide="fragment"
def spring_loss(w, b):
    """The loss surface, for arrays of w and of b."""
    return ((np.asarray(w)[..., None] * mass + np.asarray(b)[..., None] - length) ** 2).mean(axis=-1)


start, best, picture = np.array([8.0, 4.0]), np.array([w_best, b_best]), None
with once_written():
    paths = {f"η = {eta}": gradient_descent(lambda theta: line_gradient(theta, mass, length), start, eta, 60) for eta in (0.25, 0.1, 0.02)}
    frame = {"across": (-1.5, 13.5), "up": (2, 16), "labels": ("w, cm per kg", "b, cm")}
    picture = plots.descents(spring_loss, paths, **frame, least=spring_loss(*best), equal=True)
picture

# %% [markdown]
# No. Each step begins at a right angle to the contour, for along a contour the loss does not change. In a round bowl that is the way to
# the middle. In a long valley it leads down its *side*, or with $\eta = 0.25$ even across, and then in small steps along its bottom.
# On the right the axis is logarithmic, and the lines become straight: in the end each step multiplies the height above the minimum by the
# same factor.

# %% [markdown] deck="slide"
# ## Half the way, each step
#
# $$4 \;\to\; 2 \;\to\; 1 \;\to\; 0.5$$
#
# A larger $\eta$ is faster. Always?
#
# In the valley of the spring, $0.25$ goes well. And $0.3$? And $0.32$?
#
# Note: The gradient is 2θ, so the step is half of θ: shorter and shorter by itself. Then ask for hands for 0.3: faster, slower, or away?
# The same for 0.32. People rarely expect that 0.02 more can change everything.

# %% [markdown] slide="slide"
# ## 6. How large may the learning rate be?
#
# So far, a larger learning rate was faster. **Before you run the next cell:** what happens at $\eta = 0.3$, and at $\eta = 0.32$?

# %% [markdown] deck="slide"
# ## Slower, then away
#
# At $0.32$ each step ends **higher**, on the other side.
#
# Note: At 0.3 the descent crosses the valley again and again, and still gets down, but later than with 0.25. At 0.32 it climbs out. Every
# gradient in this picture is right: ask what, then, is wrong. Wait for "the length of the step".

# %% demo=true slide="fragment" deck="show"
picture = None
with once_written():
    paths = {f"η = {eta}": gradient_descent(lambda theta: line_gradient(theta, mass, length), start, eta, 60) for eta in (0.25, 0.3, 0.32)}
    picture = plots.descents(spring_loss, paths, **frame, least=spring_loss(*best), equal=True)
picture

# %% [markdown]
# At 0.3 the loss still falls, but more slowly than at 0.25: each step crosses the valley and ends nearly as high on the other side. At 0.32
# the loss soon grows: each step ends *higher* on the other side. Where is the limit?

# %% [markdown] slide="subslide"
# ### Why: one parameter first
#
# Near a minimum, most smooth losses look like a parabola. Let the minimum be at 0. The second derivative there is called the
# **curvature** $a$:
#
# $$\ell(\theta) = \tfrac12 a\,\theta^2, \qquad \nabla\ell = a\,\theta, \qquad \theta \leftarrow \theta - \eta a\,\theta =
# (1 - \eta a)\,\theta.$$
#
# So each step **multiplies** the distance to the minimum by $1 - \eta a$:
#
# | $\eta$ | factor $1 - \eta a$ | what happens |
# |---|---|---|
# | below $1/a$ | between 0 and 1 | closer with each step, always on the same side |
# | $1/a$ | 0 | at the minimum after one step |
# | between $1/a$ and ? | between $-1$ and 0 | to the other side and back, closer with each step |
# | above ? | below $-1$ | farther away with each step: it **diverges** |
#
# **Before you go on:** which value of $\eta$ belongs in the place of both question marks? Then look at the numbers for $a = 4$.

# %% demo=true slide="fragment"
# Both sides: where the path is after 10 steps, and the factor to the power of 10.
a = 4.0
with once_written():
    for eta in (0.1, 0.25, 0.45, 0.5, 0.55):
        end = gradient_descent(lambda theta: a * theta, np.array([1.0]), eta, 10)[-1, 0]
        print(f"η = {eta:.2f}: factor {1 - eta * a:+.1f}, after 10 steps {end:.4g}, factor¹⁰ = {(1 - eta * a) ** 10:.4g}")

# %% [markdown] deck="slide"
# ## Why: each step multiplies
#
# Curvature $a$: $\quad \ell = \tfrac12 a\,\theta^2, \quad \nabla\ell = a\,\theta$, so
#
# $$\theta \leftarrow (1 - \eta a)\,\theta$$
#
# A bowl has two directions, $a = 1$ and $a = 10$, and one $\eta = 0.3$. Which factor has each?
#
# Note: Write the step out once on the board: θ minus η times aθ. Then one minute for two factors. Somebody will say that a factor of minus
# 2 is no problem, since the step goes towards the middle; let the room answer.

# %% [markdown] slide="subslide"
# <details><summary>Answer</summary>
#
# The factor is $-1$ where $\eta a = 2$, so the limit is $\eta = 2/a$. For $a = 4$ that is 0.5: there the distance stays the same, and at
# 0.55 it grows.
#
# </details>
#
# ### Two parameters
#
# With two parameters the parabola becomes a bowl. In the simplest one, $\ell = \frac12 a_1 \theta_1^2 + \frac12 a_2 \theta_2^2$, each
# parameter has a parabola of its own. A step multiplies $\theta_1$ by $1 - \eta a_1$ and $\theta_2$ by $1 - \eta a_2$. But there is only
# **one** $\eta$ for both.
#
# Most bowls are turned, as the valley of the spring is. But a turned bowl, too, has two directions, at right angles, along which it is a
# plain parabola. The largest curvature of all directions is called $L$.
#
# **Before you run the next cell:** a bowl has the curvatures 1 and 10, and $\eta = 0.3$. What is the factor of each direction? Which
# direction sets the limit of $\eta$? The cell takes three steps, from distance 1 in each direction.

# %% [markdown] deck="slide"
# ## 0.7, and −2
#
# The **steepest** direction decides.
#
# Note: Nought point seven comes closer at each step; minus 2 jumps to the other side, twice as far out. A turned bowl behaves the same: its
# two directions are turned with it. Ask from which η on the steep factor is below minus 1: from 0.2.

# %% demo=true slide="fragment" deck="show"
turn = np.radians(30)
turned = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
directions = {"each parameter has its own parabola": np.eye(2), "the same bowl, turned by 30°": turned}
bowls = {name: both @ np.diag([1, 10]) @ both.T for name, both in directions.items()}
with once_written():
    for name, both in directions.items():
        path = gradient_descent(lambda theta, name=name: bowls[name] @ theta, both @ [1, 1], 0.3, 3)
        along, across = (path @ both).T.round(3)
        print(f"{name}: along the valley {along}, across it {across}")
plots.bowls(bowls, labels=("θ₁", "θ₂"))

# %% [markdown]
# <details><summary>Answer</summary>
#
# Along the valley the factor is $1 - 0.3 \cdot 1 = 0.7$: closer with each step. Across it the factor is $1 - 0.3 \cdot 10 = -2$: the
# descent diverges, in both bowls alike. So the steepest direction, the one of curvature $L$, sets the limit, $2/L = 0.2$.
#
# </details>

# %% [markdown] slide="subslide"
# ### Beyond the core: any bowl (10 minutes; needs eigenvalues)
#
# For more parameters the second derivatives stand in a symmetric matrix $A$, called the **Hessian**: the entry $A_{ij}$ says how much the
# slope along $\theta_i$ changes when $\theta_j$ moves. The bowl is $\ell(\theta) = \frac12\, \theta^{\mathsf T} A\,\theta$, and its
# gradient is $A\theta$.
#
# The lines in the last figure are the **eigenvectors** of $A$: directions in which $A$ only stretches, so that $A\theta = a\,\theta$. The
# factors $a$ are the **eigenvalues** of $A$, and they are the curvatures in these directions. With $A\theta = a\,\theta$ a step is again
# $\theta - \eta A\theta = (1 - \eta a)\,\theta$. There are as many such directions as there are parameters, all at right angles.
#
# **Your turn (answer 7; 5 minutes; ★★).** Write the limit for any such $A$. `np.linalg.eigvalsh(A)` gives the eigenvalues of a symmetric
# matrix.
#
# <details><summary>Hint 1: which direction is first</summary>
#
# Every factor $1 - \eta a$ has to lie between $-1$ and $1$. When $\eta$ grows from 0, for which $a$ is this violated first?
#
# </details>
# <details><summary>Hint 2: one inequality</summary>
#
# $1 - \eta a < 1$ holds for all positive $\eta$ and $a$. So only $1 - \eta a > -1$ can be violated: solve it for $\eta$. For which $a$
# is the bound lowest?
#
# </details>
# <details><summary>Hint 3: a worked example</summary>
#
# Another bound: every factor $1 - \eta a$ is to be positive, so that no direction crosses its minimum. For curvatures 2 and 8:
# $1 - 2\eta > 0$ holds up to $\eta = 0.5$, and $1 - 8\eta > 0$ up to $\eta = 0.125$. Both hold only below 0.125, the smaller bound, which
# comes from the larger curvature.
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
# 60 learning rates. What will the curve look like to the left and to the right of the limit?

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
# The same for 30 bowls drawn at random: one per cent below the limit, and one per cent above it.
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

# %% [markdown]
# Left of the limit the descent comes closer, faster and faster up to about 0.29. Then the factor of the steepest direction, which is close
# to $-1$ there, makes it slow. Right of the limit it is farther away than at the start. In all 30 bowls, one per cent decides.

# %% [markdown] slide="slide"
# ### Drag it
#
# Drag the ball, or press the arrow keys, and change the learning rate. The limit $2/L$ stands below the loss.
#
# **Before you touch it:**
# 1. *narrow valley*: where is the descent fastest: with $\eta$ close to 0, at half of $2/L$, or a little below $2/L$?
# 2. Choose an $\eta$ just above $2/L$. Does it matter where you start?
# 3. *two valleys*: the deep one is also the narrower one. Put the ball there, not quite at the minimum, and raise $\eta$ slowly. Where does
#    the descent end, and why?

# %% [markdown] deck="slide"
# ## Where does it end?
#
# Note: Before you touch it, ask: where is the descent fastest, at a tiny η, at half of the limit that stands below the loss, or a little
# below it? Hands, then drag η slowly. Then choose two valleys, and put the ball close to the deep minimum: many are sure that a descent
# stays in the valley where it starts. Raise η slowly and watch.

# %% demo=true slide="fragment" deck="show"
from course.widgets import GradientDescent

GradientDescent("narrow valley", start=(-2.2, 1.2), learning_rate=0.2)

# %% [markdown]
# <details><summary>Answer</summary>
#
# 1. A little below $2/L$ (at $\eta = 0.44$; the limit is 0.5). There the factors of the steepest and of the flattest direction have the
#    same size. A smaller $\eta$ makes the flattest direction slower.
# 2. It does not, unless you start exactly on the bottom line of the valley. Any distance from that line grows: each step multiplies it by
#    a factor below $-1$.
# 3. Up to 0.40, which is $2/L$ of the deep valley, it ends there. Above that it jumps from side to side and does not settle. From about
#    0.66 on it jumps over the ridge, and ends in the shallow valley, whose own $2/L$ is 0.80. (Close to 0.80 some starts diverge.) Above
#    0.80 it ends in neither. With a small $\eta$, the **start** alone decides where the descent ends.
#
# </details>

# %% [markdown] folded=true
# ### Optional: a better valley (5 minutes; needs the matrix $A$ of "the limit, tested")
#
# The steepest direction sets the limit, and then the flattest one is slow: its factor $1 - \eta a$ is close to 1. What counts is the ratio
# of the largest curvature to the smallest, the **condition number**. For the spring we can make it smaller by changing the inputs:
# we subtract from each mass the mean of the masses, and divide by their standard deviation. This is called *standardising* the inputs.
#
# **Before you run the next cell:** the mean of the standardised $x_n$ is 0, and the mean of their squares is 1. What does the matrix $A$
# of the spring become? How many steps does the descent need then, with the best learning rate?


# %% demo=true slide="fragment"
def steps_needed(inputs):
    """Steps to a thousandth of the start's distance, for a weight for each column of `inputs` and a bias, at the best learning rate."""
    with_ones = np.column_stack([inputs, np.ones(len(inputs))])
    A = 2 * with_ones.T @ with_ones / len(with_ones)
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
# For one input, $A$ becomes 2 times the identity matrix: the bowl is round, and one step is enough. Two inputs that are much alike gain
# next to nothing. Their valley comes from what they have in common, and scaling each of them alone does not change that.

# %% [markdown] slide="slide"
# ## 7. Keep your work
#
# The next cell checks your answers once more, and writes those that pass into `my_network.py`, beside this notebook, from which later
# units load them.

# %% demo=true
with once_written():
    keep(mse, softmax, cross_entropy, numerical_gradient, line_gradient, gradient_descent, rate_limit)

# %% [markdown] slide="slide"
# ## 8. Beyond the core: how small a step? (25 minutes; needs Taylor's formula)
#
# You can go on to the written question and to unit 03, and come back later. In section 3 the error of a finite difference had the shape of
# a V. Here we find out why, and derive the best $h$ in two steps (answers 8 and 9).
#
# There are two errors, one for each side of the V.
#
# **Truncation, on the right side.** Write $f$ for $f(x)$, and $f'$, $f''$, $f'''$ for the first three derivatives at $x$. Taylor's formula
# is
#
# $$f(x \pm h) = f \pm h f' + \tfrac{h^2}{2} f'' \pm \tfrac{h^3}{6} f''' + \dots$$
#
# In the one-sided formula $f$ cancels, and the division by $h$ leaves $f' + \tfrac h2 f'' + \dots$. In the central formula $f$ **and**
# $f''$ cancel:
#
# $$\frac{f(x+h) - f(x-h)}{2h} = f' + \frac{h^2}{6} f''' + \dots$$
#
# **Before you run the next cell:** $h$ becomes ten times smaller. By which factor does each of the two errors shrink?

# %% demo=true slide="fragment"
print("   h    one-sided: error, h |f''|/2      central: error, h² |f'''|/6")
for h in (1e-1, 1e-2, 1e-3):  # sin'' = -sin, sin''' = -cos
    error_1 = abs((np.sin(at + h) - np.sin(at)) / h - np.cos(at))
    error_2 = abs((np.sin(at + h) - np.sin(at - h)) / (2 * h) - np.cos(at))
    print(f"{h:.3f}     {error_1:.3e}  {h * np.sin(at) / 2:.3e}            {error_2:.3e}  {h**2 * np.cos(at) / 6:.3e}")

# %% [markdown] slide="subslide"
# By 10 and by 100, as the columns show: what the next term of Taylor's formula says is nearly all of the error.
#
# **Rounding, on the left side.** A float64 keeps about 16 digits: every computed $f$ is off by up to about $\varepsilon_{\text{mach}} |f|$,
# where $\varepsilon_{\text{mach}} \approx 2.2\cdot 10^{-16}$ (`np.finfo(float).eps`). In a central difference two such errors may add up,
# and are divided by $2h$:
#
# $$\frac{\varepsilon_{\text{mach}}|f| + \varepsilon_{\text{mach}}|f|}{2h} = \frac{\varepsilon_{\text{mach}} |f|}{h}.$$
#
# This *grows* when $h$ shrinks. It is a bound: the error itself depends on chance, and so the left side of the V is ragged.
#
# **Before you run the next cell:** at $h = 10^{-10}$, about how many digits of the slope are right?

# %% demo=true slide="fragment"
eps = np.finfo(float).eps
for h in (1e-8, 1e-10, 1e-12):
    nearby = h * np.linspace(1, 1.1, 200)  # 200 steps that hardly differ: chance shows
    errors = abs((np.sin(at + nearby) - np.sin(at - nearby)) / (2 * nearby) - np.cos(at))
    print(f"h = {h:.0e}: median error {np.median(errors):.1e}, largest {errors.max():.1e}, bound {eps * np.sin(at) / h:.1e}")

# %% [markdown] slide="subslide"
# About six: the typical error is $2\cdot10^{-7}$, and the bound is ten times as large.
#
# ### The best step: a derivation to complete
#
# Both errors together are at most about
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
# $f$, $f'''$ and $\varepsilon_{\text{mach}}$ do not depend on $h$, so they stay as factors. $f$ and $f'''$ may be negative: $E$ has their
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
# Both sides: your formula, and your finite difference of E. (A coarse eps of 0.001 makes both terms visible.)
with once_written():
    for h in (0.1, 0.3, 1.0):
        measured = numerical_gradient(lambda h: (2.0 * h**2 / 6 + 1e-3 * 5.0 / h).sum(), np.array([h]), 1e-5)
        print(f"h = {h}: formula {error_slope(np.array([h]), -2.0, 5.0, 1e-3)}, experiment {measured}")

# %% [markdown] slide="subslide"
# The slope is negative for small steps and positive for large ones: the best step lies between them.
#
# **Your turn (answer 9; 10 minutes; ★★★).** Step 2: set the slope to zero, and solve for $h$.
#
# **Before you write it:** for $|f| = |f'''| = 1$, what is the best $h$, roughly? Compare it with the figure of section 3. There, do not
# take the lowest point, which is a lucky one, but the place where the two arms of the V would meet.
#
# <details><summary>Hint 1: solving</summary>
#
# Bring the second term to the other side and multiply by $h^2$: then one side has a power of $h$, and the other side has none.
#
# </details>
# <details><summary>Hint 2: the signs</summary>
#
# $f$ and $f'''$ may be negative, but a step may not. The cube root is `np.cbrt`, or `** (1 / 3)`, with the brackets. (Python makes
# `** (1 / 3)` of a negative number complex.)
#
# </details>
# <details><summary>Hint 3: a worked example</summary>
#
# Another sum: $E(h) = 3h^2 + 48/h$ has the slope $6h - 48/h^2$. It is zero where $6h^3 = 48$, so $h^3 = 8$ and $h = 2$.
#
# </details>


# %% exercise="best_step" slide="skip"


# %% demo=true slide="fragment"
# The V once more, and E beside it. Each point is the largest error of 50 steps close by, so that chance hardly shows.
grid = 10.0 ** np.arange(-8, -1.9, 0.1)
nearby = grid[:, None] * np.linspace(0.95, 1.05, 50)
worst = abs((np.sin(at + nearby) - np.sin(at - nearby)) / (2 * nearby) - np.cos(at)).max(axis=1)
model = np.cos(at) * grid**2 / 6 + eps * np.sin(at) / grid
with once_written():
    h = best_step(-np.cos(at), np.sin(at), eps)
    print(f"your best step {h:.2e}, E's minimum on the grid at {grid[model.argmin()]:.2e}, the measured one at {grid[worst.argmin()]:.2e}")
plots.step_errors(grid, {"measured": worst / np.cos(at), "E(h)": model / np.cos(at)})

# %% [markdown] slide="subslide"
# About $10^{-5}$, and the measured minimum is close to it. $E$ is a bound, so on the left it lies above what is measured.
#
# ### Is it worth it?
#
# A common rule of thumb is to take $h = 10^{-5}$ for everything. We compare it with `best_step` at 40 points drawn at random. The next cell
# prints the ratio of the two errors, its geometric mean, and an interval of two standard errors around it.
#
# **Before you run the next cell:** for $\sin(x)$, $|f|$ and $|f'''|$ have about the same size. For $\sin(100x)$, $f'''$ is a million times
# as large. The third function is the same on paper, but it adds a million and subtracts it again. For which of them does your formula help?


# %% demo=true
def typical_error(f, slope, x, h):
    """Error of central differences of f at x: root mean square over 50 steps close to h."""
    h = h * np.linspace(0.95, 1.05, 50)
    return np.sqrt((((f(x + h) - f(x - h)) / (2 * h) - slope) ** 2).mean())


functions = {  # each with its pace: on paper it is sin(pace · x)
    "sin(x)": (np.sin, 1),
    "sin(100x)": (lambda x: np.sin(100 * x), 100),
    "(1e6 + sin(100x)) - 1e6": (lambda x: (1e6 + np.sin(100 * x)) - 1e6, 100),
}
with once_written():
    for name, (f, pace) in functions.items():
        ratios = []
        for x in rng.uniform(0.3, 1.2, size=40) / pace:
            slope, third = pace * np.cos(pace * x), -(pace**3) * np.cos(pace * x)
            ratios.append(typical_error(f, slope, x, 1e-5) / typical_error(f, slope, x, best_step(third, np.sin(pace * x), eps)))
        print(f"{name}: the error with h = 1e-5 is {interval(ratios)} times that with best_step")

# %% [markdown]
# For $\sin(x)$ the rule of thumb costs about a factor of one and a half: nothing to worry about. For $\sin(100x)$, which bends sharply,
# the formula is far better. For the third function it does **harm** (the ratio is below 1): the formula takes
# $\varepsilon_{\text{mach}}|f|$ as the rounding error, but the number that was rounded inside is a million. And it needs $f'''$, which
# nobody knows when even $f'$ is unknown. That is why the course's own `numerical_gradient`, in later units, combines several steps instead.

# %% [markdown] slide="skip"
# ## A written question (4 points, marked by hand; 10 minutes)
#
# A friend trains a network. With $\eta = 0.1$ the loss falls slowly but steadily. "So I took $\eta = 1$, to be ten times as fast, and the
# loss went to infinity. My gradient must be wrong: it does not agree with a finite difference with $h = 10^{-14}$, either."
#
# 1. Explain, with the factor of a step, how a *right* gradient can send the loss to infinity. What does this tell us about the largest
#    curvature $L$ of the friend's loss?
# 2. Why is the finite difference no evidence against the gradient? What would you do instead?

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
# - 1: a better step is named, with a reason (the V of section 3, or the formula of section 8; half a point without one).

# %% [markdown] deck="slide"
# ## What to take home
#
# - A loss is one number for "how wrong".
# - $\theta \leftarrow \theta - \eta\,\nabla_\theta\ell$: against the gradient, step by step.
# - Each step multiplies the distance by $1 - \eta a$; too large an $\eta$ diverges in the steepest direction.
#
# Note: Go back to the fog: which of the answers on the board were right? Wait for one sentence on the way, and one on the length of the
# step. Here there were two parameters; unit 03 finds the slopes of all the weights of a network, in one walk backwards.

# %% [markdown] slide="slide"
# ## Summary
#
# | idea | formula | mind |
# |---|---|---|
# | mean squared error | mean of $(\hat y - y)^2$ | one large error outweighs many small ones |
# | softmax | $e^{z_c} / \sum_{c'} e^{z_{c'}}$ | large exponents overflow |
# | cross-entropy | mean of $-\log p_y$ | to be sure and wrong costs most |
# | central difference | $(f(x+h) - f(x-h)) / 2h$ | a witness; too slow for training |
# | gradient descent | $\theta \leftarrow \theta - \eta\nabla_\theta\ell$ | at a right angle to the contour, not straight to the minimum |
#
# **If you remember one thing:** near a minimum each step multiplies the distance by $1 - \eta a$, in each direction with its own curvature
# $a$. Too small an $\eta$ is slow in the flattest direction; too large an $\eta$ diverges in the steepest.

# %% [markdown] slide="subslide"
# ## Where it goes from here
#
# Here there were two parameters. A network has thousands, in functions of functions. **Unit 03** computes all of their slopes in one walk
# backwards, **unit 05** differentiates softmax and cross-entropy, and **unit 06** trains networks by gradient descent.
#
# ## Further reading
#
# - The lecture notes, *NN training algorithm*.
# - I. Goodfellow, Y. Bengio and A. Courville, [*Deep Learning*](https://www.deeplearningbook.org), MIT Press 2016: section 4.1 on overflow
#   and underflow, 4.2 on poor conditioning, 4.3 on gradient-based optimisation.
# - G. Goh, ["Why Momentum Really Works"](https://distill.pub/2017/momentum/), *Distill* 2017: its first part covers our section 6.
# - S. Boyd and L. Vandenberghe, [*Convex Optimization*](https://web.stanford.edu/~boyd/cvxbook/), Cambridge University Press 2004,
#   section 9.3 on gradient descent and the condition number.
# - Stanford CS231n, [Gradient checks](https://cs231n.github.io/neural-networks-3/#gradcheck), on finite differences in practice.
# - A. Cauchy, "Méthode générale pour la résolution des systèmes d'équations simultanées", *Comptes rendus* 25 (1847), 536-538: three
#   pages, and the first gradient descent.
