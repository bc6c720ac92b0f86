"""Dealings with a household: notices, visits, objections, letters, reveals."""

import sqlalchemy as sa
from alembic import op

from ledger.append_only import protect
from ledger.column_types import Instant, Sequence
from ledger.dealing_guards import DEALING_FUNCTIONS, guard_dealings
from ledger.guard import unguard
from ledger.row_security import grant_sequences, open_to_workbench, restrict_with
from ledger.table_parts import one_of

revision = "0007"
down_revision = "0006"
_APPENDED = (
    *("letter", "letter_event", "notice", "notice_proof", "household_reply", "field_check", "objection"),
    *("objection_answer", "reveal"),
)


def upgrade() -> None:
    op.create_table(
        "letter_counter",
        sa.Column("series", sa.String(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("series", name=op.f("pk_letter_counter")),
    )
    op.create_table(
        "field_check",
        sa.Column("sequence", Sequence, autoincrement=True, nullable=False),
        sa.Column("case_id", Sequence, nullable=False),
        sa.Column("visit_date", sa.Date(), nullable=False),
        sa.Column("first_investigator", sa.String(), nullable=False),
        sa.Column("second_investigator", sa.String(), nullable=False),
        sa.Column("found", sa.Text(), nullable=False),
        sa.Column("by_whom", sa.String(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.CheckConstraint(
            "length(trim(first_investigator)) > 0 and length(trim(second_investigator)) > 0"
            " and trim(first_investigator) <> trim(second_investigator)",
            name="ck_field_check_investigators",
        ),
        sa.CheckConstraint("length(trim(found)) > 0", name="ck_field_check_found"),
        sa.ForeignKeyConstraint(["by_whom"], ["app_user.user_id"], name=op.f("fk_field_check_by_whom")),
        sa.ForeignKeyConstraint(["case_id"], ["case_.case_id"], name=op.f("fk_field_check_case_id")),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_field_check")),
    )
    op.create_index(op.f("ix_field_check_case_id"), "field_check", ["case_id"], unique=False)
    op.create_table(
        "letter",
        sa.Column("sequence", Sequence, autoincrement=True, nullable=False),
        sa.Column("case_id", Sequence, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("template_version", sa.String(), nullable=False),
        sa.Column("by_whom", sa.String(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        one_of("letter", "kind", ("report", "supplement", "visit", "objection_answer", "correction")),
        sa.ForeignKeyConstraint(["by_whom"], ["app_user.user_id"], name=op.f("fk_letter_by_whom")),
        sa.ForeignKeyConstraint(["case_id"], ["case_.case_id"], name=op.f("fk_letter_case_id")),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_letter")),
    )
    op.create_index(op.f("ix_letter_case_id"), "letter", ["case_id"], unique=False)
    op.create_table(
        "objection",
        sa.Column("sequence", Sequence, autoincrement=True, nullable=False),
        sa.Column("case_id", Sequence, nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("received_date", sa.Date(), nullable=False),
        sa.Column("answer_due_date", sa.Date(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("by_whom", sa.String(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.CheckConstraint("length(trim(summary)) > 0", name="ck_objection_summary"),
        sa.ForeignKeyConstraint(["by_whom"], ["app_user.user_id"], name=op.f("fk_objection_by_whom")),
        sa.ForeignKeyConstraint(["case_id"], ["case_.case_id"], name=op.f("fk_objection_case_id")),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_objection")),
    )
    op.create_index(op.f("ix_objection_case_id"), "objection", ["case_id"], unique=False)
    op.create_table(
        "reveal",
        sa.Column("sequence", Sequence, autoincrement=True, nullable=False),
        sa.Column("case_id", Sequence, nullable=False),
        sa.Column("person_key", sa.String(), nullable=False),
        sa.Column("field", sa.String(), nullable=False),
        sa.Column("reason_code", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("actor", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.CheckConstraint("length(trim(reason)) > 0", name="ck_reveal_reason"),
        sa.ForeignKeyConstraint(["actor"], ["app_user.user_id"], name=op.f("fk_reveal_actor")),
        sa.ForeignKeyConstraint(["case_id"], ["case_.case_id"], name=op.f("fk_reveal_case_id")),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_reveal")),
    )
    op.create_index(op.f("ix_reveal_case_id"), "reveal", ["case_id"], unique=False)
    op.create_table(
        "letter_event",
        sa.Column("sequence", Sequence, autoincrement=True, nullable=False),
        sa.Column("letter_id", Sequence, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("number", sa.String(), nullable=True),
        sa.Column("sha256", sa.String(), nullable=True),
        sa.Column("verification_code", sa.String(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("by_whom", sa.String(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        one_of("letter_event", "kind", ("checked", "issued", "delivered", "reprinted", "voided")),
        sa.ForeignKeyConstraint(["by_whom"], ["app_user.user_id"], name=op.f("fk_letter_event_by_whom")),
        sa.ForeignKeyConstraint(["letter_id"], ["letter.sequence"], name=op.f("fk_letter_event_letter_id")),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_letter_event")),
        sa.UniqueConstraint("number", name=op.f("uq_letter_event_number")),
        sa.UniqueConstraint("verification_code", name=op.f("uq_letter_event_verification_code")),
    )
    op.create_index(op.f("ix_letter_event_letter_id"), "letter_event", ["letter_id"], unique=False)
    op.create_table(
        "notice",
        sa.Column("sequence", Sequence, autoincrement=True, nullable=False),
        sa.Column("case_id", Sequence, nullable=False),
        sa.Column("evidence_version", sa.Integer(), nullable=False),
        sa.Column("way", sa.String(), nullable=False),
        sa.Column("sent_date", sa.Date(), nullable=False),
        sa.Column("reply_days", sa.Integer(), nullable=False),
        sa.Column("letter_id", Sequence, nullable=True),
        sa.Column("by_whom", sa.String(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        one_of("notice", "way", ("hand", "post", "electronic")),
        sa.CheckConstraint("reply_days > 0", name="ck_notice_reply_days"),
        sa.ForeignKeyConstraint(["by_whom"], ["app_user.user_id"], name=op.f("fk_notice_by_whom")),
        sa.ForeignKeyConstraint(["case_id"], ["case_.case_id"], name=op.f("fk_notice_case_id")),
        sa.ForeignKeyConstraint(["letter_id"], ["letter.sequence"], name=op.f("fk_notice_letter_id")),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_notice")),
    )
    op.create_index(op.f("ix_notice_case_id"), "notice", ["case_id"], unique=False)
    op.create_index(op.f("ix_notice_letter_id"), "notice", ["letter_id"], unique=False)
    op.create_table(
        "objection_answer",
        sa.Column("sequence", Sequence, autoincrement=True, nullable=False),
        sa.Column("objection_id", Sequence, nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("by_whom", sa.String(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        one_of("objection_answer", "outcome", ("upheld", "partly", "rejected")),
        sa.CheckConstraint("length(trim(note)) > 0", name="ck_objection_answer_note"),
        sa.ForeignKeyConstraint(["by_whom"], ["app_user.user_id"], name=op.f("fk_objection_answer_by_whom")),
        sa.ForeignKeyConstraint(
            ["objection_id"], ["objection.sequence"], name=op.f("fk_objection_answer_objection_id")
        ),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_objection_answer")),
        sa.UniqueConstraint("objection_id", name=op.f("uq_objection_answer_objection_id")),
    )
    op.create_table(
        "household_reply",
        sa.Column("sequence", Sequence, autoincrement=True, nullable=False),
        sa.Column("case_id", Sequence, nullable=False),
        sa.Column("notice_id", Sequence, nullable=True),
        sa.Column("received_date", sa.Date(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("by_whom", sa.String(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.CheckConstraint("length(trim(summary)) > 0", name="ck_household_reply_summary"),
        sa.ForeignKeyConstraint(["by_whom"], ["app_user.user_id"], name=op.f("fk_household_reply_by_whom")),
        sa.ForeignKeyConstraint(["case_id"], ["case_.case_id"], name=op.f("fk_household_reply_case_id")),
        sa.ForeignKeyConstraint(["notice_id"], ["notice.sequence"], name=op.f("fk_household_reply_notice_id")),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_household_reply")),
    )
    op.create_index(op.f("ix_household_reply_case_id"), "household_reply", ["case_id"], unique=False)
    op.create_index(op.f("ix_household_reply_notice_id"), "household_reply", ["notice_id"], unique=False)
    op.create_table(
        "notice_proof",
        sa.Column("sequence", Sequence, autoincrement=True, nullable=False),
        sa.Column("notice_id", Sequence, nullable=False),
        sa.Column("delivered_date", sa.Date(), nullable=False),
        sa.Column("proof", sa.Text(), nullable=False),
        sa.Column("by_whom", sa.String(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.CheckConstraint("length(trim(proof)) > 0", name="ck_notice_proof_proof"),
        sa.ForeignKeyConstraint(["by_whom"], ["app_user.user_id"], name=op.f("fk_notice_proof_by_whom")),
        sa.ForeignKeyConstraint(["notice_id"], ["notice.sequence"], name=op.f("fk_notice_proof_notice_id")),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_notice_proof")),
        sa.UniqueConstraint("notice_id", name=op.f("uq_notice_proof_notice_id")),
    )
    protect(*_APPENDED)
    guard_dealings()
    open_to_workbench(*_APPENDED)
    open_to_workbench("letter_counter", change=True)
    for table in ("letter", "notice", "household_reply", "field_check", "objection", "reveal"):
        restrict_with(table, "case_id", "case_", "case_id")
    restrict_with("letter_event", "letter_id", "letter", "sequence")
    restrict_with("notice_proof", "notice_id", "notice", "sequence")
    restrict_with("objection_answer", "objection_id", "objection", "sequence")
    grant_sequences()


def downgrade() -> None:
    op.drop_table("notice_proof")
    op.drop_table("household_reply")
    op.drop_table("objection_answer")
    op.drop_table("notice")
    op.drop_table("letter_event")
    op.drop_table("reveal")
    op.drop_table("objection")
    op.drop_table("letter")
    op.drop_table("field_check")
    op.drop_table("letter_counter")
    unguard(*DEALING_FUNCTIONS)
