"""What travels to a worker, and what does not."""

import json

import pytest

from autograder import learning, own
from autograder.cluster import parcels
from autograder.desk import Desk, Judging
from autograder.instance import HandIn, Instance
from autograder.walls.sandbox import Limits
from autograder.walls.zygote import BUBBLEWRAP
from course.units import UNITS

UNIT = "00_start_here"
SQUARE = "def square(x):\n    return x * x"


@pytest.fixture
def judging(instance) -> Judging:
    return Judging(instance.root, UNIT, Limits(), BUBBLEWRAP, instance.secret(), instance.released_data(UNIT))


def test_a_class_comes_out_as_it_went_in_and_its_secret_stays(instance, judging, tmp_path):
    (instance.root / "release" / UNIT / "data").mkdir()
    (instance.root / "release" / UNIT / "data" / "table.csv").write_bytes(b"\xff\x00")
    parcel = parcels.pack_class(judging)
    assert parcel == parcels.pack_class(judging)
    assert (instance.root / "grading_secret").read_text() not in parcel.content.decode()
    there = parcels.unpack_class(parcel.content, tmp_path / "there")
    assert (there.unit, there.limits, there.secret, there.wall) == (UNIT, judging.limits, b"", BUBBLEWRAP)
    assert (there.data / "table.csv").read_bytes() == b"\xff\x00"
    assert Instance.open(there.root).structure(UNIT).texts == instance.structure(UNIT).texts


def test_what_is_judged_there_is_what_is_judged_here_and_nothing_of_it_stays(instance, judging, hand_in, tmp_path):
    path = hand_in("a", square=SQUARE)
    outgoing, here = parcels.Outgoing(judging), Desk(judging, judging.sandbox())
    incoming = parcels.Incoming(parcels.unpack_class(parcels.pack_class(judging).content, tmp_path / "there"))
    with here.sandbox, incoming.desk.sandbox:
        for one in (HandIn("a", path), HandIn("a", path, "not clear"), HandIn("a", path.with_name("none.ipynb"))):
            packed, fingerprint = outgoing.pack(one)
            reply = json.loads(json.dumps(incoming.judge(packed)))
            assert outgoing.unpack(one, fingerprint, reply) == here.judge_and_render(one)
    assert not [path for path in (tmp_path / "there" / "submitted").rglob("*") if path.is_file()]


def test_outputs_stay_here_and_the_fingerprint_is_that_of_the_file(judging, hand_in):
    path = hand_in("a", square=SQUARE)
    notebook = json.loads(path.read_text())
    code = next(cell for cell in notebook["cells"] if cell["cell_type"] == "code")
    code["outputs"] = [{"output_type": "stream", "name": "stdout", "text": "x" * 1_000_000}]
    path.write_text(json.dumps(notebook))
    packed, fingerprint = parcels.Outgoing(judging).pack(HandIn("a", path))
    assert len(packed) < 500_000 and fingerprint == parcels.submissions.fingerprint(path)


def test_a_class_takes_its_own_exercises_numbers_and_names_of_mistakes_along(instance, tmp_path):
    own.new_exercise(instance, "bent", "12_mine")
    (instance.root / "exercises" / "12_mine" / "data").mkdir()
    (instance.root / "exercises" / "12_mine" / "data" / "table.csv").write_bytes(b"1,2")
    instance.released("12_mine").parent.mkdir(parents=True)
    instance.released("12_mine").write_bytes(instance.released(UNIT).read_bytes())
    instance.numbers_path("12_mine").parent.mkdir()
    instance.numbers_path("12_mine").write_text('{"a": {"bent": {"slope": 2}}}')
    (instance.root / learning.FILE).write_text(learning.EXAMPLE)
    judging = Judging(instance.root, "12_mine", Limits(), BUBBLEWRAP, b"")
    there = parcels.unpack_class(parcels.pack_class(judging).content, tmp_path / "there")
    copy = Instance.open(there.root)
    assert [exercise.name for exercise in UNITS["12_mine"]] == ["bent"] and UNITS.own.directory == there.root / "exercises"
    assert copy.numbers("12_mine") == {"a": {"bent": {"slope": 2}}} and learning.mistakes_of(copy)
    assert (there.root / "exercises" / "12_mine" / "data" / "table.csv").read_bytes() == b"1,2"
