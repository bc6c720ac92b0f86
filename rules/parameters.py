"""Numbers of policy: each value with its region, programme, days, document, and who verified it when.

One file per parameter in `rules/parameters/`. The longest region prefix wins; two values at once or a hole between two
values is an error for policy staff, and so is no value at all: it is never taken for zero. A `set` holds one item per
row, each with its own days; every item in force belongs to it, and a row with `listed: false` takes one out.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path
from typing import Literal, NamedTuple, Self

import yaml
from pydantic import Field, ValidationError, model_validator

from core.errors import HeduiError, PolicyError
from core.moment import today
from core.settings import Settings
from rules.card import Strict, Words
from rules.page_faults import page_faults

HukouType = Literal["urban", "rural"]


class Verified(Strict):
    """Who held the document in hand and compared the value with it, and when."""

    by: str = Field(min_length=1)
    on: date


class Value(Strict):
    """One value in force in a region (prefix of the twelve-digit code; empty: everywhere) over some days.

    `hukou_type` narrows a value to urban or rural households. `valid_to` is the last day, empty while it holds.
    An unverified value is used in the demonstration only.
    """

    row: str = Field(pattern=r"^[a-z0-9][a-z0-9-]*$")
    region: str = Field(pattern=r"^([0-9]{2}|[0-9]{4}|[0-9]{6}|[0-9]{9}|[0-9]{12})?$")
    programme: Literal["dibao", "marginal", "hardship", "destitute"] = "dibao"
    hukou_type: HukouType | None = None
    valid_from: date
    valid_to: date | None = None
    value: Decimal | None = None
    text: str | None = None
    listed: bool = True
    document: Words
    verified: Verified | None = None

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        if (self.value is None) == (self.text is None):
            raise ValueError(f"{self.row}: give either a value or a text")
        if self.valid_to is not None and self.valid_to < self.valid_from:
            raise ValueError(f"{self.row}: ends before it begins")
        return self

    def in_force(self, day: date) -> bool:
        """Whether the value holds on `day`."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)

    @property
    def place(self) -> tuple[str, str, str]:
        """Where the value holds: region, programme, urban or rural."""
        return (self.region, self.programme, self.hukou_type or "")


class Parameter(Strict):
    """One number or list of policy and all values it has had."""

    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    title: Words
    unit: Words
    kind: Literal["number", "list", "set"] = "number"
    words: dict[str, Words] = Field(default_factory=dict)
    values: list[Value] = Field(min_length=1)

    @model_validator(mode="after")
    def _values_are_of_the_kind(self) -> Self:
        if wrong := [value.row for value in self.values if (value.text is None) != (self.kind == "number")]:
            raise ValueError(f"{self.name}: not a {self.kind}: {wrong}")
        if wrong := [v.row for v in self.values if self.kind == "set" and len((v.text or "").split()) != 1]:
            raise ValueError(f"{self.name}: a row of a set holds one item: {wrong}")
        if wrong := [value.row for value in self.values if not value.listed and self.kind != "set"]:
            raise ValueError(f"{self.name}: only an item of a set can be taken out: {wrong}")
        return self

    def said(self, value: str) -> Words:
        """A value of this parameter with its unit in words; `value` is the number in digits, or the list.

        A share is said in per cent, a yes or no by its word. A list has no unit: its items are said by their words.
        """
        if self.kind != "number":
            items = [self.words.get(item, Words(zh=item, en=item)) for item in value.split()]
            return Words(zh="、".join(one.zh for one in items), en=", ".join(one.en for one in items))
        amount = Decimal(value)
        if self.unit.en in _SHARES:
            of = _SHARES[self.unit.en]
            return Words(zh=f"{of.zh}{_plain(amount * 100)}%", en=f"{_plain(amount * 100)}%{of.en}")
        if self.unit.en == _YES_OR_NO:
            return Words(zh="是", en="yes") if amount else Words(zh="否", en="no")
        unit = _OF_ONE.get(self.unit.en, self.unit.en) if amount == 1 else self.unit.en
        return Words(zh=f"{_plain(amount)} {self.unit.zh}", en=f"{_plain(amount)} {unit}")

    def subject(self, value: Value) -> tuple[str, ...]:
        """What two of its values must share to contradict each other: the place and, in a set, the item."""
        return (*value.place, value.text or "") if self.kind == "set" else value.place


