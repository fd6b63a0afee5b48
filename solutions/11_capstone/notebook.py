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
# # Unit 11: The capstone
#
# Eleven units, one network. You get 500 handwritten digits with many wrong labels among them, and hand in weights that have to read digits
# they have never seen. Nobody tells you how: you plan, check, train, regularise, measure, explain, and write a report.
#
# **At the end you can**
# - write loss and gradient of a network of any depth, and prove them right before you use them,
# - choose settings on validation data alone, even where its labels are noisy,
# - say of each ingredient whether it helps, with an interval over paired runs, and admit where it does not,
# - look at single errors, explain one, and test the explanation,
# - report all this so that somebody else could repeat it.
#
# | time | difficulty | what to know before |
# |---|---|---|
# | 90 minutes, and an hour for the report | demanding | units 05 (gradients) and 06 (training); one of 07 to 09; 10 for the explanation |

# %% [markdown] slide="skip"
# **How marks work.** Under each answer stands a cell with `check(...)`: the same judge that the instructor uses, with other numbers. Go
# cell by cell, from the top. The report (section 7) is marked by hand: read its questions first, and take notes as you go.

# %%
from itertools import pairwise

import numpy as np

from course import check

# %% demo=true
# Cells like this one are for looking, not for marks: every cell that draws, times or compares may be changed and broken at will.
from threadpoolctl import threadpool_limits  # comes with scikit-learn

from course import data, numerical_gradient, once_written, plots

one_thread = threadpool_limits(1)  # matrices as small as these are slower on several threads

# %% [markdown] slide="slide"
# ## 1. The task
#
# - **Images** $x$: 8 × 8 pixels in $[0, 1]$, flattened to 64 numbers. Half of them, at random, come as **negatives**: $1 - x$, black on
#   white, as a careless scanner makes them.
# - **Labels** 0 to 9. 30 % of them have been drawn anew at random, from all ten classes.
# - **Three sets.** 500 images to learn from, 200 to choose by (the *validation set*, its labels just as noisy), and the rest, with clean
#   labels, to judge by (the *test set*): the judge has it, and your answer never sees it.

# %% demo=true
images, names = (np.concatenate(arrays) for arrays in zip(*data.digits(np.random.default_rng(0)), strict=True))  # all 1,797


def task(seed, noise=0.3):
    """Images, noisy labels and true labels: rows 0 to 499 to learn from, 500 to 699 to choose by, and the others to judge by."""
    rng = np.random.default_rng(seed)
    order = rng.permutation(len(names))
    X = np.where(rng.random((len(order), 1)) < 0.5, 1 - images[order], images[order])
    true, noisy = names[order], names[order].copy()
    drawn = rng.permutation(700)[: round(700 * noise)]
    noisy[drawn] = rng.integers(10, size=len(drawn))
    return X, noisy, true


X, noisy, true = task(11)
plots.sheet(X[:10], (8, 8), [f"label {a}" + ("" if a == b else f"\n(a {b})") for a, b in zip(noisy[:10], true[:10], strict=True)])

# %% [markdown] slide="subslide"
# ### 1.1 Why a hidden layer?
#
# On clean digits a *linear* classifier does well: scores $z_c(x) = \sum_j w_{jc} x_j + b_c$, and the class with the largest one wins. What
# do the negatives do to it? Three steps, the last one yours.
#
# 1. The score of an image is $z_c(x) = \sum_j w_{jc} x_j + b_c$.
# 2. The score of its negative is $z_c(1 - x) = \sum_j w_{jc} - \sum_j w_{jc} x_j + b_c$.
# 3. **Yours:** add the two. What has become of $x$? If $x$ speaks strongly for class $c$, what does its negative say of $c$?
#
# **Before you run the next cell:** it fits a linear classifier (by least squares) to 500 clean labels, without and with negatives. How
# many of the other digits will it know in each case? (Guessing knows 10 %.)


# %% demo=true
def with_ones(X):
    return np.column_stack([X, np.ones(len(X))])


def linear_accuracy(X, labels):
    """Fit one score for each class by least squares, a little regularised, and count on the rest."""
    A, Y = with_ones(X[:500]), np.eye(10)[labels[:500]]
    V = np.linalg.solve(A.T @ A + np.eye(65), A.T @ Y)
    return V, np.mean((with_ones(X[700:]) @ V).argmax(axis=1) == labels[700:])


plain = np.where(X.mean(axis=1, keepdims=True) > 0.5, 1 - X, X)  # bright images turned back
(V, negatives), (_, positives) = linear_accuracy(X, true), linear_accuracy(plain, true)
print(f"a linear classifier knows {positives:.1%} without negatives, and {negatives:.1%} with them")
both = with_ones(X[:3]) @ V + with_ones(1 - X[:3]) @ V
print("z(x) + z(1 - x), three images: the same for all:", np.allclose(both, V[:64].sum(axis=0) + 2 * V[64]))

