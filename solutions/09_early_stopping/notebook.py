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
# # Unit 09: Early stopping
#
# The lecture notes need one line for it: *"Stopping when performance on validation set stops improving."* Nothing is added to the loss, and
# nothing is drawn at random: the only choice is when training ends. It is the cheapest regulariser there is, and it is easy to get slightly
# wrong.
#
# **At the end you can**
# - read a validation curve, and say what "stops improving" means, with `patience` and `min_delta`,
# - write the rule as a class that keeps the best weights, and a training loop that follows it,
# - show when early stopping does what L2 does, and when it does nothing,
# - say why the test set must be left alone, and measure what happens when it is not.
#
# | time | difficulty | what to know before |
# |---|---|---|
# | 80 minutes, and 25 for what is optional | medium | the training algorithm (unit 06), the L2 penalty (unit 07) |

# %%
import numpy as np

from course import check

# %% demo=true
# Cells like this one are for looking, not for marks: change and break them at will.
from IPython.display import display
from threadpoolctl import threadpool_limits

from course import EarlyStopping, keep, mine, once_written, plots, whose
from course.data import digits, noisy_digits
from course.widgets import Patience

one_thread = threadpool_limits(1)  # matrices as small as these are slower on several threads

# %% [markdown] slide="slide"
# ## 1. A network that learns by heart
#
# We train on 300 digits of which 20 % have a label **drawn at random**: a network that gets those right has learned them by heart. 300
# other digits with the same kind of labels are the **validation set**: nothing is learned from them, they are only watched. All the rest,
# with true labels, are the **test set**. After each epoch, the next cell also notes which test digits the network gets right. Sections 6
# and 7 need that; nothing is learned from it, and nothing is chosen by it.
#
# The network is trained by your own code: the start, the batches and the step of unit 06, and the gradients of unit 05.

# %% demo=true
initialise, minibatches, mlp_gradients, sgd_step = mine("initialise", "minibatches", "mlp_gradients", "sgd_step")


def logits(theta, X):
    """The outputs of the network: linear, ReLU, linear."""
    W1, b1, W2, b2 = theta
    return np.maximum(X @ W1 + b1, 0) @ W2 + b2


def trained(seed, data, update=None, epochs=40):
    """The network after training, its losses after each epoch, and which test digits were right then, (epochs, tests).

    With `update`, training stops when update(validation loss, weights) is True.
    """
    theta = initialise((64, 64, 10), np.random.default_rng([seed, 0]))
    velocity, rng = [np.zeros_like(w) for w in theta], np.random.default_rng([seed, 1])
    losses, right = {"loss": [], "validation_loss": []}, []
    for _ in range(epochs):
        for batch in minibatches(len(data.train.X), 60, rng):
            _, *gradients = mlp_gradients(data.train.X[batch], data.train.y[batch], *theta)
            # learning rate 0.1, momentum 0.9
            steps = [sgd_step(*one, 0.1, 0.9) for one in zip(theta, map(np.asarray, gradients), velocity, strict=True)]
            theta, velocity = zip(*steps, strict=True)
        losses["loss"].append(mlp_gradients(*data.train, *theta)[0])
        losses["validation_loss"].append(mlp_gradients(*data.validation, *theta)[0])
        right.append(logits(theta, data.test.X).argmax(axis=1) == data.test.y)
        if update and update(losses["validation_loss"][-1], np.concatenate([np.ravel(w) for w in theta])):
            break
    return theta, losses, np.array(right)


# %% [markdown] deck="slide"
# ## When should training end?
#
# 300 digits, 20 % of the labels **drawn at random**.
#
# 64 hidden nodes, 40 epochs.
#
# What do two curves look like: the training loss, and the loss on 300 other digits that are only **watched**?
#
# Note: The watched digits are the validation set; their labels are spoilt in the same way. One minute with a pencil; then ask for a sketch
# on the board: who has another one? Many draw two falling curves, the second a little higher.


# %% [markdown]
# **Before you run the next cell:** the network has 64 hidden nodes and trains for 40 epochs. Which way will the training loss go, and
# which way the validation loss?

# %% [markdown] deck="slide"
# ## One falls, the other turns
#
# Note: Ask what the network learns after the turn: wait for "the random labels", or "noise". At the end it gives 95 % of the training
# labels as they stand, though only about 82 % of them are true. Then ask: so who tells us, in epoch 9, that this was the best?

