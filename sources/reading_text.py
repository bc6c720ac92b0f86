"""Reading CSV: regular lines go to Polars as one piece, odd lines are looked at one by one."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import polars as pl

from core.errors import ProviderError
from sources.batch import LINE, Batch, Refusals, refused_frame, with_our_names
from sources.blocks import Block, Blocks
from sources.card import Card
from sources.cells import cells_of, field_schema
from sources.encoding import (
    refuse_other_encoding,
    refuse_other_format,
    refuse_switched_encoding,
    to_utf8,
    visible,
)
from sources.header import Layout, declared_layout, read_layout
from sources.lines import Flags, Lines
from sources.quoting import RECORD_LINES_MAX, Quoting, parsed, quoting, spanning, unquoted

HEAD = 1024 * 1024
_BLANK = "\ufeff \t\u00a0\u3000\"'"


def read_csv(card: Card, blocks: Blocks, *, where: str) -> Iterator[Batch]:
    """The batches of a CSV delivery.

    Raises:
        ProviderError: another format or encoding, no or another header, an endless line.
    """
    layout: Layout | None = None
    header = b""
    for block in blocks:
        if layout is None:
            refuse_foreign(card, block.data, where=where)
        refuse_switched_encoding(block.data, card.file.encoding or "", where=where)
        text, whole = to_utf8(_without_mark(block, card), card.file.encoding or "")
        lines = Lines(text, ord(card.file.separator))
        skipped = 0
        if layout is None:
            layout, header, skipped = _begin(card, lines, where)
        page = _Page(card, layout, block, lines, header, skipped, whole, where)
        if page.stop < len(lines):
            blocks.give_back(page.raw_from(page.stop), block.first_line + page.stop)
        yield page.batch()


def refuse_foreign(card: Card, data: bytes, *, where: str) -> None:
    """Refuse a text delivery whose beginning is another format or encoding than agreed."""
    head = data[:HEAD]
    refuse_other_format(head, where=where)
    cut = head if len(data) <= HEAD else head[: head.rfind(b"\n") + 1]
    headers = [*card.columns, *card.ignored] if card.file.header else []
    refuse_other_encoding(cut or head, card.file.encoding or "", headers, where=where)


class _Page:
    """One block of lines, sorted into regular, odd and refused ones."""

    def __init__(
        self,
        card: Card,
        layout: Layout,
        block: Block,
        lines: Lines,
        header: bytes,
        skipped: int,
        whole: bool,
        where: str,
    ) -> None:
        self._card, self._layout, self._block, self._lines = card, layout, block, lines
        self._where = f"{where}, from line {block.first_line}"
        self._raw: Lines | None = None
        self._separator = card.file.separator
        self._odd_rows: dict[int, list[str]] = {}
        self._taken = lines.flagged(np.arange(skipped)) | (lines.lengths == 0)
        self._reasons: dict[int, str] = {}
        self._refuse_unreadable(whole)
        quotes = quoting(lines) if card.file.quote else unquoted(lines)
        self.stop = len(lines)
        self._join_spanning(quotes)
        self._refuse_strangers(header)
        self._settle_odd(quotes)

    def raw_from(self, index: int) -> bytes:
        """The block's bytes, as delivered, from a line on."""
        return self._block.data[self._raw_lines.starts[index] :]

    def batch(self) -> Batch:
        """The page's rows and refusals."""
        regular = ~self._taken
        regular[self.stop :] = False
        data = self._lines.only(regular)
        numbers = self._block.first_line + np.flatnonzero(regular)
        quoted = self._card.file.quote and b'"' in data
        width = self._layout.width
        cells = cells_of(data, numbers, width, self._separator, quoted=quoted, where=self._where)
        if self._odd_rows:
            odd = [(self._block.first_line + i, *(c or None for c in row)) for i, row in self._odd_rows.items()]
            schema = {LINE: pl.Int64(), **field_schema(width)}
            cells = pl.concat([cells, pl.DataFrame(odd, schema=schema, orient="row")]).sort(LINE)
        return Batch(with_our_names(cells, self._layout.ours), refused_frame(self._refusals()))

    @property
    def _raw_lines(self) -> Lines:
        if self._raw is None:
            self._raw = Lines(self._block.data)
        return self._raw

    def _refusals(self) -> Refusals:
        encoding = self._card.file.encoding or ""
        limit = self._card.file.max_line_bytes
        return [
            (self._block.first_line + i, reason, visible(self._raw_lines.line(i)[:limit].rstrip(b"\r"), encoding))
            for i, reason in self._reasons.items()
            if i < self.stop
        ]

    def _refuse(self, flags: Flags, reason: str) -> None:
        for index in np.flatnonzero(flags & ~self._taken):
            self._reasons[int(index)] = reason
        self._taken |= flags

    def _refuse_unreadable(self, whole: bool) -> None:
        nul, control = self._lines.with_control_characters()
        self._refuse(self._lines.lengths > self._card.file.max_line_bytes, "line_too_long")
        if not whole:
            self._refuse(self._lines.with_undecodable(), "undecodable")
        self._refuse(nul, "nul_byte")
        self._refuse(control, "control_character")

    def _join_spanning(self, quotes: Quoting) -> None:
        """Records whose quoted cell holds a line break take all their lines; near the block's end they wait."""
        for index in (int(i) for i in np.flatnonzero(quotes.left_open)):
            if self._taken[index]:
                continue
            ahead = quotes.left_open[index + 1 : index + RECORD_LINES_MAX]
            if not ahead.any() and index + RECORD_LINES_MAX > len(self._lines) and not self._block.is_last:
                self.stop = index
                return
            found = spanning(self._lines, index, quotes.left_open, self._separator, self._layout.width)
            if found and not any(line in self._reasons for line in range(index, found[1] + 1)):
                self._odd_rows[index] = found[0]
                self._taken[index : found[1] + 1] = True

    def _refuse_strangers(self, header: bytes) -> None:
        if header:
            self._refuse(self._lines.equal_to(header), "repeated_header")
        marker = self._card.file.totals_marker
        if marker:
            empty = f"{self._separator} \t\"'".encode()
            self._refuse(self._lines.opening_with(marker.encode(), empty), "totals_row")

    def _settle_odd(self, quotes: Quoting) -> None:
        odd = ~self._taken & (quotes.irregular | (quotes.separators != self._layout.width - 1))
        for index in (int(i) for i in np.flatnonzero(odd[: self.stop])):
            self._taken[index] = True
            text = self._lines.line(index).decode()
            if not text.strip(_BLANK + self._separator):
                continue
            cells = parsed(text, self._separator) if self._card.file.quote else text.split(self._separator)
            if cells is None:
                self._reasons[index] = "unbalanced_quote"
            elif len(cells) != self._layout.width:
                self._reasons[index] = "wrong_field_count"
            else:
                self._odd_rows[index] = cells


def _begin(card: Card, lines: Lines, where: str) -> tuple[Layout, bytes, int]:
    """The layout, the header line's bytes and how many lines stand before the data."""
    if not card.file.header:
        return declared_layout(card), b"", 0
    number = card.file.header_line
    if len(lines) < number:
        raise _no_header(where, len(lines))
    header = lines.line(number - 1)
    text = header.decode().replace("\ufdd0", "\\?")
    if "\r" in text:
        raise ProviderError(
            "delivery.line_ends",
            "lines end in a bare carriage return",
            where=where,
            todo="export the file with line feeds",
        )
    cells = parsed(text, card.file.separator) if card.file.quote else text.split(card.file.separator)
    return read_layout(card, cells or [""], where=where), header, number


def _no_header(where: str, count: int) -> ProviderError:
    return ProviderError(
        "delivery.empty",
        f"the file ends after {count} lines, before its header",
        where=where,
        todo="send the file again, whole",
    )


def _without_mark(block: Block, card: Card) -> bytes:
    marked = block.first_line == 1 and card.file.encoding == "utf-8-sig"
    return block.data.removeprefix(b"\xef\xbb\xbf") if marked else block.data
