"""Every command and example of the README, as it stands there."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
import yaml

import app
from adapters import inventory
from bot import cards
from bot.cards.forecast import render
from bot.commands.forecast import odds_of
from infra.settings import known
from plans.governance import policy
from plans.governance.policy import PolicySet
from plans.model.critic import review
from plans.model.forecast import forecast
from plans.model.revision import apply
from plans.planning.outline import assemble
from plans.planning.playbook_outline import outline
from plans.planning.playbooks import choose, shelf
from tests.unit.bot.walk import shown
from tests.unit.planning.house import desk_for

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def fenced(language: str) -> list[str]:
    """The examples in that language, without the indentation of the list they stand in."""
    found = re.findall(rf"^( *)```{language}\n(.*?)^ *```$", README, re.MULTILINE | re.DOTALL)
    return ["\n".join(line.removeprefix(indent) for line in body.splitlines()) for indent, body in found]


def commands() -> list[list[str]]:
    """What follows ``uv run`` in every command, with something in place of each placeholder."""
    plain = re.sub(r"<[^>\n]+>", "x", README)
    found = re.findall(r"uv run ((?:app\.py|pytest|python)[^`\n)]*)", plain)
    return [shlex.split(command.rstrip(".:")) for command in found]


def test_the_example_inventory_loads(tmp_path: Path) -> None:
    example, _ = fenced("yaml")
    path = tmp_path / "agents.yaml"
    path.write_text(example, encoding="utf-8")
    entries = inventory.load(path)
    assert [entry.agent.name for entry in entries] == ["scout", "quill", "maildesk"]
    assert entries[2].agent.may == ("message",)
    assert len(yaml.safe_load(example)["agents"]) == 3


def test_the_example_playbook_joins_the_shelf_and_plans_its_goal(tmp_path: Path) -> None:
    _, example = fenced("yaml")
    (tmp_path / "trade_fair.yaml").write_text(example, encoding="utf-8")
    playbooks = shelf(tmp_path)
    assert len(playbooks) == len(shelf()) + 1
    goal = "own our stand at the Lisbon fair by 2027-01-29: 80 talks, budget 5,000 EUR"
    choice = choose(goal, playbooks)
    assert choice.playbook.name == "trade_fair"
    desk = desk_for(goal)
    plan = apply(*assemble(outline(choice.playbook, desk), desk))
    assert review(plan) == []
    assert len(plan.items) == choice.playbook.items == 5


def test_the_example_forecast_is_what_the_example_playbook_gets(tmp_path: Path) -> None:
    _, example = fenced("yaml")
    (tmp_path / "trade_fair.yaml").write_text(example, encoding="utf-8")
    goal = "own our stand at the Lisbon fair by 2027-01-29: 80 talks, budget 5,000 EUR"
    desk = desk_for(goal)
    plan = apply(*assemble(outline(choose(goal, shelf(tmp_path)).playbook, desk), desk))
    view = odds_of(plan, forecast(plan, date(2027, 1, 20)))
    told = " ".join(shown(cards.fitted(lambda room: render(view, room))).split())
    _, printed = fenced("text")
    for line in printed.splitlines():
        assert " ".join(line.split()) in told


def test_the_example_policy_joins_the_built_in_set(tmp_path: Path) -> None:
    built_in = Path(policy.__file__).parent / "policies"
    folder = shutil.copytree(built_in, tmp_path / "policies")
    [example] = fenced("cedar")
    (folder / "mine.cedar").write_text(example, encoding="utf-8")
    ids = {name for name, _ in PolicySet.load(folder).describe()}
    assert "no-mail-above-500" in ids
    assert len(ids) == len(PolicySet.load().describe()) + 1


def test_every_setting_is_documented_and_every_documented_one_exists() -> None:
    table = README[README.index("### Settings") : README.index("## How it is built")]
    named = set(re.findall(r"`([A-Z][A-Z_]+)`", table)) - {"REQUESTS_CA_BUNDLE", "STEWARD_"}
    assert named == {name for name in known() if name.isupper()}


def test_the_programs_commands_are_as_the_readme_writes_them() -> None:
    ours = [words[1:] for words in commands() if words[0] == "app.py"]
    assert {app.arguments(words).command for words in ours} == {
        *("serve", "demo", "credential", "package", "doctor", "plan"),
    }


@pytest.mark.parametrize("module", ["infra.lock", "plans.store.migrate"])
def test_the_maintainers_commands_exist(module: str) -> None:
    assert f"python -m {module}" in README
    assert (ROOT / f"{module.replace('.', '/')}.py").exists()


@pytest.mark.chaos
@pytest.mark.timeout(600)
def test_the_first_command_does_all_it_promises(tmp_path: Path) -> None:
    """With the other playbook, so that both are played: the README's own goal is played by CI itself."""
    goal = "own the ABM programme for Northwind Analytics in 12 weeks: 20 meetings, budget 30,000 EUR"
    done = subprocess.run(
        [sys.executable, "app.py", "demo", "--headless", "--goal", goal],
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin:/usr/local/bin", "STEWARD_HOME": str(tmp_path), "PORT": "0"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-2000:]
    assert "All of it happened" in done.stdout
