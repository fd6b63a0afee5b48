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
# # Unit 07: Overfitting and the L2 penalty
#
# Unit 06 trained a network until it knew nearly all of its training digits. Was that good? This unit looks at a network that learns too
# much, and at the first remedy of the notes, *Regularization in NN*: $\ell_{\text{Reg}} = \ell_{\text{CE}} + \lambda \lVert w
# \rVert_2^2$. The loss gets one more term, the gradient gets one more term, and there is one number, $\lambda$, that somebody has to
# choose.
#
# **At the end you can**
# - recognise overfitting from two curves, and say what it has to do with large weights,
# - write the penalty, its gradient, and a step of descent with it, and say why that step is called weight decay,
# - choose $\lambda$ on validation data, and say what the test data are for,
# - say when the penalty helps, when it harms, and show it over seeds.
#
# | time | difficulty | what to know before |
# |---|---|---|
# | 105 minutes, and 20 for what is optional | medium | unit 02 (gradient descent), unit 05 (matrices), unit 06 (training) |
#
# Go cell by cell: *Run All Cells* stops at the first answer that is not right yet.

# %%
import numpy as np

from course import check

# %% demo=true
# Cells like this one are for looking, not for marks: every cell that draws, times or compares may be changed and broken at will.
from IPython.display import display

from course import keep, mine, numerical_gradient, once_written, plots, whose

# %% [markdown] slide="slide"
# ## 1. Overfitting, seen
#
# ### 1.1 A curve through twelve points
#
# Somebody measures $y$ at twelve places $x$. The truth is $y = \sin(\pi x)$, and each measurement is off by some noise. We fit
# polynomials $w_1 x + w_2 x^2 + \dots + w_d x^d$: a neuron whose inputs are the powers of $x$, without activation, and without a bias
# (the truth passes through the origin). The loss is the mean squared error; the lowest is found by solving a linear system.
#
# Two more words. The **training examples** are those that the weights are fitted to. **Validation examples** come from the same
# source, and are kept apart.
#
# **Before you run the next cell:** it fits degrees 1, 3 and 11. Which has the lowest loss on the twelve training points? Which on 200
# validation points? Which has the largest weights?


# %% [markdown] deck="slide"
# ## Twelve points. Which curve would you trust?
#
# Twelve noisy measurements of one curve. We fit polynomials of degree **1, 3 and 11**.
#
# - Lowest loss **on the twelve points**?
# - Lowest loss **on 200 others**?
# - **Largest weights**?
#
# Note: Three votes, by fingers: 1, 3, or 11. The first is easy; for the second some will still say 11, because it fits best. Hardly
# anybody has an idea about the third: let them guess, it is the key to the remedy.

# %% [markdown] deck="slide"
# ## Learnt by heart
#
# Note: Degree 11 hits nearly every training point, is useless between them, and has by far the largest weights, in the thousands. Degree
# 3 is best on the others; degree 1 is bad on both. Ask: why does a curve that bends so sharply need such weights? Huge terms have to
# cancel.


# %% demo=true slide="fragment" deck="show"
def measured(rng, n, noise=0.35):
    """n places, and what was measured there."""
    x = rng.uniform(-1, 1, n)
    return x, np.sin(np.pi * x) + noise * rng.normal(size=n)


def powers(x, degree):
    """The inputs of the neuron: a row for each example, a column for each power, from 1 to the degree."""
    return x[:, None] ** np.arange(1, degree + 1)


rng = np.random.default_rng(127)
x, y = measured(rng, 12)
x_val, y_val = measured(rng, 200)
grid = np.linspace(-1, 1, 300)
curves = {}
for degree in (1, 3, 11):
    w = np.linalg.lstsq(powers(x, degree), y, rcond=None)[0]  # the weights of the lowest training loss
    seen, unseen = ((powers(x, degree) @ w - y) ** 2).mean(), ((powers(x_val, degree) @ w - y_val) ** 2).mean()
    print(f"degree {degree:2}: training loss {seen:.3f}, validation loss {unseen:.3f}, largest weight {np.abs(w).max():.1f}")
    curves[f"degree {degree}"] = powers(grid, degree) @ w
plots.fitted_curves(x, y, grid, np.sin(np.pi * grid), curves)

# %% [markdown]
# Degree 11 has the lowest training loss, and by far the largest weights; degree 3 has the lowest validation loss. Degree 11 hits every
# training point, or nearly so, and is useless between them: it has learnt the noise by heart. That is **overfitting**: the loss falls on
# what was learnt, and rises on everything else. Degree 1 is the opposite, *underfitting*: bad on both.
#
# Look at the weights. To bend sharply between neighbouring points, huge terms have to cancel almost completely: *large weights*. The remedy
# will act on them. Is degree 11 always as bad as this? We draw the twelve points anew, nine times:

# %% demo=true
for seed in range(1, 10):
    again = np.random.default_rng(seed)
    (x_new, y_new), (x_far, y_far) = measured(again, 12), measured(again, 200)
    w = np.linalg.lstsq(powers(x_new, 11), y_new, rcond=None)[0]
    print(f"seed {seed}: validation loss of degree 11 {((powers(x_far, 11) @ w - y_far) ** 2).mean():13,.0f}")

# %% [markdown]
# In each of the nine cases it is far worse. Our twelve points are an unusually mild case, chosen so that much of the curve can be drawn.

# %% [markdown] slide="subslide"
# ### 1.2 A network that learns nonsense
#
# The same with a network. 300 handwritten digits to train on, and a fifth of their labels drawn anew at random, as careless people
# might label them; 300 validation examples, as badly labelled; 1,197 test examples with their true labels. A network of 64 inputs, 64
# hidden nodes and 10 outputs trains for 100 epochs, with your start and batches of unit 06 and your gradients of unit 05.
#
# **Before you run the next cell:** a labeller who knows all digits agrees with about 82 % of these labels (four fifths, and one in ten
# of the others by chance). Can the network do better than that on its training labels? On the validation labels? How would it?

# %% [markdown] deck="slide"
# ## A network that learns nonsense
#
# - 300 digits, and **a fifth of the labels drawn at random**
# - Somebody who knows all digits agrees with about **82 %** of the labels.
#
# Can the network do better than 82 % on its training labels? And on validation labels?
#
# Note: The validation labels are as bad as the training labels. Let them write down two numbers, and ask one person how a network could
# be better than somebody who knows everything. There is only one way.

# %% [markdown] deck="slide"
# ## One curve falls, the other rises
#
# Note: At the end it has some 90 % of the training labels right, wrong ones included, and two thirds of the validation labels. The
# validation loss turns within the first thirty epochs. Ask: where would you have stopped, and what would you have had to look at? Keep
# that question for unit 09; today we take another way.

