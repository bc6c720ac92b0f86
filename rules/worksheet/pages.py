"""The pages of the worksheet, in the order in which each rests on those before it, and the policy they use."""

from __future__ import annotations

from pathlib import Path

from sqlglot import exp

from core.errors import PolicyError
from rules.reading import parse

MEMBERS = "term_of_service"
"""Who is counted after what policy says of the register's words: `unit_member` as worksheet and rules read it."""
LAID = ("month_shown", "unit", "own_statement", "paid_wage")
"""What several kinds of line share: who is counted, which months are looked at, what was stated and what was paid."""
KINDS = ("wages", "business", "property", "transfer", "annual", "service", "holding", "unseen")
"""One page per kind of line; on paper they stand in this order."""
SHEET = "worksheet"


def page(folder: Path, name: str) -> str:
    """The SQL of `rules/worksheet/<name>.sql`.

    Raises:
        PolicyError: the set of rules holds no such page.
    """
    path = folder / "worksheet" / f"{name}.sql"
    if not path.exists():
        raise PolicyError(
            "worksheet.no_page",
            f"the set of rules has no page {name} of the worksheet",
            where=f"rules/worksheet/{name}.sql",
            todo="release a set that holds the worksheet",
        )
    return path.read_text(encoding="utf-8")


def parameters(folder: Path) -> list[str]:
    """The parameters the worksheet rests on: those its pages read, and those its lines name."""
    found: set[str] = set()
    for name in (MEMBERS, *LAID, *KINDS, SHEET):
        tree = parse(page(folder, name))
        found |= {column.name for column in tree.find_all(exp.Column) if column.table == "policy"}
        for alias in tree.find_all(exp.Alias):
            if alias.alias == "parameter_names":
                found |= {word for text in alias.find_all(exp.Literal) for word in text.name.split() if text.is_string}
    return sorted(found - {"household_key", *_TREATMENTS})


_TREATMENTS = ("dibao", "hardship", "none", "exemption", "line_months")
"""Codes that stand in the conditions of `parameter_names` and are no parameters."""
