"""Wrong answers as people write them: each caught, and called by no name but a true one."""

import re

import pytest

from benchmarks.natural.__main__ import everything, handed_in, line, main

WRONG = everything()


@pytest.mark.parametrize("one", WRONG, ids=lambda one: f"{one.exercise}: {one.what[:40]}")
def test_a_natural_mistake_is_caught_and_not_misnamed(one):
    outcome = handed_in(one, [0])
    assert outcome.caught
    assert not outcome.false, "read it beside the answer: where it is true, it goes into `true`; where not, the judge is wrong"


def test_four_of_five_are_named():
    assert sum(bool(one.true) for one in WRONG) >= 0.8 * len(WRONG)


def test_the_table_counts_each_answer_once(capsys):
    main(["linear_backward", "--seeds", "1", "--full"])
    out = capsys.readouterr().out
    chosen = [one for one in WRONG if one.exercise == "linear_backward"]
    assert out.count("linear_backward: ") == len(chosen) and re.search(rf"\| all +\| {len(chosen)} ", out)
    assert line("all", [handed_in(one, [0]) for one in chosen])[1:3] == (str(len(chosen)),) * 2
