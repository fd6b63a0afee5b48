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
# The lecture notes need one line for it: *"Stopping when performance on validation set stops improving."* No term in the loss, no
# dice: only the moment at which training ends. It is the cheapest regulariser there is, and the easiest to get slightly wrong.
#
# **At the end you can**
# - read a validation curve, and say what "stops improving" means, with `patience` and `min_delta`,
# - write the rule as a class that keeps the best weights, and a training loop that obeys it,
# - show when early stopping does what L2 does, and when it does nothing,
# - say why the test set must be left alone, and measure what happens where it is not.
#
# | time | difficulty | what to know before |
# |---|---|---|
# | 60 to 75 minutes | middle | the training algorithm (unit 06), the L2 penalty (unit 07) |

# %%
import numpy as np

from course import check

# %% demo=true
# Cells like this one are for looking, not for marks: change and break them at will.
from IPython.display import display
from threadpoolctl import threadpool_limits  # comes with scikit-learn

from course import EarlyStopping, Linear, ReLU, Sequential, SGD, fit, once_written, plots
from course.data import digits, noisy_digits
from course.widgets import Patience

one_thread = threadpool_limits(1)  # matrices as small as these are slower on several threads

# %% [markdown] slide="slide"
# ## 1. A network that learns by heart
#
# We train on 300 digits of which 20 % have a label **drawn at random**: a network that gets those right has learned by heart. 300
# other digits, spoilt in the same way, are the **validation set**: nothing is learned from them, they are only watched. All the rest,
# with true labels, are the **test set**: the next cell notes which of them the network has right after each epoch, and nothing is
# learned from that, and nothing chosen.
#
# **Before you run the next cell:** the network has 64 hidden nodes and trains for 40 epochs. Which way will the training loss go, and
# which way the validation loss?

# %% demo=true slide="fragment"
data = noisy_digits(np.random.default_rng(1))


def network(seed):
    """A 64-64-10 network with ReLU, its start drawn from the seed."""
    start = np.random.default_rng([seed, 0])
    return Sequential(Linear(64, 64, start, np.float32), ReLU(), Linear(64, 10, start, np.float32))


def trained(seed, data, **options):
    """Train for up to 40 epochs: the network, its history, and which test examples were right after each epoch, (epochs, tests)."""
    model, X_test, right = network(seed), data.test.X.astype(np.float32), []
    record = fit(
        model, *data.train, rng=np.random.default_rng([seed, 1]), optimizer=SGD(model.parameters(), lr=0.1, momentum=0.9), batch_size=60,
        epochs=40, validation=data.validation, on_epoch=lambda _: right.append(model(X_test).data.argmax(axis=1) == data.test.y), **options,
    )  # fmt: skip
    return model, record, np.array(right)


model, record, right = trained(1, data)
plots.history(record)

# %% [markdown] slide="subslide"
# The training loss falls and falls: the network learns the random labels, too. The validation loss falls, turns, and climbs: from its
# turning point on, what is learned is mostly noise. Write $L_t$ for the validation loss after epoch $t = 0, 1, 2, \dots$, and $\theta_t$
# for the weights then. We want $\theta_{t^*}$ with
#
# $$t^* = \arg\min_t\, L_t,$$
#
# and we want to notice *while training* that $t^*$ is behind us, so that we can stop.
#
# **Before you run the next cell:** by how many epochs do you think the best one comes before the last?

# %% demo=true
best = int(np.argmin(record.validation_loss))
print(f"best epoch: {best} of {record.epochs}, counted from 0")
print(f"validation loss there {record.validation_loss[best]:.3f}, at the end {record.validation_loss[-1]:.3f}")
print(f"training accuracy at the end: {record.accuracy[-1]:.1%}, where about 82 % of the labels are true")  # 1 in 10 redrawn is, by luck

# %% [markdown] slide="slide"
# ## 2. What is an improvement?
#
# Real curves jitter. So a new loss $L$ counts as an **improvement** only when it is lower than the best loss so far, $L_{\text{best}}$,
# by **more than** a margin $\delta \ge 0$, called `min_delta`:
#
# $$L < L_{\text{best}} - \delta.$$
#
# With $\delta = 0$, a tie is no improvement. A loss that is NaN ("not a number": the training has blown up) is none either; the formula
# above says so by itself, since every comparison with NaN is False.
#
# **Your turn (answer 1).**
#
# <details><summary>Hint</summary>
#
# It is one comparison, just as it stands above. Beware of turning it round with a `not`: what happens to NaN then?
#
# </details>


