"""Deliveries, feeds, extracts, keys and audit."""

import sqlalchemy as sa
from alembic import op

from ledger.append_only import forget, prepare, protect, protect_keys
from ledger.column_types import Document, Instant, Sequence

revision = "0001"
down_revision = None


def upgrade() -> None:
    prepare()
    op.create_table(
        "audit_entry",
        sa.Column("sequence", Sequence, autoincrement=False, nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.Column("act", sa.String(), nullable=False),
        sa.Column("by_whom", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("detail", Document, nullable=False),
        sa.Column("previous_hash", sa.String(), nullable=False),
        sa.Column("entry_hash", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_audit_entry")),
    )
    op.create_table(
        "data_key",
        sa.Column("key_id", sa.String(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("erased_at", Instant(), nullable=True),
        sa.PrimaryKeyConstraint("key_id", name=op.f("pk_data_key")),
    )
    op.create_table(
        "delivery",
        sa.Column("delivery_id", sa.String(), nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("byte_count", sa.BigInteger(), nullable=False),
        sa.Column("row_count", sa.BigInteger(), nullable=True),
        sa.Column("as_of", sa.Date(), nullable=True),
        sa.Column("period_month", sa.Date(), nullable=True),
        sa.Column("landed_at", Instant(), nullable=False),
        sa.Column("claims_received_at", Instant(), nullable=True),
        sa.Column("control", Document, nullable=True),
        sa.Column("landing_path", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("delivery_id", name=op.f("pk_delivery")),
        sa.UniqueConstraint("source", "sha256", name=op.f("uq_delivery_source_sha256")),
    )
    op.create_index(op.f("ix_delivery_source"), "delivery", ["source"], unique=False)
    op.create_table(
        "feed_event",
        sa.Column("sequence", Sequence, autoincrement=True, nullable=False),
        sa.Column("source", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by_whom", sa.String(), nullable=False),
        sa.Column("delivery_id", sa.String(), nullable=True),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_feed_event")),
    )
    op.create_index(op.f("ix_feed_event_source"), "feed_event", ["source"], unique=False)
    op.create_table(
        "subject_set",
        sa.Column("subject_set_id", sa.String(), nullable=False),
        sa.Column("person_count", sa.BigInteger(), nullable=False),
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.PrimaryKeyConstraint("subject_set_id", name=op.f("pk_subject_set")),
    )
    op.create_table(
        "delivery_event",
        sa.Column("sequence", Sequence, autoincrement=True, nullable=False),
        sa.Column("delivery_id", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("detail", Document, nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["delivery_id"], ["delivery.delivery_id"], name=op.f("fk_delivery_event_delivery_id")),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_delivery_event")),
    )
    op.create_index(op.f("ix_delivery_event_delivery_id"), "delivery_event", ["delivery_id"], unique=False)
    op.create_table(
        "delivery_health",
        sa.Column("sequence", Sequence, autoincrement=True, nullable=False),
        sa.Column("delivery_id", sa.String(), nullable=False),
        sa.Column("subject_set_id", sa.String(), nullable=False),
        sa.Column("account", Document, nullable=False),
        sa.Column("health", Document, nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["delivery_id"], ["delivery.delivery_id"], name=op.f("fk_delivery_health_delivery_id")),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_delivery_health")),
    )
    op.create_index(op.f("ix_delivery_health_delivery_id"), "delivery_health", ["delivery_id"], unique=False)
    op.create_table(
        "extract",
        sa.Column("sequence", Sequence, autoincrement=True, nullable=False),
        sa.Column("delivery_id", sa.String(), nullable=False),
        sa.Column("subject_set_id", sa.String(), nullable=False),
        sa.Column("transform_version", sa.String(), nullable=False),
        sa.Column("path", sa.String(), nullable=False),
        sa.Column("sha256_rows", sa.String(), nullable=False),
        sa.Column("sha256_sealed", sa.String(), nullable=True),
        sa.Column("account", Document, nullable=False),
        sa.Column("at", Instant(), nullable=False),
        sa.ForeignKeyConstraint(["delivery_id"], ["delivery.delivery_id"], name=op.f("fk_extract_delivery_id")),
        sa.PrimaryKeyConstraint("sequence", name=op.f("pk_extract")),
        sa.UniqueConstraint(
            "delivery_id",
            "subject_set_id",
            "transform_version",
            name=op.f("uq_extract_delivery_id_subject_set_id_transform_version"),
        ),
    )
    op.create_index(op.f("ix_extract_delivery_id"), "extract", ["delivery_id"], unique=False)
    protect("audit_entry", "delivery", "feed_event", "subject_set", "delivery_event", "delivery_health", "extract")
    protect_keys()


def downgrade() -> None:
    op.drop_table("extract")
    op.drop_table("delivery_health")
    op.drop_table("delivery_event")
    op.drop_table("subject_set")
    op.drop_table("feed_event")
    op.drop_table("delivery")
    op.drop_table("data_key")
    op.drop_table("audit_entry")
    forget()
