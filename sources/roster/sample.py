"""Civil affairs writes its dibao ledger (低保台账): one xlsx per month, one row per member, `mz_roster_<as_of>.xlsx`.

One fact per member of a case as of `sheet.as_of`; the household's columns repeat on every member's row, as in the
ledger.

Facts: the common columns of `sources.writing.COMMON_FACTS` and:

* `case_number`: plain; the local 低保证号, same on all rows of a household
* `relation_code`: head spouse child parent grandchild other; exactly one head per case (its id and name go on every
  row)
* `person_class_code`: ordinary elder minor student severe_disability severe_illness
* `management_class_code`: A B C
* `hukou_type_code`: urban rural
* `region_code`: 12 digits
* `programme_code`: dibao
* `approved_date`
* `stop_date`: nullable
* `covered`
* `covered_person_count`
* `benefit_monthly_yuan`: of the household
* `grace_until_date`: nullable
* `account_number`: plain; the household's
"""

from __future__ import annotations

import polars as pl

from sources.writing import COMMON_FACTS, MONEY

FACTS: dict[str, pl.DataType] = COMMON_FACTS | {
    "case_number": pl.String(),
    "relation_code": pl.String(),
    "person_class_code": pl.String(),
    "management_class_code": pl.String(),
    "hukou_type_code": pl.String(),
    "region_code": pl.String(),
    "programme_code": pl.String(),
    "approved_date": pl.Date(),
    "stop_date": pl.Date(),
    "covered": pl.Boolean(),
    "covered_person_count": pl.Int32(),
    "benefit_monthly_yuan": MONEY,
    "grace_until_date": pl.Date(),
    "account_number": pl.String(),
}
