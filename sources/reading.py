"""Reading one delivery by its card: bytes in, batches of rows in our words out, bounded memory, exact line numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from core.errors import ProviderError
from sources.batch import Batch
from sources.blocks import BLOCK, Blocks
from sources.card import Card
from sources.reading_fixed_width import read_fixed_width
from sources.reading_sheet import read_sheet
from sources.reading_text import read_csv
from sources.unpacking import limited, unzipped, whole

Source = Iterable[bytes] | Callable[[], Iterable[bytes]]

__all__ = ["Batch", "read"]


def read(
    card: Card, source: Source, *, where: str | None = None, may_be_empty: bool = False, block_bytes: int = BLOCK
) -> Iterator[Batch]:
    """The batches of a delivery, in line order.

    `source` gives the file's bytes in chunks of any size (or is a function that does); `where` names the delivery in
    errors; `may_be_empty` is for a provider who said that there are no rows. About `block_bytes` of raw text are looked
    at at once; archives and workbooks are held packed in memory.

    Raises:
        ProviderError: the file as a whole is not what was agreed (format, encoding, columns, size, empty, encrypted).
    """
    place = where or card.source
    chunks = source() if callable(source) else source
    batches = _batches(card, chunks, place, block_bytes)
    lines = 0
    for batch in batches:
        lines += batch.rows.height + batch.refused.height
        yield batch
    if lines == 0 and not may_be_empty:
        raise ProviderError(
            "delivery.no_rows",
            "the file holds no rows",
            where=place,
            todo="send the rows; if there are none, say so in a control file (rows: 0)",
        )


def _batches(card: Card, chunks: Iterable[bytes], where: str, block_bytes: int) -> Iterator[Batch]:
    limit = card.file.max_bytes
    if card.file.zipped:
        chunks = unzipped(chunks, max_bytes=limit, where=where)
    if card.file.format == "xlsx":
        return read_sheet(card, whole(chunks, max_bytes=limit, where=where), where=where)
    bounded = limited(chunks, max_bytes=limit, where=where)
    blocks = Blocks(bounded, where=where, size=block_bytes, opening_lines=card.file.header_line)
    return (read_csv if card.file.format == "csv" else read_fixed_width)(card, blocks, where=where)
