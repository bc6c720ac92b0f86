"""Help: the keys, what words mean, and the handbook of rules made from their cards; and each user's watermark."""

from __future__ import annotations

from typing import Annotated
from xml.sax.saxutils import escape

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from core.moment import today
from workbench.house import house_of
from workbench.security.policy import Door
from workbench.security.refusals import NotThere
from workbench.security.sections import EVERYONE
from workbench.security.visitor import Visitor
from workbench.web.page import page
from workbench.words.codes import code_words

router = APIRouter()
EXPLAINED = ("severity", "grade", "coverage", "feed")


@router.get("/help")
def handbook(request: Request, visitor: Annotated[Visitor, Depends(Door(EVERYONE))]) -> Response:
    """The keys, the words, and every rule that is asked."""
    groups = [(name, code_words()[name]) for name in EXPLAINED]
    return page(request, "help/handbook.html", visitor, groups=groups, rules=house_of(request).pages)


@router.get("/help/rules/{code}")
def rule(request: Request, code: str, visitor: Annotated[Visitor, Depends(Door(EVERYONE))]) -> Response:
    """One rule's page: what it asks, on what basis, what would explain it, how to resolve it."""
    house = house_of(request)
    if code not in house.pages:
        raise NotThere
    return page(request, "help/rule.html", visitor, rule=house.pages[code], cards=house.cards)


@router.get("/watermark.css")
def watermark(visitor: Annotated[Visitor, Depends(Door(EVERYONE))]) -> Response:
    """A faint name and day behind the page, as a style sheet of our own (the policy allows no inline style)."""
    words = escape(f"{visitor.name} {today():%Y-%m-%d}")
    picture = (
        "<svg xmlns='http://www.w3.org/2000/svg' width='320' height='200'>"
        "<text x='20' y='120' transform='rotate(-20 160 100)' font-size='14' fill='%23000' fill-opacity='.035'>"
        f"{words}</text></svg>"
    )
    sheet = f'main {{ background-image: url("data:image/svg+xml;utf8,{picture}"); }}\n'
    return Response(sheet, media_type="text/css; charset=utf-8")
