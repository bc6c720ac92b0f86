"""Requests that end otherwise: each gets a page that says what to do, and none tells what lies outside the scope."""

from __future__ import annotations

import logging
from traceback import format_tb
from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.exc import DBAPIError
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.errors import HeduiError
from core.moment import now
from ledger.run import too_slow
from workbench.security.cookies import language_of
from workbench.security.refusals import Forbidden, Forged, NotThere, SignInFirst
from workbench.web.page import page
from workbench.words.catalogue import marked
from workbench.words.codes import code_words

LOG = logging.getLogger("workbench")
_NOT_THERE = (marked("没有这一页"), marked("页面不存在，或不在您的辖区之内。"))
_FORBIDDEN = (marked("您的角色不能打开这一页"), marked("如确有需要，请向系统管理员申请授权。"))
_FORGED = (marked("请求未被接受"), marked("页面可能已过期。请返回上一页，刷新后再提交；已填写的内容请先复制保存。"))
_UNREADABLE = (marked("请求无法识别"), marked("请返回上一页，检查填写的内容。"))
_TOO_SLOW = (
    marked("数据库没有及时答复"),
    marked("一次查询用时太长，已被中止；没有保存任何改动。请缩小范围后再试；若再次出现，请把时间和页面告诉运维人员。"),
)
_REFUSED = marked("没有办成")
_DEFECT = (marked("系统出错"), marked("错误已记录。请稍后再试；若再次出现，请把时间告诉系统管理员。"))


def _turned_away(request: Request, status: int, words: tuple[str, str], code: str = "") -> Response:
    at = now() if status >= 500 else None
    return page(request, "error.html", None, status=status, title=words[0], words=words[1], code=code, at=at)


def answer_errors(app: FastAPI) -> None:
    """Give every way in which a request can end its page."""

    @app.exception_handler(SignInFirst)
    def sign_in(request: Request, _: Exception) -> Response:
        if request.headers.get("hx-request"):
            return Response(status_code=401, headers={"HX-Redirect": "/login"})
        wanted = request.url.path if request.method == "GET" else "/"
        return RedirectResponse(f"/login?next={quote(wanted)}", status_code=303)

    @app.exception_handler(Forbidden)
    def forbidden(request: Request, _: Exception) -> Response:
        return _turned_away(request, 403, _FORBIDDEN)

    @app.exception_handler(Forged)
    def forged(request: Request, _: Exception) -> Response:
        return _turned_away(request, 403, _FORGED)

    @app.exception_handler(NotThere)
    def not_there(request: Request, _: Exception) -> Response:
        return _turned_away(request, 404, _NOT_THERE)

    @app.exception_handler(HTTPException)
    def plain(request: Request, error: HTTPException) -> Response:
        return _turned_away(request, error.status_code, _NOT_THERE if error.status_code == 404 else _UNREADABLE)

    @app.exception_handler(RequestValidationError)
    def unreadable(request: Request, _: Exception) -> Response:
        return _turned_away(request, 422, _UNREADABLE)

    @app.exception_handler(DBAPIError)
    def database(request: Request, error: DBAPIError) -> Response:
        if not too_slow(error):
            raise error
        LOG.error("ledger.too_slow %s %s", request.method, getattr(request.scope.get("route"), "path", ""))
        return _turned_away(request, 503, _TOO_SLOW, "ledger.too_slow")

    @app.exception_handler(HeduiError)
    def ours(request: Request, error: HeduiError) -> Response:
        LOG.warning("%s %s", error.code, error.where)
        known = code_words()["refusal"].get(error.code)
        words = (_REFUSED, known[language_of(request)]) if known else (error.what, error.todo)
        return _turned_away(request, 409 if error.who != "us" else 500, words, error.code)


class WithheldErrors:
    """Middleware: an error nobody foresaw becomes a page, and its message, which may quote a person, goes nowhere.

    What is logged is its kind and the lines of code it came through, never a value.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        begun = False

        async def sent(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self._app(scope, receive, sent)
        except Exception as error:
            LOG.error("unhandled %s\n%s", type(error).__qualname__, "".join(format_tb(error.__traceback__)))
            if not begun:
                await _turned_away(Request(scope, receive), 500, _DEFECT)(scope, receive, send)
