"""Exports that a supervisor refused, and why."""

import sqlalchemy as sa
from alembic import op

from ledger.column_types import Instant
from ledger.export_guards import guard_refused_exports, release_refused_exports

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.add_column("export", sa.Column("refused_by", sa.String(), nullable=True))
    op.add_column("export", sa.Column("refused_why", sa.Text(), nullable=True))
    op.add_column("export", sa.Column("refused_at", Instant(), nullable=True))
    guard_refused_exports()


def downgrade() -> None:
    release_refused_exports()
    for column in ("refused_at", "refused_why", "refused_by"):
        op.drop_column("export", column)
