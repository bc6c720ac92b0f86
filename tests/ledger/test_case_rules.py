"""The queue of one rule: read in its own order from rows that the database keeps beside cases and flags."""

from __future__ import annotations

import pytest
from alembic import command
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from ledger import case_queue, case_work
from ledger.case_queue import Filters
from ledger.case_schema import case_, case_rule, flag
from ledger.case_words import OPEN_FLAG, Status
from ledger.migrate import configuration, to_head
from ledger.scope import Scope
from tests.ledger.workplace import HERE, Workplace, asked, home

RULES = ("R-TOP", "R-LIGHT")
PLACE = [column.name for column in case_rule.c if column.name not in ("case_id", "rule")]


def of_flags(place: Workplace) -> set[tuple[object, ...]]:
    """What the table must hold, told by flags and cases alone."""
    query = select(case_.c.case_id, flag.c.rule, *(case_.c[name] for name in PLACE)).join(
        flag, flag.c.case_id == case_.c.case_id
    )
    with place.owner.read() as connection:
        return {tuple(row) for row in connection.execute(query.where(flag.c.state.in_(OPEN_FLAG)))}


def kept(place: Workplace) -> set[tuple[object, ...]]:
    query = select(case_rule.c.case_id, case_rule.c.rule, *(case_rule.c[name] for name in PLACE))
    with place.owner.read() as connection:
        rows = [tuple(row) for row in connection.execute(query)]
    assert len(rows) == len(set(rows))
    return set(rows)


def two_rules(count: int, first: int = 0) -> list[dict[str, object]]:
    """Households of whom a grave rule asks once and a light one asks of two members."""
    found = []
    for n in range(first, first + count):
        found.append(asked(f"f{n}", f"h{n}", severity="urgent" if n % 2 else "amount", rule="R-TOP"))
        found += [asked(f"{one}{n}", f"h{n}", severity="information", rule="R-LIGHT") for one in ("g", "k")]
    return found


def test_a_rule_stands_in_a_case_as_long_as_one_of_its_flags_asks(place: Workplace) -> None:
    every = two_rules(6)
    place.night(*every)
    assert len(kept(place)) == 12
    assert kept(place) == of_flags(place)
    place.night(*(one for one in every if one["finding_key"] != "g0"))
    assert len(kept(place)) == 12
    place.night(*(one for one in every if one["finding_key"] not in ("g0", "k0", "f1")))
    assert len(kept(place)) == 10
    assert kept(place) == of_flags(place)
    place.night(could_look=False)
    assert len(kept(place)) == 10
    place.night(*every, could_look=False)
    assert kept(place) == of_flags(place)


def test_it_stands_where_the_case_stands_through_claims_news_and_the_lapse(place: Workplace) -> None:
    every = two_rules(4)
    place.night(*every)
    case = place.case("h1")
    case = case_work.claim(place.desk, HERE, case.case_id, by="li", version=case.version)
    assert {row[PLACE.index("status") + 2] for row in kept(place) if row[0] == case.case_id} == {Status.REVIEW.value}
    assert kept(place) == of_flags(place)
    case_work.release(place.desk, HERE, case.case_id, by="li", version=case.version)
    news = [{**one, "material": '{"n": 2}', "severity": "urgent"} for one in every]
    place.night(*news)
    assert kept(place) == of_flags(place)
    place.night(*news[3:])
    assert place.case("h0").status is Status.LAPSED
    assert kept(place) == of_flags(place)
    assert not [row for row in kept(place) if row[0] == place.case("h0").case_id]


def test_the_queue_of_a_rule_is_the_queue_without_the_cases_in_which_it_does_not_ask(place: Workplace) -> None:
    homes = [home(f"h{n}", "210106003002" if n % 3 else "210107001001") for n in range(20)]
    found = [*two_rules(12), *(asked(f"f{n}", f"h{n}", severity="question", rule="R-ALONE") for n in range(12, 20))]
    place.night(*found, homes=homes)
    city = Scope(("2101",))
    for scope in (
        city,
        HERE,
        Scope(("210106003",)),
        Scope(("210107", "210106003")),
        Scope(("2101", "210106")),
        Scope(()),
    ):
        every = place.queue(scope)
        assert [case.case_id for case in every] == sorted(
            {case.case_id for case in every}, key=[case.case_id for case in place.queue(city)].index
        )
        for rule in (*RULES, "R-ALONE", "R-NOBODY"):
            asks = {row[0] for row in of_flags(place) if row[1] == rule}
            narrowed = place.queue(scope, rule=rule)
            assert narrowed == [case for case in every if case.case_id in asks], (scope, rule)
            assert case_queue.count(place.desk, scope, Filters(rule=rule)) == len(narrowed)
            facets = case_queue.facets(place.desk, scope, Filters(rule=rule))
            assert sum(one.cases for one in facets) == len(narrowed)
            urgent = place.queue(scope, rule=rule, severity="urgent")
            assert urgent == [case for case in narrowed if case.severity == "urgent"]
            assert case_queue.count(place.desk, scope, Filters(rule=rule, severity="urgent")) == len(urgent)
        asking = case_queue.asking_rules(place.desk, scope)
        assert asking == [rule for rule in ("R-ALONE", "R-LIGHT", "R-TOP") if place.queue(scope, rule=rule)]
    one = place.queue(city, rule="R-LIGHT")[3]
    case_work.claim(place.desk, HERE, one.case_id, by="li", version=one.version) if HERE.covers(
        one.region_code
    ) else None
    assert len(place.queue(city, rule="R-LIGHT", unassigned=True)) == len(
        [case for case in place.queue(city, rule="R-LIGHT") if case.status is Status.NEW]
    )


