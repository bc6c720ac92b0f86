"""The card of a rule: what it asks, on what basis, what would explain it innocently, and how it is said.

The SQL beside it finds the rows; the card holds everything a policy officer answers for.
"""

from __future__ import annotations

from datetime import date
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

Severity = Literal["urgent", "eligibility", "amount", "information", "favourable", "question"]
Family = Literal["existence", "household", "income", "property", "payment", "process", "in_favour"]
Concern = Literal["household", "office", "supervision"]


class Strict(BaseModel):
    """No key beyond those named: a misspelt key is an error, not a silence."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Words(Strict):
    """The same thing in Chinese for officials and households and in English for engineers."""

    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)


class Basis(Strict):
    """The law or document a question rests on, with its article."""

    document: Words
    article: Words


class Gravity(Strict):
    """The severity a page usually gives and all those it may give."""

    default: Severity
    allowed: list[Severity] = Field(min_length=1)

    @model_validator(mode="after")
    def _default_is_allowed(self) -> Self:
        if self.default not in self.allowed:
            raise ValueError("the default severity is not among the allowed ones")
        return self


class Need(Strict):
    """What must have been looked at before silence means *gone*: a source's fact over the months up to the day.

    `months` is a number, or the parameter that holds it; without it every month the feed has is needed. One cell within
    the months is enough, none may be *could not look*: a page that demands each month also needs the newest one alone
    (`months: 1`, the month before the day's), so that a month not yet owed is no silence.
    """

    source: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    fact: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    months: int | str | None = None


class Standing(Strict):
    """Where the rule stands in its life, since when, and who put it there.

    `shadow` runs and is counted but is shown to nobody; `withdrawn` does not run.
    """

    state: Literal["released", "shadow", "withdrawn"]
    since: date
    by: str = Field(min_length=1)
    note: str = ""


class Card(Strict):
    """One rule. `identity` makes it the same question tomorrow, `material` are the values whose change is news.

    A material value is given with its tolerance: a number, or `exact`. `innocent` begins with what the record cannot
    tell apart from the finding. `sentence_when` says it otherwise for a severity; `words` speak a page's codes.
    `doubts` name what may lower a question to information; the first that holds speaks.
    `resolve` tells staff what to do; `materials` tells the household, in a letter, what it may show.
    `concerns` says whose doing is in question: the household's, that of the office that keeps the case, or the payer's,
    which goes to supervision and to no household.
    """

    code: str = Field(pattern=r"^[RU](-[A-Z]+)*-[0-9]{2}$")
    title: Words
    family: Family
    subject: Literal["person", "household"]
    concerns: Concern = "household"
    flagged: Words
    not_flagged: Words
    basis: list[Basis] = Field(min_length=1)
    severity: Gravity
    identity: list[str] = Field(default_factory=list)
    material: dict[str, float | Literal["exact"]] = Field(min_length=1)
    innocent: list[Words] = Field(min_length=1)
    resolve: Words
    materials: Words | None = None
    parameters: list[str] = Field(default_factory=list)
    needs: list[Need] = Field(min_length=1)
    words: dict[str, dict[str, Words]] = Field(default_factory=dict)
    doubts: list[str] = Field(default_factory=list)
    sentence: Words
    sentence_when: dict[Severity, Words] = Field(default_factory=dict)
    released: Standing

    @model_validator(mode="after")
    def _holds_together(self) -> Self:
        if both := sorted(set(self.identity) & set(self.material)):
            raise ValueError(f"named both as identity and as material: {both}")
        if self.concerns == "supervision" and not (self.identity and self.subject == "household"):
            raise ValueError("a question for supervision is no person's and is told apart by its identity")
        if never := sorted(set(self.sentence_when) - set(self.severity.allowed)):
            raise ValueError(f"sentences for severities the page may not give: {never}")
        asked = {need.months for need in self.needs if isinstance(need.months, str)}
        if unknown := sorted(asked - set(self.parameters)):
            raise ValueError(f"needs count months by parameters the card does not list: {unknown}")
        if self.doubts and ("information" not in self.severity.allowed or "severity" not in self.material):
            raise ValueError("a question that can be doubted allows information and counts its severity as material")
        return self

    def sentence_for(self, severity: Severity) -> Words:
        """The sentence for a finding of this severity; a `question` names the innocent explanation first."""
        return self.sentence_when.get(severity, self.sentence)