# %% [markdown]
# The sum does not depend on $x$: call it $S_c$. **Whatever score an image wins for a class, its negative loses.** To read both, $c$ must be
# ahead in both, $z_c(x) > z_k(x)$ and $z_c(1 - x) > z_k(1 - x)$ for every other class $k$. Add the two: $S_c > S_k$, which holds for *one*
# class at most. Of all others, a linear classifier reads an image or its negative, not both: at most 50 %, and 55 % with that one class.
# A hidden layer can read both, for a ReLU passes one sign and blocks the other. More than 55 % prove a hidden layer at work.

# %% [markdown] slide="slide"
# ## 2. A plan
#
# Most time is lost by training first and checking later. The order that pays:
#
# | step | the question | how you know | section |
# |---|---|---|---|
# | 1 gradient | is it the slope of *this* loss? | finite differences | 3 |
# | 2 smoke test | does training work at all? | 20 examples learnt by heart | 4.1 |
# | 3 ceiling | what can be reached, and what would be too good? | a formula for noisy labels | 4.2 |
# | 4 regularise | which setting? | validation data, several seeds | 4.3 |
# | 5 ablate | which ingredient earns its place? | paired runs with an interval | 5 |
# | 6 explain | what goes wrong, and why? | confusion, saliency, a test | 6 |
# | 7 report | could somebody else repeat it? | another pair of eyes | 7 |
#
# **Change one thing at a time, and write down what you expected before you look.** The report asks for it.

# %% [markdown] slide="slide"
# ## 3. The gradient, and its proof
#
# ### 3.1 All parameters in one row
#
# A network of sizes $(s_0, s_1, \dots, s_K)$ has $K$ layers: layer $k$ computes $Z_k = H_{k-1} W_k + b_k$, with $W_k$ of shape
# $(s_{k-1}, s_k)$, $H_0 = X$, and $H_k = \max(0, Z_k)$ for all but the last. The last $Z_K$, shape (N, C), are the logits. For a
# *check* it is handy to have all parameters in one row,
#
# $$\theta = (W_1, b_1, W_2, b_2, \dots, W_K, b_K), \qquad \text{each } W_k \text{ row by row.}$$
#
# `unpack` cuts it up again. What it returns are *views*: parts of `theta` itself, with another shape.


# %% from_unit="unpack"


# %% [markdown] slide="subslide"
# ### 3.2 The loss and its gradient
#
# $p_{nc}$ are the softmax probabilities, (N, C), $y_n$ the labels, (N,), and $\lambda$ (`lam`) is the strength of the penalty on weights,
# not on biases:
#
# $$\ell = -\frac1N \sum_n \log p_{n y_n} + \lambda \sum_k \sum_{ji} \big(W_k\big)_{ji}^2 .$$
#
# Backwards, from the last layer to the first, you know every line already:
#
# 1. $\partial\ell/\partial Z_K = \frac1N (p - \text{one-hot})$: unit 05, section 6.
# 2. $W_k$ is used twice, in $Z_k$ *and* in the penalty. By the rule over $\Gamma(W_k)$ the two shares are added. **Yours:** what is the
#    second one?
# 3. $b_k$ is used in $Z_k$ alone.
# 4. To $Z_{k-1}$: through $W_k$, then through ReLU.
#
# **Before you write it:** in which order do the gradients come out of the loop, and in which must they stand in the row?
#
# **Your turn (answer 1).**
#
# <details><summary>Hint 1: what to keep on the way forward</summary>
#
# Layer $k$'s way back needs what went *into* it. Keep a list `H = [X, H1, H2, ...]`.
#
# </details>
# <details><summary>Hint 2: ReLU without its Z</summary>
#
# $H_k > 0$ exactly where $Z_k > 0$.
#
# </details>
# <details><summary>Hint 3: the order</summary>
#
# Going backwards, put each new piece *in front* of the row: `pieces = [dW.ravel(), db, *pieces]`.
#
# </details>


# %% exercise="network_gradients" slide="skip"


# %% [markdown] slide="subslide"
# ### 3.3 One number that says "right"
#
# `check` will not be there in your next project. A gradient check will. For each entry $i$ it compares $g_i$, what your formula gives, with
# the central difference
#
# $$d_i = \frac{f(\theta + h e_i) - f(\theta - h e_i)}{2h}, \qquad h = 10^{-5},$$
#
# where $e_i$ is 1 at entry $i$ and 0 elsewhere, and it reports the **worst relative error**
#
# $$\max_i \; \frac{|g_i - d_i|}{\max(|g_i|,\, |d_i|,\, 10^{-6})}.$$
#
# **Before you write it:** which value comes out when one entry is missing ($g_i = 0$)? When one has the wrong sign? And why the
# $10^{-6}$?
#
# **Your turn (answer 2).**
#
# <details><summary>Hint 1: one entry at a time</summary>
#
# `theta + h` moves all entries. Copy `theta`, move one entry of the copy.
#
# </details>
# <details><summary>Hint 2: the largest of three</summary>
#
# `np.maximum` takes two arrays, entry by entry; use it twice.
#
# </details>


