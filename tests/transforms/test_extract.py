"""Deliveries of the invented town, and some made by hand, through the door."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import fastexcel
import polars as pl
import pytest

from core.errors import DefectError, HeduiError, OperatorError, ProviderError
from core.identity_number import is_valid, upgrade
from core.sealing import MAGIC
from core.settings import ROOT
from ledger import deliveries, extracts, health, keys
from sources.card import load_card, load_cards
from sources.reading import read
from sources.run import open_landed
from tests.sources.broken.specimen import workbook
from tests.transforms.town import Town, rows_of
from transforms import run
from transforms.extract_files import ROWS, SEALED
from transforms.meaning import Refusal
from transforms.quarantine import open_refused
from transforms.schema import COMMON
from transforms.sealed import opened
from transforms.subjects import Subjects, missing
from transforms.tables import TABLES

CREMATION = {"性别": "男", "死亡日期": "2026-03-01", "火化日期": "2026-03-03"}


def someone(subjects: Subjects) -> dict[str, str]:
    """A person with a valid number on the roster: person_key, household_key, id_number, name."""
    known = subjects.ids.filter(pl.col("id_state") == "valid").join(subjects.people, on="person_key")
    return known.sort("person_key").row(0, named=True)


def cremations(town: Town, *rows: dict[str, str], month: str = "202605") -> str:
    numbered = [CREMATION | {"火化证编号": f"HH{place}"} | row for place, row in enumerate(rows)]
    return town.written("cremation", f"bz_cremation_{month}.csv", numbered)


def test_every_feed_of_the_town_closes_its_account_and_keeps_its_declared_columns(town: Town) -> None:
    subjects = town.roster()
    cards = load_cards(town.settings.sources_folder)
    found = set()
    for file in sorted(path for path in town.inbox.rglob("*") if path.is_file() and ".control." not in path.name):
        source = file.parent.name
        if cards[source].table == "roster_member" or source in found:
            continue
        found.add(source)
        made = town.extract(town.land(file), subjects)
        table = TABLES[cards[source].table]
        assert rows_of(made).schema == {column.name: column.kind for column in (*COMMON, *table.columns)}
        kept = health.health_of(town.ledger, made.delivery_id)
        assert kept is not None
        assert kept.account == made.account
        assert made.health["unknown_codes"] == {}, source
    assert len(found) == len(cards) - 1


def test_a_roster_is_its_own_subject_list(town: Town) -> None:
    subjects = town.roster()
    roster = deliveries.list_deliveries(town.ledger, source="roster")[0]
    (made,) = extracts.find(town.ledger, roster.delivery_id)
    rows = pl.read_parquet(town.settings.home / made.path / ROWS)
    assert set(rows["person_key"]) == set(subjects.people["person_key"])
    assert set(rows["household_key"]) == set(subjects.people["household_key"])
    assert subjects.people.select("name", "case_key").null_count().row(0) == (0, 0)
    assert extracts.get_subject_set(town.ledger, made.subject_set_id).person_count == subjects.person_count


def test_dropping_early_keeps_the_same_rows_as_normalising_every_row_first(town: Town) -> None:
    subjects = town.roster()
    delivery = deliveries.get(town.ledger, town.from_inbox("ga_hukou_20260331.zip"))
    made = town.extract(delivery.delivery_id, subjects)
    card = load_cards(town.settings.sources_folder)["hukou"]
    whose: dict[str, set[str]] = {}
    for person, number, _ in subjects.ids.iter_rows():
        whose.setdefault(number, set()).add(person)
    expected = set()
    for batch in read(card, open_landed(delivery, town.ledger, town.settings)):
        for line, given in batch.rows.select("line_number", "id_number").iter_rows():
            number = plainly_normalised(given or "")
            expected |= {(line, person) for person in whose.get(number, set()) if is_valid(number)}
    exact = rows_of(made).filter(pl.col("id_basis").is_in(["id18", "id15"]))
    assert set(exact.select("line_number", "person_key").iter_rows()) == expected
    assert len(expected) > 40


def plainly_normalised(given: str) -> str:
    wide = {chr(0xFF10 + digit): str(digit) for digit in range(10)} | {"Ｘ": "X", "ｘ": "X"}
    text = "".join(wide.get(sign, sign) for sign in given if sign not in "'\u200b\ufeff" and not sign.isspace()).upper()
    return upgrade(text) if len(text) == 15 and text.isdigit() else text


def test_every_row_has_one_class_and_each_class_its_rows(town: Town) -> None:
    subjects = town.roster()
    person = someone(subjects)
    known = {"身份证号码": person["id_number"], "逝者姓名": person["name"]}
    delivery_id = cremations(
        town,
        known | {"火化证编号": "1"},
        known | {"火化证编号": "1"},
        {"身份证号码": "11010519491231002X", "逝者姓名": "无名"},
        {"身份证号码": "不详", "逝者姓名": "无名"},
        known | {"火化证编号": "2", "死亡日期": "2026-03-09"},
        known | {"火化证编号": "3", "死亡日期": "三月", "火化日期": "不详"},
    )
    made = town.extract(delivery_id, subjects)
    assert made.account == {
        "structurally_refused": 0,
        "duplicate": 1,
        "unusable_id": 1,
        "not_subject": 1,
        "refused_by_meaning": 2,
        "matched": 1,
    }
    refused = dict(rows_of(made).select("line_number", "refused_by").iter_rows())
    assert refused == {2: None, 6: "death_not_after_cremation", 7: "death_has_a_day"}


def test_refused_rows_are_put_aside_with_line_reason_and_text_under_the_deliverys_key(town: Town) -> None:
    subjects = town.roster()
    person = someone(subjects)
    late = {"身份证号码": person["id_number"], "逝者姓名": person["name"], "死亡日期": "2026-03-09"}
    made = town.extract(cremations(town, late), subjects)
    path = town.settings.home / "quarantine" / f"{made.delivery_id}.{subjects.subject_set_id}"
    assert path.read_bytes().startswith(MAGIC)
    aside = open_refused(path, keys.open_key(town.ledger, f"delivery:{made.delivery_id}"))
    assert aside.select("line_number", "reason").rows() == [(2, "death_not_after_cremation")]
    assert person["id_number"] in aside["raw"].item()


def test_rows_as_delivered_open_with_the_households_key_alone(town: Town) -> None:
    subjects = town.roster()
    person = someone(subjects)
    typed = "'" + person["id_number"]
    made = town.extract(cremations(town, {"身份证号码": typed, "逝者姓名": person["name"]}), subjects)
    home = person["household_key"]
    key = keys.open_key(town.ledger, f"household:{home}")
    (given,) = opened(made.path / SEALED, {home: key})[home]
    assert given["given"]["身份证号码"] == typed
    assert given["person_key"] == person["person_key"]
    with pytest.raises(OperatorError):
        opened(made.path / SEALED, {home: bytes(32)})


def test_no_identifying_value_stands_in_the_clear(town: Town) -> None:
    subjects = town.roster()
    identifying = {*subjects.ids["id_number"], *subjects.people["name"], *subjects.people["case_key"]}
    for name in ("mz_payroll_202605.csv", "ga_hukou_20260331.zip", "jg_vehicle_20260615.csv"):
        rows = rows_of(town.extract(town.from_inbox(name), subjects))
        cells = {cell for column in rows.select(pl.col(pl.String)) for cell in column}
        assert not cells & identifying


def test_an_unknown_code_refuses_the_row_and_is_counted_over_all_rows(town: Town) -> None:
    subjects = town.roster()
    person = someone(subjects)
    mine = {"sfzh": person["id_number"], "xm": person["name"], "xb": "1", "bdyy": "77", "bdrq": "20260301"}
    theirs = mine | {"sfzh": "11010519491231002X", "xm": "不相干"}
    made = town.extract(town.written("hukou_change", "ga_hukou_change_202605.csv", [mine, theirs]), subjects)
    assert rows_of(made)["refused_by"].to_list() == ["unknown_code"]
    assert made.health["unknown_codes"] == {"event_code": 2}


def test_the_same_delivery_again_is_what_it_was(town: Town) -> None:
    subjects = town.roster()
    delivery_id = town.from_inbox("mz_payroll_202605.csv")
    first, again = town.extract(delivery_id, subjects), town.extract(delivery_id, subjects)
    assert first == again
    assert len(extracts.find(town.ledger, delivery_id)) == 1


KILLED = """
import os, signal, sys
from core.settings import Settings
from ledger import extracts
from ledger.run import open_ledger
from tests.transforms.town import Town
from pathlib import Path
settings = Settings(home=Path(sys.argv[1]), settle_seconds=0)
town = Town(Path(), settings, open_ledger(settings))
wanted = town.subjects()
extracts.record_within = lambda *given: os.kill(os.getpid(), signal.SIGKILL)
town.extract(sys.argv[2], wanted)
"""


def test_a_kill_before_the_record_leaves_nothing_doubled_and_the_retry_gives_the_same_bytes(town: Town) -> None:
    subjects = town.roster()
    delivery_id = town.from_inbox("mz_payroll_202605.csv")
    command = [sys.executable, "-c", KILLED, str(town.settings.home), delivery_id]
    died = subprocess.run(command, cwd=ROOT, env={"PYTHONPATH": str(ROOT)}, check=False, capture_output=True)
    assert died.returncode == -signal.SIGKILL, died.stderr
    assert not extracts.find(town.ledger, delivery_id)
    before = contents(town.settings.home / "extracts" / "payroll")
    made = town.extract(delivery_id, subjects)
    assert contents(town.settings.home / "extracts" / "payroll") == before
    assert len(extracts.find(town.ledger, delivery_id)) == 1
    assert [event.kind for event in deliveries.events(town.ledger, delivery_id)] == ["landed", "extracted"]
    assert sum(made.account.values()) == rows_of(made).height


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_who_joins_later_is_looked_for_alone_in_what_came_before(town: Town) -> None:
    everyone = town.roster()
    newcomer = someone(everyone)["person_key"]
    rest = everyone.only(everyone.people["person_key"].filter(everyone.people["person_key"] != newcomer))
    delivery = deliveries.get(town.ledger, town.from_inbox("ga_hukou_20260331.zip"))
    town.extract(delivery.delivery_id, rest)
    lacking = missing(delivery, everyone, ledger=town.ledger, settings=town.settings)
    assert lacking is not None
    assert lacking.people["person_key"].unique().to_list() == [newcomer]
    town.extract(delivery.delivery_id, lacking)
    assert missing(delivery, everyone, ledger=town.ledger, settings=town.settings) is None


def test_a_delivery_whose_key_is_erased_cannot_be_read_any_more(town: Town) -> None:
    subjects = town.roster()
    delivery_id = town.from_inbox("mz_payroll_202605.csv")
    keys.erase(town.ledger, f"delivery:{delivery_id}", "raw retention is over", "steward")
    with pytest.raises(OperatorError):
        town.extract(delivery_id, subjects)
    assert not extracts.find(town.ledger, delivery_id)


def test_who_is_in_two_households_is_looked_for_in_the_one_whose_key_is_left(town: Town) -> None:
    homes = town.roster().people.group_by("person_key").agg(pl.col("household_key").unique())
    person, (erased, left) = homes.filter(pl.col("household_key").list.len() == 2).row(0)
    keys.erase(town.ledger, f"household:{erased}", "three years after exit", "steward")
    people = town.subjects().people
    assert erased not in set(people["household_key"])
    assert people.filter(pl.col("person_key") == person)["household_key"].to_list() == [left]


def test_a_household_whose_key_is_erased_is_looked_for_no_more(town: Town) -> None:
    person = someone(town.roster())
    keys.erase(town.ledger, f"household:{person['household_key']}", "three years after exit", "steward")
    assert person["household_key"] not in set(town.subjects().people["household_key"])


def test_a_file_of_another_layout_is_the_providers_to_mend_and_leaves_no_extract(town: Town) -> None:
    subjects = town.roster()
    path = town.settings.home / "bz_cremation_202605.csv"
    path.write_text("甲,乙\n1,2\n", encoding="utf-8")
    delivery_id = town.land(path)
    with pytest.raises(ProviderError):
        town.extract(delivery_id, subjects)
    assert not extracts.find(town.ledger, delivery_id)
    assert not (town.settings.home / "extracts" / "cremation").exists()


def test_without_an_accepted_roster_there_is_nobody_to_look_for(town: Town) -> None:
    with pytest.raises(OperatorError) as raised:
        town.subjects()
    assert raised.value.code == "subjects.no_roster"


def test_errors_quote_no_cell(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    subjects = town.roster()
    person = someone(subjects)
    monkeypatch.setattr(run, "refusals", lambda *_: [Refusal("cast", "CAST(row_key AS INTEGER) = 1")])
    with pytest.raises(HeduiError) as raised:
        town.extract(cremations(town, {"身份证号码": person["id_number"], "逝者姓名": person["name"]}), subjects)
    assert isinstance(raised.value, DefectError)
    assert person["id_number"] not in str(raised.value)


def test_a_roster_that_comes_in_parts_asks_for_the_persons_of_every_part(town: Town, tmp_path: Path) -> None:
    (whole,) = town.inbox.rglob("mz_roster_20260615.xlsx")
    sheet = load_card(town.settings.sources_folder / "roster").file.sheet or "Sheet1"
    read = fastexcel.read_excel(whole).load_sheet(sheet, header_row=None, dtypes="string").to_polars()
    header, *rows = [[text or "" for text in row] for row in read.iter_rows()]
    parts = {"mz_roster_20260615_p1of2.xlsx": rows[:30], "mz_roster_20260615_p2of2.xlsx": rows[30:]}
    for name, some in parts.items():
        path = tmp_path / "roster" / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(workbook(sheet, [header, *some]))
        town.accept(town.land(path))
    numbers = {row[header.index("成员身份证号")] for row in rows}
    assert set(town.subjects().ids["id_number"]) >= {number for number in numbers if is_valid(number)}


def test_a_number_given_in_full_last_month_is_known_in_full_though_today_it_has_fifteen_digits(
    town: Town, tmp_path: Path
) -> None:
    (before,) = town.inbox.rglob("mz_roster_20260515.xlsx")
    (today,) = town.inbox.rglob("mz_roster_20260615.xlsx")
    person = next(row for row in named(before) if is_valid(row["成员身份证号"]) and row in named(today))
    number = person["成员身份证号"]
    sheet = load_card(town.settings.sources_folder / "roster").file.sheet or "Sheet1"
    shorter = [
        row | {"成员身份证号": row["成员身份证号"].replace(number, number[:6] + number[8:17])} for row in named(today)
    ]
    path = tmp_path / "roster" / today.name
    path.parent.mkdir()
    path.write_bytes(workbook(sheet, [list(person), *[list(row.values()) for row in shorter]]))
    town.accept(town.land(before))
    town.accept(town.land(path))
    died = cremations(town, {"身份证号码": number, "逝者姓名": person["成员姓名"]})
    assert rows_of(town.extract(died, town.subjects()))["id_basis"].to_list() == ["id18"]


def named(roster: Path) -> list[dict[str, str]]:
    """The rows of a roster's sheet as header → text."""
    read = fastexcel.read_excel(roster).load_sheet(0, header_row=None, dtypes="string").to_polars()
    header, *rows = [[text or "" for text in row] for row in read.iter_rows()]
    return [dict(zip(header, row, strict=True)) for row in rows]


def test_a_key_erased_between_two_deliveries_seals_nothing_more(town: Town) -> None:
    subjects = town.roster()
    town.extract(town.from_inbox("mz_payroll_202605.csv"), subjects)
    household = subjects.people["household_key"].min()
    assert keys.erase(town.ledger, f"household:{household}", "left the programme three years ago", "steward")
    with pytest.raises(OperatorError, match=r"key\.erased"):
        town.extract(town.from_inbox("mz_case_file_20260615.csv"), subjects)
