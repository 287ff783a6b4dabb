"""The inventory: what is right makes agents, what is wrong is said with file, line and reason."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapters import inventory
from adapters.manifest import A2aManifest, McpManifest
from plans.errors import SetupError
from plans.words import Money, Verb

GOOD = """\
agents:
  - name: scout
    vendor: sandbox-research
    url: http://127.0.0.1:9101/mcp
    owner: mara@contoso.example
    reads: [brand, product]
    price: 12.50 EUR
    limits: {concurrent: 3, per_day: 50, budget_per_month: 200}
    settings: {wait_seconds: 1, stalled_after: 90}
  - name: writer
    driver: a2a
    url: https://writer.example/a2a/
    capabilities: [write_copy, translate]
    owner: marketing-lead@contoso.example
    may: [read, draft]
  - name: mara
    driver: person
    capabilities: [approve_copy]
    owner: mara@contoso.example
    may: [read]
"""


def write(folder: Path, text: str) -> Path:
    path = folder / "agents.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_entries_become_agents_by_manifest_or_by_themselves(tmp_path: Path) -> None:
    scout, writer, mara = inventory.load(write(tmp_path, GOOD))
    assert scout.agent.driver == "mcp"
    assert scout.agent.capabilities == ("research",)
    assert scout.agent.may == (Verb.READ, Verb.DRAFT)
    assert scout.agent.price == Money(minor=1250)
    assert scout.agent.concurrent == 3
    assert (scout.limits.per_day, scout.limits.budget_per_month) == (50, 200)
    assert scout.tested == "double"
    assert isinstance(scout.body, McpManifest)
    assert (scout.body.wait_seconds, scout.body.stalled_after) == (1, 90)
    assert writer.agent.capabilities == ("write_copy", "translate")
    assert writer.agent.price == Money(minor=0)
    assert isinstance(writer.body, A2aManifest)
    assert writer.url == "https://writer.example/a2a/"
    assert (mara.agent.driver, mara.url, mara.body) == ("person", "", {})


def test_the_sandboxs_agents_charge_what_their_manifests_say(tmp_path: Path) -> None:
    text = "agents:\n" + "".join(
        f"  - {{name: {name}, vendor: {name}, url: 'http://127.0.0.1:1/', owner: mara}}\n"
        for name in ("sandbox-research", "sandbox-copywriter")
    )
    assert [entry.agent.price for entry in inventory.load(write(tmp_path, text))] == [Money.of(40), Money.of(35)]


def test_an_empty_inventory_is_one(tmp_path: Path) -> None:
    assert inventory.load(write(tmp_path, "agents: []\n")) == ()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("    reads:", "    reeds:", "6: agents.reeds: there is no such setting"),
        ("per_day: 50", "per_dya: 50", "8: agents.limits.per_dya: there is no such setting"),
        ("wait_seconds: 1", "wait: 1", "9: agents.settings.wait: "),
        ("wait_seconds: 1", "sing: 1", "9: agents.settings.sing: there is no such setting"),
        ("stalled_after: 90", "stalled_after: soon", "9: agents.settings.stalled_after: "),
        ("sandbox-research", "sandbox-reserch", "3: agents.vendor: there is no manifest of that name"),
        ("sandbox-research", "../vendors/x", "3: agents.vendor: "),
        ("    vendor: sandbox-research\n", "", "2: agents: needs either `vendor`"),
        ("    driver: a2a", "    vendor: sandbox-copywriter\n    driver: a2a", "10: agents: needs either `vendor`"),
        ("    driver: a2a", "    driver: telepathy", "11: agents.driver: "),
        ("    url: http://127.0.0.1:9101/mcp\n", "", "2: agents: scout needs a `url`"),
        ("http://127.0.0.1:9101/mcp", "ftp://127.0.0.1/", "4: agents.url: must be an http or https address"),
        ("http://127.0.0.1:9101/mcp", "http://u:p@127.0.0.1/", "4: agents.url: must not carry a user name or password"),
        ("    owner: mara@contoso.example\n    reads", "    reads", "2: agents.owner: is missing"),
        ("    may: [read, draft]\n", "", "10: agents: without a vendor's manifest it must say"),
        ("may: [read, draft]", "may: [read, everything]", "15: agents.may: "),
        ("    reads", "    may: [publish]\n    reads", "6: agents.may: publish is not among what its manifest offers"),
        ("    reads", "    capabilities: [fly]\n    reads", "6: agents.capabilities: fly is not among"),
        ("12.50 EUR", "12.50", "7: agents.price: "),
        ("12.50 EUR", "a lot of EUR", "7: agents.price: the currency is not three capital letters"),
        ("concurrent: 3", "concurrent: 0", "8: agents.limits.concurrent: "),
        ("name: writer", "name: scout", "10: agents.name: there are two agents called scout"),
        ("name: writer", "name: The Writer", "10: agents.name: "),
        ("agents:", "agent:", "1: an inventory is a mapping with a list named `agents`"),
        ("agents:", "colleagues: []\nagents:", "1: colleagues: there is no such setting"),
        ("[brand, product]", "[brand, product", "7: "),
    ],
)
def test_what_is_wrong_is_said_with_line_and_reason(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in GOOD
    path = write(tmp_path, GOOD.replace(old, new, 1))
    with pytest.raises(SetupError) as refused:
        inventory.load(path)
    assert str(refused.value).startswith(f"{path}:{said}")
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize("text", ["", "[]", "just words", "agents: 7", "agents:\n  - 7\n", "{", "a: b: c", "\t"])
def test_what_is_no_inventory_at_all_names_the_file(tmp_path: Path, text: str) -> None:
    path = write(tmp_path, text)
    with pytest.raises(SetupError, match=r"agents\.yaml"):
        inventory.load(path)


def test_a_file_that_is_not_there_or_not_text_is_named(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="cannot be read"):
        inventory.load(tmp_path / "agents.yaml")
    (tmp_path / "agents.yaml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(SetupError, match=r"agents\.yaml"):
        inventory.load(tmp_path / "agents.yaml")


def test_yaml_that_asks_for_an_object_makes_none(tmp_path: Path) -> None:
    path = write(tmp_path, "agents:\n  - !!python/object/apply:os.system [exit 1]\n")
    with pytest.raises(SetupError, match=r"agents\.yaml:2: "):
        inventory.load(path)
