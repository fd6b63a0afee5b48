"""The class's rule for late work: its own file, nbgrader's, or a plugin."""

import sys
from datetime import timedelta

import pytest

from autograder.gradebook.late_rule import late_rule
from autograder.gradebook.lateness import Lateness
from autograder.instance import CONFIG, Instance
from autograder.policy import POLICY
from course.errors import UserError

TWO_DAYS = Lateness(timedelta(days=2), days=2, free_days=1, extension=timedelta())
PLUGIN = """\
from nbgrader.plugins import BasePlugin
from helper import SHARE

class MyRule(BasePlugin):
    def late_submission_penalty(self, student_id, score, total_seconds_late):
        {body}
"""


@pytest.fixture
def with_plugin(instance):
    def write(body, share=0.5, at=instance):
        (at.root / "late.py").write_text(PLUGIN.format(body=body))
        (at.root / "helper.py").write_text(f"SHARE = {share}")
        return configured(at, "c.AssignLatePenalties.plugin_class = 'late.MyRule'")

    return write


def configured(instance, line):
    with (instance.root / CONFIG).open("a") as config:
        config.write(f"{line}\n")
    return Instance.open(instance.root)


def cost(instance, student="ada", score=8.0, how=TWO_DAYS):
    with late_rule(instance, instance.policy()) as rule:
        return rule(student, score, how)


def test_without_a_rule_late_work_is_free(instance):
    assert cost(instance) == 0


def test_the_rule_of_the_file_is_told_what_is_not_free(instance):
    (instance.root / POLICY).write_text('[late]\nrule = "percent_per_day"\npercent = 25\n')
    assert cost(instance) == 2


def test_nbgraders_own_rule_stands_in_its_configuration(instance):
    assert cost(configured(instance, "c.LateSubmissionPlugin.penalty_method = 'zero'")) == 8


def test_a_plugin_lies_in_the_class_and_nowhere_else(with_plugin):
    path, modules = list(sys.path), set(sys.modules)
    instance = with_plugin("return score * SHARE + total_seconds_late / 86400")
    assert cost(instance) == 5
    assert sys.path == path and not {"late", "helper"} & (set(sys.modules) - modules)
    assert not (instance.root / "__pycache__").exists()


def test_an_edited_plugin_is_read_again(with_plugin):
    assert cost(with_plugin("return 1")) == 1
    assert cost(with_plugin("return 2")) == 2


def test_two_classes_in_one_process_have_their_own(with_plugin, released_class, tmp_path):
    import shutil

    other = Instance.open(shutil.copytree(released_class, tmp_path / "other"))
    one, two = with_plugin("return SHARE", 0.25), with_plugin("return 2 * SHARE", 4, other)
    assert [cost(one), cost(two), cost(one)] == [0.25, 8, 0.25]


def test_a_plugin_may_import_when_it_is_asked(with_plugin):
    assert cost(with_plugin("import helper; return helper.SHARE")) == 0.5


def test_none_is_no_penalty(with_plugin):
    assert cost(with_plugin("return None")) == 0


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ("return 'much'", r"late\.MyRule returned 'much' for ada: expected the number of points to take off, or None"),
        ("return float('nan')", "returned nan"),
        ("return True", "returned True"),
        ("return 1 / 0", r"late\.MyRule failed at ada, 8 points and 86400 seconds late: ZeroDivisionError"),
    ],
)
def test_a_plugin_that_fails_is_told_with_the_student(with_plugin, body, words):
    with pytest.raises(UserError, match=words):
        cost(with_plugin(body))


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("c.AssignLatePenalties.plugin_class = 'absent.MyRule'", r"could not load the rule for late work .*absent"),
        ("c.AssignLatePenalties.plugin_class = 'late.Other'", r"could not load the rule for late work .*Other"),
        ("c.AssignLatePenalties.plugin_class = 'collections.Counter'", r"could not load the rule for late work .*BasePlugin"),
    ],
)
def test_a_plugin_that_is_not_there_is_told(with_plugin, line, words):
    with pytest.raises(UserError, match=words):
        cost(configured(with_plugin("return 1"), line))


@pytest.mark.parametrize("line", ["c.AssignLatePenalties.plugin_class = 'late.MyRule'", "c.LateSubmissionPlugin.penalty_method = 'zero'"])
def test_two_rules_are_one_too_many(instance, line):
    (instance.root / POLICY).write_text('[late]\nrule = "none"\n')
    with pytest.raises(UserError, match=r'two rules for late work: .*class\.toml has rule = "none", and .* sets c\..*take the other'):
        cost(configured(instance, line))