# %% demo=true slide="fragment" deck="show"
from threadpoolctl import threadpool_limits

from course.data import noisy_digits

one_thread = threadpool_limits(1)  # matrices this small are slower on several threads
initialise, minibatches, mlp_gradients = mine("initialise", "minibatches", "mlp_gradients")


def plain_step(W, b, dW, db, learning_rate, lam):
    """The step of unit 02, for one layer. It takes no notice of lam, the strength of a penalty that section 4 adds."""
    return W - learning_rate * np.asarray(dW), b - learning_rate * np.asarray(db)


def trained(step, examples, sizes, seed, lam=0.0, epochs=100, watch=None):
    """The weights W1, b1, W2, b2 after so many epochs of mini-batches of 50; `watch` is shown the weights after each epoch."""
    W1, b1, W2, b2 = initialise(sizes, np.random.default_rng([seed, 0]))
    rng = np.random.default_rng([seed, 2])
    for _ in range(epochs):
        for batch in minibatches(len(examples.X), 50, rng):
            _, dW1, db1, dW2, db2 = mlp_gradients(examples.X[batch], examples.y[batch], W1, b1, W2, b2)
            W1, b1 = step(W1, b1, dW1, db1, 0.3, lam)
            W2, b2 = step(W2, b2, dW2, db2, 0.3, lam)
        if watch:
            watch(W1, b1, W2, b2)
    return W1, b1, W2, b2


def percent_right(weights, examples):
    W1, b1, W2, b2 = weights
    return 100 * np.mean((np.maximum(examples.X @ W1 + b1, 0) @ W2 + b2).argmax(axis=1) == examples.y)


data, squares, record = noisy_digits(np.random.default_rng(0)), [], {"loss": [], "validation_loss": []}


def watch(W1, b1, W2, b2):
    """Note the losses, and the sum of all squared weights."""
    record["loss"].append(mlp_gradients(*data.train, W1, b1, W2, b2)[0])
    record["validation_loss"].append(mlp_gradients(*data.validation, W1, b1, W2, b2)[0])
    squares.append((W1**2).sum() + (W2**2).sum())


plain = trained(plain_step, data.train, (64, 64, 10), seed=0, watch=watch)
print(f"trained with {whose(initialise)}, {whose(minibatches)} and {whose(mlp_gradients)}")
for name, part in (("training", data.train), ("validation", data.validation), ("test", data.test)):
    print(f"{name} labels: {percent_right(plain, part):.0f} % right")
print("sum of all squared weights after epochs 1, 10, 30 and 100:", [f"{squares[epoch - 1]:.0f}" for epoch in (1, 10, 30, 100)])
plots.history(record)

# %% [markdown]
# The training loss keeps falling. The validation loss falls for about ten epochs, hardly moves for twenty, and then, apart from the
# trembling, it *rises*: from there on, training makes the network worse on digits that it has not seen. And all the while the weights grow.
#
# At the end the network has some 90 % of the training labels right, more than 82 %, and that can only be done by learning wrong labels by
# heart. It does not help with other labels: of the validation labels only two thirds are right. (The test labels are all true, so the
# bound of 82 % does not hold there. That about 82 % of them are right is chance.)
#
# Is it only this seed? Nine more, each with its own digits, labels, start and batches:


# %% demo=true
def validation_losses(seed):
    """The validation loss after each epoch."""
    drawn, losses = noisy_digits(np.random.default_rng(seed)), []

    def note(*weights):
        losses.append(mlp_gradients(*drawn.validation, *weights)[0])

    trained(plain_step, drawn.train, (64, 64, 10), seed, watch=note)
    return np.array(losses)


for seed in range(1, 10):
    losses = validation_losses(seed)
    print(f"seed {seed}: validation loss lowest after epoch {losses.argmin() + 1}, {losses.min():.2f}; after epoch 100 {losses[-1]:.2f}")

# %% [markdown]
# In all nine it is lowest within the first thirty epochs, and clearly higher at the end. Section 5 counts how many test digits such
# networks read.

# %% [markdown] slide="slide"
# ## 2. The penalty
#
# So let large weights cost something. The notes:
#
# $$\ell_{\text{Reg}} = \ell_{\text{CE}} + \lambda\, \lVert w\rVert_2^2, \qquad \lVert w\rVert_2^2 = \sum_{i,j,k} \bigl(w_{ij}^{(k)}
# \bigr)^2 .$$
#
# - $\ell_{\text{CE}}$ is the cross-entropy, a **mean** over the batch. Any other loss $\ell$ may stand in its place.
# - $w$ is **all weights of all layers** in one long row: output node $i$, input node $j$, layer $k$. $\lVert w\rVert_2$ is its length
#   (Pythagoras, hence the 2), and the square takes the root away.
# - $\lambda \ge 0$ ("lambda"; `lam` in code, because `lambda` is a word of Python's own) says how much it costs. It is a hyperparameter.
#
# Three conventions that you must know before you compare with a book: **a sum, not a mean** over the weights; **no one half** in front;
# and **no biases**. A bias shifts a curve and does not bend it. If it were pulled to zero, the network would miss the mean of its targets.

# %% [markdown] deck="slide"
# ## Let large weights cost something
#
# $$\ell_{\text{Reg}} = \ell_{\text{CE}} + \lambda\, \lVert w\rVert_2^2, \qquad
# \lVert w\rVert_2^2 = \sum_{i,j,k} \bigl(w_{ij}^{(k)}\bigr)^2$$
#
# A **sum** over all weights, no one half, **no biases**.
#
# What is the penalty for weights $3, -1, 2, 0$, biases $5, 5, 7$, and $\lambda = 0.1$?
#
# Note: Half a minute; it is 1.4. Those who have more have paid for the biases. Ask why a bias goes free: it shifts a curve, and does not
# bend it. Then ask how the gradient changes, and leave that to the notebook: they will find that backpropagation stays as it is.

