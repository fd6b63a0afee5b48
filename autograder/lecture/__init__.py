"""`autograder lecture`: a folder to lecture from. Decks of slides and a gallery of the widgets, as pages that need no network.

A deck is written as slides among the cells of a unit's source (`slides` says how), so that a unit and its lecture stay one. `running` runs
the units with their right answers, `slides` reads what stands on each slide, `markdown` turns it into HTML, and `folder` writes the pages.
What decks are shown with (reveal.js, KaTeX, the look) is in `deck/`, and bundled by `make deck`.
"""