class _Of(NamedTuple):
    """What a share is of, where it is not of the whole."""

    zh: str
    en: str


_SHARES = {
    "share of 1": _Of("", ""),
    "share": _Of("", ""),
    "share of the declared amount": _Of("申报额的", " of the declared amount"),
}
_YES_OR_NO = "1 yes, 0 no"
_OF_ONE = {
    **{f"{unit}s": unit for unit in ("month", "day", "time", "cycle", "household", "vehicle", "review")},
    "times refused": "time refused",
}


def _plain(amount: Decimal) -> str:
    return f"{amount.normalize():,f}"


def load_parameters(folder: Path) -> list[Parameter]:
    """All parameters of `<folder>/parameters/`, by name.

    Raises:
        PolicyError: a file is misspelt, or a name or row id stands twice.
    """
    parameters = [_load(path) for path in sorted((folder / "parameters").glob("*.yml"))]
    rows = [value.row for parameter in parameters for value in parameter.values]
    if twice := sorted({row for row in rows if rows.count(row) > 1}):
        raise _wrong("parameter.row_twice", f"row ids stand twice: {twice}", "parameters")
    return parameters


def faults(parameters: Iterable[Parameter]) -> list[PolicyError]:
    """Overlaps (two values for one place on one day) and holes between two values of one place."""
    return [fault for parameter in parameters for fault in _faults(parameter)]


def check(settings: Settings, *, as_of: date | None = None) -> list[HeduiError]:
    """What must be mended before the next night, for `hedui policy check`; empty when all is well.

    Overlaps and holes; parameters without a usable value on `as_of` (default today) anywhere, which in production means
    a verified one; pages that break what no page may break.

    Raises:
        PolicyError: a file cannot be read at all.
    """
    day = as_of or today()
    parameters = load_parameters(settings.rules_folder)
    found: list[HeduiError] = [*faults(parameters), *page_faults(settings.rules_folder)]
    for parameter in parameters:
        usable = [v for v in parameter.values if v.in_force(day) and is_usable(v, settings.environment)]
        if not usable:
            found.append(_wrong("parameter.none_in_force", f"nothing usable in force on {day}", parameter.name))
    return found


def is_usable(value: Value, environment: str) -> bool:
    """Unverified values are used in the demonstration only."""
    return value.verified is not None or environment == "demonstration"


def _faults(parameter: Parameter) -> list[PolicyError]:
    found = []
    for subject in sorted({parameter.subject(value) for value in parameter.values}):
        ordered = sorted((v for v in parameter.values if parameter.subject(v) == subject), key=lambda v: v.valid_from)
        for earlier, later in pairwise(ordered):
            if earlier.valid_to is None or earlier.valid_to >= later.valid_from:
                what = f"{earlier.row} and {later.row} hold at once from {later.valid_from}"
                found.append(_wrong("parameter.two_at_once", what, parameter.name))
            elif earlier.valid_to + timedelta(days=1) < later.valid_from:
                what = f"nothing holds between {earlier.row} and {later.row}"
                found.append(_wrong("parameter.hole", what, parameter.name))
    return found


def _load(path: Path) -> Parameter:
    try:
        parameter = Parameter.model_validate(yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader))
    except (ValidationError, yaml.YAMLError) as error:
        raise _wrong("parameter.file", f"the file does not hold: {error}", path.stem) from None
    if parameter.name != path.stem:
        raise _wrong("parameter.name", "the file is named after another parameter", path.stem)
    return parameter


def _wrong(code: str, what: str, name: str) -> PolicyError:
    return PolicyError(
        code, what, where=f"rules/parameters/{name}.yml", todo="state one value for every day, with its document"
    )
