"""Everything that is true in one world, before any office writes it down."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl


@dataclass(frozen=True)
class Lives:
    """Frames keyed by `person` (row in `people`) and `household`; the first `recipients` persons are the recipients.

    `people`: person, world_person_id, id_number, name, former_name, birth_date, sex_code, place, door, hukou_household.
    `communities`: place, region_code, address_begin. `households`: cases of `world.households.cases`, with
    may_case_number, may_region_code (what the ledger of May said; null when the same).
    `members`: person, household, relation_code, person_class_code, covered, not_counted_code and its day (listed on the
    case and no member of the unit, as the office noted), corrected (its number was wrong in May),
    ledger_damage (what a spreadsheet did to the number in the ledger, as a story tells; null when drawn).
    `mistaken_cremations`: person (who died), recorded_person (whose number stands on the record).
    """

    recipients: int
    people: pl.DataFrame
    communities: pl.DataFrame
    households: pl.DataFrame
    members: pl.DataFrame
    employers: pl.DataFrame
    jobs: pl.DataFrame
    pensions: pl.DataFrame
    vehicles: pl.DataFrame
    businesses: pl.DataFrame
    deaths: pl.DataFrame
    moves: pl.DataFrame
    unemployment: pl.DataFrame
    declarations: pl.DataFrame
    authorisations: pl.DataFrame
    mistaken_cremations: pl.DataFrame

    def named(self, persons: pl.DataFrame) -> pl.DataFrame:
        """The frame with the common columns of every fact: who the person is and where they live."""
        known = self.people.select(
            "person", "world_person_id", "id_number", "name", "former_name", "birth_date", "sex_code", "place", "door"
        )
        joined = persons.join(known, on="person", how="left", maintain_order="left")
        return (
            joined.join(
                self.communities.select("place", "address_begin"), on="place", how="left", maintain_order="left"
            )
            .with_columns(address=pl.col("address_begin") + pl.col("door").cast(pl.String) + "号")
            .drop("address_begin", "place", "door")
        )
