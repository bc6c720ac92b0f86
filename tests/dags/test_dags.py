"""The DAGs are wiring: one per source, the night, and the purge, each with an owner, retries and limits."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from core.moment import SHANGHAI
from core.settings import settings
from sources.card import load_cards

pytestmark = pytest.mark.filterwarnings("ignore")


def test_every_dag_file_imports(dag_bag: Any) -> None:
    assert dag_bag.import_errors == {}


def test_every_source_has_a_dag_that_lands_it(dag_bag: Any) -> None:
    landing = {dag_id for dag_id in dag_bag.dags if dag_id.startswith("land_")}
    assert landing == {f"land_{source}" for source in load_cards(settings().sources_folder)}


def test_files_that_arrived_are_landed_one_task_each(dag_bag: Any) -> None:
    dag = dag_bag.dags["land_pension"]
    assert dag.task_dict["land"].is_mapped
    assert dag.task_dict["land"].upstream_task_ids == {"look"}
    assert dag.task_dict["all_landed"].upstream_task_ids >= {"land", "extract"}


def test_the_night_goes_through_the_doors_in_order(dag_bag: Any) -> None:
    dag = dag_bag.dags["verify_households"]
    order = [task.task_id for task in dag.topological_sort()]
    doors = ["begin", "admit_roster", "feeds", "extract", "expect", "join", "ask", "publish"]
    assert [task for task in order if task in doors] == doors


def test_the_warehouse_has_one_writer(dag_bag: Any) -> None:
    dag = dag_bag.dags["verify_households"]
    assert {dag.task_dict[name].pool for name in ("join", "ask", "publish")} == {"warehouse"}


def test_the_night_starts_at_one_in_shanghai_and_when_every_monthly_feed_has_come(dag_bag: Any) -> None:
    timetable = dag_bag.dags["verify_households"].timetable
    assert (timetable.timetable.expression, timetable.timetable.timezone) == ("0 1 * * *", "Asia/Shanghai")
    cards = load_cards(settings().sources_folder).values()
    monthly = {card.source for card in cards if card.cadence.every == "month"}
    assert {asset.name for asset in timetable.asset_condition.objects} == monthly


def test_a_pipeline_switched_on_at_two_begins_no_night_of_its_own(
    dag_bag: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from airflow.timetables import trigger
    from airflow.timetables.base import TimeRestriction

    said = dag_bag.dags["verify_households"].timetable.timetable
    two_o_clock = datetime(2026, 6, 20, 2, tzinfo=SHANGHAI)
    monkeypatch.setattr(trigger, "utcnow", lambda: two_o_clock)
    timetable = trigger.CronTriggerTimetable(
        said.expression, timezone=said.timezone, run_immediately=said.run_immediately
    )
    first = timetable.next_dagrun_info(
        last_automated_data_interval=None, restriction=TimeRestriction(earliest=None, latest=None, catchup=False)
    )
    assert first is not None
    assert first.run_after == datetime(2026, 6, 21, 1, tzinfo=SHANGHAI)


def test_a_run_can_be_asked_for_a_day_a_kind_some_feeds_and_a_request(dag_bag: Any) -> None:
    params = dag_bag.dags["verify_households"].params
    assert set(params) == {"as_of", "known_at", "kind", "sources", "request"}
    assert params["kind"] == "nightly"


def test_every_task_retries_has_a_limit_and_an_owner_and_every_dag_a_page(dag_bag: Any) -> None:
    for dag in dag_bag.dags.values():
        assert dag.doc_md, dag.dag_id
        for task in dag.tasks:
            assert task.retries >= 2, (dag.dag_id, task.task_id)
            assert task.execution_timeout, (dag.dag_id, task.task_id)
            assert task.owner != "airflow", (dag.dag_id, task.task_id)
