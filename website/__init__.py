"""The site: `python -m website` makes one static folder that any web host serves.

`book` makes pages of the units, the guides and the reference, with Sphinx and MyST-NB; decks and widgets' pages come from
`autograder.lecture`. The other way round, nothing of the course or the autograder knows of the site.
"""
