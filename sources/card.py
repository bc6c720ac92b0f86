"""The card of a source (`source.yml`): everything Hedui knows about one provider's file.

Cards are read as plain text (`01` stays `01`, `no` stays `no`) and checked strictly: an unknown key, a key given twice
or a contradiction is an error that names the file and the key.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, ValidationError, model_validator

from core.errors import DefectError, HeduiError, PolicyError
from sources.card_column import Column, DatedCodes, dated
from sources.card_file import FileShape, Strict
from sources.yaml_text import load_text

CARD = "source.yml"


class Words(Strict):
    """The same thing in Chinese for officials and in English for engineers."""

    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)


class LegalBasis(Strict):
    """Why the centre may look at this source, and whether that rests on the person's consent or on statute."""

    text: str = Field(min_length=4)
    rests_on: Literal["consent", "statute"]


class Cadence(Strict):
    """How often a file is expected, by which day of the following month, and after how many days it is too old."""

    every: Literal["month", "quarter", "year", "once"]
    expected_by_day: int | None = Field(default=None, ge=1, le=31)
    max_age_days: int = Field(gt=0)


class Covers(Strict):
    """A fact the source answers: a delivery for month m says everything known about m minus `lag_months`."""

    fact: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    period: Literal["month", "day", "year"]
    lag_months: int = Field(default=0, ge=0)


class Healthy(Strict):
    """What a healthy delivery looks like; beyond these the feed pauses. Shares lie between 0 and 1.

    `id_without_x`: more rows than this and not one id ending in X is spreadsheet damage
    (by GB 11643 about 9 % of ids end in X).
    """

    rows_min: int = Field(ge=0)
    row_change_share: float = Field(default=0.5, ge=0, le=1)
    unusable_id_share_max: float = Field(ge=0, le=1)
    structural_refusal_share_max: float = Field(ge=0, le=1)
    id_without_x: int = Field(default=200, gt=0)
    id_ending_000_share_max: float = Field(default=0.01, ge=0, le=1)
    unknown_code_share_max: float = Field(default=0.0, ge=0, le=1)


OWN_REGISTERS = frozenset({"roster_member", "authorisation", "declared_item", "payment", "case_file"})
"""Tables of the centre's own registers: a commissioned check has its own lists in their place."""


class Card(Strict):
    """One source. Two sources with the same `attesting_origin` are not independent witnesses.

    `stands_for`: the centre's register whose place this list takes in the run of the commissioned check that its file
    name gives (group `request`); no night reads it.
    """

    source: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    title: Words
    provider: Words
    contact: Words
    legal_basis: LegalBasis
    attesting_origin: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    table: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    kind: Literal["snapshot", "delta"]
    cadence: Cadence
    stands_for: str | None = None
    region_prefix: str = Field(default="", pattern=r"^([0-9]{2}|[0-9]{4}|[0-9]{6}|[0-9]{9}|[0-9]{12})?$")
    file: FileShape
    covers: list[Covers] = Field(min_length=1)
    natural_key: list[str] = Field(min_length=1)
    columns: dict[str, Column] = Field(min_length=1)
    code_tables: dict[str, dict[str, str] | list[DatedCodes]] = Field(default_factory=dict)
    ignored: dict[str, str] = Field(default_factory=dict)
    healthy: Healthy

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        names = [column.name for column in self.columns.values()]
        if twice := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"two columns of theirs become the same column of ours: {twice}")
        if unknown := sorted(set(self.natural_key) - set(names)):
            raise ValueError(f"natural_key names columns the card does not map: {unknown}")
        if both := sorted(set(self.columns) & set(self.ignored)):
            raise ValueError(f"both mapped and ignored: {both}")
        if bare := sorted(header for header, reason in self.ignored.items() if len(reason.strip()) < 4):
            raise ValueError(f"ignored without a reason: {bare}")
        if lost := sorted({c.codes for c in self.columns.values() if c.codes} - set(self.code_tables)):
            raise ValueError(f"code tables that the card does not hold: {lost}")
        if idle := sorted(set(self.code_tables) - {c.codes for c in self.columns.values()}):
            raise ValueError(f"code tables that no column uses: {idle}")
        if (self.stands_for is None) == ("(?P<request>" in self.file.pattern):
            raise ValueError("stands_for and a group (?P<request>…) in the file's pattern stand together")
        return self._names_every_field()

    def _names_every_field(self) -> Self:
        listed = self.file.widths or self.file.field_names
        if listed is not None and set(listed) != set(self.columns) | set(self.ignored):
            strays = sorted(set(listed) ^ (set(self.columns) | set(self.ignored)))
            raise ValueError(f"widths or field_names must list exactly the mapped and ignored columns: {strays}")
        if listed is not None and len(set(listed)) != len(listed):
            raise ValueError("field_names lists a column twice")
        return self

    @property
    def our_columns(self) -> dict[str, Column]:
        """Our column name → column, in the card's order."""
        return {column.name: column for column in self.columns.values()}

    @property
    def of_request(self) -> bool:
        """Whether each file belongs to one commissioned check, and to no night."""
        return self.stands_for is not None

    @property
    def id_column(self) -> str | None:
        """Our name of the person's id number; None for a source about households or things only."""
        return next((column.name for column in self.columns.values() if column.type == "id_number"), None)

    def codes_on(self, table: str, day: date) -> dict[str, str]:
        """Their code → ours as the table `table` stood on `day`.

        Raises:
            PolicyError: no edition, or more than one, is in force that day.
        """
        in_force = [
            edition.values
            for edition in dated(self.code_tables[table])
            if (edition.from_date or date.min) <= day <= (edition.to_date or date.max)
        ]
        if len(in_force) != 1:
            raise PolicyError(
                "card.codes_not_in_force",
                f"{len(in_force)} editions of code table {table} are in force on {day}",
                where=f"{self.source}/{CARD}, key code_tables.{table}",
                todo="give exactly one edition for every day",
            )
        return in_force[0]