# %% exercise="gradient_check" slide="skip"


# %% [markdown]
# Now your check judges your gradient, of a network with two hidden layers; and then a gradient with a mistake: the penalty's share is
# multiplied by 1 and not by 2.
#
# **Before you run the next cell:** of which size is the first number? And the second: near 1, or much smaller, with $\lambda = 0.01$?

# %% demo=true
sizes, lam = (64, 7, 6, 10), 0.01
rng = np.random.default_rng(3)
theta = 0.3 * rng.normal(size=sum((a + 1) * b for a, b in pairwise(sizes)))
with once_written():
    _, g = network_gradients(theta, sizes, X[:30], noisy[:30], lam)
    is_weight = np.concatenate([np.r_[np.ones(a * b), np.zeros(b)] for a, b in pairwise(sizes)])

    def loss_of(theta):
        return network_gradients(theta, sizes, X[:30], noisy[:30], lam)[0]

    print(f"{len(theta)} parameters; yours: worst relative error {gradient_check(loss_of, theta, g):.1e}")
    print(f"with half of the penalty's share: {gradient_check(loss_of, theta, g - lam * theta * is_weight):.1e}")

# %% [markdown]
# A right gradient has an error far below $10^{-4}$; a wrong one mostly has one near 1 (here, some entry even has the wrong sign). **In
# between, think**: an entry that sits on the kink of a ReLU disagrees honestly, and a gradient that is nearly zero drowns in rounding
# (unit 02). And mind what is checked: that $g$ is the slope of *your* loss. If the penalty is missing from both, the check is perfectly
# happy.

# %% [markdown] slide="slide"
# ## 4. Train and regularise
#
# A mistake in answer 1 shall not cost you answer 3: here is unit 06's gradient once more, without a penalty, for one hidden layer. You may
# use it, or your own. Both sides of "they are the same", first:


# %% from_unit="loss_and_gradients"


# %% demo=true
start = [rng.normal(size=(64, 8)) / 6, np.zeros(8), rng.normal(size=(8, 10)) / 2, np.zeros(10)]
row = np.concatenate([w.ravel() for w in start])
given = loss_and_gradients(X[:30], noisy[:30], *start)
nudged = numerical_gradient(lambda W1: loss_and_gradients(X[:30], noisy[:30], W1, *start[1:])[0], start[0], h=1e-4)
print("the given dW1 is the finite difference:", np.allclose(given[1], nudged, atol=1e-8))
with once_written():
    loss, g = network_gradients(row, (64, 8, 10), X[:30], noisy[:30], 0.0)
    print("and your gradient is the given one: ", np.allclose(g, np.concatenate([w.ravel() for w in given[1:]])))

# %% [markdown] slide="subslide"
# ### 4.1 Smoke test: 20 examples, by heart
#
# Before you regularise, be sure that the machine can learn *too well*. A network with 32 hidden nodes and 20 examples has to reach a loss
# near 0. If it does not, something is broken, and no $\lambda$ will mend it.
#
# **Before you run the next cell:** what should the loss be at the very start, when the network knows nothing of ten classes? And which
# accuracy on the *other* digits do you expect at the end?

# %% demo=true
rng = np.random.default_rng(0)
small = [rng.normal(size=(64, 32)) / 10, np.zeros(32), rng.normal(size=(32, 10)) / 10, np.zeros(10)]
losses = []
for _ in range(300):
    loss, *gradients = loss_and_gradients(X[:20], noisy[:20], *small)
    small = [w - 0.5 * g for w, g in zip(small, gradients, strict=True)]
    losses.append(loss)
others = np.mean((np.maximum(X[700:] @ small[0] + small[1], 0) @ small[2] + small[3]).argmax(axis=1) == true[700:])
print(f"loss {losses[0]:.2f} at the start (log 10 = {np.log(10):.2f}), {losses[-1]:.3f} in the end; it knows {others:.0%} of the others")

# %% [markdown] slide="subslide"
# ### 4.2 What can noisy labels tell?
#
# Let $a$ be the part of images whose *true* class the network knows. On noisy labels it looks worse: by how much? Let $q = 0.3$ be the part
# of labels drawn anew, and $v$ the part of noisy labels that the network hits.
#
# 1. A label is the true one with probability $(1 - q) + q/10 = 0.73$: the draw may hit it by chance.
# 2. It is one *particular* wrong class with probability $q/10 = 0.03$.
# 3. **Yours:** the network says the true class with probability $a$, some wrong one with $1 - a$. Put the two together.
#
# <details><summary>The result, to compare</summary>
#
# $v = 0.73\,a + 0.03\,(1 - a) = 0.03 + 0.7\,a$, and so $a = (v - 0.03)/0.7$.
#
# </details>
#
# **Before you run the next cell:** a perfect network has which $v$? And if you see 90 % on the *training* labels, what has happened?

