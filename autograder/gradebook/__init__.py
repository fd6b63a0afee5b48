"""nbgrader's gradebook: reports into it, scores out of it, and what its own code needs to be called."""
