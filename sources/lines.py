"""A block of UTF-8 lines looked at as a whole: where each begins, what is odd about which."""

from __future__ import annotations

from codecs import BOM_UTF8
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sources.encoding import UNDECODABLE_UTF8

Places = NDArray[np.int64]
Flags = NDArray[np.bool_]

_NO_CONTROL = bytes([*b"\t\n", *range(32, 127), *range(128, 256)])
LINE_FEED, QUOTE = 10, 34


class Lines:
    """Lines of one block; `starts` and `ends` are byte places without the line feed, one each per line.

    `separators` are the places of the separator, in one pass with the ends.
    """

    def __init__(self, data: bytes, separator: int = LINE_FEED) -> None:
        self.data = data
        self.separator = separator
        self.bytes = np.frombuffer(data, np.uint8)
        open_end = bool(data) and not data.endswith(b"\n")
        edges = np.flatnonzero((self.bytes == LINE_FEED) | (self.bytes == separator))
        edges = np.append(edges, len(data)) if open_end else edges
        is_end = np.take(self.bytes, edges, mode="clip") == LINE_FEED
        if open_end:
            is_end[-1] = True
        self.ends: Places = edges[is_end]
        self.separators: Places = edges[~is_end]
        self.separators_per_line: Places = np.diff(np.flatnonzero(is_end), prepend=-1) - 1
        self.starts: Places = np.concatenate(([0], self.ends[:-1] + 1)) if len(self.ends) else self.ends

    def __len__(self) -> int:
        return len(self.ends)

    @cached_property
    def lengths(self) -> Places:
        """Bytes per line."""
        return self.ends - self.starts

    def line(self, index: int | np.signedinteger[Any]) -> bytes:
        """One line's bytes without its line feed."""
        return self.data[self.starts[index] : self.ends[index]]

    def at(self, places: Places) -> Places:
        """The index of the line on which each byte place lies."""
        return np.searchsorted(self.ends, places)

    def with_undecodable(self) -> Flags:
        """Lines on which bytes did not decode."""
        one, two, three = UNDECODABLE_UTF8
        found = (self.bytes[:-2] == one) & (self.bytes[1:-1] == two) & (self.bytes[2:] == three)
        return self.flagged(self.at(np.flatnonzero(found)))

    def with_control_characters(self) -> tuple[Flags, Flags]:
        """Lines with a NUL byte, and lines with any other control character but tab."""
        if not self.data.translate(None, _NO_CONTROL):
            return self.flagged([]), self.flagged([])
        bare = (self.bytes < 32) & (self.bytes != ord("\t")) & (self.bytes != LINE_FEED) | (self.bytes == 127)
        places = np.flatnonzero(bare)
        nul = self.bytes[places] == 0
        return self.flagged(self.at(places[nul])), self.flagged(self.at(places[~nul]))

    def equal_to(self, line: bytes) -> Flags:
        """Lines that are exactly `line`, a byte order mark before it allowed."""
        marked = self.lengths == len(line) + len(BOM_UTF8)
        alike = np.flatnonzero(marked | (self.lengths == len(line)))
        alike = self._followed_by(line[:8], alike, self.starts[alike] + np.where(marked[alike], len(BOM_UTF8), 0))
        return self.flagged([int(i) for i in alike if self.line(i).removeprefix(BOM_UTF8) == line])

    def opening_with(self, text: bytes, empty: bytes) -> Flags:
        """Lines on which only bytes of `empty` stand before `text`."""
        skipped = np.zeros(256, np.bool_)
        skipped[list(empty)] = True
        places, found = self.starts.copy(), self.lengths >= len(text)
        open_lines = np.flatnonzero(found)
        while len(open_lines):
            open_lines = open_lines[skipped[self.bytes[places[open_lines]]]]
            places[open_lines] += 1
            found[open_lines] = places[open_lines] + len(text) <= self.ends[open_lines]
            open_lines = open_lines[found[open_lines]]
        left = np.flatnonzero(found)
        return self.flagged(self._followed_by(text, left, places[left]))

    def _followed_by(self, text: bytes, lines: Places, places: Places) -> Places:
        """Those of the lines on which `text` stands at the given place."""
        for offset, byte in enumerate(text):
            same = self.bytes[places + offset] == byte
            lines, places = lines[same], places[same]
        return lines

    def only(self, kept: Flags) -> bytes:
        """The kept lines, each with its line feed."""
        if kept.all():
            return self.data
        strides = np.minimum(self.ends + 1, len(self.data)) - self.starts
        return self.bytes[np.repeat(kept, strides)].tobytes()

    def index_of(self, place: int) -> int:
        """The index of the line on which one byte place lies."""
        return int(np.searchsorted(self.ends, place))

    def flagged(self, indices: list[int] | Places) -> Flags:
        """A flag per line, set for the given indices."""
        flags = np.zeros(len(self), np.bool_)
        flags[indices] = True
        return flags
