"""How near is near enough: the thresholds that all exercises share, each with its reason."""

# Comparing a value with what is expected of it: relative tolerances, against an array's largest entry.
DOUBLE = 1e-8  # float64: a right formula in another order of operations stays below 1e-11, a wrong one is far above
SINGLE = 1e-4  # for float32 inputs and float32 results: seven digits, of which a few operations cost two or three; LOOSE goes with it
CAST_ENTRYWISE = 1e-5  # a float32 derivative by float64 inputs, held to each entry's size: a finite difference must not hide in it
SINGLE_ENTRYWISE = 2e-2  # float32 inputs held to each entry's own size: 1 - σ(11) has few digits left, and is no finite difference for it
ORDINARY = 1e-2  # the least size an entry of an ordinary case is compared with: sums of both signs may cancel

# Explaining a wrong value: how well a cause has to reproduce what was returned.
LOOSE = 1e-4  # relative; float32 included
ATTEMPT_LINES = 20_000  # lines of Python that one attempt may run: a right answer to one case runs fewer
ATTEMPTS_LINES = 400_000  # and all of them for one answer, a second or less
ATTEMPTS = 1_500  # for one answer: what is wrong in many criteria is told from the first
LEAST_NUMBERS = 2  # different wrong numbers, 0 and 1 aside, before a variation is looked for: a few bits come out by many ways

# Telling finite differences from a formula.
CLOSE = 1e-3  # in ordinary cases a finite difference errs by less
ROUNDING = 3e-14  # and by more than rounding alone would leave
WORSE = 100  # in cases that mix scales it is this many times worse than in ordinary ones
NEARLY = 2  # digits to which a wrong value is right, before it is called nearly right: fewer are no small error

# What the judge computes with.
MOST_NUMBERS = 1_000_000  # in one reply, all arrays together: a right one has a few thousand
