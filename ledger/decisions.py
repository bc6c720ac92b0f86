"""Decisions: a first person's word, a second person's answer, and a supervisor's where the two differ.

A decision keeps the evidence it rested on, frozen as canonical JSON with its hash, and its fingerprint stands in the
audit chain. What may be decided by whom is refused by the database (docs/decisions/0005).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any

from sqlalchemy import select

from core.moment import now
from ledger import audit
from ledger.audited_records import record_hash
from ledger.case_queue import Filters, Page, page
from ledger.case_schema import case_, decision, flag, flag_verdict
from ledger.case_words import GRAVE, OPEN_FLAG, Answer, Outcome, Stage, Status, Verdict
from ledger.cases import Case, change, known
from ledger.desk import Desk, Scoped
from ledger.refusals import StaleCase, refused
from ledger.run_states import current_within
from ledger.scope import Scope
from ledger.table_parts import appended


@dataclass(frozen=True)
class Decision:
    """One person's word on a case; `evidence` is the JSON text that was frozen, `verdicts` flag → verdict."""

    decision_id: int
    case_id: int
    case_version: int
    round: int
    stage: Stage
    actor: str
    outcome: Outcome | None
    answer: Answer | None
    reason_code: str | None
    note: str
    evidence: str
    evidence_sha256: str
    rule_versions: dict[str, str]
    run_id: str
    at: datetime
    verdicts: dict[int, Verdict]


@dataclass(frozen=True)
class _Said:
    case_id: int
    by: str
    version: int
    stage: Stage
    evidence: Mapping[str, Any]
    rule_versions: Mapping[str, str]
    outcome: Outcome | None = None
    answer: Answer | None = None
    verdicts: Mapping[int, Verdict] | None = None
    reason_code: str | None = None
    note: str = ""


def first(
    desk: Desk,
    scope: Scope,
    case_id: int,
    *,
    by: str,
    version: int,
    outcome: Outcome,
    verdicts: Mapping[int, Verdict],
    reason_code: str,
    note: str,
    evidence: Mapping[str, Any],
    rule_versions: Mapping[str, str],
) -> Decision:
    """The first person's decision on a case in their hands; one person is enough where the database lets it be.

    Args:
        verdicts: flag_id → verdict for every flag that still asks something.
        evidence: what was on the screen, JSON values without names or numbers.

    Raises:
        StaleCase: the case has changed.
        OperatorError: not this person's case, a flag without verdict, an adverse outcome without reason, …
    """
    said = _Said(case_id, by, version, Stage.FIRST, evidence, rule_versions, outcome, None, verdicts, reason_code, note)

    def write(scoped: Scoped) -> Decision:
        made, current = _record(desk, scoped, said)
        alone = not (outcome.adverse or current.blind or _grave(scoped, case_id))
        values = {"status": Status.ISSUE, "outcome": outcome} if alone else {"status": Status.SECOND}
        change(scoped, case_id, version, by=by, why="first_decision", lease_until=None, **values)
        return made

    return desk.write_all(scope, f"case {case_id}", write)


def second(
    desk: Desk,
    scope: Scope,
    case_id: int,
    *,
    by: str,
    version: int,
    answer: Answer,
    note: str = "",
    evidence: Mapping[str, Any],
    rule_versions: Mapping[str, str],
    outcome: Outcome | None = None,
    verdicts: Mapping[int, Verdict] | None = None,
) -> Decision:
    """The second person's answer. On a blind case their own `outcome` and `verdicts` decide whether they agree.

    Raises:
        StaleCase: the case has changed.
        OperatorError: this person made a first decision on the case, the case does not wait, or a return has no note.
    """

    def write(scoped: Scoped) -> Decision:
        current = known(scoped, case_id)
        answered = _blind_answer(scoped, current, outcome) if current.blind and outcome is not None else answer
        if current.blind and outcome is None:
            raise refused("case.blind", "this case is decided unseen: give an outcome", where=current.case_no)
        words = note or ("" if answered is answer else "两人结论不同")
        said = _Said(
            case_id, by, version, Stage.SECOND, evidence, rule_versions, outcome, answered, verdicts, None, words
        )
        made, current = _record(desk, scoped, said)
        _answered(scoped, current, said)
        return made

    return desk.write_all(scope, f"case {case_id}", write)


def resolve(
    desk: Desk,
    scope: Scope,
    case_id: int,
    *,
    by: str,
    version: int,
    answer: Answer,
    note: str,
    evidence: Mapping[str, Any],
    rule_versions: Mapping[str, str],
) -> Decision:
    """The supervisor's word where two people differ: the first decision stands (`agree`) or goes back (`return`).

    Raises:
        StaleCase: the case has changed.
        OperatorError: this person has decided on the case before, or the case does not wait for it.
    """
    said = _Said(case_id, by, version, Stage.RESOLUTION, evidence, rule_versions, None, answer, None, None, note)

    def write(scoped: Scoped) -> Decision:
        made, current = _record(desk, scoped, said)
        _answered(scoped, current, said)
        return made

    return desk.write_all(scope, f"case {case_id}", write)


def of_case(desk: Desk, scope: Scope, case_id: int) -> list[Decision]:
    """All decisions on a case, of earlier rounds too, in order."""
    with desk.read(scope) as scoped:
        return _decisions(scoped, case_id)


def awaiting_second(desk: Desk, scope: Scope, *, by: str, after: str | None = None, size: int = 50) -> Page:
    """Cases that wait for a second person, without those on which this person has made a first decision."""
    return page(desk, scope, Filters(kind=None, seconds_for=by), after=after, size=size)


