"""What a letter may draw on: the case, the evidence as the page shows it, the decisions and the objection."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from core.settings import Settings
from ledger.case_words import Outcome, Stage, Verdict
from ledger.cases import Case
from ledger.decisions import Decision
from ledger.objections import Objection
from sources.card import Card
from workbench.evidence.feeds import Freshness
from workbench.evidence.questions import Question
from workbench.evidence.snapshot import Row
from workbench.letters.words import words
from workbench.web.case_view import CaseEvidence
from workbench.words.codes import said


@dataclass(frozen=True)
class Matter:
    """Everything of one case that letters say."""

    case: Case
    view: CaseEvidence
    feeds: dict[str, Freshness]
    decisions: list[Decision]
    objection: Objection | None
    cards: dict[str, Card]
    settings: Settings

    @property
    def to_household(self) -> list[Question]:
        """The questions that are the household's to answer; an office's own omissions are put to no household."""
        return [one for one in self.view.questions if one.card is not None and one.card.concerns == "household"]

    @property
    def first(self) -> Decision | None:
        """The first decision of the round that stands."""
        of_round = [one for one in self.decisions if one.round == self.case.round and one.stage is Stage.FIRST]
        return next(iter(of_round), None)

    @property
    def outcome(self) -> Outcome | None:
        """What the case came to, once it did."""
        return self.case.outcome

    @property
    def wrong(self) -> list[tuple[Question, Verdict]]:
        """The questions whose rows people found to lag behind or to be another person's."""
        judged = [(one, self.verdict(one)) for one in self.view.questions]
        return [(one, verdict) for one, verdict in judged if verdict in (Verdict.LAGGED, Verdict.OTHER_PERSON)]

    @property
    def wrong_by_provider(self) -> dict[str, list[tuple[Row, Verdict]]]:
        """The rows of those questions by who delivered them, each row once for what was said of it.

        Nobody is told of another provider's rows.
        """
        found: dict[str, dict[tuple[str, Verdict], Row]] = {}
        for one, verdict in self.wrong:
            for row in one.rows:
                if row["source"] in self.cards:
                    theirs = found.setdefault(self.cards[row["source"]].provider.zh, {})
                    theirs.setdefault((str(row["row_key"]), verdict), row)
        return {name: [(row, verdict) for (_, verdict), row in rows.items()] for name, rows in found.items()}

    def verdict(self, question: Question) -> Verdict | None:
        """What was said of one question."""
        return None if self.first is None else self.first.verdicts.get(question.flag_id)

    def who(self, person_key: str | None) -> str:
        """A member by relation alone; the whole household where no person is named."""
        for member in self.view.members:
            if member["person_key"] == person_key:
                ordinal = f" {member['ordinal']}" if member["ordinal"] else ""
                return f"{said('relation', member['relation_code'], 'zh')}{ordinal}"
        return str(words()["common"]["nobody"])

    def about(self, source: str) -> date | None:
        """The day that a source's data speak of."""
        feed = self.feeds.get(source)
        return None if feed is None else feed.about_date
