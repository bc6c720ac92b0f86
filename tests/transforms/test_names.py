"""How a delivered name stands to the known one."""

from __future__ import annotations

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from transforms.language.name_tables import private_use, simplified_forms
from transforms.language.names import folded, key, relation, relation_of

LONG = "阿卜杜热合曼·买买提江"
HAN = st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=2, max_size=4)


@pytest.mark.parametrize("dot", [*"·•‧⋅∙・･.．。*＊", "\u0387", " ", "\u3000", ""])
def test_any_sign_that_stands_for_the_separator_is_the_separator(dot: str) -> None:
    assert relation_of(LONG.replace("·", dot), LONG) in {"same", "dot"}


@pytest.mark.parametrize(
    ("given", "known"),
    [
        ("刘\ue863", "刘䶮"),
        ("刘YAN", "刘䶮"),
        ("刘yan", "刘䶮"),
        ("刘?", "刘䶮"),
        ("刘？？", "刘䶮"),
        ("刘□", "刘䶮"),
        ("刘□", "刘YAN"),
        ("刘YAN", "刘?"),
        ("張偉", "张伟"),
        ("王\ue81e", "王\u9fb4"),
    ],
)
def test_a_character_a_system_cannot_write_does_not_make_another_name(given: str, known: str) -> None:
    assert relation_of(given, known) == "rare"


def test_a_radical_typed_for_a_character_is_the_character() -> None:
    assert relation_of("⽤⼉", "用儿") == "same"


@pytest.mark.parametrize(
    ("given", "known", "relation"),
    [
        ("阿卜杜热合曼", LONG, "cut"),
        ("阿卜杜热合曼·买\ufffd", LONG, "cut"),
        ("王小", "王小明", "different"),
        ("李铭", "李明", "homophone"),
        ("赵六", "钱七", "different"),
        ("李**", "李小明", "missing"),
        ("无", "李小明", "missing"),
        (None, "李小明", "missing"),
        ("李小明", None, "missing"),
    ],
)
def test_the_farther_relations(given: str | None, known: str | None, relation: str) -> None:
    assert relation_of(given, known) == relation


def test_a_former_name_is_known() -> None:
    assert relation_of("李招弟", "李若兰", ("李招弟",)) == "former"


@given(HAN)
def test_every_name_is_the_same_as_itself(name: str) -> None:
    assert relation_of(name, name) in {"same", "missing"}


@given(st.lists(st.tuples(HAN, HAN), max_size=20))
def test_a_column_of_pairs_is_judged_as_each_pair_alone(pairs: list[tuple[str, str]]) -> None:
    schema = {"given": pl.String, "known": pl.String, "former": pl.List(pl.String)}
    frame = pl.DataFrame([(one, other, []) for one, other in pairs], schema=schema, orient="row")
    assert relation(frame).to_list() == [relation_of(one, other) for one, other in pairs]


@given(st.text(max_size=8))
def test_folding_twice_is_folding_once(name: str) -> None:
    once = pl.DataFrame({"name": [name]}).select(folded(pl.col("name")).alias("name"))
    twice = once.select(folded(pl.col("name")).alias("name"))
    settled = twice.select(folded(pl.col("name")).alias("name"))
    assert twice.equals(settled)


def test_names_are_joined_without_separators() -> None:
    frame = pl.DataFrame({"name": ["阿依·努尔", "阿依努尔", "阿依．努尔", "阿依*努尔"]})
    assert frame.select(key(folded(pl.col("name")))).to_series().unique().to_list() == ["阿依努尔"]


def test_the_tables_are_what_the_standards_say() -> None:
    assert private_use()["\ue863"] == "䶮"
    assert simplified_forms()["張"] == "张"
    assert not set(simplified_forms()) & set(simplified_forms().values()) - {"著", "乾"}