# %% demo=true slide="fragment" deck="show"
data = noisy_digits(np.random.default_rng(1))
theta, record, right = trained(1, data)
plots.history(record)

# %% [markdown] slide="subslide"
# The training loss falls and falls: the network learns the random labels, too. The validation loss falls, turns, and climbs: from its
# turning point on, what is learned is mostly noise. Write $\ell_t$ for the validation loss after epoch $t = 1, 2, \dots$, and $\theta_t$
# for the weights then. We want the weights of the **best epoch**, the $t$ with the smallest $\ell_t$, and we want to notice *while
# training* that this epoch is behind us, so that we can stop.
#
# **Before you run the next cell:** by how many epochs do you think the best one comes before the last?

# %% demo=true
validation_losses = record["validation_loss"]
best = 1 + int(np.argmin(validation_losses))
print(f"best epoch: {best} of {len(validation_losses)}")
print(f"validation loss there {min(validation_losses):.3f}, at the end {validation_losses[-1]:.3f}")
print(f"training accuracy at the end: {np.mean(logits(theta, data.train.X).argmax(axis=1) == data.train.y):.1%}")

# %% [markdown]
# The best epoch comes early: most of the 40 come after it. At the end the network gives nearly all training labels as they stand, though
# only about 82 % of them are true (one in ten of those drawn at random is true by luck).

# %% [markdown] slide="slide"
# ## 2. What is an improvement?
#
# Real curves go up and down a little. So a new loss counts as an **improvement** only when it is lower than the best loss so far by **more
# than** a margin $\delta \ge 0$, called `min_delta`. Two special cases:
#
# - With $\delta = 0$, the same loss once more is no improvement.
# - A loss that is NaN ("not a number": the training has blown up) is no improvement either: `<` and `>` with NaN are always False.
#
# **Your turn (answer 1; 3 minutes; ★).** Is this loss an improvement?
#
# <details><summary>Hint 1: how many comparisons</summary>
#
# One is enough. Write down on paper what "lower by more than $\delta$" means for the best loss 1.0 and $\delta = 0.1$: below which number
# must the new loss be?
#
# </details>
# <details><summary>Hint 2: NaN</summary>
#
# Do not turn the comparison round with a `not`: `not loss >= bound` is True for NaN.
#
# </details>
# <details><summary>Hint 3: a worked example</summary>
#
# Another rule: a runner improves when her time is at least 2 seconds better than her record. In code, `time <= record - 2`. With a record
# of 60, a time of 58 counts, 58.5 does not, and NaN does not, for `nan <= 58` is False.
#
# </details>


# %% exercise="improved" slide="skip"


# %% [markdown]
# **Before you run the next cell:** which of these four are True?

# %% demo=true
with once_written():
    for loss, best_loss, min_delta in [(0.9, 1.0, 0.0), (1.0, 1.0, 0.0), (0.95, 1.0, 0.1), (float("nan"), 1.0, 0.0)]:
        print(f"loss {loss:<5} best {best_loss}  min_delta {min_delta}:", improved(loss, best_loss, min_delta))

# %% [markdown]
# Only the first. The second is the same loss again, the third is lower by less than the margin, and the fourth is no number.

# %% [markdown] deck="slide"
# ## A rule that sees only the past
#
# Stop when **`patience`** epochs in a row have brought no improvement.
#
# | epoch | 1 | 2 | 3 | 4 | 5 | 6 |
# |---|---|---|---|---|---|---|
# | loss | 5 | 3 | 4 | 2 | 3 | 4 |
#
# With patience 2: after which epoch does it stop, and with **which weights**?
#
# Note: One minute, with a pencil, and a finger that covers the epochs to come. Ask for both numbers. Two answers come up often: epoch 4,
# because it is the best; and epoch 5, where the waiting is counted from the best epoch itself.

# %% [markdown] deck="slide"
# ## After epoch 6, with those of epoch 4
#
# | epoch | 1 | 2 | 3 | 4 | 5 | 6 |
# |---|---|---|---|---|---|---|
# | loss | 5 | 3 | 4 | 2 | 3 | 4 |
# | waited | 0 | 0 | 1 | 0 | 1 | 2 |
#
# And with patience 1?
#
# Note: Go through the last row together, with one voice for each epoch. Then patience 1, half a minute: it stops after epoch 3, with the
# weights of epoch 2, and never sees the loss of 2. Ask what patience costs.

