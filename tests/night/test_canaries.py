"""Invented persons planted in broken deliveries: nobody may read of them anywhere, whatever went wrong."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from core.settings import ROOT
from tests.night.broken import BrokenNight, send
from tests.night.conftest import Published
from tests.night.searching import found_in, found_in_text
from tests.sources.broken.corpus import canaries, cases
from tests.sources.broken.specimen import id_number

CANARIES = canaries()
LANDED_BY_AIRFLOW = (
    "hukou_change: is named after a person",
    "hukou_change: has a control file that names a person",
    "hukou_change: has a person for a header",
    "hukou_change: came in another encoding",
    "hukou_change: has a field more",
    "hukou_change: has an unknown code",
)
AIRFLOW = """
import warnings; warnings.simplefilter("ignore")
from airflow.utils import db; db.initdb()
from airflow.dag_processing.dagbag import DagBag
dag = DagBag("dags/land_deliveries.py").dags["land_hukou_change"]
dag.deadline = None
print("ended", dag.test().state)
"""
"""`dag.test()` has no scheduler that would have stored the deadline it looks for."""


def test_what_is_searched_is_searched_compressed_or_not(tmp_path: Path) -> None:
    frame = pl.DataFrame({"name": [CANARIES[0]] * 1000, "sealed": [CANARIES[1].encode("gb18030")] * 1000})
    frame.write_parquet(tmp_path / "rows.parquet")
    (tmp_path / "log.txt").write_bytes("姓名古丽娜扎卡".encode("gb18030"))
    (tmp_path / "xcom.json").write_text(json.dumps({"said": f"{CANARIES[0]}不详"}), "ascii")
    found = found_in(tmp_path, CANARIES)
    assert found.keys() == {"rows.parquet", "log.txt", "xcom.json"}
    assert len(found["rows.parquet"]) == 2


def test_no_log_and_no_page_of_the_command_line_betrays_a_person(broken_night: BrokenNight) -> None:
    assert "provider must act" in broken_night.said
    assert found_in_text(broken_night.said, CANARIES) == set()


@pytest.mark.parametrize(
    "place", ["ledger.sqlite*", "data_docs", "work", "runs", "subjects", "extracts", "quarantine", "landing", "keys"]
)
def test_nothing_that_is_kept_can_be_read_without_a_key(place: str, broken_night: BrokenNight) -> None:
    home = broken_night.home.folder
    there = sorted(home.glob(place))
    assert there
    for one in there:
        assert found_in(one if one.is_dir() else one.parent, CANARIES) == {}


def test_a_landing_dag_keeps_persons_out_of_airflows_database_and_logs(first_night: Published, tmp_path: Path) -> None:
    home = first_night.home.moved_to(tmp_path / "home")
    inbox = tmp_path / "inbox"
    these = [case for case in cases() if case.name in LANDED_BY_AIRFLOW]
    files = {one.file.name for one in send(these, inbox, home.world / "inbox")}
    assert f"{id_number(1)}.csv" in files
    airflow = tmp_path / "airflow"
    done = subprocess.run(
        [sys.executable, "-c", AIRFLOW],
        env={**os.environ, **home.variables, **_airflow(airflow), "HEDUI_INBOX": str(inbox)},
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "ended success" in done.stdout, done.stderr[-3000:]
    said = done.stdout + done.stderr
    assert "delivery.file_name" in said
    assert "delivery.columns" in said
    assert found_in_text(said, CANARIES) == set()
    assert b"map_index" in (airflow / "airflow.db").read_bytes()
    assert found_in(airflow, CANARIES) == {}
    assert found_in(home.folder, CANARIES) == {}


def _airflow(folder: Path) -> dict[str, str]:
    """An Airflow of its own."""
    return {
        "AIRFLOW_HOME": str(folder),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__DAGS_FOLDER": str(ROOT / "dags"),
        "AIRFLOW__CORE__DEFAULT_TIMEZONE": "Asia/Shanghai",
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{folder / 'airflow.db'}",
        "HEDUI_SETTLE_SECONDS": "0",
        "PYTHONWARNINGS": "ignore",
    }
