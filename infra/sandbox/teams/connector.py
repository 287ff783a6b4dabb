"""The Bot Connector's REST protocol: what a bot calls to send, replace and delete messages and to open chats."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from aiohttp import web

from infra.sandbox.teams.cards import CARD, Json
from infra.sandbox.teams.conversation import Conversation
from infra.sandbox.teams.faults import Faults, error

if TYPE_CHECKING:
    from infra.sandbox.teams.directory import Directory

LARGEST = 100 * 1024


@dataclass(frozen=True)
class Call:
    """A request of the bot, as it was answered."""

    method: str
    path: str
    body: Json
    status: int


class Connector:
    """Serves the bot. ``accepts`` tells whether a bearer token is one that the login has handed out."""

    def __init__(
        self, directory: Directory, faults: Faults, accepts: Callable[[str], bool], now: Callable[[], datetime]
    ) -> None:
        self.calls: list[Call] = []
        self._directory = directory
        self._faults = faults
        self._accepts = accepts
        self._now = now

    def add_to(self, app: web.Application) -> None:
        one = "/v3/conversations/{conversation}"
        app.router.add_post("/v3/conversations", self._wrap(self._open))
        app.router.add_post(f"{one}/activities", self._wrap(self._post))
        app.router.add_post(f"{one}/activities/{{activity}}", self._wrap(self._post))
        app.router.add_put(f"{one}/activities/{{activity}}", self._wrap(self._put))
        app.router.add_delete(f"{one}/activities/{{activity}}", self._wrap(self._delete))
        app.router.add_get(f"{one}/members", self._members)
        app.router.add_get(f"{one}/pagedmembers", self._members)
        app.router.add_get(f"{one}/members/{{member}}", self._member)

    def _wrap(self, handler: Callable[[web.Request, Json], web.Response]) -> Any:
        async def handle(request: web.Request) -> web.Response:
            raw = await request.read()
            body: Any = json.loads(raw or b"{}")

            async def go() -> web.Response:
                return handler(request, body)

            if not self._authorized(request):
                answer = error(401, "Unauthorized")
            else:
                answer = await self._faults.meet(request, request.match_info.get("conversation", ""), go)
            self.calls.append(Call(request.method, request.path, body, answer.status))
            return answer

        return handle

    def _authorized(self, request: web.Request) -> bool:
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        return self._accepts(token if scheme == "Bearer" else "")

    def _find(self, request: web.Request) -> Conversation | web.Response:
        """The conversation that the bot may write to, or the answer that it may not."""
        conversation = self._directory.conversation(request.match_info["conversation"])
        if conversation is None:
            return error(404, "ConversationNotFound")
        if not conversation.installed:
            return error(403, "BotNotInConversationRoster")
        return conversation

    def _open(self, request: web.Request, body: Json) -> web.Response:
        members = body.get("members") or []
        if body.get("isGroup") or len(members) != 1 or not (body.get("channelData") or {}).get("tenant"):
            return error(400, "BadSyntax")
        conversation = self._directory.personal(members[0].get("id", ""))
        if conversation is None:
            return error(404, "MemberNotFound")
        if not conversation.installed:
            return error(403, "ForbiddenOperationException")
        return web.json_response({"id": conversation.id}, status=201)

    def _post(self, request: web.Request, body: Json) -> web.Response:
        conversation = self._find(request)
        if isinstance(conversation, web.Response):
            return conversation
        refused = _refused(body)
        if refused is not None:
            return refused
        if body["type"] == "typing":
            conversation.type()
            return web.json_response({"id": self._directory.next_id()}, status=201)
        if ";messageid=" not in conversation.id and conversation.kind == "channel":
            message_id = self._directory.next_id()
            conversation = self._directory.thread(conversation, message_id)
        else:
            message_id = self._directory.next_id()
        conversation.add(message_id, self._directory.bot_id, body, self._now())
        return web.json_response({"id": message_id}, status=201)

    def _put(self, request: web.Request, body: Json) -> web.Response:
        conversation = self._find(request)
        if isinstance(conversation, web.Response):
            return conversation
        message_id = request.match_info["activity"]
        message = conversation.messages.get(message_id)
        if message is None or message.deleted:
            return error(404, "ActivityNotFoundInConversation")
        if message.author != self._directory.bot_id:
            return error(403, "MessageNotOwnedByBot")
        refused = _refused(body)
        if refused is not None:
            return refused
        conversation.update(message_id, body, self._now())
        return web.json_response({"id": message_id})

    def _delete(self, request: web.Request, body: Json) -> web.Response:
        conversation = self._find(request)
        if isinstance(conversation, web.Response):
            return conversation
        message_id = request.match_info["activity"]
        if message_id not in conversation.messages:
            return error(404, "ActivityNotFoundInConversation")
        conversation.delete(message_id, self._now())
        return web.json_response({})

    async def _members(self, request: web.Request) -> web.Response:
        conversation = self._directory.conversation(request.match_info["conversation"])
        if not self._authorized(request):
            return error(401, "Unauthorized")
        if conversation is None:
            return error(404, "ConversationNotFound")
        members = [self._directory.account(member) for member in conversation.members]
        return web.json_response({"members": members} if request.path.endswith("/pagedmembers") else members)

    async def _member(self, request: web.Request) -> web.Response:
        conversation = self._directory.conversation(request.match_info["conversation"])
        if not self._authorized(request):
            return error(401, "Unauthorized")
        if conversation is None or request.match_info["member"] not in conversation.members:
            return error(404, "MemberNotFoundInConversation")
        return web.json_response(self._directory.account(request.match_info["member"]))


def _refused(body: Json) -> web.Response | None:
    """What Teams says to an activity that it does not take."""
    if len(json.dumps(body, ensure_ascii=False).encode("utf-16-le", "surrogatepass")) > LARGEST:
        return error(413, "MessageSizeTooBig")
    if body.get("type") not in ("message", "typing"):
        return error(400, "BadSyntax")
    attachments = body.get("attachments") or []
    if body["type"] == "message" and not body.get("text") and not attachments:
        return error(400, "BadSyntax")
    for attachment in attachments:
        content = attachment.get("content")
        if attachment.get("contentType") == CARD and not (
            isinstance(content, dict) and content.get("type") == "AdaptiveCard" and content.get("version")
        ):
            return error(400, "BadArgument")
    return None
