"""Cases, flags, decisions."""

import sqlalchemy as sa
from alembic import op

from ledger.append_only import protect
from ledger.case_guards import CASE_FUNCTIONS, DECISION_FUNCTIONS, guard_cases, guard_decisions, take_away_erasure
from ledger.column_types import Document, Instant, Sequence
from ledger.guard import unguard
from ledger.row_security import grant_sequences, open_to_workbench, restrict_region, restrict_with
from ledger.table_parts import one_of

revision = "0006"
down_revision = "0005"
_QUEUED = sa.text("status not in ('waiting', 'closed', 'lapsed')")
_WAITING = sa.text("status = 'waiting'")


def upgrade() -> None:
    op.create_table(
        "case_",
        sa.Column("case_id", Sequence, autoincrement=False, nullable=False),
        sa.Column("case_no", sa.String(), nullable=False),
        sa.Column("household_key", sa.String(), nullable=False),
        sa.Column("programme_code", sa.String(), nullable=False),
        sa.Column("cycle", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("region_code", sa.String(), nullable=False),
        sa.Column("province_code", sa.String(), nullable=False),
        sa.Column("city_code", sa.String(), nullable=False),
        sa.Column("county_code", sa.String(), nullable=False),
        sa.Column("town_code", sa.String(), nullable=False),
        sa.Column("member_count", sa.Integer(), nullable=False),
        sa.Column("rule_top", sa.String(), nullable=True),
        sa.Column("flag_count", sa.Integer(), nullable=False),
        sa.Column("severity", sa.String(), nullable=False),
        sa.Column("severity_rank", sa.Integer(), nullable=False),
        sa.Column("difference_fen", sa.BigInteger(), nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("assignee", sa.String(), nullable=True),
        sa.Column("lease_until", Instant(), nullable=True),
        sa.Column("due_date", sa.Date(), nullable=False),
        sa.Column("visit_due_date", sa.Date(), nullable=True),
        sa.Column("snoozed_until_date", sa.Date(), nullable=True),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("evidence_version", sa.Integer(), nullable=False),
        sa.Column("evidence_fingerprint", sa.String(), nullable=False),
        sa.Column("blind", sa.Boolean(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("run_id", sa.String(), nullable=False),
        sa.Column("released_run_id", sa.String(), nullable=True),
        sa.Column("opened_at", Instant(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_by", sa.String(), nullable=False),
        sa.Column("changed_why", sa.Text(), nullable=False),
        sa.Column("changed_at", Instant(), nullable=False),
        sa.CheckConstraint("(status in ('issue', 'closed')) = (outcome is not null)", name="ck_case__outcome_when"),
        one_of("case_", "kind", ("flagged", "sample")),
        one_of(
            "case_",
            "outcome",
            ("undeclared", "changed", "in_favour", "explained", "data_error", "exempt", "cannot_tell", "nothing_found"),
        ),
        sa.CheckConstraint("status <> 'review' or assignee is not null", name="ck_case__assignee"),
        one_of(
            "case_",
            "status",
            ("waiting", "new", "review", "await", "snoozed", "second", "differs", "issue", "closed", "lapsed"),
        ),
        sa.ForeignKeyConstraint(["assignee"], ["app_user.user_id"], name=op.f("fk_case__assignee")),
        sa.ForeignKeyConstraint(["released_run_id"], ["run.run_id"], name=op.f("fk_case__released_run_id")),
        sa.ForeignKeyConstraint(["run_id"], ["run.run_id"], name=op.f("fk_case__run_id")),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_case_")),
        sa.UniqueConstraint("case_no", name=op.f("uq_case__case_no")),
        sa.UniqueConstraint("household_key", "programme_code", "cycle", "kind", name="uq_case__household"),
    )
    op.create_index("ix_case__assignee", "case_", ["assignee", "status"], unique=False)
    op.create_index(
        "ix_case__queue",
        "case_",
        ["severity_rank", "due_date", "case_id"],
        unique=False,
        sqlite_where=_QUEUED,
        postgresql_where=_QUEUED,
    )
    op.create_index(
        "ix_case__queue_of_county",
        "case_",
        ["county_code", "severity_rank", "due_date", "case_id"],
        unique=False,
        sqlite_where=_QUEUED,
        postgresql_where=_QUEUED,
    )
    op.create_index("ix_case__status", "case_", ["status", "severity_rank", "due_date", "case_id"], unique=False)
    op.create_index(
        "ix_case__waiting",
        "case_",
        ["severity_rank", "case_id"],
        unique=False,
        sqlite_where=_WAITING,
        postgresql_where=_WAITING,
    )
    op.create_table(
        "case_budget",
        sa.Column("sequence", Sequence, autoincrement=True, nullable=False),
        sa.Column("region_prefix", sa.String(), nullable=False),
        sa.Column("cases", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by_whom", sa.String(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.CheckConstraint("cases >= 0", name="ck_case_budget_cases"),
        sa.CheckConstraint("length(trim(reason)) > 0", name="ck_case_budget_reason"),
        sa.ForeignKeyConstraint(["by_whom"], ["app_user.user_id"], name=op.f("fk_case_budget_by_whom")),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_case_budget")),
    )
    op.create_table(
        "case_comment",
        sa.Column("sequence", Sequence, autoincrement=True, nullable=False),
        sa.Column("case_id", Sequence, nullable=False),
        sa.Column("said", sa.Text(), nullable=False),
        sa.Column("by_whom", sa.String(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.CheckConstraint("length(trim(said)) > 0", name="ck_case_comment_said"),
        sa.ForeignKeyConstraint(["by_whom"], ["app_user.user_id"], name=op.f("fk_case_comment_by_whom")),
        sa.ForeignKeyConstraint(["case_id"], ["case_.case_id"], name=op.f("fk_case_comment_case_id")),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_case_comment")),
    )
    op.create_index(op.f("ix_case_comment_case_id"), "case_comment", ["case_id"], unique=False)
    op.create_table(
        "case_event",
        sa.Column("sequence", Sequence, autoincrement=True, nullable=False),
        sa.Column("case_id", Sequence, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("status_before", sa.String(), nullable=True),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("assignee", sa.String(), nullable=True),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("by_whom", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case_.case_id"], name=op.f("fk_case_event_case_id")),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_case_event")),
    )
    op.create_index(op.f("ix_case_event_case_id"), "case_event", ["case_id"], unique=False)
    op.create_table(
        "case_member",
        sa.Column("sequence", Sequence, autoincrement=True, nullable=False),
        sa.Column("case_id", Sequence, nullable=False),
        sa.Column("household_key", sa.String(), nullable=False),
        sa.Column("person_key", sa.String(), nullable=False),
        sa.Column("relation_code", sa.String(), nullable=False),
        sa.Column("name_masked", sa.String(), nullable=True),
        sa.Column("id_masked", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case_.case_id"], name=op.f("fk_case_member_case_id")),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_case_member")),
        sa.UniqueConstraint("case_id", "person_key", name=op.f("uq_case_member_case_id_person_key")),
    )
    op.create_index(op.f("ix_case_member_case_id"), "case_member", ["case_id"], unique=False)
    op.create_index(op.f("ix_case_member_household_key"), "case_member", ["household_key"], unique=False)
    op.create_index(op.f("ix_case_member_id_masked"), "case_member", ["id_masked"], unique=False)
    op.create_index(op.f("ix_case_member_name_masked"), "case_member", ["name_masked"], unique=False)
    op.create_table(
        "decision",
        sa.Column("sequence", Sequence, autoincrement=True, nullable=False),
        sa.Column("case_id", Sequence, nullable=False),
        sa.Column("case_version", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("stage", sa.String(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=True),
        sa.Column("answer", sa.String(), nullable=True),
        sa.Column("reason_code", sa.String(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("evidence_sha256", sa.String(), nullable=False),
        sa.Column("rule_versions", Document, nullable=False),
        sa.Column("run_id", sa.String(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.CheckConstraint(
            "(coalesce(outcome, '') not in ('undeclared', 'changed') and coalesce(answer, 'agree') = 'agree')"
            " or length(trim(note)) > 0",
            name="ck_decision_note",
        ),
        sa.CheckConstraint("(stage = 'first') = (answer is null)", name="ck_decision_answer_when"),
        one_of("decision", "answer", ("agree", "return", "differ")),
        one_of(
            "decision",
            "outcome",
            ("undeclared", "changed", "in_favour", "explained", "data_error", "exempt", "cannot_tell", "nothing_found"),
        ),
        sa.CheckConstraint("stage <> 'first' or outcome is not null", name="ck_decision_outcome_when"),
        sa.CheckConstraint(
            "stage <> 'first' or outcome not in ('undeclared', 'changed')"
            " or length(trim(coalesce(reason_code, ''))) > 0",
            name="ck_decision_reason_code",
        ),
        sa.CheckConstraint("stage <> 'resolution' or answer <> 'differ'", name="ck_decision_resolution"),
        one_of("decision", "stage", ("first", "second", "resolution")),
        sa.ForeignKeyConstraint(["actor"], ["app_user.user_id"], name=op.f("fk_decision_actor")),
        sa.ForeignKeyConstraint(["case_id"], ["case_.case_id"], name=op.f("fk_decision_case_id")),
        sa.ForeignKeyConstraint(["run_id"], ["run.run_id"], name=op.f("fk_decision_run_id")),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_decision")),
        sa.UniqueConstraint("case_id", "round", "stage", name=op.f("uq_decision_case_id_round_stage")),
    )
    op.create_index(op.f("ix_decision_case_id"), "decision", ["case_id"], unique=False)
    op.create_table(
        "flag",
        sa.Column("sequence", Sequence, autoincrement=True, nullable=False),
        sa.Column("case_id", Sequence, nullable=False),
        sa.Column("finding_key", sa.String(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("rule_version", sa.String(), nullable=False),
        sa.Column("person_key", sa.String(), nullable=True),
        sa.Column("severity", sa.String(), nullable=False),
        sa.Column("match_grade", sa.String(), nullable=False),
        sa.Column("difference_fen", sa.BigInteger(), nullable=True),
        sa.Column("material", sa.Text(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("run_id", sa.String(), nullable=False),
        sa.Column("ended_run_id", sa.String(), nullable=True),
        sa.Column("at", Instant(), nullable=False),
        one_of(
            "flag",
            "state",
            (
                "live",
                "held",
                "superseded",
                "suppressed",
                "gone",
                "rule_withdrawn",
                "grade_lost",
                "recalled",
                "left_roster",
            ),
        ),
        sa.ForeignKeyConstraint(["case_id"], ["case_.case_id"], name=op.f("fk_flag_case_id")),
        sa.ForeignKeyConstraint(["ended_run_id"], ["run.run_id"], name=op.f("fk_flag_ended_run_id")),
        sa.ForeignKeyConstraint(["run_id"], ["run.run_id"], name=op.f("fk_flag_run_id")),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_flag")),
        sa.UniqueConstraint("case_id", "finding_key", "revision", name=op.f("uq_flag_case_id_finding_key_revision")),
    )
    op.create_index(op.f("ix_flag_case_id"), "flag", ["case_id"], unique=False)
    op.create_index(op.f("ix_flag_finding_key"), "flag", ["finding_key"], unique=False)
    op.create_table(
        "flag_verdict",
        sa.Column("decision_id", Sequence, nullable=False),
        sa.Column("flag_id", Sequence, nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        one_of(
            "flag_verdict",
            "verdict",
            ("confirmed", "lagged", "other_person", "exempt", "declared", "cannot_verify", "rule_defect"),
        ),
        sa.ForeignKeyConstraint(["decision_id"], ["decision.sequence"], name=op.f("fk_flag_verdict_decision_id")),
        sa.ForeignKeyConstraint(["flag_id"], ["flag.sequence"], name=op.f("fk_flag_verdict_flag_id")),
        sa.PrimaryKeyConstraint("decision_id", "flag_id", name=op.f("pk_flag_verdict")),
    )
    protect("case_event", "decision", "flag_verdict", "case_comment", "case_budget")
    guard_cases()
    guard_decisions()
    open_to_workbench("case_event", "decision", "flag_verdict", "case_comment", "case_budget")
    open_to_workbench("case_", "flag", "case_member", change=True)
    restrict_region("case_", "region_code")
    for table in ("flag", "case_member", "case_event", "decision", "case_comment"):
        restrict_with(table, "case_id", "case_", "case_id")
    restrict_with("flag_verdict", "flag_id", "flag", "sequence")
    grant_sequences()


def downgrade() -> None:
    take_away_erasure()
    op.drop_table("flag_verdict")
    op.drop_table("flag")
    op.drop_table("decision")
    op.drop_table("case_member")
    op.drop_table("case_event")
    op.drop_table("case_comment")
    op.drop_table("case_budget")
    op.drop_table("case_")
    unguard(*CASE_FUNCTIONS, *DECISION_FUNCTIONS)
