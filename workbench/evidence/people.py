"""Names and numbers of a household's members, masked; the clear value of one field only by `clear_value`."""

from __future__ import annotations

from core.errors import OperatorError
from core.identity_number import mask
from ledger.run import Ledger
from publish.delivered import masked_name
from publish.people import open_people
from workbench.evidence.snapshot import Snapshot

FIELDS = ("name", "id_number")


def masked_people(run: Snapshot, household_key: str, *, ledger: Ledger) -> dict[str, dict[str, str]]:
    """Person key → `name` and `id_number` as everybody sees them; empty where the household's key was erased."""
    try:
        people = open_people(run.folder, run.run_id, household_key, ledger=ledger)
    except OperatorError:
        return {}
    return {
        one["person_key"]: {"name": masked_name(one.get("name") or ""), "id_number": mask(one.get("id_number") or "")}
        for one in people
    }


def clear_value(run: Snapshot, household_key: str, person_key: str, field: str, *, ledger: Ledger) -> str:
    """One member's name or number as the roster gave it. Only called within `ledger.reveals.reveal`, which records it.

    Raises:
        OperatorError: the field is none of FIELDS, the member or the value is not there, or the key was erased.
    """
    people = open_people(run.folder, run.run_id, household_key, ledger=ledger)
    found = next((one for one in people if one["person_key"] == person_key), {})
    if field not in FIELDS or not found.get(field):
        raise OperatorError(
            "reveal.nothing", "there is no such value", where=f"{household_key} {field}", todo="look at the roster"
        )
    return str(found[field])
