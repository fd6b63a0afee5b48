"""Which pairs have something unusual in common."""

import pytest

from autograder.similar import pairs
from autograder.similar.pairs import LEAST, LINES, Pair, strongest, tables
from autograder.similar.work import KINDS, Feature, Work


def work(*keys, kind="words"):
    return Work((), tuple(Feature(kind, key, 0, 0, 1) for key in keys))


def many(prefix, count=40):
    return [f"{prefix}{i}" for i in range(count)]


def found(works, explained=frozenset(), most=50):
    return strongest([f"s{i}" for i in range(len(works))], tables(works, explained), most)


def test_who_wrote_the_same_comes_first():
    works = [work(*many(f"own {i} ")) for i in range(9)]
    works.append(work(*many("own 3 ", 30), *many("other ", 10)))
    (pair,) = found(works)
    assert pair.students == ("s3", "s9") and pair.stands_out
    assert pair.shares == {"code": 0, "names": 0, "words": pytest.approx(30 / (30 + 10 * 1.0), abs=0.05)}


def test_what_everybody_wrote_is_nobodys_copy():
    assert found([work(*many("the obvious ")) for _ in range(12)]) == []


def test_what_many_wrote_weighs_little():
    works = [work(*many("usual "), *many(f"own {i} ")) for i in range(10)] + [work(*many(f"own {i} ")) for i in range(10, 20)]
    assert max(pair.shares["words"] for pair in found(works)) < 0.15


@pytest.mark.parametrize("together", [2, 3, 5])
def test_a_group_that_wrote_the_same_is_found_whole(together):
    works = [work(*many(f"own {i} ")) for i in range(40)] + [work(*many("same "))] * together
    assert [pair.stands_out for pair in found(works)] == [True] * (together * (together - 1) // 2)


def test_what_the_instructors_notebooks_hold_does_not_count():
    works = [work(*many(f"own {i} ")) for i in range(9)] + [work(*many("own 3 "))]
    assert found(works, explained=frozenset(many("own 3 "))) == []


@pytest.mark.parametrize("kind", KINDS)
def test_a_little_in_common_does_not_stand_out_and_more_does(kind):
    def strength(count):
        works = [work(*many(f"own {i} "), kind=kind) for i in range(18)] + [work(*many("same ", count), kind=kind)] * 2
        return found(works)[0].strength

    enough = int(LINES[kind] * LEAST[kind])
    assert strength(enough // 2) < 1 <= strength(enough + 1)
    assert strength(200) == pytest.approx(1 / LINES[kind])


def test_kinds_do_not_mix():
    works = [work(*many(f"own {i} ")) for i in range(9)] + [work(*many("own 3 "), kind="code")]
    assert found(works) == []


def test_the_table_is_gone_through_in_parts(monkeypatch):
    works = [work(*many(f"own {i // 2} ", 60 - i), *many(f"other {i} ", i)) for i in range(20)]
    whole = found(works)
    monkeypatch.setattr(pairs, "AT_ONCE", 3)
    assert found(works) == whole and len(whole) == 10
    assert found(works, most=4) == whole[:4]
    assert [pair.strength for pair in whole] == sorted((pair.strength for pair in whole), reverse=True)


def test_strength_is_the_share_that_is_furthest_above_its_line():
    pair = Pair(("a", "b"), {"code": LINES["code"] / 2, "names": 0.0, "words": LINES["words"]})
    assert pair.strength == 1 and pair.stands_out
