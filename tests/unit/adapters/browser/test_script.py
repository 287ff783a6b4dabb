"""Manifests are data: what they may say, what they may not, and what is put in their slots."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from adapters import manifest
from adapters.browser.addresses import host_of, origin_of
from adapters.browser.inputs import inputs_of
from adapters.browser.script import Manifest, filled, parse
from plans.errors import SetupError, VendorRefused
from plans.ports.work import Brief, Material
from plans.words import Check, DelegationId, ItemId, PersonId, PlanSlug, Verb

URL = "http://127.0.0.1:9103"


def _part() -> dict[str, Any]:
    return manifest.load(manifest.VENDORS / "maildesk.yaml").part


def _maildesk() -> Manifest:
    return parse(_part(), URL)


def _brief(**changes: Any) -> Brief:
    values: dict[str, Any] = {
        "delegation": DelegationId("NA-7.1"),
        "plan": PlanSlug("northwind"),
        "item": ItemId("NA-7"),
        "title": "Send the launch mail",
        "goal": "",
        "instructions": "Tell them.",
        "capability": "send_campaign",
        "verb": Verb.MESSAGE,
        "check": Check(text=""),
        "deadline": datetime(2027, 1, 29, tzinfo=UTC),
        "recipient": "launch-list",
        "on_behalf_of": PersonId("mara"),
    }
    return Brief(**(values | changes))


def _text(text: str) -> dict[str, Any]:
    return {"materials": (Material(item=ItemId("NA-6"), title="", text=text),)}


def test_maildesks_manifest_is_sound_and_bound_to_its_address() -> None:
    found = _maildesk()
    assert (found.hosts, found.origin, found.login.origin) == (("127.0.0.1:9103",), URL, URL)
    assert found.digest != parse(_part(), "http://127.0.0.1:9104").digest


Change = Callable[[dict[str, Any]], object]


def _script(part: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = part["scripts"]["send_campaign"]
    return found


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda part: part.update(shell="rm"), "shell"),
        (lambda part: part.update(hosts=["*.example.com:443"]), "exact host:port"),
        (lambda part: part.update(hosts=["crm.example.com"]), "exact host:port"),
        (lambda part: part.update(hosts=["other.example:443"]), "not among the hosts"),
        (lambda part: part["login"].update(origin="https://login.example"), "not among the hosts"),
        (lambda part: part["login"].update(origin=f"{URL}/login"), "not an origin"),
        (lambda part: _script(part)["steps"].pop(), "ends with its one commit"),
        (lambda part: _script(part)["steps"].insert(0, _script(part)["steps"][-1]), "ends with its one commit"),
        (lambda part: _script(part)["steps"].insert(0, {"id": "x", "goto": "//evil.example"}), "scripts"),
        (lambda part: _script(part)["steps"].insert(0, {"id": "x", "goto": "/{{name}}"}), "scripts"),
        (lambda part: _script(part)["steps"].insert(0, {"id": "x", "eval": "1"}), "scripts"),
        (lambda part: _script(part)["steps"][1].update(value="{{password}}"), "which is no input"),
        (lambda part: _script(part)["inputs"].pop("reference"), "which is no input"),
        (lambda part: _script(part)["inputs"].update(reference="title"), "writes the key"),
        (lambda part: _script(part)["steps"][1].update(fill=[{"role": "textbox"}]), "a role with a name, or css"),
    ],
)
def test_a_manifest_that_says_too_much_or_too_little_is_refused(change: Change, said: str) -> None:
    part = _part()
    change(part)
    with pytest.raises(SetupError, match=said):
        parse(part, URL)


@pytest.mark.parametrize("url", ["", "127.0.0.1:9103", "ftp://127.0.0.1", "http://user:pass@127.0.0.1", "file:///etc"])
def test_what_is_not_a_web_address_is_refused(url: str) -> None:
    with pytest.raises(SetupError):
        parse(_part(), url)


@pytest.mark.parametrize(
    ("url", "host", "origin"),
    [
        ("https://CRM.example.com/a?b", "crm.example.com:443", "https://crm.example.com"),
        ("http://crm.example.com:80", "crm.example.com:80", "http://crm.example.com"),
        ("https://crm.example.com:80", "crm.example.com:80", "https://crm.example.com:80"),
        ("http://[::1]:9103/x", "[::1]:9103", "http://[::1]:9103"),
    ],
)
def test_hosts_and_origins_are_written_as_a_browser_writes_them(url: str, host: str, origin: str) -> None:
    assert (host_of(url), origin_of(url)) == (host, origin)


def test_a_value_that_looks_like_a_slot_is_text() -> None:
    assert filled("{{subject}} [{{key}}]", {"subject": "{{key}}", "key": "k-1"}) == "{{key}} [k-1]"


@pytest.mark.parametrize(
    ("changes", "subject", "body"),
    [
        (_text("Subject: Meet it\n\nHello\nthere"), "Meet it", "Hello\nthere"),
        (_text("\nsubject:Meet it \nHello"), "Meet it", "Hello"),
        (_text("Hello, the subject: none"), "Send the launch mail", "Hello, the subject: none"),
        ({}, "Send the launch mail", "Tell them."),
    ],
)
def test_what_is_sent_is_the_approved_text(changes: dict[str, Any], subject: str, body: str) -> None:
    found = inputs_of(_maildesk().scripts["send_campaign"], _brief(**changes), "k-1")
    assert (found["subject"], found["body"]) == (subject, body)
    assert (found["audience"], found["reference"], found["name"]) == ("launch-list", "k-1", "Send the launch mail")


@pytest.mark.parametrize(
    "changes", [{"recipient": None}, {"recipient": ""}, _text("  \n "), _text("Subject: only\n\n")]
)
def test_a_brief_that_lacks_something_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(VendorRefused, match=r"names no (recipient|body)"):
        inputs_of(_maildesk().scripts["send_campaign"], _brief(**changes), "k-1")


def test_the_browsers_library_is_not_loaded_before_something_needs_it() -> None:
    program = "import sys, adapters.browser.driver, adapters.browser.pool; sys.exit('playwright' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], cwd=Path(__file__).parents[4], check=False).returncode == 0
