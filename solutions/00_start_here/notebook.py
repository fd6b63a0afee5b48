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
# # Unit 00: Start here
#
# This course takes a neural network apart until you understand every part of it: how it computes, how it learns, how its gradients are
# found by **backpropagation**, how it is kept from learning too much, and what its inner nodes mean. You will write every part yourself,
# and a judge tells you within a second whether it is right. In this first unit you learn the tools, on the smallest gradient there is.
#
# **At the end you can**
# - run and write cells, read what `check` says, and find help when you are stuck,
# - compute one gradient by hand, write it as a formula in NumPy, and test it by nudging,
# - keep your own code for later units,
# - find any symbol of the course in one table.
#
# | time | difficulty | what to know before |
# |---|---|---|
# | 55 minutes, and 5 for what is optional | easy | a little Python; what a derivative is |

# %% [markdown] deck="slide"
# ## A million numbers
#
# A network has a million weights.
#
# **One** number says how wrong it is.
#
# Which weight do you change? In which direction?
#
# Note: Let them talk to a neighbour for one minute, and collect two or three answers. "Try each of them" will come: ask how they would see
# that a change was good. Say that this course builds the answer piece by piece, and that every piece is written by them.

# %%
import numpy as np

from course import check

# %% demo=true
# Cells like this one are for looking, not for marks: change and break them at will.
from IPython.display import display

from course import keep, mine, numerical_gradient, once_written, plots, whose
from course.widgets import Tangent

# %% [markdown] slide="slide"
# ## 1. Cells
#
# A notebook is a column of **cells**: text, like this one, and code. Click into a code cell and press **Shift + Enter**: the cell runs, and
# the value of its last line appears below it. The number in brackets on its left says in which order the cells were run. A star there means
# that the cell is still running.
#
# A name that a cell defines can be used in all others, once that cell has run. So go **from top to bottom**. When something seems
# strange, choose *Kernel, Restart Kernel* and run the cells again from the top. Where a cell ends in a red error, read the last line of it
# first: it says what is wrong.
#
# In this course you are often asked to predict what a cell will show. Write your guess down before you run it: a wrong guess that you
# remember teaches more than a right answer that you have read.
#
# **Before you run the next cell:** `x` is an array of three numbers. What will `x * x` be: one number, or three?

# %% [markdown] deck="slide"
# ## One number, or three?
#
# ```python
# x = np.array([1.0, -2.0, 0.5])
# x * x
# ```
#
# What does this cell show?
#
# Note: Everybody writes a guess down: this is how we work in all units, and a wrong guess that you remember is worth a lot. Wait half a
# minute, and ask for hands: one, or three. Those who know vectors often expect one number.

# %% [markdown] deck="slide"
# ## Three: entry by entry
#
# ```text
# array([1.  , 4.  , 0.25])
# ```
#
# NumPy multiplies each entry with its partner.
#
# Note: Let somebody say where the minus sign has gone. Add, subtract and multiply work entry by entry for arrays of one shape; the sum of
# the products is another operation, and it comes in unit 01.

# %% demo=true
x = np.array([1.0, -2.0, 0.5])
x * x

# %% [markdown]
# Three: NumPy multiplies **entry by entry**.

# %% [markdown] slide="slide"
# ## 2. Your first answer
#
# A graded answer looks like the cell below: a function with its name, its arguments, and a line of words that says what it has to return.
# You replace the line `raise NotImplementedError()` with your own code, and **run the cell**: only then does the notebook know your answer.
# Then you run the cell under it, `check(...)`.
#
# **Your turn (answer 1; 3 minutes; ★).** Return the square of `x`, entry by entry. `x` is a NumPy array of any shape: a row of numbers, a
# table, or a single number.
#
# <details><summary>Hint 1: entry by entry</summary>
#
# NumPy does arithmetic with whole arrays. The code cell of section 1 has the sign that you need.
#
# </details>
# <details><summary>Hint 2: powers in Python</summary>
#
# You can also write a power, with two stars. The sign `^` means something else.
#
# </details>
# <details><summary>Hint 3: a worked example</summary>
#
# Another function, which adds every entry to itself: the line under `def double(x):` is `return x + x`. For `np.array([1.0, 4.0])` it gives
# `[2.0, 8.0]`. Note the `return`: without it a function gives back `None`.
#
# </details>


