"""A kept letter on paper: names put in, masked unless said otherwise, with number, day, hash and code."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import date
from typing import Any

from core.settings import Settings
from ledger.letters import Letter
from workbench.letters.typeset import typeset
from workbench.letters.words import words

_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
Names = Mapping[str, Mapping[str, str | None]]


def verification_code() -> str:
    """A new code of 60 random bits, `7K2M-QX9D-4HTP`: without letters that look like digits."""
    drawn = [secrets.choice(_ALPHABET) for _ in range(12)]
    return "-".join("".join(drawn[start : start + 4]) for start in (0, 4, 8))


def print_letter(
    letter: Letter,
    told: Mapping[str, Any],
    names: Names,
    *,
    settings: Settings,
    number: str | None = None,
    day: date,
    code: str | None = None,
) -> bytes:
    """The PDF of a letter; without number and code it is a draft and says so on every page.

    Args:
        told: its contents as kept.
        names: person key → `name` and `id_number`, as they are to stand on paper.

    Raises:
        OperatorError: the fonts are missing, or a character of a name or word has no shape in them.
    """
    common = words()["common"]
    to = told["addressee"]
    addressee = to if to is None or isinstance(to, str) else f"{common['head']} {_filled(to, names)}"
    sheet = {
        **{name: told[name] for name in ("kind", "title", "case_no", "opening", "closing", "signers")},
        "sections": _filled(told["sections"], names),
        "addressee": addressee,
        "number": number,
        "code": code,
        "contents_sha256": letter.contents_sha256,
        "office": settings.office,
        "contact": settings.office_contact,
        "day": [day.year, day.month, day.day],
        "date": common["day"].format(year=day.year, month=day.month, day=day.day),
        "words": common,
    }
    return typeset(sheet, settings.fonts_folder)


def _filled(value: Any, names: Names) -> Any:
    """The same with every `{"person": …, "field": …}` replaced by the words; a dash where nobody knows them."""
    if isinstance(value, Mapping):
        if value.keys() == {"person", "field"}:
            return names.get(str(value["person"]), {}).get(value["field"]) or "—"
        return {name: _filled(one, names) for name, one in value.items()}
    if isinstance(value, list):
        return [_filled(one, names) for one in value]
    return value
