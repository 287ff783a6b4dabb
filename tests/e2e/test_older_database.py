"""A database of the first Steward: upgraded at the start, and everything in it is still there to talk about."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

from infra.sandbox.teams import Chat, Teams
from tests.e2e.conftest import Start
from tests.e2e.test_main_job import said

ANN, ANNS_CHAT = "b7163979-6f34-4803-b7ca-67677df12344", "a:ba0dc9edb6d04ed8930ed6f56d19e8d0"
"""As the database knows her."""
DUMP = Path(__file__).parents[1] / "data" / "steward-0001.sql"


def the_same_ann(teams: Teams) -> Chat:
    ann = teams.user("Ann Example")
    now = json.dumps(teams.directory.dump())
    for new, old in ((ann.account.aad, ANN), (ann.personal_chat().conversation.id, ANNS_CHAT)):
        now = now.replace(new, old)
    teams.directory.restore(json.loads(now))
    return teams.user("Ann Example").personal_chat()


async def test_what_the_first_steward_kept_is_there_after_an_upgrade(start: Start, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    with closing(sqlite3.connect(home / "steward.db")) as old:
        old.executescript(DUMP.read_text("utf-8"))
    teams = await start()
    chat = the_same_ann(teams)
    await chat.install()
    await said(chat, "status northwind-analytics", "Launch of Northwind Analytics")
    await said(chat, "why NA-17", "read back from scout")
    await said(chat, "undo northwind-analytics", "There is no change", "to take back")
