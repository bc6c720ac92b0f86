from __future__ import annotations

from collections.abc import Iterator, Sequence

import duckdb
import pytest

from core.errors import DefectError
from expectations.check import Check, Level
from expectations.counting import count_bad_rows, lay_counts
from expectations.engine import Outcome, validate

COLUMNS = ["row_key", "delivery_id", "amount_yuan", "note"]


@pytest.fixture
def database() -> Iterator[str]:
    name = ":memory:checked"
    with duckdb.connect(name) as connection:
        connection.execute(
            "CREATE TABLE payment AS SELECT * FROM (VALUES"
            " ('a:2', 'a', -1::DECIMAL(14,2), 'x'), ('a:3', 'a', 5, 'x'), ('a:3', 'a', 5, 'x'), ('a:4', 'a', 7, 'aaa'),"
            " ('b:2', 'b', -1, 'y'), ('b:3', 'b', -2, 'x'), ('b:3', 'b', -2, 'x'), ('c:2', 'c', 9, 'x')"
            ") AS t(row_key, delivery_id, amount_yuan, note)"
        )
        yield name


def check(predicate: str, level: Level = Level.RECORD_VALUE, name: str = "negative_amount") -> Check:
    return Check(name, level, "warn", predicate, "金额为负", "amounts below zero", "provider")


def validated(
    database: str, *checks: Check, delivery_ids: Sequence[str] = ("a", "b", "c"), columns: Sequence[str] = COLUMNS
) -> list[Outcome]:
    with duckdb.connect(database) as connection:
        connection.execute("DROP TABLE IF EXISTS unexpected")
        lay_counts(connection)
        count_bad_rows(connection, "payment", columns=columns, delivery_ids=delivery_ids, checks=checks)
    return validate(database, {"payment": checks})["payment"]


def counted(database: str, *checks: Check) -> list[dict[str, int]]:
    return [dict(outcome.unexpected) for outcome in validated(database, *checks)]


def test_bad_rows_are_counted_per_delivery_and_a_row_that_stands_for_two_persons_counts_once(database: str) -> None:
    assert counted(database, check("amount_yuan < 0")) == [{"a": 1, "b": 2}]


def test_a_check_that_finds_nothing_succeeds(database: str) -> None:
    (outcome,) = validated(database, check("amount_yuan > 100"))
    assert outcome.success


def test_what_cannot_be_judged_is_not_bad(database: str) -> None:
    assert counted(database, check("CAST(NULL AS BOOLEAN)")) == [{}]


def test_braces_of_a_regular_expression_reach_the_engine(database: str) -> None:
    assert counted(database, check("regexp_full_match(note, 'a{3}')")) == [{"a": 1}]


def test_a_check_of_a_delivery_sees_that_delivery_only_and_one_of_history_sees_all(database: str) -> None:
    same_note = "EXISTS (SELECT 1 FROM rows AS other WHERE other.note = rows.note AND other.row_key <> rows.row_key)"
    within = counted(database, check(same_note, Level.DELIVERY_CONSISTENCY))
    across = counted(database, check(same_note, Level.HISTORY))
    assert within == [{"a": 2}]
    assert across == [{"a": 2, "b": 1, "c": 1}]


def test_several_checks_answer_in_their_order(database: str) -> None:
    found = counted(database, check("amount_yuan < 0", name="one"), check("amount_yuan > 8", name="two"))
    assert found == [{"a": 1, "b": 2}, {"c": 1}]


def test_one_name_of_two_tables_checks_is_told_apart(database: str) -> None:
    with duckdb.connect(database) as connection:
        connection.execute("CREATE TABLE vehicle AS SELECT * FROM payment WHERE delivery_id = 'b'")
        lay_counts(connection)
        for table, ids in (("payment", ["a"]), ("vehicle", ["b"])):
            count_bad_rows(connection, table, columns=COLUMNS, delivery_ids=ids, checks=[check("amount_yuan < 0")])
    outcomes = validate(database, {"payment": [check("amount_yuan < 0")], "vehicle": [check("amount_yuan < 0")]})
    assert {table: dict(of_table[0].unexpected) for table, of_table in outcomes.items()} == {
        "payment": {"a": 1},
        "vehicle": {"b": 2},
    }


def test_a_predicate_that_does_not_run_names_the_check_and_quotes_no_value(
    database: str, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    with duckdb.connect(database) as connection:
        connection.execute("INSERT INTO payment VALUES ('c:3', 'c', 1, '11010519491231002X')")
    with pytest.raises(DefectError) as raised:
        counted(database, check("CAST(note AS INTEGER) > 0"))
    said = capfd.readouterr()
    assert "payment, check negative_amount" in str(raised.value)
    assert raised.value.__cause__ is None
    for text in (str(raised.value), said.out, said.err, caplog.text):
        assert "11010519491231002X" not in text


def test_an_extract_without_a_promised_column_is_a_defect(database: str) -> None:
    with pytest.raises(DefectError, match=r"expectations\.columns"):
        validated(database, columns=[*COLUMNS, "paid_date"])


def test_no_delivery_is_left_out_however_many_there_are(database: str) -> None:
    with duckdb.connect(database) as connection:
        connection.execute("INSERT INTO payment SELECT 'd' || n || ':2', 'd' || n, -1, 'x' FROM range(500) AS t(n)")
    many = [f"d{n}" for n in range(500)]
    (outcome,) = validated(database, check("amount_yuan < 0"), delivery_ids=many)
    assert outcome.unexpected == dict.fromkeys(many, 1)
