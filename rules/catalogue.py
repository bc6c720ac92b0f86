"""The rule book and the list of parameters as pages people read, written from the cards and the parameter files."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from core.settings import ROOT
from rules.card import Card, Words
from rules.elsewhere import ELSEWHERE, Elsewhere
from rules.pages import Page, load_pages
from rules.parameters import Parameter, Value, load_parameters
from rules.worksheet.pages import parameters as worksheet_parameters

FAMILY = {
    "existence": Words(zh="身份与存续", en="Existence and identity"),
    "household": Words(zh="家庭", en="Household"),
    "income": Words(zh="收入", en="Income"),
    "property": Words(zh="财产", en="Property"),
    "payment": Words(zh="发放", en="Payment"),
    "process": Words(zh="程序", en="Process"),
    "in_favour": Words(zh="有利于家庭", en="In the household's favour"),
}
SEVERITY = {
    "urgent": Words(zh="紧急", en="urgent"),
    "eligibility": Words(zh="资格", en="eligibility"),
    "amount": Words(zh="金额", en="amount"),
    "information": Words(zh="提示", en="information"),
    "favourable": Words(zh="有利", en="favourable"),
    "question": Words(zh="询问（不带金额）", en="question (never an amount)"),
}
CONCERN = {
    "household": Words(zh="向家庭了解", en="put to the household"),
    "office": Words(zh="向经办部门了解", en="put to the office that keeps the case"),
    "supervision": Words(zh="交监督部门，不向家庭提出", en="put to supervision, never to the household"),
}
STATE = {
    "released": Words(zh="已发布", en="released"),
    "shadow": Words(zh="影子运行", en="in shadow"),
    "withdrawn": Words(zh="已撤下", en="withdrawn"),
}
RULES_HEAD = """# 核对规则 · Rule book

由规则卡片生成，请勿手改（`make docs`）。Written from the cards; do not edit (`make docs`).

不一致只是一个问题，不是结论。每条规则都写明会问什么、不问什么，以及哪些情形可以清白地解释。
A mismatch is a question, never a verdict. Each rule says what is asked, what is not, and what would explain it.
"""
PARAMETERS_HEAD = """# 政策参数 · Parameters

由 `rules/parameters/*.yml` 生成，请勿手改（`make docs`）。Written from the parameter files; do not edit (`make docs`).