# %% [markdown]
# **Before you write it:** $W_1 = \begin{pmatrix} 3 & -1\end{pmatrix}$, $b_1 = \begin{pmatrix} 5 & 5\end{pmatrix}$, $W_2 =
# \begin{pmatrix} 2\\ 0\end{pmatrix}$, $b_2 = (7)$ and $\lambda = 0.1$. What is the penalty?
#
# <details><summary>Answer</summary>
#
# $0.1 \cdot (9 + 1 + 4 + 0) = 1.4$. The other three numbers are biases.
#
# </details>
#
# **Your turn (answer 1; 6 minutes; ★★).** `parameters` is a list of arrays: $W_1, b_1, W_2, b_2, \dots$, for any number of layers. Some
# layer may have no bias.
#
# <details><summary>Hint 1: which arrays</summary>
#
# A weight needs two indices, $i$ and $j$, and a bias one. An array knows how many axes it has: `array.ndim`.
#
# </details>
# <details><summary>Hint 2: how to add up</summary>
#
# Square each entry, sum over the array, and add the arrays' sums. Where does $\lambda$ come in, and how often? Test yourself on the
# example above.
#
# </details>
# <details><summary>Hint 3: a worked example</summary>
#
# Another sum over a list of arrays: how many entries there are in all *vectors* of it. `sum(array.size for array in arrays if array.ndim ==
# 1)` is 5 for arrays of shapes (2, 3), (3,), (3, 2), (2,).
#
# </details>


# %% exercise="l2_penalty" slide="skip"


# %% demo=true
# Your function on the network that has just been trained, beside the sum that was noted while it trained.
with once_written():
    print(f"penalty for λ = 0.01: {l2_penalty(list(plain), 1e-2):.4f}; 0.01 times the last sum above: {0.01 * squares[-1]:.4f}")

# %% [markdown] slide="slide"
# ## 3. Its gradient
#
# **Your derivation.** Take one weight, $w = w_{ij}^{(k)}$, and ask the questions of unit 03:
#
# 1. **Where does it occur** in $\lambda \sum_{i,j,k} (w_{ij}^{(k)})^2$? In how many of the terms?
# 2. **What is the derivative** of that part with respect to $w$?
# 3. **And of a bias?** Move it a little: does the penalty move?
# 4. $\ell_{\text{Reg}}$ is a sum of two terms. What is $\partial \ell_{\text{Reg}}/\partial w$, if $\partial \ell_{\text{CE}}/\partial
#    w$ is known from backpropagation? Must backpropagation be changed at all?
#
# **Before you write it:** of the weights 3 and $-0.1$, which is pulled harder towards zero, and how many times as hard?
#
# **Your turn (answer 2; 6 minutes; ★★).** The gradient of the penalty *alone*, for a network of two layers. Each gradient has the shape of
# what it belongs to.
#
# <details><summary>Hint 1: one weight</summary>
#
# Entry by entry it is the derivative of $\lambda w^2$ with respect to $w$.
#
# </details>
# <details><summary>Hint 2: the biases</summary>
#
# The penalty does not move with a bias. So what stands in a bias's gradient, and which shape has it? (`np.zeros_like`)
#
# </details>
# <details><summary>Hint 3: a worked example</summary>
#
# Another penalty: $\lambda \sum w^4$, for the weights $(1, -2)$ and $\lambda = 0.5$. The derivative of $\lambda w^4$ is $4\lambda w^3$: the
# gradient is $(2, -16)$. In code, for an array: `4 * lam * W**3`.
#
# </details>


# %% exercise="l2_gradient" slide="skip"


# %% demo=true
# Both sides: your formula, and a nudge of every entry of the penalty.
rng = np.random.default_rng(1)
arrays = {"W1": rng.normal(size=(3, 4)), "b1": rng.normal(size=4), "W2": rng.normal(size=(4, 2)), "b2": rng.normal(size=2)}
with once_written():
    yours = l2_gradient(**arrays, lam=0.3)
    for (name, array), gradient in zip(arrays.items(), yours, strict=True):

        def penalty(moved, name=name):
            """The penalty, where the array of this name has been moved."""
            now = arrays | {name: moved}
            return 0.3 * ((now["W1"] ** 2).sum() + (now["W2"] ** 2).sum())

        nudged = numerical_gradient(penalty, array)
        print(f"d{name}: the largest difference is {np.abs(gradient - nudged).max():.0e}")

# %% [markdown]
# The pull is in proportion to the weight: 3 is pulled 30 times as hard as $-0.1$. And backpropagation is not changed at all: what it
# gives is the gradient of $\ell_{\text{CE}}$, and this one is added to it.

# %% [markdown] slide="slide"
# ## 4. A step: weight decay
#
# Gradient descent with learning rate $\eta$ takes the gradient of the whole loss, with one and the same $w$ in both terms:
#
# $$w \leftarrow w - \eta\,\frac{\partial\ell_{\text{Reg}}}{\partial w}.$$
#
# Put in the gradient of section 3, and collect what stands before $w$. You find that each step multiplies every weight by one number a
# little below 1, and then takes the usual step. So the penalty is also called **weight decay**.
#
# Where the loss is flat, $\partial\ell/\partial w = 0$, and only the decay is left: weights that no example asks for fade away.
#
# **Before you write it:** $\eta = 0.5$, $\lambda = 0.1$ and $w = 8$. Where is $w$ after one step on a flat loss, and after two? Does every
# step take away the same amount?
#
# <details><summary>Answer</summary>
#
# After one step 7.2, after two 6.48: each step takes away a tenth of what there is, so less and less.
#
# </details>
#
# **Your turn (answer 3; 4 minutes; ★★).** The weights after many steps on a flat loss. One line.
#
# <details><summary>Hint 1: one step</summary>
#
# With $\partial\ell/\partial w = 0$ the step is $w \leftarrow w - \eta \cdot$ (the penalty's gradient). By which factor is $w$ multiplied?
#
# </details>
# <details><summary>Hint 2: many steps</summary>
#
# Two steps multiply by this factor twice. A loop would do; a power is shorter.
#
# </details>
# <details><summary>Hint 3: a worked example</summary>
#
# Money that earns 3 % a year: each year multiplies it by $1 + 0.03$. After 10 years, 100 have become $100 \cdot 1.03^{10} = 134.39$.
#
# </details>


# %% exercise="decayed" slide="skip"


# %% [markdown]
# **Before you run the next cell:** a weight starts at 1, with $\eta = 0.5$ and $\lambda = 0.01$, 0.1, 0.3 or 1.2. Which of the four
# curves is below one half first? By which factor does one step multiply for $\lambda = 1.2$? For which $\lambda$ would the weight grow?

# %% [markdown] deck="slide"
# ## A weight that no example asks for
#
# Where the loss is flat, only the penalty is left. A weight starts at 1, $\eta = 0.5$, and
#
# $$\lambda = 0.01, \quad 0.1, \quad 0.3, \quad 1.2$$
#
# Sketch the four curves. Which is below one half first?
#
# Note: Two minutes, with a pencil. Ask before the sketch: does every step take away the same amount? Most see that the largest penalty is
# fastest; few expect what it does on the way.

