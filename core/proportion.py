"""How sure a share is that was counted in a few cases."""

from __future__ import annotations

from math import sqrt

_Z = 1.959964
"""Of a 95 % interval."""


def wilson(right: int, of: int) -> tuple[float, float]:
    """Both ends of Wilson's 95 % interval for the share `right / of`; (0, 1), nothing known, where `of` is 0.

    Source: Wilson, E. B. (1927), Probable inference, the law of succession, and statistical inference.
    """
    if not of:
        return 0.0, 1.0
    share = right / of
    centre = share + _Z**2 / (2 * of)
    spread = _Z * sqrt(share * (1 - share) / of + _Z**2 / (4 * of**2))
    scale = 1 + _Z**2 / of
    return max(0.0, (centre - spread) / scale), min(1.0, (centre + spread) / scale)
