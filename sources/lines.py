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

_NO_CONTROL = bytes([*b"\t\n\r", *range(32, 127), *range(128, 256)])
LINE_FEED, RETURN, QUOTE = 10, 13, 34


class Lines:
    """Lines of one block, each ended by a line feed or a carriage return and a line feed.

    `starts` and `ends` are byte places without these, one each per line.
    """

    def __init__(self, data: bytes, separator: int = LINE_FEED) -> None:
        self.data = data
        self.separator = separator
        self.bytes = np.frombuffer(data, np.uint8)
        feeds = np.flatnonzero(self.bytes == LINE_FEED)
        open_end = bool(data) and not data.endswith(b"\n")
        self._feeds: Places = np.append(feeds, len(data)) if open_end else feeds
        self._returns = (self.bytes[self._feeds - 1] == RETURN) & (self._feeds > 0)
        self.ends: Places = self._feeds - self._returns
        self.starts: Places = np.concatenate(([0], self._feeds[:-1] + 1)) if len(feeds) or open_end else feeds

    def __len__(self) -> int:
        return len(self.ends)

    @cached_property
    def lengths(self) -> Places:
        """Bytes per line."""
        return self.ends - self.starts

    @cached_property
    def separators(self) -> Places:
        """The byte places of the separator."""
        return np.flatnonzero(self.bytes == self.separator)

    @cached_property
    def separators_per_line(self) -> Places:
        """How often the separator stands on each line."""
        if not len(self):
            return self.ends
        narrow = int(self.lengths.max()) < 256  # then no count overflows a byte, and bytes are added up much faster
        found = (self.bytes == self.separator).view(np.uint8)
        return np.add.reduceat(found, self.starts, dtype=np.uint8 if narrow else np.int64).astype(np.int64)

    def line(self, index: int | np.signedinteger[Any]) -> bytes:
        """One line's bytes without its end."""
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
        """Lines with a NUL byte, and lines with any other control character but tab and a return at their end."""
        others = self.data.count(b"\r") > np.count_nonzero(self._returns)
        if not others and not self.data.translate(None, _NO_CONTROL):
            return self.flagged([]), self.flagged([])
        bare = (self.bytes < 32) & (self.bytes != ord("\t")) & (self.bytes != LINE_FEED) | (self.bytes == 127)
        bare[self.ends[self._returns]] = False
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
        """The kept lines, each with its end."""
        if kept.all():
            return self.data
        edges = np.flatnonzero(np.diff(kept, prepend=False, append=False))  # where a run of kept lines begins or ends
        begins = self.starts[edges[0::2]].tolist()
        ends = np.minimum(self._feeds[edges[1::2] - 1] + 1, len(self.data)).tolist()
        whole = memoryview(self.data)
        return b"".join([whole[begin:end] for begin, end in zip(begins, ends, strict=True)])

    def flagged(self, indices: list[int] | Places) -> Flags:
        """A flag per line, set for the given indices."""
        flags = np.zeros(len(self), np.bool_)
        flags[indices] = True
        return flags