# %% exercise="square" slide="skip"


# %% [markdown] deck="slide"
# ## Write, run, check
#
# - Write your answer, **run** its cell, run `check(...)`.
# - Check as often as you like: nothing is counted.
# - Three hints stand above each answer. Opening them costs nothing.
#
# Note: Do it live, with a wrong answer: return 2 * x for the square. Let the room read the message, half a minute, and ask what it says.
# Then say it clearly: mistakes cost nothing here, and a mistake in one answer never costs another one.

# %% [markdown] slide="slide"
# ## 3. How this course works
#
# **`check` is the judge that your instructor uses, too.** Your marks are counted later, with other numbers, so an answer has to be right
# in general. Run `check` as often as you like: **runs are not counted, and mistakes cost nothing.** It says what was asked, which entry
# differs, what yours is and what is right, and, where it can tell, the name of the mistake. **A mistake in one answer never costs another
# one**: where an answer calls an earlier one of yours, it is also tried with a right version of that.
#
# **Hints.** Above every answer there are three hints. Click on one to open it. The last one is a worked example: another case, done to the
# end. If your answer fails its check twice in a row, `check` reminds you of the first hint; after two more failures of the second; after
# two more of the third. Opening a hint costs nothing.
#
# **Time.** An answer says how many minutes it takes, and how hard it is: ★ write down a formula, ★★ think, ★★★ hard. A unit says at its top
# how long it takes in all, at most about two hours, and how long what is **optional** takes in addition. Nothing later needs what is
# optional. The times are reckoned, not measured with a class: plan a fifth more if you want to write and draw along. Some sections are
# **folded**: you see their heading, with a small arrow beside it. Click on the arrow to unfold the section.
#
# **`once_written()`.** Some cells use an answer of yours. In them you see the line `with once_written():`. It does one thing only: if the
# answer is not written yet, the cell says so in one line, and not in a long red error.
#
# **Your own cells** are welcome anywhere. They are not marked, and neither are the cells for looking.
#
# **Try it now:** change your answer to `return 2 * x`, run it and its check, and read what it says. Then put it right again.

# %% [markdown] slide="slide"
# ## 4. What a gradient is
#
# The **derivative** of a function $f$ at $x$ says how fast $f(x)$ grows when $x$ grows. Draw a straight line through two points of the
# curve, at $x$ and at $x + h$, with a small step $h$. This line is called a **chord**. The derivative is what its slope tends to as the
# step $h$ shrinks:
#
# $$f'(x) = \lim_{h \to 0} \frac{f(x + h) - f(x)}{h}.$$
#
# Where $f$ depends on several numbers $x_1, x_2, \dots$, there is one such slope for each of them, taken while the others stand still:
# $\partial f/\partial x_i$, a *partial* derivative. All of them together, in an array of the shape of $x$, are the **gradient** of $f$.
# For one number, the gradient is the derivative.
#
# **Before you move anything below:** the curve is $x^2$, and $x = 1$. The chord with $h = 1$ has the slope $(2^2 - 1^2)/1 = 3$. Will a
# smaller $h$ make it steeper or flatter? Which slope does it tend to?

# %% [markdown] deck="slide"
# ## How steep is a curve here?
#
# $$\frac{f(x + h) - f(x)}{h}$$
#
# $f(x) = x^2$ at $x = 1$. The chord with $h = 1$ has the slope $3$.
#
# A smaller $h$: steeper, or flatter? Which slope does it tend to?
#
# Note: Draw the curve and the chord from 1 to 2 on the board while they think; one minute. Ask for hands, steeper or flatter, and then for
# the number. People often say 1, the place, or 0, since the step shrinks to nothing.

# %% [markdown] deck="slide"
# ## From the chord to the tangent
#
# Note: Drag the step h to the left, slowly: the chord gets flatter, and its slope goes from 3 to 2. Then drag the point, and ask where the
# slope is 0 and where it is negative. Wait until somebody says what the curve does there when x grows: it falls.