# %% demo=true
rng = np.random.default_rng(1)
for a in (1.0, 0.9, 0.6):
    truth = rng.integers(10, size=200_000)
    label = np.where(rng.random(truth.size) < 0.3, rng.integers(10, size=truth.size), truth)
    says = np.where(rng.random(truth.size) < a, truth, (truth + rng.integers(1, 10, size=truth.size)) % 10)
    print(f"a = {a:.0%}: hits {np.mean(says == label):.1%} of noisy labels; the formula says {0.03 + 0.7 * a:.1%}")

# %% [markdown]
# So **73 % is the ceiling on noisy labels**, and whoever beats it by much on the training set has learnt noise by heart. And noisy
# validation labels are good enough to choose by: $v$ grows with $a$, only $0.7$ times as fast, and 200 of them are few. That is why one run
# is not enough.

# %% [markdown] slide="subslide"
# ### 4.3 Choose on validation data alone
#
# Here are 20 networks that train at once, as in unit 06, section 8: run 7 of every setting has the same digits, the same start and the
# same batches. Four ingredients have a switch each: `lam`; `negatives` (each image is turned into its negative with probability one half,
# whenever it is drawn); `falling` (the learning rate falls to 0 in a line); `keep_prob`, for dropout.

# %% demo=true
runs = 20
tasks = [np.stack(arrays)[:, :1000] for arrays in zip(*(task(seed) for seed in range(runs)), strict=True)]
tasks[0] = tasks[0].astype(np.float32)
first_W = [np.random.default_rng([seed, 1]).normal(size=(74, 128)) for seed in range(runs)]


def twenty_runs(lam=0.003, negatives=True, falling=True, keep_prob=1.0, hidden=64, steps=400, rate=0.05):
    """Accuracies of 20 networks, each (runs,): on the labels trained on, on the noisy validation labels, on digits with clean labels."""
    (X, noisy, true), run, rng, T = tasks, np.arange(runs)[:, None], np.random.default_rng(1), 32
    W1, W2 = (np.stack([part(W) for W in first_W]) for part in (lambda W: W[:64, :hidden] / 32**0.5, lambda W: W[64:, :hidden].T))
    theta = [W1, np.zeros((runs, 1, hidden)), W2 * np.sqrt(2 / hidden), np.zeros((runs, 1, 10))]
    theta = [w.astype(np.float32) for w in theta]
    m = [np.zeros_like(w) for w in theta]
    for step in range(steps):
        batch, turned = rng.integers(500, size=(runs, T)), rng.random((runs, T, 1)) < 0.5 * negatives
        x = X[run, batch]
        x = np.where(turned, 1 - x, x)
        H = np.maximum(x @ theta[0] + theta[1], 0)
        mask = ((rng.random(H.shape) < keep_prob) / keep_prob).astype(np.float32) if keep_prob < 1 else np.float32(1)
        H *= mask
        Z = H @ theta[2] + theta[3]
        dZ = np.exp(Z - Z.max(axis=2, keepdims=True))
        dZ /= dZ.sum(axis=2, keepdims=True)
        dZ[run, np.arange(T), noisy[run, batch]] -= 1
        dZ /= T
        dH = dZ @ theta[2].transpose(0, 2, 1) * (H > 0) * mask
        gradients = [x.transpose(0, 2, 1) @ dH, dH.sum(1, keepdims=True), H.transpose(0, 2, 1) @ dZ, dZ.sum(1, keepdims=True)]
        eta = np.float32(rate * (1 - step / steps) if falling else rate)
        for k in range(4):
            m[k] = np.float32(0.9) * m[k] + gradients[k] + (np.float32(2 * lam) * theta[k] if k % 2 == 0 else 0)
            theta[k] -= eta * m[k]
    says = (np.maximum(X @ theta[0] + theta[1], 0) @ theta[2] + theta[3]).argmax(axis=2)
    hits = (says == noisy)[:, :500], (says == noisy)[:, 500:700], (says == true)[:, 700:]
    return tuple(hit.mean(axis=1) for hit in hits)


# %% [markdown] slide="subslide"
# **Before you run the next cell:** the accuracy on *validation* labels for four values of $\lambda$. Sketch the curve. Where is its
# ceiling? And will the best $\lambda$ stand out from its neighbours, with 20 runs?

