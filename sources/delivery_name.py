"""Whose file is this, and of which day: told by its name, as the cards agree with the providers."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from core.errors import HeduiError, OperatorError, ProviderError
from core.identity_number import mask
from sources.card import Card


@dataclass(frozen=True)
class Named:
    """What a file's name says: the day it is as of (a month's last day if only that is named), its settlement month."""

    card: Card
    as_of: date | None
    period_month: date | None


def recognise(file: Path, cards: dict[str, Card], *, today: date) -> Named:
    """The source of a file and the dates in its name; in a folder called like a source only that card counts.

    Raises:
        OperatorError: no card or several recognise the name.
        ProviderError: another name than agreed in a source's own folder; a date that cannot be or is yet to come.
    """
    own = cards.get(file.parent.name)
    matching = [card for card in ([own] if own else cards.values()) if re.fullmatch(card.file.pattern, file.name)]
    if len(matching) != 1:
        raise _unrecognised(file, own, [card.source for card in matching])
    found = re.fullmatch(matching[0].file.pattern, file.name)
    groups = found.groupdict() if found else {}
    period = _day(groups.get("period"), file, first=True, today=today)
    as_of = _day(groups.get("as_of"), file, first=False, today=today)
    _refuse_odd_part(groups, file)
    if as_of is None and period is not None:
        as_of = _last_of_month(period)
    return Named(matching[0], as_of if matching[0].file.as_of == "pattern" else None, period)


def _refuse_odd_part(groups: dict[str, str | None], file: Path) -> None:
    if not groups.get("part"):
        return
    part, parts = int(groups["part"] or 0), int(groups["parts"] or 0)
    if not 1 <= part <= parts:
        raise ProviderError(
            "delivery.name_part",
            f"the file's name says part {part} of {parts}",
            where=shown(file),
            todo="number the parts from 1 up to their count and send the file under that name",
        )


def shown(file: Path) -> str:
    """A file's name as errors and logs show it: long digit runs, which could be id numbers, masked."""
    return re.sub(r"\d{14,}[Xx]?", lambda found: mask(found[0]), file.name)


def _day(text: str | None, file: Path, *, first: bool, today: date) -> date | None:
    """yyyymmdd, or yyyymm as its first or last day."""
    if not text:
        return None
    try:
        month = date(int(text[:4]), int(text[4:6]), 1)
        day = date(int(text[:4]), int(text[4:6]), int(text[6:])) if len(text) == 8 else month
    except ValueError:
        raise _wrong_date(file, "is no day of the calendar") from None
    if len(text) not in (6, 8):
        raise _wrong_date(file, "is neither yyyymm nor yyyymmdd")
    if day > today:
        raise _wrong_date(file, "lies in the future")
    if day.year < 1950:
        raise _wrong_date(file, "lies before 1950")
    return day if first or len(text) == 8 else _last_of_month(day)


def _last_of_month(month: date) -> date:
    return month.replace(day=calendar.monthrange(month.year, month.month)[1])


def _wrong_date(file: Path, what: str) -> ProviderError:
    return ProviderError(
        "delivery.name_date",
        f"the date in the file's name {what}",
        where=shown(file),
        todo="send the file again under the right name",
    )


def _unrecognised(file: Path, own: Card | None, matching: list[str]) -> HeduiError:
    if own is not None:
        return ProviderError(
            "delivery.file_name",
            "the file's name is not as agreed with this source",
            where=f"{own.source}/{shown(file)}",
            todo=f"send the file under a name of the form {own.file.pattern}",
        )
    if matching:
        return OperatorError(
            "delivery.ambiguous_name",
            f"several sources claim the name: {', '.join(matching)}",
            where=shown(file),
            todo="put the file into its source's folder, or make the patterns of the cards exclude each other",
        )
    return OperatorError(
        "delivery.unknown_file",
        "no source's card knows a file of this name",
        where=shown(file),
        todo="find out who sent it; put it into its source's folder or take it out of the inbox",
    )