# %% demo=true slide="fragment" deck="show"
Tangent("x²")

# %% [markdown]
# Drag *Step h* to the left: the chord (solid) gets flatter, and turns into the **tangent** (dashed), with slope 2. Then drag *Point x*, and
# watch the slope. Where is it zero? Where is it negative, and what does $x^2$ do there when $x$ grows?
#
# <details><summary>Answer</summary>
#
# It is zero at $x = 0$, the lowest point. It is negative for $x < 0$: there $x^2$ falls when $x$ grows.
#
# </details>

# %% [markdown] slide="subslide"
# ### 4.1 By hand
#
# For $f(x) = x^2$ three steps are enough:
#
# $$\frac{(x + h)^2 - x^2}{h} \;=\; \frac{2xh + h^2}{h} \;=\; 2x + h \;\longrightarrow\; 2x \qquad (h \to 0).$$
#
# **Before you run the next cell:** at $x = 3$ the slope of $x^2$ is $6$. By this formula, what is the slope of the chord with $h = 0.1$?

# %% [markdown] deck="slide"
# ## By hand
#
# $$\frac{(x + h)^2 - x^2}{h} \;=\; 2x + h \;\longrightarrow\; 2x$$
#
# At $x = 3$ the slope is $6$.
#
# Which slope has the chord with $h = 0.1$?
#
# Note: Write the step between on the board, line by line: 2xh plus h squared, divided by h. Half a minute for the number. Some say 6: that
# is the limit, and the chord is not there yet.

# %% demo=true
for h in (1.0, 0.1, 0.01, 0.001):
    print(f"h = {h:<6}  slope of the chord at x = 3: {((3 + h) ** 2 - 3**2) / h:.6f}   2x + h = {2 * 3 + h:.6f}")

# %% [markdown] deck="slide"
# ## 6.1
#
# - $h = 0.1$: $\;6.1$
# - $h = 0.01$: $\;6.01$
# - $h = 0.001$: $\;6.001$
#
# A tenth of the step, a tenth of the difference.
#
# Note: Ask for the next line before you say it. The difference from 6 is h itself. So a small step measures the slope quite well, without
# any formula: we use this soon.

# %% [markdown]
# It is $6.1$, so it differs from $6$ by $h$ itself: a tenth of the step, a tenth of the difference.

# %% [markdown] folded=true
# ### Optional: the slope of x³ (3 minutes)
#
# In JupyterLab such a section is folded until you unfold it. For $f(x) = x^3$ the same three steps, with
# $(x + h)^3 = x^3 + 3x^2h + 3xh^2 + h^3$, give
#
# $$\frac{(x + h)^3 - x^3}{h} \;=\; 3x^2 + 3xh + h^2 \;\longrightarrow\; 3x^2 \qquad (h \to 0).$$
#
# **Before you run the next cell:** what is the slope of $x^3$ at $x = 2$? Is it negative anywhere?

# %% demo=true
for h in (1.0, 0.1, 0.01, 0.001):
    print(f"h = {h:<6}  slope of the chord at x = 2: {((2 + h) ** 3 - 2**3) / h:.6f}")

# %% [markdown]
# It is $3\cdot2^2 = 12$. It is nowhere negative, since $x^2$ is not: the curve climbs everywhere except at $x = 0$, where it is flat. See
# for yourself:

# %% demo=true slide="skip"
Tangent("x³")

# %% [markdown] deck="slide"
# ## Into a loss
#
# $\ell$ moves 5 times as far as $u$.
#
# $u$ moves 6 times as far as $x$.
#
# How many times as far as $x$ does $\ell$ move?
#
# Note: ℓ, "ell", is the loss, and u is some number inside the network. Twenty seconds, then let them call out the number. Some add and say
# 11; ask how far u moves if x moves by 1, and how far ℓ moves then.

