"""Who holds which vehicle on the register, whether it is really theirs, and whether it was declared."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from world.chance import Ints, Mask, days, some_of, stream, weighted
from world.numbers import plates, vins
from world.scales import Scale

_TODAY = days(date(2026, 6, 15))
_YEAR = 365


@dataclass(frozen=True)
class VehicleKind:
    """One kind of registration. `truth`: owned, sold, lent, scrapped. `years` is the age of first registration;
    `during_spell` puts it after approval; `overdue_years` puts the last inspection so far back."""

    circumstance: str
    count: int
    plate_class: str = "small"
    use: str = "private"
    letters: tuple[str, ...] = ("A", "A", "A", "G", "A")
    truth: str = "owned"
    years: tuple[float, float] = (6.0, 17.0)
    during_spell: bool = False
    overdue_years: tuple[float, float] | None = None
    declared: bool = False
    scrap_trail: bool = False


VEHICLE_KINDS: tuple[VehicleKind, ...] = (
    VehicleKind("undeclared_car", 400),
    VehicleKind("undeclared_car", 40, letters=("GQ", "Q"), overdue_years=(0.1, 1.2)),
    VehicleKind("undeclared_car", 18, plate_class="new_energy_small"),
    VehicleKind("car_sold_without_transfer", 65, truth="sold"),
    VehicleKind("car_sold_without_transfer", 10, truth="sold", letters=("GQ", "Q"), overdue_years=(0.1, 1.2)),
    VehicleKind("car_lent_name", 45, truth="lent"),
    VehicleKind(
        "car_informally_scrapped",
        40,
        truth="scrapped",
        letters=("Q", "GQ"),
        years=(18.0, 24.0),
        overdue_years=(4.0, 9.0),
    ),
    VehicleKind(
        "car_scrapped_with_trail",
        20,
        truth="scrapped",
        letters=("Q",),
        years=(15.0, 22.0),
        overdue_years=(0.5, 2.0),
        scrap_trail=True,
    ),
    VehicleKind("car_deregistered", 60, truth="scrapped", letters=("E", "EM", "M", "MP"), years=(14.0, 24.0)),
    VehicleKind("car_transferred_out", 40, truth="sold", letters=("B", "BG")),
    VehicleKind("declared_car", 300, declared=True),
    VehicleKind("new_car_during_spell", 70, during_spell=True),
    VehicleKind("new_car_during_spell", 15, plate_class="new_energy_small", during_spell=True),
    VehicleKind("declared_new_car_during_spell", 12, declared=True, during_spell=True),
    VehicleKind("taxi", 312, use="taxi", years=(1.0, 6.0)),
    VehicleKind("freight_vehicle", 45, plate_class="large", use="freight", years=(2.0, 10.0)),
    VehicleKind("ride_hailing_car", 38, use="ride_hailing", years=(1.0, 6.0)),
    VehicleKind("former_taxi", 25, use="ex_taxi", years=(7.0, 14.0)),
    VehicleKind("motorcycle", 900, plate_class="motorcycle"),
    VehicleKind("motorcycle", 80, plate_class="motorcycle", during_spell=True),
    VehicleKind("moped", 120, plate_class="moped"),
    VehicleKind("farm_transporter", 330, plate_class="farm_transporter", use="freight"),
    VehicleKind("adapted_car", 14, use="disabled_vehicle"),
)

_OTHERS = (
    VehicleKind("car", 0, years=(0.2, 16.0)),
    VehicleKind("car", 0, plate_class="new_energy_small", years=(0.1, 6.0)),
    VehicleKind("taxi", 0, use="taxi", years=(1.0, 6.0)),
    VehicleKind("freight_vehicle", 0, plate_class="large", use="freight"),
    VehicleKind("motorcycle", 0, plate_class="motorcycle"),
    VehicleKind(
        "car_deregistered",
        0,
        truth="scrapped",
        letters=("E", "M", "Q", "GQ"),
        years=(12.0, 22.0),
        overdue_years=(0.3, 6.0),
    ),
)


def recipients_vehicles(scale: Scale, seed: int, age_days: Ints, approved: Ints, free: Mask) -> pl.DataFrame:
    """Vehicles of recipients; `approved` is the day the household's spell began."""
    chance = stream(seed, "recipients' vehicles")
    able = free & (age_days > 22 * 365.25) & (age_days < 78 * 365.25)
    found = []
    for kind in VEHICLE_KINDS:
        fitting = able & (approved < _TODAY - 420) if kind.during_spell else able
        chosen = some_of(chance, fitting, scale.count(kind.count))
        able[chosen] = False
        found.append(vehicles_of_kind(chance, kind, chosen, approved[chosen]))
    return pl.concat(found)


