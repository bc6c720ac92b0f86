"""The households' ciphers of this process: opened once, and anew as soon as any key was erased."""

from __future__ import annotations

from collections.abc import Iterable

from ledger import keys
from ledger.run import Ledger
from transforms.sealed import Sealer

_OPEN: dict[object, dict[str, Sealer]] = {}
"""By ledger and its erasures. In memory only; an erasure drops them all."""


def sealers(ledger: Ledger, households: Iterable[str]) -> dict[str, Sealer]:
    """A cipher for each of the households; keys are made where there are none.

    Raises:
        OperatorError: the key of one of them was erased.
    """
    standing = ledger.settings.home, str(ledger.engine.url), keys.erasures(ledger)
    if standing not in _OPEN:
        _OPEN.clear()
        _OPEN[standing] = {}
    known = _OPEN[standing]
    wanted = set(households)
    opened = keys.create_many(ledger, [f"household:{key}" for key in wanted - known.keys()])
    for name, key in opened.items():
        household = name.removeprefix("household:")
        known[household] = Sealer(household, key)
    return {key: known[key] for key in wanted}
