"""Unit 11, the capstone: a network of any depth, its gradient checked, trained on noisy digits, measured and looked into."""

from course.units.u11_capstone import build_and_train, confusion_matrix, gradient_check, network_gradients, paired_interval

EXERCISES = (
    network_gradients.EXERCISE,
    gradient_check.EXERCISE,
    build_and_train.EXERCISE,
    paired_interval.EXERCISE,
    confusion_matrix.EXERCISE,
)
