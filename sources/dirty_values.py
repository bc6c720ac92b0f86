"""How single values get dirty on their way: ids, names, dates, amounts as departments really deliver them.

Each function takes the clean text and a random generator and gives the dirty text, or None where this kind of dirt does
not apply to this value. Kinds and examples: domain notes on identity and formats (GB 11643, GB 18030, MZ name rules).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TypeVar

from numpy.random import Generator

from core.identity_number import check_character

_T = TypeVar("_T")
_FULL_WIDTH = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")
_STRAY = ("\u00a0", "\u200b", "\t", " ", "\u3000", "\ufeff")
_ABSENT = ("无", "不详", "")
DOT = "·"
_DOTS = ("•", "‧", "⋅", "∙", "・", "･", "\u0387", ".", "．", "。", "*", " ", "")
PRIVATE_USE = {"䶮": "\ue863", "龴": "\ue81e", "龵": "\ue826", "龶": "\ue82b", "龷": "\ue82c", "龻": "\ue864"}
"""Rare characters → the private-use points older systems keep them at (GB 18030 FE9F, FE59, FE61, FE66, FE67, FEA0)."""
_PINYIN = {"䶮": "YAN", "龴": "ZONG", "龵": "SHOU", "龶": "MAI", "龷": "GONG", "龻": "LUAN", "𬭎": "HONG", "𠮷": "JI"}
RARE = "".join(_PINYIN)
_HOMOPHONES = (
    "丽莉利", "伟玮炜", "芳方", "敏闽", "静靖", "磊蕾垒", "军君均", "洋阳扬", "勇永咏", "艳燕雁", "杰洁捷",
    "娟鹃", "涛滔", "明铭鸣", "超朝", "霞侠", "平萍苹", "刚钢", "桂贵", "英瑛", "华骅", "玉育", "建健",
    "红虹宏洪", "辉晖徽", "飞菲", "欣新鑫", "梅玫", "琴勤", "云芸", "莲连", "珍贞", "文雯", "浩皓昊",
    "婷亭", "宇雨羽", "晨辰", "志智", "成诚城", "俊峻", "兰岚", "清青", "淑舒", "海", "东冬", "波博", "海",
)  # fmt: skip
_SOUNDS_LIKE = {one: group.replace(one, "") for group in _HOMOPHONES for one in group if len(group) > 1}


def pick(rng: Generator, choices: Sequence[_T]) -> _T:
    """One of the choices."""
    return choices[int(rng.integers(len(choices)))]


def lower_x(text: str, rng: Generator) -> str | None:
    """…002X → …002x."""
    return text[:-1] + "x" if text.endswith("X") else None


def full_width_x(text: str, rng: Generator) -> str | None:
    """…002X → …002Ｘ or …002ｘ."""
    return text[:-1] + pick(rng, "Ｘｘ") if text.endswith("X") else None


def full_width_digits(text: str, rng: Generator) -> str | None:
    """110105… → １１０１０５…"""
    return text.translate(_FULL_WIDTH)


def fifteen_digits(text: str, rng: Generator) -> str | None:
    """The number as issued until 1999; only for persons born in the 20th century before 1999."""
    born_before = text[6:8] == "19" and text[8:10] < "99"
    return text[:6] + text[8:17] if len(text) == 18 and born_before else None


def zeros_at_the_end(text: str, rng: Generator) -> str | None:
    """What Excel keeps of an 18-digit number: fifteen digits and 000. A number ending in X stays text there."""
    return text[:15] + "000" if text.isdigit() and not text.endswith("000") else None


def nearest_double(text: str, rng: Generator) -> str | None:
    """What a binary double keeps of an 18-digit number: the nearest multiple of 16 to 128."""
    damaged = str(int(float(text))) if text.isdigit() else text
    return damaged if damaged != text else None


def apostrophe(text: str, rng: Generator) -> str | None:
    """'110105…, as typed into a spreadsheet to keep it text."""
    return "'" + text


def strayed(text: str, rng: Generator) -> str | None:
    """A blank, tab, no-break or zero-width space before, after or inside."""
    stray = pick(rng, _STRAY)
    at = pick(rng, (0, len(text), 6))
    return text[:at] + stray + text[at:]


def absent(text: str, rng: Generator) -> str | None:
    """无, 不详 or nothing where the number should be."""
    return pick(rng, _ABSENT)


