"""Bytes of a delivery → UTF-8, without ever guessing at a character.

Bytes that do not decode become U+FDD0 (a noncharacter, never text), by which their line is found and refused.
"""

from __future__ import annotations

import codecs

from core.errors import ProviderError
from sources.gb18030 import utf8_of, with_assigned

UNDECODABLE = "\ufdd0"
UNDECODABLE_UTF8 = UNDECODABLE.encode()
FIELD_EDGE = 0x1F
_HEAD_LINES = 2000
_SWITCH_BYTES = 8 * 1024
_SWITCH_SAMPLE = 200

_MAGIC = {
    b"PK\x03\x04": "a zip archive or an .xlsx workbook",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1": "an OLE2 container: a password-protected workbook or an old .xls",
    b"\x1f\x8b": "a gzip file",
    b"%PDF": "a PDF",
    b"PAR1": "a Parquet file",
    b"Rar!": "a RAR archive",
    b"7z\xbc\xaf'\x1c": "a 7z archive",
    b"<?xml": "an XML document",
    b"<!DOCTYPE": "an HTML page",
    b"<html": "an HTML page",
}


def _mark(error: UnicodeError) -> tuple[str, int]:
    assert isinstance(error, UnicodeDecodeError)
    return UNDECODABLE, error.start + 1


def _mark_or_drop_cut(error: UnicodeError) -> tuple[str, int]:
    """As `_mark`, but a character cut off by a fixed-width field's edge is dropped."""
    if isinstance(error, UnicodeDecodeError):
        rest = error.object[error.start : error.start + 4]
        edge = rest.find(FIELD_EDGE)
        if 0 < edge <= 3 and rest[0] > 0x7F and (edge == 1 or _is_begun(rest[:edge], error.encoding)):
            return "", error.start + edge
    return _mark(error)


def _is_begun(piece: bytes, encoding: str) -> bool:
    """Whether the bytes are the first two or three of a longer character."""
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    try:
        return decoder.decode(piece) == ""
    except UnicodeDecodeError:
        return False


codecs.register_error("hedui.mark", _mark)
codecs.register_error("hedui.mark_or_drop_cut", _mark_or_drop_cut)


def to_utf8(block: bytes, encoding: str, *, field_edges: bool = False) -> tuple[bytes, bool]:
    """A block of whole lines as UTF-8 with the same number of lines, and whether all of it decoded.

    Undecodable bytes become U+FDD0. With `field_edges` the block holds 0x1F after each fixed-width field and half
    characters before it are dropped.
    """
    name = "gb18030" if encoding == "gb18030" else "utf-8"
    found = utf8_of(block) if name == "gb18030" else None
    if found is not None and UNDECODABLE_UTF8 not in found:
        return found, True
    text = block.decode(name, "hedui.mark_or_drop_cut" if field_edges else "hedui.mark")
    whole = UNDECODABLE not in text
    if name == "utf-8":
        return (block if whole else text.encode()), whole
    return with_assigned(text.encode()), whole


def visible(line: bytes, encoding: str) -> str:
    """A refused line as text for the quarantine, undecodable bytes as `\\xNN`."""
    return line.decode("gb18030" if encoding == "gb18030" else "utf-8", "backslashreplace")


def refuse_other_format(head: bytes, *, where: str) -> None:
    """Refuse what is no text file at all.

    Raises:
        ProviderError: the first bytes are those of an archive, a workbook, a PDF, a page.
    """
    for magic, what in _MAGIC.items():
        if head.startswith(magic):
            raise ProviderError(
                "delivery.format",
                f"a text file was agreed; this looks like {what}",
                where=where,
                todo="send the file in the agreed format",
            )


def refuse_other_encoding(head: bytes, declared: str, headers: list[str], *, where: str) -> None:
    """Refuse a file whose beginning (whole lines) is in another encoding than the card declares.

    Raises:
        ProviderError: says what it looks like.
    """
    came = _came_as(head, declared, headers)
    if came is not None:
        raise ProviderError(
            "delivery.encoding",
            f"{declared} was agreed; this looks like {came}",
            where=where,
            todo="export the file again in the agreed encoding",
        )


def refuse_switched_encoding(block: bytes, declared: str, *, where: str) -> None:
    """Refuse a GB18030 file that goes on in UTF-8 (two exports joined): it would decode, to other people's names.

    Raises:
        ProviderError: the last lines of a block hold many characters and every one is valid UTF-8.
    """
    tail = block[-_SWITCH_BYTES:]
    lines = tail[tail.find(b"\n") + 1 :]
    if declared != "gb18030" or lines.isascii():
        return
    try:
        text = lines.decode("utf-8")
    except UnicodeDecodeError:
        return
    if len(lines) - len(text) > _SWITCH_SAMPLE:
        raise ProviderError(
            "delivery.encoding",
            "gb18030 was agreed; from some line on this looks like UTF-8",
            where=where,
            todo="export the file again, as one, in the agreed encoding",
        )


def _came_as(head: bytes, declared: str, headers: list[str]) -> str | None:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")) or _is_bare_utf16(head):
        return "UTF-16"
    if head.startswith(codecs.BOM_UTF8):
        return None if declared == "utf-8-sig" else "UTF-8 with a byte order mark"
    lines = [line for line in head.split(b"\n", _HEAD_LINES)[:_HEAD_LINES] if not line.isascii()]
    if not lines:
        return None
    as_utf8 = _share_decodable(lines, "utf-8")
    if declared == "gb18030":
        found = any(header in head.decode("gb18030", "ignore") for header in headers if not header.isascii())
        return "UTF-8" if as_utf8 >= 0.9 and not found else None
    if as_utf8 < 0.5:
        return "GB18030" if _share_decodable(lines, "gb18030") >= 0.9 else "neither UTF-8 nor GB18030"
    return None


def _is_bare_utf16(head: bytes) -> bool:
    """Whether every other byte of a text's beginning is zero, as ASCII in UTF-16 without a mark is."""
    sample = head[:512]
    zeros = max(sample[0::2].count(0), sample[1::2].count(0))
    return len(sample) >= 16 and zeros > 0.3 * (len(sample) / 2) and sample.count(0) < 0.6 * len(sample)


def _share_decodable(lines: list[bytes], encoding: str) -> float:
    good = 0
    for line in lines:
        try:
            line.decode(encoding)
            good += 1
        except UnicodeDecodeError:
            continue
    return good / len(lines)
