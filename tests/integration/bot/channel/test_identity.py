"""The bot signs in as itself: once, without blocking, and again when it has to."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import msal
import pytest

from bot.channel.identity import AppIdentity, SignInFailed
from bot.channel.settings import ChannelSettings
from infra.sandbox.teams import Teams
from plans.words import Secret
from tests.doubles.clock import ManualClock
from tests.integration.bot.channel.serving import settings_for


@pytest.fixture
def settings(signed: Teams, monkeypatch: pytest.MonkeyPatch) -> ChannelSettings:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(signed.ca_file))
    return settings_for(signed)


async def test_all_who_need_the_token_share_one_sign_in(
    signed: Teams, settings: ChannelSettings, clock: ManualClock
) -> None:
    identity = AppIdentity(settings, clock)
    tokens = await asyncio.gather(*(identity.token() for _ in range(5)))
    assert len(set(tokens)) == 1
    assert tokens[0] is not None
    assert signed.login.accepts(tokens[0])
    assert len(signed.login.handed_out) == 1


async def test_a_token_is_kept_until_five_minutes_before_it_expires(
    signed: Teams, settings: ChannelSettings, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = []
    original = msal.ConfidentialClientApplication

    def count(*args: object, **kwargs: object) -> object:
        made.append(args)
        return original(*args, **kwargs)

    monkeypatch.setattr(msal, "ConfidentialClientApplication", count)
    identity = AppIdentity(settings, clock)
    first = await identity.token()
    clock.forward(minutes=54, seconds=59)
    assert await identity.token() == first
    clock.forward(seconds=1)
    second = await identity.token()
    assert second != first
    assert (len(signed.login.handed_out), len(made)) == (2, 1)


async def test_a_token_that_was_refused_is_replaced_but_only_that_one(
    signed: Teams, settings: ChannelSettings, clock: ManualClock
) -> None:
    identity = AppIdentity(settings, clock)
    first = await identity.token()
    identity.refuse("an older one")
    assert await identity.token() == first
    identity.refuse(str(first))
    assert await identity.token() != first


async def test_a_wrong_password_is_said_without_repeating_it(
    settings: ChannelSettings, clock: ManualClock, caplog: pytest.LogCaptureFixture
) -> None:
    wrong = replace(settings, app_password=Secret("wrong-password"))
    with pytest.raises(SignInFailed, match="refused"):
        await AppIdentity(wrong, clock).token()
    assert "invalid_client" in caplog.text
    assert "wrong-password" not in caplog.text


async def test_an_authority_that_is_not_there_is_tried_again_the_next_time(
    signed: Teams, settings: ChannelSettings, clock: ManualClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    identity = AppIdentity(settings, clock)
    monkeypatch.delenv("REQUESTS_CA_BUNDLE")
    with pytest.raises(SignInFailed, match="SSLError"):
        await identity.token()
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(signed.ca_file))
    assert await identity.token()


async def test_an_anonymous_bot_has_no_token(clock: ManualClock) -> None:
    assert await AppIdentity(ChannelSettings(), clock).token() is None
