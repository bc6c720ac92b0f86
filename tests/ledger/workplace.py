"""A verification centre with people: administrators, analysts, reviewers, a supervisor; and cases to work on."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from core.moment import today
from core.settings import Settings
from ledger import grants, users
from ledger.case_words import Role
from ledger.desk import Desk, open_desk
from ledger.scope import Scope
from ledger.users import NewUser

COUNTY = "210106"
EVERYWHERE = Scope((COUNTY,))
STAFF = {
    "li": Role.ANALYST,
    "zhang": Role.ANALYST,
    "wang": Role.REVIEWER,
    "zhao": Role.REVIEWER,
    "chen": Role.SUPERVISOR,
    "sun": Role.ISSUER,
}


@dataclass
class Workplace:
    """A desk whose people are hired, with their grants confirmed."""

    desk: Desk
    hired: set[str] = field(default_factory=set)

    @property
    def ledger(self) -> Any:
        """The ledger behind the desk."""
        return self.desk.ledger

    def hire(self, user_id: str, role: Role | None = None, prefix: str = COUNTY, since: date | None = None) -> None:
        """An account, and a grant that two administrators gave."""
        if user_id not in self.hired:
            users.create(self.ledger, user_id, staff_number=f"n-{user_id}", display_name=user_id, by="system")
            self.hired.add(user_id)
        if role is not None:
            asked = grants.ask(
                self.ledger, user_id, role, prefix, valid_from=since or today(), valid_to=None, by="system"
            )
            grants.confirm(self.ledger, asked, by="security")


def workplace(settings: Settings) -> Workplace:
    """An installation with its two administrators and the usual staff of one county."""
    place = Workplace(open_desk(settings))
    system = NewUser("system", "n-1", "系统管理员")
    users.first_administrators(place.ledger, system, NewUser("security", "n-2", "安全管理员"))
    for user_id, role in STAFF.items():
        place.hire(user_id, role)
    return place