def load_card(folder: Path) -> Card:
    """The card in a room's folder.

    Raises:
        PolicyError: the legal basis is missing or incomplete.
        DefectError: anything else on the card is missing, unknown or contradictory; names the file and the key.
    """
    card = folder / CARD
    return _card_as_written(folder, card.stat().st_mtime_ns if card.exists() else 0)


@lru_cache(maxsize=64)
def _card_as_written(folder: Path, _: int) -> Card:
    """Read again only when the card was written anew: every delivery asks for its card."""
    where = f"{folder.name}/{CARD}"
    raw = load_text(folder / CARD, where=where)
    try:
        card = Card.model_validate(raw)
    except ValidationError as error:
        raise _card_error(error, where) from None
    if card.source != folder.name:
        raise _defect("card.source", "the card's source is not its folder's name", f"{where}, key source")
    return card


def load_cards(sources_folder: Path) -> dict[str, Card]:
    """The card of every source that a night reads, in alphabetical order.

    Raises:
        DefectError, PolicyError: as `load_card`.
    """
    return {name: card for name, card in load_all_cards(sources_folder).items() if not card.of_request}


def load_request_cards(sources_folder: Path) -> dict[str, Card]:
    """The cards that a commissioned check reads: its own lists in place of the centre's registers, and the departments.

    Raises:
        DefectError, PolicyError: as `load_card`.
    """
    cards = load_all_cards(sources_folder)
    return {name: card for name, card in cards.items() if card.of_request or card.table not in OWN_REGISTERS}


def load_all_cards(sources_folder: Path) -> dict[str, Card]:
    """Every room's card, those of a night's sources and those of the lists of commissioned checks.

    Raises:
        DefectError, PolicyError: as `load_card`.
    """
    written = sorted((path, path.stat().st_mtime_ns) for path in sources_folder.glob(f"*/{CARD}"))
    return dict(_cards_as_written(tuple(written)))


@lru_cache(maxsize=8)
def _cards_as_written(written: tuple[tuple[Path, int], ...]) -> dict[str, Card]:
    """Read again only when a card was written anew: every door asks for the cards."""
    return {path.parent.name: load_card(path.parent) for path, _ in written}


def _card_error(error: ValidationError, where: str) -> HeduiError:
    faults = error.errors(include_url=False, include_input=False)
    keys = [".".join(str(part) for part in fault["loc"]) or "(whole card)" for fault in faults]
    what = "; ".join(f"{key}: {fault['msg']}" for key, fault in zip(keys, faults, strict=True))
    place = f"{where}, key {', '.join(keys)}"
    if all(key.startswith("legal_basis") for key in keys):
        return PolicyError("card.legal_basis", what, where=place, todo="write the basis and what it rests on")
    return _defect("card.invalid", what, place)


def _defect(code: str, what: str, where: str) -> DefectError:
    return DefectError(code, what, where=where, todo="correct the card; docs/adding-a-source.md shows a whole one")
