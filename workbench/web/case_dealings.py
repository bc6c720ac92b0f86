"""What passed between the office and the household, and what an adverse close still lacks."""

from __future__ import annotations

from dataclasses import dataclass

from core.moment import today
from ledger import field_checks, letters, notices, objections
from ledger.case_words import Answer, Stage
from ledger.cases import Case
from ledger.decisions import Decision
from ledger.desk import Desk
from ledger.field_checks import FieldCheck
from ledger.letters import Letter
from ledger.notices import Notice, Reply
from ledger.objections import Objection
from ledger.scope import Scope


@dataclass(frozen=True)
class Need:
    """One thing without which the database refuses an adverse close; `code` is the refusal's."""

    code: str
    met: bool


@dataclass(frozen=True)
class Dealings:
    """Notices, replies, visits, objections and letters of one case, oldest first."""

    notices: list[Notice]
    replies: list[Reply]
    visits: list[FieldCheck]
    objections: list[Objection]
    letters: list[Letter]
    needs: list[Need]
    reply_days: int

    @property
    def issued(self) -> list[Letter]:
        """Letters that may go out with a notice."""
        return [one for one in self.letters if one.state in ("issued", "delivered")]

    @property
    def newest_objection(self) -> Objection | None:
        """The objection that came last."""
        return max(self.objections, key=lambda one: one.objection_id, default=None)

    @property
    def any(self) -> bool:
        """Whether anything passed at all."""
        return bool(self.notices or self.replies or self.visits or self.objections)


def dealings_of(desk: Desk, scope: Scope, case: Case, made: list[Decision]) -> Dealings:
    """Everything that passed, with the needs of an adverse close as the database will judge them."""
    sent = notices.of_case(desk, scope, case.case_id)
    replies = notices.replies(desk, scope, case.case_id)
    visits = field_checks.of_case(desk, scope, case.case_id)
    return Dealings(
        notices=sent,
        replies=replies,
        visits=visits,
        objections=objections.listed(desk, scope, open_only=False, case_id=case.case_id),
        letters=letters.of_case(desk, scope, case.case_id),
        needs=_needs(case, made, sent, replies, visits),
        reply_days=desk.settings.reply_days,
    )


def _needs(
    case: Case, made: list[Decision], sent: list[Notice], replies: list[Reply], visits: list[FieldCheck]
) -> list[Need]:
    of_round = [one for one in made if one.round == case.round]
    firsts = [one for one in of_round if one.stage is Stage.FIRST]
    makers = {one.actor for one in made if one.stage is Stage.FIRST}
    proved = [one for one in sent if one.evidence_version == case.evidence_version and one.delivered_date is not None]
    over = any(one.days_end_date is not None and one.days_end_date < today() for one in proved)
    answered = any(reply.received_date >= one.sent_date for one in proved for reply in replies)
    return [
        Need("case.two_people", any(one.answer is Answer.AGREE and one.actor not in makers for one in of_round)),
        Need("case.reason", any(one.note and one.reason_code for one in firsts)),
        Need("case.notice", bool(proved)),
        Need("case.reply_period", answered or over),
        Need("case.field_check", bool(visits)),
    ]
