"""How long is left, in words."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from ledger.case_words import Status
from ledger.cases import Case
from workbench.words.catalogue import marked, teller

SOON_DAYS = 3


class Due(NamedTuple):
    """`state` is `late`, `soon`, `far` or `none`; `words` say it."""

    state: str
    words: str


def due_in_words(due: date | None, day: date, language: str) -> Due:
    """`剩 2 天`, `逾期 3 天`, `今日到期`; a dash where nothing is due."""
    tell = teller(language)
    if due is None:
        return Due("none", "—")
    left = (due - day).days
    if left < 0:
        return Due("late", tell(marked("逾期 %(n)s 天"), n=-left))
    if left == 0:
        return Due("soon", tell(marked("今日到期")))
    return Due("soon" if left <= SOON_DAYS else "far", tell(marked("剩 %(n)s 天"), n=left))


def case_due_in_words(case: Case, day: date, language: str) -> Due:
    """The same of a case: nothing is due any more once it is closed or lapsed."""
    over = case.status in (Status.CLOSED, Status.LAPSED)
    return due_in_words(None if over else case.due_date, day, language)
