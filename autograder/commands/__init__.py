"""The commands, one subject a file: each enters its own in the parser (`register`), with its options and its help."""
