"""`purge_expired`: destroy keys past their retention, thin published runs; each erasure is an audited event."""

from __future__ import annotations

from datetime import timedelta

from airflow.sdk import DAG, CronTriggerTimetable, task

with DAG(
    dag_id="purge_expired",
    schedule=CronTriggerTimetable("0 5 * * *", timezone="Asia/Shanghai"),
    catchup=False,
    max_active_runs=1,
    default_args={
        "owner": "verification-centre",
        "retries": 2,
        "retry_delay": timedelta(minutes=5),
        "execution_timeout": timedelta(hours=1),
    },
    doc_md=__doc__,
    tags=["retention"],
) as dag:

    @task
    def purge() -> dict[str, int]:
        """Raw files past raw retention, households past case retention, runs past thinning."""
        from publish import night

        return night.purge()

    purge()
