"""Has a file arrived whole? Its size and times stand still, and what the control file says of it is true."""

from __future__ import annotations

import hashlib
import os
import stat
import time
from collections.abc import Iterator
from pathlib import Path

from core.errors import OperatorError
from sources.control import control_path
from sources.delivery_name import shown

PIECE = 4 * 1024 * 1024
TEMPORARY = (".part", ".partial", ".tmp", ".temp", ".filepart", ".uploading", ".crdownload", "~")

Standing = tuple[int, int, int, int]


def is_temporary(file: Path) -> bool:
    """Whether the name is one that transfer programs give to a file under way."""
    return file.name.startswith((".", "~$")) or file.name.lower().endswith(TEMPORARY)


def standing(file: Path) -> Standing:
    """Inode, size and times of a regular file: equal twice means it was not touched in between.

    Raises:
        OperatorError: it is gone, unreadable, a link, a folder or a device.
    """
    try:
        state = os.lstat(file)
    except OSError as error:
        raise _unreadable(file, error) from None
    if not stat.S_ISREG(state.st_mode):
        raise OperatorError(
            "landing.not_a_file",
            "this is a link, a folder or a device",
            where=shown(file),
            todo="put the file itself into the inbox",
        )
    return (state.st_ino, state.st_size, state.st_mtime_ns, state.st_ctime_ns)


def stands_still(file: Path, settle_seconds: float) -> bool:
    """Whether file and control file were not touched for `settle_seconds`; waits at most that long.

    The change time counts, not the modification time: copying programs preserve the latter.
    """
    before = _both(file)
    youngest = max(ctime for _, _, _, ctime in before) / 1e9
    rest = min(settle_seconds, youngest + settle_seconds - time.time())
    if rest > 0:
        time.sleep(rest)
    return _both(file) == before


def pieces(file: Path) -> Iterator[bytes]:
    """The file's bytes, 4 MiB at a time.

    Raises:
        OperatorError: it cannot be read.
    """
    try:
        with open(os.open(file, os.O_RDONLY | os.O_NOFOLLOW), "rb") as source:
            while piece := source.read(PIECE):
                yield piece
    except OSError as error:
        raise _unreadable(file, error) from None


def sha256_of(file: Path) -> tuple[str, int]:
    """Hash and byte count of a file."""
    digest, count = hashlib.sha256(), 0
    for piece in pieces(file):
        digest.update(piece)
        count += len(piece)
    return digest.hexdigest(), count


def _both(file: Path) -> list[Standing]:
    control = control_path(file)
    return [standing(file), *([standing(control)] if control.exists() else [])]


def _unreadable(file: Path, error: OSError) -> OperatorError:
    return OperatorError(
        "landing.unreadable",
        f"the file cannot be read ({type(error).__name__})",
        where=shown(file),
        todo="check the inbox's permissions and whether the file is still there",
    )
