"""Manifests: what ships is right, and what a manifest cannot mean is refused where it stands."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapters import inventory, manifest
from plans.errors import SetupError

ENTRY = "agents: [{name: scout, vendor: scout, url: 'http://127.0.0.1:1/mcp', owner: mara}]\n"


def vendors(folder: Path, old: str, new: str) -> Path:
    """A folder of manifests with one in it: the sandbox's research agent's, changed."""
    text = (manifest.VENDORS / "sandbox-research.yaml").read_text()
    assert old in text
    (folder / "scout.yaml").write_text(text.replace(old, new, 1))
    (folder / "agents.yaml").write_text(ENTRY)
    return folder


@pytest.mark.parametrize("path", sorted(manifest.VENDORS.glob("*.yaml")), ids=lambda path: path.stem)
def test_a_shipped_manifest_names_itself_and_how_it_was_tested(path: Path) -> None:
    head = manifest.load(path).head
    assert head.vendor == path.stem
    assert head.tested == "double"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("driver: mcp", "driver: carrier-pigeon", "driver: "),
        ("tested: double", "tested: surely", "tested: "),
        ("tested: double\n", "", "tested: is missing"),
        ("capabilities: [research]", "capabilities: []", "capabilities: "),
        ("price: 40 EUR", "price: forty", "price: "),
        ("cancel:", "stop:", "cancel: is missing"),
        ("topic: title", "topic: subject", "submit.arguments.topic: "),
        ("topic: title", "topic: job", "`submit` cannot be given the job"),
        ("  id: job_id", "  id: jobs[0].id", "job.id: "),
        ("  id: job_id", "  id: __import__('os')", "job.id: "),
        ("running: working", "running: busy", "states.running: "),
        ("states:", "wait_seconds: 25\nstates:", "`wait_seconds` must be below `deadline`"),
        ("states:", "retries: 3\nstates:", "retries: there is no such setting"),
    ],
)
def test_what_a_manifest_cannot_mean_is_refused_with_its_line(tmp_path: Path, old: str, new: str, said: str) -> None:
    folder = vendors(tmp_path, old, new)
    with pytest.raises(SetupError) as refused:
        inventory.load(folder / "agents.yaml", folder)
    assert said in str(refused.value)
    assert str(refused.value).startswith(f"{folder / 'scout.yaml'}:")


def test_a_manifest_of_another_driver_reaches_its_builder_as_it_stands(tmp_path: Path) -> None:
    (tmp_path / "scout.yaml").write_text(
        "vendor: scout\ndriver: browser\ntested: double\ncapabilities: [send_mail]\nmay: [message]\n"
        "url: http://127.0.0.1:2/\nstates: [{when: {label: Password}}]\n"
    )
    entry_without_url = "agents: [{name: mail, vendor: scout, owner: mara, settings: {account: mara}}]\n"
    (tmp_path / "agents.yaml").write_text(entry_without_url)
    (mail,) = inventory.load(tmp_path / "agents.yaml", tmp_path)
    assert mail.url == "http://127.0.0.1:2/"
    assert mail.body == {"states": [{"when": {"label": "Password"}}], "account": "mara"}