# %% exercise="improved" slide="skip"


# %% [markdown]
# **Before you run the next cell:** which of these four are True?

# %% demo=true
with once_written():
    for loss, best_loss, min_delta in [(0.9, 1.0, 0.0), (1.0, 1.0, 0.0), (0.95, 1.0, 0.1), (float("nan"), 1.0, 0.0)]:
        print(f"loss {loss:<5} best {best_loss}  min_delta {min_delta}:", improved(loss, best_loss, min_delta))

# %% [markdown] slide="slide"
# ## 3. Patience
#
# One epoch without an improvement means little. The rule waits: it stops when **`patience` epochs in a row** have brought none. It needs
# a memory of three things: the best loss, a copy of the weights that had it, and how many epochs it has waited since.
#
# By hand, with `patience` 2 and `min_delta` 0:
#
# | epoch | 0 | 1 | 2 | 3 | 4 | 5 |
# |---|---|---|---|---|---|---|
# | loss | 5 | 3 | 4 | 2 | 3 | 4 |
# | improvement? | yes | yes | no | yes | no | no |
# | waited | 0 | 0 | 1 | 0 | 1 | 2 |
# | stop? | | | | | | **yes** |
#
# It stops after epoch 5, with the weights of epoch 3. **Before you go on:** where would it stop with `patience` 1, and with what?
#
# ### See it move
#
# These are the curves from section 1, and beside them the accuracy on the test set. The orange band is the time spent waiting.
#
# **Before you drag anything:** what does a larger patience cost, and what can it gain? What does a large `min_delta` do to the best
# epoch?

# %% demo=true
Patience(record.loss, record.validation_loss, right.mean(axis=1))

# %% [markdown] slide="slide"
# ### 3.1 Your rule
#
# **Your turn (answer 2).** Write the class. After each epoch, training will call `update(loss, weights)`; it returns True when it is time
# to stop. `best_loss` and `best_weights` are the memory: keep these names.
#
# One trap: training goes on in the **same array**. `best = weights` is only a second name for it, and will show the last weights when
# you look again.
#
# Three things are marked separately: the decisions, the best loss, and the best weights. (Your answer 1 is welcome in it. If it is wrong,
# this one is judged once more with a right one, and the better result counts.)
#
# <details><summary>Hint 1: what is remembered</summary>
#
# `__init__` is given: nothing is best yet, any first loss is better than infinity, and no epoch has been waited.
#
# </details>
# <details><summary>Hint 2: two branches</summary>
#
# Is the loss an improvement? Then three things change. If not, one does.
#
# </details>
# <details><summary>Hint 3: when to stop</summary>
#
# Go through the table above with your count: at which value does `patience` 2 stop?
#
# </details>


# %% exercise="EarlyStopper" given="__init__" slide="skip"


# %% [markdown]
# Does it agree with the table, and with the course's own rule, `EarlyStopping`, on the curve from section 1?
#
# **Before you run the next cell:** on that curve, at which epoch will patience 1, 3 and 10 stop? (The figures of section 1 help.)


# %% demo=true
def last_epoch(update, losses):
    """The epoch, counted from 0, after which training stops: update(loss) says when. Without a stop, the last one."""
    for epoch, loss in enumerate(losses):
        if update(loss):
            return epoch
    return len(losses) - 1


with once_written():
    for patience in (1, 2):
        rule = EarlyStopper(patience)  # the weights that it is told are here the loss itself
        epoch = last_epoch(lambda loss, rule=rule: rule.update(loss, np.array([loss])), (5, 3, 4, 2, 3, 4))
        print(f"the table, patience {patience}: it stops after epoch {epoch}, with the weights of the loss {rule.best_weights}")
    for patience in (1, 3, 10):
        rule = EarlyStopper(patience)
        yours = last_epoch(lambda loss, rule=rule: rule.update(loss, np.zeros(1)), record.validation_loss)
        ours = last_epoch(EarlyStopping(patience), record.validation_loss)
        print(f"the curve, patience {patience}: yours stops after epoch {yours}, the course's after epoch {ours}")