def others_vehicles(seed: int, age_days: Ints, first_person: int) -> pl.DataFrame:
    """Vehicles of residents who are no recipients."""
    chance = stream(seed, "others' vehicles")
    able = (age_days > 20 * 365.25) & (age_days < 75 * 365.25)
    kind = np.where(able, weighted(chance, (0.22, 0.03, 0.006, 0.01, 0.05, 0.02, 0.664), len(age_days)), 6)
    found = []
    for place, each in enumerate(_OTHERS):
        persons = np.flatnonzero(kind == place)
        found.append(vehicles_of_kind(chance, each, persons, np.zeros(len(persons), dtype=np.int64)))
    return pl.concat(found).with_columns(pl.col("person") + first_person)


def vehicles_of_kind(chance: np.random.Generator, kind: VehicleKind, persons: Ints, approved: Ints) -> pl.DataFrame:
    """One vehicle per person, with the days on its record; plates and VINs come with `with_plates`."""
    count = len(persons)
    first = _TODAY - ((kind.years[0] + (kind.years[1] - kind.years[0]) * chance.random(count)) * _YEAR).astype(np.int64)
    if kind.during_spell:
        first = approved + 30 + (chance.random(count) * np.maximum(_TODAY - 80 - approved - 30, 1)).astype(np.int64)
    else:
        first = np.where(approved > 0, np.minimum(first, approved - 30), first)
    inspection = _TODAY + chance.integers(20, 600, count)
    if kind.overdue_years is not None:
        low, high = kind.overdue_years
        inspection = _TODAY - ((low + (high - low) * chance.random(count)) * _YEAR).astype(np.int64)
    issued = np.minimum(first + chance.integers(0, 900, count), _TODAY - 20)
    gone = {"owned": None, "sold": 700, "lent": 0, "scrapped": 1500}[kind.truth]
    return pl.DataFrame(
        {
            "person": persons.astype(np.uint32),
            "status_letters": pl.Series(list(kind.letters)).gather(chance.integers(0, len(kind.letters), count)),
            "first_registered_date": first.astype("datetime64[D]"),
            "issued_date": issued.astype("datetime64[D]"),
            "inspection_valid_to_date": inspection.astype("datetime64[D]"),
            "scrap_by_date": (first + 15 * _YEAR).astype("datetime64[D]")
            if kind.use in ("taxi", "freight")
            else pl.Series([None] * count, dtype=pl.Date),
            "price_yuan": pl.Series(
                np.where(chance.random(count) < 0.15, chance.integers(30, 1600, count) * 100.0, np.nan)
            ).fill_nan(None),
        }
    ).with_columns(
        circumstance=pl.lit(kind.circumstance),
        plate_class_code=pl.lit(kind.plate_class),
        use_code=pl.lit(kind.use),
        scrap_trail=pl.lit(kind.scrap_trail),
        declared=pl.lit(kind.declared),
        truth=pl.lit(kind.truth),
        owned_until=pl.lit(None, dtype=pl.Date)
        if gone is None
        else (pl.col("first_registered_date") + pl.duration(days=gone)).cast(pl.Date),
    )


def with_plates(vehicles: pl.DataFrame, seed: int) -> pl.DataFrame:
    """Every vehicle gets its own plate and VIN, in an order that says nothing."""
    count = len(vehicles)
    mixed = stream(seed, "plate order").permutation(count)
    energy = vehicles["plate_class_code"].str.starts_with("new_energy").to_numpy()
    plate = plates(seed, count, energy[np.argsort(mixed)]).gather(mixed)
    return vehicles.with_columns(plate_number=plate, vehicle_vin=vins(seed, count).gather(mixed))
