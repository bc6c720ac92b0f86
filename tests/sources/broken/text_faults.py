"""Faults of text files: each takes a healthy delivery and gives broken ones with what must become of them."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator
from pathlib import Path

from core.errors import ProviderError
from sources.card import Card
from tests.sources.broken.delivery import BrokenDelivery
from tests.sources.broken.specimen import CANARY_NAME, ROWS, Specimen, file_name, packed, put, specimen

LINE_END = b"\r\n"


def text_faults(card: Card) -> Iterator[BrokenDelivery]:
    """Every fault that a text file of this source can have, whatever its layout."""
    whole = specimen(card)
    yield from _whole_file_faults(whole)
    yield from _line_faults(whole)
    yield from _lost_bytes(whole)
    if card.file.header:
        yield from _header_faults(whole)
    if card.file.format == "csv":
        yield from _csv_faults(whole)
    else:
        yield from _fixed_width_faults(whole)


def refused(card: Card, name: str, content: bytes, code: str) -> BrokenDelivery:
    """A file that is refused whole when read."""
    return _case(card, name, content, error=(ProviderError, code))


def written(card: Card, content: bytes) -> Callable[[Path], Path]:
    """A writer of this content under the agreed name."""
    return lambda inbox: put(inbox, card, content)


def _case(card: Card, name: str, content: bytes, **expected: object) -> BrokenDelivery:
    return BrokenDelivery(f"{card.source}: {name}", card.source, written(card, content), **expected)  # type: ignore[arg-type]


def _whole_file_faults(whole: Specimen) -> Iterator[BrokenDelivery]:
    card, text = whole.card, whole.text()
    plain = text.removeprefix(b"\xef\xbb\xbf").decode(whole.encoding)
    other = plain.encode("utf-8" if whole.encoding == "gb18030" else "gb18030")
    foreign = {
        "came in another encoding": (other, "delivery.encoding"),
        "came as UTF-16": (plain.encode("utf-16"), "delivery.encoding"),
        "came as bare UTF-16": (plain.encode("utf-16-le"), "delivery.encoding"),
        "is a PDF": (b"%PDF-1.7\n" + text, "delivery.format"),
        "is an error page": (b"<!DOCTYPE html><p>502 " + text, "delivery.format"),
        "is a gzip": (gzip.compress(text, mtime=0), "delivery.format"),
        "is an old workbook": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512), "delivery.format"),
        "holds only line ends": (LINE_END * 5, "delivery.no_rows" if not card.file.header else "delivery.columns"),
    }
    if whole.encoding != "utf-8-sig":
        foreign["came with a byte order mark"] = (plain.encode("utf-8-sig"), "delivery.encoding")
    for name, (content, code) in foreign.items():
        yield refused(card, name, packed(card, content), code)


def _header_faults(whole: Specimen) -> Iterator[BrokenDelivery]:
    card, lines = whole.card, whole.lines()
    mapped = next(place for place, header in enumerate(whole.headers) if header in card.columns)
    mark = b"\xef\xbb\xbf" if whole.encoding == "utf-8-sig" else b""

    def delivered(name: str, headers: list[str], rows: list[tuple[str, ...]]) -> BrokenDelivery:
        text = LINE_END.join([whole.line(headers), *(whole.line(row) for row in rows)])
        return refused(card, name, packed(card, mark + text), "delivery.columns")

    less = [*whole.headers[:mapped], *whole.headers[mapped + 1 :]]
    rows = list(whole.rows)
    yield delivered("lacks a column", less, [(*row[:mapped], *row[mapped + 1 :]) for row in rows])
    yield delivered("has a column more", [*whole.headers, "民族"], [(*row, CANARY_NAME) for row in rows])
    yield delivered("has a person for a header", [*whole.headers, CANARY_NAME], [(*row, "x") for row in rows])
    yield delivered("has a column twice", [*whole.headers, whole.headers[mapped]], [(*row, "x") for row in rows])
    renamed = [*whole.headers[:mapped], whole.headers[mapped] + "码", *whole.headers[mapped + 1 :]]
    yield delivered("renamed a column", renamed, rows)
    yield refused(card, "lost its header", packed(card, mark + LINE_END.join(lines[1:])), "delivery.columns")
    merged = whole.text().replace(LINE_END, card.file.separator.encode(), 1)
    yield refused(card, "ran header and first row together", packed(card, merged), "delivery.columns")
    yield refused(card, "has a header only", packed(card, mark + lines[0] + LINE_END), "delivery.no_rows")
    yield refused(
        card, "ends lines in CR alone", packed(card, whole.text().replace(LINE_END, b"\r")), "delivery.line_ends"
    )
    doubled = whole.text() + whole.text()
    reasons = {len(lines) + 1: "repeated_header"}
    yield _case(card, "two exports joined", packed(card, doubled), rows=2 * ROWS, quarantined=reasons, doubled=ROWS)


def _line_faults(whole: Specimen) -> Iterator[BrokenDelivery]:
    """One line in the middle is spoilt; every other row stays."""
    card, lines = whole.card, whole.lines()
    at = len(lines) // 2
    good = lines[at]
    spoilt = {
        "a NUL byte": (good[:-1] + b"\x00" if card.file.widths else b"\x00" + good, "nul_byte"),
        "a control character": (good[:-1] + b"\x0b" if card.file.widths else b"\x0b" + good, "control_character"),
        "a byte of no encoding": (good[:3] + b"\xff" + good[4:], "undecodable"),
        "a line too long": (good + b"9" * 70_000, "line_too_long"),
    }
    for name, (line, reason) in spoilt.items():
        yield _spoilt(whole, f"has {name}", at, line, reason)
    ends = LINE_END.join(lines[:at]) + b"\n" + b"\n\n".join(lines[at:]) + b"\n   \n"
    mark = b"\xef\xbb\xbf" if whole.encoding == "utf-8-sig" else b""
    yield _case(card, "mixes line ends and blank lines", packed(card, mark + ends), rows=ROWS)
    cut = mark + LINE_END.join([*lines[:-1], lines[-1][:6]])
    reason = _outcome(whole, lines[-1][:6]) or ""
    yield _case(card, "is cut off in its last row", packed(card, cut), rows=ROWS - 1, quarantined={len(lines): reason})
    half = whole.with_rows(whole.rows[: ROWS // 4])
    yield BrokenDelivery(
        f"{card.source}: lost most of its rows",
        card.source,
        lambda inbox: put(inbox, card, half.file(), file_name(card, day="20260616", month="202606")),
        preceded_by=written(card, whole.file()),
        rows=ROWS // 4,
        gate="row_change_share",
    )


def _spoilt(whole: Specimen, name: str, at: int, line: bytes, reason: str) -> BrokenDelivery:
    lines = whole.lines()
    lines[at] = line
    mark = b"\xef\xbb\xbf" if whole.encoding == "utf-8-sig" else b""
    text = mark + LINE_END.join(lines) + LINE_END
    return _case(whole.card, name, packed(whole.card, text), rows=ROWS - 1, quarantined={at + 1: reason})


def _outcome(whole: Specimen, line: bytes) -> str | None:
    """What must become of a line, told without the reader: None when it still is a row."""
    card = whole.card
    if card.file.widths and len(line) != sum(card.file.widths.values()):
        return "wrong_length"
    try:
        text = line.decode("gb18030" if whole.encoding == "gb18030" else "utf-8")
    except UnicodeDecodeError:
        return "undecodable"
    return (
        None if card.file.widths or text.count(card.file.separator) + 1 == len(whole.headers) else "wrong_field_count"
    )


def _lost_bytes(whole: Specimen) -> Iterator[BrokenDelivery]:
    """One byte is lost inside a name of Han characters, at each of its places."""
    lines = whole.lines()
    at = len(lines) - 3
    start = lines[at].find(CANARY_NAME.encode(whole.encoding.replace("-sig", "")))
    for place in range(start, start + 6) if start >= 0 else ():
        line = lines[at][:place] + lines[at][place + 1 :]
        reason = _outcome(whole, line)
        kept = [*lines[:at], line, *lines[at + 1 :]]
        mark = b"\xef\xbb\xbf" if whole.encoding == "utf-8-sig" else b""
        yield _case(
            whole.card,
            f"lost byte {place - start + 1} of a name",
            packed(whole.card, mark + LINE_END.join(kept)),
            rows=ROWS - 1 if reason else ROWS,
            quarantined={at + 1: reason} if reason else {},
        )


def _csv_faults(whole: Specimen) -> Iterator[BrokenDelivery]:
    card, lines = whole.card, whole.lines()
    at = len(lines) // 2
    good, separator = lines[at], card.file.separator.encode()
    yield _spoilt(whole, "has a field less", at, good.rpartition(separator)[0], "wrong_field_count")
    yield _spoilt(whole, "has a field more", at, good + separator + b"1", "wrong_field_count")
    yield _spoilt(whole, "repeats its header", at, lines[0], "repeated_header")
    if card.file.quote:
        yield _spoilt(whole, "opens a quotation mark and never closes it", at, b'"' + good, "unbalanced_quote")
        yield _spoilt(whole, "goes on behind a closing mark", at, b'"a"b' + good, "unbalanced_quote")
    if card.file.totals_marker:
        total = card.file.totals_marker.encode(whole.encoding.replace("-sig", ""))
        yield _spoilt(
            whole, "ends in a totals row", len(lines) - 1, total + separator * (len(whole.headers) - 1), "totals_row"
        )


def _fixed_width_faults(whole: Specimen) -> Iterator[BrokenDelivery]:
    lines = whole.lines()
    at = len(lines) // 2
    good = lines[at]
    yield _spoilt(whole, "has a byte more in a record", at, good[:30] + b" " + good[30:], "wrong_length")
    yield _spoilt(whole, "has a byte less in a record", at, good[:10] + good[11:], "wrong_length")
    yield _spoilt(whole, "lost a record's padding", at, good.rstrip()[:-2], "wrong_length")
    yield _spoilt(whole, "has tabs for blanks", at, good.replace(b"  ", b"\t"), "wrong_length")
