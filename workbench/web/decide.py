"""First decision, second review, the supervisor's resolution. What was seen is frozen into the decision."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi import Form as Field
from fastapi.responses import Response
from starlette.datastructures import FormData

from ledger import cases, decisions
from ledger.case_words import Answer, Outcome, Role, Verdict
from ledger.desk import Desk
from workbench.house import house_of
from workbench.security.policy import Door, Form
from workbench.security.refusals import NotThere
from workbench.security.sections import CASEWORK, SECOND
from workbench.security.visitor import Visitor
from workbench.web.case_view import CaseEvidence, evidence_of
from workbench.web.done import done

router = APIRouter(prefix="/cases/{case_id}")
Version = Annotated[int, Field()]
Note = Annotated[str, Field(max_length=4000)]
_VERDICT = "verdict-"


@router.post("/first")
def first(
    request: Request,
    case_id: int,
    visitor: Annotated[Visitor, Depends(Door(CASEWORK))],
    form: Form,
    version: Version,
    outcome: Annotated[Outcome, Field()],
    reason_code: Annotated[str, Field(max_length=64)] = "",
    note: Note = "",
) -> Response:
    """The first person's decision: a verdict for each question and an outcome for the case."""
    seen = _seen(request, visitor, case_id)

    def act(desk: Desk) -> object:
        return decisions.first(
            desk,
            visitor.scope,
            case_id,
            by=visitor.user_id,
            version=version,
            outcome=outcome,
            verdicts=_verdicts(form),
            reason_code=reason_code,
            note=note,
            evidence=seen.as_frozen(),
            rule_versions=seen.rule_versions(),
        )

    return done(request, visitor, case_id, act, typed=form)


@router.post("/second")
def second(
    request: Request,
    case_id: int,
    visitor: Annotated[Visitor, Depends(Door(SECOND))],
    form: Form,
    version: Version,
    answer: Annotated[Answer, Field()],
    note: Note = "",
    outcome: Annotated[Outcome | None, Field()] = None,
) -> Response:
    """Another person's word; in a blind review with an own outcome and verdicts, made before seeing the first."""
    seen = _seen(request, visitor, case_id)

    def act(desk: Desk) -> object:
        return decisions.second(
            desk,
            visitor.scope,
            case_id,
            by=visitor.user_id,
            version=version,
            answer=answer,
            note=note,
            evidence=seen.as_frozen(),
            rule_versions=seen.rule_versions(),
            outcome=outcome,
            verdicts=_verdicts(form) or None,
        )

    return done(request, visitor, case_id, act, typed=form)


@router.post("/resolve")
def resolve(
    request: Request,
    case_id: int,
    visitor: Annotated[Visitor, Depends(Door({Role.SUPERVISOR}))],
    form: Form,
    version: Version,
    answer: Annotated[Answer, Field()],
    note: Note,
) -> Response:
    """The supervisor's word where the two differ."""
    seen = _seen(request, visitor, case_id)

    def act(desk: Desk) -> object:
        return decisions.resolve(
            desk,
            visitor.scope,
            case_id,
            by=visitor.user_id,
            version=version,
            answer=answer,
            note=note,
            evidence=seen.as_frozen(),
            rule_versions=seen.rule_versions(),
        )

    return done(request, visitor, case_id, act, typed=form)


def _seen(request: Request, visitor: Visitor, case_id: int) -> CaseEvidence:
    house = house_of(request)
    case = cases.get(house.desk, visitor.scope, case_id)
    if case is None:
        raise NotThere
    return evidence_of(house, visitor, case)


def _verdicts(form: FormData | None) -> dict[int, Verdict]:
    sent = {} if form is None else dict(form.items())
    named = {name.removeprefix(_VERDICT): str(value) for name, value in sent.items() if name.startswith(_VERDICT)}
    return {int(flag): Verdict(value) for flag, value in named.items() if flag.isdigit() and value in set(Verdict)}