# %% [markdown] deck="slide"
# ## It fades, step by step
#
# Note: Each step multiplies the weight by one and the same number, so less and less is taken away: this is why it is called weight decay.
# For 1.2 the factor is negative, and the weight jumps to the other side. Ask: what would happen for a penalty larger than 2? They find
# the factor in the notebook.

# %% demo=true slide="fragment" deck="show"
with once_written():
    steps = np.arange(31)
    panel = {f"λ = {lam}": np.array([decayed(np.ones(1), 0.5, lam, int(t))[0] for t in steps]) for lam in (0.01, 0.1, 0.3, 1.2)}
    half = np.log(0.5) / np.log(1 - 2 * 0.5 * 0.01)
    caption = f"Flat loss, η = 0.5. With λ = 0.01 a weight is halved in {half:.0f} steps; with 1.2 its sign flips; above 2 it would grow."
    picture = plots.curves(steps, {"weight, as a share of its start": panel}, xlabel="step", caption=caption)
    display(picture)

# %% [markdown] slide="subslide"
# With $\lambda = 1.2$ the factor is $-0.2$: the weight jumps to the other side, and is below one half after a single step. A factor below
# $-1$, here for $\lambda > 2$, would let it grow.
#
# **Your turn (answer 4; 8 minutes; ★★).** The step of one layer, with a loss that is not flat: `dW` and `db` are the gradients of $\ell$
# alone, as backpropagation gives them. Return the new `W` and `b`, and leave the old ones as they were.
#
# <details><summary>Hint 1: two arrays, two rules</summary>
#
# Which of the two is penalised? The other one takes an ordinary step of unit 02.
#
# </details>
# <details><summary>Hint 2: in which order?</summary>
#
# Both parts of the gradient are taken at one place, the weights from before the step. Is the decay to be applied to `dW`, too?
#
# </details>
# <details><summary>Hint 3: a worked example</summary>
#
# Another penalty, $\lambda \sum w^4$, with the gradient $4\lambda w^3$. For $w = 1$, $\partial\ell/\partial w = 0.5$, $\eta = 0.1$ and
# $\lambda = 0.2$ the step is $1 - 0.1\,(0.5 + 4 \cdot 0.2 \cdot 1^3) = 0.87$; a bias $b = 1$ with the same $\partial\ell/\partial b$ goes
# to $1 - 0.1 \cdot 0.5 = 0.95$.
#
# </details>


# %% exercise="regularised_step" slide="skip"


# %% demo=true
# Your step, 20 times, beside steps against a nudged gradient of the whole loss, penalty included.
X, labels = np.random.default_rng(2).normal(size=(30, 5)), np.random.default_rng(3).integers(3, size=30)
softmax_cross_entropy = mine("softmax_cross_entropy")


def whole_loss(W, b):
    return softmax_cross_entropy(X @ W + b, labels)[0] + 0.05 * (W**2).sum()


with once_written():
    W, b = np.random.default_rng(4).normal(size=(5, 3)), np.zeros(3)
    other_W, other_b = W, b
    for _ in range(20):
        upstream = softmax_cross_entropy(X @ W + b, labels)[1]
        W, b = regularised_step(W, b, X.T @ upstream, np.sum(upstream, axis=0), 0.3, 0.05)
        slope_W = numerical_gradient(lambda moved, held=other_b: whole_loss(moved, held), other_W)
        slope_b = numerical_gradient(lambda moved, held=other_W: whole_loss(held, moved), other_b)
        other_W, other_b = other_W - 0.3 * slope_W, other_b - 0.3 * slope_b
    print(f"after 20 steps the two differ by {max(np.abs(W - other_W).max(), np.abs(b - other_b).max()):.0e}")

# %% [markdown]
# Libraries often have a number called `weight_decay`, and add it times $w$ to the gradient of $\ell$. Which `weight_decay` takes the same
# step as your $\lambda$? The written question asks for it. (In Adam, a method beyond this course, it matters whether the decay is part of
# the gradient: the further reading has AdamW, where it is not.)
#
# Now `keep` checks what you have built so far, and writes it into `my_network.py`. Unit 11 trains with your `regularised_step`.

# %% demo=true
keep(l2_penalty, l2_gradient, decayed, regularised_step)

# %% [markdown] slide="slide"
# ## 5. Does it help? Measure it, in pairs
#
# First one pair, to look into: the same network, the same start, the same batches, with $\lambda = 0.01$ and without.
#
# **Before you run the next cell:** how will the two histograms of weights differ? Will there be weights that are exactly zero?
# Some pixels are blank in all training digits: what becomes of the weights that lead from them to the hidden nodes?

# %% demo=true slide="fragment"
with once_written():
    tamed = trained(regularised_step, data.train, (64, 64, 10), seed=0, lam=1e-2)
    ways = {"no penalty": plain, "λ = 0.01": tamed}
    blank = (data.train.X == 0).all(axis=0)
    for name, weights in ways.items():
        right = [percent_right(weights, part) for part in (data.train, data.test)]
        zeros = sum((W == 0).sum() for W in weights[::2])
        print(f"{name:>10}: training labels {right[0]:.0f} % right, test labels {right[1]:.0f} % right; weights exactly zero: {zeros}")
        print(f"{'':>12}mean |w| from the {blank.sum()} blank pixels: {np.abs(weights[0][blank]).mean():.4f}")
    display(plots.weight_spread({f"layer {k + 1}": {way: weights[2 * k] for way, weights in ways.items()} for k in range(2)}))

# %% [markdown] slide="subslide"
# The penalised network knows *fewer* of its training labels, and *more* of the test labels. Its weights have shrunk; many are near zero,
# and none is exactly zero, for the pull $2\lambda w$ fades as $w$ does.
#
# For the weights from blank pixels the loss is flat. Without the penalty they stay where they started; with it, each of the 600 steps
# leaves $1 - 2 \cdot 0.3 \cdot 0.01 = 0.994$ of them, and all steps together 3 %. The penalty takes most where the data say least.
#
# One pair proves little. So 20 pairs, each with its own data, start and batches, on three tasks, with $\lambda = 0.01$ in all of them:
#
# - **Noisy digits**: 300 of them, a fifth of the labels drawn anew. The test labels are true.
# - **Clean digits**: the same, all labels true.
# - **Two moons**: 100 points on two interleaved arcs, whose boundary is a curve.
#
# **Before you run the next two cells:** in which of the three will the penalty win, lose, or make no difference? Write your guesses down.
# (The second cell trains 120 networks with your `regularised_step`; that takes some five seconds.)

# %% demo=true
from course.data import Examples, digits, two_moons