# %% [markdown] deck="slide"
# ## How much patience?
#
# Note: Cover the box for the test set; it comes last. Let the room choose a patience by the curves, with hands: 1, 3, 10? Move it, and
# read the stop aloud; patience 1 ends at a first small bump, before the best epoch. Then ask what a large margin would do, wait, and drag
# it.

# %% [markdown] slide="slide"
# ## 3. Patience
#
# One epoch without an improvement means little. The rule waits: it stops when **`patience` epochs in a row** have brought none. It needs
# a memory of three things: the best loss, a copy of the weights that had it, and how many epochs it has waited since.
#
# By hand, with `patience` 2 and `min_delta` 0:
#
# | epoch | 1 | 2 | 3 | 4 | 5 | 6 |
# |---|---|---|---|---|---|---|
# | loss | 5 | 3 | 4 | 2 | 3 | 4 |
# | improvement? | yes | yes | no | yes | no | no |
# | waited | 0 | 0 | 1 | 0 | 1 | 2 |
# | stop? | | | | | | **yes** |
#
# It stops after epoch 6, with the weights of epoch 4. **Before you go on:** where would it stop with `patience` 1, and with which weights?
#
# <details><summary>Answer</summary>
#
# After epoch 3, the first without an improvement, with the weights of epoch 2 and the loss 3. The loss of 2 in epoch 4 is never seen.
#
# </details>
#
# ### See it move
#
# These are the curves from section 1. The orange band is the time spent waiting. Choose the patience by the *curves*. Only when you have
# chosen, tick the box that shows the accuracy on the test set: section 7 shows why.
#
# **Before you drag anything:** what does a larger patience cost, and what can it gain? What does a large `min_delta` do to the best
# epoch?

# %% demo=true deck="show"
Patience(record["loss"], record["validation_loss"], right.mean(axis=1))

# %% [markdown]
# A larger patience costs epochs, and can get over a bump to a lower loss behind it. On this curve little patience is enough: more of it
# only costs epochs. A large `min_delta` does not count small improvements: the best epoch is then an earlier one, with a loss that is a
# little higher. And the box: the best weights read more test digits than those at the end. Is that luck? Section 6 will tell.

# %% [markdown] folded=true
# ### Optional: watch it wait (3 minutes)
#
# Here a network trains before your eyes, with patience 25. The band grows while the rule waits, and begins anew with each new best epoch.
#
# **Before you press Play:** when it has stopped, which loss will the line *best epoch* stand at, and which weights will you have? Then
# untick *restore best*: what changes? Then take the patience down to 5: does it only save epochs?

# %% [markdown] deck="slide"
# ## Watch it wait
#
# Note: Press Play. The band grows while the rule waits, and collapses with each new best epoch; let the room call stop before it does. It
# stops after epoch 90, with the weights of epoch 65. The button Projector shows all controls: untick "restore best", and the boundary jumps
# to that of epoch 90. Then ask what patience 5 would have done, wait, and move it: it stops after epoch 9, at a first bump, and never sees
# the lower loss behind it.

# %% demo=true slide="fragment" deck="show"
from course.widgets import Playground

Playground(**Playground.presets["stopped early"])

# %% [markdown]
# It stops after epoch 90, with the weights of epoch 65 and a validation loss of 0.27. Without *restore best* you have those of epoch 90,
# and 0.34. Patience 5 saves 81 epochs, and costs the result: it stops after epoch 9, at a first bump, with 0.34, and the lower loss lies
# behind. Patience 50 waits 25 epochs longer, and finds nothing better.

# %% [markdown] deck="slide"
# ## Keeping the best
#
# ```python
# best = weights
# weights -= 1
# ```
#
# Before, `weights` is an array: `[5, 7]`.
#
# What is `best` now?
#
# Note: Hands: 5 and 7, or 4 and 6? Twenty seconds. Most say 5 and 7, for that is what the line seems to say.

