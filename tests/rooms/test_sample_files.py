"""Every room's sample file is what its card says, line by line."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from core import identity_number
from sources import writing
from sources.dirty_values import RARE
from tests.rooms.invented import ROOMS, SHEET, Delivery, card_of, delivery_of, facts_of, sample_of, words_of

STRUCTURAL = {"totals_row", "repeated_header", "lost_byte"}


def test_the_file_name_is_the_one_on_the_card(delivery: Delivery) -> None:
    found = re.fullmatch(delivery.card.file.pattern, delivery.written.path.name)
    assert found
    assert found.groupdict().get("as_of") in (None, "20260615")
    assert found.groupdict().get("period") in (None, "202605")


def test_every_line_but_the_header_is_told_and_read_once(delivery: Delivery) -> None:
    told = delivery.written.lines["line_number"]
    met = pl.concat([delivery.rows["line_number"], delivery.refused["line_number"]]).sort()
    assert told.equals(met)
    assert told[0] == (1 if delivery.card.file.format == "fixed_width" else 2)


def test_only_totals_and_repeated_headers_are_structurally_refused(delivery: Delivery) -> None:
    dirt = delivery.written.lines.join(delivery.refused, on="line_number")["dirt"].to_list()
    assert sorted(dirt) == sorted(delivery.written.lines.filter(pl.col("dirt").is_in(STRUCTURAL))["dirt"].to_list())


def test_a_line_is_about_the_person_it_is_told_to_be_about(delivery: Delivery) -> None:
    clean = delivery.written.lines.filter(pl.col("dirt").is_null()).join(delivery.facts, on="fact_id")
    read = clean.join(delivery.rows, on="line_number", suffix="_read")
    assert read.height == clean.height > 4_000
    assert read["id_number"].equals(read["id_number_read"], check_names=False)
    assert read["name"].equals(read["name_read"], check_names=False)


def test_every_fact_stands_in_the_file(delivery: Delivery) -> None:
    told = delivery.written.lines.filter(pl.col("dirt").fill_null("") != "duplicate")["fact_id"].drop_nulls()
    assert told.sort().equals(delivery.facts["fact_id"].sort())


def test_the_code_tables_know_every_code_the_writer_uses(delivery: Delivery) -> None:
    for name, column in delivery.card.our_columns.items():
        if column.codes:
            codes = delivery.card.codes_on(column.codes, SHEET.as_of)
            told = delivery.rows[name].drop_nulls().str.normalize("NFKC")
            met = set("".join(told)) if column.type == "letters" else set(told)
            assert met <= set(codes)


def test_the_codes_come_back_as_ours(delivery: Delivery) -> None:
    read = delivery.written.lines.filter(pl.col("dirt").is_null()).join(delivery.rows, on="line_number")
    pairs = read.join(delivery.facts, on="fact_id", suffix="_fact")
    for name, column in delivery.card.our_columns.items():
        if column.type == "code" and name != "sex_code":
            codes = delivery.card.codes_on(column.codes or "", SHEET.as_of)
            assert pairs[name].str.normalize("NFKC").replace(codes).equals(pairs[f"{name}_fact"], check_names=False)
            assert set(words_of(delivery.card.source, name)) - {None} <= set(codes.values())


def test_required_columns_are_filled_on_clean_lines(delivery: Delivery) -> None:
    clean = delivery.written.lines.filter(pl.col("dirt").is_null()).join(delivery.rows, on="line_number")
    for name, column in delivery.card.our_columns.items():
        if column.required:
            assert clean[name].null_count() == 0, name


def test_dirt_is_as_common_as_in_life(delivery: Delivery) -> None:
    special = pl.col("former_name").is_not_null() | pl.col("name").str.contains(f"[·{RARE}]")
    ordinary = delivery.written.lines.join(delivery.facts.filter(~special), on="fact_id")
    by_chance = ordinary["dirt"].is_not_null() & ~ordinary["dirt"].is_in(["lower_x", "letters_reordered"]).fill_null(
        False
    )
    assert 0.004 < by_chance.sum() / ordinary.height < 0.04


def test_unusable_ids_are_below_the_cards_limit(delivery: Delivery) -> None:
    clean = identity_number.upgraded(identity_number.cleaned(pl.col("id_number")))
    unusable = delivery.rows.select((~identity_number.valid(clean)).mean()).item()
    assert 0 < unusable < 0.8 * delivery.card.healthy.unusable_id_share_max
    assert unusable < 0.012


def test_structural_refusals_of_a_real_file_are_below_the_cards_limit(delivery: Delivery) -> None:
    assert delivery.refused.height / delivery.written.lines.height < delivery.card.healthy.structural_refusal_share_max


def test_the_control_file_states_what_was_sent(delivery: Delivery) -> None:
    control_path = delivery.written.control_path
    if control_path is None:
        return
    control = json.loads(control_path.read_text("utf-8"))
    assert control_path.name == delivery.written.path.name + ".control.json"
    assert control["rows"] == delivery.rows.height + delivery.refused.height
    assert control["sha256"] == hashlib.sha256(delivery.written.path.read_bytes()).hexdigest()
    assert date.fromisoformat(control["as_of"]) == SHEET.as_of


@pytest.mark.parametrize("room", ROOMS)
def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(room: str, tmp_path: Path) -> None:
    facts, write = facts_of(room, 400), sample_of(room).write
    folders = [tmp_path / name for name in "abc"]
    for folder in folders:
        folder.mkdir()
    first, again = write(facts, SHEET, folders[0]), write(facts.reverse(), SHEET, folders[1])
    other = write(facts, replace(SHEET, seed=1), folders[2])
    assert first.path.read_bytes() == again.path.read_bytes()
    assert first.lines.equals(again.lines)
    assert first.path.read_bytes() != other.path.read_bytes()


@pytest.mark.parametrize("room", ROOMS)
def test_without_dirt_every_line_is_a_clean_fact(room: str, tmp_path: Path) -> None:
    clean = delivery_of(room, tmp_path, count=300, sheet=replace(SHEET, dirt=0.0))
    assert clean.written.lines.height == clean.rows.height == 300
    assert set(clean.written.lines["dirt"].drop_nulls()) <= {"cut_name"}


@pytest.mark.parametrize("room", ROOMS)
def test_a_month_without_facts_is_a_file_without_rows(room: str, tmp_path: Path) -> None:
    written = sample_of(room).write(facts_of(room, 5).head(0), SHEET, tmp_path)
    assert written.lines.is_empty()
    assert written.lines.columns == ["line_number", "world_person_id", "fact_id", "dirt"]


def test_vehicle_texts_hold_radicals_in_place_of_characters(tmp_path: Path) -> None:
    vehicles = delivery_of("vehicle", tmp_path, count=100)
    assert vehicles.rows["use_code"].str.contains("营转⾮", literal=True).any()
    assert not vehicles.rows["use_code"].str.contains("营转非", literal=True).any()


@pytest.mark.parametrize("room", ["contribution", "hukou"])
def test_lost_bytes_make_exactly_their_lines_unreadable(room: str, tmp_path: Path) -> None:
    damaged = delivery_of(room, tmp_path, count=2_000, sheet=replace(SHEET, lost_bytes=3))
    lost = damaged.written.lines.filter(pl.col("dirt") == "lost_byte")["line_number"]
    assert lost.len() == 3
    assert damaged.refused["line_number"].sort().equals(lost)
    assert card_of(room).file.encoding == "gb18030"


@pytest.mark.parametrize("room", ROOMS)
def test_dirt_does_not_look_at_how_much_somebody_has(room: str, tmp_path: Path) -> None:
    facts = facts_of(room, 600)
    amounts = [name for name in facts.columns if name.endswith("_yuan")]
    told = []
    for much in (2_000, 9_000):
        folder = tmp_path / str(much)
        folder.mkdir()
        rich = facts.with_columns(pl.lit(much).cast(pl.Decimal(14, 2)).alias(name) for name in amounts)
        told.append(sample_of(room).write(rich, SHEET, folder).lines)
    assert told[0].equals(told[1])


@pytest.mark.parametrize(("room", "column"), [("payroll", "amount_yuan"), ("pension", "amount_yuan")])
def test_the_control_sum_is_the_sum_of_all_lines_sent(room: str, column: str, tmp_path: Path) -> None:
    sent = delivery_of(room, tmp_path)
    assert sent.written.control_path
    stated = json.loads(sent.written.control_path.read_text("utf-8"))["sums"]
    assert list(stated.values()) == [str(sent.written.lines.join(sent.facts, on="fact_id")[column].sum())]


def test_a_long_file_is_written_in_parts_without_a_seam(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(writing, "_PART", 700)
    sent = delivery_of("contribution", tmp_path, count=3_000)
    assert sent.written.lines["line_number"].equals(sent.rows["line_number"])
    assert sent.written.lines.filter(pl.col("dirt") == "test_row").height == 2
    assert sent.written.lines["fact_id"].drop_nulls().n_unique() == 3_000


def test_only_a_part_of_the_facts_is_put_into_words_at_a_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    form: writing.Form = sample_of("contribution").FORM
    heights: list[int] = []

    def words(facts: pl.DataFrame) -> pl.DataFrame:
        heights.append(facts.height)
        return form.words(facts)

    monkeypatch.setattr(writing, "_PART", 700)
    monkeypatch.setattr(sample_of("contribution"), "FORM", replace(form, words=words))
    delivery_of("contribution", tmp_path, count=3_000)
    assert max(heights) == 700
    assert sum(heights) == 3_000
