"""Civil affairs writes the dates of each case's papers: one UTF-8 csv per month, `mz_case_file_<as_of>.csv`.

One fact per case as of `sheet.as_of`; id_number, name … are the head's.

Facts: the common columns of `sources.writing.COMMON_FACTS` and:

* `case_number`: plain
* `approved_date`
* `last_review_date`: nullable
* `authorisation_date`: nullable
* `check_report_date`: nullable
* `home_visit_date`: nullable
* `posting_date`: nullable
"""

from __future__ import annotations

import polars as pl

from sources.writing import COMMON_FACTS

FACTS: dict[str, pl.DataType] = COMMON_FACTS | {
    "case_number": pl.String(),
    "approved_date": pl.Date(),
    "last_review_date": pl.Date(),
    "authorisation_date": pl.Date(),
    "check_report_date": pl.Date(),
    "home_visit_date": pl.Date(),
    "posting_date": pl.Date(),
}
