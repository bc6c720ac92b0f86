"""Both languages say everything."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

from core.moment import RunKind
from core.settings import ROOT
from ledger.run_states import KINDS, STATES
from rules.pages import FAMILIES
from rules.worksheet.words import GATE, KIND, REASON, TREATMENT
from sources.card import load_all_cards, load_cards
from sources.card_column import dated
from workbench.evidence.household import GRAVEST_FIRST
from workbench.words.catalogue import FLOOR, english, english_of_one, sentences, teller
from workbench.words.codes import code_words, delivered_words

CHINESE = re.compile(r"[一-鿿]")
FLOORS = ("ledger", "publish", "workbench")
AUDITED = re.compile(
    r'(?:append|record|_tell|_change)\((?:[^()]|\([^()]*\))*?"([a-z]+\.[a-z_]+)"|act="([a-z]+\.[a-z_]+)"'
)
SAID = re.compile(r"""_\(\s*(?:"[^"]*"|'[^']*')""")


def test_every_sentence_has_an_english_one() -> None:
    missing = {text: place for text, place in sentences().items() if text not in english()}
    assert not missing


def test_the_catalogue_holds_no_sentence_that_nobody_says() -> None:
    assert not set(english()) - set(sentences())


def test_no_english_sentence_is_still_chinese_or_loses_a_value() -> None:
    for text, words in english().items():
        assert not CHINESE.search(words), text
        assert set(re.findall(r"%\((\w+)\)s", text)) == set(re.findall(r"%\((\w+)\)s", words)), text


def test_templates_hold_no_chinese_outside_the_catalogue() -> None:
    for path in sorted((FLOOR / "templates").rglob("*.html")):
        left = SAID.sub("", path.read_text(encoding="utf-8")).replace('lang="zh-CN">中文', "")
        assert not CHINESE.search(left), path


def test_every_code_is_said_in_both_languages() -> None:
    for group, codes in code_words().items():
        for code, words in codes.items():
            assert set(words) == {"zh", "en"}, (group, code)
            assert words["zh"].strip(), (group, code)
            assert words["en"].strip(), (group, code)
            assert not CHINESE.search(words["en"]), (group, code)


def test_every_word_that_other_floors_may_say_has_words_here() -> None:
    closed: dict[str, Iterable[str]] = {
        "rule_family": FAMILIES,
        "run": STATES,
        "run_event": KINDS,
        "run_kind": RunKind,
        "severity": GRAVEST_FIRST,
        "worksheet_kind": KIND,
        "worksheet_treatment": TREATMENT,
        "gate": GATE,
        "gate_reason": REASON,
    }
    for group, codes in closed.items():
        assert set(codes) <= set(code_words()[group]), group


def test_every_act_that_is_audited_has_words() -> None:
    code = [path.read_text(encoding="utf-8") for floor in FLOORS for path in sorted((ROOT / floor).rglob("*.py"))]
    named = {one for text in code for found in AUDITED.findall(text) for one in found if one}
    assert len(named) > 35
    assert named <= set(code_words()["act"])


def test_english_tells_one_from_many() -> None:
    tell = teller("en")
    assert (tell("剩 %(n)s 天", n=1), tell("剩 %(n)s 天", n=2)) == ("1 day left", "2 days left")
    assert teller("zh")("剩 %(n)s 天", n=1) == "剩 1 天"
    for text, words in english_of_one().items():
        assert words != english()[text]
        assert re.findall(r"%\((\w+)\)s", words) == re.findall(r"%\((\w+)\)s", english()[text])
    assert not [words for words in [*english().values(), *english_of_one().values()] if "(s)" in words]


def test_every_column_of_every_card_has_a_name_beside_a_delivered_value() -> None:
    named = set(code_words()["column"])
    for card in load_cards(ROOT / "sources").values():
        assert set(card.our_columns) <= named, card.source


def test_every_code_that_a_card_may_deliver_means_something_in_both_languages() -> None:
    seen: set[tuple[str, str]] = set()
    for card in load_all_cards(ROOT / "sources").values():
        for column in card.columns.values():
            for edition in dated(card.code_tables[column.codes]) if column.codes else []:
                seen |= {(column.name, ours) for ours in edition.values.values()}
    told = {(column, code): words for column, codes in delivered_words().items() for code, words in codes.items()}
    assert seen == set(told)
    for where, words in told.items():
        assert set(words) == {"zh", "en"}, where
        assert not CHINESE.search(words["en"]), where


def test_templates_never_switch_escaping_off() -> None:
    for path in sorted(Path(FLOOR / "templates").rglob("*.html")):
        text = path.read_text(encoding="utf-8")
        assert "|safe" not in text.replace(" ", ""), path
        assert "style=" not in text, path
        assert not re.search(r"\son[a-z]+=", text), path