# %% [markdown] deck="slide"
# ## Thirty
#
# $$\frac{\partial\ell}{\partial x} \;=\; \underbrace{\frac{\partial\ell}{\partial u}}_{\text{upstream}}\cdot\;
# \underbrace{\frac{\partial u}{\partial x}}_{\text{slope here}}$$
#
# **The gradient that arrives, times the slope here.**
#
# Note: This is the chain rule, and it is one step of backpropagation. Let the whole room say the sentence once, aloud. Ask what happens if
# u is used in two places; do not answer, it is the beginning of unit 03.

# %% [markdown] slide="subslide"
# ### 4.2 Into a loss
#
# A network ends in one number, the **loss** $\ell$: it says how wrong the network is. We want to know how $\ell$ moves when something
# inside the network moves. Say that $u = x^2$ is somewhere inside, and that somebody has already found out how $\ell$ moves with $u$.
# This number, $\partial\ell/\partial u$, is called the **upstream**. Then the chain rule gives
#
# $$\frac{\partial\ell}{\partial x} \;=\; \frac{\partial\ell}{\partial u}\cdot\frac{\partial u}{\partial x},
# \qquad\text{here}\qquad \texttt{upstream}\cdot(\text{the slope of } x^2 \text{ at } x).$$
#
# For example, if $\ell$ moves 5 times as far as $u$, and $u$ moves 6 times as far as $x$, then $\ell$ moves 30 times as far as $x$.
#
# This is one step of backpropagation: *the gradient that arrives, times the slope here*. One thing is still missing. Where one number is
# used in several places, several such products come back to it, and they add. Unit 03 shows why; the later units do it for thousands of
# numbers at once, in the right order.
#
# **Your turn (answer 2; 6 minutes; ★).** Write this product for arrays: `upstream` and `x` have the same shape, and so has the gradient.
# (Where `check` says *finite difference*, it means the right gradient, found without a formula, as in section 5.)
#
# <details><summary>Hint 1: two factors</summary>
#
# The first factor is `upstream`. You have seen the second one derived in 4.1; it depends on `x`.
#
# </details>
# <details><summary>Hint 2: every entry for itself</summary>
#
# `x[0]` has no part in the square of `x[1]`, so nothing is summed here.
#
# </details>
# <details><summary>Hint 3: a worked example</summary>
#
# The same for another function, $u = x^3$, whose slope is $3x^2$: the line is `return upstream * 3 * x**2`. For `upstream = [1, 10]` and
# `x = [2, 1]` it gives `[12, 30]`.
#
# </details>


# %% exercise="square_backward" slide="skip"


# %% [markdown] slide="slide"
# ## 5. Test every formula
#
# A formula can look right and be wrong. There is a test that needs no formula: **nudge** each entry of $x$, that is, change it a little;
# see how far the loss moves; and divide by the nudge. The result is called a **finite difference**. `numerical_gradient` finds it, and has
# to compute the loss at least twice for each entry. (Unit 02 shows how, and how exact it is.)
#
# **Before you run the next cell:** the loss is $\ell = \sum_i c_i\, x_i^2$ with fixed numbers $c_i$. What is the upstream of $x_i^2$?

# %% demo=true
c = np.array([3.0, -1.0, 2.0])


def loss(x):
    return (c * x**2).sum()


with once_written():
    by_formula = square_backward(c, x)
    by_nudging = numerical_gradient(loss, x)
    print("by your formula:", by_formula)
    print("by nudging:     ", by_nudging)
    print("largest difference:", f"{abs(by_formula - by_nudging).max():.1g}")

# %% [markdown]
# The upstream is $c_i$: if $x_i^2$ grows by 1, the loss grows by $c_i$. The two results agree to many digits, and yet they were found in
# different ways: that is what makes the test worth something. The next figure does the same for 201 values of $x$ at once.
#
# **Before you run the next cell:** what will the slopes of $x^2$ look like, drawn over $x$?

# %% [markdown] deck="slide"
# ## Is the formula right?
#
# **Nudge** $x$ a little. See how far $\ell$ moves. Divide.
#
# No formula is needed for that.
#
# Draw the slope of $x^2$ at 201 places, by formula and by nudging: what will it look like?
#
# Note: Let everybody sketch it over x from minus 2 to 2; half a minute. Many draw the parabola itself again. Ask where the slope has to be
# negative, and where 0.

