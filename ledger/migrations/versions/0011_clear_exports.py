"""Exports of clear values: for whom, and whose values each holds."""

import sqlalchemy as sa
from alembic import op

from ledger.append_only import protect
from ledger.column_types import Instant, Sequence
from ledger.export_guards import guard_clear_exports, release_clear_exports
from ledger.row_security import grant_sequences, open_to_workbench, restrict_with

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    op.add_column("export", sa.Column("recipient", sa.Text(), nullable=True))
    op.create_table(
        "export_reveal",
        sa.Column("sequence", Sequence, autoincrement=True, nullable=False),
        sa.Column("export_id", Sequence, nullable=False),
        sa.Column("case_id", Sequence, nullable=False),
        sa.Column("person_key", sa.String(), nullable=False),
        sa.Column("fields", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.CheckConstraint("length(trim(reason)) > 0", name="ck_export_reveal_reason"),
        sa.ForeignKeyConstraint(["export_id"], ["export.sequence"], name=op.f("fk_export_reveal_export_id")),
        sa.ForeignKeyConstraint(["case_id"], ["case_.case_id"], name=op.f("fk_export_reveal_case_id")),
        sa.ForeignKeyConstraint(["actor"], ["app_user.user_id"], name=op.f("fk_export_reveal_actor")),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_export_reveal")),
    )
    op.create_index(op.f("ix_export_reveal_export_id"), "export_reveal", ["export_id"], unique=False)
    op.create_index(op.f("ix_export_reveal_case_id"), "export_reveal", ["case_id"], unique=False)
    guard_clear_exports()
    protect("export_reveal")
    open_to_workbench("export_reveal")
    restrict_with("export_reveal", "case_id", "case_", "case_id")
    grant_sequences()


def downgrade() -> None:
    release_clear_exports()
    op.drop_table("export_reveal")
    op.drop_column("export", "recipient")