images, classes = (np.concatenate(arrays) for arrays in zip(*digits(np.random.default_rng(0)), strict=True))  # all 1,797, read once
fresh = two_moons(1000, 0.25, np.random.default_rng(1))


def digits_with(noise, seed):
    """300 digits to train on, a part of their labels drawn anew, and the others to test."""
    rng = np.random.default_rng([seed, 3])
    order = rng.permutation(len(classes))
    seen = classes[order[:300]].copy()
    seen[: round(300 * noise)] = rng.integers(10, size=round(300 * noise))
    return Examples(images[order[:300]], seen), Examples(images[order[300:]], classes[order[300:]])


tasks = {  # the examples of a seed, and the sizes of the network
    "noisy digits": (lambda seed: digits_with(0.2, seed), (64, 64, 10)),
    "clean digits": (lambda seed: digits_with(0.0, seed), (64, 64, 10)),
    "two moons": (lambda seed: (two_moons(100, 0.25, np.random.default_rng([seed, 3])), fresh), (2, 64, 2)),
}


def accuracies(seen, test, sizes, seed):
    """Test accuracy in percent, without the penalty and with it."""
    return [percent_right(trained(regularised_step, seen, sizes, seed, lam), test) for lam in (0.0, 1e-2)]


# %% [markdown] deck="slide"
# ## Does it help?
#
# $\lambda = 0.01$ against no penalty, 20 pairs each:
#
# - **noisy digits:** a fifth of the labels at random
# - **clean digits:** all labels true
# - **two moons:** 100 points, a curved boundary
#
# Win, lose, or no difference?
#
# Note: Everybody writes down three words, then hands for each. Pairs have the same data, the same start and the same batches, and the
# test labels are true. Nearly all say win for the first, and no difference for the second.

# %% [markdown] deck="slide"
# ## The same penalty, three answers
#
# Note: It helps where there was nonsense to be learnt, and harms on clean digits, where it holds back what was right. On the moons it
# harms, too; a likely reason is that a strongly curved boundary needs large weights. Ask: does this show that penalties are bad for clean
# data? It shows that 0.01 is: the number has to be chosen for the task.

# %% demo=true slide="fragment" deck="show"
with once_written():
    results = {name: np.array([accuracies(*draw(seed), sizes, seed) for seed in range(20)]) for name, (draw, sizes) in tasks.items()}
    print(f"gradients by {whose(mlp_gradients)}, steps by {whose(regularised_step)}")
    for name, runs in results.items():
        print(f"{name:13} test accuracy {runs[:, 0].mean():.1f} % without the penalty, {runs[:, 1].mean():.1f} % with it")
    gains = {name: runs[:, 1] - runs[:, 0] for name, runs in results.items()}
    display(plots.paired_gains(gains, xlabel="gain in test accuracy with λ = 0.01, percentage points"))

# %% [markdown]
# On noisy labels it helps. On clean ones **the same penalty harms**: there is no nonsense to be learnt, and the penalty holds back what is
# right. On the moons it harms, too. A likely reason: a strongly curved boundary needs large weights.
#
# So the penalty is not good in itself, and $\lambda = 0.01$ is not the right number everywhere. It has to be chosen for the task.
#
# **Try it** in the last line of `accuracies`: `1e-3` in place of `1e-2`, for the clean digits; or `epochs=30` after `lam`, for the noisy
# ones.

# %% [markdown] slide="slide"
# ## 6. Beyond the core: a loss whose minimum we can write down (15 minutes; needs linear systems)
#
# For the network we can only descend. For the neuron of section 1.1 we can *solve*. (If you leave this section out, the course's solution
# stands in for yours: select the heading of section 7, and *Run Selected Cell and All Below*.) With rows $x_n$ in $X$, shape (N, d),
# targets $y$, shape (N,), and weights $w$, shape (d,):
#
# $$\ell_{\text{Reg}}(w) = \frac1N \sum_{n=1}^{N} (x_n \cdot w - y_n)^2 + \lambda \sum_{j=1}^d w_j^2 .$$
#
# This is called **ridge regression**. Note that the first term is a mean, and the second is not.
#
# **Your derivation, in three steps.**
# 1. The gradient of the first term is $\frac2N X^\top (Xw - y)$: unit 02's for the mean squared error, in vector form. What is the
#    second's?
# 2. At the minimum their sum is zero. Multiply by $N/2$. Which number now stands before $w$?
# 3. Collect what multiplies $w$ on one side: (a matrix) $w = X^\top y$. A number times $w$ is that number times the identity matrix
#    $I$ times $w$.

# %% demo=true
# Step 1, both sides: fill in the second term's gradient in place of None.
rng = np.random.default_rng(5)
X, y_few, w_any, lam = rng.normal(size=(8, 3)) * [2, 1, 0.2], rng.normal(size=8), rng.normal(size=3), 0.2
first_term, second_term = 2 / 8 * X.T @ (X @ w_any - y_few), None
by_nudging = numerical_gradient(lambda w: ((X @ w - y_few) ** 2).mean() + lam * (w**2).sum(), w_any)
print("by nudging, both terms:", by_nudging.round(6))
print("first term alone:      ", first_term.round(6), "" if second_term is None else f"\nyour sum: {(first_term + second_term).round(6)}")

# %% [markdown]
# **Your turn (answer 5; 8 minutes; ★★★).** Solve the system. `np.linalg.solve(A, c)` gives the $w$ with $A w = c$; `np.eye(d)` is the
# identity matrix of $d$ rows.
#
# <details><summary>Hint 1: the factor</summary>
#
# The first term had $2/N$, the second $2\lambda$. After multiplying by $N/2$ the first has 1; and the second?
#
# </details>
# <details><summary>Hint 2: a matrix plus a number</summary>
#
# NumPy adds a number to *every* entry of a matrix. The identity has ones on its diagonal only.
#
# </details>
# <details><summary>Hint 3: a worked example</summary>
#
# Another system: $A w + 3 w = c$ with $A = \begin{pmatrix} 1 & 2\\ 2 & 1\end{pmatrix}$ and $c = (6, 6)$. Collect:
# $(A + 3I)\, w = c$, so $\begin{pmatrix} 4 & 2\\ 2 & 4\end{pmatrix} w = c$ and $w = (1, 1)$. In code: `np.linalg.solve(A + 3 * np.eye(2),
# c)`.
#
# </details>


# %% exercise="ridge_solution" slide="skip"