# %% [markdown] deck="slide"
# ## A straight line
#
# The line: by formula. The dots: by nudging.
#
# Note: Below 0 on the left, where the curve falls, and above 0 on the right, where it climbs. The two ways agree to many digits. Ask who
# trusts a formula more than its nudges, and why; wait half a minute, and leave it open: a written question of this unit is about it.

# %% demo=true slide="fragment" deck="show"
line = np.linspace(-2, 2, 201)
with once_written():
    slopes = square_backward(np.ones_like(line), line)
    display(plots.slopes(line, line**2, slopes, numerical_gradient(lambda x: (x**2).sum(), line)))

# %% [markdown]
# They form a straight line through 0, $2x$: negative on the left, where the curve falls, and positive on the right, where it climbs.

# %% [markdown] slide="slide"
# ## 6. The notation of the whole course
#
# One table for all units; it follows the lecture notes. Nothing here has to be learnt now: come back when a letter is new.
#
# | symbol | in code | what it is | units |
# |---|---|---|---|
# | $x_j$; $x$; $X$ | `x`, `X` | input $j$ of an example; all of them; a batch, one example in each row | 00 to 11 |
# | $y$, $\hat y$ | `y`, `labels` | what is right for an example, and what is predicted | 01 to 11 |
# | $d$ | `d` | how many inputs an example has | 01 to 11 |
# | $N$; $n$ | `len(X)`; `X[n]` | how many examples there are; the number of one of them. (The notes write $n$ for our $N$.) | 01 to 11 |
# | $C$; $c$ | `W.shape[1]` | how many classes there are; one of them | 02, 05 to 11 |
# | $i$, $j$ | `i`, `j` | an output node and an input node of a layer; or any two places in an array | 00 to 11 |
# | $k$; $K$ | `k` | a layer; how many layers there are | 01, 03 to 11 |
# | $w_{ij}^{(k)}$; $W$ | `W[j, i]` | weight to output node $i$ from input node $j$ of layer $k$; the layer's | 01 to 11 |
# | $b_i^{(k)}$ | `b[i]` | the bias of node $i$ | 01 to 11 |
# | $z_i = \sum_j w_{ij}^{(k)} x_j + b_i^{(k)}$; $Z$ | `Z = X @ W + b` | what node $i$ adds up; for a whole batch | 01 to 11 |
# | $g$ | `g` | an activation, such as ReLU | 01 to 11 |
# | $u_i = g(z_i)$ | `H = g(Z)` | the value of node $i$, as the notes write it | 01 to 11 |
# | $h_i$; $H$ | `H` | the value of hidden node $i$; for a whole batch | 01 to 11 |
# | $a_i$ | `H` | the notes' name for $h_i$ | 10 |
# | $o$; $o_c$ | `Z2` | the value of the output node; of the output node of class $c$ | 01 to 11 |
# | $p_c$ | `probabilities` | the probability that the softmax gives to class $c$ | 02, 05 to 11 |
# | $\sigma$ | `sigmoid` | the logistic function, $\sigma(z) = 1/(1 + e^{-z})$ | 01 to 11 |
# | $e$ | `np.e` | Euler's number, 2.718… | 00 to 11 |
# | $f$ | `f` | any function | 00 to 05, 11 |
# | $c_i$ | `c` | fixed numbers | 00 |
# | $\ell$ | `loss` | the loss, one number; over a batch, the **mean** | 00 to 11 |
# | $h$ | `h` | the step of a difference quotient; never with an index | 00, 02, 11 |
# | $\Delta$ | | a change of what stands behind it | 00, 02, 03 |
# | $\theta$; $\nabla_\theta \ell$ | `theta` | all parameters; the gradient, every $\partial\ell/\partial\theta_i$ | 01 to 11 |
# | $\eta$ | `learning_rate` | the learning rate in $\theta \leftarrow \theta - \eta\,\nabla_\theta \ell$ | 02 to 11 |
# | $a$; $L$ | `a`, `L` | the curvature in one direction, that is, the second derivative; the largest of them | 02, 07, 09 |
# | $m$ | | what is subtracted from the logits of an example, so that no exponential overflows | 02 |
# | $A$ | `A` | the matrix of second derivatives; in 07 and 10, of a linear system | 02, 07, 10 |
# | $\varepsilon_{\text{mach}}$ | `eps` | how far apart neighbouring floating-point numbers are, near 1 | 02 |
# | $E(h)$ | `model` | a bound on the error of a difference quotient | 02 |
# | $\epsilon$ | | a nudge of one node | 03 |
# | $u$, $v$ | `u`, `v` | two nodes of a graph; $v$ uses $u$ | 00, 03 to 11 |
# | $\Gamma(u)$ | `gamma`, `uses` | the nodes that use $u$ directly | 03 to 11 |
# | $\partial\ell/\partial u$ | `grad`, `upstream` | how fast the loss grows with $u$ (unit 03) | 00, 03 to 11 |
# | $a$, $b$, $c$ | `a`, `b`, `c` | the inputs of a small circuit | 03, 04 |
# | $q$, $r$ | `q`, `r` | numbers on the way through a small computation | 01, 03, 04 |
# | $p$ | `p` | an exponent | 04 |
# | $S_n$ | | what the softmax of example $n$ divides by | 05 |
# | $F$, $G$ | | any two matrices | 01, 05, 08 |
# | $I$ | `np.eye` | the identity matrix | 07, 10 |
# | $B$; $T$ | `batch`; `batch_size` | a batch; how many examples are in it | 06 to 11 |
# | $\beta$; $m$ | `momentum`; `m` | the momentum; the velocity, which remembers earlier gradients | 06 to 11 |
# | $t$ | `step`, `epoch` | the number of a step or an epoch, counted from 1; 0 is before training | 06 to 11 |
# | $s$ | `s` | a standard deviation: how far chance moves a number | 06 to 11 |
# | $\mathbb E$ | `mean` | the mean over all draws | 06 to 11 |
# | $\lambda$ | `lam` | the strength of the L2 penalty, $\ell_{\text{Reg}} = \ell_{\text{CE}} + \lambda \lVert w \rVert_2^2$ | 07 to 11 |
# | $w_{\text{start}}$ | `w` | weights before training | 07 to 11 |
# | $\delta$ | `min_delta` | by how much a loss must be lower to count as an improvement | 09 |
# | $P$; $M$ | `keep_prob`; `mask` | the probability that a neuron stays active; which of them do | 08 to 11 |
# | $\tilde H$ | `H_dropped` | the hidden values after a mask; in unit 10, with their mean taken off | 08, 10 |
# | $Y$, $\tilde Y$; $\bar h$, $\bar y$ | `Y` | targets, one row for each example; the same with their mean taken off; the means | 10 |
# | $\alpha$ | `alpha` | a place on the way from one input to another, from 0 to 1 | 10 |
# | $r_j$ | `shares` | the share of input $j$ in an explanation | 10 |
# | $D_i$; $e_i$ | `D` | the difference quotient for parameter $i$; the step of 1 in its direction | 11 |
# | $R$; $\delta_i$, $\bar\delta$ | `a - b` | how many paired runs there are; the gain in run $i$, and its mean | 11 |
# | $S_c$ | | a sum of two outputs of class $c$ | 11 |
# | | `patience` | how many epochs early stopping waits | 09, 11 |
#
# Rows of arrays are examples: `X` is (N, in), `W` is (in, out), `b` is (out,), and `Z = X @ W + b` is (N, out).

