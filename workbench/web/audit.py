"""The audit: who signed in, saw, searched, decided and granted; and whether the chain holds."""

from __future__ import annotations

import json
from typing import Annotated

import polars as pl
from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from ledger import audit, users
from ledger.case_words import Outcome, Role, Stage
from publish.verify import verify_audit
from workbench.house import house_of
from workbench.security.policy import Door
from workbench.security.sections import AUDITORS
from workbench.security.visitor import Visitor
from workbench.web.page import page
from workbench.words.codes import code_words, worded

router = APIRouter()
SIZE = 50
_YES_OR_NO = {"zh": ("是", "否"), "en": ("yes", "no")}
_CODES = {
    "by_what": ("search_way",),
    "field": ("field",),
    "kind": ("letter", "run_kind"),
    "outcome": ("objection_outcome",),
    "purpose": ("check_purpose",),
    "reason_code": ("reason_code", "reveal_reason"),
    "verdict": ("identity_verdict",),
    "way": ("login_way", "notice_way"),
}
_ENUMERATED: dict[str, type[Outcome | Role | Stage]] = {"outcome": Outcome, "role": Role, "stage": Stage}


@router.get("/audit")
def entries(
    request: Request,
    visitor: Annotated[Visitor, Depends(Door(AUDITORS))],
    act: str = "",
    by: str = "",
    before: int = 0,
) -> Response:
    """The acts, newest first, by kind and by person."""
    everything = audit.entries(house_of(request).desk.ledger)
    acts = sorted(set(everything["act"]))
    found = everything
    for column, wanted in (("act", act), ("by_whom", by.strip())):
        found = found.filter(pl.col(column) == wanted) if wanted else found
    if before:
        found = found.filter(pl.col("sequence") < before)
    shown = found.sort("sequence", descending=True).head(SIZE)
    older = int(shown["sequence"][-1]) if found.height > SIZE else 0
    return page(
        request,
        "audit/list.html",
        visitor,
        entries=[{**one, "told": told_of(one["detail"], visitor.language)} for one in shown.to_dicts()],
        acts=acts,
        names={user.user_id: user.display_name for user in users.listed(house_of(request).desk.ledger)},
        act=act,
        by=by,
        total=found.height,
        older=older,
    )


def told_of(detail: str, language: str) -> list[tuple[str, str]]:
    """What an entry tells beside its act, names and codes in words, what is no code as it was written; nothing is left
    out."""
    given: dict[str, object] = json.loads(detail)
    return [(worded("detail", name, language), _told(name, value, language)) for name, value in given.items()]


def _told(name: str, value: object, language: str) -> str:
    if value is None:
        return "—"
    if isinstance(value, bool):
        return _YES_OR_NO[language][not value]
    if isinstance(value, list) and all(isinstance(one, str | int) for one in value):
        return ("、" if language == "zh" else ", ").join(_said(name, f"{one}", language) for one in value)
    return _said(name, value, language) if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _said(name: str, text: str, language: str) -> str:
    """A code in words, by the lists that codes of this name are from; any other text as it is."""
    for group in _CODES.get(name, ()):
        if text in code_words()[group]:
            return code_words()[group][text][language]
    word = next((one for one in _ENUMERATED.get(name, ()) if one.value == text), None)
    return text if word is None else f"{getattr(word, language)}"


@router.post("/audit/verify")
def verify(request: Request, visitor: Annotated[Visitor, Depends(Door(AUDITORS))]) -> Response:
    """Recompute the whole chain against the heads that published runs keep."""
    house = house_of(request)
    report = verify_audit(house.desk.ledger, house.settings)
    return page(request, "audit/verified.html", visitor, report=report)
