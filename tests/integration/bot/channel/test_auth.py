"""Only what the channel signed gets in, and nothing that is wrong with a token is the bot's fault."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Any

import pytest

from infra.sandbox.teams import Teams
from tests.doubles.clock import ManualClock
from tests.integration.bot.channel.serving import Recorder

Json = dict[str, Any]


def message(teams: Teams, **changed: Any) -> Json:
    """An activity as Teams sends it."""
    return {
        "type": "message",
        "id": "1",
        "channelId": "msteams",
        "serviceUrl": teams.service_url,
        "from": {"id": "29:ann"},
        "recipient": {"id": "28:bot"},
        "conversation": {"id": "a:1", "conversationType": "personal"},
        "text": "status",
        **changed,
    }


async def status(teams: Teams, token: str, **changed: Any) -> int:
    found, _ = await teams.deliver(message(teams, **changed), token)
    return found


BAD: dict[str, Callable[[Teams], str]] = {
    "missing": lambda teams: "",
    "garbage": lambda teams: "garbage",
    "three parts of garbage": lambda teams: "a.b.c",
    "unicode": lambda teams: "ü.ü.ü",
    "expired ten minutes ago": lambda teams: teams.sign_token(exp=int(teams.now().timestamp()) - 600),
    "valid in ten minutes": lambda teams: teams.sign_token(nbf=int(teams.now().timestamp()) + 600),
    "without expiry": lambda teams: teams.sign_token(exp=None),
    "with an expiry that is no number": lambda teams: teams.sign_token(exp="soon"),
    "for another audience": lambda teams: teams.sign_token(aud="another-app"),
    "without audience": lambda teams: teams.sign_token(aud=None),
    "of another issuer": lambda teams: teams.sign_token(iss="https://sts.windows.net/"),
    "for another service": lambda teams: teams.sign_token(serviceurl="https://evil.example/"),
    "for no service": lambda teams: teams.sign_token(serviceurl=None),
    "of another algorithm": lambda teams: teams.sign_token(algorithm="HS256"),
    "of a longer hash": lambda teams: teams.sign_token(algorithm="RS512"),
    "of an unknown key": lambda teams: teams.sign_token(kid="nobody"),
    "of a key that is not RSA": lambda teams: teams.sign_token(kid="not-for-signing"),
    "forged": lambda teams: teams.keys.forge(teams.claims()),
}


@pytest.mark.parametrize("name", BAD)
async def test_a_request_with_a_token_that_proves_nothing_is_refused(
    name: str, signed: Teams, guarded: str, receiver: Recorder, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    token = BAD[name](signed)

    assert await status(signed, token) == 401

    assert receiver.received == []
    warnings = [record for record in caplog.records if record.levelno >= logging.WARNING]
    assert [record.name for record in warnings] == ["bot.channel.endpoint"]
    assert "\n" not in warnings[0].getMessage()
    assert not token or token not in caplog.text


async def test_a_signed_request_is_accepted(signed: Teams, guarded: str, receiver: Recorder) -> None:
    assert await status(signed, signed.sign_token()) == 202
    assert [incoming.text for incoming in receiver.received] == ["status"]


async def test_clocks_may_differ_by_five_minutes(signed: Teams, guarded: str) -> None:
    now = int(signed.now().timestamp())
    assert await status(signed, signed.sign_token(exp=now - 240)) == 202
    assert await status(signed, signed.sign_token(exp=now - 301)) == 401


async def test_a_key_that_is_not_endorsed_for_teams_is_refused(signed: Teams, guarded: str) -> None:
    signed.keys.endorsements = ("webchat",)
    assert await status(signed, signed.sign_token()) == 401


async def test_another_channel_is_refused_however_well_it_signs(signed: Teams, guarded: str) -> None:
    signed.keys.endorsements = ("msteams", "webchat")
    assert await status(signed, signed.sign_token(), channelId="webchat") == 401


async def test_a_rotated_key_is_fetched_and_the_old_one_forgotten(
    signed: Teams, guarded: str, clock: ManualClock
) -> None:
    old = signed.sign_token()
    assert await status(signed, old) == 202
    signed.keys.rotate()
    clock.forward(minutes=1)
    assert await status(signed, signed.sign_token()) == 202
    assert await status(signed, old) == 401
    assert signed.metadata.fetches == 2


async def test_unknown_keys_make_the_bot_ask_once_a_minute_at_most(
    signed: Teams, guarded: str, clock: ManualClock
) -> None:
    assert await status(signed, signed.sign_token()) == 202
    for _ in range(3):
        assert await status(signed, signed.sign_token(kid="nobody")) == 401
    assert signed.metadata.fetches == 1
    clock.forward(seconds=61)
    assert await status(signed, signed.sign_token(kid="nobody")) == 401
    assert signed.metadata.fetches == 2


async def test_all_who_wait_for_keys_share_one_request(signed: Teams, guarded: str) -> None:
    answers = await asyncio.gather(*(status(signed, signed.sign_token(), id=str(n)) for n in range(8)))
    assert answers == [202] * 8
    assert signed.metadata.fetches == 1


async def test_keys_are_looked_up_again_after_a_day(signed: Teams, guarded: str, clock: ManualClock) -> None:
    assert await status(signed, signed.sign_token()) == 202
    clock.forward(hours=24)
    assert await status(signed, signed.sign_token()) == 202
    assert signed.metadata.fetches == 2


async def test_while_no_key_can_be_had_the_channel_is_asked_to_try_again(
    signed: Teams, guarded: str, receiver: Recorder, clock: ManualClock
) -> None:
    signed.metadata.broken = True
    assert await status(signed, signed.sign_token()) == 503
    signed.metadata.broken = False
    clock.forward(seconds=5)
    assert await status(signed, signed.sign_token()) == 202
    assert len(receiver.received) == 1


async def test_known_keys_serve_on_while_the_metadata_is_down(signed: Teams, guarded: str, clock: ManualClock) -> None:
    assert await status(signed, signed.sign_token()) == 202
    signed.metadata.broken = True
    clock.forward(hours=25)
    assert await status(signed, signed.sign_token()) == 202
    assert await status(signed, signed.sign_token(kid="nobody")) == 401


async def test_without_an_app_id_this_machine_may_call(teams: Teams, bot: str, receiver: Recorder) -> None:
    assert await status(teams, "") == 202
    assert len(receiver.received) == 1


@pytest.mark.parametrize("url", ["https://smba.trafficmanager.net/emea/", "http://10.0.0.1/", "http://[", "localhost"])
async def test_without_an_app_id_nobody_else_may(url: str, teams: Teams, bot: str, receiver: Recorder) -> None:
    assert await status(teams, "", serviceUrl=url) == 401
    assert receiver.received == []
