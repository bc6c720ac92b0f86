"""Sign-in by a provider: links of accounts, returns that were used, and how a session's person proved who they are."""

import sqlalchemy as sa
from alembic import op

from ledger.append_only import protect
from ledger.column_types import Instant, Sequence
from ledger.link_guards import forget_links, guard_links, release_accounts
from ledger.row_security import grant_sequences, open_to_workbench

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    op.create_table(
        "account_link",
        sa.Column("sequence", Sequence, autoincrement=True, nullable=False),
        sa.Column("user_id", sa.String(), nullable=False),
        sa.Column("oidc_subject", sa.String(), nullable=False),
        sa.Column("asked_by", sa.String(), nullable=False),
        sa.Column("asked_at", Instant(), nullable=False),
        sa.Column("confirmed_by", sa.String(), nullable=True),
        sa.Column("confirmed_at", Instant(), nullable=True),
        sa.Column("ended_by", sa.String(), nullable=True),
        sa.Column("ended_why", sa.Text(), nullable=True),
        sa.Column("ended_at", Instant(), nullable=True),
        sa.CheckConstraint("length(trim(oidc_subject)) > 0", name="ck_account_link_oidc_subject"),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.user_id"], name=op.f("fk_account_link_user_id")),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_account_link")),
    )
    op.create_index(op.f("ix_account_link_user_id"), "account_link", ["user_id"], unique=False)
    op.create_table(
        "oidc_return",
        sa.Column("state_hash", sa.String(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("state_hash", name=op.f("pk_oidc_return")),
    )
    op.add_column("session", sa.Column("way", sa.String(), nullable=False, server_default="password"))
    guard_links()
    protect("oidc_return")
    open_to_workbench("account_link", change=True)
    open_to_workbench("oidc_return")
    grant_sequences()


def downgrade() -> None:
    release_accounts()
    op.drop_column("session", "way")
    op.drop_table("oidc_return")
    op.drop_table("account_link")
    forget_links()
