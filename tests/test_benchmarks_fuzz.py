"""What reads hostile bytes reads or refuses them; `python -m benchmarks.fuzz` asks for as long as one likes."""

from itertools import islice

import pytest

from benchmarks import fuzz


@pytest.mark.parametrize("target", fuzz.TARGETS)
def test_good_inputs_are_read(target):
    assert fuzz.by_chance(target, fuzz.examples(target)) >= 2


@pytest.mark.parametrize("target", fuzz.TARGETS)
def test_spoilt_inputs_are_read_or_refused(target):
    assert fuzz.by_chance(target, islice(fuzz.storm(target, seed=7), 500)) == 500


@pytest.mark.parametrize("target", fuzz.TARGETS)
def test_a_storm_is_the_same_for_the_same_seed(target):
    assert list(islice(fuzz.storm(target, seed=1), 5)) == list(islice(fuzz.storm(target, seed=1), 5))


def test_whatever_else_is_raised_is_told(monkeypatch, capsys):
    monkeypatch.setattr(fuzz, "TARGETS", {"frame": lambda data: 1 / 0})
    with pytest.raises(ZeroDivisionError):
        fuzz.by_chance("frame", [b"spoilt"])
    assert "frame does not refuse b'spoilt'" in capsys.readouterr().err