def mistyped(text: str, rng: Generator) -> str | None:
    """One digit of the sequence or check part wrong, so that the number does not check (GB 11643)."""
    at = int(rng.integers(14, 17))
    wrong = str((int(text[at]) + int(rng.integers(1, 10))) % 10)
    body = text[:at] + wrong + text[at + 1 :]
    return body if check_character(body[:17]) != body[17] else None


def other_dot(text: str, rng: Generator) -> str | None:
    """The separator of a minority name (U+00B7) as some other dot, a blank or nothing."""
    return text.replace(DOT, pick(rng, _DOTS)) if DOT in text else None


def private_use(text: str, rng: Generator) -> str | None:
    """A rare character at the private-use point of an older system."""
    changed = "".join(PRIVATE_USE.get(one, one) for one in text)
    return changed if changed != text else None


def pinyin_stand_in(text: str, rng: Generator) -> str | None:
    """A rare character as pinyin in capitals."""
    changed = "".join(_PINYIN.get(one, one) for one in text)
    return changed if changed != text else None


def place_holder(text: str, rng: Generator) -> str | None:
    """A rare character as ?, □ or *."""
    mark = pick(rng, "?□*")
    changed = "".join(mark if one in _PINYIN else one for one in text)
    return changed if changed != text else None


def homophone(text: str, rng: Generator) -> str | None:
    """One character of the given name as another one that sounds the same."""
    places = [at for at in range(1, len(text)) if text[at] in _SOUNDS_LIKE]
    if not places:
        return None
    at = pick(rng, places)
    return text[:at] + pick(rng, _SOUNDS_LIKE[text[at]]) + text[at + 1 :]


def spaced_name(text: str, rng: Generator) -> str | None:
    """张伟 → 张　伟, as typed to line up columns."""
    return text[0] + pick(rng, ("　", " ", "\u00a0")) + text[1] if len(text) == 2 else None


def cut_name(text: str, rng: Generator) -> str | None:
    """A long name cut after six characters."""
    return text[:6] if len(text) > 6 else None


def unchanged(text: str, rng: Generator) -> str | None:
    """The value as it is: the kind of dirt lies in what the text already holds."""
    return text


def other_date(text: str, rng: Generator) -> str | None:
    """A day written another way: 20190601, 2019-06-01, 2019/6/1, 2019年6月1日, the spreadsheet's day number."""
    day = _day(text)
    if day is None:
        return None
    forms = (
        f"{day:%Y%m%d}",
        f"{day:%Y-%m-%d}",
        f"{day.year}/{day.month}/{day.day}",
        f"{day.year}年{day.month}月{day.day}日",
        f"{day:%Y-%m-%d} 00:00:00",
        str((day - date(1899, 12, 30)).days),
    )
    return pick(rng, [form for form in forms if form != text])


def epoch_milliseconds(text: str, rng: Generator) -> str | None:
    """A day as milliseconds since 1970 at midnight in Shanghai (UTC+8)."""
    day = _day(text)
    return None if day is None else str(((day - date(1970, 1, 1)).days * 86_400 - 8 * 3_600) * 1000)


def impossible_date(text: str, rng: Generator) -> str | None:
    """A date that is none."""
    return pick(rng, ("00000000", "0000-00-00", "19000101", "99991231", "20190230"))


def other_month(text: str, rng: Generator) -> str | None:
    """A month (yyyymm) written another way: 2019年6月, 2019-06, 2019/6."""
    year, month = text[:4], int(text[4:6])
    return pick(rng, (f"{year}年{month}月", f"{year}-{month:02d}", f"{year}/{month}", f"{year}{month:02d}01"))


def impossible_month(text: str, rng: Generator) -> str | None:
    """A month that is none, such as 190013."""
    return pick(rng, ("190013", "000000", text[:4] + "00", text[:4] + "13"))


def commas(text: str, rng: Generator) -> str | None:
    """1200.00 → 1,200.00"""
    return f"{float(text):,.2f}" if abs(float(text)) >= 1000 else None


def with_yuan(text: str, rng: Generator) -> str | None:
    """1200.00 → 1200.00元, ￥1200.00 or 1,200.00元."""
    return pick(rng, (f"{text}元", f"￥{text}", f"{float(text):,.2f}元"))


def _day(text: str) -> date | None:
    digits = text.replace("-", "").replace("/", "") if text else ""
    return date(int(digits[:4]), int(digits[4:6]), int(digits[6:8])) if len(digits) == 8 else None
