"""A block of UTF-8 lines looked at as a whole: where each begins, what is odd about which."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from sources.encoding import UNDECODABLE_UTF8

Places = NDArray[np.int64]
Flags = NDArray[np.bool_]

_NO_CONTROL = bytes([*b"\t\n", *range(32, 127), *range(128, 256)])
LINE_FEED, QUOTE = 10, 34


class Lines:
    """Lines of one block; `starts` and `ends` are byte places without the line feed, one each per line."""

    def __init__(self, data: bytes) -> None:
        self.data = data
        self.bytes = np.frombuffer(data, np.uint8)
        feeds = np.flatnonzero(self.bytes == LINE_FEED)
        whole = data.endswith(b"\n")
        self.ends: Places = feeds if whole or not data else np.append(feeds, len(data))
        self.starts: Places = np.concatenate(([0], self.ends[:-1] + 1)) if len(self.ends) else self.ends

    def __len__(self) -> int:
        return len(self.ends)

    @cached_property
    def lengths(self) -> Places:
        """Bytes per line."""
        return self.ends - self.starts

    def line(self, index: int) -> bytes:
        """One line's bytes without its line feed."""
        return self.data[self.starts[index] : self.ends[index]]

    def at(self, places: Places) -> Places:
        """The index of the line on which each byte place lies."""
        return np.searchsorted(self.ends, places)

    def with_undecodable(self) -> Flags:
        """Lines on which bytes did not decode."""
        if UNDECODABLE_UTF8 not in self.data:
            return self.flagged([])
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
        found = [self.index_of(place) for place in _occurrences(self.data, line)] if line else []
        return self.flagged([index for index in found if self.line(index).removeprefix(b"\xef\xbb\xbf") == line])

    def opening_with(self, text: bytes, empty: bytes) -> Flags:
        """Lines on which only bytes of `empty` stand before `text`."""
        found = [(place, self.index_of(place)) for place in _occurrences(self.data, text)]
        return self.flagged([i for place, i in found if not self.data[self.starts[i] : place].strip(empty)])

    def count(self, byte: int) -> Places:
        """How often a byte stands on each line."""
        return self.per_line(np.flatnonzero(self.bytes == byte))

    def per_line(self, places: Places) -> Places:
        """How many of the ascending byte places lie on each line."""
        upto = np.searchsorted(places, self.ends)
        return np.diff(upto, prepend=0)

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


def _occurrences(data: bytes, text: bytes) -> Iterator[int]:
    place = data.find(text)
    while place >= 0:
        yield place
        place = data.find(text, place + 1)
