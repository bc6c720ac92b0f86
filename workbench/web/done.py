"""What every act on a case ends with: the case as it stands now, or the same page with the reason why not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from fastapi import Request
from fastapi.responses import RedirectResponse, Response

from core.errors import OperatorError
from ledger.desk import Desk
from workbench.house import house_of
from workbench.security.refusals import NotThere
from workbench.security.visitor import Visitor
from workbench.web.case import case_page


def done(
    request: Request,
    visitor: Visitor,
    case_id: int,
    work: Callable[[Desk], object],
    *,
    typed: Mapping[str, Any] | None = None,
) -> Response:
    """Do it and show the case again; after a refusal the page says why, with what was `typed` still in its fields.

    Raises:
        NotThere: no such case within the visitor's scope.
    """
    try:
        work(house_of(request).desk)
    except OperatorError as error:
        if error.code == "case.unknown":
            raise NotThere from None
        return case_page(request, visitor, case_id, error=error, typed=typed)
    return RedirectResponse(f"/cases/{case_id}", status_code=303)