# %% [markdown] slide="slide"
# ### 3.1 Your rule
#
# **Your turn (answer 2; 12 minutes; ★★).** Write the class. After each epoch, training will call `update(loss, weights)`; it returns True
# when it is time to stop. `best_loss` and `best_weights` are the memory: keep these names.
#
# Be careful: training may go on in the **same array**. `best = weights` is only a second name for it, and shows the last weights when you
# look again.
#
# Three things are marked separately: the decisions, the best loss, and the best weights. (You may call your answer 1. If that is wrong,
# this one is judged once more with a right one, and the better result counts.)
#
# <details><summary>Hint 1: what is remembered</summary>
#
# `__init__` is given. Nothing is best yet: any first loss is lower than infinity. And the rule has waited for 0 epochs.
#
# </details>
# <details><summary>Hint 2: two branches</summary>
#
# Is the loss an improvement? Then three things change. If not, one does.
#
# </details>
# <details><summary>Hint 3: a worked example</summary>
#
# Another class with a memory: it says when a guest has been silent for three calls in a row.
#
# ```python
# def update(self, spoke):
#     if spoke:
#         self.silent = 0
#     else:
#         self.silent += 1
#     return self.silent >= 3
# ```
#
# Told True, False, False, False, it answers False, False, False, True.
#
# </details>


# %% exercise="EarlyStopper" given="__init__" slide="skip"


# %% [markdown] deck="slide"
# ## Two names, one array
#
# `best` is `[4, 6]`.
#
# A rule that keeps a second name returns the **last** weights, not the best.
#
# And no error message says so.
#
# Note: Let somebody who said 4 and 6 explain: the first line makes no new array, it gives the same one another name. How would you notice
# this in your own training? Wait half a minute. One way: compare the loss of the weights you return with the best loss.


# %% [markdown]
# Does it agree with the table? And, on the curve from section 1, with the course's own rule, `EarlyStopping`, which is told losses alone?
#
# **Before you run the next cell:** on that curve, after which epoch will patience 1, 3 and 10 stop? (The figure of section 1 helps.)


# %% demo=true
def last_epoch(update, losses):
    """The epoch after which training stops: update(loss) says when. Without a stop, the last one."""
    for epoch, loss in enumerate(losses, start=1):
        if update(loss):
            return epoch
    return len(losses)


def with_yours(patience, losses):
    """The epoch after which your rule stops, and the loss of the weights it has kept: it is told each loss as the weights, too."""
    rule = EarlyStopper(patience)
    return last_epoch(lambda loss: rule.update(loss, np.array([loss])), losses), rule.best_weights[0]


with once_written():
    for patience in (1, 2):
        epoch, loss = with_yours(patience, (5, 3, 4, 2, 3, 4))
        print(f"the table, patience {patience}: it stops after epoch {epoch}, with the weights of the loss {loss}")
    for patience in (1, 3, 10):
        yours, _ = with_yours(patience, validation_losses)
        ours = last_epoch(EarlyStopping(patience), validation_losses)
        print(f"the curve, patience {patience}: yours stops after epoch {yours}, the course's after epoch {ours}")

# %% [markdown]
# The more patience, the later the stop. Patience 1 ends at the first small bump, before the best epoch; patience 3 and 10 reach it, and
# then wait. How much is enough depends on the bumps of the curve, and nobody knows them beforehand.

# %% [markdown] slide="slide"
# ## 4. The whole loop
#
# Now the training algorithm of the notes, with this stopping criterion. So that every step can be seen, the model is a small one that can
# learn by heart: linear, $\hat y = X w$, with nearly as many weights as examples, and the mean squared error. Its loss and gradient are
# given:


# %% from_unit="loss_and_gradient"


# %% [markdown] slide="subslide"
# **Your turn (answer 3; 15 minutes; ★★).** One epoch is here one step on the whole training set. For each epoch, at most `max_epochs`:
#
# 1. $w \leftarrow w - \eta\, \nabla_w \ell$, with the gradient of the **training** examples ($\eta$ is `learning_rate`);
# 2. the loss of the new $w$ on the **validation** examples, which goes into the list `val_losses`;
# 3. is it the lowest so far? Then put $w$ aside. If not, the epoch has brought nothing; after `patience` such epochs in a row, stop.
#
# Return the weights put aside, and the list. Write the rule out in the loop (`min_delta` is 0 here): your class is not called, so a
# mistake in it costs nothing here. `w` comes in as $w_{\text{start}}$. Do not change it in place: the caller still needs it.
#
# <details><summary>Hint 1: which loss belongs to which weights?</summary>
#
# The validation loss of an epoch is that of the weights the epoch ends with: first the step, then the look.
#
# </details>
# <details><summary>Hint 2: a shape to check</summary>
#
# If epoch $t$ was the best, and training was stopped by patience, `val_losses` has $t$ + `patience` entries.
#
# </details>
# <details><summary>Hint 3: a worked example</summary>
#
# Another loop that puts its best aside: the largest of the rolls of a die, until three in a row have brought nothing larger.
#
# ```python
# rolls, best, waited = [], 0, 0
# for _ in range(most):
#     rolls.append(rng.integers(1, 7))
#     if rolls[-1] > best:
#         best, waited = rolls[-1], 0
#     else:
#         waited += 1
#     if waited == 3:
#         break
# ```
#
# For the rolls 2, 5, 1, 5, 4 it stops after the fifth, with 5.
#
# </details>


