"""What happened to a case, in one line each: changes, decisions, words, dealings with the household, looks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Table, literal, null, select, union_all

from ledger.case_schema import case_, case_comment, case_event, decision
from ledger.dealing_schema import (
    export_reveal,
    field_check,
    household_reply,
    letter,
    letter_event,
    notice,
    notice_proof,
    objection,
    objection_answer,
    reveal,
)
from ledger.desk import Desk
from ledger.scope import Scope


@dataclass(frozen=True)
class Happened:
    """One line: `kind` is the table it stands in, `what` its closed word, `words` what a person wrote."""

    kind: str
    number: int
    at: datetime
    by: str
    what: str | None
    words: str | None


def timeline(desk: Desk, scope: Scope, case_id: int) -> list[Happened]:
    """Everything that happened to a case within the scope, oldest first."""
    parts = [
        _of(case_event, case_event.c.by_whom, case_event.c.status, case_event.c.reason),
        _of(decision, decision.c.actor, decision.c.stage, decision.c.note),
        _of(case_comment, case_comment.c.by_whom, None, case_comment.c.said),
        _of(notice, notice.c.by_whom, notice.c.way, None),
        _of(household_reply, household_reply.c.by_whom, None, household_reply.c.summary),
        _of(field_check, field_check.c.by_whom, None, field_check.c.found),
        _of(objection, objection.c.by_whom, objection.c.channel, objection.c.summary),
        _of(letter, letter.c.by_whom, letter.c.kind, None),
        _of(export_reveal, export_reveal.c.actor, None, export_reveal.c.reason),
        _of(reveal, reveal.c.actor, reveal.c.field, reveal.c.reason),
        _of(notice_proof, notice_proof.c.by_whom, None, notice_proof.c.proof, through=notice),
        _of(objection_answer, objection_answer.c.by_whom, objection_answer.c.outcome, None, through=objection),
        _of(letter_event, letter_event.c.by_whom, letter_event.c.kind, letter_event.c.note, through=letter),
    ]
    one = [part.where(case_.c.case_id == case_id, scope.where()) for part in parts]
    with desk.read(scope) as scoped:
        rows = scoped.connection.execute(union_all(*one)).all()
    return sorted((Happened(*row) for row in rows), key=lambda one: (one.at, one.kind, one.number))


def _of(
    table: Table, by: Column[Any], what: Column[Any] | None, words: Column[Any] | None, through: Table | None = None
) -> Any:
    told = (null() if column is None else column for column in (what, words))
    query = select(literal(table.name), table.c.sequence, table.c.at, by, *told)
    if through is not None:
        return query.join(through, table.c[f"{through.name}_id"] == through.c.sequence).join(
            case_, case_.c.case_id == through.c.case_id
        )
    return query.join(case_, case_.c.case_id == table.c.case_id)
