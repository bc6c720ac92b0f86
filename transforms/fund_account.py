"""Table `fund_account`."""

from __future__ import annotations

import polars as pl

from transforms.declared import declared
from transforms.department_tables import FUND_ACCOUNT


def fund_account(rows: pl.LazyFrame) -> pl.LazyFrame:
    """Accounts of the housing fund; both sides' deposits may differ, so the total is never half the person's."""
    return declared(rows, FUND_ACCOUNT)
