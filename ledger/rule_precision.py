"""How right each rule was: the one definition, from the verdicts that stood.

A flag counts once, by the first person's verdict of the last round in which its case came to be issued: one person was
enough, a second agreed, or the supervisor let the first decision stand. What was returned, still waits for a second
person or was overtaken by news is nobody's verdict yet. What could not be verified is undecided and counts for neither.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, exists, func, select

from core.proportion import wilson
from ledger.case_schema import case_, case_event, decision, flag, flag_verdict
from ledger.case_words import Stage, Status, Verdict


@dataclass(frozen=True)
class RulePrecision:
    """Flags of a rule that people judged: confirmed, excluded, undecided; `blind` counts those of blind cases.

    `verdicts` are the same by word; `blind_settled` and `blind_confirmed` are those of blind cases that were settled.
    """

    rule: str
    confirmed: int
    excluded: int
    undecided: int = 0
    blind: int = 0
    verdicts: dict[Verdict, int] = field(default_factory=dict)
    blind_settled: int = 0
    blind_confirmed: int = 0

    @property
    def settled(self) -> int:
        """Flags that were confirmed or excluded: what cannot be verified says nothing of the rule."""
        return self.confirmed + self.excluded

    @property
    def lower_bound(self) -> float:
        """The lower end of Wilson's interval of the share confirmed; 0 where nothing was settled."""
        return wilson(self.confirmed, self.settled)[0]


def rule_precision(connection: Connection, *conditions: ColumnElement[bool]) -> list[RulePrecision]:
    """Every rule with judged flags, by code; `conditions` narrow `case_`, `decision` or `flag`."""
    query = judged(select(flag.c.rule, flag_verdict.c.verdict, case_.c.blind, func.count()), *conditions)
    counted: dict[str, Counter[tuple[Verdict, bool]]] = {}
    for rule, verdict, blind, number in connection.execute(
        query.group_by(flag.c.rule, flag_verdict.c.verdict, case_.c.blind)
    ):
        counted.setdefault(rule, Counter())[Verdict(verdict), bool(blind)] += number
    return [_precision(rule, told) for rule, told in sorted(counted.items())]


def judged(query: Select[Any], *conditions: ColumnElement[bool]) -> Select[Any]:
    """`query` over flags, each joined with its case and with the decision and verdict that stand for it."""
    query = query.join_from(flag, flag_verdict, flag_verdict.c.flag_id == flag.c.sequence)
    query = query.join(decision, decision.c.sequence == flag_verdict.c.decision_id)
    query = query.join(case_, case_.c.case_id == decision.c.case_id)
    later, said = decision.alias(), flag_verdict.alias()
    last = (
        select(func.max(later.c.sequence))
        .join_from(later, said, said.c.decision_id == later.c.sequence)
        .where(said.c.flag_id == flag.c.sequence, later.c.stage == Stage.FIRST, _issued(later.c))
        .correlate(flag)
        .scalar_subquery()
    )
    return query.where(decision.c.sequence == last, *conditions)


def _issued(of: Any) -> ColumnElement[bool]:
    """Whether the case came to be issued in the round of a decision."""
    return exists().where(
        case_event.c.case_id == of.case_id, case_event.c.round == of.round, case_event.c.status == Status.ISSUE
    )


def _precision(rule: str, told: Counter[tuple[Verdict, bool]]) -> RulePrecision:
    verdicts: Counter[Verdict] = Counter()
    for (verdict, _), number in told.items():
        verdicts[verdict] += number
    excluded = sum(number for verdict, number in verdicts.items() if verdict.excludes)
    right = told[Verdict.CONFIRMED, True]
    return RulePrecision(
        rule,
        verdicts[Verdict.CONFIRMED],
        excluded,
        verdicts[Verdict.CANNOT_VERIFY],
        blind=sum(number for (_, blind), number in told.items() if blind),
        verdicts=dict(verdicts),
        blind_settled=right + sum(number for (one, blind), number in told.items() if blind and one.excludes),
        blind_confirmed=right,
    )