@pytest.mark.parametrize("scope", [HERE, Scope(("210106003", "2102"))])
def test_pages_of_a_rule_stay_exact_while_its_flags_come_and_end(place: Workplace, scope: Scope) -> None:
    place.night(*two_rules(40))
    filters = Filters(rule="R-LIGHT")
    everybody = case_queue.page(place.desk, scope, filters, size=100).cases
    assert len(everybody) == 40
    shown, after, ended = [], None, 0
    while True:
        page = case_queue.page(place.desk, scope, filters, after=after, size=7)
        shown += [case.household_key for case in page.cases]
        ended += 1
        rest = [one for one in two_rules(40) if one["household_key"] not in {f"h{n}" for n in range(ended)}]
        place.night(*rest, *two_rules(1, first=100 + ended))
        if (after := page.after) is None:
            break
    gone = {f"h{n}" for n in range(ended)}
    stayed = [case.household_key for case in everybody if case.household_key not in gone]
    assert [one for one in shown if one in stayed] == stayed
    assert len(shown) == len(set(shown))
    assert len(stayed) > 30


def test_nobody_forgets_or_moves_a_rule_that_asks(place: Workplace) -> None:
    place.night(*two_rules(2))
    before = kept(place)
    for statement in (
        "delete from case_rule",
        "update case_rule set severity_rank = severity_rank + 1",
        "update case_rule set status = 'closed'",
        "update case_rule set rule = 'R-OTHER' where rule = 'R-TOP'",
        "update case_rule set county_code = '330102'",
    ):
        with pytest.raises(DBAPIError, match="hedui:case"), place.owner.write() as connection:
            connection.execute(text(statement))
    assert kept(place) == before


def test_the_workbenchs_role_reads_within_its_scope_and_writes_nothing(place: Workplace) -> None:
    place.night(*two_rules(2), homes=[home("h0"), home("h1", "330102001001")])
    if place.ledger.engine.dialect.name != "postgresql":
        return
    with place.desk.read(HERE) as scoped:
        assert scoped.connection.execute(text("select count(*) from case_rule")).scalar_one() == 2
    for statement in (
        "delete from case_rule",
        "update case_rule set status = status",
        "insert into case_rule select * from case_rule",
    ):
        with pytest.raises(DBAPIError, match="permission denied"):
            place.desk.write_all(HERE, "x", lambda scoped, said=statement: scoped.connection.execute(text(said)))


def test_the_migration_finds_the_rules_of_the_cases_that_are_there(place: Workplace) -> None:
    place.night(*two_rules(5))
    case = place.case("h1")
    case_work.claim(place.desk, HERE, case.case_id, by="li", version=case.version)
    before = kept(place)
    place.desk.close()
    command.downgrade(configuration(place.owner.engine), "0011")
    place.night(*two_rules(6))
    place.desk.close()
    to_head(place.owner.engine)
    assert kept(place) == of_flags(place)
    assert len(kept(place)) == len(before) + 2
    place.night(*two_rules(4))
    assert kept(place) == of_flags(place)


@pytest.mark.parametrize(
    ("scope", "index"),
    [
        (Scope(("21",)), "ix_case_rule_queue"),
        (Scope(("2101",)), "ix_case_rule_queue_of_city"),
        (HERE, "ix_case_rule_queue_of_county"),
        (Scope(("210106003",)), "ix_case_rule_queue_of_county"),
    ],
)
def test_a_page_of_a_rule_reads_the_index_of_its_order_and_sorts_only_itself(
    place: Workplace, scope: Scope, index: str
) -> None:
    place.night(*two_rules(3))
    query = case_queue.page_query(scope, Filters(rule="R-LIGHT"), None, 50)
    with place.desk.read(scope) as scoped:
        connection = scoped.connection
        statement = query.compile(dialect=connection.dialect, compile_kwargs={"literal_binds": True})
        if connection.dialect.name == "postgresql":
            for setting in (
                "enable_seqscan",
                "enable_bitmapscan",
                "enable_sort",
                "enable_hashjoin",
                "enable_mergejoin",
            ):
                connection.exec_driver_sql(f"set local {setting} = off")
            plan = " ".join(connection.exec_driver_sql(f"explain {statement}").scalars())
            assert plan.count("Sort Key") == 1
        else:
            plan = " ".join(row[3] for row in connection.exec_driver_sql(f"explain query plan {statement}"))
            assert plan.count("TEMP B-TREE") == 1
    assert f"{index} " in plan
