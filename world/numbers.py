"""Invented numbers that are well-formed: identity numbers (GB 11643), credit codes (GB 32100), plates, accounts."""

from __future__ import annotations

import numpy as np
import polars as pl

from core.identity_number import CHECK_CHARACTERS, WEIGHTS
from world.chance import Ints, Mask, stream, weighted

_ELSEWHERE = (
    "210102 210103 210104 210105 210111 210181 210211 210381 210411 210623 220102 230103 130102 370102 510322 654001"
)
_ABOLISHED = "210112 211221 210119 210120 152101 510225 512301 422128"
_USCC = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_PLATE = "ABCDEFGHJKLMNPQRSTUVWXYZ0123456789"
_VIN = "ABCDEFGHJKLMNPRSTUVWXYZ0123456789"


def identity_numbers(seed: int, home: tuple[str, ...], birth: Ints, women: Mask) -> pl.Series:
    """18-character numbers, all different: home county for most, elsewhere or an abolished code for others.

    `birth` counts days since 1970-01-01; an odd sequence number is a man's, an even one a woman's.
    """
    chance = stream(seed, "identity numbers")
    size = len(birth)
    regions = [*home, *_ELSEWHERE.split(), *_ABOLISHED.split()]
    shares = [0.68 / len(home)] * len(home) + [0.26 / 16] * 16 + [0.06 / 8] * 8
    drawn = pl.DataFrame({"region": weighted(chance, shares, size), "birth": birth, "women": women})
    rank = pl.int_range(pl.len()).over("region", "birth", "women")
    start = (pl.col("region") * 37 + pl.col("birth") * 11) % 499 + 1
    sequence = drawn.select(((rank * 7 + start) % 500) * 2 + 1 - pl.col("women").cast(pl.Int64)).to_series().to_numpy()
    days = birth.astype("datetime64[D]")
    years = days.astype("datetime64[Y]").astype(np.int64) + 1970
    months = days.astype("datetime64[M]").astype(np.int64) % 12 + 1
    day = (days - days.astype("datetime64[M]")).astype(np.int64) + 1
    codes = np.array([int(code) for code in regions], dtype=np.int64)[drawn["region"].to_numpy()]
    body = codes * 10**11 + (years * 10000 + months * 100 + day) * 1000 + sequence
    return pl.Series(body).cast(pl.String) + pl.Series(list(CHECK_CHARACTERS)).gather(_check_positions(body))


def _check_positions(body: Ints) -> Ints:
    total = np.zeros(len(body), dtype=np.int64)
    for place, weight in enumerate(WEIGHTS):
        total += body // 10 ** (16 - place) % 10 * weight
    return total % 11


def credit_codes(seed: int, topic: str, count: int, *, lead: str) -> list[str]:
    """Unified social credit codes (GB 32100), weights 3ⁱ mod 31; `lead` is authority and kind: 91 company, 92 shop."""
    chance = stream(seed, f"credit codes {topic}")
    bodies = chance.choice(10**8, size=count, replace=False)
    endings = chance.integers(0, len(_USCC), count)
    found = []
    for body, ending in zip(bodies, endings, strict=True):
        text = f"{lead}210100{body:08d}{_USCC[ending]}"
        total = sum(_USCC.index(character) * pow(3, place, 31) for place, character in enumerate(text))
        found.append(text + _USCC[(31 - total % 31) % 31])
    return found


def plates(seed: int, count: int, new_energy: Mask) -> pl.Series:
    """Different plates of the province: letter and five places, or six for new energy (domain: GA 36)."""
    chance = stream(seed, "plates")
    distinct = _distinct(chance, 34**5, count)
    text = _digits(distinct, _PLATE, 5)
    city = pl.Series(list("AAAAAABCDEFGHJ")).gather(chance.integers(0, 14, count))
    energy = pl.Series(["D", "F"]).gather(chance.integers(0, 2, count))
    return pl.select(
        pl.lit("辽") + city + pl.when(pl.Series(new_energy)).then(energy).otherwise(pl.lit("")) + text
    ).to_series()


def vins(seed: int, count: int) -> pl.Series:
    """Different 17-character vehicle identification numbers."""
    chance = stream(seed, "vins")
    return (
        pl.Series(["LSV", "LFV", "LGX", "LZW"]).gather(chance.integers(0, 4, count))
        + _digits(_distinct(chance, 33**8, count), _VIN, 8)
        + pl.Series(chance.integers(100000, 999999, count)).cast(pl.String)
    )


def account_numbers(seed: int, count: int) -> pl.Series:
    """Different 19-digit bank account numbers."""
    chance = stream(seed, "accounts")
    return "622848" + pl.Series(_distinct(chance, 10**13, count)).cast(pl.String).str.zfill(13)


def _distinct(chance: np.random.Generator, below: int, count: int) -> Ints:
    step = int(chance.integers(10**6, below - 1)) | 1
    while np.gcd(step, below) != 1:
        step += 2
    start = int(chance.integers(0, below))
    return np.array([(start + step * place) % below for place in range(count)], dtype=np.int64)


def _digits(values: Ints, alphabet: str, places: int) -> pl.Series:
    letters = pl.Series(list(alphabet))
    base = len(alphabet)
    text = letters.gather(values % base)
    for place in range(1, places):
        text = letters.gather(values // base**place % base) + text
    return text