# %% exercise="train_with_early_stopping" slide="skip"


# %% [markdown]
# **Before you run the next cell:** 12 examples, 9 weights, noisy targets. Will the weights put aside be nearer to the true ones than those
# of 1,000 epochs?


# %% demo=true
def distances(seed):
    """How far from the true weights: stopped early, and after 1,000 epochs."""
    rng = np.random.default_rng(seed)
    truth, X, X_val = rng.normal(size=9), rng.normal(size=(12, 9)), rng.normal(size=(16, 9))
    y, y_val = X @ truth + 2 * rng.normal(size=12), X_val @ truth + 2 * rng.normal(size=16)
    rate = 0.5 / np.linalg.eigvalsh(X.T @ X / 12)[-1]  # half of what the steepest direction of the bowl allows
    stopped, _ = train_with_early_stopping(X, y, X_val, y_val, np.zeros(9), rate, 10, 1000)
    w = np.zeros(9)
    for _ in range(1000):
        w = w - rate * loss_and_gradient(X, y, w)[1]
    return np.linalg.norm(stopped - truth), np.linalg.norm(w - truth)


with once_written():
    early, late = np.array([distances(seed) for seed in range(20)]).T
    display(plots.paired_gains({"12 examples, 9 weights": late - early}, xlabel="how much nearer to the true weights, stopped early"))

# %% [markdown]
# Yes, in nearly all of the twenty pairs. (Each dot is one pair; right of zero, the early stop is nearer.)
#
# Keep what you have built: `keep` checks each answer and writes it into `my_network.py`. Unit 11 stops its training with your
# `EarlyStopper`.

# %% demo=true
keep(improved, EarlyStopper, train_with_early_stopping)

# %% [markdown] deck="slide"
# ## Why does it work?
#
# Near its minimum $w^*$ the loss is a bowl. One step:
#
# $$w_{t+1} - w^* = (1 - \eta a)\,(w_t - w^*)$$
#
# $\eta = 0.2$. A **steep** direction, $a = 2$; a **flat** one, $a = 0.3$.
#
# After 5 steps: which is nearly there?
#
# Note: Say what a is: the curvature, how steep the bowl is in this direction. Let them compute the two factors, 0.6 and 0.94, and then
# guess; one and a half minutes. A few think that the flat direction is the easy one: ask what the gradient is there.

# %% [markdown] slide="slide"
# ## 5. Beyond the core: why it works (20 minutes; needs slopes of parabolas)
#
# Early stopping has no penalty, and yet its weights stay small. To see why, look at the loss near its minimum $w^*$. There it is a bowl,
# and along each of the bowl's main directions, up to a constant,
#
# $$\ell(w) = \tfrac12\, a\, (w - w^*)^2,$$
#
# where $a > 0$, the **curvature**, says how steep the bowl is in this direction (unit 02). Gradient descent starts at
# $w_{\text{start}} = 0$, and $w_t$ is the weight after $t$ steps. With $\ell'(w) = a\,(w - w^*)$, one step takes the distance to the
# minimum to
#
# $$w_{t+1} - w^* = (w_t - w^*) - \eta\, a\, (w_t - w^*) = (1 - \eta a)\,(w_t - w^*).$$
#
# **Your turn (answer 4; 6 minutes; ★★).** So after $t$ steps, which part $w_t / w^*$ of the way is done?
#
# <details><summary>Hint 1: the distance</summary>
#
# The distance is multiplied by the same factor in every step, and it starts as $-w^*$. What is it after $t$ steps?
#
# </details>
# <details><summary>Hint 2: from the distance to the way</summary>
#
# Solve for $w_t$, and divide by $w^*$. After 0 steps the part has to be 0.
#
# </details>
# <details><summary>Hint 3: a worked example</summary>
#
# Another process: a cup of tea at 80 degrees in a room of 20. Each minute its distance to 20 is multiplied by 0.9. After $t$ minutes the
# distance is $60 \cdot 0.9^t$, so the tea has gone the part $(60 - 60\cdot0.9^t)/60$ of its way to 20: after 10 minutes, 0.65.
#
# </details>


