"""Every table of the extracts by name. docs/tables.md is written from here."""

from __future__ import annotations

from transforms.department_tables import (
    ANNUAL_INCOME,
    CONTRIBUTION,
    CREMATION,
    FUND_ACCOUNT,
    HUKOU_EVENT,
    HUKOU_PERSON,
    PENSION_ADJUSTMENT,
    PENSION_PAYMENT,
    SELF_EMPLOYED,
    UNEMPLOYMENT_BENEFIT,
    VEHICLE,
    WITHHELD_INCOME,
)
from transforms.household_tables import AUTHORISATION, CASE_FILE, DECLARED_ITEM, PAYMENT, ROSTER_MEMBER

TABLES = {
    table.name: table
    for table in (
        ROSTER_MEMBER,
        DECLARED_ITEM,
        AUTHORISATION,
        PAYMENT,
        CASE_FILE,
        HUKOU_PERSON,
        HUKOU_EVENT,
        CREMATION,
        CONTRIBUTION,
        PENSION_PAYMENT,
        PENSION_ADJUSTMENT,
        UNEMPLOYMENT_BENEFIT,
        WITHHELD_INCOME,
        ANNUAL_INCOME,
        SELF_EMPLOYED,
        VEHICLE,
        FUND_ACCOUNT,
    )
}
"""Table name → its declaration, in the order of docs/tables.md."""
