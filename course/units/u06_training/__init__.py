"""Unit 06, the training algorithm.

A random start, random batches and trained weights may be right in many ways: what must hold of them is tested. Where chance plays a
part, bands are so wide that a right answer falls outside them less than once in a billion times.
"""

from course.units.u06_training import initialise, minibatches, one_epoch, sgd_step, stopping_criterion, train

EXERCISES = tuple(module.EXERCISE for module in (initialise, minibatches, sgd_step, one_epoch, train, stopping_criterion))
