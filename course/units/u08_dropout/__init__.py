"""Unit 08, dropout.

Masks are random, and judged by what must hold of them; everything else is drawn afresh with sizes that all differ.
"""

from course.units.u08_dropout import dropout_backward, dropout_forward, dropout_layer, dropout_mask, expected_forward, inverted_dropout

EXERCISES = (
    dropout_mask.EXERCISE,
    dropout_forward.EXERCISE,
    dropout_backward.EXERCISE,
    expected_forward.EXERCISE,
    inverted_dropout.EXERCISE,
    dropout_layer.EXERCISE,
)
