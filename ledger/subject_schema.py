"""The ledger's tables of persons and households."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Date, Index, String, Table, Text

from ledger.column_types import Document
from ledger.table_parts import at, metadata, of, sequence, text

person = Table("person", metadata, Column("person_key", String, primary_key=True), text("delivery_id"), at())
household = Table("household", metadata, Column("household_key", String, primary_key=True), text("delivery_id"), at())
person_id = Table(
    "person_id",
    metadata,
    Column("id_token", String, primary_key=True),
    of("person", "person_key"),
    text("delivery_id"),
    at(),
)
person_name = Table(
    "person_name",
    metadata,
    sequence(),
    of("household", "household_key"),
    of("person", "person_key"),
    text("name_token"),
    Column("birth_date", Date),
    Column("without_id", Boolean, nullable=False),
)
household_case = Table(
    "household_case",
    metadata,
    sequence(),
    text("source"),
    text("case_token", index=True),
    of("household", "household_key"),
    text("region_code", null=True),
    text("delivery_id"),
    at(),
)
membership = Table(
    "membership",
    metadata,
    sequence(),
    of("household", "household_key"),
    of("person", "person_key"),
    Column("present", Boolean, nullable=False),
    text("delivery_id"),
    at(),
)
subject_event = Table(
    "subject_event",
    metadata,
    sequence(),
    text("kind"),
    text("household_key", null=True, index=True),
    text("person_key", null=True, index=True),
    Column("reason", Text, nullable=False),
    Column("detail", Document, nullable=False),
    text("delivery_id"),
    at(),
)
subject_resolution = Table(
    "subject_resolution",
    metadata,
    Column("delivery_id", String, primary_key=True),
    text("source"),
    Column("last_case", BigInteger, nullable=False),
    Column("last_name", BigInteger, nullable=False),
    at(),
)
household_presence = Table(
    "household_presence",
    metadata,
    sequence(),
    text("household_key", index=True),
    text("kind"),
    Column("since_date", Date, nullable=False),
    text("run_id"),
    at(),
)
Index("ix_membership_household_key_person_key", membership.c.household_key, membership.c.person_key)