# %% demo=true
# Both sides: at a minimum the gradient vanishes, and 2,000 steps of descent arrive at the same place.
with once_written():
    w = ridge_solution(X, y_few, lam)
    slope = numerical_gradient(lambda w: ((X @ w - y_few) ** 2).mean() + lam * (w**2).sum(), w)
    print("largest slope at your solution:", f"{np.abs(slope).max():.0e}")
    walker = np.zeros(3)
    for _ in range(2000):
        walker = (1 - 2 * 0.05 * lam) * walker - 0.05 * 2 / 8 * X.T @ (X @ walker - y_few)
    print("distance to where descent arrives:", f"{np.abs(w - walker).max():.0e}")

# %% [markdown] folded=true
# ### Optional: which weights shrink? (5 minutes; needs eigenvectors)
#
# Not all alike. Turn the axes of $w$ so that $X^\top X/N$ becomes diagonal: the new axes are its *eigenvectors*. Along axis $j$ the mean
# squared error is a parabola with **curvature** $a_j$, twice the eigenvalue (unit 02). So the whole loss is, along this axis and up to a
# constant, $\tfrac12 a_j (w_j - w_j^*)^2 + \lambda w_j^2$, where $w_j^*$ is the solution without the penalty. Its slope is zero at
#
# $$a_j (w_j - w_j^*) + 2\lambda w_j = 0 \qquad\Rightarrow\qquad w_j = \frac{a_j}{a_j + 2\lambda}\; w_j^* .$$
#
# **Before you run the next cell:** for $a_j = 20\lambda$, which share of $w^*_j$ is left? And for $a_j = \lambda/5$? Which directions
# does the penalty leave alone: those of which the data say much, or little?

# %% demo=true slide="fragment"
with once_written():
    eigenvalues, directions = np.linalg.eigh(X.T @ X / 8)
    free, shrunk = (directions.T @ ridge_solution(X, y_few, strength) for strength in (0.0, lam))
    for a, before, after in zip(2 * eigenvalues, free, shrunk, strict=True):
        print(f"a = {a:.3f}: share left {after / before:.4f}, by the formula {a / (a + 2 * lam):.4f}")

# %% [markdown]
# Ten elevenths are left, and one eleventh. Where the data say much, the weights stay; where they say little, noise decides, and the penalty
# takes it away. Unit 09 derives the same share $a/(a + 2\lambda)$ in one direction, and compares it with what early stopping leaves.

# %% [markdown] slide="slide"
# ## 7. Choosing λ
#
# ### 7.1 See it, slider by slider
#
# The weights that make the mean squared error plus the penalty as small as possible can be computed exactly, by a function that we call
# `ridge_solution` (section 6, beyond the core). `mine` brings yours under the name `solved`, or the course's where there is none yet.

# %% demo=true
keep(ridge_solution)
solved = mine("ridge_solution")

# %% [markdown]
# The twelve points of section 1, refitted at each move of a slider (and seven other data sets like it). On the left the curve; on the right
# the weights, on a scale by powers of ten, and the losses for *every* $\lambda$, with a line at the chosen one.
#
# **Before you touch it:** the degree is 11. As $\lambda$ grows from one millionth to 10, which of these rise, which fall, and which do
# first one and then the other: the training loss, the validation loss, the size of the weights? Where does the curve end up for
# $\lambda = 10$?
#
# Then: where is the best $\lambda$ for degree 11, and for degree 3? (Guess, before you read it below the curves.) For which is it worth the
# effort? Does another data set move it?

# %% [markdown] deck="slide"
# ## From a millionth to ten
#
# The twelve points again, degree 11, and $\lambda$ grows. What becomes of
#
# - the training loss,
# - the validation loss,
# - the size of the weights?
#
# Does each rise, fall, or first one and then the other?
#
# Note: Let them draw three arrows on paper. Ask two people with different arrows to explain them to each other. And ask what the curve
# will look like at the right end, for 10.

# %% [markdown] deck="slide"
# ## A penalty, and what it does to the curve
#
# Note: Start at one millionth and move slowly: even that has tamed the largest weight from over 5,000 to about 24. The validation loss
# has a valley, and at 10 hardly more than a flat line is left. Then degree 3: ask whether the effort is worth it there. The button
# Projector shows all controls, also other data sets: ask first whether the valley will move.

# %% demo=true slide="fragment" deck="show"
from course.widgets import RidgeCurve

others = [(*measured(np.random.default_rng([4, k]), 12), *measured(np.random.default_rng([5, k]), 30)) for k in range(7)]
RidgeCurve([(x, y, x_val[:30], y_val[:30]), *others], degree=11, lam=1e-6)

# %% [markdown]
# Even one millionth tames our curve: the largest weight was 5,283 without a penalty, and is about 24 now. As $\lambda$ grows, the weights
# shrink further, and the training loss rises: without the penalty it is as low as it can be. So **training data cannot choose λ**: they
# would always choose zero. At $\lambda = 10$ hardly more than a flat line is left. The validation loss has a valley in between. We choose
# by it. Degree 3 has much less to gain than degree 11, and with our twelve points nothing at all. And each data set has its valley
# elsewhere: no $\lambda$ is best for all.

# %% [markdown] folded=true
# ### Optional: change λ while it trains (3 minutes)
#
# A network with 64 hidden nodes learns 60 noisy points. Let it play to about epoch 200, and pause. Then set $\lambda$ to 0.01, and let it
# go on for some 60 epochs.
#
# **Before you press Play:** what has happened to the validation loss by epoch 200? Can a penalty that comes so late still undo it? Which
# way will the training loss go?

# %% [markdown] deck="slide"
# ## Too late for a penalty?
#
# Note: Play to about epoch 200, and pause. Ask what has happened: the validation loss has more than doubled since its lowest. Then ask
# for hands, too late or not, before you set the penalty to 0.01 and play on. It is not: within some 60 epochs the validation loss is nearly
# down at its lowest again, while the training loss rises. A penalty pulls at every step, whenever it begins.

# %% demo=true slide="fragment" deck="show"
from course.widgets import Playground

Playground(**Playground.presets["overfitting"])

# %% [markdown]
# The validation loss is lowest near epoch 65, at 0.27, and more than twice as high by epoch 200. It is not too late: with $\lambda = 0.01$
# it is below 0.3 again by epoch 240. The training loss *rises*, from 0.22 to 0.28 there: the penalty takes away what was learnt by heart.
# It pulls at the weights in every step, whenever it begins.

# %% [markdown] slide="subslide"
# ### 7.2 Find the mistakes
#
# A classmate chooses $\lambda$ like this. It runs, and it always finds a $\lambda$.


# %% demo=true
def classmates_choice(lams, X_train, y_train, X_val, y_val):
    """The best of lams, and the loss of each. Something is wrong."""
    X, y = np.vstack([X_train, X_val]), np.concatenate([y_train, y_val])
    losses = []
    for lam in lams:
        w = solved(X, y, lam)
        losses.append(((X @ w - y) ** 2).mean() + lam * (w**2).sum())
    return np.argmin(losses), np.array(losses)