# %% [markdown] slide="slide"
# ## 4. The whole loop
#
# Now the training algorithm of the notes, with this stopping criterion. So that every step can be seen, the model is the smallest one
# that can learn by heart: linear, $\hat y = X w$, with nearly as many weights as examples, and the mean squared error. Its loss and
# gradient are given:


# %% from_unit="loss_and_gradient"


# %% [markdown] slide="subslide"
# **Your turn (answer 3).** One epoch is here one step on the whole training set. For each epoch, at most `max_epochs`:
#
# 1. $w \leftarrow w - \eta\, \nabla_w \ell$, with the gradient of the **training** examples ($\eta$ is `learning_rate`);
# 2. the loss of the new $w$ on the **validation** examples, which goes into the list `val_losses`;
# 3. is it the lowest so far? Then put $w$ aside. Otherwise count; after `patience` epochs in a row, stop.
#
# Return the weights put aside, and the list. Write the rule out in the loop (`min_delta` is 0 here): your class is not called, so a
# mistake in it costs nothing here. `w` must not be changed in place: whoever called you still has it.
#
# <details><summary>Hint 1: which loss belongs to which weights?</summary>
#
# The validation loss of an epoch is that of the weights the epoch ends with: first the step, then the look.
#
# </details>
# <details><summary>Hint 2: a shape to check</summary>
#
# If the lowest of the losses is entry `t`, and training was stopped by patience, `val_losses` has `t + 1 + patience` entries.
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

# %% [markdown] slide="slide"
# ## 5. Why does it work? A derivation
#
# Early stopping has no penalty, and yet its weights stay small. To see why, look at the loss near its minimum $w^*$. There it is a bowl,
# and along each of the bowl's main directions
#
# $$\ell(w) = \tfrac12\, a\, (w - w^*)^2,$$
#
# where $a > 0$, the **curvature**, says how steep the bowl is in this direction. Gradient descent starts at $w_0 = 0$. With
# $\ell'(w) = a\,(w - w^*)$, one step takes the distance to the minimum to
#
# $$w_{t+1} - w^* = (w_t - w^*) - \eta\, a\, (w_t - w^*) = (1 - \eta a)\,(w_t - w^*).$$
#
# **Step 1, yours (answer 4).** So after $t$ steps, what part $s = w_t / w^*$ of the way is behind us?
#
# <details><summary>Hint</summary>
#
# The distance is multiplied by the same factor in every step, and it starts as $-w^*$. Solve for $w_t$, and divide by $w^*$.
#
# </details>


# %% exercise="shrinkage" slide="skip"


# %% [markdown]
# Both sides, computed: gradient descent itself, and your formula.

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
# Steep directions (large $a$), which the data determine well, are learned first; flat ones, where noise rules, come late. A stop before
# the end shrinks the flat ones. The L2 penalty of unit 07 does the same: the minimum of $\tfrac12 a (w - w^*)^2 + \lambda w^2$ lies where
# its slope $a\,(w - w^*) + 2\lambda w$ is zero, so
#
# $$\frac{w}{w^*} = \frac{a}{a + 2\lambda}.$$
#
# **Step 2, yours (answer 5).** For which $\lambda$ is this the same $s$ that early stopping reaches after $t$ steps? Solve
# $s = a/(a + 2\lambda)$ for $\lambda$, direction by direction. (Your answer 4 may be called.)
#
# <details><summary>Hint</summary>
#
# $a + 2\lambda = a/s$. And check the ends: for $t \to \infty$, $s \to 1$, and $\lambda$ has to go to 0.
#
# </details>


# %% exercise="equivalent_lam" slide="skip"


# %% [markdown]
# Where $\eta a$ is small, $s \approx \eta a t$ at first, and $2\lambda \approx 1/(\eta t)$ in *every* direction: **training for a time
# $\eta t$ is like a penalty of $1/(2\eta t)$.** It is not exact, as the two entries
# of `lam` will show, one for each direction.
#
# **Before you run the next cells:** how near do the steps of gradient descent come to the curve of all $\lambda$?

# %% demo=true
with once_written():
    for t in (1, 5, 20):
        print(f"after {t:>2} steps: lam = {equivalent_lam(eta, a, t)}   rule of thumb 1/(2ηt) = {1 / (2 * eta * t):.4f}")

