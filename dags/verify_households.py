"""`verify_households`: the night. Join everything that was accepted against the roster as of a day, ask, publish.

It starts at 01:00 Asia/Shanghai, and once more whenever every monthly feed has brought something new.
Doors are imported inside the tasks: Airflow reads this file anew for every task.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from airflow.sdk import (
    DAG,
    Asset,
    AssetAll,
    AssetOrTimeSchedule,
    CronTriggerTimetable,
    Param,
    TriggerRule,
    get_current_context,
    task,
)
from airflow.sdk.definitions.callback import SyncCallback
from airflow.sdk.definitions.deadline import DeadlineAlert, DeadlineReference

from publish.alerts import night_is_late
from publish.cards import cards

SOURCES = [card.source for card in cards()]
MONTHLY = [card.source for card in cards() if card.monthly]

with DAG(
    dag_id="verify_households",
    schedule=AssetOrTimeSchedule(
        timetable=CronTriggerTimetable(
            "0 1 * * *",
            timezone="Asia/Shanghai",
            run_immediately=timedelta(0),  # False would still begin the night just past, up to 2 h 24 min after 01:00
        ),
        assets=AssetAll(
            *(Asset(name=source, uri=f"hedui://delivery/{source}", group="delivery") for source in MONTHLY)
        ),
    ),
    catchup=False,
    max_active_runs=1,
    default_args={
        "owner": "verification-centre",
        "retries": 2,
        "retry_delay": timedelta(seconds=15),
        "execution_timeout": timedelta(hours=3),
    },
    deadline=DeadlineAlert(
        reference=DeadlineReference.DAGRUN_QUEUED_AT,
        interval=timedelta(hours=5),
        callback=SyncCallback(night_is_late),
    ),
    params={
        "as_of": Param(
            None, type=["null", "string"], format="date", description="facts as of this day (核对基准日); empty: today"
        ),
        "known_at": Param(
            None, type=["null", "string"], description="deliveries as known at this instant (ISO 8601); empty: now"
        ),
        "kind": Param(
            "nightly",
            enum=["nightly", "backfill", "commissioned", "shadow"],
            description="a backfill never becomes current",
        ),
        "sources": Param(
            [], type="array", items={"type": "string", "enum": SOURCES}, description="only these feeds; empty: all"
        ),
        "request": Param(None, type=["null", "string"], description="delivery id of a commissioned request (委托核对)"),
    },
    doc_md=__doc__,
    tags=["night"],
) as dag:

    @task
    def begin() -> str:
        """Fix the two clocks of this run."""
        context = get_current_context()
        from publish import night

        return night.begin(retry_key=str(context["dag_run"].run_id), **dict(context["params"]))

    @task
    def admit_roster(verification: str) -> str:
        """Extract and gate the roster first: it says who is looked for."""
        from publish import night

        return night.admit_roster(verification)

    @task
    def feeds(verification: str) -> list[str]:
        """Feeds with deliveries that are not yet extracted for today's subjects."""
        from publish import night

        return night.feeds_to_extract(verification)

    @task(map_index_template="{{ source }}", max_active_tis_per_dag=2)
    def extract(source: str, verification: str) -> dict[str, int]:
        """Rows of one feed for the subjects of this run."""
        from publish import night

        get_current_context()["source"] = source  # type: ignore[typeddict-unknown-key]
        return night.extract(verification, source)

    @task(trigger_rule=TriggerRule.ALL_DONE)
    def expect(verification: str) -> dict[str, int]:
        """Accept, refuse or hold each delivery; a failed gate stops that feed, not the night."""
        from publish import night

        return night.expect(verification)

    @task(pool="warehouse")
    def join(verification: str) -> str:
        """The warehouse of this run, joined as of the day."""
        from publish import night

        return night.join(verification)

    @task(pool="warehouse")
    def ask(verification: str) -> str:
        """Every released rule: mismatches with their evidence, as questions."""
        from publish import night

        return night.ask(verification)

    @task(pool="warehouse")
    def publish(verification: str) -> dict[str, Any]:
        """The immutable run, its gate, and the one switch of the current run."""
        from publish import night

        return night.publish(verification)

    run: Any = begin()  # what a task will return stands in for it until it runs
    admitted: Any = admit_roster(run)
    extracted = extract.partial(verification=run).expand(source=feeds(admitted))
    gated = expect(run)
    extracted >> gated
    gated >> join(run) >> ask(run) >> publish(run)