地区按行政区划代码前缀从长到短取值，空白表示各地。未经核实的数值只用于演示。
The longest region prefix wins; empty means everywhere. Unverified values are used in the demonstration only.
"""


def rules_markdown(folder: Path = ROOT / "rules") -> str:
    """`docs/rules.md`: every rule in Chinese and English, family by family."""
    pages, parameters = load_pages(folder), {one.name: one for one in load_parameters(folder)}
    parts = [RULES_HEAD, _contents(pages)]
    for family, words in FAMILY.items():
        of_family = [page for page in pages if page.card.family == family]
        if of_family:
            parts.append(f"## {words.zh} · {words.en}\n")
            parts += [_rule(page, parameters) for page in of_family]
    parts += ["## 不由规则询问的问题 · What no rule asks\n", *map(_elsewhere, ELSEWHERE)]
    return "\n".join(parts).rstrip() + "\n"


def _elsewhere(one: Elsewhere) -> str:
    return f"### `{one.code}` {_both(one.title)}\n\n{one.where.zh}\n\n{one.where.en}\n"


def parameters_markdown(folder: Path = ROOT / "rules") -> str:
    """`docs/parameters.md`: every parameter with all its values, documents and the rules that use it."""
    pages = load_pages(folder)
    parts, reckoned = [PARAMETERS_HEAD], worksheet_parameters(folder)
    for parameter in load_parameters(folder):
        users = [f"`{page.card.code}`" for page in pages if parameter.name in page.card.parameters]
        users += ["worksheet"] if parameter.name in reckoned else []
        parts += [
            f"## {parameter.title.zh} · {parameter.title.en}\n",
            f"`{parameter.name}` · {parameter.unit.zh} · {parameter.unit.en} · {' '.join(users) or '—'}\n",
            "| 地区 region | 自 from | 至 to | 值 value | 文件 document | 核实 verified |\n|---|---|---|---|---|---|",
            *(_value_line(value) for value in parameter.values),
            "",
        ]
    return "\n".join(parts).rstrip() + "\n"


def _contents(pages: Sequence[Page]) -> str:
    lines = ["| 代码 code | 规则 rule | 一般级别 usual severity | 状态 state |", "|---|---|---|---|"]
    for page in pages:
        card, severity = page.card, SEVERITY[page.card.severity.default]
        cells = [f"`{card.code}`", *(_both(words) for words in (card.title, severity, STATE[card.released.state]))]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _both(words: Words) -> str:
    return f"{words.zh} · {words.en}"


def _rule(page: Page, parameters: dict[str, Parameter]) -> str:
    card = page.card
    basis_zh = "；".join(f"{one.document.zh}{one.article.zh}" for one in card.basis)
    basis_en = "; ".join(f"{one.document.en}, {one.article.en}" for one in card.basis)
    return "\n".join(
        [
            f"### {card.code} {card.title.zh} · {card.title.en}\n",
            f"页面 page: `rules/{page.name}.sql` · {STATE[card.released.state].en} {card.released.since}"
            f" · {_both(CONCERN[card.concerns])}\n",
            *_in_one_language(
                card, "zh", basis_zh, ("会问", "不问", "依据", "级别", "清白的解释", "如何查清", "家庭可出示")
            ),
            *_in_one_language(
                card,
                "en",
                basis_en,
                (
                    *("Asked", "Not asked", "Basis", "Severity", "Innocent explanations", "Settled by"),
                    "The household may show",
                ),
            ),
            *_doubt_lines(page),
            *_parameter_lines(card, parameters),
        ]
    )


def _in_one_language(card: Card, language: str, basis: str, heads: Sequence[str]) -> list[str]:
    joint = "；" if language == "zh" else "; "
    severities = joint.join(getattr(SEVERITY[severity], language) for severity in card.severity.allowed)
    innocent = joint.join(getattr(one, language) for one in card.innocent)
    said = (
        getattr(card.flagged, language),
        getattr(card.not_flagged, language),
        basis,
        severities,
        innocent,
        getattr(card.resolve, language),
        getattr(card.materials, language, None),
    )
    return [
        f"- **{head}**{'：' if language == 'zh' else ': '}{text}"
        for head, text in zip(heads, said, strict=True)
        if text
    ] + [""]


def _doubt_lines(page: Page) -> list[str]:
    """What lowers the question to information, in the words people then read."""
    lines = [f"- **仅作提示 information only**：{one.sentence.zh} {one.sentence.en}" for one in page.doubts]
    return [*lines, ""] if lines else []


def _parameter_lines(card: Card, parameters: dict[str, Parameter]) -> list[str]:
    if not card.parameters:
        return []
    lines = ["| 参数 parameter | 值 value |", "|---|---|"]
    for name in card.parameters:
        parameter = parameters[name]
        lines.append(
            f"| {parameter.title.zh} · {parameter.title.en} | {'; '.join(_short(v) for v in parameter.values)} |"
        )
    return [*lines, ""]


def _short(value: Value) -> str:
    where = f"{value.region}: " if value.region else ""
    until = f" (–{value.valid_to})" if value.valid_to else ""
    return f"{where}{_said(value)}{until}"


def _said(value: Value) -> str:
    said = value.text if value.value is None else f"{value.value.normalize():f}"
    kind = {"urban": "城镇 urban ", "rural": "农村 rural ", None: ""}[value.hukou_type]
    return f"{kind}{said}{'' if value.listed else ' 不列入 taken out'}"


def _value_line(value: Value) -> str:
    checked = f"{value.verified.by}, {value.verified.on}" if value.verified else "否 no"
    document = f"{value.document.zh} · {value.document.en}"
    until = value.valid_to or ""
    return f"| {value.region} | {value.valid_from} | {until} | {_said(value)} | {document} | {checked} |"
