# %% [markdown] slide="slide"
# # A unit of our own
# Say here what the unit is about. A cell begins with a line of `# %%`; text is Markdown behind `#`, with formulas such as $e^x$.

# %%
import numpy as np

from course import check

# %% [markdown]
# ## The gradient of softplus
# $y = \log(1 + e^x)$ is ReLU with its corner rounded off. What is $\partial y / \partial x$? Multiply it by what comes from above.

# %% exercise="softplus_backward"
# The build puts the right answer here, takes its body out for students, and adds the cell that checks it.

# %% [markdown]
# ## A question
# Where do softplus and ReLU differ most, and by how much? (This answer is marked by hand.)

# %% [markdown] written=1
# **Model answer.** At the corner, $x = 0$: there softplus is $\log 2 \approx 0.69$, and ReLU is 0. (Students get an empty cell here.)
