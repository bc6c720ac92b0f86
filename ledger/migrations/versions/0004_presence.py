"""When households left the roster and came back."""

import sqlalchemy as sa
from alembic import op

from ledger.append_only import protect
from ledger.column_types import Instant, Sequence

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.create_table(
        "household_presence",
        sa.Column("sequence", Sequence, autoincrement=True, nullable=False),
        sa.Column("household_key", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("since_date", sa.Date(), nullable=False),
        sa.Column("run_id", sa.String(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("sequence", name="pk_household_presence"),
    )
    op.create_index("ix_household_presence_household_key", "household_presence", ["household_key"])
    protect("household_presence")


def downgrade() -> None:
    op.drop_table("household_presence")
