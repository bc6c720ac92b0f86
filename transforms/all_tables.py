"""Every transform by the table it makes."""

from __future__ import annotations

from collections.abc import Callable

import polars as pl

from transforms.annual_income import annual_income
from transforms.authorisation import authorisation
from transforms.case_file import case_file
from transforms.contribution import contribution
from transforms.cremation import cremation
from transforms.declared_item import declared_item
from transforms.fund_account import fund_account
from transforms.hukou_event import hukou_event
from transforms.hukou_person import hukou_person
from transforms.payment import payment
from transforms.pension_adjustment import pension_adjustment
from transforms.pension_payment import pension_payment
from transforms.roster_member import roster_member
from transforms.self_employed import self_employed
from transforms.unemployment_benefit import unemployment_benefit
from transforms.vehicle import vehicle
from transforms.withheld_income import withheld_income

Transform = Callable[[pl.LazyFrame], pl.LazyFrame]

TRANSFORMS: dict[str, Transform] = {
    transform.__name__: transform
    for transform in (
        roster_member,
        declared_item,
        authorisation,
        payment,
        case_file,
        hukou_person,
        hukou_event,
        cremation,
        contribution,
        pension_payment,
        pension_adjustment,
        unemployment_benefit,
        withheld_income,
        annual_income,
        self_employed,
        vehicle,
        fund_account,
    )
}
