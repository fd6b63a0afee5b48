"""The names of people."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.intake.names import keys_of, normal, refusal

NAMES = (
    *("ada", "Anna Müller", "José", "प्रिया शर्मा", "O'Brien, Seán", "D’Arcy", "李小龍"),
    *("Ωμέγα", "x@y.org", "Ana López-García", "a&b", "50%", "می\u200cخواهم"),
)


@pytest.mark.parametrize("name", NAMES)
def test_people_may_be_called_what_they_are_called(name):
    assert refusal(name) == ""


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("", "empty"),
        ("a/b", "holds /"),
        ("a\\b", "holds \\"),
        ("..", "begins with"),
        (".hidden", "begins with"),
        ("-rf", "begins with"),
        ("a\nb", "control character"),
        ("a\x00b", "control character"),
        ("a\u2028b", "control character"),
        ("a\u202egpj.b", "control character"),
        ("a*", "holds *"),
        ("<b>", "holds <"),
        (" a", "begins with"),
        ("a.", "ends with"),
        ("ü" * 121, "bytes"),
    ],
)
def test_what_would_leave_its_place_is_refused_with_the_reason(name, reason):
    assert reason in refusal(name)


@given(st.text(max_size=40))
def test_a_name_that_is_not_refused_is_one_part_of_a_path(name):
    if not refusal(name):
        assert name not in ("", ".", "..") and not set("/\\\0\n") & set(name)
        assert refusal(normal(name)) == ""


def test_one_spelling():
    assert normal(unicodedata.normalize("NFD", "José  Núñez")) == "José Núñez"


def test_keys_find_a_name_in_any_order_with_and_without_accents_and_joined():
    for other in ("Müller, Anna", "muller anna", "mulleranna", "ANNA MÜLLER", unicodedata.normalize("NFD", "Anna Müller")):
        assert keys_of("Anna Müller") & keys_of(other)
    assert not keys_of("Anna Müller") & keys_of("Anna Meier")
    assert not keys_of("प्रिया") & keys_of("प्रयो")  # its vowel signs are letters
    assert "lopezgarciaanamaria" in keys_of("Ana María López García")
