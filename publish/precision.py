"""Whether a rule still deserves to be shown: what reviewers found of its questions, against a floor.

A pilot that promised 64 % ran at 37 % for three years and was never switched off. A rule whose precision is not surely
above its floor is put into shadow: it runs and is counted, and nobody is asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import and_, false, or_

from core.moment import today
from core.settings import Settings
from ledger.case_schema import decision, flag
from ledger.rule_precision import RulePrecision, rule_precision
from ledger.run import Ledger
from publish.policy_sets import Release, kept_folder, put, released_at, releases
from rules.pages import Page, load_pages
from rules.parameters import Parameter, is_usable, load_parameters

BY = "规则精度下限"


def measured(ledger: Ledger) -> list[RulePrecision]:
    """Rules of the set in force with verdicts that stood, given since the rule was released as it is now.

    A person who releases a rule again answers for it: what was said of it before no longer counts against it.
    """
    released = _released_as_now(ledger).items()
    since = or_(false(), *(and_(flag.c.rule == rule, decision.c.at >= at) for rule, at in released))
    with ledger.read() as connection:
        return rule_precision(connection, since)


def _released_as_now(ledger: Ledger) -> dict[str, datetime]:
    """Each rule of the set in force → when its version and state last changed."""
    since: dict[str, tuple[str, datetime]] = {}
    told = releases(ledger)
    for one in told:
        for rule, version in one.rules.items():
            if since.get(rule, ("", one.at))[0] != version:
                since[rule] = (version, one.at)
    return {rule: since[rule][1] for rule in told[-1].rules} if told else {}


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
        if one.rule in shown and one.settled >= least and one.lower_bound < floor
    ]


def shadow_banners(pages: Sequence[Page]) -> list[dict[str, str]]:
    """What to tell readers of each rule that its measured precision put into shadow."""
    fallen = [page.card for page in pages if page.card.released.state == "shadow" and page.card.released.by == BY]
    return [
        {
            "zh": f"规则 {card.code} {card.title.zh} 因精度不足改为影子运行，本次不提问：{card.released.note}",
            "en": f"Rule {card.code} ({card.title.en}) runs in shadow for its low precision and asked nobody:"
            f" {card.released.note}",
        }
        for card in fallen
    ]


def _why(one: RulePrecision, floor: float) -> str:
    return (
        f"复核{one.settled}件，属实{one.confirmed}件，精度下界{one.lower_bound:.2f}低于{floor:.2f} · "
        f"{one.confirmed} of {one.settled} confirmed, lower bound {one.lower_bound:.2f} under {floor:.2f}"
    )


def _value(parameter: Parameter, settings: Settings) -> float:
    day = today()
    usable = [v for v in parameter.values if v.in_force(day) and is_usable(v, settings.environment) and not v.region]
    return float(str(usable[0].value))
