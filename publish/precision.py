"""Whether a rule still deserves to be shown: what reviewers found of its questions, against a floor.

A pilot that promised 64 % ran at 37 % for three years and was never switched off. A rule whose precision is not surely
above its floor is put into shadow: it runs and is counted, and nobody is asked.
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl
from sqlalchemy import select

from core.moment import today
from core.proportion import wilson
from core.settings import Settings
from ledger.case_schema import decision, flag, flag_verdict
from ledger.case_words import Verdict
from ledger.run import Ledger
from publish.policy_sets import Release, kept_folder, put, released_at
from rules.pages import load_pages
from rules.parameters import Parameter, is_usable, load_parameters

BY = "规则精度下限"


@dataclass(frozen=True)
class Precision:
    """Of one rule: flags that reviewers settled, those confirmed, and the lower bound of the share (Wilson, 95 %)."""

    rule: str
    reviewed: int
    confirmed: int

    @property
    def lower_bound(self) -> float:
        """The lower end of Wilson's interval; 0 where nothing was reviewed."""
        return wilson(self.confirmed, self.reviewed)[0]


def measured(ledger: Ledger) -> list[Precision]:
    """Every rule with reviewed flags: the last verdict on each flag counts, and what could not be verified does not."""
    query = (
        select(flag.c.rule, flag.c.sequence.label("flag"), flag_verdict.c.verdict, decision.c.sequence.label("said"))
        .join(flag_verdict, flag_verdict.c.flag_id == flag.c.sequence)
        .join(decision, decision.c.sequence == flag_verdict.c.decision_id)
    )
    schema = {"rule": pl.String, "flag": pl.Int64, "verdict": pl.String, "said": pl.Int64}
    with ledger.read() as connection:
        rows = [tuple(row) for row in connection.execute(query)]
    last = pl.DataFrame(rows, schema=schema, orient="row").sort("said").unique("flag", keep="last")
    settled = last.filter(pl.col("verdict") != Verdict.CANNOT_VERIFY.value)
    confirmed = (pl.col("verdict") == Verdict.CONFIRMED.value).sum()
    counted = settled.group_by("rule").agg(reviewed=pl.len(), confirmed=confirmed).sort("rule")
    return [Precision(rule, int(reviewed), int(right)) for rule, reviewed, right in counted.iter_rows()]


def put_below_floor_into_shadow(ledger: Ledger, settings: Settings) -> list[Release]:
    """Put every released rule with enough reviews and a bound under its floor into shadow, by releases that say why.

    Floor and least number of reviews are the parameters `precision_floor_share` and `precision_least_reviews`.
    """
    current, found = released_at(ledger), measured(ledger)
    if current is None or not found:
        return []
    folder = kept_folder(settings, current.policy_set)
    parameters = {one.name: one for one in load_parameters(folder)}
    floor = _value(parameters["precision_floor_share"], settings)
    least = _value(parameters["precision_least_reviews"], settings)
    shown = {page.card.code for page in load_pages(folder) if page.card.released.state == "released"}
    return [
        put(ledger, settings, one.rule, "shadow", by=BY, note=_why(one, floor))
        for one in found
        if one.rule in shown and one.reviewed >= least and one.lower_bound < floor
    ]


def _why(one: Precision, floor: float) -> str:
    return (
        f"复核{one.reviewed}件，属实{one.confirmed}件，精度下界{one.lower_bound:.2f}低于{floor:.2f} · "
        f"{one.confirmed} of {one.reviewed} confirmed, lower bound {one.lower_bound:.2f} under {floor:.2f}"
    )


def _value(parameter: Parameter, settings: Settings) -> float:
    day = today()
    usable = [v for v in parameter.values if v.in_force(day) and is_usable(v, settings.environment) and not v.region]
    return float(str(usable[0].value))
