"""An installation for measuring: another's published runs by link, and its ledger row by row in another database."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, func, select, text

from core.settings import Settings
from ledger import bulk
from ledger.run import Ledger, open_ledger
from ledger.table_parts import metadata

LINKED = ("runs", "extracts", "policy")
COPIED = ("keys", "audit")
_TOGETHER = 20_000


def home_beside(home: Path, beside: Path) -> Path:
    """A home with the same runs and keys, in which the ledger may change without the first one's."""
    for name in LINKED:
        if (home / name).exists():
            shutil.copytree(home / name, beside / name, copy_function=os.link)
    for name in COPIED:
        if (home / name).exists():
            shutil.copytree(home / name, beside / name)
    return beside


def ledger_moved(whole: Ledger, settings: Settings) -> Ledger:
    """The ledger of these settings (an empty PostgreSQL database) with every row of `whole`.

    Its triggers sleep meanwhile: what they would refuse or append has been refused and appended before.
    """
    there = open_ledger(settings)
    with whole.read() as source, there.engine.begin() as target:
        target.execute(text("set session_replication_role = replica"))
        for table in metadata.sorted_tables:
            target.execute(table.delete())
            _copy(source, target, table)
            _count_on(target, table)
    return there


def _copy(source: Connection, target: Connection, table: Table) -> None:
    names = [column.key for column in table.columns]
    kinds = [column.type for column in table.columns]
    bound = [kind.dialect_impl(target.dialect).bind_processor(target.dialect) for kind in kinds]
    rows = source.execution_options(yield_per=_TOGETHER).execute(select(*table.columns))
    for some in rows.partitions(_TOGETHER):
        bulk.insert(
            target, table, names, [[_sent(how, one) for how, one in zip(bound, row, strict=True)] for row in some]
        )


def _sent(how: Any, value: Any) -> Any:
    return value if how is None or value is None else how(value)


def _count_on(target: Connection, table: Table) -> None:
    """Numbers that the database gives go on after the highest there is."""
    for column in table.primary_key.columns:
        if column.autoincrement is True:
            highest = target.execute(select(func.max(column))).scalar() or 0
            named = func.pg_get_serial_sequence(table.name, column.name)
            target.execute(select(func.setval(named, highest + 1, False)))
