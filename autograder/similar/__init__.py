"""Pairs of hand-ins that agree beyond what the released notebook and the class as a whole explain."""
