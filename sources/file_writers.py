"""The shapes of file that departments send: GB18030 and UTF-8 csv, zipped csv, byte-counted fixed width, xlsx.

Every writer gets the same bytes from the same texts: no clock and no name of the machine goes into a file.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from io import BytesIO
from pathlib import Path
from typing import IO, Literal, Protocol, Self

import polars as pl

from sources.workbook_writer import WorkbookWriter

Opener = Callable[[], AbstractContextManager[IO[bytes]]]
Encoding = Literal["gb18030", "utf-8", "utf-8-sig"]


class FileWriter(AbstractContextManager["FileWriter"], Protocol):
    """A file being written part by part; `first_line` is the number of the first row after the header."""

    first_line: int

    def put(self, texts: pl.DataFrame, lost: list[int]) -> None:
        """Add the rows; the rows numbered in `lost` lose one byte of their first double-byte character."""


class _CsvWriter:
    first_line = 2

    def __init__(self, open_file: Opener, header: list[str], encoding: Encoding) -> None:
        self._open, self._header, self._encoding = open_file, header, encoding

    def __enter__(self) -> Self:
        self._closing = ExitStack()
        self._file = self._closing.enter_context(self._open())
        self._file.write((",".join(self._header) + "\r\n").encode(self._encoding))
        return self

    def __exit__(self, *exception: object) -> None:
        self._closing.close()

    def put(self, texts: pl.DataFrame, lost: list[int]) -> None:
        buffer = BytesIO()
        texts.write_csv(buffer, include_header=False, line_terminator="\r\n")
        data = buffer.getvalue()
        if self._encoding == "gb18030":
            data = data.decode("utf-8").encode("gb18030")
        self._file.write(_with_lost_bytes(data, lost) if lost else data)


class _FixedWidthWriter:
    first_line = 1

    def __init__(self, path: Path, widths: dict[str, int]) -> None:
        self._path, self._widths = path, widths

    def __enter__(self) -> Self:
        self._file = self._path.open("wb")
        return self

    def __exit__(self, *exception: object) -> None:
        self._file.close()

    def put(self, texts: pl.DataFrame, lost: list[int]) -> None:
        cells = [_padded(texts[column], width) for column, width in self._widths.items()]
        data = (str(texts.select(pl.concat_str(*cells, pl.lit("\r\n")).str.join()).item())).encode("latin-1")
        self._file.write(_with_lost_bytes(data, lost) if lost else data)


def _padded(texts: pl.Series, width: int) -> pl.Series:
    """Each text as GB18030 bytes cut and filled up to `width`, every byte as the character of its number."""
    text = texts.fill_null("")
    wide = text.filter(text.str.len_bytes() != text.str.len_chars()).unique()
    cut = [each.encode("gb18030")[:width].ljust(width).decode("latin-1") for each in wide]
    plain = text.str.slice(0, width).str.pad_end(width)
    return text.replace_strict(wide, cut, default=plain, return_dtype=pl.String) if cut else plain


def csv(encoding: Encoding) -> Callable[[Path, list[str]], FileWriter]:
    """A csv with a header, comma-separated, CRLF."""
    return lambda path, header: _CsvWriter(lambda: path.open("wb"), header, encoding)


def zipped_csv(encoding: Encoding) -> Callable[[Path, list[str]], FileWriter]:
    """A zip that holds one csv of the same name."""
    return lambda path, header: _CsvWriter(lambda: _entry(path), header, encoding)


def fixed_width(widths: dict[str, int]) -> Callable[[Path, list[str]], FileWriter]:
    """Records of fixed byte length in GB18030 without a header; too long a text is cut by bytes, even mid-character."""
    return lambda path, header: _FixedWidthWriter(path, widths)


def workbook(sheet: str, numbers: frozenset[str]) -> Callable[[Path, list[str]], FileWriter]:
    """An xlsx of one sheet; texts of the columns in `numbers` become numbers where they are such."""
    return lambda path, header: WorkbookWriter(path, header, sheet, numbers)


@contextmanager
def _entry(path: Path) -> Iterator[IO[bytes]]:
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open(f"{path.stem}.csv", "w", force_zip64=True) as file,
    ):
        yield file


def _with_lost_bytes(data: bytes, lost: list[int]) -> bytes:
    lines = data.split(b"\r\n")
    for row in lost:
        line = lines[row]
        at = next((place for place, byte in enumerate(line) if byte > 0x80), None)
        if at is not None:
            lines[row] = line[:at] + line[at + 1 :]
    return b"\r\n".join(lines)