def agreement(desk: Desk, scope: Scope, *, since: datetime) -> list[tuple[Outcome, Outcome, int]]:
    """Of cases decided twice unseen: first outcome, second outcome, how often."""
    one, two = decision.alias(), decision.alias()
    pair = (one.c.case_id == two.c.case_id) & (one.c.round == two.c.round)
    query = select(one.c.outcome, two.c.outcome).join(two, pair).join(case_, case_.c.case_id == one.c.case_id)
    query = query.where(one.c.stage == Stage.FIRST, two.c.stage == Stage.SECOND, case_.c.blind, two.c.at >= since)
    counted: dict[tuple[Outcome, Outcome], int] = {}
    with desk.read(scope) as scoped:
        for mine, theirs in scoped.connection.execute(query.where(scope.where(), two.c.outcome.is_not(None))).all():
            both = (Outcome(mine), Outcome(theirs))
            counted[both] = counted.get(both, 0) + 1
    return [(*both, number) for both, number in sorted(counted.items())]


def frozen(evidence: Mapping[str, Any]) -> str:
    """Evidence as the text that is kept and hashed: JSON, keys sorted, no spaces."""
    return json.dumps(evidence, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _record(desk: Desk, scoped: Scoped, said: _Said) -> tuple[Decision, Case]:
    current = known(scoped, said.case_id)
    if current.version != said.version:
        raise StaleCase(current)
    text = frozen(said.evidence)
    row: dict[str, Any] = {"case_id": said.case_id, "case_version": said.version, "round": current.round}
    row |= {"stage": said.stage, "actor": said.by, "outcome": said.outcome, "answer": said.answer}
    row |= {"reason_code": said.reason_code, "note": said.note.strip(), "evidence": text}
    row |= {"evidence_sha256": hashlib.sha256(text.encode()).hexdigest(), "rule_versions": dict(said.rule_versions)}
    row |= {"run_id": current_within(scoped.connection) or current.run_id, "at": now()}
    decision_id = appended(scoped.connection, decision, row)
    given: list[dict[str, Any]] = [
        {"decision_id": decision_id, "flag_id": flag_id, "verdict": verdict}
        for flag_id, verdict in sorted((said.verdicts or {}).items())
    ]
    if given:
        scoped.connection.execute(flag_verdict.insert(), given)
    judged = [(one["flag_id"], str(one["verdict"])) for one in given]
    told = {"decision": decision_id, "stage": said.stage, "sha256": record_hash(decision, row, judged)}
    audit.append(scoped.connection, desk.settings, "case.decided", by=said.by, subject=current.case_no, detail=told)
    made = next(one for one in _decisions(scoped, said.case_id) if one.decision_id == decision_id)
    return made, current


def _answered(scoped: Scoped, current: Case, said: _Said) -> None:
    values: dict[str, Any]
    if said.answer is Answer.AGREE:
        values = {"status": Status.ISSUE, "outcome": _first_of(scoped, current).outcome}
    elif said.answer is Answer.DIFFER:
        values = {"status": Status.DIFFERS}
    else:
        values = {"status": Status.REVIEW, "round": current.round + 1}
    why = f"{said.stage}_{said.answer}"
    change(scoped, current.case_id, current.version, by=said.by, why=why, **values)


def _blind_answer(scoped: Scoped, current: Case, outcome: Outcome) -> Answer:
    return Answer.AGREE if _first_of(scoped, current).outcome is outcome else Answer.DIFFER


def _first_of(scoped: Scoped, current: Case) -> Decision:
    of_round = [one for one in _decisions(scoped, current.case_id) if one.round == current.round]
    firsts = [one for one in of_round if one.stage is Stage.FIRST]
    if not firsts:
        raise refused("case.transition", "the case does not wait for this decision", where=current.case_no)
    return firsts[0]


def _decisions(scoped: Scoped, case_id: int) -> list[Decision]:
    names = [field.name for field in fields(Decision) if field.name not in ("decision_id", "verdicts")]
    columns = [decision.c.sequence.label("decision_id"), *(decision.c[name] for name in names)]
    query = select(*columns).join(case_, case_.c.case_id == decision.c.case_id)
    query = query.where(decision.c.case_id == case_id, scoped.scope.where()).order_by(decision.c.sequence)
    rows = scoped.connection.execute(query).mappings().all()
    verdicts = _verdicts(scoped, [row["decision_id"] for row in rows])
    return [_decision(dict(row), verdicts.get(row["decision_id"], {})) for row in rows]


def _verdicts(scoped: Scoped, decision_ids: Sequence[int]) -> dict[int, dict[int, Verdict]]:
    found: dict[int, dict[int, Verdict]] = {}
    query = select(flag_verdict).where(flag_verdict.c.decision_id.in_(decision_ids))
    for row in scoped.connection.execute(query).mappings():
        found.setdefault(row["decision_id"], {})[row["flag_id"]] = Verdict(row["verdict"])
    return found


def _decision(row: Mapping[str, Any], verdicts: dict[int, Verdict]) -> Decision:
    outcome = None if row["outcome"] is None else Outcome(row["outcome"])
    answer = None if row["answer"] is None else Answer(row["answer"])
    return Decision(**{**row, "stage": Stage(row["stage"]), "outcome": outcome, "answer": answer, "verdicts": verdicts})


def _grave(scoped: Scoped, case_id: int) -> bool:
    open_and_grave = flag.c.state.in_(OPEN_FLAG) & flag.c.severity.in_(GRAVE)
    query = select(flag.c.sequence).where(flag.c.case_id == case_id, open_and_grave).limit(1)
    return scoped.connection.execute(query).first() is not None
