"""Airflow's own environment for these tests, set before it is first imported."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from core.settings import ROOT


@pytest.fixture(scope="session")
def dag_bag(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The project's DAGs as Airflow reads them, with a metadata database of their own."""
    home = tmp_path_factory.mktemp("airflow")
    variables = airflow_variables(home)
    before = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from airflow.dag_processing.dagbag import DagBag
        from airflow.utils import db

        db.initdb()
        yield DagBag(str(ROOT / "dags"))
    for name, value in before.items():
        os.environ.pop(name, None) if value is None else os.environ.update({name: value})


def airflow_variables(home: Path) -> dict[str, str]:
    """An Airflow that lives in `home` alone."""
    return {
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__DAGS_FOLDER": str(ROOT / "dags"),
        "AIRFLOW__CORE__DEFAULT_TIMEZONE": "Asia/Shanghai",
        "AIRFLOW__CORE__UNIT_TEST_MODE": "False",
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{home / 'airflow.db'}",
        "HEDUI_HOME": str(home / "hedui"),
        "PYTHONPATH": str(ROOT),
    }
