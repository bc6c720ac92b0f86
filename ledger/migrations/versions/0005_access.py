"""Accounts, grants, sessions, jobs, exports and saved filters."""

import sqlalchemy as sa
from alembic import op

from ledger.access_guards import ACCESS_FUNCTIONS, guard_access
from ledger.column_types import Document, Instant, Sequence
from ledger.guard import unguard
from ledger.row_security import begin, end, grant_sequences, open_to_workbench, show_to_workbench
from ledger.table_parts import one_of

revision = "0005"
down_revision = "0004"
_SHOWN = (
    *("delivery", "delivery_health", "subject_set", "extract", "data_key", "run", "finding_advance"),
    *("household", "household_case", "membership", "person", "person_id", "household_presence", "alembic_version"),
)


def upgrade() -> None:
    op.create_table(
        "app_user",
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("staff_number", sa.String(), nullable=False),
        sa.Column("display_name", sa.String(), nullable=False),
        sa.Column("password_hash", sa.String(), nullable=True),
        sa.Column("password_at", Instant(), nullable=True),
        sa.Column("oidc_subject", sa.String(), nullable=True),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("shortcuts", sa.Boolean(), nullable=False),
        sa.Column("failed_count", sa.Integer(), nullable=False),
        sa.Column("locked_until", Instant(), nullable=True),
        sa.Column("disabled_at", Instant(), nullable=True),
        sa.Column("disabled_why", sa.Text(), nullable=True),
        sa.Column("created_by", sa.String(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        one_of("app_user", "language", ("zh", "en")),
        sa.PrimaryKeyConstraint("user_id", name=op.f("pk_app_user")),
        sa.UniqueConstraint("oidc_subject", name=op.f("uq_app_user_oidc_subject")),
        sa.UniqueConstraint("staff_number", name=op.f("uq_app_user_staff_number")),
    )
    op.create_table(
        "export",
        sa.Column("sequence", Sequence, autoincrement=True, nullable=False),
        sa.Column("by_whom", sa.String(), nullable=False),
        sa.Column("filters", Document, nullable=False),
        sa.Column("prefixes", Document, nullable=False),
        sa.Column("clear", sa.Boolean(), nullable=False),
        sa.Column("row_count", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("approved_by", sa.String(), nullable=True),
        sa.Column("approved_at", Instant(), nullable=True),
        sa.Column("path", sa.String(), nullable=True),
        sa.Column("sha256", sa.String(), nullable=True),
        sa.Column("made_at", Instant(), nullable=True),
        sa.Column("expires_at", Instant(), nullable=True),
        sa.Column("downloads", sa.Integer(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.CheckConstraint("approved_by is null or approved_by <> by_whom", name="ck_export_approved_by"),
        sa.CheckConstraint("length(trim(reason)) > 0", name="ck_export_reason"),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_export")),
    )
    op.create_table(
        "job",
        sa.Column("sequence", Sequence, autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("payload", Document, nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("by_whom", sa.String(), nullable=False),
        sa.Column("worker", sa.String(), nullable=True),
        sa.Column("lease_until", Instant(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("of_all", sa.Integer(), nullable=False),
        sa.Column("result", Document, nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("ended_at", Instant(), nullable=True),
        one_of("job", "state", ("queued", "running", "done", "failed")),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_job")),
    )
    op.create_index("ix_job_state", "job", ["state", "sequence"], unique=False)
    op.create_table(
        "role_grant",
        sa.Column("sequence", Sequence, autoincrement=True, nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("region_prefix", sa.String(), nullable=False),
        sa.Column("valid_from_date", sa.Date(), nullable=False),
        sa.Column("valid_to_date", sa.Date(), nullable=True),
        sa.Column("asked_by", sa.String(), nullable=False),
        sa.Column("asked_at", Instant(), nullable=False),
        sa.Column("confirmed_by", sa.String(), nullable=True),
        sa.Column("confirmed_at", Instant(), nullable=True),
        sa.Column("ended_by", sa.String(), nullable=True),
        sa.Column("ended_why", sa.Text(), nullable=True),
        sa.Column("ended_at", Instant(), nullable=True),
        one_of(
            "role_grant",
            "role",
            (
                "analyst",
                "reviewer",
                "supervisor",
                "issuer",
                "steward",
                "viewer",
                "auditor",
                "system_admin",
                "security_admin",
            ),
        ),
        sa.CheckConstraint("length(region_prefix) in (0, 2, 4, 6, 9, 12)", name="ck_role_grant_region_prefix"),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.user_id"], name=op.f("fk_role_grant_user_id")),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_role_grant")),
    )
    op.create_index(op.f("ix_role_grant_user_id"), "role_grant", ["user_id"], unique=False)
    op.create_table(
        "saved_filter",
        sa.Column("sequence", Sequence, autoincrement=True, nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("query", Document, nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("removed_at", Instant(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.user_id"], name=op.f("fk_saved_filter_user_id")),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_saved_filter")),
    )
    op.create_index(op.f("ix_saved_filter_user_id"), "saved_filter", ["user_id"], unique=False)
    op.create_index(
        "uq_saved_filter_name",
        "saved_filter",
        ["user_id", "name"],
        unique=True,
        sqlite_where=sa.text("removed_at is null"),
        postgresql_where=sa.text("removed_at is null"),
    )
    op.create_table(
        "session",
        sa.Column("session_hash", sa.String(), nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("started_at", Instant(), nullable=False),
        sa.Column("seen_at", Instant(), nullable=False),
        sa.Column("stepped_up_at", Instant(), nullable=True),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.Column("ended_why", sa.String(), nullable=True),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.user_id"], name=op.f("fk_session_user_id")),
        sa.PrimaryKeyConstraint("session_hash", name=op.f("pk_session")),
    )
    op.create_index(op.f("ix_session_user_id"), "session", ["user_id"], unique=False)
    guard_access()
    begin()
    open_to_workbench("app_user", "role_grant", "session", "saved_filter", "job", "export", change=True)
    open_to_workbench("audit_entry", "identity_verdict", "finding_event", "feed_event", "delivery_event", "run_event")
    show_to_workbench(*_SHOWN)
    grant_sequences()


def downgrade() -> None:
    op.drop_table("session")
    op.drop_table("saved_filter")
    op.drop_table("role_grant")
    op.drop_table("job")
    op.drop_table("export")
    op.drop_table("app_user")
    end()
    unguard(*ACCESS_FUNCTIONS)
