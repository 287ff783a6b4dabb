"""A file is imported from the command line while Steward serves on the same database."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

from infra.sandbox.teams.conversation import Message
from tests.e2e.conftest import Start
from tests.e2e.test_main_job import GOAL, proposal, said

ROOT = Path(__file__).parents[2]


async def command(folder: Path, *arguments: str) -> tuple[int | None, str]:
    running = await asyncio.create_subprocess_exec(
        *(sys.executable, str(ROOT / "app.py"), "plan", *arguments),
        cwd=folder,
        env=dict(os.environ),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    told, _ = await running.communicate()
    return running.returncode, told.decode()


def change(message: Message) -> bool:
    return "Proposed change" in message.text


async def test_the_serving_bot_shows_what_the_command_line_proposed(start: Start, tmp_path: Path) -> None:
    teams = await start()
    chat = teams.user("Ann Example").personal_chat()
    await chat.install()
    await chat.say(GOAL)
    card = await chat.wait_for(proposal)
    await chat.press(card, "approve")
    await chat.wait_for(lambda m: m.id == card.id and "Approved" in m.text)
    listed = await said(chat, "export", "as a table")
    slug = listed.text.split("plan export ")[1].split(" ")[0]

    status, told = await command(tmp_path, "export", slug, "--format", "csv", "--out", "plan.csv")
    assert status == 0, told
    table = (tmp_path / "plan.csv").read_text(encoding="utf-8-sig")
    (tmp_path / "plan.csv").write_text(table.replace("Confirm launch date", "Agree on launch date"), encoding="utf-8")
    since = chat.change
    status, told = await command(tmp_path, "import", "plan.csv")
    assert status == 0, told
    shown = await chat.wait_for(change, since=since)
    assert "Agree on launch date" in shown.text
    await chat.press(shown, "approve")
    await chat.wait_for(lambda m: m.id == shown.id and "Approved" in m.text)