lams = 10.0 ** np.arange(-6, 2)
examples = powers(x, 11), y, powers(x_val[:30], 11), y_val[:30]
best, losses = classmates_choice(lams, *examples)
print("the best λ, says the classmate:", best, "\nlosses:", losses.round(3))

# %% [markdown]
# **Your turn (answer 6; 12 minutes; ★★).** There are *four* mistakes: one in what is returned, one in what the weights are fitted to, one
# in which examples the loss is taken on, and one in what is added to it. Write it as it should be: for each $\lambda$ fit on the training
# data, and take the mean squared error on the validation data. Call `ridge_solution(X, y, lam)`, which gives the weights: where yours is
# not written, or not right, a right one is lent to this answer when it is checked and graded. (`solved` is there for looking only, and
# `keep` takes this answer only together with a `ridge_solution` of yours.)
#
# <details><summary>Hint 1: who may see what</summary>
#
# The training examples are to learn from, the validation examples are to choose by. What happens to an exam whose questions were in the
# exercises?
#
# </details>
# <details><summary>Hint 2: what the penalty is for</summary>
#
# It steers the training. Once the weights are found, we want to know how well they predict, and not how large they are. Then: what does
# `argmin` return?
#
# </details>
# <details><summary>Hint 3: a worked example</summary>
#
# Another choice: the batch size that trained fastest. `sizes, seconds = [16, 32, 64], []`; in a loop over the sizes, train and append the
# time. With `seconds = [3.1, 2.2, 2.7]`, `np.argmin(seconds)` is 1, a *place*; the answer is `sizes[1]`, 32.
#
# </details>


# %% exercise="choose_lambda" slide="skip"


# %% demo=true
keep(choose_lambda)
best_by = mine("choose_lambda")
best, losses = best_by(lams, *examples)
print(f"the best λ, by {whose(best_by)}:", best, "\nvalidation losses:", losses.round(3))

# %% [markdown] slide="subslide"
# ### 7.3 The curve, over 20 data sets
#
# **Before you run the next cell:** 20 data sets of 12 points each, degree 11, with 30 validation points each. Draw the two curves, training
# and validation loss against $\lambda$, on a scrap of paper. Where do they meet?

# %% demo=true slide="fragment"
strengths = np.logspace(-6, 1, 22)


def data_set(seed):
    """X and y of 12 training examples, then of 30 to choose by, then of 1,000 to test; X has powers up to 11."""
    rng, arrays = np.random.default_rng([seed, 7]), []
    for n in (12, 30, 1000):
        x_drawn, y_drawn = measured(rng, n)
        arrays += [powers(x_drawn, 11), y_drawn]
    return arrays


drawn = [data_set(seed) for seed in range(20)]
training = np.array([best_by(strengths, Xt, yt, Xt, yt)[1] for Xt, yt, *_ in drawn])  # judged on what they learnt from
validation = np.array([best_by(strengths, Xt, yt, Xv, yv)[1] for Xt, yt, Xv, yv, *_ in drawn])
plots.penalty_curves(strengths, {"training": training, "validation": validation}, ylabel="mean squared error")

# %% [markdown] slide="subslide"
# ### 7.4 What is the test set for?
#
# The curves meet on the right, where the penalty lets nothing be learnt, neither sense nor noise; the gap on the left is overfitting. (A
# geometric mean averages the logarithms, so that one bad data set does not rule it.) We chose the $\lambda$ whose validation loss was
# *lowest*, between the two. Is that lowest loss an honest forecast for new examples?
#
# **Before you run the next cell:** 200 data sets, this time with only 8 validation examples each. For each it takes the lowest validation
# loss, and the loss of the same weights on 1,000 test examples that had no part in any choice. In which share of the 200 is the test
# loss the larger one? And beside it, for comparison, a $\lambda$ that was fixed before anybody looked: in which share there?

# %% [markdown] deck="slide"
# ## Is the lowest loss an honest forecast?
#
# We try 22 values of $\lambda$, and keep the one with the lowest loss on 8 **validation** examples.
#
# Then 1,000 **test** examples, which had no part in the choice. We do this with 200 data sets.
#
# How often is the test loss the larger one?
#
# Note: Offer half of the times, two thirds, nearly always. A useful picture: of 22 people who toss coins, the luckiest is a poor forecast
# of himself. If nobody sees it, ask what would happen for a value that was fixed before anybody looked: there it is near one half.

# %% [markdown] deck="slide"
# ## In 84 %. So, three sets
#
# The lowest of many numbers is low partly by luck.
#
# - to **learn** from: training
# - to **choose** by: validation
# - to **report** on: test, looked at **once**
#
# Note: With a value that was fixed before anybody looked it was 57 %, near one half; the notebook has both numbers, with an interval. Ask:
# who has looked at a test set more than once? Wait for honest hands, and put up your own.

# %% demo=true slide="fragment"
chosen, fixed, at = [], [], 11  # strengths[11] is fixed, for the comparison
for Xt, yt, Xv, yv, X_test, y_test in (data_set(seed) for seed in range(100, 300)):
    best, losses = best_by(strengths, Xt, yt, Xv[:8], yv[:8])
    of_best, of_fixed = (((X_test @ solved(Xt, yt, lam) - y_test) ** 2).mean() for lam in (best, strengths[at]))
    chosen.append([losses.min(), of_best])
    fixed.append([losses[at], of_fixed])
for name, pairs in {"chosen by the validation loss": chosen, f"fixed at {strengths[at]:.1e}": fixed}.items():
    above = np.mean([test > validated for validated, test in pairs])
    half = 1.96 * np.sqrt(above * (1 - above) / len(pairs))  # of a 95 % interval
    medians = "medians: validation {:.3f}, test {:.3f}".format(*np.median(pairs, axis=0))
    print(f"λ {name:30} the test loss is the larger one in {100 * above:.0f} ± {100 * half:.0f} %;  {medians}")

# %% [markdown]
# With the chosen $\lambda$ the test loss is the larger one in far more than half of the cases; with a fixed $\lambda$ it is near one half.
# The lowest of many numbers is low partly by luck, so the loss by which we chose is too good a forecast. So there are **three** sets: to
# learn from, to choose by, and to report on. The test set is looked at *once*, when nothing is left to be chosen.

