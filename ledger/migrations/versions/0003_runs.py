"""Runs, identity verdicts and findings' lives."""

import sqlalchemy as sa
from alembic import op

from ledger.append_only import protect
from ledger.column_types import Document, Instant, Sequence

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.create_table(
        "identity_verdict",
        sa.Column("sequence", Sequence, autoincrement=True, nullable=False),
        sa.Column("person_key", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("provider_identity_token", sa.String(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=False),
        sa.Column("by_whom", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("subject_fingerprint", sa.String(), nullable=False),
        sa.Column("provider_fingerprint", sa.String(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_identity_verdict")),
    )
    op.create_index(op.f("ix_identity_verdict_person_key"), "identity_verdict", ["person_key"], unique=False)
    op.create_index(
        "ix_identity_verdict_provider", "identity_verdict", ["source", "provider_identity_token"], unique=False
    )
    op.create_table(
        "run",
        sa.Column("run_id", sa.String(), nullable=False),
        sa.Column("as_of", sa.Date(), nullable=False),
        sa.Column("known_at", Instant(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("request", sa.String(), nullable=True),
        sa.Column("sources", Document, nullable=True),
        sa.Column("options", Document, nullable=False),
        sa.Column("begun_at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("run_id", name=op.f("pk_run")),
    )
    op.create_table(
        "finding_advance",
        sa.Column("sequence", Sequence, autoincrement=True, nullable=False),
        sa.Column("run_id", sa.String(), nullable=False),
        sa.Column("after_sequence", sa.BigInteger(), nullable=False),
        sa.Column("counts", Document, nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["run.run_id"], name=op.f("fk_finding_advance_run_id")),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_finding_advance")),
        sa.UniqueConstraint("run_id", name=op.f("uq_finding_advance_run_id")),
    )
    op.create_table(
        "finding_event",
        sa.Column("sequence", Sequence, autoincrement=True, nullable=False),
        sa.Column("finding_key", sa.String(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("household_key", sa.String(), nullable=False),
        sa.Column("person_key", sa.String(), nullable=True),
        sa.Column("run_id", sa.String(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("material", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("until_date", sa.Date(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("by_whom", sa.String(), nullable=True),
        sa.Column("at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["run.run_id"], name=op.f("fk_finding_event_run_id")),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_finding_event")),
    )
    op.create_index("ix_finding_event_finding_key_sequence", "finding_event", ["finding_key", "sequence"], unique=False)
    op.create_index(op.f("ix_finding_event_run_id"), "finding_event", ["run_id"], unique=False)
    op.create_table(
        "run_event",
        sa.Column("sequence", Sequence, autoincrement=True, nullable=False),
        sa.Column("run_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("detail", Document, nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["run_id"], ["run.run_id"], name=op.f("fk_run_event_run_id")),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_run_event")),
    )
    op.create_index(op.f("ix_run_event_kind"), "run_event", ["kind"], unique=False)
    op.create_index(op.f("ix_run_event_run_id"), "run_event", ["run_id"], unique=False)
    protect("identity_verdict", "run", "finding_advance", "finding_event", "run_event")


def downgrade() -> None:
    op.drop_table("run_event")
    op.drop_table("finding_event")
    op.drop_table("finding_advance")
    op.drop_table("run")
    op.drop_table("identity_verdict")
