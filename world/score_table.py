"""The score as a table one wants to read."""

from __future__ import annotations

from world.score import Score

_HEAD = ("rule", "expected", "found", "right", "recall", "precision", "sure recall", "sure precision", "other severity")
_WIDTHS = (40, 9, 7, 7, 8, 10, 12, 15, 15)


def table(score: Score) -> str:
    """Rules with recall and precision, then severities and what was put to the innocent; plain text."""
    lines = [_line(_HEAD), _line(tuple("-" * (width - 1) for width in _WIDTHS))]
    for one in score.rules:
        ratios = (one.recall, one.precision, one.sure_recall, one.sure_precision)
        cells = (one.rule, one.expected, one.found, one.right, *map(_share, ratios), one.severity_differs)
        lines.append(_line(tuple(map(str, cells))))
    totals = map(_share, (score.recall, score.precision, score.sure_recall, score.sure_precision))
    sums = (
        sum(one.expected for one in score.rules),
        sum(one.found for one in score.rules),
        sum(one.right for one in score.rules),
    )
    lines.append(_line(("all", *map(str, sums), *totals, str(sum(one.severity_differs for one in score.rules)))))
    lines += ["", "findings by severity: " + ", ".join(f"{name} {count:,}" for name, count in score.severities.items())]
    lines.append(
        f"separable innocence: {score.separable_innocents:,} persons, {score.separable_asked} asked above information"
        + _named(score.separable_by_circumstance)
    )
    lines.append(
        f"inseparable innocence: {score.inseparable_innocents:,} persons, {score.inseparable_asked} questions to them, "
        f"{score.inseparable_wrong} graver than a question or with an amount"
        + _named(score.inseparable_by_circumstance)
    )
    return "\n".join(lines)


def _line(cells: tuple[str, ...]) -> str:
    first, *others = cells
    return first.ljust(_WIDTHS[0]) + "".join(cell.rjust(width) for cell, width in zip(others, _WIDTHS[1:], strict=True))


def _share(ratio: float | None) -> str:
    return "-" if ratio is None else f"{ratio:.4f}"


def _named(counts: dict[str, int]) -> str:
    return " (" + ", ".join(f"{name} {count}" for name, count in counts.items()) + ")" if counts else ""
