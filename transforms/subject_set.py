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


@dataclass(frozen=True, eq=False)
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
        hashes = [hashlib.sha256(text).digest() for text in whole["is"].cast(pl.Binary).to_list()]
        fingerprints = pl.Series("fingerprint", hashes, dtype=pl.Binary).bin.encode("hex")
        return whole.select("person_key", fingerprints)

    @property
    def person_count(self) -> int:
        """Distinct persons."""
        return self.people["person_key"].n_unique()

    def only(self, person_keys: pl.Series) -> Subjects:
        """The subjects with these keys; the same keys asked again in a row are the same subjects."""
        keys = frozenset(person_keys)
        if keys == self._known_keys:
            return self
        if keys not in self._chosen:
            among = pl.col("person_key").is_in(person_keys.implode())
            self._chosen.clear()
            self._chosen[keys] = Subjects(self.people.filter(among), self.ids.filter(among))
        return self._chosen[keys]

    @cached_property
    def _known_keys(self) -> frozenset[str]:
        return frozenset(self.people["person_key"])

    @cached_property
    def _chosen(self) -> dict[frozenset[str], Subjects]:
        return {}


WORDS = ("person_key", "household_key", "case_number", "id_number", "name", "former_name", "address")


def subjects_from(words: pl.DataFrame, earlier: pl.DataFrame | None = None) -> Subjects:
    """Subjects from delivered words: `WORDS`, then birth_date (Date) and sex_code; one row per person and household.

    `earlier` words of the same persons only add numbers and former names.
    """
    before = (earlier if earlier is not None else words.clear()).join(words, on="person_key", how="semi")
    people = words.lazy().select(
        "person_key",
        "household_key",
        texts.squeezed(pl.col("case_number")).alias("case_key"),
        names.folded(pl.col("name")).alias("name"),
        "birth_date",
        "sex_code",
        address_key(pl.col("address")).alias("address_key"),
    )
    homes = people.sort(pl.all()).group_by("person_key", "household_key", maintain_order=True)
    known = homes.agg(pl.exclude("person_key", "household_key").drop_nulls().first())
    whole = known.join(_former_names(words, before), on="person_key", how="left", maintain_order="left")
    formers = pl.col("former_names").list.set_difference(pl.concat_list("name")).list.sort()
    filled = whole.with_columns(formers.fill_null([]))
    return Subjects(filled.select(PEOPLE.keys()).cast(PEOPLE).collect(), _ids(pl.concat([words, before])))  # type: ignore[arg-type]


def _former_names(words: pl.DataFrame, before: pl.DataFrame) -> pl.LazyFrame:
    parts = [words.select("person_key", name=name) for name in ("name", "former_name")]
    parts += [before.select("person_key", name=name) for name in ("name", "former_name")]
    folded = pl.concat(parts).lazy().select("person_key", names.folded(pl.col("name")).alias("former_names"))
    return folded.drop_nulls().unique().group_by("person_key").agg("former_names")


def address_key(column: pl.Expr) -> pl.Expr:
    """Column of addresses → without blanks and signs, digits half-width: equal spellings only, no geography."""
    key = texts.squeezed(column).str.replace_all(r"[^0-9A-Z\p{Han}]", "")
    return pl.when(key.str.len_chars() >= 6).then(key)


def _ids(words: pl.DataFrame) -> pl.DataFrame:
    cleaned = words.lazy().select("person_key", "id_number", ids.cleaned(pl.col("id_number")).alias("clean"))
    state = ids.state(pl.col("id_number")).alias("id_state")
    known = cleaned.select("person_key", ids.upgraded(pl.col("clean")).alias("id_number"), state)
    useful = pl.col("id_state") != "missing"
    return known.filter(useful).unique().sort("person_key", "id_number").collect().cast(IDS)  # type: ignore[arg-type]
