"""Unit 09, early stopping.

Losses that a rule is told are multiples of 1/64, so that differences and margins are exact, and no right answer can fall on the
wrong side of one.
"""

from course.units.u09_early_stopping import early_stopper, equivalent_lam, improved, shrinkage, train_with_early_stopping

EXERCISES = (
    improved.EXERCISE,
    early_stopper.EXERCISE,
    train_with_early_stopping.EXERCISE,
    shrinkage.EXERCISE,
    equivalent_lam.EXERCISE,
)
