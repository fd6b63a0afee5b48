"""From a difference to the mistake behind it.

The facts are told by `compare`. Here it is asked why: the exercise's own mistakes are tried, and after them the relations that turn
up everywhere (a sign, a transpose, a factor). A cause is named only when it explains a whole array, or an error word for word, and
is not contradicted by what was returned in the other cases.
"""

import re
import warnings
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import numpy as np

from course.judging.answered import Answered, replied, same_array
from course.judging.compare import Difference
from course.judging.error_words import in_words
from course.judging.exercise import Case, Exercise, Finding, Mistake
from course.judging.lines import Lines
from course.judging.probes import Reply
from course.judging.relations import digits_right, parting, relation_in


def explained(difference: Difference, answered: Answered, everything: Sequence[Answered]) -> Finding:
    """The difference with its cause, where one can be told from everything that was returned, whatever the case and the criterion.

    A mistake that explains everything returned comes first; then a relation such as a sign or a factor, which is a fact in itself;
    then a mistake that explains this array alone; then how nearly right it is.
    """
    digits = digits_right(answered, everything) if difference.explicable else 0
    nearly = f"It is right to {digits} digits: is there an ε in it, a clip, or float32?"
    parted = parting(answered) if difference.explicable else ""
    fact = f"{difference.fact} {parted}".rstrip()
    plain = Finding(fact, nearly if digits else "" if parted else difference.hint, where=difference.where)
    if not difference.explicable or answered.nearly_right:
        return plain
    mistake, whole = mistake_in(answered, everything, answered.exercise.mistakes)
    relation = relation_in(answered, everything)
    fact = f"{difference.fact} {relation.reason}" if relation else fact
    if mistake and (whole or not relation):
        return Finding(fact, mistake.hint, mistake.name, difference.where)
    return Finding(fact, relation.hint, where=difference.where) if relation else plain


def mistake_in(answered: Answered, everything: Sequence[Answered], mistakes: Sequence[Mistake]) -> tuple[Mistake | None, bool]:
    """The mistake that returns this array and explains the most over all criteria together; whether it explains every value
    returned with it, too."""
    own = [one for one in everything if one.criterion is answered.criterion]
    best, best_rank = None, (0, False)
    for mistake in mistakes:
        agrees, whole = agreement(mistake, answered)
        if not agrees or contradicted(mistake, own):
            continue
        rank = (sum(agreement(mistake, other)[0] for other in everything), whole)
        if best is None or rank > best_rank:
            best, best_rank = mistake, rank
    return best, best_rank[1]


def contradicted(mistake: Mistake, own: Sequence[Answered]) -> bool:
    """Whether an answer with a mistake returns something else in one of a criterion's failing cases, or in half of all its cases.

    What mixes scales, or came out infinite or NaN, may have failed of something else besides: it counts among all cases alone.
    """
    fits = [agreement(mistake, one)[0] for one in own]
    return 2 * sum(fits) <= len(fits) or any(one.telling and not fit for one, fit in zip(own, fits, strict=True))


def agreement(mistake: Mistake, answered: Answered) -> tuple[bool, bool]:
    """Whether an answer with a mistake returns the array that was returned, and whether it returns all that was."""
    values = attempt(mistake, answered.exercise, answered.case, answered.attempts).arrays
    if not values or len(values) != len(answered.returned):
        return (not values and not answered.returned,) * 2
    same = [same_array(*pair) for pair in zip(values, answered.returned, strict=True)]
    return answered.position < len(same) and same[answered.position], all(same)


def attempt(mistake: Mistake, exercise: Exercise, case: Case, made: dict[Mistake, Reply]) -> Reply:
    """What an answer with this mistake replies to a case, unless it is among the attempts made already."""
    if mistake not in made:
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore")
            made[mistake] = replied(exercise, exercise.answer_with(mistake), case)
    return made[mistake]


def raised(exercise: Exercise, case: Case, problem: str, made: dict[Mistake, Reply]) -> Finding:
    """What to say of an answer that raised an error, or that was stopped: a mistake that raises the same is named.

    Mistakes are tried for an error alone, and as long as they take few lines: what ran out of time would be tried for as long again.
    """
    said = Finding(f"{in_words(problem, case).rstrip('.')} (case “{case.name}”).")
    lines = Lines()
    for mistake in exercise.mistakes if re.match(r"[A-Z]\w*\b", problem) else ():
        reply = made.get(mistake) or lines.counted(partial(attempt, mistake, exercise, case, made)) or Reply()
        kind, _, words = reply.problem.partition(": ")
        if words and problem.startswith(kind) and words in problem:
            return replace(said, cause=mistake.name)
    return said
