"""Letters: two more kinds, and what each letter says, kept from its draft on."""

import sqlalchemy as sa
from alembic import op

from ledger.append_only import protect
from ledger.column_types import Instant, Sequence
from ledger.row_security import grant_sequences, open_to_workbench, restrict_with
from ledger.table_parts import one_of

revision = "0008"
down_revision = "0007"
_BEFORE = ("report", "supplement", "visit", "objection_answer", "correction")
_NOW = ("report", "notice", "supplement", "visit", "conclusion", "objection_answer", "correction")


def upgrade() -> None:
    _allow(_NOW)
    op.create_table(
        "letter_contents",
        sa.Column("sequence", Sequence, autoincrement=True, nullable=False),
        sa.Column("letter_id", Sequence, nullable=False),
        sa.Column("contents", sa.Text(), nullable=False),
        sa.Column("contents_sha256", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(["letter_id"], ["letter.sequence"], name=op.f("fk_letter_contents_letter_id")),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_letter_contents")),
        sa.UniqueConstraint("letter_id", name=op.f("uq_letter_contents_letter_id")),
    )
    protect("letter_contents")
    open_to_workbench("letter_contents")
    restrict_with("letter_contents", "letter_id", "letter", "sequence")
    grant_sequences()


def downgrade() -> None:
    op.drop_table("letter_contents")
    _allow(_BEFORE)


def _allow(kinds: tuple[str, ...]) -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.drop_constraint("ck_letter_kind", "letter", type_="check")
        op.create_check_constraint("ck_letter_kind", "letter", str(one_of("letter", "kind", kinds).sqltext))
    else:
        _make_anew(kinds)


def _make_anew(kinds: tuple[str, ...]) -> None:
    """SQLite changes no constraint: the table is made anew, its rows keep their numbers, its references hold."""
    op.execute("pragma defer_foreign_keys = on")
    op.execute("create table letter_before as select * from letter")
    op.drop_table("letter")
    op.create_table(
        "letter",
        sa.Column("sequence", Sequence, autoincrement=True, nullable=False),
        sa.Column("case_id", Sequence, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("template_version", sa.String(), nullable=False),
        sa.Column("by_whom", sa.String(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        one_of("letter", "kind", kinds),
        sa.ForeignKeyConstraint(["by_whom"], ["app_user.user_id"], name=op.f("fk_letter_by_whom")),
        sa.ForeignKeyConstraint(["case_id"], ["case_.case_id"], name=op.f("fk_letter_case_id")),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_letter")),
    )
    op.create_index(op.f("ix_letter_case_id"), "letter", ["case_id"], unique=False)
    op.execute("insert into letter select * from letter_before")
    op.drop_table("letter_before")
    protect("letter")