# %% demo=true slide="fragment"
by_lam = {lam: twenty_runs(lam=lam) for lam in (0.0003, 0.003, 0.01, 0.03)}
plots.sweep({"400 steps": {lam: v for lam, (_, v, _) in by_lam.items()}}, xlabel="λ", ylabel="hits on noisy validation labels, share")

# %% demo=true
for lam, (_, v, a) in by_lam.items():
    print(f"λ = {lam:<6}: {v.mean():.1%} of validation labels, so a = {(v.mean() - 0.03) / 0.7:.1%}; on clean labels {a.mean():.1%}")

# %% [markdown]
# The estimate of section 4.2 comes close to the truth, from noisy labels alone. Between the two smallest $\lambda$ the validation set
# cannot decide; the two larger ones are out. Where validation cannot decide, take what is cheapest or safest, **and do not claim that it
# was best**. (The truth, in the last column, is for this lesson: in your report it stays closed until all choices are made.)

# %% [markdown] slide="slide"
# ### 4.4 Your network
#
# **Your turn (answer 3).** One function gets the two sets and a generator, trains, chooses, and returns `W1` (64, hidden), `b1`, `W2`
# (hidden, 10), `b2`. The number of hidden nodes is yours. The judge then asks your weights about some 1,100 digits with clean labels:
#
# | accuracy | points | it takes |
# |---|---|---|
# | at least 50 % | 2 | a hidden layer, trained |
# | at least 76 % | 2 | a training that does not learn the noise by heart |
# | at least 85 % | 2 | an idea more: which ingredient fits *this* task? |
#
# The judge draws other digits than `check`. **Do not tune until `check` is green once: aim for a margin**, by the interval of section 5.
# Half a second of training is plenty: 400 to 700 steps with batches of 32 to 50 will do. All chance comes from `rng`.
#
# <details><summary>Hint 1: a skeleton</summary>
#
# He's start (unit 06). A loop over steps: a batch, gradients, momentum 0.9, a rate near 0.05. First reach 50 %, with no frills.
#
# </details>
# <details><summary>Hint 2: against the noise</summary>
#
# The gradient of $\lambda \sum w^2$; few steps; a learning rate that falls to 0, so that the last batches do not have the last word. What
# does the validation loss say of each?
#
# </details>
# <details><summary>Hint 3: an idea more</summary>
#
# 500 images are few. But of each you know another one that must have the same label, and that you can make yourself.
#
# </details>


# %% exercise="build_and_train" slide="skip"


# %% [markdown] slide="slide"
# ## 5. Is it good enough? Does it help?
#
# No leaderboard is needed to answer either, and a leaderboard would answer neither: who submits often enough is lucky in the end. What you
# need is **several runs, and an interval**.
#
# ### 5.1 An interval for a gain
#
# Two settings $a$ and $b$ have run on the same $n$ seeds: accuracies $a_1, \dots, a_n$ and $b_1, \dots, b_n$. Run $i$ of both had the same
# digits, easy or hard, so what they have in common drops out of the differences $d_i = a_i - b_i$. With their mean $\bar d$ and
#
# $$s^2 = \frac{1}{n-1} \sum_i (d_i - \bar d)^2,$$
#
# the *standard error* of the mean is $s/\sqrt n$, and $\bar d \pm 2\,s/\sqrt n$ is an interval that covers the true gain about 19 times in
# 20, if $n$ is not too small. If it lies above 0, the ingredient helps. If it holds 0, **you do not know**, and say so.
#
# **Before you write it:** four times as many runs: how much narrower is the interval? And what if one forgets to pair?
#
# **Your turn (answer 4).**
#
# <details><summary>Hint: numpy's variance</summary>
#
# `array.std()` divides by $n$. See its argument `ddof`.
#
# </details>


# %% exercise="paired_interval" slide="skip"


# %% demo=true
with_negatives, without = by_lam[0.003][2], twenty_runs(negatives=False)[2]
with once_written():
    mean, half = paired_interval(100 * with_negatives, 100 * without)
    print(f"negatives gain {mean:.1f} ± {half:.1f} percentage points")
    rng, covered = np.random.default_rng(2), 0
    for _ in range(2000):  # a made-up gain of exactly 1, in runs that differ much: how often is it covered?
        shared = rng.normal(size=20)
        mean, half = paired_interval(1 + shared + 0.5 * rng.normal(size=20), shared + 0.5 * rng.normal(size=20))
        covered += abs(mean - 1) <= half
    print(f"of 2000 intervals, {covered / 2000:.1%} cover the true gain")

# %% [markdown] slide="slide"
# ### 5.2 Ablation: each ingredient alone taken away
#
# An **ablation** starts from the whole recipe and takes out, or puts in, *one* ingredient. It answers "does it earn its place *beside the
# others*?", which is not the same as "would it help alone?".
#
# **Before you run the next cell:** the recipe is $\lambda = 0.003$, negatives, a falling rate, 64 hidden nodes. Five questions, each to be
# answered with helps, harms, or cannot tell: negatives? The falling rate? $\lambda$? Dropout on top of it all? Twice as many hidden nodes?
# (The intervals in the picture are a little wider than yours: for 20 runs, Student's $t$ has 2.09 standard errors where we round to 2.)

