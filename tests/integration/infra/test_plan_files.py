"""``app.py plan`` on a real database: files out and in, proposals for the chat, refusals in a sentence."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlmodel import select

import app
from infra import settings
from infra.opening import opened
from plans.governance.imports import standing
from plans.model.edits import AddItem
from plans.model.exchange import lossless
from plans.model.plan import Plan
from plans.store import plans
from plans.store.database import Database
from plans.store.tables import AskRow, ChatRow, MessageRow, PersonRow, PlanRow, RevisionRow
from plans.words import ChatId, ItemId, PersonId, PlanSlug
from tests.integration.bot.office import ANN, BOB, CHANNEL, NAMES, frame, personal, task

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
AGENTS = """\
agents:
  - {name: scout, vendor: sandbox-research, url: "http://127.0.0.1:9101/mcp", owner: ann@contoso.example}
"""


@pytest.fixture
def home(environment: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A folder to work in, with an inventory."""
    (tmp_path / "agents.yaml").write_text(AGENTS, encoding="utf-8")
    environment.setenv("STEWARD_AGENTS", str(tmp_path / "agents.yaml"))
    return tmp_path


@pytest.fixture
def steward(home: Path) -> Iterator[Database]:
    """The database, with Ann and Bob, and Ann's approved plan."""
    assert home.exists()
    database = opened(settings.load())
    database.write_now(lambda tx: [tx.merge(row) for row in _met()])

    def sign(tx: object) -> Plan:
        edits = tuple(AddItem(item=one) for one in (task(1), task(2, after=(ItemId("NA-1"),))))
        row = plans.create_proposal(tx, frame(), edits, CHANNEL, "the goal", "test", NOW)  # type: ignore[arg-type]
        return plans.approve(tx, row, ANN, NOW)  # type: ignore[arg-type]

    database.write_now(sign)
    yield database
    database.close()


def _met() -> list[PersonRow | ChatRow]:
    people: list[PersonRow | ChatRow] = [
        PersonRow(id=person, teams_id=f"29:{person}", name=NAMES[person], personal_chat=personal(person))
        for person in (ANN, BOB)
    ]
    chats = [personal(ANN), CHANNEL]
    return people + [
        ChatRow(id=chat, kind="personal", service_url="http://127.0.0.1:9/", tenant="t", bot_id="28:bot")
        for chat in chats
    ]


def stands(database: Database, slug: str = "northwind") -> Plan:
    return database.read_now(lambda tx: plans.load(tx, PlanSlug(slug)))


def revisions(database: Database) -> list[RevisionRow]:
    return list(database.read_now(lambda tx: tx.exec(select(RevisionRow)).all()))


