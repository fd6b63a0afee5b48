"""`python -m autograder.kit DIR`: the course's wheel and the student's kit, as a release holds them. `make dist` calls it."""

import sys
from pathlib import Path

from autograder.kit.archive import NAME, notebooks_of_the_course, students_kit
from autograder.kit.wheel import course_wheel

into = Path(sys.argv[1])
print(f"Wrote {course_wheel(into)}")
students_kit(into / NAME, notebooks_of_the_course())
print(f"Wrote {into / NAME}")
