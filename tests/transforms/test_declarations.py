"""What is declared is kept: tables, their page, the account, the version."""

from __future__ import annotations

import shutil
from pathlib import Path

import polars as pl
import pytest

from core.errors import DefectError
from core.settings import ROOT, Settings
from sources.card import load_card
from transforms.account import Account
from transforms.all_tables import TRANSFORMS
from transforms.catalogue import tables_markdown
from transforms.department_tables import CREMATION
from transforms.schema import COMMON, enforced
from transforms.tables import TABLES
from transforms.version import transform_version


def test_one_transform_is_one_table_under_one_name() -> None:
    assert list(TRANSFORMS) == list(TABLES)
    assert all(transform.__module__ == f"transforms.{name}" for name, transform in TRANSFORMS.items())


def test_the_page_of_tables_is_current() -> None:
    assert (ROOT / "docs" / "tables.md").read_text(encoding="utf-8") == tables_markdown()


@pytest.mark.parametrize("name", TABLES)
def test_a_layout_without_optional_columns_gives_nulls_of_the_declared_types(name: str) -> None:
    needed = {"self_employed": ["from_month", "to_month", "period_code"], "roster_member": ["id_number"]}.get(name, [])
    types = TABLES[name].types | {"id_number": pl.String()}
    rows = pl.LazyFrame(schema={column: types[column] for column in needed})
    assert dict(TRANSFORMS[name](rows).collect_schema()) == TABLES[name].types


def test_a_table_of_which_a_layout_has_no_column_keeps_its_rows() -> None:
    rows = pl.LazyFrame({"id_number": ["a", "b"]})
    assert TRANSFORMS["cremation"](rows).collect().rows() == [(None, None, None)] * 2


def test_a_frame_that_breaks_its_declaration_is_a_defect() -> None:
    types = {column.name: column.kind for column in (*COMMON, *CREMATION.columns)}
    kept = pl.DataFrame(schema=types)
    assert enforced(kept, CREMATION) is kept
    for broken in (kept.drop("death_date"), kept.cast({"death_date": pl.String}), kept.select(sorted(types))):
        with pytest.raises(DefectError):
            enforced(broken, CREMATION)
    astray = pl.DataFrame([{name: "guess" if name == "id_basis" else None for name in types}], schema=types)
    with pytest.raises(DefectError):
        enforced(astray, CREMATION)


def test_an_account_that_does_not_close_is_a_defect() -> None:
    account = Account(1, 1, 1, 1, 1, 1)
    assert account.closed(6, where="x") is account
    with pytest.raises(DefectError):
        account.closed(7, where="x")


@pytest.mark.parametrize("changed", ["source.yml", "checks.yml"])
def test_another_card_or_check_is_another_version(tmp_path: Path, changed: str) -> None:
    shutil.copytree(ROOT / "sources" / "cremation", tmp_path / "cremation")
    settings, card = Settings(sources_folder=tmp_path), load_card(tmp_path / "cremation")
    before = transform_version(card, settings)
    assert before == transform_version(card)
    with (tmp_path / "cremation" / changed).open("a", encoding="utf-8") as file:
        file.write("# a word more\n")
    assert transform_version(card, settings) != before
