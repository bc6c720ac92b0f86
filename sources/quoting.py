"""Quotation marks in CSV (RFC 4180): which lines are plainly quoted, and the few that need a parser's patience."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass

import numpy as np

from sources.lines import LINE_FEED, QUOTE, RETURN, Flags, Lines, Places

RECORD_LINES_MAX = 16


@dataclass(frozen=True)
class Quoting:
    """Per line: separators outside quotes, whether marks stand as RFC 4180 wants, whether one is left open."""

    separators: Places
    irregular: Flags
    left_open: Flags


def quoting(lines: Lines) -> Quoting:
    """Look at every quotation mark of a block at once.

    A mark that opens must follow a separator, a line's beginning or another mark; one that closes must precede a
    separator, a line's end or another mark.
    """
    if b'"' not in lines.data:
        return unquoted(lines)
    marks = np.flatnonzero(lines.bytes == QUOTE)
    first = np.searchsorted(marks, lines.starts)
    line = lines.at(marks)
    opens = (np.arange(len(marks)) - first[line]) % 2 == 0
    beside = np.where(opens, lines.bytes[marks - 1], lines.bytes[np.minimum(marks + 1, len(lines.data) - 1)])
    beside[opens & (marks == 0) | ~opens & (marks + 1 == len(lines.data))] = LINE_FEED
    edges = np.zeros(256, np.bool_)
    edges[[LINE_FEED, RETURN, QUOTE, lines.separator]] = True
    marked = lines.flagged(line)
    among = lines.separators[np.repeat(marked, lines.separators_per_line)]
    among_line = np.repeat(np.flatnonzero(marked), lines.separators_per_line[marked])
    inside = (np.searchsorted(marks, among) - first[among_line]) % 2 == 1
    separators = lines.separators_per_line - np.bincount(among_line[inside], minlength=len(lines))
    left_open = np.bincount(line, minlength=len(lines)) % 2 == 1
    return Quoting(separators, lines.flagged(line[~edges[beside]]) | left_open, left_open)


def unquoted(lines: Lines) -> Quoting:
    """Where no quotation mark stands, or none means anything."""
    none = np.zeros(len(lines), np.bool_)
    return Quoting(lines.separators_per_line, none, none)


def parsed(text: str, separator: str) -> list[str] | None:
    """The cells of one record, or None when its quotation marks do not balance."""
    try:
        records = list(csv.reader([text], delimiter=separator, strict=True))
    except csv.Error:
        return None
    return records[0] if len(records) == 1 else None


def spanning(lines: Lines, index: int, closes: Flags, separator: str, width: int) -> tuple[list[str], int] | None:
    """A record that begins on a line left open and ends on one of the next few, with the index of its last line.

    None when no such reading gives exactly `width` cells, or when a following line holds separators enough to be a
    record itself (two stray marks would swallow it): then the line stands alone with its open mark.
    """
    for last in range(index + 1, min(index + RECORD_LINES_MAX, len(lines))):
        if lines.line(last).count(separator.encode()) >= width - 1:
            return None
        if closes[last]:
            text = lines.data[lines.starts[index] : lines.ends[last]].replace(b"\r\n", b"\n")
            cells = _joined(text.decode(), separator)
            return (cells, last) if cells is not None and len(cells) == width else None
    return None


def _joined(text: str, separator: str) -> list[str] | None:
    try:
        records = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True))
    except csv.Error:
        return None
    return records[0] if len(records) == 1 else None
