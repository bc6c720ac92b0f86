"""The runs: which nights there were, what went into one, what came out, and taking one back by two people.

Each of the two has proved within the last minutes who they are.
"""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Request
from fastapi import Form as Field
from fastapi.responses import RedirectResponse, Response

from core.errors import OperatorError
from ledger import runs, users
from ledger.runs import Run
from publish.gate_words import gate_words
from publish.recall import recall
from workbench.evidence.lineage import CLASSES, feeds_of, rules_of
from workbench.evidence.snapshot import Snapshot
from workbench.house import House, house_of
from workbench.security.cookies import TYPED, forget
from workbench.security.policy import Door
from workbench.security.refusals import NotThere
from workbench.security.sections import DASHBOARD_READERS, RECALLERS, RUN_READERS
from workbench.security.visitor import Visitor
from workbench.web.page import Notice, page, refused
from workbench.web.proving import is_fresh, keep_typed, typed_before, unproved
from workbench.web.proving_oidc import provider_for

router = APIRouter()
Recaller = Annotated[Visitor, Depends(Door(RECALLERS))]
NIGHT, LANDING = "verify_households", "land_"
READABLE = ("published", "rejected", "recalled")


@router.get("/runs")
def listed(request: Request, visitor: Annotated[Visitor, Depends(Door(RUN_READERS))]) -> Response:
    """Every run, newest first, with the counts of those that were published."""
    house = house_of(request)
    known = sorted(runs.list_runs(house.desk.ledger), key=lambda run: (run.known_at, run.run_id), reverse=True)[:90]
    current = runs.current(house.desk.ledger)
    told = [(run, _published(house, run.run_id) if run.state in READABLE else None) for run in known]
    return page(request, "runs/list.html", visitor, runs=told, current=current)


@router.get("/runs/{run_id}")
def one(request: Request, run_id: str, visitor: Annotated[Visitor, Depends(Door(RUN_READERS))]) -> Response:
    """One run's lineage: deliveries, checks, rules, events, hashes."""
    typed = typed_before(request, visitor, f"/runs/{run_id}")
    answer = _run_page(request, visitor, run_id, reason=typed.get("reason", ""))
    if typed and is_fresh(request, visitor):
        forget(answer, TYPED)
    return answer


@router.get("/runs/airflow/{dag_id}/{airflow_run}")
def of_airflow(
    request: Request, dag_id: str, airflow_run: str, visitor: Annotated[Visitor, Depends(Door(RUN_READERS))]
) -> Response:
    """Where Airflow's link on a DAG run leads: to the night it made, or to the feeds where it landed deliveries.

    Raises:
        NotThere: the DAG is none of ours, or its run has begun no night yet.
    """
    if dag_id.startswith(LANDING) and visitor.has(*DASHBOARD_READERS):
        return RedirectResponse("/dash/feeds", status_code=303)
    made = runs.of_airflow(house_of(request).desk.ledger, airflow_run)
    if dag_id != NIGHT or made is None:
        raise NotThere
    return RedirectResponse(f"/runs/{made.run_id}", status_code=303)


@router.post("/runs/{run_id}/recall")
def take_back(
    request: Request, run_id: str, reason: Annotated[str, Field(max_length=500)], visitor: Recaller
) -> Response:
    """Ask for a recall, or confirm the one another person asked for."""
    house = house_of(request)
    if not is_fresh(request, visitor):
        answer = _run_page(request, visitor, run_id, refused(request, unproved()), reason)
        keep_typed(answer, request, visitor, f"/runs/{run_id}", {"reason": reason})
        return answer
    try:
        recall(run_id, by=visitor.user_id, reason=reason, ledger=house.desk.ledger, settings=house.settings)
    except OperatorError as error:
        return _run_page(request, visitor, run_id, refused(request, error), reason)
    return RedirectResponse(f"/runs/{run_id}", status_code=303)


def _run_page(
    request: Request, visitor: Visitor, run_id: str, notice: Notice | None = None, reason: str = ""
) -> Response:
    """The page of a run; after a refusal with the notice above, and the reason that was typed in its place."""
    house = house_of(request)
    try:
        run = runs.get(house.desk.ledger, run_id)
    except OperatorError:
        raise NotThere from None
    shown = _published(house, run_id) if run.state in READABLE else None
    return page(
        request,
        "runs/one.html",
        visitor,
        status=200 if notice is None else 409,
        notice=notice,
        told=run,
        shown=shown,
        is_current=runs.current(house.desk.ledger) == run_id,
        feeds=[] if shown is None else feeds_of(shown, house.cards),
        rules=[] if shown is None else rules_of(shown),
        airflow=_airflow(house, run),
        reasons=[] if shown is None else _reasons(house, shown),
        titles={code: one.card.title for code, one in house.pages.items()},
        classes=CLASSES,
        names={user.user_id: user.display_name for user in users.listed(house.desk.ledger)},
        events=runs.events(house.desk.ledger, run_id),
        may_recall=visitor.has(*RECALLERS) and run.state == "published",
        fresh=is_fresh(request, visitor),
        prover=provider_for(house, visitor),
        reason=reason,
    )


def _reasons(house: House, shown: Snapshot) -> list[dict[str, str]]:
    sources = {name: card.title for name, card in house.cards.items()}
    rules = {code: one.card.title for code, one in house.pages.items()}
    return [gate_words(reason, sources, rules) for reason in shown.manifest["reasons"]]


def _airflow(house: House, run: Run) -> str | None:
    """Airflow's page of the run's DAG run, where Airflow made it and its address is known."""
    address = house.settings.airflow_url
    if not (address and run.airflow_run):
        return None
    return f"{address.rstrip('/')}/dags/{NIGHT}/runs/{quote(run.airflow_run, safe='')}"


def _published(house: House, run_id: str) -> Snapshot | None:
    """The run's folder, or none where it was thinned out since."""
    try:
        return house.run(run_id)
    except OperatorError:
        return None
