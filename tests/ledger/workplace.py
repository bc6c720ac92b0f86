"""A verification centre with people: administrators, analysts, reviewers, a supervisor; and nights that make cases."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

import polars as pl

from core.moment import Moment, RunKind, now, today
from core.settings import Settings
from ledger import case_queue, case_sync, cases, findings, grants, runs, users
from ledger import run_states as states
from ledger.case_queue import Filters
from ledger.case_sync import CaseNight
from ledger.case_words import Role
from ledger.cases import Case, Flag
from ledger.desk import Desk, open_desk
from ledger.run import Ledger, open_ledger
from ledger.scope import Scope
from ledger.users import NewUser

COUNTY = "210106"
HERE = Scope((COUNTY,))
ELSEWHERE = Scope(("3301",))
STAFF = {
    "li": Role.ANALYST,
    "zhang": Role.ANALYST,
    "wang": Role.REVIEWER,
    "zhao": Role.REVIEWER,
    "chen": Role.SUPERVISOR,
    "sun": Role.ISSUER,
}
PEOPLE = ("household_key", "person_key", "relation_code", "name_masked", "id_masked")


def asked(
    finding_key: str,
    household_key: str,
    *,
    severity: str = "eligibility",
    rule: str = "R-VEH-01",
    material: str = "{}",
    difference_yuan: float | None = None,
) -> dict[str, Any]:
    """One finding of a night."""
    return {
        **{"finding_key": finding_key, "household_key": household_key, "rule": rule, "severity": severity},
        **{"person_key": household_key.replace("h", "p"), "material": material, "rule_version": "v1"},
        **{"match_grade": "A", "difference_yuan": difference_yuan, "amount_period": "month"},
    }


def home(household_key: str, region_code: str = f"{COUNTY}003002") -> dict[str, Any]:
    """One household of the day."""
    return {
        **{"household_key": household_key, "region_code": region_code},
        **{"programme_code": "dibao", "member_count": 2},
    }


_ASKED: dict[str, Any] = {
    **dict.fromkeys(("finding_key", "household_key", "rule", "severity", "person_key", "material"), pl.String),
    **{"rule_version": pl.String, "match_grade": pl.String, "difference_yuan": pl.Decimal(14, 2)},
    "amount_period": pl.String,
}
_HOMES: dict[str, Any] = {
    **{"household_key": pl.String, "region_code": pl.String, "programme_code": pl.String, "member_count": pl.Int64}
}


@dataclass
class Workplace:
    """A desk whose people are hired, the pipeline's ledger behind it, and the nights that passed."""

    desk: Desk
    owner: Ledger
    day: date
    hired: set[str] = field(default_factory=set)

    @property
    def ledger(self) -> Ledger:
        """The ledger as the workbench reaches it."""
        return self.desk.ledger

    def hire(self, user_id: str, role: Role | None = None, prefix: str = COUNTY, since: date | None = None) -> None:
        """An account, and a grant that two administrators gave."""
        if user_id not in self.hired:
            users.create(self.ledger, user_id, staff_number=f"n-{user_id}", display_name=user_id, by="system")
            self.hired.add(user_id)
        if role is not None:
            begins = since or today()
            wanted = grants.ask(self.ledger, user_id, role, prefix, valid_from=begins, valid_to=None, by="system")
            grants.confirm(self.ledger, wanted, by="security")

    def night(
        self,
        *found: Mapping[str, Any],
        homes: list[dict[str, Any]] | None = None,
        could_look: bool = True,
        ends: Mapping[str, str] | None = None,
    ) -> dict[str, int]:
        """One night that became current: it saw these findings; what it did to the cases."""
        run_id = self.begin()
        counts = self.advance(run_id, *found, homes=homes, could_look=could_look, ends=ends)
        self.day += timedelta(days=1)
        return counts

    def begin(self) -> str:
        """A nightly run of the day, published and not yet current."""
        run_id = runs.begin(self.owner, Moment(self.day, now()), RunKind.NIGHTLY)
        runs.add_event(self.owner, run_id, "published")
        return run_id

    def advance(self, run_id: str, *found: Mapping[str, Any], **how: Any) -> dict[str, int]:
        """Lives, cases and the switch in one transaction, as publishing does them."""
        return self.owner.write_all(lambda connection: self.lead(connection, run_id, *found, **how))

    def lead(
        self,
        connection: Any,
        run_id: str,
        *found: Mapping[str, Any],
        homes: list[dict[str, Any]] | None = None,
        could_look: bool = True,
        ends: Mapping[str, str] | None = None,
    ) -> dict[str, int]:
        """`advance` inside an open transaction of the pipeline."""
        frame = pl.DataFrame(list(found), schema=_ASKED)
        seen = frame.select("finding_key", "rule", "household_key", "person_key", "material")
        alive = findings.alive(connection)
        looked = alive.select("finding_key", could_look=pl.lit(could_look))
        over = pl.DataFrame(
            list((ends or {}).items()), schema={"finding_key": pl.String, "state": pl.String}, orient="row"
        )
        findings.advance(connection, run_id, seen, looked, over)
        listed = homes if homes is not None else [home(key) for key in sorted({one["household_key"] for one in found})]
        night = CaseNight(
            asked=frame.drop("household_key", "rule", "person_key", "material"),
            homes=pl.DataFrame(listed, schema=_HOMES),
            people=people,
        )
        run = states.get_within(connection, run_id)
        counts = case_sync.advance(connection, self.owner.settings, run, night)
        states.switch(connection, run_id, "publish")
        return counts

    def queue(self, scope: Scope = HERE, **filters: Any) -> list[Case]:
        """The whole queue in its order."""
        return case_queue.page(self.desk, scope, Filters(**filters), size=1000).cases

    def case(self, household_key: str) -> Case:
        """The newest case of a household, wherever it stands."""
        with self.desk.read(HERE) as scoped:
            query = cases.select_cases(HERE).order_by(cases.case_.c.case_id.desc())
            for row in scoped.connection.execute(query).mappings():
                if row["household_key"] == household_key:
                    return cases.case_of(row)
        raise AssertionError(f"no case of {household_key}")

    def flags(self, case_id: int) -> list[Flag]:
        """The flags of a case."""
        return cases.flags(self.desk, HERE, case_id)


def people(households: list[str]) -> pl.DataFrame:
    """Two members of every household, masked."""
    rows = []
    for household in households:
        rows.append((household, household.replace("h", "p"), "head", "王**", f"210106********{household[-4:]:0>4}"))
        rows.append((household, household.replace("h", "q"), "spouse", "李*", None))
    return pl.DataFrame(rows, schema=dict.fromkeys(PEOPLE, pl.String), orient="row")


def workplace(settings: Settings) -> Workplace:
    """An installation with its two administrators and the usual staff of one county; no blind cases, no sample."""
    settings = settings.model_copy(update={"blind_share": 0.0, "sample_share": 0.0})
    place = Workplace(open_desk(settings), open_ledger(settings), today())
    system = NewUser("system", "n-1", "系统管理员")
    users.first_administrators(place.ledger, system, NewUser("security", "n-2", "安全管理员"))
    for user_id, role in STAFF.items():
        place.hire(user_id, role)
    return place
