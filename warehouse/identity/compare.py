"""What is compared of a person and of a row: number, name, sound, birth, sex, address, each folded the same way."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

import polars as pl

from core import identity_number
from sources.card import Card
from transforms.language import dates, ids, names, texts
from transforms.language.name_tables import readings

GIVEN = ("number", "name", "birth", "sex", "address")
_BY_NAME = {"id_number": "number", "name": "name", "birth_date": "birth", "sex_code": "sex", "address": "address"}


def fields_given(card: Card, given: Mapping[str, str | None], day: date) -> dict[str, str | None]:
    """The identifying text of one row, `{their column: text}`, by field; codes of sex as the card reads them.

    A former name or number beside the present one is none of them.
    """
    found: dict[str, str | None] = dict.fromkeys(GIVEN)
    for theirs, text in given.items():
        column = card.columns[theirs]
        if field := _BY_NAME.get(column.name):
            found[field] = _coded(card, column.codes, text, day) if column.codes else text
    return found


def _coded(card: Card, codes: str, text: str | None, day: date) -> str | None:
    """Ours for their code; a code the card does not know was alarmed when the file was read and says nothing here."""
    return card.codes_on(codes, day).get(text.strip()) if text else None


def folded(given: pl.DataFrame) -> pl.DataFrame:
    """Text as delivered (columns of `GIVEN`) → the compared form, `sound` beside the name.

    A missing birth or sex is read from the number where it holds one; `birth_given` and `sex_given` tell which it was.
    """
    name = names.key(names.folded(pl.col("name")))
    tidy = given.with_columns(
        ids.upgraded(ids.cleaned(pl.col("number"))).alias("number"),
        pl.when(name.str.len_chars() > 0).then(name).alias("name"),
        dates.day(pl.col("birth")).alias("birth"),
        texts.squeezed(pl.col("address")).alias("address"),
    )
    sounds = pl.DataFrame({"name": tidy["name"].drop_nulls().unique()})
    sounds = sounds.with_columns(pl.col("name").map_elements(sound, return_dtype=pl.String).alias("sound"))
    born = pl.coalesce("birth", identity_number.birth_date(pl.col("number")))
    return tidy.join(sounds, on="name", how="left", maintain_order="left").with_columns(
        born.dt.strftime("%Y%m%d").alias("birth"),
        pl.col("birth").is_not_null().alias("birth_given"),
        pl.coalesce("sex", identity_number.sex_code(pl.col("number"))).alias("sex"),
        pl.col("sex").is_not_null().alias("sex_given"),
    )


def sound(name: str) -> str:
    """A name by its first reading per character; a character without one stands for itself."""
    return " ".join(min(readings(character), default=character) for character in name)
