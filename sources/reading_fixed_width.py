"""Reading fixed-width text counted in bytes: field edges are inserted before decoding, so no width shifts."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl

from core.errors import ProviderError
from sources.batch import LINE, Batch, Refusals, refused_frame, with_our_names
from sources.blocks import Block, Blocks
from sources.card import Card
from sources.cells import cells_of
from sources.encoding import FIELD_EDGE, to_utf8, visible
from sources.header import Layout, declared_layout, read_layout
from sources.lines import LINE_FEED, Flags, Lines, Places
from sources.reading_text import refuse_foreign


def read_fixed_width(card: Card, blocks: Blocks, *, where: str) -> Iterator[Batch]:
    """The batches of a fixed-width delivery.

    Raises:
        ProviderError: another format or encoding, another header than agreed, an endless line.
    """
    layout = declared_layout(card)
    header = b""
    for block in blocks:
        lines = Lines(block.data)
        skipped = 0
        if block.first_line == 1:
            refuse_foreign(card, block.data, where=where)
            if card.file.header:
                skipped = card.file.header_line
                header = _checked_header(card, lines, where)
        yield _batch(card, layout, block, lines, header, skipped, where)


def _batch(card: Card, layout: Layout, block: Block, lines: Lines, header: bytes, skipped: int, where: str) -> Batch:
    reasons = _refused(card, lines, header, skipped)
    regular = ~lines.flagged(np.array(list(reasons), np.int64)) & (lines.lengths == sum(_widths(card)))
    regular[:skipped] = False
    numbers = block.first_line + np.flatnonzero(regular)
    text, whole = to_utf8(_with_edges(lines, regular, _widths(card)), card.file.encoding or "", field_edges=True)
    edged = Lines(text)
    bad = edged.flagged([]) if whole else edged.with_undecodable()
    for number in numbers[bad]:
        reasons[int(number) - block.first_line] = "undecodable"
    place = f"{where}, from line {block.first_line}"
    data = edged.only(~bad).replace(bytes([FIELD_EDGE, LINE_FEED]), b"\n")
    cells = cells_of(data, numbers[~bad], layout.width, chr(FIELD_EDGE), quoted=False, where=place)
    return Batch(with_our_names(_unpadded(cells), layout.ours), refused_frame(_raw(card, block, lines, reasons)))


def _refused(card: Card, lines: Lines, header: bytes, skipped: int) -> dict[int, str]:
    marker = (card.file.totals_marker or "").encode(card.file.encoding or "utf-8")
    nul, control = lines.with_control_characters()
    found: list[tuple[Flags, str]] = [
        (lines.lengths != sum(_widths(card)), "wrong_length"),
        (lines.opening_with(marker, b" ") if marker else lines.flagged([]), "totals_row"),
        (lines.equal_to(header) if header else lines.flagged([]), "repeated_header"),
        (control, "control_character"),
        (nul, "nul_byte"),
        (lines.lengths > card.file.max_line_bytes, "line_too_long"),
    ]
    reasons: dict[int, str] = {}
    for flags, reason in found:
        odd = (int(index) for index in np.flatnonzero(flags))
        reasons |= {index: reason for index in odd if index >= skipped and lines.line(index).strip()}
    return reasons


def _with_edges(lines: Lines, regular: Flags, widths: list[int]) -> bytes:
    """The regular lines with FIELD_EDGE behind every field."""
    total = sum(widths)
    starts: Places = lines.starts[regular]
    if not len(starts):
        return b""
    records = np.lib.stride_tricks.sliding_window_view(lines.bytes, total)[starts]
    out = np.empty((len(starts), total + len(widths) + 1), np.uint8)
    at, begin = 0, 0
    for width in widths:
        out[:, at : at + width] = records[:, begin : begin + width]
        out[:, at + width] = FIELD_EDGE
        at, begin = at + width + 1, begin + width
    out[:, -1] = LINE_FEED
    return out.tobytes()


def _unpadded(cells: pl.DataFrame) -> pl.DataFrame:
    texts = pl.exclude(LINE).str.strip_chars(" ")
    return cells.with_columns(pl.when(texts != "").then(texts).name.keep())


def _checked_header(card: Card, lines: Lines, where: str) -> bytes:
    if len(lines) < card.file.header_line:
        raise ProviderError(
            "delivery.empty", "the file ends before its header", where=where, todo="send the file again, whole"
        )
    header = lines.line(card.file.header_line - 1)
    edges = np.cumsum(_widths(card))[:-1]
    parts = [header[a:b] for a, b in zip([0, *edges], [*edges, len(header)], strict=True)]
    read_layout(
        card,
        [_header_cell(card, *field) for field in zip(parts, declared_layout(card).cells, strict=True)],
        where=where,
    )
    return header


def _header_cell(card: Card, part: bytes, theirs: str) -> str:
    """What stands over a field; a header cut off by its field's width still counts as whole."""
    encoding = card.file.encoding or ""
    bare = part.rstrip(b" ")
    return theirs if bare and theirs.encode(encoding).startswith(bare) else visible(bare, encoding)


def _widths(card: Card) -> list[int]:
    return list((card.file.widths or {}).values())


def _raw(card: Card, block: Block, lines: Lines, reasons: dict[int, str]) -> Refusals:
    limit, encoding = card.file.max_line_bytes, card.file.encoding or ""
    return [
        (block.first_line + index, reason, visible(lines.line(index)[:limit], encoding))
        for index, reason in reasons.items()
    ]
