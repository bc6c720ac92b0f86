"""Invented names as they are distributed in life: many namesakes, a few dots, rare characters and former names."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import polars as pl

from world.chance import Ints, Mask, stream, weighted

_SURNAMES = [
    "王",
    "李",
    "张",
    "刘",
    "陈",
    "杨",
    "赵",
    "黄",
    "周",
    "吴",
    "徐",
    "孙",
    "胡",
    "朱",
    "高",
    "林",
    "何",
    "郭",
    "马",
    "罗",
    "梁",
    "宋",
    "郑",
    "谢",
    "韩",
    "唐",
    "冯",
    "于",
    "董",
    "萧",
    "程",
    "曹",
    "袁",
    "邓",
    "许",
    "傅",
    "沈",
    "曾",
    "彭",
    "吕",
    "苏",
    "卢",
    "蒋",
    "蔡",
    "贾",
    "丁",
    "魏",
    "薛",
    "叶",
    "阎",
    "余",
    "潘",
    "杜",
    "戴",
    "夏",
    "钟",
    "汪",
    "田",
    "任",
    "姜",
    "范",
    "方",
    "石",
    "姚",
    "谭",
    "廖",
    "邹",
    "熊",
    "金",
    "陆",
    "郝",
    "孔",
    "白",
    "崔",
    "康",
    "毛",
    "邱",
    "秦",
    "江",
    "史",
    "顾",
    "侯",
    "邵",
    "孟",
    "龙",
    "万",
    "段",
    "雷",
    "钱",
    "汤",
    "尹",
    "黎",
    "易",
    "常",
    "武",
    "乔",
    "贺",
    "赖",
    "龚",
    "文",
    "欧阳",
    "司马",
    "上官",
    "诸葛",
]
_MEN = "伟强磊军勇涛超明刚平辉鹏华飞斌波宇浩凯健俊帆帅旭宁龙林健建国志文德义庆永福贵生海山成东学明江"
_WOMEN = "芳娜敏静丽艳娟霞秀英玉兰桂凤珍琴云梅雪红慧莹颖婷丹洁琳晶欣怡悦佳雨萍淑华春香莲菊美秋月"
_RARE = "䶮龴龶𬭎𠮷㛃㵑喆燊淼犇玥"
_MINORITY_GIVEN = (
    "阿依古丽",
    "买买提",
    "古丽娜尔",
    "艾力",
    "努尔兰",
    "热依汗",
    "迪丽达尔",
    "吐尔逊",
    "阿不都热合曼",
    "帕提古丽",
)
_MINORITY_FATHER = (
    "艾合买提",
    "吐尔逊",
    "买买提明",
    "阿布都拉",
    "肉孜",
    "卡德尔江",
    "阿卜杜外力",
    "依米提",
    "斯拉木",
    "尼亚孜",
)


def names(seed: int, women: Mask) -> pl.DataFrame:
    """`name` and `former_name` (mostly null), one row per person, given who is a woman."""
    chance = stream(seed, "names")
    size = len(women)
    surname_weights = (1.0 / (np.arange(len(_SURNAMES)) + 6.0)).tolist()
    surname = _drawn(_SURNAMES, weighted(chance, surname_weights, size))
    minority = _any(chance, _MINORITY_GIVEN, size) + "·" + _any(chance, _MINORITY_FATHER, size)
    drawn = pl.DataFrame(
        {
            "common": surname + _given(chance, women),
            "rare": surname + _any(chance, tuple(_RARE), size),
            "minority": minority,
            "other": surname + _given(chance, women),
            "kind": weighted(chance, (0.955, 0.04, 0.005), size),
            "renamed": chance.random(size) < 0.006,
        }
    )
    kind = pl.col("kind")
    return drawn.select(
        pl.when(kind == 0).then("common").when(kind == 1).then("rare").otherwise("minority").alias("name"),
        pl.when(pl.col("renamed") & (kind == 0) & (pl.col("other") != pl.col("common")))
        .then("other")
        .alias("former_name"),
    )


def _given(chance: np.random.Generator, women: Mask) -> pl.Series:
    size = len(women)
    pool = pl.Series([*_MEN, *_WOMEN])
    shift, width = np.where(women, len(_MEN), 0), np.where(women, len(_WOMEN), len(_MEN))
    first, second = chance.integers(0, width), chance.integers(0, width)
    single = chance.random(size) < 0.22
    left, right = pool.gather(first + shift), pool.gather(second + shift)
    return pl.select(pl.when(pl.Series(single)).then(left).otherwise(left + right)).to_series()


def _any(chance: np.random.Generator, pool: Sequence[str], size: int) -> pl.Series:
    return _drawn(pool, chance.integers(0, len(pool), size))


def _drawn(pool: Sequence[str], positions: Ints) -> pl.Series:
    return pl.Series(list(pool)).gather(positions)