# %% demo=true slide="fragment"
recipe = by_lam[0.003][2]
changed = {
    "negatives, not none": (recipe, without),
    "falling rate, not constant": (recipe, twenty_runs(falling=False)[2]),
    "λ = 0.003, not 0": (recipe, twenty_runs(lam=0.0)[2]),
    "dropout P = 0.8, not none": (twenty_runs(keep_prob=0.8)[2], recipe),
    "128 hidden nodes, not 64": (twenty_runs(hidden=128)[2], recipe),
}
gains = {name: 100 * (after - before) for name, (after, before) in changed.items()}
plots.paired_gains(gains, xlabel="gain in accuracy on digits not seen, percentage points")

# %% [markdown]
# Negatives and the falling rate help for certain, and so does a wider layer. **The penalty cannot be told from nothing, and dropout does
# harm**: both hold back a network that has had no time to overfit, for 400 steps with a falling rate are a regulariser already (unit 09).
# Is L2 useless, then? Take another remedy out, and train for longer, with larger steps.
#
# **Before you run the next cell:** 700 steps at $\eta = 0.1$, no negatives. What will $\lambda = 0.003$ gain, and what does the accuracy on
# the *training* labels say, whose honest ceiling is 73 %?

# %% demo=true slide="fragment"
long = {lam: twenty_runs(lam=lam, negatives=False, steps=700, rate=0.1) for lam in (0.0, 0.003)}
for lam, (known, _, clean) in long.items():
    print(f"λ = {lam}: {known.mean():.1%} of its training labels, {clean.mean():.1%} of digits not seen")
plots.paired_gains({"λ = 0.003, not 0": 100 * (long[0.003][2] - long[0.0][2])}, xlabel="gain, percentage points, in a long training")

# %% [markdown]
# Without the penalty the network hits far more than 73 % of its training labels: noise, learnt by heart, and paid for on digits not seen.
# So an ingredient has no value of its own. **It helps against something, or it does not help.**

# %% [markdown] slide="slide"
# ## 6. What does it get wrong, and why?
#
# ### 6.1 Find the bug
#
# One number hides much. A **confusion matrix** has a row for each true class and a column for each predicted one, and counts. A classmate
# has no patience for loops:


# %% demo=true
def classmates_table(labels, predictions, classes):
    """How many examples of class r are taken for class c. Something is wrong."""
    table = np.zeros((classes, classes), dtype=int)
    table[labels, predictions] += 1
    return table


print(classmates_table(np.array([0, 0, 0, 1]), np.array([0, 0, 1, 1]), 2))

# %% [markdown]
# **Before you go on:** count by hand. Which entry is wrong, and what would the sum of the whole table have to be? (Try `a[[2, 2, 2]] += 1`
# for `a = np.zeros(4)`.) **Your turn (answer 5).** Write it rightly, in any way you like.
#
# <details><summary>Hint 1: what NumPy does</summary>
#
# It reads `table[labels, predictions]`, adds 1, and writes the results back. A place that is named three times is read three times *before*
# anything is written.
#
# </details>
# <details><summary>Hint 2: three ways out</summary>
#
# A plain loop; `np.add.at`; or one number for each pair, `classes * label + prediction`, and `np.bincount` with `minlength`.
#
# </details>


# %% exercise="confusion_matrix" slide="skip"


# %% [markdown] slide="subslide"
# ### 6.2 Your network's errors
#
# Now all choices are made, and the digits with clean labels may be opened: once.
#
# **Before you run the next cell:** which two digits will be confused most? And which errs more often, the digits or their negatives?

# %% demo=true
network, unseen, answers = None, X[700:], true[700:]


def probabilities(X, W1, b1, W2, b2):
    Z = np.maximum(X @ W1 + b1, 0) @ W2 + b2
    p = np.exp(Z - Z.max(axis=1, keepdims=True))
    return p / p.sum(axis=1, keepdims=True)


picture = None
with once_written():
    network = [np.asarray(w) for w in build_and_train(X[:500], noisy[:500], X[500:700], noisy[500:700], np.random.default_rng(5))]
    p = probabilities(unseen, *network)
    right, bright = p.argmax(axis=1) == answers, unseen.mean(axis=1) > 0.5
    print(f"{right.mean():.1%} right: {right[~bright].mean():.1%} of digits, {right[bright].mean():.1%} of negatives")
    picture = plots.confusion(confusion_matrix(answers, p.argmax(axis=1), 10))
picture

