"""The timeline of a case in words. Decisions stand in a card of their own: a blind reviewer must not read them here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from ledger.case_timeline import Happened
from ledger.case_words import Stage, Status
from ledger.cases import SYNC
from ledger.decisions import Decision
from workbench.words.codes import code_words, said

_WHAT = {"letter": "letter", "letter_event": "letter_state", "notice": "notice_way", "objection": "objection_channel"}
_WHAT |= {"objection_answer": "objection_outcome"}
_DECIDED = (Status.SECOND, Status.DIFFERS, Status.ISSUE, Status.CLOSED, Status.LAPSED)
_WITH_A_NOTE = ("second_return", "resolution_return")
NIGHT = {"zh": "夜间批次", "en": "Nightly run"}


@dataclass(frozen=True)
class Line:
    """One line: when, by whom, what."""

    at: datetime
    by: str
    words: str


def lines(happened: Iterable[Happened], names: Mapping[str, str], language: str) -> list[Line]:
    """What happened, newest first; `names` are user id → name."""
    told = [one for one in happened if one.kind != "decision"]
    return [Line(one.at, _who(one.by, names, language), _words(one, language)) for one in reversed(told)]


def why_again(
    happened: Iterable[Happened], shown: Sequence[Decision], names: Mapping[str, str], language: str
) -> Line | None:
    """Why a case that was decided is under review again, until it is decided anew: who gave it back and for what.

    A second person's or supervisor's note comes from `shown`, so that nobody reads here what is kept from them.
    """
    last: Line | None = None
    before: str | None = None
    for one in happened:
        if one.kind != "case_event":
            continue
        if one.what in _DECIDED:
            last = None
        elif before in _DECIDED and one.what in (Status.NEW, Status.REVIEW):
            said_with_it = "" if one.words not in _WITH_A_NOTE else _note(shown, one)
            last = Line(one.at, _who(one.by, names, language), _joined(_words(one, language), said_with_it))
        before = one.what
    return last


def _note(shown: Sequence[Decision], event: Happened) -> str:
    theirs = [one for one in shown if one.actor == event.by and one.at <= event.at and one.stage is not Stage.FIRST]
    return theirs[-1].note if theirs else ""


def _who(by: str, names: Mapping[str, str], language: str) -> str:
    return NIGHT[language] if by == SYNC else names.get(by, by)


def _words(one: Happened, language: str) -> str:
    colon = "：" if language == "zh" else ": "
    if one.kind == "case_event":
        reason = "released_by_budget" if (one.by, one.words) == (SYNC, "released") else one.words or ""
        known = code_words()["case_change"].get(reason)
        return known[language] if known else _joined(getattr(Status(str(one.what)), language), reason)
    if one.kind == "reveal":
        return _joined(f"{said('happened', one.kind, language)}{colon}{said('field', one.what, language)}", one.words)
    group = _WHAT.get(one.kind)
    named = said("happened", one.kind, language)
    return _joined(f"{named}{colon}{said(group, one.what, language)}" if group else named, one.words)


def _joined(first: str, second: str | None) -> str:
    return f"{first} · {second}" if second else first