# %% [markdown] deck="slide"
# ## Your code lives on
#
# ```python
# keep(square, square_backward)
# mine("square_backward")
# ```
#
# `keep` writes what passes into `my_network.py`. `mine` fetches it in a later unit.
#
# If something is missing, the course's version steps in.
#
# Note: Open my_network.py and show it: it is ordinary Python, and at the end it holds a whole network of theirs. People worry that a gap
# now blocks them later. It never does: a line says whose code is used, and you go on.

# %% [markdown] slide="slide"
# ## 7. Your code lives on
#
# What you write in one unit is used in later ones. The next cell, `keep(...)`, checks your answers once more, and writes those that pass
# into a file `my_network.py` beside this notebook, with everything that they use. It prints what was kept, and what was not and why. The
# file is ordinary Python: open it and look. At the end of this course it holds a whole network of yours.

# %% demo=true
keep(square, square_backward)

# %% [markdown]
# A later unit fetches an answer with `mine(...)`. If your file does not have it, or if it does not pass its check, **the course's version
# steps in, and a line says so**. So you can always go on. `whose(...)` says whose code it is. Your marks depend on none of this.

# %% demo=true
kept = mine("square_backward")
print(whose(kept), "says that the slope of x² at 3 is", kept(np.array(1.0), np.array(3.0)))

