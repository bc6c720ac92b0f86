"""What the database refuses of links to a provider's people: nobody links an account alone, and no account twice."""

from __future__ import annotations

from ledger.access_guards import holds
from ledger.guard import Guard, fixed, guard, keep, release, unguard

_ASKED = (
    Guard(
        "link.two_people",
        "a link is asked by a system administrator, for another person, and not confirmed by the asking",
        f"new.confirmed_by is not null or new.asked_by = new.user_id or not {holds('new.asked_by', 'system_admin')}",
    ),
    Guard(
        "link.taken",
        "an account has one link, and a person of the provider one account",
        "exists (select 1 from account_link l where l.ended_at is null"
        " and (l.user_id = new.user_id or l.oidc_subject = new.oidc_subject))",
    ),
)
_CHANGED = (
    Guard(
        "link.two_people",
        "what was asked for does not change; a link is confirmed once and ended once",
        fixed("user_id", "oidc_subject", "asked_by", "asked_at")
        + " or old.confirmed_by is not null and new.confirmed_by is distinct from old.confirmed_by"
        " or old.ended_at is not null",
    ),
    Guard(
        "link.two_people",
        "a link is confirmed by a security administrator who neither asked for it nor receives it",
        "new.confirmed_by is distinct from old.confirmed_by and (new.confirmed_by in (old.asked_by, old.user_id)"
        f" or not {holds('new.confirmed_by', 'security_admin')})",
    ),
)
_UNCONFIRMED = (
    "new.oidc_subject is not null and not exists (select 1 from account_link l where l.user_id = new.user_id"
    " and l.oidc_subject = new.oidc_subject and l.confirmed_by is not null and l.ended_at is null)"
)
_ACCOUNT = Guard("link.two_people", "an account is entered by a confirmed link only", _UNCONFIRMED)


def guard_links() -> None:
    """Links, and the accounts they open."""
    guard("account_link_asked", "account_link", "insert", list(_ASKED))
    guard("account_link_changed", "account_link", "update", list(_CHANGED))
    guard("app_user_made", "app_user", "insert", [_ACCOUNT])
    guard("app_user_linked", "app_user", "update", [_ACCOUNT])
    keep("account_link")


def release_accounts() -> None:
    """Take the guards from the accounts again, before the links go."""
    release("app_user_made", "app_user")
    release("app_user_linked", "app_user")


def forget_links() -> None:
    """Drop what PostgreSQL keeps of the links' guards, after their table is gone."""
    unguard("account_link_asked", "account_link_changed")
