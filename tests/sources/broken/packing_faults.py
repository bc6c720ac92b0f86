"""Faults of archives and workbooks."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from sources.card import Card
from tests.sources.broken.delivery import BrokenDelivery
from tests.sources.broken.specimen import CANARY_NAME, ROWS, put, specimen, workbook, zipped
from tests.sources.broken.text_faults import refused

OLE2 = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le") + bytes(2048)


def archive_faults(card: Card) -> Iterator[BrokenDelivery]:
    """What can be wrong with a zipped delivery around its text."""
    text = specimen(card).text()
    good = zipped({"data.csv": text})
    yield refused(card, "is no archive", text, "delivery.archive")
    yield refused(card, "is an archive cut off", good[: len(good) // 2], "delivery.archive")
    yield refused(card, "is an archive with a changed byte", _flipped(good), "delivery.archive")
    yield refused(card, "is an archive of two files", zipped({"a.csv": text, "b.csv": text}), "delivery.archive")
    yield refused(card, "is an archive of nothing", zipped({}), "delivery.archive")
    yield refused(card, "is an archive in an archive", zipped({"inner.zip": good}), "delivery.format")
    yield refused(card, "is an encrypted archive", _encrypted(good), "delivery.encrypted")
    bomb = zipped({"data.csv": text + b"0" * 60_000_000})
    yield refused(card, "is a zip bomb", bomb, "delivery.archive_bomb")
    small = struct.pack("<I", 5_000)
    yield refused(
        card,
        "is a zip bomb that lies",
        bomb.replace(struct.pack("<I", len(text) + 60_000_000), small),
        "delivery.archive",
    )
    yield refused(card, "is an archive of an empty file", zipped({"data.csv": b""}), "delivery.no_rows")


def sheet_faults(card: Card) -> Iterator[BrokenDelivery]:
    """What can be wrong with a workbook."""
    whole = specimen(card)
    sheet = card.file.sheet or "Sheet1"
    table = [whole.headers, *whole.rows]
    good = workbook(sheet, table)
    mapped = next(place for place, header in enumerate(whole.headers) if header in card.columns)
    less = [row[:mapped] + row[mapped + 1 :] for row in table]
    yield refused(card, "is locked by a password", OLE2, "delivery.encrypted")
    yield refused(card, "is a text file", b"\r\n".join(whole.lines()), "delivery.archive")
    yield refused(card, "is a workbook cut off", good[: len(good) * 2 // 3], "delivery.archive")
    yield refused(card, "is a workbook with a changed byte", _flipped(good), "delivery.archive")
    yield refused(card, "is any other archive", zipped({"a.txt": CANARY_NAME.encode()}), "delivery.workbook")
    yield refused(card, "is a workbook bomb", zipped({"xl/sheet.xml": b"0" * 60_000_000}), "delivery.archive_bomb")
    yield refused(card, "lacks a column", workbook(sheet, less), "delivery.columns")
    more = [(*row, CANARY_NAME) for row in table]
    yield refused(card, "has a person for a header", workbook(sheet, more), "delivery.columns")
    renamed = (*whole.headers[:mapped], "新" + whole.headers[mapped], *whole.headers[mapped + 1 :])
    yield refused(card, "renamed a column", workbook(sheet, [renamed, *whole.rows]), "delivery.columns")
    yield refused(card, "lost its header", workbook(sheet, whole.rows), "delivery.columns")
    yield refused(card, "has a header only", workbook(sheet, [whole.headers]), "delivery.no_rows")
    yield refused(card, "is an empty workbook", workbook(sheet, []), "delivery.empty")
    if card.file.sheet:
        yield refused(card, "lacks the sheet", workbook("其他", table), "delivery.sheet")
    else:
        yield refused(card, "has two sheets", workbook(sheet, table, more=1), "delivery.sheet")
    yield _odd_rows(card)


def _odd_rows(card: Card) -> BrokenDelivery:
    whole = specimen(card)
    rows: list[tuple[str, ...]] = [whole.headers, *whole.rows]
    reasons = {10: "repeated_header", 20: "error_cell", 30: "wrong_field_count"}
    rows[9] = whole.headers
    rows[19] = (*rows[19][:-1], "=A1/0")
    rows[29] = (*rows[29], "beyond")
    if card.file.totals_marker:
        rows[-1] = (card.file.totals_marker, *("" for _ in whole.headers[1:]))
        reasons[len(rows)] = "totals_row"
    content = workbook(card.file.sheet or "Sheet1", rows)
    return BrokenDelivery(
        f"{card.source}: has odd rows in its sheet",
        card.source,
        lambda inbox: put(inbox, card, content),
        rows=ROWS - len(reasons),
        quarantined=reasons,
    )


def _flipped(content: bytes) -> bytes:
    """One byte of packed data changed."""
    at = content.find(b"PK\x01\x02") // 3
    return content[:at] + bytes([content[at] ^ 0xFF]) + content[at + 1 :]


def _encrypted(content: bytes) -> bytes:
    """The archive with its encryption flags set."""
    changed = bytearray(content)
    changed[6] |= 1
    changed[changed.rfind(b"PK\x01\x02") + 8] |= 1
    return bytes(changed)
