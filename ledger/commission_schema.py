"""Tables of commissioned checks (委托核对): what was asked, sealed, and what became of it."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Date, ForeignKey, LargeBinary, Table

from ledger.case_schema import user
from ledger.column_types import Document, Sequence
from ledger.table_parts import at, metadata, number, one_of, said, sequence, text, words

PURPOSES = ("application", "change", "other_assistance", "verification")
KINDS = ("begun", "looked", "failed", "erased")

commissioned_check = Table(
    "commissioned_check",
    metadata,
    sequence(),
    text("region_code", index=True),
    text("purpose_code"),
    words("document"),
    Column("as_of_date", Date, nullable=False),
    number("person_count"),
    text("key_id"),
    Column("sealed", LargeBinary, nullable=False),
    user("asked_by"),
    at(),
    one_of("commissioned_check", "purpose_code", PURPOSES),
    said("commissioned_check", "document"),
    CheckConstraint("length(region_code) = 12", name="ck_commissioned_check_region_code"),
)
commissioned_check_event = Table(
    "commissioned_check_event",
    metadata,
    sequence(),
    Column("check_id", Sequence, ForeignKey("commissioned_check.sequence"), nullable=False, index=True),
    text("kind"),
    Column("detail", Document, nullable=False),
    text("by_whom"),
    at(),
    one_of("commissioned_check_event", "kind", KINDS),
)
