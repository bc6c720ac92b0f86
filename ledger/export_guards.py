"""What the database refuses of exports: clear values leave for a named person, by two people, on record; a no stays."""

from __future__ import annotations

from ledger.access_guards import holds
from ledger.guard import Guard, fixed, guard, release

_ASKED = (
    Guard(
        "export.recipient",
        "clear values are exported for a named recipient",
        "new.clear and (new.recipient is null or length(trim(new.recipient)) = 0)",
    ),
    Guard(
        "export.four_eyes",
        "an export is neither approved nor made by the asking",
        "new.approved_by is not null or new.made_at is not null",
    ),
)
_CHANGED = (
    Guard("export.four_eyes", "an export stays what was approved", fixed("recipient")),
    Guard(
        "export.four_eyes",
        "a supervisor approves what another asked for",
        "new.approved_by is distinct from old.approved_by and (new.approved_by = new.by_whom"
        f" or not {holds('new.approved_by', 'supervisor')})",
    ),
    Guard(
        "export.four_eyes",
        "clear values are written once another has approved, and once",
        "new.clear and new.made_at is distinct from old.made_at"
        " and (new.approved_by is null or old.made_at is not null)",
    ),
    Guard(
        "export.unrecorded",
        "whose values an export holds is on record before it is made",
        "new.clear and new.made_at is not null and old.made_at is null and not exists (select 1 from audit_entry a"
        " where a.act = 'export.revealed' and a.subject = 'export ' || new.sequence)",
    ),
)
_REFUSED = (
    Guard(
        "export.four_eyes",
        "a supervisor refuses what another asked for, once and instead of approving",
        "new.refused_by is distinct from old.refused_by and (old.refused_by is not null or new.refused_by is null"
        " or new.refused_by = new.by_whom or not " + holds("new.refused_by", "supervisor") + ")"
        " or new.refused_by is not null and (new.approved_by is not null or new.made_at is not null)",
    ),
    Guard(
        "export.why_refused",
        "a refusal says why, and that stays",
        "(new.refused_by is null) <> (new.refused_why is null) or length(trim(new.refused_why)) = 0"
        f" or old.refused_by is not null and ({fixed('refused_why', 'refused_at')})",
    ),
)


def guard_clear_exports() -> None:
    """Exports, beside what `access_guards` refuses of them."""
    guard("export_asked", "export", "insert", list(_ASKED))
    guard("export_cleared", "export", "update", list(_CHANGED))


def release_clear_exports() -> None:
    """Take these guards away again."""
    release("export_asked", "export")
    release("export_cleared", "export")


def guard_refused_exports() -> None:
    """Exports that a supervisor refused."""
    refused_by_the_asking = Guard(
        "export.four_eyes",
        "an export is not refused by the asking",
        "new.refused_by is not null or new.refused_why is not null",
    )
    guard("export_not_yet_refused", "export", "insert", [refused_by_the_asking])
    guard("export_refused", "export", "update", list(_REFUSED))


def release_refused_exports() -> None:
    """Take these guards away again."""
    release("export_not_yet_refused", "export")
    release("export_refused", "export")
