"""POST /api/messages: checks who calls, hands on what was said, and answers within milliseconds.

A message or event is stored by the receiver and answered 202; a button is answered in line with the card that replaces
it. What a button carries, and a message that may be a one-time code, are neither logged nor stored here. Bad input
never ends in a 5xx: that would make the channel send it again.
"""

from __future__ import annotations

import logging
import re
import unicodedata
from collections import OrderedDict

from aiohttp import web
from botbuilder.schema import Activity

from bot.channel.activities import BadActivity, incoming, parse
from bot.channel.auth import ChannelAuth, KeysUnavailable, Unauthenticated
from bot.incoming import Incoming, InvokeAnswer, Receiver
from plans.ports.time import Clock

LIMIT = 256 * 1024
"""Bytes of a request's body."""
_REMEMBERED = 1000
_SILENT_INVOKES = frozenset({"message/submitAction", "signin/failure"})
"""Invokes that only report something: Teams shows an error unless they are answered 200."""
_CODE = re.compile(r"[A-Za-z0-9]{4,10}")
_log = logging.getLogger(__name__)


def may_be_code(text: str) -> bool:
    """Whether a message looks like a one-time code: 4 to 10 letters or digits alone, in whatever groups."""
    bare = re.sub(r"[\s\-\u2010-\u2015]", "", unicodedata.normalize("NFKC", text))
    return _CODE.fullmatch(bare) is not None


def _where(error: BaseException) -> str:
    """Kind and place of an error. Its text and its traceback could quote what was typed, so they are not logged."""
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    at = f" in {place.tb_frame.f_code.co_qualname}:{place.tb_lineno}" if place is not None else ""
    return f"{type(error).__name__}{at}"


class Endpoint:
    """The bot's own ``process``: botbuilder 4.17.1's answers 500 to every invoke that has a body."""

    def __init__(self, auth: ChannelAuth, receiver: Receiver, wall: Clock) -> None:
        self._auth = auth
        self._receiver = receiver
        self._wall = wall
        self._taken: OrderedDict[str, None] = OrderedDict()

    async def handle(self, request: web.Request) -> web.Response:
        """An aiohttp handler."""
        body = await _body(request)
        try:
            activity = parse(body)
            await self._auth.check(request.headers.get("Authorization", ""), activity.service_url, activity.channel_id)
            arrived = incoming(activity, self._wall.now())
        except BadActivity as error:
            _log.warning("request refused: %s", error)
            return web.Response(status=400, text=f"{error}\n")
        except Unauthenticated as error:
            _log.warning("request not authenticated: %s", error)
            return web.Response(status=401)
        except KeysUnavailable as error:
            _log.error("request not checked: %s", error)
            return web.Response(status=503, headers={"Retry-After": "5"})
        return await self._dispatch(activity, arrived)

    async def _dispatch(self, activity: Activity, arrived: Incoming) -> web.Response:
        if arrived.kind == "invoke":
            return await self._invoke(arrived)
        try:
            if not await self._intercepted(arrived):
                await self._receiver.receive(arrived)
        except Exception as error:
            # 503 makes the channel send it again; nothing is stored, so nothing is done twice.
            _log.error("activity %s not taken: %s", arrived.key, _where(error))
            return web.Response(status=503)
        return web.Response(status=202)

    async def _intercepted(self, arrived: Incoming) -> bool:
        """Offers what may be a code. A code delivered again must not be stored because it has been used by then."""
        if arrived.kind != "message" or not may_be_code(arrived.text):
            return False
        if arrived.key in self._taken:
            return True
        self._taken[arrived.key] = None
        if len(self._taken) > _REMEMBERED:
            self._taken.popitem(last=False)
        taken = False
        try:
            taken = await self._receiver.intercept(arrived)
        finally:
            if not taken:
                self._taken.pop(arrived.key, None)
        return taken

    async def _invoke(self, arrived: Incoming) -> web.Response:
        if arrived.name in _SILENT_INVOKES:
            return web.json_response({})
        if arrived.name != "adaptiveCard/action":
            _log.info("invoke %s is not served", "of another kind" if len(arrived.name) > 40 else repr(arrived.name))
            return web.Response(status=501)
        if not isinstance(arrived.value.get("action"), dict):
            answer = InvokeAnswer.error(400, "BadRequest", "The button sent nothing that can be read.")
        else:
            answer = await self._click(arrived)
        # The status of the HTTP response is 200 whenever the bot answered; the answer's own says how.
        return web.json_response({"statusCode": answer.status, "type": answer.type, "value": answer.value})

    async def _click(self, arrived: Incoming) -> InvokeAnswer:
        try:
            return await self._receiver.click(arrived)
        except Exception as error:
            _log.error("click not answered: %s", _where(error))
            return InvokeAnswer.error(500, "InternalError", "That did not work. Look at the card and try again.")


async def _body(request: web.Request) -> bytes:
    """The request's body. Raises the web error to answer with when it is too large or not declared as JSON."""
    # A web page can make a browser post anything here, except this content type without asking first.
    if request.content_type != "application/json":
        raise web.HTTPBadRequest(text="not JSON\n")
    if (request.content_length or 0) > LIMIT:
        raise web.HTTPRequestEntityTooLarge(LIMIT, request.content_length or 0)
    body = bytearray()
    async for chunk in request.content.iter_any():
        body += chunk
        if len(body) > LIMIT:
            raise web.HTTPRequestEntityTooLarge(LIMIT, len(body))
    return bytes(body)
