"""Whether this process can serve: what a container engine and a proxy ask of it. Says nothing about anybody."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse, Response
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from workbench.house import house_of
from workbench.security.policy import Open

router = APIRouter()


@router.get("/healthy", dependencies=[Depends(Open())])
def healthy(request: Request) -> Response:
    """200 and `{"ledger": {"status": "healthy"}}` where the ledger answers, else 503."""
    try:
        with house_of(request).desk.ledger.read() as connection:
            connection.execute(text("select 1"))
    except DBAPIError:
        return JSONResponse({"ledger": {"status": "unreachable"}}, status_code=503)
    return JSONResponse({"ledger": {"status": "healthy"}})
