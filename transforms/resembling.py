"""Rows that resemble a subject where no number says so: a stretch of the number, the birth date or the address, and a
part of the name. Either side may be damaged, the roster's or the provider's.

Resembling is no match: the rows wait, and what it is worth is scored later from the fields that people would compare.
"""

from __future__ import annotations

from dataclasses import dataclass
from zlib import crc32

import polars as pl

from core.identity_number import birth_date
from transforms.language import ids, names
from transforms.subject_set import Subjects

STRETCHES = ((6, 8), (8, 8), (-8, 8))
"""Place and length of the compared parts of a number. Each holds most of a birth date: with a part of the name that is
one of some thousand people; two wrong keys, or one lost or doubled, rarely reach all three."""
COMMON_STRETCHES = ((0, 8), (3, 8))
"""Region and century: half a town shares them, so they count beside the whole name only."""
_SEED = 1
SHORTEST = 14
"""Fewer characters are no damaged number but something else."""


@dataclass(frozen=True)
class Resemblances:
    """`all_blocks`, `unsure_blocks`: mark (UInt64 hash of a block, ascending) and person_key of all subjects, and of
    those whose own number is damaged or missing: a shared mark is a question at most, so no text is kept. `stretches`,
    `births` (eight digits): what a row with a usable number must share with the latter to be looked at."""

    all_blocks: pl.DataFrame
    unsure_blocks: pl.DataFrame
    stretches: list[pl.Series]
    births: pl.Series


def resemblances(subjects: Subjects) -> Resemblances:
    """The blocks of a subject set."""
    people = subjects.people
    written = people.select("person_key", pl.concat_list("name", "former_names").alias("name")).explode("name")
    parts = _parts(written.select("person_key", names.key(pl.col("name")).alias("name")), "person_key")
    numbers = subjects.ids.select("person_key", pl.col("id_number").alias("number"))
    sure = numbers.filter(ids.valid(pl.col("number")))["person_key"].implode()
    fields = people.select("person_key", pl.col("birth_date").alias("born"), "address_key")
    both = _marked(numbers, parts, _NUMBER_WAYS), _marked(fields, parts, _FIELD_WAYS)
    marked = pl.concat(both).sort("mark", "person_key")
    blocks = marked.filter(pl.any_horizontal(pl.all() != pl.all().shift()).fill_null(True))  # each once, as they stand
    unsure = ~pl.col("person_key").is_in(sure)
    damaged = numbers.filter(unsure)
    return Resemblances(
        all_blocks=blocks,
        unsure_blocks=blocks.filter(unsure),
        stretches=[damaged.select(way).to_series().drop_nulls().unique() for way in _stretches()],
        births=fields.filter(unsure)["born"].drop_nulls().unique().dt.strftime("%Y%m%d"),
    )


def worth_a_look(numbers: pl.DataFrame, known: Resemblances) -> pl.DataFrame:
    """Rows (at, number, usable) without a usable number, and the few others that a subject without one could own."""
    shared = [way.is_in(some.implode()) for way, some in zip(_stretches(), known.stretches, strict=True)]
    born = pl.col("number").str.slice(6, 8).is_in(known.births.implode())
    return numbers.lazy().filter(~pl.col("usable") | born | pl.any_horizontal(shared)).collect()


def resembling(looked: pl.DataFrame, known: Resemblances) -> pl.DataFrame:
    """at, person_key, id_basis (`near`, `none`) of rows that no number explains.

    `looked`: at, number (18 characters where possible), usable, name, born (Date as given), address_key.
    """
    looked = looked.with_columns(pl.coalesce("born", birth_date(pl.col("number"))).alias("born"))
    parts = _parts(looked.select("at", names.key(names.folded(pl.col("name"))).alias("name")), "at")
    asked = looked.select("at", "usable", "number"), looked.select("at", "usable", "born", "address_key")
    near, other = (_marked(one, parts, ways) for one, ways in zip(asked, (_NUMBER_WAYS, _FIELD_WAYS), strict=True))
    blocks = pl.concat([near.with_columns(id_basis=pl.lit("near")), other.with_columns(id_basis=pl.lit("none"))])
    found = [
        _owners(blocks.filter(~pl.col("usable")), known.all_blocks),
        _owners(blocks.filter("usable"), known.unsure_blocks),
    ]
    links = pl.concat(found).sort("at", "person_key", "id_basis")
    return links.unique(["at", "person_key"], keep="first", maintain_order=True).select("at", "person_key", "id_basis")


def _stretches(places: tuple[tuple[int, int], ...] = STRETCHES) -> list[pl.Expr]:
    """A number's stretches, null where the number is too short to be one."""
    number = pl.when(pl.col("number").str.len_chars() >= SHORTEST).then(pl.col("number"))
    return [number.str.slice(place, length) for place, length in places]


def _owners(asked: pl.DataFrame, blocks: pl.DataFrame) -> pl.DataFrame:
    """The asked rows beside every person_key of their mark: few are looked up among many, so nothing is hashed anew."""
    begin, end = (blocks["mark"].search_sorted(asked["mark"], side) for side in ("left", "right"))
    ranges = asked.with_columns(begin.alias("begin"), end.alias("end")).filter(pl.col("begin") < pl.col("end"))
    places = ranges.with_columns(pl.int_ranges("begin", "end").alias("place")).explode("place")
    return places.select("at", "id_basis", blocks["person_key"].gather(places["place"]))


_NUMBER_WAYS = {
    **{f"stretch at {place}": (stretch, False) for (place, _), stretch in zip(STRETCHES, _stretches(), strict=True)},
    **{
        f"common stretch at {place}": (stretch, True)
        for (place, _), stretch in zip(COMMON_STRETCHES, _stretches(COMMON_STRETCHES), strict=True)
    },
}
_FIELD_WAYS = {"born": (pl.col("born"), False), "address": (pl.col("address_key"), False)}
"""What makes a block with a part of the name, and whether that part must be the whole name."""


def _marked(rows: pl.DataFrame, parts: pl.DataFrame, ways: dict[str, tuple[pl.Expr, bool]]) -> pl.DataFrame:
    """The rows once per part of the name and way in which they have a block, each with the block's mark: the hashes of
    both, one laid over the other, so that no text is made for a block."""
    (by,) = set(rows.columns) & set(parts.columns)
    kept = [name for name in rows.columns if name in (by, "usable")]
    hashed = [
        pl.when(field.is_not_null()).then(field.hash(crc32(way.encode()))).alias(way)
        for way, (field, _) in ways.items()
    ]
    named = rows.select(*kept, *hashed).join(parts, on=by)
    blocks = [
        (named.filter("is_whole") if whole else named).select(*kept, (pl.col(way) ^ pl.col("part")).alias("mark"))
        for way, (_, whole) in ways.items()
    ]
    return pl.concat(blocks).drop_nulls("mark")


def _parts(named: pl.DataFrame, by: str) -> pl.DataFrame:
    """`by`, part (UInt64 hash), is_whole: the family name (its first character), what follows it, and the whole name:
    one side may have lost either."""
    name = pl.col("name")
    ways = [
        (pl.lit("^") + name.str.slice(0, 1), False),
        (pl.lit("$") + name.str.slice(1), False),
        (pl.lit("$") + name, True),
    ]
    found = pl.concat([named.select(by, way.alias("part"), is_whole=pl.lit(whole)) for way, whole in ways])
    told = found.filter(pl.col("part").str.len_chars() > 1)
    return told.with_columns(pl.col("part").hash(_SEED)).unique()
