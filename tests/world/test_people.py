from __future__ import annotations

from datetime import date

import numpy as np
import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from core import identity_number
from world.chance import days, some_of, stream, weighted
from world.lives.drawn import drawn_lives
from world.numbers import credit_codes, identity_numbers, plates
from world.population import ages_in_days, birth_days
from world.scales import Scale

VILLAGE = Scale("district", 6_000, 300, 801, 0.01, ("210106",))


@given(st.integers(0, 2**32 - 1))
def test_every_identity_number_is_valid_and_says_when_and_as_what_one_was_born(seed: int) -> None:
    chance = stream(seed, "test")
    birth, women = birth_days(ages_in_days(chance, 50)), chance.random(50) < 0.5
    numbers = identity_numbers(seed, ("210106",), birth, women).to_frame("id").with_columns(
        born=pl.Series(birth.astype("datetime64[D]")), woman=pl.Series(women)
    )  # fmt: skip
    right = numbers.select(
        identity_number.valid(pl.col("id"))
        & (identity_number.birth_date(pl.col("id")) == pl.col("born"))
        & ((identity_number.sex_code(pl.col("id")) == "2") == pl.col("woman"))
    )
    assert right.to_series().all()


def test_people_born_on_one_day_in_one_place_have_different_numbers() -> None:
    birth = np.full(900, days(date(1970, 5, 1)), dtype=np.int64)
    numbers = identity_numbers(3, ("210106",), birth, np.arange(900) % 2 == 0)
    assert numbers.n_unique() == 900


def test_credit_codes_carry_their_check_character() -> None:
    alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
    for code in credit_codes(1, "test", 40, lead="91"):
        assert sum(alphabet.index(one) * 3**place for place, one in enumerate(code[:17])) % 31 + alphabet.index(
            code[17]
        ) in (0, 31)


def test_no_two_vehicles_share_a_plate() -> None:
    assert plates(5, 20_000, np.zeros(20_000, dtype=np.bool_)).n_unique() == 20_000


@given(st.integers(0, 2**32 - 1), st.integers(0, 40))
def test_some_of_chooses_only_whom_it_may_and_nobody_twice(seed: int, count: int) -> None:
    allowed = np.arange(60) % 3 == 0
    chosen = some_of(stream(seed, "test"), allowed, count)
    assert len(set(chosen.tolist())) == len(chosen) == min(count, 20)
    assert all(place % 3 == 0 for place in chosen)


def test_weighted_draws_follow_their_weights() -> None:
    drawn = weighted(stream(1, "test"), (0.0, 3.0, 1.0), 40_000)
    assert set(np.unique(drawn)) == {1, 2}
    assert 0.73 < float((drawn == 1).mean()) < 0.77


def test_a_drawn_world_has_exactly_the_households_and_persons_of_its_scale() -> None:
    lives = drawn_lives(VILLAGE, 1)
    assert (len(lives.people), len(lives.households), lives.recipients) == (6_000, 300, 801)
    assert lives.members["person"].n_unique() == 801


def test_recipients_stand_at_no_special_place() -> None:
    people = drawn_lives(VILLAGE, 1).people.with_columns(recipient=pl.col("person") < 801)
    labels = people.sort("world_person_id")["recipient"].to_numpy()
    halves = labels[:3000].sum(), labels[3000:].sum()
    assert abs(int(halves[0]) - int(halves[1])) < 120


def test_innocent_and_other_jobs_are_paid_by_the_same_employers_at_the_same_wages() -> None:
    lives = drawn_lives(Scale("district", 40_000, 4_000, 10_680, 0.2, ("210106",)), 1)
    jobs = lives.jobs.filter(pl.col("person") < lives.recipients)
    stolen = jobs.filter(pl.col("circumstance") == "identity_stolen_in_wage_reporting")
    real = jobs.filter((pl.col("circumstance") == "undeclared_job") & pl.col("insurance_code").is_null())
    assert stolen["tax_item_code"].unique().to_list() == real["tax_item_code"].unique().to_list()
    means = [float(str(frame["wage_yuan"].mean())) for frame in (stolen, real)]
    assert abs(means[0] - means[1]) < 700
    assert (
        lives.employers.filter(pl.col("employer").is_in(stolen["employer"].implode()))["employer_uscc"]
        .str.starts_with("91")
        .all()
    )
