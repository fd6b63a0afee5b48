"""What is remembered beside the gradebook."""

import pytest

from autograder.gradebook.ledger import LEDGER, Ledger
from course.errors import UserError


def test_a_ledger_is_kept_and_found_again(instance):
    ledger = Ledger({"05": "2026-01-01T00:00:00"}, {"05": {"a": 1.0}}, {"05": {"José": 60.0}}, {"05": {"a": {"ada": [1.0, None]}}})
    ledger.save(instance)
    assert Ledger.load(instance) == ledger
    before = (instance.root / LEDGER).stat()
    ledger.save(instance)
    assert (instance.root / LEDGER).stat() == before


def test_a_class_without_one_has_nothing_to_remember(instance):
    (instance.root / LEDGER).unlink()
    assert Ledger.load(instance) == Ledger()


@pytest.mark.parametrize("text", ["{", "[]", '{"other": 1}', "\xff"])
def test_a_damaged_one_is_told_in_words(instance, text):
    (instance.root / LEDGER).write_text(text, encoding="latin-1")
    with pytest.raises(UserError, match=r"ledger\.json is damaged: .* Put back a copy"):
        Ledger.load(instance)


def test_until_the_database_is_changed_nothing_is_forgotten():
    old = Ledger({"05": "then"}, {"05": {"a": 1.0}}, {"05": {"ada": 60.0}}, {"05": {"a": {"ada": [1.0, None]}}})
    new = Ledger({"05": "now"}, {"05": {"a": 2.0}}, {"05": {"bob": 90.0}}, {"05": {"a": {"bob": [2.0, None]}}})
    assert old.until_kept(new) == Ledger(
        {"05": "now"}, {"05": {"a": 1.0}}, {"05": {"ada": 60.0, "bob": 90.0}}, {"05": {"a": {"ada": [1.0, None], "bob": [2.0, None]}}}
    )
