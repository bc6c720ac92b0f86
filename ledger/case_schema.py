"""Tables of cases: what is asked of a household in one review cycle, and what people decided about it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    String,
    Table,
    UniqueConstraint,
)
from sqlalchemy import text as sql

from ledger.case_words import ADVERSE, Answer, FlagState, Kind, Outcome, Stage, Status, Verdict
from ledger.column_types import Document, Sequence
from ledger.table_parts import at, metadata, number, one_of, said, sequence, text, words

QUEUED = "status not in ('waiting', 'closed', 'lapsed')"
_ADVERSE = ", ".join(f"'{one}'" for one in ADVERSE)


def of_case() -> Column[int]:
    return Column("case_id", Sequence, ForeignKey("case_.case_id"), nullable=False, index=True)


def user(name: str, *, null: bool = False) -> Column[str]:
    return Column(name, String, ForeignKey("app_user.user_id"), nullable=null)


def _run(name: str, *, null: bool = False) -> Column[str]:
    return Column(name, String, ForeignKey("run.run_id"), nullable=null)


case_ = Table(
    "case_",
    metadata,
    Column("case_id", Sequence, primary_key=True, autoincrement=False),
    Column("case_no", String, nullable=False, unique=True),
    Column("household_key", String, nullable=False),
    text("programme_code"),
    text("cycle"),
    text("kind"),
    text("region_code"),
    text("province_code"),
    text("city_code"),
    text("county_code"),
    text("town_code"),
    number("member_count"),
    text("rule_top", null=True),
    number("flag_count"),
    text("severity"),
    number("severity_rank"),
    Column("difference_fen", BigInteger),
    text("status"),
    user("assignee", null=True),
    at("lease_until", null=True),
    Column("due_date", Date, nullable=False),
    Column("visit_due_date", Date),
    Column("snoozed_until_date", Date),
    number("round"),
    number("evidence_version"),
    text("evidence_fingerprint"),
    Column("blind", Boolean, nullable=False),
    text("outcome", null=True),
    _run("run_id"),
    _run("released_run_id", null=True),
    at("opened_at"),
    number("version"),
    text("changed_by"),
    words("changed_why"),
    at("changed_at"),
    UniqueConstraint("household_key", "programme_code", "cycle", "kind", name="uq_case__household"),
    one_of("case_", "status", Status),
    one_of("case_", "kind", Kind),
    one_of("case_", "outcome", Outcome),
    CheckConstraint("status <> 'review' or assignee is not null", name="ck_case__assignee"),
    CheckConstraint("(status in ('issue', 'closed')) = (outcome is not null)", name="ck_case__outcome_when"),
)
_QUEUE: dict[str, Any] = {"sqlite_where": sql(QUEUED), "postgresql_where": sql(QUEUED)}
_WAITING: dict[str, Any] = {"sqlite_where": sql("status = 'waiting'"), "postgresql_where": sql("status = 'waiting'")}
Index("ix_case__queue", case_.c.severity_rank, case_.c.due_date, case_.c.case_id, **_QUEUE)
Index(
    "ix_case__queue_of_city",
    case_.c.city_code,
    case_.c.severity_rank,
    case_.c.due_date,
    case_.c.case_id,
    **_QUEUE,
)
Index(
    "ix_case__queue_of_county",
    case_.c.county_code,
    case_.c.severity_rank,
    case_.c.due_date,
    case_.c.case_id,
    **_QUEUE,
)
Index("ix_case__waiting", case_.c.severity_rank, case_.c.case_id, **_WAITING)
Index("ix_case__assignee", case_.c.assignee, case_.c.status)
Index("ix_case__status", case_.c.status, case_.c.severity_rank, case_.c.due_date, case_.c.case_id)

flag = Table(
    "flag",
    metadata,
    sequence(),
    of_case(),
    Column("finding_key", String, nullable=False, index=True),
    number("revision"),
    text("rule"),
    text("rule_version"),
    text("person_key", null=True),
    text("severity"),
    text("match_grade"),
    Column("difference_fen", BigInteger),
    words("material"),
    text("state"),
    _run("run_id"),
    _run("ended_run_id", null=True),
    at(),
    UniqueConstraint("case_id", "finding_key", "revision"),
    one_of("flag", "state", FlagState),
)
_PLACE = ("province_code", "city_code", "county_code", "town_code", "region_code")
case_rule = Table(
    "case_rule",
    metadata,
    Column("case_id", Sequence, ForeignKey("case_.case_id"), primary_key=True, autoincrement=False),
    Column("rule", String, primary_key=True),
    *(text(level) for level in _PLACE),
    text("kind"),
    text("status"),
    number("severity_rank"),
    Column("due_date", Date, nullable=False),
)
_RULE_ORDER = (case_rule.c.rule, case_rule.c.severity_rank, case_rule.c.due_date, case_rule.c.case_id)
Index("ix_case_rule_queue", *_RULE_ORDER, **_QUEUE)
Index("ix_case_rule_queue_of_city", case_rule.c.city_code, *_RULE_ORDER, **_QUEUE)
Index("ix_case_rule_queue_of_county", case_rule.c.county_code, *_RULE_ORDER, **_QUEUE)
Index("ix_case_rule_status", case_rule.c.status, *_RULE_ORDER)

case_member = Table(
    "case_member",
    metadata,
    sequence(),
    of_case(),
    text("household_key", index=True),
    text("person_key"),
    text("relation_code"),
    text("name_masked", null=True, index=True),
    text("id_masked", null=True, index=True),
    UniqueConstraint("case_id", "person_key"),
)
case_event = Table(
    "case_event",
    metadata,
    sequence(),
    of_case(),
    number("version"),
    text("status_before", null=True),
    text("status"),
    text("assignee", null=True),
    number("round"),
    text("by_whom"),
    words("reason"),
    at(),
)
decision = Table(
    "decision",
    metadata,
    sequence(),
    of_case(),
    number("case_version"),
    number("round"),
    text("stage"),
    user("actor"),
    text("outcome", null=True),
    text("answer", null=True),
    text("reason_code", null=True),
    words("note"),
    words("evidence"),
    text("evidence_sha256"),
    Column("rule_versions", Document, nullable=False),
    _run("run_id"),
    at(),
    UniqueConstraint("case_id", "round", "stage"),
    one_of("decision", "stage", Stage),
    one_of("decision", "outcome", Outcome),
    one_of("decision", "answer", Answer),
    CheckConstraint("(stage = 'first') = (answer is null)", name="ck_decision_answer_when"),
    CheckConstraint("stage <> 'first' or outcome is not null", name="ck_decision_outcome_when"),
    CheckConstraint("stage <> 'resolution' or answer <> 'differ'", name="ck_decision_resolution"),
    CheckConstraint(
        f"(coalesce(outcome, '') not in ({_ADVERSE}) and coalesce(answer, 'agree') = 'agree')"
        " or length(trim(note)) > 0",
        name="ck_decision_note",
    ),
    CheckConstraint(
        f"stage <> 'first' or outcome not in ({_ADVERSE}) or length(trim(coalesce(reason_code, ''))) > 0",
        name="ck_decision_reason_code",
    ),
)
flag_verdict = Table(
    "flag_verdict",
    metadata,
    Column("decision_id", Sequence, ForeignKey("decision.sequence"), primary_key=True),
    Column("flag_id", Sequence, ForeignKey("flag.sequence"), primary_key=True),
    text("verdict"),
    one_of("flag_verdict", "verdict", Verdict),
)
case_comment = Table(
    "case_comment", metadata, sequence(), of_case(), words("said"), user("by_whom"), at(), said("case_comment", "said")
)
case_budget = Table(
    "case_budget",
    metadata,
    sequence(),
    text("region_prefix"),
    number("cases"),
    words("reason"),
    user("by_whom"),
    at(),
    CheckConstraint("cases >= 0", name="ck_case_budget_cases"),
    said("case_budget", "reason"),
)
