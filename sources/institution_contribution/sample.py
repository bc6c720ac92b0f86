"""The institution pension office writes its contributions: one xlsx per settlement month,
`jg_institution_contribution_<YYYYMM of period>.xlsx`.

One fact per person and month of belonging settled in `sheet.period`; insurance_code is institution_pension,
payer_code employer.

Facts: the common columns of `sources.writing.COMMON_FACTS` and:

* `insurance_code`: employee_pension institution_pension resident_pension unemployment employee_medical
* `payer_code`: employer flexible subsidised
* `settlement_month`: first of month
* `belonging_month`: first of month
* `pay_kind_code`: normal back_pay advance
* `state_code`: paying paused ended
* `paid`
* `wage_monthly_yuan`: nullable (AAC040)
* `base_monthly_yuan`: AAE180
* `employer_name`: plain, null for flexible and subsidised
* `employer_uscc`: plain, null likewise
"""

from __future__ import annotations

import polars as pl

from sources.writing import COMMON_FACTS, MONEY

FACTS: dict[str, pl.DataType] = COMMON_FACTS | {
    "insurance_code": pl.String(),
    "payer_code": pl.String(),
    "settlement_month": pl.Date(),
    "belonging_month": pl.Date(),
    "pay_kind_code": pl.String(),
    "state_code": pl.String(),
    "paid": pl.Boolean(),
    "wage_monthly_yuan": MONEY,
    "base_monthly_yuan": MONEY,
    "employer_name": pl.String(),
    "employer_uscc": pl.String(),
}
