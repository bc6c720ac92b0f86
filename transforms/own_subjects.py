"""A roster (or a commissioned request) read for itself: every row with a case number and a name is its own subject."""

from __future__ import annotations

import polars as pl

from core import identity_number
from ledger import subjects as ledger_subjects
from ledger.run import Ledger
from transforms.language import dates, ids, names, texts
from transforms.links import LINK
from transforms.sieve import KEPT, NOT_SUBJECT, UNUSABLE, Sifted
from transforms.subject_set import WORDS, Subjects, subjects_from
from transforms.tokens import Tokeniser

REQUEST_TABLE = "roster_member"
"""Deliveries of this table say who is looked for."""
IDENTIFYING = ("case_number", "id_number", "name", "former_name", "birth_date", "address")


def sift_own(rows: pl.DataFrame) -> Sifted:
    """Every row of a batch that names a case and a person, whatever its id number is worth."""
    seen = rows.lazy().select(
        ids.valid(ids.upgraded(ids.cleaned(pl.col("id_number")))).alias("usable"),
        (texts.squeezed(pl.col("case_number")).is_not_null() & _name_key().is_not_null()).alias("named"),
    )
    states = seen.collect().with_row_index("at")
    unlinked = {"person_key": pl.lit(None, pl.String), "household_key": pl.lit(None, pl.String)}
    links = states.filter("named").select("at", **unlinked, id_basis=pl.lit("none")).cast(LINK)  # type: ignore[arg-type]
    word = pl.when(~pl.col("usable")).then(UNUSABLE).when("named").then(KEPT).otherwise(NOT_SUBJECT)
    return Sifted(links, states.select(word.cast(pl.UInt8).alias("class")).to_series())


def resolved(
    linked: pl.DataFrame, token: Tokeniser, *, ledger: Ledger, delivery_id: str, source: str
) -> tuple[pl.DataFrame, Subjects]:
    """Linked rows with the ledger's person and household, id_basis and relations; and the subjects they are."""
    number = ids.upgraded(ids.cleaned(pl.col("id_number")))
    usable = linked.lazy().with_columns(pl.when(ids.valid(number)).then(number).alias("number"))
    described = usable.with_columns(_birth(linked).alias("born")).collect()
    known = described.lazy().select(
        token(texts.squeezed(pl.col("case_number"))).alias("case_token"),
        token(pl.col("number")).alias("id_token"),
        token(_name_key()).alias("name_token"),
        pl.coalesce("born", identity_number.birth_date(pl.col("number"))).alias("birth_date"),
        (texts.tidied(pl.col("region_code")) if "region_code" in linked.columns else pl.lit(None)).alias("region_code"),
    )
    keys = ledger_subjects.resolve(ledger, known.collect(), delivery_id=delivery_id, source=source)
    rows = described.with_columns(keys["person_key"], keys["household_key"]).with_columns(_basis(), *_relations())
    return rows.drop("number", "born"), subjects_from(_words(rows))


def _name_key() -> pl.Expr:
    key = names.key(names.folded(pl.col("name")))
    return pl.when(key.str.len_chars() > 0).then(key)


def _birth(rows: pl.DataFrame) -> pl.Expr:
    return dates.day(pl.col("birth_date")) if "birth_date" in rows.columns else pl.lit(None, pl.Date)


def _basis() -> pl.Expr:
    fifteen = ids.cleaned(pl.col("id_number")).str.len_chars() == 15
    usable = pl.col("number").is_not_null()
    basis = pl.when(usable & fifteen).then(pl.lit("id15")).when(usable).then(pl.lit("id18")).otherwise(pl.lit("none"))
    return basis.alias("id_basis")


def _relations() -> tuple[pl.Expr, pl.Expr]:
    inside = identity_number.birth_date(pl.col("number"))
    birth = (
        pl.when(pl.col("born").is_null() | inside.is_null())
        .then(pl.lit("missing"))
        .when(pl.col("born") == inside)
        .then(pl.lit("same"))
        .otherwise(pl.lit("different"))
    )
    return pl.lit("same").alias("name_relation"), birth.alias("birth_relation")


def _words(rows: pl.DataFrame) -> pl.DataFrame:
    """The identifying columns as `subjects_from` takes them; columns that the layout lacks are null."""
    born = pl.coalesce("born", identity_number.birth_date(pl.col("number"))).alias("birth_date")
    there = [pl.col(name) if name in rows.columns else pl.lit(None, pl.String).alias(name) for name in WORDS]
    sex = identity_number.sex_code(pl.col("number")).alias("sex_code")
    return rows.select(*there, born, sex)
