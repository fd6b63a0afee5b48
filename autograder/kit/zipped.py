"""A zip that is the same bytes whenever it is made: names in order, one date, one mode."""

import io
import zipfile
from collections.abc import Mapping

DATE = (2020, 2, 2, 0, 0, 0)  # as hatchling dates what is in a wheel
MODE, UNIX = 0o100644, 3


def zipped(files: Mapping[str, bytes]) -> bytes:
    """Files, by their names, as one zip.

    >>> zipped({"b": b"1", "a": b"2"}) == zipped({"a": b"2", "b": b"1"})
    True
    """
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, DATE)
            entry.compress_type, entry.external_attr, entry.create_system = zipfile.ZIP_DEFLATED, MODE << 16, UNIX
            archive.writestr(entry, files[name])
    return whole.getvalue()
