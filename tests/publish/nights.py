"""A verification centre that runs whole nights: real deliveries, join and rules; two small rules of its own."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from shutil import copytree, ignore_patterns
from typing import Any

from core.moment import Moment, RunKind
from core.settings import ROOT
from ledger import runs
from publish.run import Published, publish
from rules.run import ask
from tests.warehouse.centre import Centre, Row, member, signed
from warehouse.run import join

CARD = """code: {code}
title: {{zh: {title}, en: {title}}}
family: {family}
subject: person
flagged: {{zh: 有, en: It is there}}
not_flagged: {{zh: 无, en: It is not there}}
basis:
- document: {{zh: 社会救助暂行办法, en: Interim Measures for Social Assistance}}
  article: {{zh: 第五十八条, en: art. 58}}
severity: {{default: {severity}, allowed: [{severity}]}}
identity: [{identity}]
material: {{{material}}}
innocent:
- {{zh: 录入有误, en: mistyped}}
resolve: {{zh: 对照证件, en: look at the card}}
parameters: []
needs:
- {{source: {source}, fact: {fact}}}
sentence: {{zh: 请核对, en: Please check}}
released: {{state: {state}, since: 2026-06-01, by: 项目负责人}}
"""
NUMBER = """select household_key, person_key, roster_id_state, null as declared_yuan, null as found_yuan,
    null as amount_period, as_of_month as period_from, as_of as period_to, 'information' as severity,
    'A' as match_grade, row_key as evidence_row_keys
from member cross join as_of_day where roster_id_state in ('damaged', 'missing')
"""
VEHICLE = """select member.household_key, vehicle.person_key, vehicle.plate_token,
    vehicle.plate_class_code, null as declared_yuan, null as found_yuan, null as amount_period,
    as_of_month as period_from, as_of as period_to, 'eligibility' as severity, vehicle.match_grade,
    vehicle.row_key as evidence_row_keys
from vehicle join member using (person_key) cross join as_of_day
"""
DAY = date(2026, 6, 20)


def write_rules(folder: Path, *, numbers: str = "released", vehicles: str = "released") -> Path:
    """Two pages: a damaged number on the roster, a vehicle on record."""
    shared = {"severity": "information", "identity": "", "material": "roster_id_state: exact"}
    pages = {
        "existence/damaged_number": (
            NUMBER,
            {"code": "R-ID-01", "title": "号码", "source": "roster", "fact": "roster_membership", **shared},
            numbers,
        ),
        "property/vehicle_on_record": (
            VEHICLE,
            {
                **{"code": "R-VEH-01", "title": "车辆", "source": "vehicle", "fact": "vehicle"},
                **{"severity": "eligibility", "identity": "plate_token", "material": "plate_class_code: exact"},
            },
            vehicles,
        ),
    }
    for real in ("parameters", "worksheet"):
        copytree(ROOT / "rules" / real, folder / real, dirs_exist_ok=True, ignore=ignore_patterns("*.py", "__*"))
    line = folder / "parameters" / "dibao_line_monthly_yuan.yml"
    everywhere = line.read_text("utf-8").replace('region: "2101"', 'region: ""')
    line.write_text(everywhere.replace("valid_from: 2025-07-01", "valid_from: 2020-01-01"), encoding="utf-8")
    (folder / "terms").mkdir(exist_ok=True)
    for name, (sql, words, state) in pages.items():
        page = folder / name
        page.parent.mkdir(exist_ok=True)
        card = CARD.format(**{**words, "family": page.parent.name, "state": state})
        page.with_suffix(".yml").write_text(card, encoding="utf-8")
        page.with_suffix(".sql").write_text(sql, encoding="utf-8")
    return folder


def home_of(person: str) -> str:
    """Every person of these tests lives alone: p7 in h7."""
    return f"h{person[1:]}"


def listed(person: str, **values: Any) -> Row:
    """A roster row with the name and number that the provider gave."""
    given = {"姓名": f"王小{person}", "身份证号": "11010519491231002X"}
    return member(home_of(person), person, **{"given": given, **values})


def car(person: str, plate: str = "t1", **values: Any) -> Row:
    """A vehicle of a person, surely theirs unless told otherwise."""
    row = {"person_key": person, "plate_token": plate, "plate_class_code": "small", "row_hash": f"hash-{plate}"}
    return {**row, "given": {"姓名": f"王小{person}", "身份证号": "11010519491231002X"}, **values}


@dataclass
class Nights:
    """Days pass: each night delivers what it is given, then joins, asks and publishes."""

    centre: Centre
    published: list[Published] = field(default_factory=list)

    def deliver(
        self,
        day: date,
        people: Iterable[Row],
        vehicles: Iterable[Row] | None = (),
        *,
        roster_state: str = "accepted",
        unsigned: Iterable[str] = (),
    ) -> None:
        """The day's files: a roster, signatures of all but some, and the vehicles (None: that feed sent nothing)."""
        when, landed = f"{day:%Y%m%d}", instant(day) - timedelta(hours=2)
        rows = list(people)
        self.centre.roster(*rows, when=when, landed_at=landed, state=roster_state)
        signatures = [signed(row["person_key"]) for row in rows if row["person_key"] not in unsigned]
        self.centre.deliver("authorisation", when, signatures, landed_at=landed)
        if vehicles is not None:
            self.centre.deliver("vehicle", when, list(vehicles), landed_at=landed)

    def asked(self, day: date = DAY, kind: RunKind = RunKind.NIGHTLY, known_at: datetime | None = None) -> str:
        """A run that was joined and asked, not yet published."""
        centre = self.centre
        run_id = runs.begin(centre.ledger, Moment(day, known_at or instant(day)), kind)
        join(run_id, ledger=centre.ledger, settings=centre.settings)
        ask(run_id, ledger=centre.ledger, settings=centre.settings)
        return run_id

    def publish(self, run_id: str) -> Published:
        """The door."""
        return publish(run_id, ledger=self.centre.ledger, settings=self.centre.settings)

    def night(
        self,
        day: date,
        people: Iterable[Row],
        vehicles: Iterable[Row] | None = (),
        *,
        kind: RunKind = RunKind.NIGHTLY,
        **how: Any,
    ) -> Published:
        """A whole night."""
        self.deliver(day, people, vehicles, **how)
        return self.publish(self.asked(day, kind))


def instant(day: date) -> datetime:
    """One in the morning after the day, in Shanghai."""
    return datetime(day.year, day.month, day.day, 17, 0, tzinfo=UTC)
