"""The files of a download: all of them, none beyond its bounds, and nothing written where a zip wants it."""

import io
import os
import stat
import zipfile
from datetime import UTC, datetime
from pathlib import PurePosixPath

import pytest

from autograder.intake import sources
from autograder.intake.sources import files
from course.errors import UserError


def zipped(members, **options):
    """A zip of these files, in memory."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            info = name if isinstance(name, zipfile.ZipInfo) else zipfile.ZipInfo(name, (2026, 11, 20, 14, 3, 22))
            archive.writestr(info, data, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def paths(source):
    return [(str(found.path), found.problem) for found in files(source)]


def test_a_folder_and_a_zip_of_it_hold_the_same(tmp_path):
    members = {"Anna/a.ipynb": b"1", "Bob/deep/b.ipynb": b"2", "c.txt": b"3"}
    for name, data in members.items():
        place = tmp_path / "folder" / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
    (tmp_path / "one.zip").write_bytes(zipped(members))
    for source in (tmp_path / "folder", tmp_path / "one.zip"):
        assert {str(found.path): found.data for found in files(source)} == members
    first = next(files(tmp_path / "one.zip"))
    assert first.modified == datetime(2026, 11, 20, 14, 3, 22).astimezone(UTC)


def test_zips_in_zips_are_opened_twice_and_no_further(tmp_path):
    inmost = zipped({"a.ipynb": b"{}"})
    (tmp_path / "all.zip").write_bytes(zipped({"Anna/work.zip": zipped({"w/b.ipynb": b"{}", "again.zip": zipped({"inmost.zip": inmost})})}))
    assert paths(tmp_path / "all.zip") == [
        ("Anna/work.zip/again.zip/inmost.zip", "it is a zip in a zip in a zip; unpack it"),
        ("Anna/work.zip/w/b.ipynb", ""),
    ]


def test_litter_is_passed_over_and_other_archives_are_told(tmp_path):
    litter = ("__MACOSX/a.ipynb", ".DS_Store", "Anna/._a.ipynb", "Anna/.ipynb_checkpoints/a-checkpoint.ipynb")
    (tmp_path / "all.zip").write_bytes(zipped(dict.fromkeys(litter, b"x") | {"Anna/a.rar": b"x"}))
    assert paths(tmp_path / "all.zip") == [("Anna/a.rar", "it is packed as rar; unpack it, or ask for a zip")]


def test_names_that_lead_elsewhere_are_names_and_no_more(tmp_path):
    before = sorted(os.listdir(tmp_path))
    (tmp_path / "all.zip").write_bytes(zipped({"../../evil.ipynb": b"1", "/etc/evil.ipynb": b"2", "..\\up.ipynb": b"3"}))
    assert [path for path, _ in paths(tmp_path / "all.zip")] == ["../../evil.ipynb", "../up.ipynb", "etc/evil.ipynb"]
    assert sorted(os.listdir(tmp_path)) == [*before, "all.zip"]


def test_links_are_not_followed(tmp_path):
    link = zipfile.ZipInfo("Anna/a.ipynb")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    (tmp_path / "all.zip").write_bytes(zipped({link: b"/etc/passwd"}))
    assert paths(tmp_path / "all.zip") == [("Anna/a.ipynb", "it is a link, and no file")]
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "a.ipynb").symlink_to("/etc/passwd")
    (folder / "b").symlink_to("/etc")
    assert paths(folder) == [("a.ipynb", "it is a link or a device, and no file"), ("b", "it is a link or a device, and no file")]


def test_bombs_end_as_a_sentence(tmp_path, monkeypatch):
    monkeypatch.setattr(sources, "MAX_BYTES", 1000)
    monkeypatch.setattr(sources, "MAX_ZIP", 2500)
    many = zipped({f"{i}.ipynb": b"0" * 900 for i in range(4)})
    (tmp_path / "all.zip").write_bytes(zipped({"Anna/large.ipynb": b"0" * 1001, "Bob/many.zip": many}))
    told = dict(paths(tmp_path / "all.zip"))
    assert told["Anna/large.ipynb"] == "it unpacks to more than 0.001 MB"
    assert told["Bob/many.zip"] == "it unpacks to more than 0.0025 MB"
    monkeypatch.setattr(sources, "MAX_FILES", 3)
    with pytest.raises(UserError, match="more than 3 files"):
        paths(tmp_path / "all.zip")


def test_a_bomb_is_not_unpacked_to_see_what_it_is(tmp_path, monkeypatch):
    monkeypatch.setattr(sources, "MAX_BYTES", 1000)
    (tmp_path / "all.zip").write_bytes(zipped({"large.ipynb": b"0" * 1001}))
    monkeypatch.setattr(zipfile.ZipFile, "open", lambda *_: pytest.fail("it was opened"))
    assert paths(tmp_path / "all.zip") == [("large.ipynb", "it unpacks to more than 0.001 MB")]


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_what_unpacks_without_bounds_is_left_packed(tmp_path, method):
    with zipfile.ZipFile(tmp_path / "all.zip", "w", method) as archive:
        archive.writestr("a.ipynb", b"{}")
    assert paths(tmp_path / "all.zip") == [("a.ipynb", "it is packed as few zips are; unpack it, or ask for an ordinary zip")]


def test_what_is_no_zip_and_what_is_not_there(tmp_path):
    (tmp_path / "all.zip").write_bytes(b"PK no more")
    assert "no zip that can be opened" in paths(tmp_path / "all.zip")[0][1]
    with pytest.raises(UserError, match="Give the folder or the zip"):
        paths(tmp_path / "nowhere")
    (tmp_path / "empty").mkdir()
    with pytest.raises(UserError, match="holds no files"):
        paths(tmp_path / "empty")


def test_a_member_that_cannot_be_unpacked_is_told(tmp_path):
    data = bytearray(zipped({"a.ipynb": bytes(range(256))}))
    data[37] ^= 0xFF
    (tmp_path / "all.zip").write_bytes(bytes(data))
    found = next(files(tmp_path / "all.zip"))
    assert found.path == PurePosixPath("a.ipynb") and "cannot be unpacked" in found.problem
