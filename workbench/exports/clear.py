"""Names and numbers in the clear, for an export that a second person approved; and whose they are, to be recorded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import NamedTuple

from core.moment import today
from ledger.cases import Case, CaseMember
from ledger.exports import Shown
from publish.people import open_households
from workbench.evidence.snapshot import Snapshot
from workbench.house import House

CHILD_UNDER_YEARS = 14  # 个人信息保护法 art. 31: a child's data is never listed in the clear


class Head(NamedTuple):
    """The head of a household as the sheet names it."""

    name: str | None
    id_number: str | None


def masked(head: CaseMember | None) -> Head:
    """The head as everybody sees it."""
    return Head(None, None) if head is None else Head(head.name_masked, head.id_masked)


class Opened:
    """The clear values of one export; `shown` names whose they are."""

    def __init__(self, house: House, run: Snapshot) -> None:
        self._house, self._run = house, run
        self.shown: list[Shown] = []

    def heads(self, cases: Sequence[Case], members: Mapping[int, CaseMember]) -> dict[int, Head]:
        """Case → its head; masked still where it is a child, of no known age, or of an erased household."""
        wanted = [one.household_key for one in cases if one.case_id in members]
        people = open_households(self._run.folder, self._run.run_id, wanted, ledger=self._house.desk.ledger)
        return {
            one.case_id: self._head(one, members[one.case_id], people.get(one.household_key, []))
            for one in cases
            if one.case_id in members
        }

    def _head(self, case: Case, member: CaseMember, people: Sequence[Mapping[str, str | None]]) -> Head:
        found = next((one for one in people if one["person_key"] == member.person_key), {})
        name, number = found.get("name"), found.get("id_number")
        if not name or not number or may_be_a_child(number):
            return masked(member)
        self.shown.append(Shown(case.case_id, member.person_key))
        return Head(name, number)


def may_be_a_child(id_number: str) -> bool:
    """Whether the number is a child's, or tells no age at all."""
    digits = id_number[6:14] if len(id_number) == 18 else f"19{id_number[6:12]}" if len(id_number) == 15 else ""
    try:
        born = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return True
    now = today()
    return now.year - born.year - ((now.month, now.day) < (born.month, born.day)) < CHILD_UNDER_YEARS
