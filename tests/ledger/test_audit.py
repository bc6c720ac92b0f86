"""The audit chain: any change, gap or cut is found."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import text

from core.errors import OperatorError
from core.settings import Settings
from ledger import audit
from ledger.run import Ledger, open_ledger


@pytest.fixture
def chained(each_ledger: Ledger) -> Ledger:
    for number in range(5):
        audit.record(each_ledger, "policy.released", by="李强", subject=f"R-INC-0{number}", detail={"number": number})
    return each_ledger


def tamper(ledger: Ledger, statement: str) -> None:
    """What someone with the database's own password could do: take the triggers away and write."""
    with ledger.write() as connection:
        sqlite = ledger.engine.dialect.name == "sqlite"
        for action in ("update", "delete"):
            connection.execute(text(f"drop trigger audit_entry_no_{action}{'' if sqlite else ' on audit_entry'}"))
        connection.execute(text(statement))


def test_an_untouched_chain_is_whole(chained: Ledger) -> None:
    report = audit.verify(chained)
    assert (report.whole, report.entries, report.broken_at) == (True, 5, None)
    assert audit.entries(chained)["sequence"].to_list() == [1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    ("statement", "broken_at"),
    [
        ("update audit_entry set by_whom = '王' where sequence = 3", 3),
        ("update audit_entry set detail = '{\"number\": 9}' where sequence = 2", 2),
        ("delete from audit_entry where sequence = 4", 4),
        ("delete from audit_entry where sequence = 1", 1),
        ("update audit_entry set entry_hash = previous_hash where sequence = 5", 5),
    ],
)
def test_a_changed_or_missing_entry_is_found_where_it_stands(chained: Ledger, statement: str, broken_at: int) -> None:
    tamper(chained, statement)
    report = audit.verify(chained)
    assert (report.whole, report.broken_at) == (False, broken_at)


def test_a_tail_that_was_cut_off_is_found_by_a_head_kept_elsewhere(chained: Ledger) -> None:
    with chained.read() as connection:
        kept = audit.head(connection)
    tamper(chained, "delete from audit_entry where sequence > 3")
    assert audit.verify(chained).whole
    report = audit.verify(chained, [(kept["sequence"], kept["entry_hash"])])
    assert (report.whole, report.broken_at) == (False, 5)


def test_a_chain_written_anew_under_another_key_is_found(chained: Ledger, settings_of_each_database: Settings) -> None:
    stolen = settings_of_each_database.home / "other.key"
    stolen.write_bytes(bytes(32))
    forged: dict[str, Any] = settings_of_each_database.model_dump() | {"master_key_file": stolen}
    assert not audit.verify(open_ledger(Settings(**forged))).whole


def test_an_act_without_a_person_is_refused(each_ledger: Ledger) -> None:
    with pytest.raises(OperatorError, match=r"audit\.nobody"):
        audit.record(each_ledger, "policy.released", by=" ", subject="R-INC-01", detail={})
