"""A small monthly feed of wages, as its room would write it."""

from __future__ import annotations

from sources.card import Card

CARD = Card.model_validate(
    {
        "source": "tax_withholding",
        "title": {"zh": "个人所得税扣缴明细", "en": "Withheld income tax"},
        "provider": {"zh": "市税务局", "en": "Municipal tax office"},
        "contact": {"zh": "征管科", "en": "Collection section"},
        "legal_basis": {"text": "《社会救助暂行办法》第五十八条", "rests_on": "consent"},
        "attesting_origin": "withholding_returns",
        "table": "withheld_income",
        "kind": "delta",
        "cadence": {"every": "month", "expected_by_day": 20, "max_age_days": 62},
        "file": {
            "pattern": r"sw_(?P<period>\d{6})\.csv",
            "format": "csv",
            "encoding": "utf-8",
            "as_of": "pattern",
        },
        "covers": [{"fact": "withheld_income", "period": "month", "lag_months": 1}],
        "natural_key": ["id_number", "income_month", "item_code"],
        "columns": {
            "证件号": {"name": "id_number", "type": "id_number", "sensitivity": "identity"},
            "姓名": {"name": "name", "type": "name", "sensitivity": "identity"},
            "所得月份": {"name": "income_month", "type": "month", "sensitivity": "none"},
            "项目": {"name": "item_code", "type": "code", "codes": "item", "sensitivity": "none"},
            "收入": {"name": "income_yuan", "type": "amount", "unit": "yuan", "sensitivity": "financial"},
            "税额": {
                "name": "tax_yuan",
                "type": "amount",
                "unit": "yuan",
                "sensitivity": "financial",
                "required": False,
            },
        },
        "code_tables": {"item": {"0101": "wage", "0400": "labour"}},
        "healthy": {"rows_min": 100, "unusable_id_share_max": 0.02, "structural_refusal_share_max": 0.001},
    }
)

CHECKS = [
    {
        "name": "income_is_not_negative",
        "predicate": "income_yuan < 0",
        "level": "record_value",
        "action": "refuse",
        "message": {"zh": "收入额为负", "en": "income below zero"},
        "who": "征管科",
    },
    {
        "name": "tax_below_income",
        "predicate": "tax_yuan > income_yuan",
        "level": "record_consistency",
        "action": "warn",
        "message": {"zh": "税额高于收入额", "en": "more tax than income"},
        "who": "征管科",
    },
]
