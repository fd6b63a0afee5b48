"""The measurement of what attacks earn: stock nbgrader is locked in, and marks what it would mark."""

import json
import shutil
import subprocess
import sys

import pytest

from autograder import sample
from autograder.instance import Instance
from benchmarks import attacks, stock
from benchmarks.grading import without_our_judge
from tests.attacks.notebooks import ATTACKS, handed_in, unit_of
from tests.attacks.notebooks.files import have_the_checks_skipped
from tests.attacks.notebooks.guessing import give_back_what_came_in
from tests.attacks.notebooks.marking import leave_the_check_out

pytestmark = pytest.mark.xdist_group("benchmarks of attacks")


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A class with the unit of an attack, and its notebook as released."""
    unit = unit_of(leave_the_check_out)
    instance, released = attacks.make_class(tmp_path_factory.mktemp("attacks") / "class", [unit])
    return instance, released[unit], unit


def test_stock_nbgrader_gives_all_to_who_takes_the_check_away_and_ours_gives_nothing(made, tmp_path):
    instance, released, unit = made
    own = Instance.open(shutil.copytree(instance.root, tmp_path / "own"))
    bare = Instance.open(shutil.copytree(instance.root, tmp_path / "bare"))
    without_our_judge(bare)
    attempt = attacks.Attempt("away", str(leave_the_check_out.__doc__), unit, handed_in(leave_the_check_out, released))
    right = attacks.Attempt("right", "", unit, json.dumps(sample.filled(released, sample.model_answers(unit))))
    mine = attacks.ours(own, [attempt, right])
    assert attacks.share(stock.mark(bare, unit, attempt.notebook), unit) == attacks.share(mine["right"], unit) == 1
    assert mine["away"] == 0
    assert not bare.submitted(stock.STUDENT, unit).exists(), "what it did stays where it was locked in"


def test_from_where_nbgrader_runs_nothing_outside_can_be_changed_or_reached(made):
    instance, _, _ = made
    tries = f"""
import os, socket
def refused(call, *arguments):
    try:
        call(*arguments)
    except OSError:
        return True
places = [{str(instance.root)!r}, {str(stock.ROOT)!r}, "/usr", os.path.dirname(os.__file__)]
print(all(refused(open, place + "/new", "w") for place in places))
print(refused(socket.create_connection, ("192.0.2.1", 80), 1), len([name for name in os.listdir("/proc") if name.isdigit()]) < 5)
open("/tmp/new", "w").write("written where nobody else looks")
"""
    done = subprocess.run([*stock.locked_in(instance.root), sys.executable, "-c", tries], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True", "True", "True"]


def test_the_table_says_what_each_earned():
    unit = unit_of(have_the_checks_skipped)
    attempt = attacks.Attempt("have_the_checks_skipped", str(have_the_checks_skipped.__doc__), unit, "")
    assert attacks.row(attempt, attacks.Earned(1.0, 0.0)) == (attempt.about.removesuffix("."), unit[:2], "100 %", "0 %")
    assert [attacks.percent(part) for part in (None, 0.5, 53.3)] == ["no mark", "50 %", "> 100 %"]
    found = [(attempt, attacks.Earned(*shares)) for shares in ((1.0, 0.0), (0.5, 0.0), (None, None), (0.0, 0.0))]
    assert attacks.summary(found) == "Of 4 attacks, 2 earn something with stock nbgrader, 1 of these full marks or more; with ours, 0."


def test_an_attack_is_a_docstring_and_a_notebook_of_its_unit():
    assert len(ATTACKS) >= 80 and len({attack.__name__ for attack in ATTACKS}) == len(ATTACKS)
    assert all(attack.__doc__ for attack in ATTACKS)
    assert unit_of(give_back_what_came_in) != unit_of(have_the_checks_skipped)
