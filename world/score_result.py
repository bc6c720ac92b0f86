"""What a score says, and the table one wants to read of it."""

from __future__ import annotations

from dataclasses import asdict, dataclass

_HEAD = ("rule", "expected", "found", "right", "recall", "precision", "sure recall", "sure precision", "other severity")
_WIDTHS = (44, 9, 7, 7, 8, 10, 12, 15, 15)


@dataclass(frozen=True)
class RuleScore:
    """One rule. `expected` could be known from the deliveries used; the `sure_` figures count usable numbers only.

    `severity_differs` counts questions that were right but graver or milder than reckoned.
    """

    rule: str
    expected: int
    found: int
    right: int
    sure_expected: int
    sure_right: int
    sure_found: int
    sure_found_right: int
    severity_differs: int

    @property
    def recall(self) -> float | None:
        return _ratio(self.right, self.expected)

    @property
    def precision(self) -> float | None:
        return _ratio(self.right, self.found)

    @property
    def sure_recall(self) -> float | None:
        return _ratio(self.sure_right, self.sure_expected)

    @property
    def sure_precision(self) -> float | None:
        return _ratio(self.sure_found_right, self.sure_found)


@dataclass(frozen=True)
class Score:
    """All rules and what met the innocent.

    `separable_asked`: findings above information put to people whose innocence the record shows (must be 0).
    `inseparable_asked`: questions put to people whose innocence the record cannot show;
    `inseparable_wrong`: those of them that are graver than a question or carry an amount (must be 0).
    """

    run_folder: str
    rules: tuple[RuleScore, ...]
    severities: dict[str, int]
    separable_innocents: int
    separable_asked: int
    separable_by_circumstance: dict[str, int]
    inseparable_innocents: int
    inseparable_asked: int
    inseparable_wrong: int
    inseparable_by_circumstance: dict[str, int]

    @property
    def recall(self) -> float | None:
        return _ratio(sum(one.right for one in self.rules), sum(one.expected for one in self.rules))

    @property
    def precision(self) -> float | None:
        return _ratio(sum(one.right for one in self.rules), sum(one.found for one in self.rules))

    @property
    def sure_recall(self) -> float | None:
        return _ratio(sum(one.sure_right for one in self.rules), sum(one.sure_expected for one in self.rules))

    @property
    def sure_precision(self) -> float | None:
        return _ratio(sum(one.sure_found_right for one in self.rules), sum(one.sure_found for one in self.rules))

    def as_record(self) -> dict[str, object]:
        """The score as plain values for `--json`, ratios included."""
        names = ("recall", "precision", "sure_recall", "sure_precision")
        rules = [asdict(one) | {name: getattr(one, name) for name in names} for one in self.rules]
        return asdict(self) | {"rules": rules} | {name: getattr(self, name) for name in names}

    def __str__(self) -> str:
        return table(self)


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


def _ratio(part: int, whole: int) -> float | None:
    return round(part / whole, 4) if whole else None
