"""Chance by name: every topic draws from its own stream, so that adding one topic moves no other."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from datetime import date

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
_EPOCH = date(1970, 1, 1)


def stream(seed: int, topic: str) -> np.random.Generator:
    """The generator of one topic; the same seed and topic give the same draws on every machine."""
    return np.random.Generator(np.random.PCG64(np.random.SeedSequence([seed, zlib.crc32(topic.encode())])))


def weighted(chance: np.random.Generator, weights: Sequence[float], size: int) -> Ints:
    """Positions 0 … len(weights)-1 drawn with the given weights."""
    edges = np.cumsum(np.asarray(weights, dtype=np.float64))
    return np.searchsorted(edges / edges[-1], chance.random(size), side="right").astype(np.int64)


def some_of(chance: np.random.Generator, allowed: Mask, count: int) -> Ints:
    """`count` positions, ascending, where `allowed` holds, without repetition (fewer when there are fewer)."""
    places = np.flatnonzero(allowed)
    return np.sort(chance.choice(places, size=min(count, len(places)), replace=False)).astype(np.int64)


def days(day: date) -> int:
    """Days since 1970-01-01: how dates are counted inside draws."""
    return (day - _EPOCH).days
