"""The rules that ask in a case, beside its place in the queue: kept by the database itself as cases and flags change.

A queue narrowed to one rule is read from here in its own order; nobody writes here but the triggers.
"""

# ruff: noqa: S608  the SQL is made of our own words only

from __future__ import annotations

from ledger.case_words import OPEN_FLAG
from ledger.guard import Guard, consequence, fixed, guard, release

COPIED = (
    *("province_code", "city_code", "county_code", "town_code", "region_code"),
    *("kind", "status", "severity_rank", "due_date"),
)
_OPEN = "(" + ", ".join(f"'{one}'" for one in OPEN_FLAG) + ")"
_COLUMNS = ", ".join(COPIED)
FOUND = (
    f"insert into case_rule (case_id, rule, {_COLUMNS})"
    f" select distinct g.case_id, g.rule, {', '.join(f'c.{one}' for one in COPIED)}"
    f" from flag g join case_ c on c.case_id = g.case_id where g.state in {_OPEN}"
)
"""What the table holds: one row for each case and rule of an open flag."""
_ASKS = f"select 1 from flag g where g.case_id = old.case_id and g.rule = old.rule and g.state in {_OPEN}"
_STANDS = " and ".join(f"c.{one} = new.{one}" for one in ("case_id", *COPIED))
_SAME = Guard(
    "case.transition",
    "the rules of a case stand where the case stands",
    f"({fixed('case_id', 'rule')}) or not exists (select 1 from case_ c where {_STANDS})",
)
_OVER = Guard("case.transition", "a rule that asks is not forgotten", f"exists ({_ASKS})")


def guard_case_rules() -> None:
    """Keep the table by triggers of `flag` and `case_`; refuse every other change."""
    guard("case_rule_changes", "case_rule", "update", [_SAME])
    guard("case_rule_ends", "case_rule", "delete", [_OVER])
    of_new = f"{FOUND} and g.case_id = new.case_id and g.rule = new.rule on conflict do nothing"
    consequence("flag_asks", "flag", "insert", of_new, when=f"new.state in {_OPEN}", as_owner=True)
    consequence(
        "flag_rests",
        "flag",
        "update",
        "delete from case_rule where case_id = new.case_id and rule = new.rule"
        f" and not exists ({_ASKS.replace('old.', 'new.')})",
        when=f"new.state not in {_OPEN} and old.state in {_OPEN}",
        as_owner=True,
    )
    told = ", ".join(f"{one} = new.{one}" for one in COPIED)
    consequence(
        "case__moves",
        "case_",
        "update",
        f"update case_rule set {told} where case_id = new.case_id",
        when=fixed(*COPIED),
        as_owner=True,
    )


def release_case_rules() -> None:
    """Take the triggers off `flag` and `case_`; those of the table itself go with it, their functions here."""
    for name, table in (("flag_asks", "flag"), ("flag_rests", "flag"), ("case__moves", "case_")):
        release(name, table)
