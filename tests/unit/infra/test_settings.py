"""What the environment may say, and what is said back when it is wrong."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from infra.settings import load, make_home, read
from plans.errors import SetupError


@pytest.fixture(autouse=True)
def _bare(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in os.environ:
        if name.upper().startswith(("STEWARD_", "MICROSOFT", "ANTHROPIC_", "DATABASE_URL")) or name in ("HOST", "PORT"):
            monkeypatch.delenv(name)


def test_nothing_set_makes_a_local_bot_that_needs_nothing() -> None:
    settings = load()
    assert settings.anonymous
    assert (settings.host, settings.port, settings.day_seconds) == ("127.0.0.1", 3978, 86400.0)
    assert settings.database.startswith("sqlite:///")


def test_the_home_folder_is_stewards_and_not_the_users(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/somewhere")
    assert load().home == Path(".steward")


@pytest.mark.parametrize("name", ["MICROSOFT_APP_ID", "MicrosoftAppId"])
def test_both_spellings_of_the_app_id_are_taken(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "an-id")
    assert load().app_id == "an-id"


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("STEWARD_HOEM", "x", "Did you mean STEWARD_HOME?"),
        ("STEWARD_QQQQQQ", "x", "The README lists the names."),
        ("PORT", "no", "PORT"),
        ("PORT", "70000", "PORT"),
        ("STEWARD_DAY_SECONDS", "0", "STEWARD_DAY_SECONDS"),
        ("HOST", "0.0.0.0", "MICROSOFT_APP_ID"),
        ("STEWARD_ZONE", "Middle/Earth", "Europe/Berlin"),
        ("STEWARD_LOG_LEVEL", "chatty", "STEWARD_LOG_LEVEL"),
        ("STEWARD_PUBLIC_URL", "http://contoso.example", "STEWARD_PUBLIC_URL is no address such as https://"),
    ],
)
def test_what_is_wrong_is_named_with_the_way_on(
    name: str, value: str, said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SetupError, match=said.replace("?", r"\?").replace(".", r"\.")):
        load()


@pytest.mark.parametrize(
    "url", ["https://x:99999", "https://[x", "https:///only", "ftp://x", "https://x?k=v", "https://a:b@x"]
)
def test_an_address_that_cannot_be_given_to_others_is_refused_without_repeating_it(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("STEWARD_PUBLIC_URL", url)
    with pytest.raises(SetupError, match="STEWARD_PUBLIC_URL") as refused:
        load()
    assert url not in str(refused.value)


@pytest.mark.parametrize("url", ["https://x.example", "https://x.example:8443/bot/", "http://127.0.0.1:3978"])
def test_an_address_over_tls_or_of_this_machine_is_taken(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STEWARD_PUBLIC_URL", url)
    assert load().public_url == url


def test_everything_that_is_wrong_can_be_had_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STEWARD_HOEM", "x")
    monkeypatch.setenv("STEWARD_ZONE", "nowhere")
    told, problems = read()
    assert told is not None
    assert [problem.split("=")[0].split(" ")[0] for problem in problems] == ["STEWARD_HOEM", "STEWARD_ZONE"]
    monkeypatch.setenv("PORT", "no")
    told, problems = read()
    assert told is None
    assert [problem.split(" ")[0] for problem in problems] == ["STEWARD_HOEM", "PORT:"]


def test_a_scaled_clock_is_refused_in_production(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MICROSOFT_APP_ID", "an-id")
    monkeypatch.setenv("STEWARD_DAY_SECONDS", "10")
    with pytest.raises(SetupError, match="rehearsals"):
        load()


def test_no_secret_shows_when_settings_are_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MICROSOFT_APP_ID", "an-id")
    monkeypatch.setenv("MICROSOFT_APP_PASSWORD", "canary-1")
    monkeypatch.setenv("ANTHROPIC_API_KEY", "canary-2")
    assert "canary" not in repr(load())


def test_a_home_that_cannot_be_written_is_said_with_the_way_on(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SetupError, match="STEWARD_HOME"):
        make_home(tmp_path / "file" / "home")


def test_the_home_folder_is_its_owners_alone(tmp_path: Path) -> None:
    assert make_home(tmp_path / "home").stat().st_mode & 0o777 == 0o700
