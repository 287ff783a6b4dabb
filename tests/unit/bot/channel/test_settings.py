"""What has to go together, and which addresses the bot may call."""

from __future__ import annotations

import pytest

from bot.channel.settings import ChannelSettings, is_loopback, may_be_called
from plans.errors import SetupError
from plans.words import Secret

PASSWORD = Secret("not-a-real-password")


@pytest.mark.parametrize(
    ("given", "lacks"),
    [
        ({"app_id": "a"}, "MICROSOFT_APP_PASSWORD"),
        ({"app_id": "a", "app_password": PASSWORD, "app_type": "UserAssignedMSI"}, "MICROSOFT_APP_TYPE"),
        ({"app_id": "a", "app_password": PASSWORD, "app_type": "SingleTenant"}, "MICROSOFT_APP_TENANT_ID"),
    ],
)
def test_an_incomplete_registration_says_what_to_set(given: dict[str, str], lacks: str) -> None:
    with pytest.raises(SetupError, match=lacks):
        ChannelSettings(**given)  # type: ignore[arg-type]


def test_the_authority_follows_the_apps_type_unless_it_is_given() -> None:
    several = ChannelSettings("a", PASSWORD)
    one = ChannelSettings("a", PASSWORD, app_type="SingleTenant", tenant_id="contoso")
    given = ChannelSettings("a", PASSWORD, login_url="https://login.example/contoso")
    assert several.authority == "https://login.microsoftonline.com/botframework.com"
    assert one.authority == "https://login.microsoftonline.com/contoso"
    assert given.authority == "https://login.example/contoso"
    assert (ChannelSettings().anonymous, several.anonymous) == (True, False)


def test_the_password_is_not_shown() -> None:
    assert "real" not in repr(ChannelSettings("a", PASSWORD))


@pytest.mark.parametrize(
    ("url", "here", "callable_"),
    [
        ("http://127.0.0.1:3978/", True, True),
        ("http://localhost:56150/_connector", True, True),
        ("http://[::1]:1/", True, True),
        ("https://smba.trafficmanager.net/emea/", False, True),
        ("http://smba.trafficmanager.net/emea/", False, False),
        ("http://localhost.evil.example/", False, False),
        ("http://127.0.0.1@evil.example/", False, False),
        ("ftp://127.0.0.1/", True, False),
        ("http://[", False, False),
        ("", False, False),
    ],
)
def test_only_tls_and_this_machine_are_called(url: str, here: bool, callable_: bool) -> None:
    assert (is_loopback(url), may_be_called(url)) == (here, callable_)
