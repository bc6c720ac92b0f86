"""A case worked on through the pages' own forms, by the demonstration's people, without a browser."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import httpx

from core.moment import today
from ledger import cases, grants, notices, users
from ledger.case_queue import Filters, page
from ledger.case_words import Role
from ledger.cases import Case
from ledger.scope import Scope
from tests.workbench.served import Served
from tests.workbench.signing_in import Browserless
from workbench.accounts import CITY, COUNTY, SECURITY, SYSTEM
from workbench.security.passwords import hashed

EVERYWHERE = Scope((CITY,))
LONG_AGO = today() - timedelta(days=60)


@dataclass
class Office:
    """One case that is not drawn for blind review, and whoever works on it."""

    served: Served
    case_id: int = 0
    people: dict[str, Browserless] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Take the gravest case where none is named."""
        listed = page(self.served.house.desk, EVERYWHERE, Filters()).cases
        self.case_id = self.case_id or next(one.case_id for one in listed if not one.blind)

    @property
    def case(self) -> Case:
        """The case as it stands."""
        found = cases.get(self.served.house.desk, EVERYWHERE, self.case_id)
        assert found is not None
        return found

    def who(self, user_id: str) -> Browserless:
        """A person, signed in."""
        if user_id not in self.people:
            self.people[user_id] = Browserless(self.served).sign_in(user_id)
        return self.people[user_id]

    def hires(self, user_id: str, role: Role) -> None:
        """Another person of the county, who had no part in anything yet."""
        ledger = self.served.house.desk.ledger
        users.create(
            ledger,
            user_id,
            staff_number=f"T-{user_id}",
            display_name=user_id,
            password_hash=hashed(self.served.password),
            by=SYSTEM.user_id,
        )
        asked = grants.ask(ledger, user_id, role, COUNTY, valid_from=today(), valid_to=None, by=SYSTEM.user_id)
        grants.confirm(ledger, asked, by=SECURITY.user_id)

    def send(self, user_id: str, act: str, **fields: Any) -> httpx.Response:
        """One form of the case page, at the case's present version."""
        told = {"version": self.case.version, **{name: str(value) for name, value in fields.items()}}
        return self.who(user_id).post(f"/cases/{self.case_id}/{act}", told)

    def does(self, user_id: str, act: str, **fields: Any) -> None:
        """A form that is accepted."""
        answer = self.send(user_id, act, **fields)
        assert answer.status_code == 303, (act, answer.status_code, _banner(answer))

    def refused(self, user_id: str, act: str, **fields: Any) -> str:
        """A form that is not: what the page says."""
        answer = self.send(user_id, act, **fields)
        assert answer.status_code == 409, (act, answer.status_code)
        return _banner(answer)

    def decides_first(self, user_id: str = "analyst", outcome: str = "undeclared", verdict: str = "confirmed") -> None:
        """A first decision with a verdict for every question."""
        flags = [one for one in cases.flags(self.served.house.desk, EVERYWHERE, self.case_id) if one.open]
        given = {f"verdict-{one.flag_id}": verdict for one in flags}
        self.does(user_id, "first", outcome=outcome, reason_code="documents_seen", note="已核对凭证", **given)

    def notifies(self, user_id: str = "analyst", delivered: date = LONG_AGO) -> None:
        """A notice with its proof, after which the work goes on."""
        self.does(user_id, "notice", way="hand", sent_date=LONG_AGO)
        self.does(user_id, f"notices/{self.newest_notice()}/proof", delivered_date=delivered, proof="回证 12 号")
        self.does(user_id, "resume")

    def visits(self, user_id: str = "analyst") -> None:
        """A visit by two."""
        people = {"first_investigator": "王某", "second_investigator": "赵某"}
        self.does(user_id, "visit", visit_date=today(), found="户主在家，已当面说明", **people)

    def newest_notice(self) -> int:
        """The number of the newest notice."""
        return notices.of_case(self.served.house.desk, EVERYWHERE, self.case_id)[-1].notice_id

    def closes_adversely(self) -> None:
        """The whole way to an outcome against the household."""
        self.does("analyst", "claim")
        self.notifies()
        self.visits()
        self.decides_first()
        self.does("reviewer", "second", answer="agree")
        self.does("issuer", "close")


def _banner(answer: httpx.Response) -> str:
    head = answer.text.partition('class="banner bad"')[2]
    return head.partition("</div>")[0]
