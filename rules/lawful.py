"""What no page may do, whatever its author meant: read ungraded rows, mix periods, put weak evidence into an amount.

A column's name is a promise about its period: `…_monthly_yuan`, `…_annual_yuan`, `…_period_yuan` (a quarter or a
year), `…_once_yuan`. Columns whose name keeps silent are listed here. Evidence levels are those of the wage ladder:
1 payer's or household's own statement, 2 tax filing of the month, 3 contribution wage, 4 fund deposit ÷ rate,
5 contribution base; only 1 and 2 may stand in an amount.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlglot import exp

from core.errors import DefectError
from rules.doubt import FOLDER, Doubt
from rules.pages import Page, Term, terms_of
from rules.question import ASKED
from rules.reading import parse, tables_read

DELIVERED_TABLES = (
    *("declared_item", "payment", "case_file", "hukou_person", "hukou_event", "cremation", "contribution"),
    *("pension_payment", "pension_adjustment", "unemployment_benefit", "withheld_income", "annual_income"),
    *("self_employed", "vehicle", "fund_account", "authorisation"),
)
BOOKS = frozenset({"as_of_day", "household", "member", "unit_member", "policy", "coverage", *DELIVERED_TABLES})
"""What the night knows before anything is reckoned or asked."""
READABLE = BOOKS | {"worksheet", "worksheet_line"}
PERHAPS = frozenset(f"{table}_perhaps" for table in DELIVERED_TABLES)
NAMED_BY_A_DOUBT = ["household_key", "person_key"]
PERIOD_OF_SILENT = {
    "amount_yuan": "month",
    "income_yuan": "month",
    "tax_yuan": "month",
    "back_paid_yuan": "once",
    "price_yuan": "once",
    "declared_yuan": "month",
    "found_yuan": "month",
}
WEAK = frozenset(
    {
        *("wage_monthly_yuan", "base_monthly_yuan", "person_deposit_monthly_yuan", "total_deposit_monthly_yuan"),
        *("income_annual_yuan", "amount_annual_yuan", "income_period_yuan", "price_yuan"),
    }
)
_SUFFIXES = {"_monthly_yuan": "month", "_annual_yuan": "year", "_period_yuan": "period", "_once_yuan": "once"}


def demand_lawful(page: Page, terms: list[Term]) -> None:
    """Refuse a page that reads what it may not, mixes periods, or lets weak evidence reach an amount.

    Raises:
        DefectError: the page breaks one of these.
    """
    allowed = READABLE | {term.name for term in terms if not _only_perhaps(term)}
    if strange := sorted(tables_read(page.sql) - allowed):
        raise _broken(page.name, "rule.reads_what_it_may_not", f"the page reads {strange}")
    tree = parse(page.sql)
    _demand_named_parameters(page, terms)
    demand_one_period(page.name, tree)
    demand_strong_amounts(page.name, tree, ("found_yuan", "declared_yuan"))


def demand_lawful_term(term: Term, terms: list[Term]) -> None:
    """The same for a shared term; one whose name begins with `perhaps_` serves doubts alone and may read what they may.

    Raises:
        DefectError: the term reads what it may not or mixes periods.
    """
    perhaps = _only_perhaps(term)
    allowed = READABLE | {other.name for other in terms if perhaps or not _only_perhaps(other)}
    allowed |= PERHAPS if perhaps else frozenset()
    if strange := sorted(tables_read(term.sql) - allowed):
        raise _broken(f"terms/{term.name}", "rule.reads_what_it_may_not", f"the term reads {strange}")
    demand_one_period(f"terms/{term.name}", parse(term.sql))


def _only_perhaps(term: Term) -> bool:
    """Whether the term's name tells that it says *perhaps*: such a term serves doubts, no page."""
    return term.name.startswith("perhaps_")


