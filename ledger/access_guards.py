"""What the database refuses of accounts and grants: nobody grants alone, administrators' powers stay apart."""

# ruff: noqa: S608  the SQL of a guard is made of our own words only

from __future__ import annotations

from ledger.case_words import ALONE
from ledger.guard import Guard, fixed, guard, keep

FIRST_RUN = "first_run"
_ALONE = "(" + ", ".join(f"'{role}'" for role in ALONE) + ")"
_FIRST = f"new.asked_by = '{FIRST_RUN}' and not exists (select 1 from role_grant g where g.role = new.role)"


def holds(user: str, role: str) -> str:
    """A condition: this person holds the role by a confirmed grant that has not ended."""
    return (
        f"exists (select 1 from role_grant g where g.user_id = {user} and g.role = '{role}'"
        " and g.confirmed_by is not null and g.ended_at is null)"
    )


_ASKED = (
    Guard(
        "grant.two_people",
        "a grant is asked by a system administrator, for another person, and not confirmed by the asking",
        f"not ({_FIRST} and new.role in ('system_admin', 'security_admin'))"
        " and (new.confirmed_by is not null or new.asked_by = new.user_id"
        f" or not {holds('new.asked_by', 'system_admin')})",
    ),
    Guard(
        "grant.separation",
        "auditor, system and security administrator stand alone",
        "exists (select 1 from role_grant g where g.user_id = new.user_id and g.ended_at is null"
        f" and g.role <> new.role and (g.role in {_ALONE} or new.role in {_ALONE}))",
    ),
)
_CHANGED = (
    Guard(
        "grant.two_people",
        "what was asked for does not change; a grant is confirmed once and ended once",
        fixed("user_id", "role", "region_prefix", "valid_from_date", "valid_to_date", "asked_by", "asked_at")
        + " or old.confirmed_by is not null and new.confirmed_by is distinct from old.confirmed_by"
        " or old.ended_at is not null",
    ),
    Guard(
        "grant.two_people",
        "a grant is confirmed by a security administrator who neither asked for it nor receives it",
        "new.confirmed_by is distinct from old.confirmed_by and (new.confirmed_by in (old.asked_by, old.user_id)"
        f" or not {holds('new.confirmed_by', 'security_admin')})",
    ),
)
_USER = Guard(
    "user.fixed", "an account keeps its name and staff number", fixed("user_id", "staff_number", "created_by")
)
_SESSION = Guard(
    "session.ended",
    "an ended session stays ended, and its person is the same",
    f"old.ended_at is not null or {fixed('session_hash', 'user_id', 'started_at')}",
)
_EXPORT = Guard(
    "export.four_eyes",
    "an export stays what was approved",
    fixed("by_whom", "filters", "prefixes", "clear", "reason") + " or old.approved_by is not null"
    " and new.approved_by is distinct from old.approved_by",
)
_JOB = Guard(
    "job.fixed",
    "a job keeps its order, and an ended job stays ended",
    fixed("kind", "by_whom") + " or old.ended_at is not null",
)
_FILTER = Guard(
    "filter.fixed", "a saved filter is only removed", fixed("user_id", "name") + " or old.removed_at is not null"
)
_REPORTED = Guard(
    "policy.count",
    "what browsers reported is only counted upwards",
    f"{fixed('day', 'directive', 'page')} or new.reports <= old.reports",
)
ACCESS_FUNCTIONS = (
    *("role_grant_asked", "role_grant_changed", "app_user_changed", "session_changed", "export_changed", "job_changed"),
    "saved_filter_changed",
)


def guard_access() -> None:
    """Grants, accounts, sessions, exports, jobs, saved filters."""
    guard("role_grant_asked", "role_grant", "insert", list(_ASKED))
    guard("role_grant_changed", "role_grant", "update", list(_CHANGED))
    guard("app_user_changed", "app_user", "update", [_USER])
    guard("session_changed", "session", "update", [_SESSION])
    guard("export_changed", "export", "update", [_EXPORT])
    guard("job_changed", "job", "update", [_JOB])
    guard("saved_filter_changed", "saved_filter", "update", [_FILTER])
    keep("role_grant", "app_user", "session", "export", "job", "saved_filter")


def guard_policy_reports() -> None:
    """Counts of what browsers blocked."""
    guard("policy_report_changed", "policy_report", "update", [_REPORTED])
    keep("policy_report")
