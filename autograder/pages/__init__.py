"""What people read of a graded submission: the graded notebook, and the feedback page made of it."""
