"""What the database refuses, as an error for people."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

from sqlalchemy.exc import DBAPIError

from core.errors import OperatorError
from core.moment import today

_SAID = re.compile(r"hedui:([a-z_]+\.[a-z_]+): ([^\n\"]+)")
_CHECK = re.compile(r"\bck_[a-z_]+")
_ROW_SECURITY = "row-level security"
_CHECKS = {"ck_decision_note": "case.reason", "ck_decision_reason_code": "case.reason"}
NEXT_STEP = {
    "case.unknown": "look the case up again; it may lie outside your regions",
    "case.stale": "look at what has changed and decide again",
    "case.transition": "look at where the case stands now",
    "case.not_yours": "claim the case first",
    "case.four_eyes": "let a person decide who has not decided on this case",
    "case.objected_reviewer": "let a person take it who had no part in the decision objected to",
    "case.words": "fill in what is missing, with words of the lists",
    "case.two_people": "let a second person confirm",
    "case.reason": "give a reason",
    "case.notice": "send the notice of this evidence and keep proof that it arrived",
    "case.reply_period": "wait for the reply, or for the days to pass",
    "case.field_check": "record the visit",
    "dealing.day": "give a day that has come, and no arrival before it was sent",
    "objection.not_yet": "let people decide the case anew first",
    "case.verdicts": "give every living flag a verdict",
    "grant.two_people": "let a system administrator ask and a security administrator confirm",
    "link.two_people": "let a system administrator ask and a security administrator confirm",
    "link.taken": "end the link that is there first",
    "grant.separation": "use another account for the other role",
    "export.recipient": "name who receives the file",
    "export.why_refused": "say why it is refused",
    "export.too_many": "narrow the filters, or export masked",
    "reveal.refused": "claim the case, or ask a supervisor",
}


class StaleCase(OperatorError):
    """Somebody changed the case meanwhile; `case` is how it stands now (a `ledger.cases.Case`)."""

    def __init__(self, case: Any) -> None:
        super().__init__(
            "case.stale", "the case has been changed by another", where=case.case_no, todo=NEXT_STEP["case.stale"]
        )
        self.case = case


def refused(code: str, what: str, *, where: str) -> OperatorError:
    """A refusal that the code finds before the database would."""
    return OperatorError(code, what, where=where, todo=NEXT_STEP.get(code, "correct it and try again"))


def must_have_come(day: date, *, where: str) -> None:
    """A dealing with a household is recorded once it happened.

    Raises:
        OperatorError: the day is still to come.
    """
    if day > today():
        raise refused("dealing.day", "that day is still to come", where=where)


@contextmanager
def refusals(where: str) -> Iterator[None]:
    """Turn the database's refusals into `OperatorError` with their own code; other errors pass.

    Raises:
        OperatorError: a guard or the region policy refused the statement.
    """
    try:
        yield
    except DBAPIError as error:
        said = str(error.orig)
        if found := _SAID.search(said):
            raise refused(found[1], found[2].strip(), where=where) from None
        if found := _CHECK.search(said):
            code = _CHECKS.get(found[0], "case.words")
            raise refused(code, f"what was given is refused ({found[0]})", where=where) from None
        if _ROW_SECURITY in said:
            raise refused("case.unknown", "there is no such case here", where=where) from None
        raise
