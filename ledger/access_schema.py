"""Tables of people who work here: accounts, grants, sessions, and what they keep for themselves."""

from __future__ import annotations

from sqlalchemy import Boolean, CheckConstraint, Column, Date, Index, String, Table
from sqlalchemy import text as sql

from ledger.case_words import Role
from ledger.column_types import Document
from ledger.table_parts import at, metadata, number, of, one_of, said, sequence, text, words

app_user = Table(
    "app_user",
    metadata,
    Column("user_id", String, primary_key=True),
    Column("staff_number", String, nullable=False, unique=True),
    text("display_name"),
    text("password_hash", null=True),
    at("password_at", null=True),
    Column("oidc_subject", String, unique=True),
    text("language"),
    Column("shortcuts", Boolean, nullable=False),
    number("failed_count"),
    at("locked_until", null=True),
    at("disabled_at", null=True),
    words("disabled_why", null=True),
    text("created_by"),
    at("created_at"),
    one_of("app_user", "language", ("zh", "en")),
)
role_grant = Table(
    "role_grant",
    metadata,
    sequence(),
    of("app_user", "user_id"),
    text("role"),
    text("region_prefix"),
    Column("valid_from_date", Date, nullable=False),
    Column("valid_to_date", Date),
    text("asked_by"),
    at("asked_at"),
    text("confirmed_by", null=True),
    at("confirmed_at", null=True),
    text("ended_by", null=True),
    words("ended_why", null=True),
    at("ended_at", null=True),
    one_of("role_grant", "role", Role),
    CheckConstraint("length(region_prefix) in (0, 2, 4, 6, 9, 12)", name="ck_role_grant_region_prefix"),
)
account_link = Table(
    "account_link",
    metadata,
    sequence(),
    of("app_user", "user_id"),
    text("oidc_subject"),
    text("asked_by"),
    at("asked_at"),
    text("confirmed_by", null=True),
    at("confirmed_at", null=True),
    text("ended_by", null=True),
    words("ended_why", null=True),
    at("ended_at", null=True),
    said("account_link", "oidc_subject"),
)
oidc_return = Table("oidc_return", metadata, Column("state_hash", String, primary_key=True), at())
policy_report = Table(
    "policy_report",
    metadata,
    Column("day", Date, primary_key=True),
    Column("directive", String, primary_key=True),
    Column("page", String, primary_key=True),
    number("reports"),
    CheckConstraint("reports between 1 and 1000", name="ck_policy_report_reports"),
)
session = Table(
    "session",
    metadata,
    Column("session_hash", String, primary_key=True),
    of("app_user", "user_id"),
    text("address"),
    Column("way", String, nullable=False, server_default="password"),
    at("started_at"),
    at("seen_at"),
    at("stepped_up_at", null=True),
    at("ended_at", null=True),
    text("ended_why", null=True),
)
saved_filter = Table(
    "saved_filter",
    metadata,
    sequence(),
    of("app_user", "user_id"),
    text("name"),
    Column("query", Document, nullable=False),
    at(),
    at("removed_at", null=True),
    Index(
        "uq_saved_filter_name",
        "user_id",
        "name",
        unique=True,
        sqlite_where=sql("removed_at is null"),
        postgresql_where=sql("removed_at is null"),
    ),
)
job = Table(
    "job",
    metadata,
    sequence(),
    text("kind"),
    Column("payload", Document, nullable=False),
    text("state"),
    text("by_whom"),
    text("worker", null=True),
    at("lease_until", null=True),
    number("attempts"),
    number("done"),
    number("of_all"),
    Column("result", Document),
    words("error", null=True),
    at(),
    at("ended_at", null=True),
    one_of("job", "state", ("queued", "running", "done", "failed")),
    Index("ix_job_state", "state", "sequence"),
)
export = Table(
    "export",
    metadata,
    sequence(),
    text("by_whom"),
    Column("filters", Document, nullable=False),
    Column("prefixes", Document, nullable=False),
    Column("clear", Boolean, nullable=False),
    number("row_count"),
    words("reason"),
    words("recipient", null=True),
    text("approved_by", null=True),
    at("approved_at", null=True),
    text("path", null=True),
    text("sha256", null=True),
    at("made_at", null=True),
    at("expires_at", null=True),
    number("downloads"),
    at(),
    said("export", "reason"),
    CheckConstraint("approved_by is null or approved_by <> by_whom", name="ck_export_approved_by"),
)
