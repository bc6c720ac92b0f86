"""The tables of the other departments, declared: what their records say of a person."""

from __future__ import annotations

from transforms.schema import BOOLEAN, INTEGER, Column, Table, code, day, month, share, text, token, yuan

_EMPLOYER = (
    token("employer_token", "keyed hash of the employer's code"),
    text("employer_name", "the employer's name as registered"),
)
_INCOME_ITEMS = "wage labour author royalty business interest lease transfer contingent"

_HUKOU_REASONS = "death move_in move_out enlisted arrested emigrated hk_macau split renamed id_corrected birth other"
HUKOU_PERSON = Table(
    "hukou_person",
    "户籍人口",
    "a person in the hukou register",
    (
        code("status_code", "state of the registration", "valid cancelled locked permit moved_out dead"),
        code("change_reason_code", "why it changed last; a cancellation is not a death", _HUKOU_REASONS),
        day("change_date", "day of the last change"),
        token("hukou_household_token", "keyed hash of the hukou household number (户号)"),
        text("region_code", "12 digits of the place of registration"),
    ),
)
HUKOU_EVENT = Table(
    "hukou_event",
    "户籍变动",
    "a change in the hukou register",
    (
        code("event_code", "what happened", _HUKOU_REASONS),
        day("event_date", "day it happened"),
        day("registered_date", "day it was registered"),
        text("to_region_code", "12 digits of where the person went"),
    ),
)
CREMATION = Table(
    "cremation",
    "火化记录",
    "a cremation",
    (
        day("death_date", "day of death"),
        day("cremation_date", "day of cremation"),
        token("certificate_token", "keyed hash of the certificate number"),
    ),
)
CONTRIBUTION = Table(
    "contribution",
    "社会保险缴费",
    "a month's contribution to one insurance",
    (
        code(
            "insurance_code",
            "insurance (AAE140)",
            "employee_pension institution_pension resident_pension unemployment employee_medical",
        ),
        code("payer_code", "who pays; only an employer's payment speaks of a job", "employer flexible subsidised"),
        month("settlement_month", "month it was settled (AAE002)"),
        month("belonging_month", "month it belongs to (AAE003)"),
        code("pay_kind_code", "kind of payment (AAA115)", "normal back_pay advance"),
        code("state_code", "state of the insurance (AAC031)", "paying paused ended"),
        Column("paid", BOOLEAN, "whether the money arrived; unpaid rows exist"),
        yuan("wage_monthly_yuan", "contribution wage (AAC040)", "month"),
        yuan("base_monthly_yuan", "contribution base, clamped to floor and ceiling (AAE180)", "month"),
        *_EMPLOYER,
    ),
)
PENSION_PAYMENT = Table(
    "pension_payment",
    "养老金发放",
    "an item of a pension paid",
    (
        code("pension_kind_code", "kind of pension", "employee institution resident survivor"),
        month("settlement_month", "month it was paid (AAE208)"),
        month("belonging_month", "month it belongs to (AAE002)"),
        code("item_code", "kind of item; only `standard` is the pension", "standard back_pay one_off deduction"),
        yuan("amount_yuan", "amount of the item", "once"),
        yuan("standard_monthly_yuan", "monthly standard", "month"),
        code("state_code", "state (AAE116)", "in_pay suspended ended"),
    ),
)
PENSION_ADJUSTMENT = Table(
    "pension_adjustment",
    "养老金调整",
    "a rise of a pension",
    (
        month("adjusted_month", "month the rise was settled"),
        yuan("before_monthly_yuan", "standard before (BIC233)", "month"),
        yuan("rise_monthly_yuan", "rise (BIC239)", "month"),
        yuan("after_monthly_yuan", "standard after (BIC234)", "month"),
        Column("back_paid_months", INTEGER, "months paid back (AAC125)", unit="months"),
        yuan("back_paid_yuan", "amount paid back once (BIC235)", "once"),
    ),
)
UNEMPLOYMENT_BENEFIT = Table(
    "unemployment_benefit",
    "失业保险金",
    "a month's unemployment benefit",
    (
        month("paid_month", "month it was paid for"),
        yuan("amount_monthly_yuan", "benefit", "month"),
        month("start_month", "first month of the entitlement"),
        month("end_month", "last month of the entitlement"),
    ),
)
WITHHELD_INCOME = Table(
    "withheld_income",
    "个人所得税扣缴",
    "a month's income of one item from one payer",
    (
        month("income_month", "month of the income"),
        code("item_code", "item (个人所得税法 art. 2)", _INCOME_ITEMS),
        yuan("income_yuan", "income before deductions (收入额)", "month"),
        yuan("tax_yuan", "tax withheld; zero is common", "month"),
        token("payer_token", "keyed hash of the payer's code"),
        text("payer_name", "the payer's name as registered"),
    ),
)
ANNUAL_INCOME = Table(
    "annual_income",
    "个人所得年度汇总",
    "a year's income of one item; it may ask a question and may carry no amount",
    (
        Column("income_year", INTEGER, "calendar year", unit="year"),
        code("item_code", "item (个人所得税法 art. 2)", _INCOME_ITEMS),
        yuan("income_annual_yuan", "income of the year", "year"),
        token("payer_token", "keyed hash of the payer's code"),
    ),
)
SELF_EMPLOYED = Table(
    "self_employed",
    "个体工商户申报",
    "a period's declared business income",
    (
        day("registered_date", "day of registration"),
        code("state_code", "state of the business", "open closed revoked dormant"),
        code("period_code", "what the income covers", "quarter year"),
        month("from_month", "first month of the period"),
        month("to_month", "last month of the period"),
        Column("assessed", BOOLEAN, "income set by the bureau (核定), not declared"),
        yuan("income_period_yuan", "income of the period", "period"),
        token("business_token", "keyed hash of the business's code"),
    ),
)
VEHICLE = Table(
    "vehicle",
    "机动车登记",
    "a vehicle registered to a person",
    (
        code(
            "plate_class_code",
            "class of plate",
            "large small motorcycle moped farm_transporter tractor trailer trainer temporary "
            "new_energy_small new_energy_large",
        ),
        code(
            "use_code",
            "use",
            "private taxi passenger freight rental ex_commercial ex_taxi trainer_car ride_hailing ex_ride_hailing "
            "disabled_vehicle other",
        ),
        text("status_letters", "the set of states as sorted upper-case letters"),
        day("first_registered_date", "first registration"),
        day("issued_date", "issue of the licence"),
        day("inspection_valid_to_date", "inspection valid to"),
        day("scrap_by_date", "to be scrapped by"),
        token("plate_token", "keyed hash of the plate"),
        token("vehicle_token", "keyed hash of the vehicle number"),
        yuan("price_yuan", "invoice or taxable price; rarely there", "once"),
        Column("scrap_trail", BOOLEAN, "a recycler's certificate or informal scrap note is on the record"),
    ),
)
FUND_ACCOUNT = Table(
    "fund_account",
    "住房公积金账户",
    "an account of the housing fund",
    (
        code("account_state_code", "state of the account", "normal sealed closed"),
        month("opened_month", "opened"),
        month("paid_through_month", "paid through"),
        yuan("base_monthly_yuan", "base: last year's average wage", "month"),
        share("person_rate", "rate of the person"),
        share("unit_rate", "rate of the employer"),
        yuan("person_deposit_monthly_yuan", "deposit of the person", "month"),
        yuan("total_deposit_monthly_yuan", "deposit of both", "month"),
        *_EMPLOYER,
    ),
)
