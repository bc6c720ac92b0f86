"""Which rows could be a subject's, and by what: few of a delivery's, those that `possible` could not rule out."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from core.identity_number import upgraded
from transforms.index import Index
from transforms.language import dates, ids, names, texts
from transforms.links import LINK, Links, halves_of
from transforms.resembling import resembling, worth_a_look
from transforms.subject_set import address_key

UNUSABLE, NOT_SUBJECT, KEPT = 1, 2, 3
_NOBODY = pl.DataFrame(schema=LINK)
"""Most deliveries have no row that a name must explain: asking costs more than all their rows."""


@dataclass(frozen=True)
class Sifted:
    """`links`: one row per row and possible subject (`links.LINK`). `classes`: UInt8 per row."""

    links: pl.DataFrame
    classes: pl.Series


def sift(rows: pl.DataFrame, tables: Links) -> Sifted:
    """Look for subjects in rows (all String, our column names).

    A row with a usable number (18 valid characters, or 15 digits) is a subject's if the number is, or if spreadsheet
    damage or one slip *on the roster's side* explains the difference and the name agrees. A row without one is carried
    for the identity queue if the name and a second field (most of the number, birth date or address) agree, and so is
    one that shares parts of both where either side has no usable number. A named case is a usable key of its own: only
    civil affairs' books name one.
    """
    numbers = _numbers(rows)
    by_case = _by_case(rows, tables)
    exact = _exact(rows, numbers, tables)
    looked = _looked_at_again(numbers, exact, by_case, tables)
    taken = pl.concat([exact["at"], by_case["at"]])
    inexact = pl.concat([_by_name(rows, looked, tables), _by_resemblance(rows, numbers, taken, tables)])
    inexact = inexact.unique(["at", "person_key"], keep="first", maintain_order=True)
    found = _joined_with_case(pl.concat([exact, inexact]), by_case)
    kept = pl.int_range(rows.height, dtype=pl.UInt32, eager=True).is_in(found["at"].implode())
    usable = numbers["usable"] | _places(by_case["at"], rows.height)
    classes = (
        pl.select(pl.when(~usable).then(UNUSABLE).when(kept).then(KEPT).otherwise(NOT_SUBJECT).cast(pl.UInt8))
        .to_series()
        .alias("class")
    )
    return Sifted(found, classes)


def _numbers(rows: pl.DataFrame) -> pl.DataFrame:
    """at, number (18 characters where possible), upgraded (Boolean: 15 digits stood), usable (Boolean)."""
    if "id_number" not in rows.columns:
        nothing = [
            pl.lit(None, pl.String).alias("number"),
            pl.lit(False).alias("fifteen"),
            pl.lit(False).alias("usable"),
        ]
        return rows.select(pl.int_range(pl.len(), dtype=pl.UInt32).alias("at"), *nothing)
    clean = rows.lazy().select(ids.cleaned(pl.col("id_number")).alias("number")).collect().to_series()
    fifteen = (clean.str.len_chars() == 15).fill_null(False)
    if fifteen.any():
        longer = clean.filter(fifteen).to_frame().lazy().select(upgraded(pl.col("number"))).collect().to_series()
        clean = clean.scatter(fifteen.arg_true(), longer)
    frame = pl.DataFrame({"number": clean, "fifteen": fifteen}).with_row_index("at")
    return frame.lazy().with_columns(ids.valid(pl.col("number")).alias("usable")).collect()


def _exact(rows: pl.DataFrame, numbers: pl.DataFrame, tables: Links) -> pl.DataFrame:
    asked = numbers.filter("usable").select("at", "number", "fifteen")
    if "former_id_number" in rows.columns:
        former = rows.lazy().select(ids.cleaned(pl.col("former_id_number")).alias("number")).with_row_index("at")
        upgraded_former = former.filter(pl.col("number").is_not_null()).with_columns(upgraded(pl.col("number")))
        asked = pl.concat([asked, upgraded_former.with_columns(pl.lit(False).alias("fifteen")).collect()])
    either = tables.exact.beside(asked.rename({"number": "id_number"}))
    surest = either.sort("at", "person_key", pl.col("id_basis") == "near", "fifteen", pl.col("id_basis") == "id15")
    hits = surest.unique(["at", "person_key"], keep="first", maintain_order=True)
    sure, slip = hits.filter(pl.col("id_basis") != "near"), hits.filter(pl.col("id_basis") == "near")
    basis = pl.when("fifteen").then(pl.lit("id15")).otherwise("id_basis")
    slip = slip.filter(~pl.col("at").is_in(sure["at"].implode()))
    if not slip.height:
        return _link(sure.with_columns(basis.alias("id_basis")))
    agreed = tables.named.beside(_with_names(rows, slip.select("at").unique(maintain_order=True)))
    slip = slip.join(agreed.select("at", "person_key").unique(), on=["at", "person_key"], how="semi")
    return pl.concat([_link(sure.with_columns(basis.alias("id_basis"))), _link(slip)])


def _looked_at_again(numbers: pl.DataFrame, exact: pl.DataFrame, by_case: pl.DataFrame, tables: Links) -> pl.DataFrame:
    """Rows that no number explains and that a name might: no usable number, or one that looks damaged."""
    found = pl.concat([exact["at"], by_case["at"]])
    free = numbers.filter(~pl.col("at").is_in(found.implode()))
    signed = ids.first_fifteen(pl.col("number")).is_in(tables.damaged_fifteen.implode()).fill_null(False)
    suspicious = ~pl.col("usable") | ids.spreadsheet_damaged(pl.col("number")) | signed
    return free.lazy().filter(suspicious).collect()


def _by_name(rows: pl.DataFrame, looked: pl.DataFrame, tables: Links) -> pl.DataFrame:
    if not looked.height:
        return _NOBODY
    named = _with_names(rows, looked.select("at")).join(looked, on="at")
    fifteen = named.with_columns(ids.first_fifteen(pl.col("number")).alias("first_fifteen"))
    begun_alike = tables.fifteen.beside(fifteen)
    damaged = pl.col("signed") | ids.spreadsheet_damaged(pl.col("number"))
    repaired = begun_alike.filter(damaged).with_columns(id_basis=pl.lit("repaired"))
    near = _near(named.filter(~pl.col("usable")), tables)
    ways = [_link(repaired), _link(near)]
    without = named.filter(~pl.col("usable"))
    chosen = rows[without["at"]].lazy()
    if "birth_date" in rows.columns:
        born = chosen.select(dates.day(pl.col("birth_date")).alias("birth_date")).collect()
        ways.append(_second_field(without.hstack(born), tables.births))
    if "address" in rows.columns:
        lives = chosen.select(address_key(pl.col("address")).alias("address_key")).collect()
        ways.append(_second_field(without.hstack(lives), tables.addresses))
    return pl.concat(ways).unique(["at", "person_key"], keep="first", maintain_order=True)


def _by_resemblance(rows: pl.DataFrame, numbers: pl.DataFrame, taken: pl.Series, tables: Links) -> pl.DataFrame:
    free = numbers.filter(~pl.col("at").is_in(taken.implode())).select("at", "number", "usable")
    looked = worth_a_look(free, tables.resemblances)
    if not looked.height:
        return _NOBODY
    named = [name for name in ("name", "birth_date", "address") if name in rows.columns]
    chosen = rows.select(named)[looked["at"]]
    born = dates.day(pl.col("birth_date")) if "birth_date" in rows.columns else pl.lit(None, pl.Date)
    lives = address_key(pl.col("address")) if "address" in rows.columns else pl.lit(None, pl.String)
    beside = chosen.lazy().select("name", born.alias("born"), lives.alias("address_key")).collect()
    return _link(resembling(pl.concat([looked, beside], how="horizontal"), tables.resemblances))


def _near(named: pl.DataFrame, tables: Links) -> pl.DataFrame:
    asked = pl.concat([named.with_columns(half.alias("half")) for half in halves_of("number")])
    close = (
        tables.halves.beside(asked).lazy().filter(ids.one_slip_apart(pl.col("number"), pl.col("id_number"))).collect()
    )
    return close.with_columns(id_basis=pl.lit("near"))


def _second_field(named: pl.DataFrame, known: Index) -> pl.DataFrame:
    return _link(known.beside(named).with_columns(id_basis=pl.lit("none")))


def _with_names(rows: pl.DataFrame, places: pl.DataFrame) -> pl.DataFrame:
    """at and name_key of the rows at these places."""
    chosen = rows[places["at"]] if places.height else rows.clear()
    keys = chosen.lazy().select(names.key(names.folded(pl.col("name"))).alias("name_key")).collect()
    return pl.concat([places, keys], how="horizontal")


def _by_case(rows: pl.DataFrame, tables: Links) -> pl.DataFrame:
    """at and household_key of rows that name a known case."""
    if "case_number" not in rows.columns:
        return pl.DataFrame(schema={"at": pl.UInt32, "household_key": pl.String})
    asked = rows.lazy().select(texts.squeezed(pl.col("case_number")).alias("case_key")).with_row_index("at").collect()
    named = tables.cases.beside(asked)
    return named.select("at", "household_key").unique("at", keep="first", maintain_order=True)


def _joined_with_case(found: pl.DataFrame, by_case: pl.DataFrame) -> pl.DataFrame:
    """Links with the named case's household; cases whose person is not found keep a link without a person."""
    if not by_case.height:
        return found.sort("at", "person_key")
    linked = found.drop("household_key").join(by_case, on="at", how="left")
    alone = by_case.join(linked, on="at", how="anti").with_columns(
        person_key=pl.lit(None, pl.String), id_basis=pl.lit("case")
    )
    return pl.concat([_link(linked), _link(alone)]).sort("at", "person_key")


def _link(found: pl.DataFrame) -> pl.DataFrame:
    if "household_key" not in found.columns:
        found = found.with_columns(household_key=pl.lit(None, pl.String))
    return found.select(LINK.keys()).cast(LINK)  # type: ignore[arg-type]


def _places(at: pl.Series, height: int) -> pl.Series:
    return pl.int_range(height, dtype=pl.UInt32, eager=True).is_in(at.implode())
