"""Judging on a Dask cluster: `autograder grade DIR UNIT --scheduler ADDRESS`. The controller alone reads the class and writes into it."""
