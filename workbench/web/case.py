"""The case page: what was declared, what was found, how sure it is, and what may be done now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from core.errors import HeduiError
from ledger import cases, decisions, users
from ledger.case_timeline import timeline
from ledger.case_words import Outcome, Status, Verdict
from ledger.cases import Case
from ledger.decisions import Decision
from workbench.house import house_of
from workbench.letters.drafting import kinds_now
from workbench.letters.matter import Matter
from workbench.security.policy import Door
from workbench.security.refusals import NotThere
from workbench.security.sections import CASE_READERS
from workbench.security.visitor import Visitor
from workbench.web.case_dealings import dealings_of
from workbench.web.case_may import may_do, shown_decisions
from workbench.web.case_night import night_of
from workbench.web.case_told import Line, lines, why_again
from workbench.web.case_view import due_of, evidence_of
from workbench.web.due import Due
from workbench.web.page import Notice, page, refused
from workbench.words.codes import code_words

router = APIRouter()
UNDECIDED = (Status.NEW, Status.REVIEW, Status.AWAIT, Status.SNOOZED)


@dataclass(frozen=True)
class Told:
    """What the record says of the case."""

    assignee: str | None
    assignee_left: bool
    due: Due
    again: Line | None
    decisions: list[tuple[Decision, str]]
    happened: list[Line]
    earlier: list[Case]


@dataclass(frozen=True)
class Choices:
    """The closed lists that the decision forms offer."""

    verdicts: list[Verdict]
    outcomes: list[Outcome]
    reasons: list[tuple[str, dict[str, str]]]
    reveal_reasons: list[tuple[str, dict[str, str]]]


@router.get("/cases/{case_id}")
def show(request: Request, case_id: int, visitor: Annotated[Visitor, Depends(Door(CASE_READERS))]) -> Response:
    """One case as it stands."""
    return case_page(request, visitor, case_id)


def case_page(
    request: Request,
    visitor: Visitor,
    case_id: int,
    *,
    error: HeduiError | None = None,
    notice: Notice | None = None,
    typed: Mapping[str, Any] | None = None,
) -> Response:
    """The page; after a refusal with the reason above and everything that was typed still in its fields.

    Raises:
        NotThere: no such case within the visitor's scope.
    """
    house = house_of(request)
    case = cases.get(house.desk, visitor.scope, case_id)
    if case is None:
        raise NotThere
    made = decisions.of_case(house.desk, visitor.scope, case_id)
    shown = shown_decisions(visitor, case, made)
    view = evidence_of(house, visitor, case)
    dealt = dealings_of(house.desk, visitor.scope, case, shown)
    words = code_words()
    people = users.listed(house.desk.ledger)
    names = {user.user_id: user.display_name for user in people}
    happened = timeline(house.desk, visitor.scope, case_id)
    return page(
        request,
        "case/case.html",
        visitor,
        status=200 if error is None else 409,
        run=view.run,
        notice=refused(request, error) if error else notice,
        case=case,
        view=view,
        may=may_do(visitor, case, made, dealt.newest_objection),
        dealt=dealt,
        kinds=kinds_now(Matter(case, view, {}, made, dealt.newest_objection, house.cards, house.settings)),
        night=night_of(house, visitor.scope, case, view),
        told=Told(
            names.get(case.assignee or ""),
            any(user.user_id == case.assignee and user.disabled_at is not None for user in people),
            due_of(case, visitor.language),
            why_again(happened, shown, names, visitor.language) if case.status in UNDECIDED else None,
            [(one, names.get(one.actor, one.actor)) for one in shown],
            lines(happened, names, visitor.language),
            cases.earlier(house.desk, visitor.scope, case_id),
        ),
        words=Choices(
            list(Verdict), list(Outcome), list(words["reason_code"].items()), list(words["reveal_reason"].items())
        ),
        typed={name: str(value) for name, value in (typed or {}).items()},
    )
