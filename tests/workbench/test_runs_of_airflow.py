"""The run page and Airflow's page of the same night lead to each other."""

from __future__ import annotations

import pytest

from core.settings import Settings
from ledger import runs
from ledger.run import open_ledger
from publish import night
from tests.workbench.served import Served, serving
from tests.workbench.signing_in import Browserless

AIRFLOW_RUN = "scheduled__2026-06-20T01:00:00+08:00"
AIRFLOW = "http://127.0.0.1:8099"


def begun(served: Served, monkeypatch: pytest.MonkeyPatch) -> str:
    """A run that Airflow began in this installation."""
    monkeypatch.setenv("HEDUI_HOME", str(served.house.settings.home))
    return night.begin(
        as_of="2026-06-21", known_at=None, kind="nightly", sources=[], request=None, retry_key=AIRFLOW_RUN
    )


def test_airflow_s_link_leads_to_the_run_that_its_run_made(own_served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    visitor = Browserless(own_served).sign_in("steward")
    path = f"/runs/airflow/verify_households/{AIRFLOW_RUN.replace('+', '%2B')}"
    assert visitor.get(path).status_code == 404
    run_id = begun(own_served, monkeypatch)
    answer = visitor.get(path)
    assert (answer.status_code, answer.headers["location"]) == (303, f"/runs/{run_id}")
    assert visitor.get(f"/runs/{run_id}").status_code == 200


def test_a_landing_leads_to_the_feeds_and_another_dag_nowhere(visitor: Browserless) -> None:
    visitor.sign_in("steward")
    assert visitor.get("/runs/airflow/land_pension/manual__1").headers["location"] == "/dash/feeds"
    assert visitor.get("/runs/airflow/purge_expired/manual__1").status_code == 404


def test_the_run_page_leads_back_only_where_airflow_made_it_and_is_known(
    own_served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = begun(own_served, monkeypatch)
    assert AIRFLOW not in Browserless(own_served).sign_in("steward").get(f"/runs/{run_id}").text
    known = own_served.house.settings.model_copy(update={"airflow_url": f"{AIRFLOW}/"})
    with serving(known) as beside:
        visitor = Browserless(beside).sign_in("steward")
        there = f"{AIRFLOW}/dags/verify_households/runs/scheduled__2026-06-20T01%3A00%3A00%2B08%3A00"
        assert f'href="{there}"' in visitor.get(f"/runs/{run_id}").text
        current = runs.current(beside.house.desk.ledger)
        assert AIRFLOW not in visitor.get(f"/runs/{current}").text


def test_a_replay_of_a_run_is_not_taken_for_airflow_s_own(served: Served) -> None:
    replay = runs.Run("r", *([None] * 5), {"airflow_run": AIRFLOW_RUN, "replays": "x"}, "published")  # type: ignore[arg-type]
    assert replay.airflow_run is None


def test_a_link_is_an_address_and_nothing_else() -> None:
    for wrong in ("javascript:alert(1)", "http://a b", "http://h/{RUN_ID}"):
        with pytest.raises(ValueError, match="workbench_url"):
            Settings(workbench_url=wrong)


def test_the_run_of_airflow_is_found_by_its_whole_id(own_served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    run_id = begun(own_served, monkeypatch)
    ledger = open_ledger(own_served.house.settings)
    found = runs.of_airflow(ledger, AIRFLOW_RUN)
    assert found is not None
    assert (found.run_id, found.airflow_run) == (run_id, AIRFLOW_RUN)
    assert runs.of_airflow(ledger, AIRFLOW_RUN[:-1]) is None