# %% exercise="shrinkage" slide="skip"


# %% [markdown]
# Gradient descent itself, beside your formula, for a steep direction ($a = 2$) and a flat one ($a = 0.3$):

# %% demo=true
a, w_star, eta = np.array([2.0, 0.3]), np.array([1.5, 2.0]), 0.2
path = [np.zeros(2)]
for _ in range(60):
    path.append(path[-1] - eta * a * (path[-1] - w_star))
path = np.array(path)

with once_written():
    for t in (1, 5, 20):
        print(f"after {t:>2} steps: w / w* = {path[t] / w_star}   by your formula {shrinkage(eta, a, t)}")

# %% [markdown] slide="subslide"
# Steep directions (large $a$) are learned first, flat ones late: so a stop before the end shrinks the flat ones. The L2 penalty of unit 07
# does the same. The minimum of $\tfrac12 a (w - w^*)^2 + \lambda w^2$ lies where its slope $a\,(w - w^*) + 2\lambda w$ is zero, so
#
# $$\frac{w}{w^*} = \frac{a}{a + 2\lambda}.$$
#
# (Unit 07's optional section, "which weights shrink?", finds the same share, with the same curvature.)
#
# **Your turn (answer 5; 6 minutes; ★★).** For which $\lambda$ is this the same part that gradient descent reaches after $t$ steps? Set the
# two equal, and solve for $\lambda$, direction by direction. (Your answer 4 may be called.)
#
# <details><summary>Hint 1: solve for λ</summary>
#
# Call the part of answer 4 `part`. Then $a + 2\lambda = a/\text{part}$.
#
# </details>
# <details><summary>Hint 2: test the ends</summary>
#
# With more and more steps the part goes to 1, and $\lambda$ has to go to 0.
#
# </details>
# <details><summary>Hint 3: a worked example</summary>
#
# Another equation of this kind: for which $x$ is $6/(6 + 3x)$ equal to $1/4$? Then $6 + 3x = 24$, so $3x = 18$ and $x = 6$.
#
# </details>


# %% exercise="equivalent_lam" slide="skip"


# %% [markdown]
# How do the two compare? While $\eta a t$ is small, the part is nearly $\eta a t$. Then $a + 2\lambda$ is nearly $1/(\eta t)$, and $a$ is a
# small part of it. So $\lambda$ is nearly $1/(2\eta t)$, *the same number for every such direction*.
#
# **Before you run the next cells:** the curvatures are 2 and 0.3, and $\eta = 0.2$. For which of them, and for which of the numbers of
# steps 1, 5 and 20, is $\eta a t$ small? And how near will the steps of gradient descent come to the curve of all $\lambda$?

# %% [markdown] deck="slide"
# ## The steep direction comes first
#
# Note: After 5 steps the steep direction has gone 92 % of its way, the flat one 27 %. So whoever stops early keeps the flat directions
# small. Which other remedy does that? Wait for L2. The two curves come near each other, but no single λ does what stopping does.

# %% demo=true deck="show"
with once_written():
    for t in (1, 5, 20):
        print(f"after {t:>2} steps: lam = {equivalent_lam(eta, a, t)}   1/(2ηt) = {1 / (2 * eta * t):.4f}   ηat = {eta * a * t}")

lams = np.append(np.geomspace(1e3, 1e-4, 400), 0)[:, None]
plots.two_paths(a, w_star, path, a * w_star / (a + 2 * lams))

# %% [markdown]
# For the flat direction $\eta a t$ is small after 1 and after 5 steps (0.06 and 0.3), and there $1/(2\eta t)$ is about right; after 20
# steps ($\eta a t = 1.2$) it is off by a factor of two. For the steep one $\eta a t$ is 0.4 after 1 step already. There $1/(2\eta t)$ is
# off by a factor of six after 5 steps, and useless after 20: gradient descent has arrived, while a penalty never lets go.
#
# So the steps come near the curve, and are not on it (the caption says how far off they are at most): no single $\lambda$ does what
# stopping does. **What both have in common**, with $\lambda$ near $1/(2\eta t)$: they keep nearly all of a direction with $a$ far above
# $1/(\eta t)$, and take away nearly all of one with $a$ far below it.

