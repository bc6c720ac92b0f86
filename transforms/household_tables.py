"""The tables of civil affairs' own books, declared: who is on the roster, what they declared, signed and were paid."""

from __future__ import annotations

from transforms.schema import BOOLEAN, INTEGER, Column, Table, code, day, month, text, token, yuan

_HOUSEHOLD = text("household_key", "the household, by its case number where the row names one")
ROSTER_MEMBER = Table(
    "roster_member",
    "低保台账成员",
    "a member on a case of the roster",
    (
        _HOUSEHOLD,
        code("relation_code", "relation to the head (GB/T 4761)", "head spouse child parent grandchild other"),
        code(
            "person_class_code",
            "class of person",
            "ordinary elder minor student severe_disability severe_illness",
        ),
        code("management_class_code", "management class, decides the review cadence", "A B C"),
        code("hukou_type_code", "urban or rural registration", "urban rural"),
        text("region_code", "12 digits: GB/T 2260, subdistrict, community"),
        code("programme_code", "programme", "dibao"),
        day("approved_date", "day the benefit was approved"),
        day("stop_date", "day the benefit was stopped; null while it runs"),
        Column("covered", BOOLEAN, "whether the member counts for the benefit"),
        code(
            "not_counted_code",
            "why a listed person is no member of the assistance unit; null for members",
            "prison detox conscript clergy missing",
        ),
        day("not_counted_since_date", "since when the person is no member of the unit"),
        Column("covered_person_count", INTEGER, "members who count", unit="persons"),
        yuan("benefit_monthly_yuan", "benefit of the whole household", "month"),
        day("grace_until_date", "end of the gradual exit (渐退期)"),
        token("account_token", "keyed hash of the payment account"),
        code("roster_id_state", "what the roster's own id number is worth", "valid upgraded damaged missing"),
        day("birth_date", "birth date; from the id number where the roster gives none"),
        code("sex_code", "GB/T 2261.1", "1 2"),
    ),
)
DECLARED_ITEM = Table(
    "declared_item",
    "申报收入财产",
    "an income or property item a member declared",
    (
        _HOUSEHOLD,
        code(
            "item_code",
            "kind of item",
            "wage pension resident_pension business support unemployment_benefit severance vehicle other",
        ),
        yuan("amount_monthly_yuan", "declared per month", "month"),
        yuan("amount_annual_yuan", "declared per year", "year"),
        yuan("amount_once_yuan", "a lump sum; its months are those on which it was calculated", "once"),
        day("declared_date", "day of declaration"),
        month("from_month", "first month it holds for"),
        month("to_month", "last month it holds for; null while it runs"),
        token("plate_token", "keyed hash of a declared vehicle's plate"),
    ),
)
AUTHORISATION = Table(
    "authorisation",
    "核对授权",
    "an authorisation a person (or for them, a guardian) signed",
    (
        text("scope_code", "`all`, or the source it is for"),
        day("signed_date", "day of signature"),
        day("valid_from_date", "first day it holds"),
        day("valid_to_date", "last day it holds; null without end"),
        code("signer_code", "who signed", "self guardian mandate"),
    ),
)
PAYMENT = Table(
    "payment",
    "低保金发放",
    "a payment to a household",
    (
        _HOUSEHOLD,
        month("payment_month", "month the payment is for"),
        yuan("amount_yuan", "amount paid", "month"),
        day("paid_date", "day it was booked"),
        code("state_code", "what became of it", "paid returned collected"),
        token("account_token", "keyed hash of the account paid to"),
        token("holder_token", "keyed hash of the account holder's folded name"),
    ),
)
CASE_FILE = Table(
    "case_file",
    "低保档案",
    "the dates of a case's papers",
    (
        _HOUSEHOLD,
        day("approved_date", "approval"),
        day("last_review_date", "last review"),
        day("authorisation_date", "authorisation on file"),
        day("check_report_date", "report of the verification centre"),
        day("home_visit_date", "home visit"),
        day("posting_date", "public posting (公示)"),
    ),
)
