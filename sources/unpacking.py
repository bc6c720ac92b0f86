"""Archives: one member, plain, whole and of honest size. Anything else is the provider's to repair."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterable, Iterator

from core.errors import ProviderError

RATIO_MAX = 200
PIECE = 4 * 1024 * 1024
OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError)


def whole(chunks: Iterable[bytes], *, max_bytes: int, where: str) -> bytes:
    """All chunks as one piece, for formats that cannot be read from the front.

    Raises:
        ProviderError: more than `max_bytes`.
    """
    buffer = io.BytesIO()
    for chunk in limited(chunks, max_bytes=max_bytes, where=where):
        buffer.write(chunk)
    return buffer.getvalue()


def limited(chunks: Iterable[bytes], *, max_bytes: int, where: str) -> Iterator[bytes]:
    """The chunks as they are, until they pass `max_bytes`.

    Raises:
        ProviderError: more than `max_bytes`.
    """
    seen = 0
    for chunk in chunks:
        seen += len(chunk)
        if seen > max_bytes:
            raise _refusal("size", f"the content is larger than the agreed {max_bytes} bytes", where)
        yield chunk


def unzipped(chunks: Iterable[bytes], *, max_bytes: int, where: str) -> Iterator[bytes]:
    """The content of a zip archive's only member, piece by piece.

    Raises:
        ProviderError: no archive, damaged, encrypted, not exactly one member, or unpacking beyond `max_bytes` or
            RATIO_MAX times its packed size (a zip bomb).
    """
    archive = _opened(whole(chunks, max_bytes=max_bytes, where=where), where)
    members = [m for m in archive.infolist() if not m.is_dir() and not m.filename.startswith("__MACOSX/")]
    if len(members) != 1:
        raise _refusal("archive", f"the archive holds {len(members)} files instead of one", where)
    _refuse_bomb_or_secret(members, max_bytes, where)
    yield from limited(_pieces(archive, members[0], where), max_bytes=max_bytes, where=where)


def checked_workbook(content: bytes, *, max_bytes: int, where: str) -> bytes:
    """The bytes of an .xlsx after looking into its archive: whole, not encrypted, of honest size.

    Raises:
        ProviderError: an OLE2 container (password or old .xls), no archive, damaged, or a zip bomb.
    """
    if content.startswith(OLE2):
        what = "an OLE2 container: a password-protected workbook or an old .xls"
        raise _refusal("encrypted", f"an open .xlsx was agreed; this is {what}", where)
    archive = _opened(content, where)
    _refuse_bomb_or_secret(archive.infolist(), max_bytes, where)
    for member in archive.infolist():
        for _ in _pieces(archive, member, where):
            pass
    return content


def _opened(content: bytes, where: str) -> zipfile.ZipFile:
    if not content:
        raise _refusal("empty", "the file is empty", where)
    try:
        return zipfile.ZipFile(io.BytesIO(content))
    except _DAMAGE:
        raise _refusal("archive", "this is no archive, or it is cut off or damaged", where) from None


def _refuse_bomb_or_secret(members: list[zipfile.ZipInfo], max_bytes: int, where: str) -> None:
    if any(member.flag_bits & 1 for member in members):
        raise _refusal("encrypted", "the archive is encrypted", where)
    unpacked = sum(member.file_size for member in members)
    packed = sum(member.compress_size for member in members)
    if unpacked > max_bytes or unpacked > RATIO_MAX * max(packed, 4096):
        raise _refusal("archive_bomb", f"the archive would unpack from {packed} to {unpacked} bytes", where)


def _pieces(archive: zipfile.ZipFile, member: zipfile.ZipInfo, where: str) -> Iterator[bytes]:
    try:
        with archive.open(member) as file:
            while piece := file.read(PIECE):
                yield piece
    except _DAMAGE:
        raise _refusal("archive", "the archive is cut off or damaged, or packed in an unusual way", where) from None


def _refusal(code: str, what: str, where: str) -> ProviderError:
    return ProviderError(f"delivery.{code}", what, where=where, todo="send the file again, packed as agreed")
