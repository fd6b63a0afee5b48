"""The convention ℓ_Reg = ℓ + λ Σ w²: what is said to those who follow another."""

NO_HALF = "Some books write λ/2 in front of the sum, to save a 2 later on. Ours is λ Σ w², as in the notes."
WEIGHTS_ONLY = "A bias shifts a curve and does not bend it. Which arrays belong to w, and which do not?"
