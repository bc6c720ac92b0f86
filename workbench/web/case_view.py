"""What the case page shows, gathered once: the case as it stands beside what the run says of the household."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from core.errors import OperatorError
from core.moment import today
from ledger import cases
from ledger.cases import Case, CaseMember, Flag
from rules.card import Words
from workbench.evidence import household
from workbench.evidence.coverage import Cell, coverage_grid
from workbench.evidence.questions import NO_CARD, Question, each_record_once, question
from workbench.evidence.rows import evidence_rows
from workbench.evidence.snapshot import Row, Snapshot
from workbench.evidence.worksheet import Worksheet, worksheet
from workbench.house import House
from workbench.security.visitor import Visitor
from workbench.web.due import Due, due_in_words
from workbench.words.codes import said


@dataclass(frozen=True)
class CaseEvidence:
    """The evidence half of the page, from one run."""

    run: Snapshot
    overview: Row | None
    members: list[Row]
    questions: list[Question]
    sources: list[str]
    grid: dict[str, dict[str, Cell]]
    quiet: int
    unseen: int
    queued: int
    titles: dict[str, Words]
    rule_titles: dict[str, Words]
    worksheet: Worksheet | None
    language: str

    @property
    def by_severity(self) -> list[tuple[str, int]]:
        """Severity → questions, gravest first, only those there are."""
        found = [one.finding["severity"] for one in self.questions]
        return [(code, found.count(code)) for code in household.GRAVEST_FIRST if code in found]

    @property
    def severities(self) -> tuple[str, ...]:
        """The severities that have a mark."""
        return household.GRAVEST_FIRST

    @property
    def largest(self) -> Decimal | None:
        """The largest monthly difference, or none where no question carries an amount."""
        return household.largest_difference([one.finding for one in self.questions])

    @property
    def unseen_sources(self) -> tuple[int, int]:
        """How many sources could not be looked at for any member and month; and for how many only some could not."""
        kinds = [
            {row[source].value for row in self.grid.values() if source in row}
            for source in self.sources
            if self.reasons_of(source)
        ]
        whole = kinds.count({"could_not_look"})
        return whole, len(kinds) - whole

    @property
    def covered(self) -> int:
        """How many members are covered."""
        return sum(1 for member in self.members if member["covered"])

    def reasons_of(self, source: str) -> list[str]:
        """Why a source could not be looked at, over all members."""
        cells = [row[source] for row in self.grid.values() if source in row]
        return sorted({reason for cell in cells for reason in cell.reasons})

    def who(self, person_key: str | None) -> str:
        """A member by relation and masked name; the whole household where no person is named."""
        return _who(next((one for one in self.members if one["person_key"] == person_key), None), self.language)

    def relation(self, person_key: str | None) -> str:
        """A member by relation alone, for places too narrow for a name."""
        member = next((one for one in self.members if one["person_key"] == person_key), None)
        if member is None:
            return _who(None, self.language)
        return _relation(member, self.language)

    def rule_title(self, rule: str) -> Words:
        """What a rule is called."""
        return self.rule_titles.get(rule, NO_CARD)

    def source_title(self, source: str) -> Words:
        """What a source is called."""
        return self.titles.get(source, NO_CARD)

    def as_frozen(self) -> dict[str, Any]:
        """What a decision keeps of the evidence it rests on: findings, rows by hash, what could not be looked at."""
        return {
            "run_id": self.run.run_id,
            "findings_hash": self.run.manifest["findings_hash"],
            "questions": [
                {
                    "flag_id": one.flag_id,
                    "finding": {name: _plain(value) for name, value in one.finding.items()},
                    "rows": [
                        {name: row[name] for name in ("source", "file_name", "line_number", "row_hash", "match_grade")}
                        for row in one.rows
                    ],
                    "parameters": [{name: row[name] for name in ("name", "row_id")} for row in one.parameters],
                }
                for one in self.questions
            ],
            "could_not_look": {source: self.reasons_of(source) for source in self.sources if self.reasons_of(source)},
        }

    def rule_versions(self) -> dict[str, str]:
        """The version of each rule that asks."""
        return {str(one.finding["rule"]): str(one.finding["rule_version"]) for one in self.questions}


def evidence_of(house: House, visitor: Visitor, case: Case) -> CaseEvidence:
    """Gather what the current run says of the case's household.

    Raises:
        OperatorError: nothing is current.
    """
    run = house.run()
    known = {one.person_key: one for one in cases.members(house.desk, visitor.scope, case.case_id)}
    people = _people(household.members(run, case.household_key), known)
    sources, grid = coverage_grid(run, case.household_key)
    quiet, unseen = household.asked_without_question(run, case.household_key)
    return CaseEvidence(
        run=run,
        overview=household.overview(run, case.household_key),
        members=people,
        questions=_questions(house, visitor, case, run, people),
        sources=sources,
        grid=grid,
        quiet=quiet,
        unseen=unseen,
        queued=len(household.queued_matches(run, case.household_key)),
        titles={name: Words(zh=card.title.zh, en=card.title.en) for name, card in house.cards.items()},
        rule_titles={code: one.card.title for code, one in house.pages.items()},
        worksheet=worksheet(run, case.household_key),
        language=visitor.language,
    )


def _questions(house: House, visitor: Visitor, case: Case, run: Snapshot, people: list[Row]) -> list[Question]:
    living = [one for one in cases.flags(house.desk, visitor.scope, case.case_id) if one.open]
    names = {row["person_key"]: row for row in people}
    told: list[Question] = []
    for told_by, found, flags in _by_run(house, run, living, case):
        in_force = household.parameters(told_by, case.household_key)
        rows = evidence_rows(told_by, case.household_key, ledger=house.desk.ledger, settings=house.settings)
        for flag in flags:
            finding = found[flag.finding_key]
            page = house.pages.get(flag.rule)
            told.append(
                question(
                    flag.flag_id,
                    finding,
                    who=_who(names.get(finding["person_key"]), visitor.language),
                    rows=rows.get(flag.finding_key, []),
                    rule=page.card if page else None,
                    cards=house.cards,
                    policy=house.parameters,
                    in_force=in_force,
                    held=None if told_by.run_id == run.run_id else told_by.as_of,
                )
            )
    gravest_first = sorted(
        told, key=lambda one: (household.GRAVEST_FIRST.index(one.finding["severity"]), one.finding["rule"])
    )
    return each_record_once(gravest_first)


def _by_run(
    house: House, run: Snapshot, flags: list[Flag], case: Case
) -> list[tuple[Snapshot, dict[str, Row], list[Flag]]]:
    """Each flag with the run that tells its finding: the current one, or, where that could not look, the flag's own."""
    there = _findings(run, case)
    told = [(run, there, [flag for flag in flags if flag.finding_key in there])]
    for run_id in sorted({flag.run_id for flag in flags if flag.finding_key not in there}):
        older = _older(house, run_id)
        if older is not None:
            kept = {key: row for key, row in _findings(older, case).items() if key not in there}
            told.append((older, kept, [flag for flag in flags if flag.run_id == run_id and flag.finding_key in kept]))
    return [one for one in told if one[2]]