# %% [markdown] slide="slide"
# ## 8. The way ahead
#
# | unit | what you build |
# |---|---|
# | 01 feed-forward | a neuron, layers, a network; XOR by hand |
# | 02 loss and gradient descent | losses, the way downhill, finite differences |
# | 03 backpropagation, node by node | the notes' algorithm, from one node to the next; XOR is learnt |
# | 04 computational graphs | an engine that differentiates whatever you write |
# | 05 vector form | whole batches at once, in matrix products |
# | 06 the training algorithm | mini-batches, momentum, stopping, on real digits |
# | 07 L2, 08 dropout, 09 early stopping | three ways to keep a network from learning too much |
# | 10 explainable AI | what weights and hidden nodes mean, and how explanations mislead |
# | 11 capstone | all of it, on a classifier of your own |

# %% [markdown]
# ### A written question (2 points; 6 minutes)
#
# Some questions are answered in words, and read by a person. Double-click the cell below this one, write, and press Shift + Enter.
#
# A friend says: "`check` passed, so I don't need to nudge; nudging is only for the authors of the course." In two or three sentences: what
# does nudging tell you that a formula cannot? And name one thing that nudging is *not* good for.

# %% [markdown] written=2
# **Model answer.** Nudging is an independent witness: it uses the loss alone, so it finds a wrong formula whatever the mistake in it is,
# and it also works for the code of one's own that no judge knows. It is not exact (a finite step, and rounding), and it is slow: it
# needs two evaluations of the loss for every number, so a network of a million weights cannot be trained with it.
#
# **Rubric.** Half points where the idea is right and the reason is missing.
#
# - 1: nudging is independent of the formula, and so can find it wrong (or: it works where there is no judge).
# - 1: one true limit, such as its error, its cost for many inputs, or corners.

# %% [markdown] deck="slide"
# ## What to take home
#
# - Guess first, then run, then `check`.
# - **Upstream times slope**: the gradient that arrives, times the slope here.
# - Test every formula by nudging.
#
# Note: Return to the million weights: ask in which direction one of them should be changed, and wait for the word "slope". How all slopes
# are found is the subject of unit 03. Unit 01 first builds the network itself.

# %% [markdown] slide="slide"
# ## Summary
#
# - A graded answer is a function; `check` is the judge, as often as you like. Three hints stand above each answer, the last of them a
#   worked example.
# - The derivative is what the slope of a chord tends to as its step shrinks.
# - **Upstream times slope**: the gradient that arrives, times the slope here.
# - Test every formula by nudging.
# - `keep` writes your code into `my_network.py`, and `mine` brings it into later units.
#
# **Next:** unit 01 builds the network whose gradients we are looking for.
#
# ## Further reading
#
# - The lecture notes, first pages.
# - The Project Jupyter [documentation of notebooks](https://docs.jupyter.org/), for everything that cells can do.
# - C. R. Harris and others, ["Array programming with NumPy"](https://doi.org/10.1038/s41586-020-2649-2), *Nature* 585 (2020), 357-362.
# - I. Goodfellow, Y. Bengio and A. Courville, *Deep Learning*, MIT Press 2016, section 4.3, on gradients and what they are for.
