"""The lists of a commissioned check (委托核对): who applies, what they signed, what they declared.

The centre writes them itself, in the layout of its own registers, so that a check of a few persons goes through the
same doors as a night.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import Field, ValidationError, ValidationInfo, field_validator, model_validator

from core.errors import OperatorError
from core.identity_number import is_valid
from ledger.deliveries import Delivery
from sources.card import Card
from sources.card_file import Strict

MOST_PERSONS = 12
Name = Annotated[str, Field(min_length=1, max_length=60, pattern=r"^\S(.*\S)?$")]
Scope = Literal[
    "all",
    "contribution",
    "institution_contribution",
    "pension",
    "pension_adjustment",
    "unemployment_benefit",
    "tax_withholding",
    "self_employed",
    "vehicle",
    "housing_fund",
]
Item = Literal["wage", "pension", "resident_pension", "business", "support", "unemployment_benefit", "vehicle", "other"]


class Applicant(Strict):
    """One person who applies, or lives with those who do."""

    name: Name
    id_number: str
    relation: Literal["head", "spouse", "child", "parent", "grandchild", "other"]
    person_class: Literal["ordinary", "elder", "minor", "student", "severe_disability", "severe_illness"] = "ordinary"
    applies: bool = True

    @field_validator("id_number")
    @classmethod
    def _can_be(cls, number: str) -> str:
        if not is_valid(number):
            raise ValueError("the id number cannot be one")
        return number


class Authorisation(Strict):
    """What one person (by place in the list, the first is 1) signed: for one source or for all, from a day to a day."""

    person: int = Field(ge=1)
    scope: Scope
    signer: Literal["self", "guardian", "mandate"]
    signed_date: date
    valid_from_date: date
    valid_to_date: date

    @field_validator("valid_to_date")
    @classmethod
    def _can_be(cls, last: date, told: ValidationInfo) -> date:
        if last < told.data.get("valid_from_date", last):
            raise ValueError("it ends before it begins")
        return last


class Declared(Strict):
    """One item a person declares, by the month from which it holds."""

    person: int = Field(ge=1)
    item: Item
    amount_monthly_yuan: Decimal | None = Field(default=None, ge=0, max_digits=12, decimal_places=2)
    from_month: date
    plate: str | None = None

    @model_validator(mode="after")
    def _can_be(self) -> Self:
        if (self.item == "vehicle" and not self.plate) or (self.item != "vehicle" and self.amount_monthly_yuan is None):
            raise ValueError("a vehicle needs its plate, anything else its amount")
        return self


class Application(Strict):
    """One household that applies. Holds names and numbers: it lives in memory and under seal only."""

    hukou_type: Literal["urban", "rural"]
    persons: list[Applicant] = Field(min_length=1, max_length=MOST_PERSONS)
    authorisations: list[Authorisation] = Field(default_factory=list)
    declared: list[Declared] = Field(default_factory=list)

    @field_validator("persons")
    @classmethod
    def _are_one_household(cls, persons: list[Applicant]) -> list[Applicant]:
        numbers = [one.id_number for one in persons]
        if [one.relation for one in persons].count("head") != 1:
            raise ValueError("exactly one person is the head")
        if len(set(numbers)) != len(numbers):
            raise ValueError("one id number stands twice")
        return persons

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        named = [*(one.person for one in self.authorisations), *(one.person for one in self.declared)]
        if max(named, default=0) > len(self.persons):
            raise ValueError("an authorisation or item names a person who is not on the list")
        return self


def application_from(given: Mapping[str, object]) -> Application:
    """The application as given by a form or a file, checked.

    Raises:
        OperatorError: something is missing or cannot be; names the field and never quotes what was given.
    """
    try:
        return Application.model_validate(given)
    except ValidationError as error:
        faults = error.errors(include_url=False, include_input=False, include_context=False)
        where = "; ".join(".".join(str(part) for part in fault["loc"]) or "application" for fault in faults)
        what = "; ".join(sorted({fault["msg"].removeprefix("Value error, ") for fault in faults}))
        raise OperatorError("check.form", what, where=where, todo="correct the fields named") from None


def write_lists(application: Application, folder: Path, *, number: int, as_of: date, region_code: str) -> list[Path]:
    """The three lists as files in `folder`, the persons first; a list without lines says so in its control file."""
    mark = f"{as_of:%Y%m%d}_{number}"
    persons = [
        {
            **{"低保证号": f"WT{number}", "行政区划": region_code, "成员姓名": one.name, "成员身份证号": one.id_number},
            **{"与户主关系": one.relation, "人员类别": one.person_class, "户籍性质": application.hukou_type},
            **{"救助类别": "dibao", "批准日期": as_of.isoformat(), "是否保障对象": "是" if one.applies else "否"},
            "保障人数": str(sum(person.applies for person in application.persons)),
        }
        for one in application.persons
    ]
    signed = [
        {
            **{"委托编号": f"WT{number}", **_named(application, one.person, "授权人姓名", "授权人身份证号")},
            **{"签署人": one.signer, "授权范围": one.scope, "签署日期": one.signed_date.isoformat()},
            **{"有效期起": one.valid_from_date.isoformat(), "有效期止": one.valid_to_date.isoformat()},
        }
        for one in application.authorisations
    ]
    declared = [
        {
            **{"低保证号": f"WT{number}", **_named(application, one.person, "姓名", "身份证号"), "申报项目": one.item},
            "月收入": "" if one.amount_monthly_yuan is None else str(one.amount_monthly_yuan),
            **{"申报日期": as_of.isoformat(), "起始年月": f"{one.from_month:%Y-%m}", "号牌号码": one.plate or ""},
        }
        for one in application.declared
    ]
    return [
        _write(folder / "applicant" / f"wt_applicant_{mark}.csv", persons, persons[0]),
        _write(folder / "applicant_authorisation" / f"wt_authorisation_{mark}.csv", signed, _SIGNED),
        _write(folder / "applicant_declaration" / f"wt_declaration_{mark}.csv", declared, _DECLARED),
    ]


def belongs(one: Delivery, card: Card, request: Delivery | None, cards: Mapping[str, Card]) -> bool:
    """Whether a run may know a delivery: a list of a commissioned check only where `request` came with it."""
    if not card.of_request:
        return True
    return request is not None and _check_of(one, card) == _check_of(request, cards[request.source])


def _check_of(one: Delivery, card: Card) -> str | None:
    found = re.fullmatch(card.file.pattern, one.file_name)
    return found["request"] if found else None


def _named(application: Application, place: int, name: str, number: str) -> dict[str, str]:
    person = application.persons[place - 1]
    return {name: person.name, number: person.id_number}


_SIGNED = ("委托编号", "授权人姓名", "授权人身份证号", "签署人", "授权范围", "签署日期", "有效期起", "有效期止")
_DECLARED = ("低保证号", "姓名", "身份证号", "申报项目", "月收入", "申报日期", "起始年月", "号牌号码")


def _write(path: Path, rows: Sequence[Mapping[str, str]], headers: Iterable[str]) -> Path:
    path.parent.mkdir()
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(headers))
        writer.writeheader()
        writer.writerows(rows)
    path.with_name(f"{path.name}.control.json").write_text(json.dumps({"rows": len(rows)}), encoding="utf-8")
    return path