# %% [markdown] slide="subslide"
# ### 6.3 Why this one?
#
# An error has two classes in it: the predicted one, $c$, and the true one, $t$. It happened because $z_c > z_t$. So we explain the
# **margin** $z_c - z_t$ and not one logit (unit 10): its gradient with respect to the pixels,
#
# $$\frac{\partial (z_c - z_t)}{\partial x_j} = \sum_i w_{ji}^{(1)}\,[z_i > 0]\,\big(w_{ic}^{(2)} - w_{it}^{(2)}\big),$$
#
# where $[z_i > 0]$ is 1 if hidden node $i$ is active, and $w^{(1)}$, $w^{(2)}$ are our arrays $W_1$, $W_2$. Vermillion: *more light here*
# would speak for the wrong class. Blue: it would speak for the true one.

# %% demo=true
explained = None
if network:
    wrong = np.flatnonzero(~right)
    c, t = p.argmax(axis=1), answers

    def margin_slopes(X, c, t):
        """∂(z_c - z_t)/∂x, a row for each image."""
        W1, b1, W2, _ = network
        return ((W2[:, c] - W2[:, t]).T * (X @ W1 + b1 > 0)) @ W1.T

    def margin(x, c, t):
        z = np.maximum(x @ network[0] + network[1], 0) @ network[2] + network[3]
        return z[c] - z[t]

    maps = margin_slopes(unseen[wrong], c[wrong], t[wrong])
    k = wrong[0]
    nudged = numerical_gradient(lambda x: margin(x, c[k], t[k]), unseen[k], h=1e-4)
    print("the formula is the finite difference:", np.allclose(maps[0], nudged, atol=1e-7))
    titles = [f"a {t[k]}, taken for {c[k]}" for k in wrong[:3]]
    explained = plots.explanations(unseen[wrong[:3]], {"slope of the margin": maps[:3]}, (8, 8), titles=titles)
explained if network else print("This cell needs answer 3.")

# %% [markdown] slide="subslide"
# ### 6.4 Test the explanation
#
# A picture convinces too easily. If the map is right, then changing the few pixels it points at must turn the error round more often than
# changing others. For each wrong digit we set **3 of 64 pixels** to 0 or 1: those that should lower the margin most, by the map; or three
# drawn at random, each moved in the direction the map advises.
#
# **Before you run the next cell:** which part of the errors will be right after the change, by the map, and at random?

# %% demo=true
if network:
    advised = np.where(maps > 0, 0.0, 1.0)  # less light where light speaks for the wrong class
    promised = maps * (unseen[wrong] - advised)  # by how much the margin should fall, pixel by pixel
    chance = np.random.default_rng(0).random(promised.shape)
    picks = {"by the map": np.argsort(-promised, axis=1)[:, :3], "at random": np.argsort(chance, axis=1)[:, :3]}
    for name, pick in picks.items():
        altered = unseen[wrong].copy()
        np.put_along_axis(altered, pick, np.take_along_axis(advised, pick, axis=1), axis=1)
        turned = probabilities(altered, *network).argmax(axis=1) == t[wrong]
        half = 2 * turned.std() / np.sqrt(len(turned))
        print(f"3 pixels {name}: {turned.mean():.0%} ± {half:.0%} of {len(wrong)} errors are right afterwards")
else:
    print("This cell needs answer 3.")

# %% [markdown] slide="slide"
# ### 6.5 Browse the errors
#
# All wrong digits, and some right ones. Pick the true and the predicted class, then an image (click, or Tab and the arrow keys): its
# probabilities, and the slope of the margin: predicted class minus true class (for a right digit: minus the second largest).
#
# **Before you run the next cell:** are errors close calls, or is the network sure of some? And how large will the largest probability of a
# *right* digit be, for a network that has learnt from labels of which 73 % are true? (Show: right ones, surest first.) Then look at the
# surest errors: whose fault is each, the network's or the writer's? You need one for the report.

# %% demo=true slide="fragment"
from course.widgets import ErrorBrowser

shown = np.r_[wrong, np.flatnonzero(right)[:60]] if network else np.arange(0)
if network:
    order = np.argsort(-p[shown], axis=1)
    second = np.where(right[shown], order[:, 1], t[shown])  # a right one is compared with its runner-up
    browser = ErrorBrowser(unseen[shown], t[shown], p[shown], margin_slopes(unseen[shown], order[:, 0], second))
browser if network else print("This cell needs answer 3.")

# %% [markdown] slide="skip"
# ## 7. The report (6 points, marked by hand)
#
# One to two pages, for somebody who has taken this course and wants to repeat your work.
#
# 1. **What you built**, in a table: architecture, start, batch size, steps, learning rate, regularisers; and how each was chosen.
# 2. **What you expected, and what you measured**: a table with at least three settings over at least five seeds each, mean and interval,
#    runs paired. Which data were used to choose, which to report?
# 3. **What helped, and what did not**: at least one of each, with a reason that fits your numbers.
# 4. **One error explained**: the image, its probabilities, its map, and a test of your explanation that could have failed.
# 5. **What you do not know**: one limit of your result, and the experiment that would settle it.
#
# `twenty_runs` of section 4.3 is yours to alter. A result that says "no difference" is worth as much as any other.

