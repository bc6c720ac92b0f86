"""Twenty people at their desks: accounts of analysts, reviewers and supervisors, and what each of them opens."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import count
from typing import NamedTuple

import httpx

from core.moment import today
from ledger import grants, users
from ledger.case_words import Role
from ledger.run import Ledger
from workbench.accounts import COUNTY, SECURITY, SYSTEM
from workbench.security.passwords import hashed

PASSWORD = "measured-by-twenty-at-once"
PROVINCE = "21"
LOOKED_AT = (
    *("/", "/queue", "/queue?view=all", "/queue?view=all&severity=urgent", "/queue?view=all&rule=R-TAX-01"),
    *("/review", "/search", "/dash"),
)
_TOKEN = re.compile(r'name="csrf" value="([0-9a-f]+)"')
_VERSION = re.compile(r'name="version" value="(\d+)"')
_VERDICT = re.compile(r'name="(verdict-\d+)"')
_numbers = count(1)


class Opened(NamedTuple):
    """One request once answered: what it was, its milliseconds, its status and its body."""

    what: str
    milliseconds: float
    status: int
    body: bytes


@dataclass
class Person:
    """Somebody who is signed in; `cases` are theirs alone to open and decide. Counts every request."""

    client: httpx.Client
    user_id: str
    cases: Iterator[int]
    cookies: dict[str, str] = field(default_factory=dict)

    def sign_in(self) -> Person:
        """Sign in; the ledger of a page is not reached before."""
        answer = self._send("/login", {"user_id": self.user_id, "password": PASSWORD}, self._open("/login"))
        if answer.status_code != 303:
            raise RuntimeError(f"{self.user_id} could not sign in: {answer.status_code}")
        return self

    def looks(self, path: str, what: str = "") -> Opened:
        """Open one page."""
        begun = time.perf_counter()
        answer = self._open(path)
        return Opened(what or path, _since(begun), answer.status_code, answer.content)

    def works(self) -> list[Opened]:
        """Open a case of one's own, claim it, and decide it first: three requests, the last two writing."""
        number = next(self.cases, None)
        if number is None:
            return []
        path = f"/cases/{number}"
        shown = self.looks(path, "/cases/<n>")
        claimed = self._acts(f"{path}/claim", shown, {}, "claim (form)")
        fields = dict.fromkeys(_VERDICT.findall(self._open(path).text), "confirmed")
        fields |= {"outcome": "explained", "reason_code": "documents_seen", "note": "已核对凭证"}
        return [shown, claimed, self._acts(f"{path}/first", self.looks(path), fields, "first decision (form)")]

    def _acts(self, path: str, page: Opened, fields: dict[str, str], what: str) -> Opened:
        text = page.body.decode()
        version = _VERSION.search(text)
        begun = time.perf_counter()
        answer = self._send(path, {"version": version[1] if version else "", **fields}, text=text)
        return Opened(what, _since(begun), answer.status_code, answer.content)

    def _open(self, path: str) -> httpx.Response:
        return self._kept(self.client.get(path, headers=self._head()))

    def _send(
        self, path: str, fields: dict[str, str], page: httpx.Response | None = None, text: str = ""
    ) -> httpx.Response:
        token = _TOKEN.search(text or (page.text if page else ""))
        sent = {"csrf": token[1] if token else "", **fields}
        return self._kept(self.client.post(path, data=sent, headers=self._head()))

    def _head(self) -> dict[str, str]:
        """A browser sends Secure cookies to the loopback, a library does not: they are kept by hand."""
        return {"cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}

    def _kept(self, answer: httpx.Response) -> httpx.Response:
        for header in answer.headers.get_list("set-cookie"):
            name, _, rest = header.partition("=")
            self.cookies[name] = rest.partition(";")[0].strip('"')
        return answer


def hired(ledger: Ledger, number: int) -> list[str]:
    """Accounts of so many people, made by the demonstration's administrators: every fifth supervises the province."""
    names, kept = [], hashed(PASSWORD)
    for _ in range(number):
        place = next(_numbers)
        name, prefix, roles = f"measured{place}", COUNTY, (Role.ANALYST, Role.REVIEWER)
        if place % 5 == 0:
            prefix, roles = PROVINCE, (Role.ANALYST, Role.SUPERVISOR)
        users.create(ledger, name, staff_number=name, display_name=name, password_hash=kept, by=SYSTEM.user_id)
        for role in roles:
            asked = grants.ask(ledger, name, role, prefix, valid_from=today(), valid_to=None, by=SYSTEM.user_id)
            grants.confirm(ledger, asked, by=SECURITY.user_id)
        names.append(name)
    return names


def day_of(people: list[Person], rounds: int) -> list[Opened]:
    """All of them at once, each `rounds` times through every page and one case, without a pause between."""

    def visit(person: Person) -> list[Opened]:
        seen: list[Opened] = []
        for _ in range(rounds):
            seen += [person.looks(path) for path in LOOKED_AT]
            seen += person.works()
        return seen

    with ThreadPoolExecutor(len(people)) as crowd:
        return [one for theirs in crowd.map(visit, people) for one in theirs]


def _since(begun: float) -> float:
    return (time.perf_counter() - begun) * 1000