def demand_lawful_doubt(doubt: Doubt, terms: list[Term]) -> None:
    """Refuse a doubt that does more than name subjects among those asked.

    It alone may read `<table>_perhaps`, the rows that could be somebody's and are not surely so: they may speak in
    favour, never against.

    Raises:
        DefectError: it reads what it may not, not what the page asked, selects more than subjects, or mixes periods.
    """
    where, read = f"{FOLDER}/{doubt.name}", tables_read(doubt.sql)
    if strange := sorted(read - READABLE - PERHAPS - {ASKED} - {term.name for term in terms}):
        raise _broken(where, "rule.reads_what_it_may_not", f"the doubt reads {strange}")
    tree = parse(doubt.sql)
    if ASKED not in read or not isinstance(tree, exp.Query) or tree.named_selects != NAMED_BY_A_DOUBT:
        raise _broken(where, "rule.doubt_is_no_doubt", f"a doubt selects {NAMED_BY_A_DOUBT} of those {ASKED}")
    demand_one_period(where, tree)


def period_of(column: str) -> str | None:
    """The period a money column's name promises; None for anything that is not money or is a bare policy number."""
    if column in PERIOD_OF_SILENT:
        return PERIOD_OF_SILENT[column]
    return next((period for suffix, period in _SUFFIXES.items() if column.endswith(suffix)), None)


def _demand_named_parameters(page: Page, terms: list[Term]) -> None:
    """The card lists exactly the parameters that the page, its terms and its needs use."""
    texts = [*page.texts, *(term.sql for text in page.texts for term in terms_of(text, terms))]
    used = {column.name for text in texts for column in parse(text).find_all(exp.Column) if column.table == "policy"}
    counted = {need.months for need in page.card.needs if isinstance(need.months, str)}
    if wrong := sorted(set(page.card.parameters) ^ ((used - {"household_key"}) | counted)):
        raise _broken(page.name, "rule.parameters", f"card and page disagree on the parameters {wrong}")


def _periods(tree: exp.Expr) -> set[str]:
    return {period for column in tree.find_all(exp.Column) if (period := period_of(column.name))}


def demand_one_period(where: str, tree: exp.Expr) -> None:
    """No comparison or sum joins two periods, and no alias promises another period than it holds.

    Raises:
        DefectError: one does.
    """
    for node in tree.find_all(exp.Binary):
        if not isinstance(node, exp.Connector) and len(periods := _periods(node)) > 1:
            raise _broken(where, "rule.mixes_periods", f"one expression joins amounts of {sorted(periods)}")
    for alias in tree.find_all(exp.Alias):
        promised, held = period_of(alias.alias), _periods(alias.this)
        if promised and held and held != {promised}:
            raise _broken(where, "rule.mixes_periods", f"{alias.alias} promises {promised} and holds {sorted(held)}")


def demand_strong_amounts(where: str, tree: exp.Expr, amounts: Sequence[str]) -> None:
    """Nothing that ends in one of the `amounts` stems from evidence below level 2, through whatever part of a union.

    Raises:
        DefectError: it does.
    """
    stems_from: dict[str, set[str]] = {}
    for alias in tree.find_all(exp.Alias):
        held = {column.name for column in _carrying(alias.this)}
        stems_from.setdefault(alias.alias, set()).update(held)
    for union in tree.find_all(exp.SetOperation):
        for name, other in zip(union.left.named_selects, union.right.selects, strict=True):
            stems_from.setdefault(name, set()).update(column.name for column in _carrying(other.unalias()))
    for amount in amounts:
        reached: set[str] = set()
        waiting = {amount}
        while waiting:
            reached |= waiting
            waiting = {name for column in waiting for name in stems_from.get(column, set())} - reached
        if weak := sorted(reached & WEAK):
            raise _broken(where, "rule.weak_amount", f"{amount} rests on {weak}, which may ask but not carry an amount")


def _carrying(tree: exp.Expr) -> Iterator[exp.Column]:
    """Columns whose value reaches the result: not those that stand only in the condition of a CASE or a FILTER."""
    if isinstance(tree, exp.Column):
        yield tree
    condition = "this" if isinstance(tree, exp.If) else "expression" if isinstance(tree, exp.Filter) else None
    for key, child in tree.args.items():
        for part in child if isinstance(child, list) else [child]:
            if isinstance(part, exp.Expr) and key != condition:
                yield from _carrying(part)


def _broken(where: str, code: str, what: str) -> DefectError:
    return DefectError(code, what, where=f"rules/{where}.sql", todo="rewrite the page; a page may not do this")
