"""The traffic police write the registered vehicles: one GB18030 csv per month, `jg_vehicle_<as_of>.csv`.

One fact per vehicle as of `sheet.as_of`; id_number, name … are the registered owner's.

Facts: the common columns of `sources.writing.COMMON_FACTS` and:

* `plate_class_code`: large small motorcycle moped farm_transporter tractor trailer trainer temporary new_energy_small
  new_energy_large
* `use_code`: private taxi passenger freight rental ex_commercial ex_taxi trainer_car ride_hailing ex_ride_hailing
  disabled_vehicle other
* `status_letters`: sorted, upper case, e.g. A, GQ
* `first_registered_date`
* `issued_date`
* `inspection_valid_to_date`: nullable
* `scrap_by_date`: nullable
* `plate_number`: plain
* `vehicle_vin`: plain, 17 characters
* `price_yuan`: nullable
* `scrap_trail`: a recycler's certificate or informal scrap note is on the record
"""

from __future__ import annotations

import polars as pl

from sources.writing import COMMON_FACTS, MONEY

FACTS: dict[str, pl.DataType] = COMMON_FACTS | {
    "plate_class_code": pl.String(),
    "use_code": pl.String(),
    "status_letters": pl.String(),
    "first_registered_date": pl.Date(),
    "issued_date": pl.Date(),
    "inspection_valid_to_date": pl.Date(),
    "scrap_by_date": pl.Date(),
    "plate_number": pl.String(),
    "vehicle_vin": pl.String(),
    "price_yuan": MONEY,
    "scrap_trail": pl.Boolean(),
}