# %% [markdown] deck="slide"
# ## Does it help?
#
# 20 pairs: 40 epochs, or stopped early. The same digits, start and batches.
#
# - 300 digits, **20 % of labels random**
# - 300 digits, **labels clean**
#
# How many points of test accuracy does it gain in each?
#
# Note: Two numbers on paper, half a minute; then hands for "more than two points", once for each line. Many expect a gain in both, a
# smaller one with clean labels.

# %% [markdown] slide="slide"
# ## 6. Does it help? Over twenty seeds
#
# One run proves nothing. So: twenty seeds, and for each a **pair**, with the same digits, the same start and the same batches: one
# network trained for 40 epochs, the other with early stopping (`patience` 10). What counts is the accuracy on the test set, whose
# labels are true.
#
# Until it stops, the second does step by step what the first does. So the long run holds both results: that of early stopping is the
# one after its best epoch. First, is that so? We stop a run with your `EarlyStopper`:

# %% demo=true
with once_written():
    rule = EarlyStopper(10)
    _, short, right_until = trained(1, data, rule.update)
    epochs, best = len(short["loss"]), 1 + int(np.argmin(short["validation_loss"]))
    print(f"stopped after epoch {epochs}, with the weights of epoch {best};", end=" ")
    print("its losses are the long run's:", short["validation_loss"] == validation_losses[:epochs])
    W1, b1, W2, b2 = np.split(rule.best_weights, np.cumsum([64 * 64, 64, 64 * 10]))
    answers = logits((W1.reshape(64, 64), b1, W2.reshape(64, 10), b2), data.test.X).argmax(axis=1)
    print("its test answers are the long run's after that epoch:", np.array_equal(answers == data.test.y, right[best - 1]))

# %% [markdown] slide="subslide"
# **Before you run the next cell:** two kinds of data: 300 digits with spoilt labels, and 300 with clean ones. Where will early
# stopping win, and by how much?

# %% demo=true
kinds = {
    "300 digits, 20 % of labels random": noisy_digits,
    "300 digits, labels clean": lambda rng: digits(rng, train=300, validation=300),
}
runs = {name: [trained(seed, draw(np.random.default_rng([seed, 2]))) for seed in range(20)] for name, draw in kinds.items()}


# %% [markdown] deck="slide"
# ## A remedy, where something is wrong
#
# Note: Nearly seven points with spoilt labels, in all twenty pairs. With clean ones the two differ by a small part of a point. Why? Wait
# for "there was nothing to learn by heart". Then ask for the price: 300 labelled digits are only watched.


# %% demo=true slide="fragment" deck="show"
def gain(record, right):
    """Test accuracy through early stopping minus that after 40 epochs, in percentage points."""
    losses = record["validation_loss"]
    stop = last_epoch(EarlyStopping(10), losses)
    return 100 * (right[np.argmin(losses[:stop])].mean() - right[-1].mean())


gains = {name: np.array([gain(record, right) for _, record, right in twenty]) for name, twenty in runs.items()}
print(f"gradients by {whose(mlp_gradients)}, steps by {whose(sgd_step)}")
plots.paired_gains(gains, xlabel="gain in test accuracy, percentage points")

# %% [markdown]
# With spoilt labels early stopping wins by several points, pair after pair. With clean ones there is little to learn by heart, and the two
# differ by a small part of a point. **Early stopping is a remedy for overfitting; where there is no overfitting, there is nothing to
# gain.** It also has a price: 300 labelled digits were used for watching, and not for learning.

# %% [markdown] deck="slide"
# ## Why not watch the test set?
#
# Watch the first 60 test digits. Stop where their accuracy is best, and **report** it.
#
# On the other 1,137 digits the same network shows its **true** accuracy.
#
# Reported: too high, too low, or right on average?
#
# Note: Hands for each of the three, after half a minute, and a number from those who say too high. Some say right, because no gradient was
# taken on these digits; let them defend it.

# %% [markdown] slide="slide"
# ## 7. Leave the test set alone
#
# Why not watch the test set, and stop where it is best? The test set is there to give a number by which **nothing was chosen**. The best
# of 40 epochs is in part the luckiest, and its number comes out too good.
#
# To see by how much, we do it with the twenty long runs on spoilt labels: for each, the best of its 40 accuracies on a small set, the
# first 60 test digits ("reported"), and the accuracy of that very epoch on the other 1,137 ("true").
#
# **Before you run the next cell:** will the reported figure be too high, too low, or right on average?


