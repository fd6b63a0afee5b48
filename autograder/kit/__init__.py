"""`autograder kit`: the course for students, as one archive in which no answer stands in plain sight.

`wheel` makes the course a wheel whose units are packed; `archive` puts it together with the notebooks, the versions that were tested, and
what says and does the first steps: `start_here.html`, and `start.py`, which students run. All of it is the same, byte for byte, whenever
it is made (`zipped`).
"""

from autograder.kit.wheel import course_wheel

__all__ = ["course_wheel"]
