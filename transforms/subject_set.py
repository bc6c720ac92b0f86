"""Who is looked for: persons of the roster (or of a commissioned request) with what identifies them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property

import polars as pl

from transforms.language import ids, names, texts

PEOPLE: dict[str, pl.DataType] = {
    "person_key": pl.String(),
    "household_key": pl.String(),
    "case_key": pl.String(),
    "name": pl.String(),
    "former_names": pl.List(pl.String()),
    "birth_date": pl.Date(),
    "sex_code": pl.String(),
    "address_key": pl.String(),
}
"""One row per person and household: keys of the ledger, the folded name, the squeezed case number and address."""
IDS: dict[str, pl.DataType] = {"person_key": pl.String(), "id_number": pl.String(), "id_state": pl.String()}
"""Every number known of a person: cleaned, 15 digits upgraded; `id_state` as `language.ids.state`."""


@dataclass(frozen=True)
class Subjects:
    """Persons looked for. `people` and `ids` hold identifying values: they live in memory only."""

    people: pl.DataFrame
    ids: pl.DataFrame

    @cached_property
    def subject_set_id(self) -> str:
        """Twelve hex digits over every person and what identifies them: equal sets look for the same."""
        lines = self.fingerprints.sort("person_key").select(pl.concat_str(pl.all(), separator=" ")).to_series()
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:12]

    @cached_property
    def fingerprints(self) -> pl.DataFrame:
        """person_key and a hash of all that identifies the person, including households; sorted by person_key."""
        persons = self.people.select("person_key", pl.struct(pl.exclude("person_key")).struct.json_encode().alias("is"))
        numbers = self.ids.select("person_key", pl.struct(pl.exclude("person_key")).struct.json_encode().alias("is"))
        known = pl.concat([persons, numbers]).sort("person_key", "is").group_by("person_key", maintain_order=True)
        whole = known.agg(pl.col("is").str.join("\n"))
        hashes = [hashlib.sha256(text.encode()).hexdigest() for text in whole["is"]]
        return whole.select("person_key", pl.Series("fingerprint", hashes, dtype=pl.String))

    @property
    def person_count(self) -> int:
        """Distinct persons."""
        return self.people["person_key"].n_unique()

    def only(self, person_keys: pl.Series) -> Subjects:
        """The subjects with these keys."""
        among = pl.col("person_key").is_in(person_keys.implode())
        return Subjects(self.people.filter(among), self.ids.filter(among))


def subjects_from(rows: pl.DataFrame) -> Subjects:
    """Subjects from delivered words: person_key, household_key, case_number, id_number, name, former_name, birth_date
    (Date), sex_code, address; identifying columns as delivered, one row per person, household and known wording."""
    rows = rows.unique(maintain_order=True)
    people = (
        rows.lazy()
        .select(
            "person_key",
            "household_key",
            texts.squeezed(pl.col("case_number")).alias("case_key"),
            names.folded(pl.col("name")).alias("name"),
            names.folded(pl.col("former_name")).alias("former_name"),
            "birth_date",
            "sex_code",
            address_key(pl.col("address")).alias("address_key"),
        )
        .sort(pl.all())
        .group_by("person_key", "household_key", maintain_order=True)
        .agg(
            pl.col("case_key").first(),
            pl.col("name").drop_nulls().first(),
            pl.concat([pl.col("name").drop_nulls().slice(1), pl.col("former_name").drop_nulls()])
            .unique(maintain_order=True)
            .alias("former_names"),
            *[pl.col(name).drop_nulls().first() for name in ("birth_date", "sex_code", "address_key")],
        )
    )
    return Subjects(people.collect().cast(PEOPLE), _ids(rows))  # type: ignore[arg-type]


def address_key(column: pl.Expr) -> pl.Expr:
    """Column of addresses → without blanks and signs, digits half-width: equal spellings only, no geography."""
    key = texts.squeezed(column).str.replace_all(r"[^0-9A-Z\p{Han}]", "")
    return pl.when(key.str.len_chars() >= 6).then(key)


def _ids(rows: pl.DataFrame) -> pl.DataFrame:
    cleaned = rows.lazy().select("person_key", "id_number", ids.cleaned(pl.col("id_number")).alias("clean"))
    state = ids.state(pl.col("id_number")).alias("id_state")
    known = cleaned.select("person_key", ids.upgraded(pl.col("clean")).alias("id_number"), state)
    useful = pl.col("id_state") != "missing"
    return known.filter(useful).unique().sort("person_key", "id_number").collect().cast(IDS)  # type: ignore[arg-type]
