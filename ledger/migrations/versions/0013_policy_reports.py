"""What browsers blocked by the content security policy, counted by day."""

import sqlalchemy as sa
from alembic import op

from ledger.access_guards import guard_policy_reports
from ledger.guard import unguard
from ledger.row_security import open_to_workbench

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    op.create_table(
        "policy_report",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("directive", sa.String(), nullable=False),
        sa.Column("page", sa.String(), nullable=False),
        sa.Column("reports", sa.Integer(), nullable=False),
        sa.CheckConstraint("reports between 1 and 1000", name="ck_policy_report_reports"),
        sa.PrimaryKeyConstraint("day", "directive", "page", name=op.f("pk_policy_report")),
    )
    guard_policy_reports()
    open_to_workbench("policy_report", change=True)


def downgrade() -> None:
    op.drop_table("policy_report")
    unguard("policy_report_changed")