@pytest.mark.parametrize("form", ["json", "csv", "planner"])
def test_what_was_exported_is_imported_without_a_difference(
    steward: Database, home: Path, form: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = home / "plan.file"
    assert app.main(["plan", "export", "northwind", "--format", form, "--out", str(path)]) == 0
    assert capsys.readouterr().out == f"{path}: Northwind Analytics, 2 items.\n"
    assert (path.read_bytes()[:3] == b"\xef\xbb\xbf") is (form == "csv")
    assert app.main(["plan", "import", str(path)]) == 0
    assert capsys.readouterr().out == "Nothing differs from Northwind Analytics.\n"
    assert len(revisions(steward)) == 1


def test_an_export_goes_to_standard_output_unless_told_otherwise(
    steward: Database, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert app.main(["plan", "export", "northwind"]) == 0
    plan = lossless.read(json.loads(capsysbinary.readouterr().out), "it")
    assert plan == stands(steward)
    assert app.main(["plan", "export", "northwind", "--format", "csv"]) == 0
    assert b"\r\nNA-1,task,Task 1,,Ann Example,scout," in capsysbinary.readouterr().out


def test_a_dry_run_tells_the_diff_and_proposes_nothing(
    steward: Database, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (home / "plan.csv").write_text("id;end\r\nNA-2;1.12.2026\r\n", encoding="utf-8")
    assert app.main(["plan", "import", "plan.csv", "--dry-run"]) == 0
    told = capsys.readouterr().out
    assert "NA-2 Task 2: ends Tue 1 Dec instead of Fri 27 Nov\n" in told
    assert "Not in the file: NA-1." in told
    assert told.endswith("Nothing was proposed: this was a dry run.\n")
    assert len(revisions(steward)) == 1


def test_an_import_asks_the_owner_where_the_plan_lives(
    steward: Database, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (home / "plan.csv").write_text("id,title\nNA-2,Better\n", encoding="utf-8")
    assert app.main(["plan", "import", "plan.csv"]) == 0
    assert "Proposed as version 2 of northwind: Ann Example is asked in the plan's chat" in capsys.readouterr().out
    [ask] = steward.read_now(lambda tx: tx.exec(select(AskRow)).all())
    assert (ask.chat, ask.allowed, ask.state, ask.entity) == (CHANNEL, [ANN], "open", "northwind:2")
    [message] = steward.read_now(lambda tx: tx.exec(select(MessageRow)).all())
    assert (message.key, message.state, message.chat) == (ask.message, "pending", CHANNEL)
    assert "Better" in json.dumps(message.activity)
    assert stands(steward).items[ItemId("NA-2")].title == "Task 2"


def test_a_plan_that_is_not_here_becomes_a_proposal_that_equals_it(
    steward: Database, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plan = stands(steward)
    items = {
        ItemId(key.replace("NA", "SW")): item.model_copy(update={"id": key.replace("NA", "SW"), "after": ()})
        for key, item in plan.items.items()
    }
    other = plan.model_copy(update={"slug": "southwind", "prefix": "SW", "title": "Southwind", "items": items})
    (home / "southwind.json").write_text(lossless.text(other), encoding="utf-8")
    assert app.main(["plan", "import", "southwind.json"]) == 0
    assert "A new plan, southwind: Southwind, 2 items.\n" in capsys.readouterr().out
    made = steward.read_now(lambda tx: standing(tx, PlanSlug("southwind")))
    assert made == other.model_copy(update={"revision": 0})
    row = steward.read_now(lambda tx: tx.get_one(PlanRow, "southwind"))
    assert (row.chat, row.owner, row.state) == (personal(ANN), ANN, "proposed")

    arguments = ["plan", "import", "southwind.json", "--plan", "northwind"]
    assert app.main(arguments) == 2
    assert "southwind.json: SW-1 and SW-2 cannot be of Northwind Analytics" in capsys.readouterr().err


def test_a_new_plan_can_be_given_to_somebody_and_to_a_chat(
    steward: Database, home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    plan = stands(steward).model_copy(update={"slug": "southwind"})
    (home / "new.json").write_text(lossless.text(plan), encoding="utf-8")
    command = ["plan", "import", "new.json", "--owner", "Bob Builder"]
    assert app.main(command) == 2
    assert f"Steward has never been in the chat {personal(BOB)}." in capsys.readouterr().err
    assert app.main([*command, "--chat", CHANNEL]) == 0
    row = steward.read_now(lambda tx: tx.get_one(PlanRow, "southwind"))
    assert (ChatId(row.chat), PersonId(row.owner), row.prefix) == (CHANNEL, BOB, "NA2")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["export", "southwind"], "There is no plan southwind.\nThere are: northwind.\n"),
        (
            ["export", "northwind", "--out", "no/such/folder"],
            "no/such/folder cannot be written (No such file or directory)",
        ),
        (["import", "nothing.csv"], "nothing.csv cannot be read (No such file or directory).\n"),
        (["import", "bad.csv"], "bad.csv, line 2, column days: “0” is no number of working days"),
        (["import", "old.csv"], "old.csv, line 2: the byte 0xF6 is not UTF-8."),
        (["import", "new.csv"], "Which plan is new.csv about?"),
        (["import", "new.csv", "--plan", "southwind"], "There is no plan southwind."),
        (["import", "far.json"], "Whose plan is it? Nobody called “zoe” is known here.\n"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_cannot_be_is_said_in_a_sentence_and_changes_nothing(
    steward: Database, home: Path, arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    (home / "bad.csv").write_text("id,days,effort\nNA-1,0,1\nNA-2,1,7\n", encoding="utf-8")
    (home / "old.csv").write_bytes("id,title\nNA-1,Größe\n".encode("cp1252").replace(b"\xdf", b"ss"))
    (home / "new.csv").write_text("id,title,end\n,Call,2026-12-01\n", encoding="utf-8")
    far = stands(steward).model_copy(update={"slug": "far", "prefix": "FA", "owner": "zoe", "items": {}})
    (home / "far.json").write_text(lossless.text(far), encoding="utf-8")
    assert app.main(["plan", *arguments]) == 2
    told = capsys.readouterr()
    assert told.err.startswith(said)
    assert told.out == ""
    if "bad.csv" in arguments:
        assert len(told.err.splitlines()) == 3, "each thing that is wrong, and the way on"
    assert len(revisions(steward)) == 1


def test_the_commands_of_the_readme_do_what_it_says(
    steward: Database, home: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    readme = (Path(app.__file__).with_name("README.md")).read_text(encoding="utf-8")
    found = re.findall(r"uv run app\.py (plan [^\n`)]*)", readme)
    assert len(found) == 4
    table = home / "plan.csv"
    for command in found:
        assert app.main(shlex.split(command.replace("<plan>", "northwind"))) == 0
        if "export" in command:
            text = table.read_text(encoding="utf-8-sig").replace("Task 2", "Better")
            table.write_text(text, encoding="utf-8")
    told = capsysbinary.readouterr().out.decode()
    assert "Nothing was proposed: this was a dry run." in told
    assert "Proposed as version 2 of northwind" in told
    assert [row.number for row in revisions(steward)] == [1, 2]


def test_the_schema_is_printed_without_any_setting(
    environment: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    environment.setenv("STEWARD_NONSENSE", "1")
    assert app.main(["plan", "schema"]) == 0
    assert capsysbinary.readouterr().out.decode() == lossless.schema()


def test_a_large_file_tells_how_far_it_is(steward: Database, home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = "\n".join(f"NA-{number},Task {number},2026-12-01" for number in range(3, 10_003))
    (home / "large.csv").write_text(f"id,title,end\n{rows}\n", encoding="utf-8")
    assert app.main(["plan", "import", "large.csv", "--dry-run"]) == 0
    told = capsys.readouterr()
    assert told.err == "Reading large.csv…\nWorking out what changes…\n"
    assert "and 9,800 more\n" in told.out
    assert len(revisions(steward)) == 1
