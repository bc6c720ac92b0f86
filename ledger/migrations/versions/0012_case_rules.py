"""The rules that ask in a case, beside its place in the queue."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from ledger.case_rule_guards import FOUND, guard_case_rules, release_case_rules
from ledger.column_types import Sequence
from ledger.guard import unguard
from ledger.row_security import restrict_region, show_to_workbench

revision = "0012"
down_revision = "0011"
_QUEUED = sa.text("status not in ('waiting', 'closed', 'lapsed')")


def upgrade() -> None:
    op.create_table(
        "case_rule",
        sa.Column("case_id", Sequence, autoincrement=False, nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("province_code", sa.String(), nullable=False),
        sa.Column("city_code", sa.String(), nullable=False),
        sa.Column("county_code", sa.String(), nullable=False),
        sa.Column("town_code", sa.String(), nullable=False),
        sa.Column("region_code", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("severity_rank", sa.Integer(), nullable=False),
        sa.Column("due_date", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case_.case_id"], name=op.f("fk_case_rule_case_id")),
        sa.PrimaryKeyConstraint("case_id", "rule", name=op.f("pk_case_rule")),
    )
    order = ["rule", "severity_rank", "due_date", "case_id"]
    only: dict[str, Any] = {"sqlite_where": _QUEUED, "postgresql_where": _QUEUED}
    op.create_index("ix_case_rule_queue", "case_rule", order, unique=False, **only)
    op.create_index("ix_case_rule_queue_of_city", "case_rule", ["city_code", *order], unique=False, **only)
    op.create_index("ix_case_rule_queue_of_county", "case_rule", ["county_code", *order], unique=False, **only)
    op.create_index("ix_case_rule_status", "case_rule", ["status", *order], unique=False)
    place = ["city_code", "severity_rank", "due_date", "case_id"]
    op.create_index("ix_case__queue_of_city", "case_", place, unique=False, **only)
    op.execute(FOUND)
    if op.get_bind().dialect.name == "postgresql":
        # A rule asks at one or two severities; planned as if they were strangers, such a queue is sorted whole.
        op.execute("create statistics case_rule_together (mcv) on rule, severity_rank from case_rule")
    guard_case_rules()
    show_to_workbench("case_rule")
    restrict_region("case_rule", "region_code")


def downgrade() -> None:
    release_case_rules()
    op.drop_index("ix_case__queue_of_city", "case_")
    op.drop_table("case_rule")
    unguard("case_rule_changes", "case_rule_ends")
