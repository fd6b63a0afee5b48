"""What `autograder new-exercise` writes: an exercise that works as it stands, and the notebook around it, to be changed."""
