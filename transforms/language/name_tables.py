"""The tables behind the folding of names: separators, radicals, private code points, traditional forms, readings."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from pathlib import Path

SEPARATOR = "\u00b7"
"""The one separator inside a name (GB 18030 A1A4), as the twelve ministries' notice on minority names asks."""

SEPARATORS = tuple(
    "\u00b7\u2022\u2027\u22c5\u2219\u30fb\uff65\u0387\u2024\u16eb\u2e33\u25cf\u2981.．。｡*＊-－—、，,'’‘"
)
"""Every sign seen standing for the separator; `*` is one of them and a wildcard too, see `names.relation`."""

WILDCARDS = tuple("?？□■〓\ufffd*＊")
"""Signs a system writes where it could not write the character."""

_SUPPLEMENT = dict(
    zip(
        "⺁⺃⺄⺆⺈⺊⺌⺍⺎⺐⺓⺗⺙⺝⺟⺠⺥⺩⺫⺬⺭⺮⺯⺱⺶⺷⺸⺼⺾⻀⻁⻄⻅⻆⻈⻉⻋⻌⻓⻔⻘⻙⻚⻛⻜⻝⻠⻢⻣⻤⻥⻦⻨⻩⻬⻮⻰⻳",
        "厂乚乙冂刀卜小小兀尢幺心攵月母民爪王目示礻竹糸罒羊羊羊月艹艹虎西见角讠贝车辶长门青韦页风飞食饣马骨鬼鱼鸟麦黄齐齿龙龟",
        strict=True,
    )
)
_AFTER_2005 = dict(
    zip(
        "\ue81e\ue826\ue82b\ue82c\ue832\ue843\ue854\ue864\ue816\ue817\ue818\ue831\ue83b\ue855",
        "\u9fb4\u9fb5\u9fb6\u9fb7\u9fb8\u9fb9\u9fba\u9fbb\U00020087\U00020089\U000200cc\U000215d7\U0002298f\U000241fe",
        strict=True,
    )
)


@lru_cache(maxsize=1)
def private_use() -> dict[str, str]:
    """Private-use U+E815 to U+E864 of GBK-era systems → the characters GB 18030 FE50 to FEA0 stand for today.

    䶮 was U+E863 before it was U+4DAE. Python's codec still leaves private what the 2005 and 2022 editions moved.
    """
    trails = [*range(0x50, 0x7F), *range(0x80, 0xA1)]
    table = {chr(0xE815 + index): bytes((0xFE, trail)).decode("gb18030") for index, trail in enumerate(trails)}
    return {private: standard for private, standard in table.items() if private != standard} | _AFTER_2005


@lru_cache(maxsize=1)
def plain_forms() -> dict[str, str]:
    """Radicals and compatibility ideographs → the unified character (⽤ U+2F64 → 用), and full-width → half-width."""
    ranges = (range(0x2F00, 0x2FD6), range(0x2E9F, 0x2EF4), range(0xF900, 0xFB00), range(0x2F800, 0x2FA20))
    compatible = {chr(code): unicodedata.normalize("NFKC", chr(code)) for area in ranges for code in area}
    unified = {sign: plain for sign, plain in compatible.items() if sign != plain and len(plain) == 1}
    return unified | _SUPPLEMENT | {chr(code): chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)}


@lru_cache(maxsize=1)
def simplified_forms() -> dict[str, str]:
    """Traditional and variant characters → the simplified character a name is compared as."""
    text = Path(__file__).with_name("name_characters.txt").read_text(encoding="utf-8")
    pairs = [pair for line in text.splitlines() if not line.startswith("#") for pair in line.split()]
    return {pair[0]: pair[1] for pair in pairs}


@lru_cache(maxsize=20_000)
def readings(character: str) -> frozenset[str]:
    """The pinyin readings of a character without tones (`ü` as `v`); empty for anything unread."""
    from pypinyin.pinyin_dict import pinyin_dict

    written = pinyin_dict.get(ord(character), "")
    return frozenset(_without_tone(reading) for reading in written.split(",") if reading)


def _without_tone(reading: str) -> str:
    tones = "\u0300\u0301\u0304\u030c"
    bare = "".join(mark for mark in unicodedata.normalize("NFD", reading) if mark not in tones)
    return unicodedata.normalize("NFC", bare).replace("ü", "v")
