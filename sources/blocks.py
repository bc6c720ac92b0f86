"""A stream of bytes cut into blocks of whole lines, with exact line numbers and bounded memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from core.errors import ProviderError

BLOCK = 4 * 1024 * 1024
ENDLESS_LINE = 16 * 1024 * 1024


@dataclass(frozen=True)
class Block:
    """Whole lines: the number of the first one, their bytes, and whether the file ends here."""

    first_line: int
    data: bytes
    is_last: bool


class Blocks:
    """Iterates over blocks of about `size` bytes, each cut behind a line feed; the first has `opening_lines` or more.

    No byte of a GB18030 or UTF-8 character is a line feed, so the cut is safe before decoding.

    Raises:
        ProviderError: while iterating, a line without end within 16 MiB; no more than that and a chunk is read of it.
    """

    def __init__(self, chunks: Iterable[bytes], *, where: str, size: int = BLOCK, opening_lines: int = 1) -> None:
        self._chunks = iter(chunks)
        self._where = where
        self._size = size
        self._opening_lines = opening_lines
        self._pending = bytearray()
        self._next_line = 1

    def give_back(self, data: bytes, first_line: int) -> None:
        """Put the last lines of a block, numbered from `first_line`, before what comes next."""
        self._pending[:0] = data
        self._next_line = first_line

    def __iter__(self) -> Iterator[Block]:
        searched = 0
        wanted = self._size
        for chunk in self._chunks:
            self._pending += chunk
            if len(self._pending) < wanted:
                continue
            cut = self._pending.rfind(b"\n", searched) + 1
            if cut == 0:
                self._refuse_endless()
                searched = len(self._pending)
                continue
            if self._next_line == 1 and self._pending.count(b"\n") < self._opening_lines:
                continue
            block = self._cut(cut)
            searched = 0
            yield block
            wanted = max(self._size, 2 * len(self._pending))
        if self._pending:
            self._refuse_endless_tail()
            yield self._cut(len(self._pending), is_last=True)

    def _cut(self, cut: int, *, is_last: bool = False) -> Block:
        with memoryview(self._pending) as pending:
            data = bytes(pending[:cut])
        del self._pending[:cut]
        block = Block(self._next_line, data, is_last)
        self._next_line += data.count(b"\n")
        return block

    def _refuse_endless(self) -> None:
        if len(self._pending) > ENDLESS_LINE:
            raise ProviderError(
                "delivery.endless_line",
                f"a line has no end within {ENDLESS_LINE} bytes",
                where=f"{self._where}, line {self._next_line}",
                todo="send a file whose records end in line feeds",
            )

    def _refuse_endless_tail(self) -> None:
        if self._pending.rfind(b"\n") < 0:
            self._refuse_endless()
