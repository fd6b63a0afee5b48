"""Marking written answers on a local page: `autograder mark`."""
