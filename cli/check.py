"""`hedui check`: read one file by a source's card, keep nothing, and say what is wrong with it."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

from core.errors import OperatorError
from core.settings import settings
from sources.arrival import pieces
from sources.card import load_cards
from sources.reading import read


def check_file(file: Path, source: str) -> dict[str, Any]:
    """Rows read and refused, with line numbers and reasons (the first hundred lines of each reason), no cell quoted.

    Raises:
        OperatorError: no such source.
        ProviderError: the file as a whole cannot be read by the card.
    """
    cards = load_cards(settings().sources_folder)
    if source not in cards:
        raise OperatorError(
            "source.unknown", "there is no such source", where=source, todo=f"choose one of: {', '.join(cards)}"
        )
    rows = 0
    reasons: Counter[str] = Counter()
    lines: dict[str, list[int]] = {}
    for batch in read(cards[source], pieces(file)):
        rows += batch.rows.height
        for line, reason in batch.refused.select("line_number", "reason").iter_rows():
            reasons[reason] += 1
            lines.setdefault(reason, []).append(line)
    return {
        "file": file.name,
        "source": source,
        "rows": rows,
        "refused_rows": sum(reasons.values()),
        "reasons": dict(reasons),
        "lines": {reason: found[:100] for reason, found in lines.items()},
    }


def check_lines(report: dict[str, Any]) -> list[str]:
    """The report for people."""
    mark = "✗" if report["refused_rows"] else "✓"
    return [
        f"{mark} {report['file']} by the card of {report['source']}: {report['rows']:,} rows read, "
        f"{report['refused_rows']:,} refused",
        *(
            f"  {reason}: {count:,} · lines {', '.join(map(str, report['lines'][reason][:10]))}"
            f"{' …' if count > 10 else ''}"
            for reason, count in report["reasons"].items()
        ),
    ]