lams = np.append(np.geomspace(1e3, 1e-4, 400), 0)[:, None]
plots.two_paths(a, w_star, path, a * w_star / (a + 2 * lams))

# %% [markdown] slide="slide"
# ## 6. Does it help? Over twenty seeds
#
# One run proves nothing. So: twenty seeds, and for each a **pair**, with the same digits, the same start and the same batches: one
# network trained for 40 epochs, the other with early stopping (`patience` 10). What counts is the accuracy on the test set, whose
# labels are true.
#
# Until it stops, the second does step by step what the first does. So the long run knows both results: that of early stopping is the
# one after its best epoch. First, is that so? We stop a run in earnest:

# %% demo=true
stopped, short, _ = trained(1, data, early_stopping=EarlyStopping(10))
print(f"stopped after epoch {short.epochs - 1}, with the weights of epoch {short.best_epoch};", end=" ")
print("the losses are the long run's:", short.validation_loss == record.validation_loss[: short.epochs])
answers = stopped(data.test.X.astype(np.float32)).data.argmax(axis=1)
print("its test answers are the long run's after that epoch:", np.array_equal(answers == data.test.y, right[short.best_epoch]))

# %% [markdown] slide="subslide"
# **Before you run the next cell:** two kinds of data: 300 digits with spoilt labels, and 300 with clean ones. Where will early
# stopping win, and by how much?

# %% demo=true
kinds = {
    "300 digits, 20 % of labels random": noisy_digits,
    "300 digits, labels clean": lambda rng: digits(rng, train=300, validation=300),
}
runs = {name: [trained(seed, draw(np.random.default_rng([seed, 2]))) for seed in range(20)] for name, draw in kinds.items()}


# %% demo=true slide="fragment"
def gain(record, right):
    """Test accuracy through early stopping minus that after 40 epochs, in percentage points."""
    rule = EarlyStopping(10)
    last_epoch(rule, record.validation_loss)
    return 100 * (right[rule.best_epoch].mean() - right[-1].mean())


gains = {name: np.array([gain(record, right) for _, record, right in twenty]) for name, twenty in runs.items()}
plots.paired_gains(gains, xlabel="gain in test accuracy, percentage points")

# %% [markdown]
# With spoilt labels it wins nearly every pair, by points. With clean ones there is little to learn by heart, and the two differ by
# about a tenth of a point. **Early stopping is a remedy for overfitting, and where there is none, it remedies nothing.** It also has its
# price: 300 labelled digits were spent on watching.

# %% [markdown] slide="slide"
# ## 7. Leave the test set alone
#
# Why not watch the test set, and stop where it is best? Then it would no longer be what it is for: a figure that **nothing was chosen
# by**. Choosing the best of 40 epochs also chooses its lucky errors, and the figure comes out too good.
#
# To see how much, we play both with the twenty long runs on spoilt labels: for each, the best of its 40 accuracies on a small set, the
# first 60 test digits ("reported"), and the accuracy of that very epoch on the other 1,137 ("true").
#
# **Before you run the next cell:** will the reported figure be too high, too low, or right on average?


# %% demo=true slide="fragment"
def reported_and_true(right):
    """Accuracy in percent of the epoch that is best on 60 test digits: on those, and on the others. right is (epochs, tests)."""
    small, others = right[:, :60].mean(axis=1), right[:, 60:].mean(axis=1)
    best = small.argmax()
    return 100 * small[best], 100 * others[best]


reported, true = np.array([reported_and_true(right) for _, _, right in runs["300 digits, 20 % of labels random"]]).T
plots.paired_gains({"best of 40 epochs": reported - true}, xlabel="reported minus true accuracy, percentage points")

# %% [markdown] slide="slide"
# ### A written question (3 points)
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

# %% [markdown] slide="slide"
# ## Summary
#
# | | |
# |---|---|
# | improvement | $L < L_{\text{best}} - \delta$, with $\delta$ = `min_delta` |
# | stop | when `patience` epochs in a row brought none |
# | return | the weights of the best epoch: a copy, made when it was best |
# | why | steep directions are learned first; stopping after a time $\eta t$ is much like L2 with $\lambda \approx 1/(2\eta t)$ |
# | where not | where there is no overfitting, there is nothing to gain |
# | never | choose by the test set |
#
# **If one thing stays with you:** a figure that you chose by is no longer a measurement.
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
