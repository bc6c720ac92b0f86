"""Questions of the domain's catalogue that no rule raises: where they are asked instead, or why they are not asked."""

from __future__ import annotations

from dataclasses import dataclass

from rules.card import Words


@dataclass(frozen=True)
class Elsewhere:
    """One such question: its code (the catalogue's, where it has one), what it asks, and where or why not."""

    code: str
    title: Words
    where: Words


ELSEWHERE = (
    Elsewhere(
        "R-ID-03",
        Words(zh="号码相同而姓名不同", en="Same number, another name in a department's record"),
        Words(
            zh="在身份比对页逐条询问（两边姓名、号码对照）。号码相同而姓名不同的记录是丙级，"
            "可能是他人，不能作为问题依据；两人认定为同一人后才用于核对，此前该项按“未能查询”处理。"
            "更名、间隔点、生僻字、截断等已知差异不算不同。",
            en="Asked row by row on the page of identity (身份比对), names and numbers side by side. A row with the "
            "number and another name is of grade C: it may be another person's, so no finding rests on it; it counts "
            "once two people have said that it is the same person, and until then the cell is *could not look*. Known "
            "variants (a former name, the dot, a rare character, a name cut short) are no difference.",
        ),
    ),
    Elsewhere(
        "R-HH-SINGLE",
        Words(zh="单人纳入而人员类别不符", en="Admitted alone, though of no class that is"),
        Words(
            zh="不询问。名册每人只有一个人员类别，老年或未成年的重残人员登记为老年、未成年；残疾证等级未交换，"
            "保障人数少于成员数也有其他原因。据此询问会冤枉符合条件的人。对家庭有利的一面见 U-01。",
            en="Not asked. The roster gives each person one class: a severely disabled elder or minor stands there as "
            "elder or minor; grades of disability are not delivered, and covered persons are fewer than members for "
            "other reasons too. To ask would wrong those who qualify. What speaks for a household is asked by U-01.",
        ),
    ),
)
