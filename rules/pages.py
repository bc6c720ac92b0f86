"""Finding the rule pages and the terms they share in a folder, and the version of each."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import yaml
from pydantic import ValidationError

from core.errors import PolicyError
from rules.card import Card
from rules.doubt import Doubt, load_doubts
from rules.reading import tables_read

FAMILIES = ("existence", "household", "income", "property", "payment", "process", "in_favour")


@dataclass(frozen=True)
class Page:
    """One rule: its name (`income/pension_not_declared`), card, SQL, version, and the doubts its card names."""

    name: str
    card: Card
    sql: str
    version: str
    doubts: tuple[Doubt, ...] = ()

    @property
    def texts(self) -> tuple[str, ...]:
        """The page's SQL and that of its doubts."""
        return (self.sql, *(doubt.sql for doubt in self.doubts))


@dataclass(frozen=True)
class Term:
    """A word several pages share, said once: `rules/terms/<name>.sql` becomes the view `<name>`."""

    name: str
    sql: str


def load_terms(folder: Path) -> list[Term]:
    """The terms, each after those it reads.

    Raises:
        PolicyError: terms read each other in a circle.
    """
    waiting = {path.stem: path.read_text(encoding="utf-8") for path in sorted((folder / "terms").glob("*.sql"))}
    reads = {name: tables_read(sql) & set(waiting) - {name} for name, sql in waiting.items()}
    ordered: list[Term] = []
    while waiting:
        said = {term.name for term in ordered}
        ready = [name for name in waiting if reads[name] <= said]
        if not ready:
            raise _wrong("terms", f"terms read each other in a circle: {sorted(waiting)}", "rule.terms_circle")
        ordered += [Term(name, waiting.pop(name)) for name in ready]
    return ordered


def load_pages(folder: Path) -> list[Page]:
    """Every rule page below `folder`, by name.

    Raises:
        PolicyError: a card is missing, misspelt or contradicts itself, or a code is used twice.
    """
    terms, doubts = load_terms(folder), load_doubts(folder)
    paths = sorted(path for family in FAMILIES for path in (folder / family).glob("*.sql"))
    pages = [_load_page(folder, path, terms, doubts) for path in paths]
    codes = [page.card.code for page in pages]
    if twice := sorted({code for code in codes if codes.count(code) > 1}):
        raise _wrong("rules", f"codes used by two rules: {twice}", "rule.code_twice")
    return pages


def _load_page(folder: Path, path: Path, terms: list[Term], doubts: dict[str, Doubt]) -> Page:
    name = path.relative_to(folder).with_suffix("").as_posix()
    beside = path.with_suffix(".yml")
    if not beside.exists():
        raise _wrong(name, "the page has no card beside it", "rule.no_card")
    text = beside.read_text(encoding="utf-8")
    try:
        card = Card.model_validate(yaml.load(text, Loader=yaml.CSafeLoader))
    except (ValidationError, yaml.YAMLError) as error:
        raise _wrong(name, f"the card does not hold: {error}", "rule.card") from None
    if card.family != path.parent.name:
        raise _wrong(name, "the card names another family than its folder", "rule.family")
    if unknown := sorted(set(card.doubts) - set(doubts)):
        raise _wrong(name, f"the card names doubts that are not there: {unknown}", "rule.doubt")
    sql, held = path.read_text(encoding="utf-8"), tuple(doubts[doubt] for doubt in card.doubts)
    return Page(name, card, sql, _version(folder, sql, text, terms, held), held)


def terms_of(sql: str, terms: list[Term]) -> list[Term]:
    """The terms a page rests on, also through other terms, in an order in which they can be laid."""
    by_name = {term.name: term for term in terms}
    reached: set[str] = set()
    waiting = set(tables_read(sql) & by_name.keys())
    while waiting:
        reached |= waiting
        waiting = {name for term in waiting for name in tables_read(by_name[term].sql)} & by_name.keys() - reached
    return [term for term in terms if term.name in reached]


def _version(folder: Path, sql: str, card: str, terms: list[Term], doubts: tuple[Doubt, ...]) -> str:
    """Twelve hex digits over the page, its card, its doubts, every term they rest on, and the worksheet if read."""
    said = [part for doubt in doubts for part in (doubt.sql, doubt.sentence.model_dump_json())]
    rests_on = [term for text in (sql, *(doubt.sql for doubt in doubts)) for term in terms_of(text, terms)]
    parts = [sql, card, *(term.sql for term in dict.fromkeys(rests_on)), *said]
    if any(tables_read(text) & {"worksheet", "worksheet_line"} for text in (sql, *(term.sql for term in rests_on))):
        parts += [path.read_text(encoding="utf-8") for path in sorted((folder / "worksheet").glob("*.sql"))]
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:12]


def _wrong(where: str, what: str, code: str) -> PolicyError:
    return PolicyError(code, what, where=f"rules/{where}", todo="correct the page or its card")
