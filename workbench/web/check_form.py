"""The intake form of a commissioned check as an application: fields by person and by line, empty ones left out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, get_args

from sources.request import Scope

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
