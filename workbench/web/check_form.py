"""The intake form of a commissioned check as an application: fields by person and by line, empty ones left out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, get_args

from sources.request import Scope
from workbench.words.catalogue import marked

_PERSON, _LINE, _SIGNED = marked("第 %(n)s 人"), marked("第 %(n)s 项"), marked("授权")
_FIELDS = {
    "name": marked("姓名"),
    "id_number": marked("身份证号"),
    "relation": marked("与户主关系"),
    "person_class": marked("人员类别"),
    "signer": marked("签署人"),
    "signed_date": marked("签署日期"),
    "valid_from_date": marked("有效期起"),
    "valid_to_date": marked("有效期止"),
    "item": marked("项目"),
    "amount_monthly_yuan": marked("每月金额（元）"),
    "from_month": marked("自哪个月起（如 2026-01）"),
    "plate": marked("车辆号牌"),
    "hukou_type": marked("户籍性质"),
    "persons": marked("家庭成员和授权"),
    "as_of": marked("数据日"),
}
_WHY = {"id_number": marked("位数、出生日期或校验位不对")}
PERSONS = 6
"""Persons, and declared lines, that the form has room for; larger households come through the command line."""


def application_in(typed: Mapping[str, str]) -> dict[str, Any]:
    """What was typed, by the names that `sources.request.Application` has; nothing is judged here.

    Fields: `hukou_type`; per person n `n-name n-id_number n-relation n-person_class n-applies`, and of what was signed
    `n-scope-<source or all> n-signer n-signed_date n-valid_from_date n-valid_to_date`; per line n
    `d<n>-person d<n>-item d<n>-amount d<n>-from_month d<n>-plate`.
    """
    there = [number for number in range(1, PERSONS + 1) if typed.get(f"{number}-name", "").strip()]
    places = {number: place for place, number in enumerate(there, start=1)}
    return {
        "hukou_type": typed.get("hukou_type", ""),
        "persons": [_person(typed, number) for number in there],
        "authorisations": [one for number in there for one in _signed(typed, number, places[number])],
        "declared": [_line(typed, line, places) for line in range(1, PERSONS + 1) if typed.get(f"d{line}-item")],
    }


def places_in_words(where: str, typed: Mapping[str, str], tell: Callable[..., str]) -> list[str]:
    """What the places of an error in the application are called in the form; it has none for what is no field."""
    return [words for one in dict.fromkeys(where.split("; ")) if (words := _place(one, typed, tell))]


def _place(where: str, typed: Mapping[str, str], tell: Callable[..., str]) -> str:
    there = [number for number in range(1, PERSONS + 1) if typed.get(f"{number}-name", "").strip()]
    listed = [line for line in range(1, PERSONS + 1) if typed.get(f"d{line}-item")]
    part, _, rest = where.partition(".")
    index, _, field = rest.partition(".")
    place = int(index) if index.isdigit() else 0
    said = []
    if part == "persons" and place < len(there):
        said.append(tell(_PERSON, n=there[place]))
    elif part == "declared" and place < len(listed):
        said.append(tell(_LINE, n=listed[place]))
    elif part == "authorisations":
        said.append(tell(_SIGNED))
    else:
        field = part
    return " · ".join([*said, *(tell(words[field]) for words in (_FIELDS, _WHY) if field in words)])


def _person(typed: Mapping[str, str], number: int) -> dict[str, Any]:
    return {
        "name": typed[f"{number}-name"].strip(),
        "id_number": typed.get(f"{number}-id_number", "").strip().upper(),
        "relation": typed.get(f"{number}-relation", ""),
        "person_class": typed.get(f"{number}-person_class", "ordinary"),
        "applies": f"{number}-applies" in typed,
    }


def _signed(typed: Mapping[str, str], number: int, place: int) -> list[dict[str, Any]]:
    days = {name: typed.get(f"{number}-{name}", "") for name in ("signed_date", "valid_from_date", "valid_to_date")}
    signer = typed.get(f"{number}-signer", "")
    scopes = [scope for scope in get_args(Scope) if f"{number}-scope-{scope}" in typed]
    return [{"person": place, "scope": scope, "signer": signer, **days} for scope in scopes]


def _line(typed: Mapping[str, str], line: int, places: Mapping[int, int]) -> dict[str, Any]:
    person, month = typed.get(f"d{line}-person", ""), typed.get(f"d{line}-from_month", "")
    return {
        "person": places.get(int(person), 0) if person.isdigit() else 0,
        "item": typed[f"d{line}-item"],
        "amount_monthly_yuan": typed.get(f"d{line}-amount", "").strip() or None,
        "from_month": f"{month}-01" if len(month) == 7 else month,
        "plate": typed.get(f"d{line}-plate", "").strip() or None,
    }
