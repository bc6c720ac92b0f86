"""What a visitor may do with a case now. The page shows no more than this; the database refuses whatever is wrong."""

from __future__ import annotations

from dataclasses import dataclass

from core.moment import now
from ledger.case_words import Role, Stage, Status
from ledger.cases import Case
from ledger.decisions import Decision
from ledger.objections import DECIDED, Objection
from workbench.security.sections import CASEWORK, SECOND
from workbench.security.visitor import Visitor

_OVER = (Status.WAITING, Status.NEW, Status.CLOSED, Status.LAPSED)


@dataclass(frozen=True)
class May:
    """The acts that the page offers."""

    claim: bool
    take_next: bool
    work: bool
    decide_first: bool
    decide_second: bool
    decided_first: bool
    blind: bool
    resolve: bool
    reveal: bool
    comment: bool
    resume: bool
    notify: bool
    deal: bool
    send_back: bool
    close: bool
    object: bool
    answer: bool
    write: bool


def may_do(visitor: Visitor, case: Case, made: list[Decision], contested: Objection | None) -> May:
    """The acts open to the visitor, by role, by the case's status and by what was decided; `contested` came last."""
    works = visitor.has(*CASEWORK)
    mine = case.assignee == visitor.user_id
    lapsed = case.lease_until is not None and case.lease_until < now()
    firsts = {one.actor for one in made if one.stage is Stage.FIRST and one.round == case.round}
    issues = visitor.has(Role.ISSUER, Role.SUPERVISOR) and case.status is Status.ISSUE
    seconds = visitor.has(*SECOND) and case.status is Status.SECOND
    return May(
        claim=works and (case.status is Status.NEW or (case.status is Status.REVIEW and lapsed and not mine)),
        take_next=works,
        work=works and mine and case.status is Status.REVIEW,
        decide_first=works and mine and case.status is Status.REVIEW,
        decide_second=seconds and visitor.user_id not in firsts,
        decided_first=case.status is Status.SECOND and visitor.user_id in firsts,
        blind=case.blind and case.status is Status.SECOND,
        resolve=visitor.has(Role.SUPERVISOR) and case.status is Status.DIFFERS,
        reveal=(works and mine) or seconds or visitor.has(Role.SUPERVISOR),
        comment=works,
        resume=works and mine and case.status in (Status.AWAIT, Status.SNOOZED),
        notify=works and mine and case.status is Status.REVIEW,
        deal=works and case.status not in _OVER,
        send_back=issues,
        close=issues,
        object=works and case.status is Status.CLOSED,
        answer=works and case.status in DECIDED and not _had_part(visitor, contested, made),
        write=works,
    )


def _had_part(visitor: Visitor, contested: Objection | None, made: list[Decision]) -> bool:
    before = 0 if contested is None else contested.round
    return any(one.actor == visitor.user_id and one.round < before for one in made)


def shown_decisions(visitor: Visitor, case: Case, made: list[Decision]) -> list[Decision]:
    """The decisions the visitor may see: a blind second reviewer sees none of the round before deciding."""
    if not (case.blind and case.status is Status.SECOND):
        return made
    return [one for one in made if one.round != case.round or one.actor == visitor.user_id]