# %% [markdown] deck="slide"
# ## Too high, in most runs
#
# Note: By more than three points on average, though not in each of the twenty. Where do the points come from? Wait: each of the 40 numbers
# has some luck in it, and we took the largest. Then let the room say in one sentence what a test set is for.


# %% demo=true slide="fragment" deck="show"
def reported_and_true(right):
    """Accuracy in percent of the epoch that is best on 60 test digits: on those, and on the others. right is (epochs, tests)."""
    small, others = right[:, :60].mean(axis=1), right[:, 60:].mean(axis=1)
    best = small.argmax()
    return 100 * small[best], 100 * others[best]


reported, true = np.array([reported_and_true(right) for _, _, right in runs["300 digits, 20 % of labels random"]]).T
plots.paired_gains({"best of 40 epochs": reported - true}, xlabel="reported minus true accuracy, percentage points")

# %% [markdown]
# On average it is too high: not in each single run, but in most of the twenty, since the epoch was chosen for a good score on these 60.

# %% [markdown] slide="slide"
# ### A written question (3 points; 10 minutes)
#
# A colleague trains a network with early stopping, `patience` 5, and reports the **validation** accuracy of the best epoch as the network's
# accuracy. She also mentions that she tried thirty learning rates and kept the one with the best validation accuracy.
#
# 1. Why is the figure she reports too good, even though no gradient was ever taken on the validation set?
# 2. What should she have done, with the same data?
# 3. On her curve the best epoch is the very last of `max_epochs`. What does this say about the stopping?

# %% [markdown] written=3
# **Model answer.**
#
# 1. The epoch and the learning rate were both chosen *because* their validation accuracy was high. Part of that height is luck with these
#    examples, and the best of many picks the luckiest: the maximum of noisy figures lies above the true one.
# 2. Set a third part aside, the test set, before anything is tried; choose learning rate and epoch on the validation set; look at the test
#    set once, at the end, and report that (with an interval, or over several splits).
# 3. The rule never stopped her: the loss was still improving. The best epoch may lie beyond, so `max_epochs` (or the patience) was too
#    small, and the network may be trained too little.
#
# **Rubric.** Half points where a reason is missing.
#
# - 1: choosing by a figure makes it too good (selection, luck, maximum of many).
# - 1: a test set that nothing is chosen by, used once.
# - 1: training was ended by `max_epochs`, not by the rule, and may be too short.

# %% [markdown] deck="slide"
# ## What to take home
#
# - Wait with patience, and return a **copy** of the best weights.
# - It helps where a network learns by heart, and not elsewhere.
# - A number by which you have chosen is no longer a measurement.
#
# Note: Ask everybody to write the third line in their own words, one minute; let two people read theirs. Then ask: where else today have
# we chosen by a number? The patience itself is one.

# %% [markdown] slide="slide"
# ## Summary
#
# | | |
# |---|---|
# | improvement | lower than the best so far, and by more than a margin |
# | stop | when `patience` epochs in a row brought none |
# | return | the weights of the best epoch: a copy, made when it was best |
# | why | steep directions are learned first: those with $a \gg 1/(\eta t)$ are kept, those with $a \ll 1/(\eta t)$ shrunk, as by L2 |
# | where not | where there is no overfitting, there is nothing to gain |
# | never | choose by the test set |
#
# **If you remember one thing:** a number by which you have chosen is no longer a measurement.
#
# **Before this:** L2 (unit 07) and dropout (unit 08). **Next:** unit 10 asks what the nodes of a trained network mean.
#
# ## Further reading
#
# - The lecture notes, *Regularization in NN*, (iii) Early stopping.
# - L. Prechelt, "Early stopping, but when?", in *Neural Networks: Tricks of the Trade*, Springer 1998, 55-69: stopping criteria compared.
# - I. Goodfellow, Y. Bengio and A. Courville, *Deep Learning*, MIT Press 2016, section 7.8: early stopping, and why it is much like L2.
# - C. M. Bishop, *Pattern Recognition and Machine Learning*, Springer 2006, section 5.5.2.
# - G. C. Cawley and N. L. C. Talbot, "On over-fitting in model selection and subsequent selection bias in performance evaluation",
#   *Journal of Machine Learning Research* 11 (2010), 2079-2107: what happens where one chooses by the figure one reports.
