"""Invented employers: companies of all trades, and public institutions with established posts."""

from __future__ import annotations

import numpy as np
import polars as pl

from world.chance import stream
from world.numbers import credit_codes

_FIRST = [
    "鑫",
    "恒",
    "瑞",
    "宏",
    "诚",
    "盛",
    "华",
    "泰",
    "兴",
    "佳",
    "正",
    "信",
    "源",
    "丰",
    "润",
    "通",
    "达",
    "利",
    "顺",
    "安",
]
_SECOND = [
    "达",
    "利",
    "源",
    "泰",
    "隆",
    "和",
    "远",
    "宇",
    "翔",
    "茂",
    "晟",
    "腾",
    "博",
    "捷",
    "旺",
    "洁",
    "康",
    "辉",
    "联",
    "海",
]
_TRADES = [
    "商贸有限公司",
    "劳务派遣有限公司",
    "物业管理有限公司",
    "餐饮管理有限公司",
    "机械制造有限公司",
    "建筑工程有限公司",
    "保洁服务有限公司",
    "保安服务有限公司",
    "物流有限公司",
    "食品有限公司",
    "家政服务有限公司",
    "超市连锁有限公司",
    "服装有限公司",
    "汽车修理厂",
    "印刷有限公司",
]
_INSTITUTIONS = [
    "第一小学",
    "第二小学",
    "实验中学",
    "第三中学",
    "人民医院",
    "中医院",
    "图书馆",
    "文化馆",
    "环境卫生管理中心",
    "园林管理所",
    "疾病预防控制中心",
    "幼儿园",
    "档案馆",
    "水利站",
]


def employers(seed: int, companies: int, institutions: int) -> pl.DataFrame:
    """`employer` (position), employer_name, employer_uscc; companies first, then public institutions."""
    chance = stream(seed, "employers")
    count = companies
    company = (
        "沈江市"
        + pl.Series(_FIRST).gather(chance.integers(0, len(_FIRST), count))
        + pl.Series(_SECOND).gather(chance.integers(0, len(_SECOND), count))
        + pl.Series(_SECOND).gather(chance.integers(0, len(_SECOND), count))
        + pl.Series(_TRADES).gather(chance.integers(0, len(_TRADES), count))
    )
    number = np.arange(institutions)
    institution = (
        "沈江市"
        + pl.Series(["铁东区", "和顺区", "河东区", "大同区", "皇林区", "苏屯区", "浑北区", "新城区"]).gather(
            number // len(_INSTITUTIONS) % 8
        )
        + pl.Series(_INSTITUTIONS).gather(number % len(_INSTITUTIONS))
    )
    codes = credit_codes(seed, "companies", companies, lead="91") + credit_codes(
        seed, "institutions", institutions, lead="12"
    )
    return pl.DataFrame(
        {
            "employer": np.arange(companies + institutions, dtype=np.uint32),
            "employer_name": pl.concat([company, institution]),
            "employer_uscc": codes,
        }
    )
