"""Where browsers send what they blocked by our content security policy. They send no session and no token with it."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response

from workbench.house import house_of
from workbench.security.policy import FromBrowser
from workbench.security.policy_reports import MEDIA, MOST_BYTES, PATH

router = APIRouter()


@router.post(PATH, dependencies=[Depends(FromBrowser())])
async def take(request: Request) -> Response:
    """204 where the report was counted; 413, 415, 422 or 429 where it is too long, none, unreadable or too many."""
    reports = house_of(request).policy_reports
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() not in MEDIA:
        return Response(status_code=415)
    if not reports.admits():
        return Response(status_code=429, headers={"Retry-After": "60"})
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > MOST_BYTES:
            return Response(status_code=413)
    taken = await run_in_threadpool(reports.take, body)
    return Response(status_code=204 if taken else 422)
