"""Every reason of the run gate is told in Chinese as well."""

from __future__ import annotations

import re

from publish.figures import Figures
from publish.gate import judge
from publish.gate_words import gate_words
from publish.limits import load_limits
from sources.card import Words

CHINESE = re.compile(r"[一-鿿]")
SOURCES = {"vehicle": Words(zh="机动车登记", en="Registered vehicles")}
RULES = {"R-VEH-01": Words(zh="名下有车而未申报", en="Vehicle not declared")}


def figures(households: int, findings: int, unseen: int, **sources: int) -> Figures:
    """A night with so many households, findings of one rule, and cells of `vehicle` that could not be looked at."""
    coverage = {"vehicle": {"found": 1000, "could_not_look": unseen}} | {
        name: {"found": found} for name, found in sources.items() if found
    }
    return Figures(households, households, {"R-VEH-01": findings}, {}, coverage)


def test_every_reason_a_gate_can_give_is_told_in_both_languages() -> None:
    before, now = figures(1000, 100, 0, pension=100), figures(100, 10_000, 9000)
    reasons = judge(now, before, load_limits(), []).reasons
    reasons += judge(Figures(0, 0, {}, {}, {}), None, load_limits(), []).reasons
    reasons += judge(Figures(1, 1, {}, {}, {}), None, load_limits(), []).reasons
    assert len({re.sub(r"[\d.%]+", "", reason) for reason in reasons}) == 6
    for reason in reasons:
        told = gate_words(reason, SOURCES, RULES)
        assert CHINESE.search(told["zh"]), reason
        assert not CHINESE.search(told["en"]), reason


def test_a_source_and_a_rule_are_called_by_their_titles() -> None:
    told = gate_words("findings of rule R-VEH-01 went from 100 to 10000", SOURCES, RULES)
    assert told == {
        "zh": "名下有车而未申报 的疑问由 100 变为 10000",
        "en": "findings of rule Vehicle not declared went from 100 to 10000",
    }
    assert gate_words("source vehicle vanished from coverage", SOURCES, RULES)["zh"] == "机动车登记 一项也没有查"
    assert gate_words("something newer", SOURCES, RULES)["zh"] == "something newer"
