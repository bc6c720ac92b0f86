"""Tables of dealings with a household: notices and replies, visits, objections, letters, and who saw a clear value."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, Column, Date, ForeignKey, String, Table

from ledger.case_schema import of_case, user
from ledger.column_types import Sequence
from ledger.table_parts import at, metadata, number, one_of, said, sequence, text, words

WAYS = ("hand", "post", "electronic")
LETTERS = ("report", "notice", "supplement", "visit", "conclusion", "objection_answer", "correction")
LETTER_EVENTS = ("checked", "issued", "delivered", "reprinted", "voided")


def _of(table: str, name: str, *, null: bool = False, unique: bool = False) -> Column[int]:
    return Column(name, Sequence, ForeignKey(f"{table}.sequence"), nullable=null, unique=unique, index=not unique)


letter = Table(
    "letter",
    metadata,
    sequence(),
    of_case(),
    text("kind"),
    text("template_version"),
    user("by_whom"),
    at(),
    one_of("letter", "kind", LETTERS),
)
letter_contents = Table(
    "letter_contents",
    metadata,
    sequence(),
    _of("letter", "letter_id", unique=True),
    words("contents"),
    text("contents_sha256"),
)
letter_event = Table(
    "letter_event",
    metadata,
    sequence(),
    _of("letter", "letter_id"),
    text("kind"),
    Column("number", String, unique=True),
    text("sha256", null=True),
    Column("verification_code", String, unique=True),
    words("note"),
    user("by_whom"),
    at(),
    one_of("letter_event", "kind", LETTER_EVENTS),
)
letter_counter = Table("letter_counter", metadata, Column("series", String, primary_key=True), number("last"))
notice = Table(
    "notice",
    metadata,
    sequence(),
    of_case(),
    number("evidence_version"),
    text("way"),
    Column("sent_date", Date, nullable=False),
    number("reply_days"),
    _of("letter", "letter_id", null=True),
    user("by_whom"),
    at(),
    one_of("notice", "way", WAYS),
    CheckConstraint("reply_days > 0", name="ck_notice_reply_days"),
)
notice_proof = Table(
    "notice_proof",
    metadata,
    sequence(),
    _of("notice", "notice_id", unique=True),
    Column("delivered_date", Date, nullable=False),
    words("proof"),
    user("by_whom"),
    at(),
    said("notice_proof", "proof"),
)
household_reply = Table(
    "household_reply",
    metadata,
    sequence(),
    of_case(),
    _of("notice", "notice_id", null=True),
    Column("received_date", Date, nullable=False),
    words("summary"),
    user("by_whom"),
    at(),
    said("household_reply", "summary"),
)
field_check = Table(
    "field_check",
    metadata,
    sequence(),
    of_case(),
    Column("visit_date", Date, nullable=False),
    text("first_investigator"),
    text("second_investigator"),
    words("found"),
    user("by_whom"),
    at(),
    said("field_check", "found"),
    CheckConstraint(
        "length(trim(first_investigator)) > 0 and length(trim(second_investigator)) > 0"
        " and trim(first_investigator) <> trim(second_investigator)",
        name="ck_field_check_investigators",
    ),
)
objection = Table(
    "objection",
    metadata,
    sequence(),
    of_case(),
    number("round"),
    Column("received_date", Date, nullable=False),
    Column("answer_due_date", Date, nullable=False),
    text("channel"),
    words("summary"),
    user("by_whom"),
    at(),
    said("objection", "summary"),
)
objection_answer = Table(
    "objection_answer",
    metadata,
    sequence(),
    _of("objection", "objection_id", unique=True),
    text("outcome"),
    words("note"),
    user("by_whom"),
    at(),
    one_of("objection_answer", "outcome", ("upheld", "partly", "rejected")),
    said("objection_answer", "note"),
)
export_reveal = Table(
    "export_reveal",
    metadata,
    sequence(),
    Column("export_id", Sequence, ForeignKey("export.sequence"), nullable=False, index=True),
    of_case(),
    text("person_key"),
    text("fields"),
    words("reason"),
    user("actor"),
    at(),
    said("export_reveal", "reason"),
)
reveal = Table(
    "reveal",
    metadata,
    sequence(),
    of_case(),
    text("person_key"),
    text("field"),
    text("reason_code"),
    words("reason"),
    user("actor"),
    text("address"),
    at(),
    said("reveal", "reason"),
)
