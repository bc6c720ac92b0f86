"""One `land_<source>` DAG per source card: take what arrived, write-once, and extract the subjects' rows.

Doors are imported inside the tasks: Airflow reads this file anew for every task of every source.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from airflow.sdk import DAG, Asset, CronTriggerTimetable, TriggerRule, get_current_context, task
from airflow.sdk.definitions.callback import SyncCallback
from airflow.sdk.definitions.deadline import DeadlineAlert, DeadlineReference
from airflow.sdk.exceptions import AirflowSkipException

from publish.alerts import landing_is_late
from publish.cards import cards


def land_source(source: str, owner: str, doc: str) -> DAG:
    """The DAG that lands one source; its doc page is the source's card in words."""
    landed = Asset(name=source, uri=f"hedui://delivery/{source}", group="delivery")
    with DAG(
        dag_id=f"land_{source}",
        schedule=CronTriggerTimetable("*/30 * * * *", timezone="Asia/Shanghai"),
        catchup=False,
        max_active_runs=1,
        default_args={
            "owner": owner,
            "retries": 2,
            "retry_delay": timedelta(seconds=20),
            "execution_timeout": timedelta(hours=1),
        },
        deadline=DeadlineAlert(
            reference=DeadlineReference.DAGRUN_QUEUED_AT,
            interval=timedelta(hours=2),
            callback=SyncCallback(landing_is_late, kwargs={"source": source}),
        ),
        doc_md=doc,
        tags=["land", source],
    ) as dag:

        @task
        def look() -> list[str]:
            """Files of this source that wait in the inbox."""
            from publish import landing_desk

            return landing_desk.look(source)

        @task(map_index_template="{{ file }}", max_active_tis_per_dag=2)
        def land(file: str) -> dict[str, str]:
            """Prove what arrived and keep it untouched; a refusal is recorded and told, and the night goes on."""
            from publish import landing_desk

            get_current_context()["file"] = file  # type: ignore[typeddict-unknown-key]
            return landing_desk.land(file)

        @task(trigger_rule=TriggerRule.ALL_DONE, outlets=[landed])
        def extract(*, outlet_events: Any = None) -> dict[str, int]:
            """Read the new deliveries of this source once and keep the subjects' rows in our words.

            Skipped when nothing new came, so that no asset event starts a night for nothing.
            """
            from publish import reading_desk

            counts = reading_desk.extract_known(source)
            if not counts:
                raise AirflowSkipException("nothing new for this source")
            outlet_events[landed].extra = dict(counts)
            return counts

        @task(trigger_rule=TriggerRule.ALL_DONE)
        def all_landed(results: Any) -> None:
            """Fail the run when a delivery could not even be looked at (the leaf decides a run's state)."""
            from publish import landing_desk

            landing_desk.tell_refusals(source, list(results))

        files = land.expand(file=look())
        files >> extract() >> all_landed(files)
    return dag


for card in cards():
    globals()[f"land_{card.source}"] = land_source(card.source, card.owner, card.doc)
