"""The ledger's tables. Events are appended; the migrations add triggers that refuse to change or delete them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from ledger.column_types import Document, Instant, Sequence

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


def _sequence() -> Column[int]:
    return Column("sequence", Sequence, primary_key=True, autoincrement=True)


def _text(name: str, *, null: bool = False, index: bool = False) -> Column[str]:
    return Column(name, String, nullable=null, index=index)


def _at(name: str = "at", *, null: bool = False) -> Column[Any]:
    return Column(name, Instant, nullable=null)


def _of(table: str, key: str) -> Column[str]:
    return Column(key, String, ForeignKey(f"{table}.{key}"), nullable=False, index=True)


delivery = Table(
    "delivery",
    metadata,
    Column("delivery_id", String, primary_key=True),
    _text("source", index=True),
    _text("file_name"),
    _text("sha256"),
    Column("byte_count", BigInteger, nullable=False),
    Column("row_count", BigInteger),
    Column("as_of", Date),
    Column("period_month", Date),
    _at("landed_at"),
    _at("claims_received_at", null=True),
    Column("control", Document),
    _text("landing_path"),
    UniqueConstraint("source", "sha256"),
)
delivery_event = Table(
    "delivery_event",
    metadata,
    _sequence(),
    _of("delivery", "delivery_id"),
    _text("kind"),
    Column("detail", Document, nullable=False),
    _at(),
)
delivery_health = Table(
    "delivery_health",
    metadata,
    _sequence(),
    _of("delivery", "delivery_id"),
    _text("subject_set_id"),
    Column("account", Document, nullable=False),
    Column("health", Document, nullable=False),
    _at(),
)
feed_event = Table(
    "feed_event",
    metadata,
    _sequence(),
    _text("source", index=True),
    _text("kind"),
    Column("reason", Text, nullable=False),
    _text("by_whom"),
    _text("delivery_id", null=True),
    _at(),
)
subject_set = Table(
    "subject_set",
    metadata,
    Column("subject_set_id", String, primary_key=True),
    Column("person_count", BigInteger, nullable=False),
    _text("path"),
    _at(),
)
extract = Table(
    "extract",
    metadata,
    _sequence(),
    _of("delivery", "delivery_id"),
    _text("subject_set_id"),
    _text("transform_version"),
    _text("path"),
    _text("sha256_rows"),
    _text("sha256_sealed", null=True),
    Column("account", Document, nullable=False),
    _at(),
    UniqueConstraint("delivery_id", "subject_set_id", "transform_version"),
)
data_key = Table(
    "data_key",
    metadata,
    Column("key_id", String, primary_key=True),
    Column("wrapped", LargeBinary),
    _at("created_at"),
    _at("erased_at", null=True),
)
audit_entry = Table(
    "audit_entry",
    metadata,
    Column("sequence", Sequence, primary_key=True, autoincrement=False),
    _at(),
    _text("act"),
    _text("by_whom"),
    _text("subject"),
    Column("detail", Document, nullable=False),
    _text("previous_hash"),
    _text("entry_hash"),
)
person = Table("person", metadata, Column("person_key", String, primary_key=True), _text("delivery_id"), _at())
household = Table("household", metadata, Column("household_key", String, primary_key=True), _text("delivery_id"), _at())
person_id = Table(
    "person_id",
    metadata,
    Column("id_token", String, primary_key=True),
    _of("person", "person_key"),
    _text("delivery_id"),
    _at(),
)
person_name = Table(
    "person_name",
    metadata,
    _sequence(),
    _of("household", "household_key"),
    _of("person", "person_key"),
    _text("name_token"),
    Column("birth_date", Date),
    Column("without_id", Boolean, nullable=False),
)
household_case = Table(
    "household_case",
    metadata,
    _sequence(),
    _text("source"),
    _text("case_token", index=True),
    _of("household", "household_key"),
    _text("region_code", null=True),
    _text("delivery_id"),
    _at(),
)
membership = Table(
    "membership",
    metadata,
    _sequence(),
    _of("household", "household_key"),
    _of("person", "person_key"),
    Column("present", Boolean, nullable=False),
    _text("delivery_id"),
    _at(),
)
subject_event = Table(
    "subject_event",
    metadata,
    _sequence(),
    _text("kind"),
    _text("household_key", null=True, index=True),
    _text("person_key", null=True, index=True),
    Column("reason", Text, nullable=False),
    Column("detail", Document, nullable=False),
    _text("delivery_id"),
    _at(),
)
subject_resolution = Table(
    "subject_resolution",
    metadata,
    Column("delivery_id", String, primary_key=True),
    _text("source"),
    Column("last_case", BigInteger, nullable=False),
    Column("last_name", BigInteger, nullable=False),
    _at(),
)
run = Table(
    "run",
    metadata,
    Column("run_id", String, primary_key=True),
    Column("as_of", Date, nullable=False),
    _at("known_at"),
    _text("kind"),
    _text("request", null=True),
    Column("sources", Document),
    Column("options", Document, nullable=False),
    _at("begun_at"),
)
run_event = Table(
    "run_event",
    metadata,
    _sequence(),
    _of("run", "run_id"),
    _text("kind", index=True),
    Column("detail", Document, nullable=False),
    _at(),
)
identity_verdict = Table(
    "identity_verdict",
    metadata,
    _sequence(),
    _text("person_key", index=True),
    _text("source"),
    _text("provider_identity_token"),
    _text("verdict"),
    _text("by_whom"),
    Column("reason", Text, nullable=False),
    _text("subject_fingerprint"),
    _text("provider_fingerprint"),
    _at(),
)
finding_event = Table(
    "finding_event",
    metadata,
    _sequence(),
    _text("finding_key"),
    _text("rule"),
    _text("household_key"),
    _text("person_key", null=True),
    Column("run_id", String, ForeignKey("run.run_id"), index=True),
    _text("state"),
    Column("material", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("until_date", Date),
    Column("reason", Text),
    _text("by_whom", null=True),
    _at(),
)
finding_advance = Table(
    "finding_advance",
    metadata,
    _sequence(),
    Column("run_id", String, ForeignKey("run.run_id"), nullable=False, unique=True),
    Column("after_sequence", BigInteger, nullable=False),
    Column("counts", Document, nullable=False),
    _at(),
)
Index("ix_finding_event_finding_key_sequence", finding_event.c.finding_key, finding_event.c.sequence)
Index("ix_membership_household_key_person_key", membership.c.household_key, membership.c.person_key)
Index("ix_identity_verdict_provider", identity_verdict.c.source, identity_verdict.c.provider_identity_token)
