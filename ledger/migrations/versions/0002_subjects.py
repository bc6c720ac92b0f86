"""Persons and households, and how they were recognised."""

import sqlalchemy as sa
from alembic import op

from ledger.append_only import protect
from ledger.column_types import Document, Instant, Sequence

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "household",
        sa.Column("household_key", sa.String(), nullable=False),
        sa.Column("delivery_id", sa.String(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("household_key", name=op.f("pk_household")),
    )
    op.create_table(
        "person",
        sa.Column("person_key", sa.String(), nullable=False),
        sa.Column("delivery_id", sa.String(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("person_key", name=op.f("pk_person")),
    )
    op.create_table(
        "subject_event",
        sa.Column("sequence", Sequence, autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("household_key", sa.String(), nullable=True),
        sa.Column("person_key", sa.String(), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("detail", Document, nullable=False),
        sa.Column("delivery_id", sa.String(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_subject_event")),
    )
    op.create_index(op.f("ix_subject_event_household_key"), "subject_event", ["household_key"], unique=False)
    op.create_index(op.f("ix_subject_event_person_key"), "subject_event", ["person_key"], unique=False)
    op.create_table(
        "subject_resolution",
        sa.Column("delivery_id", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("last_case", sa.BigInteger(), nullable=False),
        sa.Column("last_name", sa.BigInteger(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("delivery_id", name=op.f("pk_subject_resolution")),
    )
    op.create_table(
        "household_case",
        sa.Column("sequence", Sequence, autoincrement=True, nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("case_token", sa.String(), nullable=False),
        sa.Column("household_key", sa.String(), nullable=False),
        sa.Column("region_code", sa.String(), nullable=True),
        sa.Column("delivery_id", sa.String(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["household_key"], ["household.household_key"], name=op.f("fk_household_case_household_key")
        ),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_household_case")),
    )
    op.create_index(op.f("ix_household_case_case_token"), "household_case", ["case_token"], unique=False)
    op.create_index(op.f("ix_household_case_household_key"), "household_case", ["household_key"], unique=False)
    op.create_table(
        "membership",
        sa.Column("sequence", Sequence, autoincrement=True, nullable=False),
        sa.Column("household_key", sa.String(), nullable=False),
        sa.Column("person_key", sa.String(), nullable=False),
        sa.Column("present", sa.Boolean(), nullable=False),
        sa.Column("delivery_id", sa.String(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(
            ["household_key"], ["household.household_key"], name=op.f("fk_membership_household_key")
        ),
        sa.ForeignKeyConstraint(["person_key"], ["person.person_key"], name=op.f("fk_membership_person_key")),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_membership")),
    )
    op.create_index(op.f("ix_membership_household_key"), "membership", ["household_key"], unique=False)
    op.create_index(
        "ix_membership_household_key_person_key", "membership", ["household_key", "person_key"], unique=False
    )
    op.create_index(op.f("ix_membership_person_key"), "membership", ["person_key"], unique=False)
    op.create_table(
        "person_id",
        sa.Column("id_token", sa.String(), nullable=False),
        sa.Column("person_key", sa.String(), nullable=False),
        sa.Column("delivery_id", sa.String(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["person_key"], ["person.person_key"], name=op.f("fk_person_id_person_key")),
        sa.PrimaryKeyConstraint("id_token", name=op.f("pk_person_id")),
    )
    op.create_index(op.f("ix_person_id_person_key"), "person_id", ["person_key"], unique=False)
    op.create_table(
        "person_name",
        sa.Column("sequence", Sequence, autoincrement=True, nullable=False),
        sa.Column("household_key", sa.String(), nullable=False),
        sa.Column("person_key", sa.String(), nullable=False),
        sa.Column("name_token", sa.String(), nullable=False),
        sa.Column("birth_date", sa.Date(), nullable=True),
        sa.Column("without_id", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["household_key"], ["household.household_key"], name=op.f("fk_person_name_household_key")
        ),
        sa.ForeignKeyConstraint(["person_key"], ["person.person_key"], name=op.f("fk_person_name_person_key")),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_person_name")),
    )
    op.create_index(op.f("ix_person_name_household_key"), "person_name", ["household_key"], unique=False)
    op.create_index(op.f("ix_person_name_person_key"), "person_name", ["person_key"], unique=False)
    protect(
        "household",
        "person",
        "subject_event",
        "subject_resolution",
        "household_case",
        "membership",
        "person_id",
        "person_name",
    )


def downgrade() -> None:
    op.drop_table("person_name")
    op.drop_table("person_id")
    op.drop_table("membership")
    op.drop_table("household_case")
    op.drop_table("subject_resolution")
    op.drop_table("subject_event")
    op.drop_table("person")
    op.drop_table("household")
