"""The ledger's tables. Events are appended; the migrations add triggers that refuse to change or delete them."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from ledger.column_types import Document, Sequence
from ledger.subject_schema import (
    household,
    household_case,
    household_presence,
    membership,
    person,
    person_id,
    person_name,
    subject_event,
    subject_resolution,
)
from ledger.table_parts import at, metadata, of, sequence, text

__all__ = [
    "audit_entry",
    "data_key",
    "delivery",
    "delivery_event",
    "delivery_health",
    "extract",
    "feed_event",
    "finding_advance",
    "finding_event",
    "household",
    "household_case",
    "household_presence",
    "identity_verdict",
    "membership",
    "metadata",
    "person",
    "person_id",
    "person_name",
    "run",
    "run_event",
    "subject_event",
    "subject_resolution",
    "subject_set",
]

delivery = Table(
    "delivery",
    metadata,
    Column("delivery_id", String, primary_key=True),
    text("source", index=True),
    text("file_name"),
    text("sha256"),
    Column("byte_count", BigInteger, nullable=False),
    Column("row_count", BigInteger),
    Column("as_of", Date),
    Column("period_month", Date),
    at("landed_at"),
    at("claims_received_at", null=True),
    Column("control", Document),
    text("landing_path"),
    UniqueConstraint("source", "sha256"),
)
delivery_event = Table(
    "delivery_event",
    metadata,
    sequence(),
    of("delivery", "delivery_id"),
    text("kind"),
    Column("detail", Document, nullable=False),
    at(),
)
delivery_health = Table(
    "delivery_health",
    metadata,
    sequence(),
    of("delivery", "delivery_id"),
    text("subject_set_id"),
    Column("account", Document, nullable=False),
    Column("health", Document, nullable=False),
    at(),
)
feed_event = Table(
    "feed_event",
    metadata,
    sequence(),
    text("source", index=True),
    text("kind"),
    Column("reason", Text, nullable=False),
    text("by_whom"),
    text("delivery_id", null=True),
    at(),
)
subject_set = Table(
    "subject_set",
    metadata,
    Column("subject_set_id", String, primary_key=True),
    Column("person_count", BigInteger, nullable=False),
    text("path"),
    at(),
)
extract = Table(
    "extract",
    metadata,
    sequence(),
    of("delivery", "delivery_id"),
    text("subject_set_id"),
    text("transform_version"),
    text("path"),
    text("sha256_rows"),
    text("sha256_sealed", null=True),
    Column("account", Document, nullable=False),
    at(),
    UniqueConstraint("delivery_id", "subject_set_id", "transform_version"),
)
data_key = Table(
    "data_key",
    metadata,
    Column("key_id", String, primary_key=True),
    Column("wrapped", LargeBinary),
    at("created_at"),
    at("erased_at", null=True),
)
audit_entry = Table(
    "audit_entry",
    metadata,
    Column("sequence", Sequence, primary_key=True, autoincrement=False),
    at(),
    text("act"),
    text("by_whom"),
    text("subject"),
    Column("detail", Document, nullable=False),
    text("previous_hash"),
    text("entry_hash"),
)
run = Table(
    "run",
    metadata,
    Column("run_id", String, primary_key=True),
    Column("as_of", Date, nullable=False),
    at("known_at"),
    text("kind"),
    text("request", null=True),
    Column("sources", Document),
    Column("options", Document, nullable=False),
    at("begun_at"),
)
run_event = Table(
    "run_event",
    metadata,
    sequence(),
    of("run", "run_id"),
    text("kind", index=True),
    Column("detail", Document, nullable=False),
    at(),
)
identity_verdict = Table(
    "identity_verdict",
    metadata,
    sequence(),
    text("person_key", index=True),
    text("source"),
    text("provider_identity_token"),
    text("verdict"),
    text("by_whom"),
    Column("reason", Text, nullable=False),
    text("subject_fingerprint"),
    text("provider_fingerprint"),
    at(),
)
finding_event = Table(
    "finding_event",
    metadata,
    sequence(),
    text("finding_key"),
    text("rule"),
    text("household_key"),
    text("person_key", null=True),
    Column("run_id", String, ForeignKey("run.run_id"), index=True),
    text("state"),
    Column("material", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("until_date", Date),
    Column("reason", Text),
    text("by_whom", null=True),
    at(),
)
finding_advance = Table(
    "finding_advance",
    metadata,
    sequence(),
    Column("run_id", String, ForeignKey("run.run_id"), nullable=False, unique=True),
    Column("after_sequence", BigInteger, nullable=False),
    Column("counts", Document, nullable=False),
    at(),
)
Index("ix_finding_event_finding_key_sequence", finding_event.c.finding_key, finding_event.c.sequence)
Index("ix_identity_verdict_provider", identity_verdict.c.source, identity_verdict.c.provider_identity_token)
