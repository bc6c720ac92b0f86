"""The meaning written by hand in a source's room, `checks.yml`: read strictly, as text."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field, TypeAdapter, ValidationError

from core.errors import DefectError
from expectations.check import Check, Level
from sources.card import Words
from sources.card_file import Strict
from sources.yaml_text import load_text

CHECKS = "checks.yml"


class _Written(Strict):
    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    level: Level
    action: Literal["refuse", "warn"]
    predicate: str = Field(min_length=3)
    message: Words
    who: str = Field(min_length=1)


_ALL = TypeAdapter(list[_Written])


def meaning_of(room: Path) -> list[Check]:
    """The checks in a room's folder, in their order; an absent file is none.

    Raises:
        DefectError: the file is not a list of whole checks, or a name stands twice; names the file and the key.
    """
    path = room / CHECKS
    where = f"{room.name}/{CHECKS}"
    try:
        written = _ALL.validate_python(load_text(path, where=where)) if path.exists() else []
    except ValidationError as error:
        keys = ", ".join(sorted({".".join(map(str, fault["loc"])) for fault in error.errors(include_input=False)}))
        raise _defect(f"not a whole check: {keys}", where) from None
    names = [one.name for one in written]
    if len(set(names)) != len(names):
        raise _defect("a name stands twice", where)
    return [
        Check(one.name, one.level, one.action, one.predicate, one.message.zh, one.message.en, one.who)
        for one in written
    ]


def _defect(what: str, where: str) -> DefectError:
    return DefectError(
        "checks.invalid", what, where=where, todo="give name, level, action, predicate, message {zh, en} and who"
    )