# %% [markdown] folded=true
# ## 8. Optional: a belief about weights (5 minutes; needs Bayes' rule)
#
# Suppose that before any data we believe each weight to be normally distributed around 0, with standard deviation $s$: the **prior**, with
# density $p(w) \propto e^{-\sum w^2/(2 s^2)}$. The data have probability $\prod_{n=1}^N p(y_n \mid x_n, w) = e^{-N\ell_{\text{CE}}(w)}$,
# for the cross-entropy is a mean of $-\log p$ over $N$ training examples. Bayes' rule multiplies the two:
#
# $$-\frac1N \log p(w \mid \text{data}) = \ell_{\text{CE}}(w) + \underbrace{\frac{1}{2 N s^2}}_{\lambda} \sum w^2 + \text{const}.$$
#
# **The most probable weights are those of the smallest penalised loss**, with $\lambda = 1/(2 N s^2)$. A narrow belief is a strong penalty.
#
# **Before you run the next cell:** with twice as much data, and the same belief, does $\lambda$ become larger or smaller? Is that
# sensible?

# %% demo=true slide="fragment"
rng = np.random.default_rng(6)
X, labels, s = rng.normal(size=(40, 5)), rng.integers(3, size=40), 0.7
for W in (rng.normal(size=(5, 3)) for _ in range(3)):

    def log_posterior(W):
        """Logarithm of prior times likelihood, term by term, up to a constant."""
        p = np.exp(X @ W) / np.exp(X @ W).sum(axis=1, keepdims=True)
        return np.log(p[np.arange(40), labels]).sum() + np.log(np.exp(-(W**2) / (2 * s**2))).sum()

    def penalised(W, lam=1 / (2 * 40 * s**2)):
        """The loss of the notes, with the λ of the formula."""
        return softmax_cross_entropy(X @ W, labels)[0] + lam * (W**2).sum()

    here, there = -log_posterior(W) / 40 + log_posterior(0 * W) / 40, penalised(W) - penalised(0 * W)
    print(f"from W = 0 to here: minus the log posterior over N rises by {here:.6f}, the penalised loss by {there:.6f}")
print(f"λ for 40 examples: {1 / (2 * 40 * s**2):.4f}, for 80: {1 / (2 * 80 * s**2):.4f}")

# %% [markdown]
# Smaller: with more data, the belief from before counts less.

# %% [markdown] slide="slide"
# ## 9. In your own words
#
# ### A written question (4 points; 12 minutes)
#
# A friend reports: "I tried $\lambda$ = 0, 0.001, 0.01, 0.1 and 1. With $\lambda = 0$ the training loss was lowest, so the penalty does not
# help. My colleague says I should have looked at the test set, and taken the $\lambda$ that is best there. And my library's
# `weight_decay=0.01` gives another result than my own penalty with $\lambda = 0.01$, so one of the two must be broken."
#
# 1. Why does the friend's first argument prove nothing? Say what the training loss does when $\lambda$ grows, and why.
# 2. What is wrong with the colleague's advice, and what should be done?
# 3. Is one of the two broken? Derive the relation between $\lambda$ and the library's decay.

# %% [markdown] written=4
# **Model answer.**
#
# 1. With $\lambda = 0$ training minimises the training loss and nothing else, so no other $\lambda$ can have a lower one: the training
#    loss never falls as $\lambda$ grows. The penalty is there for examples that were not trained on, and only those can tell.
# 2. The test set is to report on. A $\lambda$ chosen as the best of five on it is partly chosen for its luck there, so its test
#    loss is too good a forecast. Keep validation data apart, choose there, and look at the test set once, at the end.
# 3. Not necessarily. The gradient of $\lambda w^2$ is $2\lambda w$, so a step is $w - \eta(\partial\ell/\partial w + 2\lambda w)$. A
#    library that adds `weight_decay` times $w$ to the gradient takes the same step where `weight_decay` is $2\lambda$: here 0.02. (It may
#    also decay the biases.)
#
# **Rubric.** Any notation will do.
#
# - 1: the training loss cannot choose, *with* the reason that $\lambda = 0$ minimises it.
# - 1: choosing on the test set spoils its forecast.
# - 1: three sets, or validation data, are named with their roles.
# - 1: `weight_decay` is $2\lambda$, derived from the gradient (half a point for "a factor of two" without a derivation).

# %% [markdown] deck="slide"
# ## What to take home
#
# - **Overfitting:** training loss down, validation loss up, and large weights.
# - **The penalty pulls every weight towards zero,** most where the data say least.
# - **It can harm.** Choose $\lambda$ for the task, and measure in pairs.
#
# Note: In the notebook they derive the penalty's gradient and the step, and choose a value themselves, under two hours. Ask for a
# prediction that unit 08 will answer: would it help to delete half of the network at every step?

# %% [markdown] slide="slide"
# ## Summary
#
# | | in one line |
# |---|---|
# | penalised loss | the loss plus $\lambda$ times the sum of all squared weights; no biases, no one half |
# | its gradient | the pull towards zero is in proportion to the weight |
# | a step | shrink every weight by the same factor, then step as usual: weight decay |
# | choosing $\lambda$ | by the validation loss, taken without the penalty |
#
# - **Overfitting** is training loss down, validation loss up. It goes with large weights, and the penalty makes them expensive.
# - **It helps** where there is nonsense to be learnt, and harms where what it forbids was right. Measure it, in pairs.
# - **Three sets**: to learn from, to choose by, to report on.
#
# **If you remember one thing:** the penalty takes most where the data say least.
#
# Unit 08 takes up the second remedy of the notes, dropout, and unit 09 the third, to stop in time.

# %% [markdown] slide="skip"
# ## Further reading
#
# - The lecture notes, *Regularization in NN*, i) L2 regularization.
# - I. Goodfellow, Y. Bengio and A. Courville, *Deep Learning*, MIT Press 2016, [section
#   7.1.1](https://www.deeplearningbook.org/contents/regularization.html), with the shares that are left (there with one half in front of
#   the penalty, and so without our 2), and 5.2 and 5.3 on overfitting and validation sets.
# - A. Krogh and J. A. Hertz, "A simple weight decay can improve generalization", *Advances in Neural Information Processing Systems* 4
#   (1992): why it helps, in a linear network.
# - A. E. Hoerl and R. W. Kennard, "Ridge regression: biased estimation for nonorthogonal problems", *Technometrics* 12 (1970), 55-67.
# - C. M. Bishop, *Pattern Recognition and Machine Learning*, Springer 2006: sections 1.1 (polynomials) and 3.3 (the Gaussian prior).
# - I. Loshchilov and F. Hutter, ["Decoupled weight decay regularization"](https://arxiv.org/abs/1711.05101), *International Conference on
#   Learning Representations* (2019): where decay and penalty part company.