# %% [markdown] written=6
# **Model report.** *(A short one; any honest numbers will do.)*
#
# *Built.* 64-64-10, ReLU, He's start, batches of 40, 600 steps, momentum 0.9, $\eta$ from 0.05 to 0 in a line; every image also as its
# negative; $\lambda$ from {0.001, 0.003} by the loss on the validation set, everything else by its accuracy there, over 20 seeds.
#
# *Expected and measured.* (Accuracy on 300 digits not used for any choice, 20 paired runs.) I expected L2 to matter most, as the labels are
# noisy.
#
# | ingredient, beside all the others | gain, percentage points |
# |---|---|
# | negatives | +4.8 ± 0.9 |
# | falling rate | +6.5 ± 1.8 |
# | $\lambda = 0.003$ | −0.1 ± 0.5 |
# | dropout, $P = 0.8$ | −2.1 ± 0.9 |
#
# *Helped, and not.* Negatives double the images, and tell the network what it would have to find out from 500. The falling rate lets the
# noise of the last batches die away. L2 did not help *here*: on its training labels the recipe is right in 69 %, below the ceiling of 73 %,
# so there was nothing to forget. In a longer training without negatives it gained a good deal.
#
# *An error.* A 1 with a hook and a broad foot is taken for a 2 (0.52). The map blames the end of the foot (row 7, column 5) and the tip of
# the hook (row 1, column 2). Test: with these two pixels black it is read as a 1. Of all 253 pairs of its bright pixels, only 2 do that
# when they are blackened: the map named one of them.
#
# *Not known.* Thirteen writers made all digits: training and test share them. Splitting by writer would show how much that flatters us.
#
# **Rubric.** In steps of half a point. A wrong expectation costs nothing.
#
# - 1: **Built.** Complete enough to repeat, half; how each setting was chosen, half.
# - 1.5: **Measured.** At least three settings over at least five seeds, half; paired differences with an interval, half; nothing chosen on
#   what is reported, half.
# - 1.5: **Helped and not.** One thing that helped, half; one that did not, said openly, half; reasons that fit the numbers, half.
# - 1.5: **Error.** Image, probabilities and map, half; an explanation in terms of pixels or strokes, half; a test that could have failed,
#   half.
# - 0.5: **Limit.** One real limit, with its experiment.

# %% [markdown] slide="slide"
# ## Summary
#
# | step | tool | from unit |
# |---|---|---|
# | a gradient that can be trusted | $\lvert g - d\rvert/\max(\lvert g\rvert, \lvert d\rvert, 10^{-6})$, its worst entry | 02, 05 |
# | is the machine able to learn? | 20 examples by heart | 06 |
# | what do noisy labels say? | $a = (v - 0.03)/0.7$ | here |
# | which setting? | validation data, several seeds, and no claim beyond the interval | 06 to 09 |
# | does it help? | one ingredient at a time, paired, $\bar d \pm 2 s/\sqrt n$ | 06, 08 |
# | why this error? | slope of the margin, tested on pixels | 10 |
#
# **If one thing stays with you:** say what you expect before you look, and look at more than one run.

# %% [markdown] slide="subslide"
# ## Where it goes from here
#
# Everything here was written by hand once, and that is the point: a framework's `backward()` does what **units 03 to 05** did, its
# `optimizer.step()` is **unit 06**'s step, its `weight_decay` **unit 07**, its `Dropout` **unit 08**. When one of them surprises you, you
# know where to look.
#
# ## Further reading
#
# - The lecture notes, from the first page to the last: read them once more now.
# - I. Goodfellow, Y. Bengio and A. Courville, [*Deep Learning*](https://www.deeplearningbook.org), MIT Press 2016: chapter 11, *Practical
#   Methodology*.
# - A. Karpathy, [*A Recipe for Training Neural Networks*](https://karpathy.github.io/2019/04/25/recipe/), 2019: our section 2, at length.
# - C. Zhang, S. Bengio, M. Hardt, B. Recht and O. Vinyals, ["Understanding deep learning requires rethinking
#   generalization"](https://arxiv.org/abs/1611.03530), *ICLR* 2017: networks that learn random labels by heart.
# - X. Bouthillier et al., ["Accounting for variance in machine learning benchmarks"](https://arxiv.org/abs/2103.03098), *MLSys* 2021: which
#   chances to vary when two methods are compared.
# - J. Adebayo et al., ["Sanity checks for saliency maps"](https://arxiv.org/abs/1810.03292), *NeurIPS* 2018.
