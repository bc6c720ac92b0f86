"""Commissioned checks, and the key under which each is sealed."""

import sqlalchemy as sa
from alembic import op

from ledger.append_only import protect
from ledger.column_types import Document, Instant, Sequence
from ledger.row_security import grant_sequences, open_to_workbench, restrict_region, restrict_with
from ledger.table_parts import one_of

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    op.create_table(
        "commissioned_check",
        sa.Column("sequence", Sequence, autoincrement=True, nullable=False),
        sa.Column("region_code", sa.String(), nullable=False),
        sa.Column("purpose_code", sa.String(), nullable=False),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("as_of_date", sa.Date(), nullable=False),
        sa.Column("person_count", sa.Integer(), nullable=False),
        sa.Column("key_id", sa.String(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("asked_by", sa.String(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        one_of("commissioned_check", "purpose_code", ("application", "change", "other_assistance", "verification")),
        sa.CheckConstraint("length(trim(document)) > 0", name="ck_commissioned_check_document"),
        sa.CheckConstraint("length(region_code) = 12", name="ck_commissioned_check_region_code"),
        sa.ForeignKeyConstraint(["asked_by"], ["app_user.user_id"], name=op.f("fk_commissioned_check_asked_by")),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_commissioned_check")),
    )
    op.create_index(op.f("ix_commissioned_check_region_code"), "commissioned_check", ["region_code"], unique=False)
    op.create_table(
        "commissioned_check_event",
        sa.Column("sequence", Sequence, autoincrement=True, nullable=False),
        sa.Column("check_id", Sequence, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("detail", Document, nullable=False),
        sa.Column("by_whom", sa.String(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        one_of("commissioned_check_event", "kind", ("begun", "looked", "failed", "erased")),
        sa.ForeignKeyConstraint(
            ["check_id"], ["commissioned_check.sequence"], name=op.f("fk_commissioned_check_event_check_id")
        ),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_commissioned_check_event")),
    )
    op.create_index(
        op.f("ix_commissioned_check_event_check_id"), "commissioned_check_event", ["check_id"], unique=False
    )
    protect("commissioned_check", "commissioned_check_event")
    open_to_workbench("commissioned_check", "commissioned_check_event", "data_key")
    restrict_region("commissioned_check", "region_code")
    restrict_with("commissioned_check_event", "check_id", "commissioned_check", "sequence")
    grant_sequences()


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute("revoke insert on data_key from hedui_workbench")
    op.drop_table("commissioned_check_event")
    op.drop_table("commissioned_check")