def _findings(run: Snapshot, case: Case) -> dict[str, Row]:
    return {row["finding_key"]: row for row in household.findings(run, case.household_key)}


def _older(house: House, run_id: str) -> Snapshot | None:
    try:
        return house.run(run_id)
    except OperatorError:
        return None


def _people(members: list[Row], known: dict[str, CaseMember]) -> list[Row]:
    """The members of the day with their masked names."""
    told = []
    for member in members:
        one = known.get(member["person_key"])
        name, number = (one.name_masked, one.id_masked) if one else (None, None)
        told.append({**member, "name": name or "—", "id_number": number or "—"})
    return with_ordinals(told)


def with_ordinals(members: list[Row]) -> list[Row]:
    """The members, where several have one relation each with an ordinal."""
    relations = [member["relation_code"] for member in members]
    return [
        {**one, "ordinal": relations[: at + 1].count(relation) if relations.count(relation) > 1 else None}
        for at, (one, relation) in enumerate(zip(members, relations, strict=True))
    ]


def _who(member: Row | None, language: str) -> str:
    if member is None:
        return {"zh": "全户", "en": "Household"}[language]
    return f"{_relation(member, language)} {member['name']}"


def _relation(member: Row, language: str) -> str:
    ordinal = f" {member['ordinal']}" if member["ordinal"] else ""
    return f"{said('relation', member['relation_code'], language)}{ordinal}"


def due_of(case: Case, language: str) -> Due:
    """How long is left for the case."""
    return due_in_words(case.due_date, today(), language)


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return str(value)
    return value.isoformat() if isinstance(value, date | datetime) else value
