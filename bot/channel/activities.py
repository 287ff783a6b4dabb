"""Reads the channel's activities: from bytes to an ``Incoming``, or a reason why not.

Nothing that cannot be stored or sent on gets past here. A message's ``value`` and attachments are left behind: every
button of ours is an invoke, so whatever else a client puts there is of no use and could be a secret.
"""

from __future__ import annotations

import hashlib
import json
import re
from datetime import UTC, datetime
from typing import Any, NoReturn

from botbuilder.schema import Activity, ActivityTypes

from bot.incoming import Incoming, IncomingChat, IncomingKind, IncomingPerson
from plans.errors import VendorGarbage

_LONGEST = 1000
"""Characters of an id or address."""


class BadActivity(VendorGarbage):
    """The body is not an activity; the text says what is missing, and repeats nothing of it."""


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _storable(value: Any) -> bool:
    """Whether every string can be stored: PostgreSQL takes no NUL, and UTF-8 no half of a surrogate pair."""
    match value:
        case str():
            return "\0" not in value and not any("\ud800" <= char <= "\udfff" for char in value)
        case dict():
            return all(_storable(key) and _storable(item) for key, item in value.items())
        case list():
            return all(map(_storable, value))
        case _:
            return True


def parse(body: bytes) -> Activity:
    """Raises BadActivity."""
    try:
        raw = json.loads(body, parse_constant=_no_constant)
        if not isinstance(raw, dict):
            raise BadActivity("not a JSON object")
        if not isinstance(raw.get("type"), str) or not raw["type"]:
            raise BadActivity("no type")
        if not _storable(raw):
            raise BadActivity("characters that are not text")
    except (ValueError, RecursionError) as error:
        raise BadActivity("not JSON") from error
    try:
        activity = Activity().deserialize(raw)
    # What the SDK's model raises on a field of the wrong type is not one error (4.17.1).
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError) as error:
        raise BadActivity("a field of the wrong type") from error
    _check_names(activity)
    if not activity.id and activity.type != ActivityTypes.invoke:
        activity.id = hashlib.sha256(body).hexdigest()
    return activity


def _check_names(activity: Activity) -> None:
    """Raises BadActivity unless everybody concerned has a name, and one that an index can hold."""
    for found, what in (
        (activity.service_url, "serviceUrl"),
        (activity.channel_id, "channelId"),
        (activity.conversation and activity.conversation.id, "conversation"),
        (activity.from_property and activity.from_property.id, "from"),
        (activity.recipient and activity.recipient.id, "recipient"),
    ):
        if not found:
            raise BadActivity(f"no {what}")
        if len(found) > _LONGEST:
            raise BadActivity(f"{what} too long")
    if len(activity.from_property.aad_object_id or "") > _LONGEST:
        raise BadActivity("from too long")


def _kind(activity: Activity) -> IncomingKind:
    match activity.type:
        case ActivityTypes.message:
            return "message"
        case ActivityTypes.invoke:
            return "invoke"
        case ActivityTypes.installation_update if activity.action in ("add", "add-upgrade"):
            return "installed"
        case ActivityTypes.conversation_update if activity.members_added:
            return "members_added"
    return "other"


def _value(activity: Activity, kind: IncomingKind) -> dict[str, Any]:
    if kind == "invoke":
        return activity.value if isinstance(activity.value, dict) else {}
    if kind == "members_added":
        return {"members": [member.id for member in activity.members_added if member and member.id]}
    return {}


def _plain(activity: Activity) -> str:
    """The words of a message: the mention of the bot taken out, other mentions as names."""
    text = (activity.text or "").replace("\r\n", "\n").replace("&nbsp;", " ").replace("\xa0", " ")
    for entity in activity.entities or ():
        if entity is None or entity.type != "mention":
            continue
        # The SDK's model keeps a mention's own fields as leftovers (4.17.1).
        mentioned = entity.additional_properties.get("mentioned")
        said = entity.additional_properties.get("text")
        if isinstance(mentioned, dict) and isinstance(said, str) and said and mentioned.get("id"):
            ours = mentioned["id"] == activity.recipient.id
            text = text.replace(said, " " if ours else re.sub(r"</?at\b[^>]*>", "", said))
    # Tabs stay: they part the cells of a table that was pasted.
    return re.sub(r" +", " ", text).strip()


def _chat(activity: Activity) -> IncomingChat:
    conversation = activity.conversation
    data = activity.channel_data if isinstance(activity.channel_data, dict) else {}
    # conversation.tenantId is lost by the SDK's model (4.17.1 maps it to another spelling).
    tenant = data["tenant"].get("id") if isinstance(data.get("tenant"), dict) else None
    return IncomingChat(
        id=conversation.id,
        kind=conversation.conversation_type or ("groupChat" if conversation.is_group else "personal"),
        service_url=activity.service_url,
        tenant=tenant if isinstance(tenant, str) else "",
        bot_id=activity.recipient.id,
        name=conversation.name or "",
    )


def incoming(activity: Activity, now: datetime) -> Incoming:
    """What the rest of the bot gets to see. ``now`` stands in where Teams gives no time."""
    kind = _kind(activity)
    sender = activity.from_property
    return Incoming(
        id=activity.id or "",
        kind=kind,
        chat=_chat(activity),
        person=IncomingPerson(id=sender.aad_object_id or sender.id, teams_id=sender.id, name=sender.name or ""),
        text=_plain(activity) if kind == "message" else "",
        value=_value(activity, kind),
        name=activity.name or activity.action or "",
        at=activity.timestamp.astimezone(UTC) if activity.timestamp else now,
        reply_to=activity.reply_to_id or "",
    )
