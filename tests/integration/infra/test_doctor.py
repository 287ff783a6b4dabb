"""The doctor as a whole: a bare machine is fine, what is wrong is told line by line, and no secret is."""

from __future__ import annotations

import asyncio
import json
import re
import textwrap
import threading
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import app
from infra.doctor import report
from infra.doctor.examine import examine
from infra.doctor.finding import Check, Finding, Level, found
from infra.doctor.installation import python
from infra.doctor.run import checks, diagnose
from infra.settings import read
from plans.planning.playbooks import FOLDER
from tests.integration.infra.conftest import PATIENCE, Ask

SHAPE = {
    "type": "object",
    "additionalProperties": False,
    "required": ["steward", "could_serve", "findings"],
    "properties": {
        "steward": {"type": "string", "pattern": r"^\d+\.\d+\.\d+$"},
        "could_serve": {"type": "boolean"},
        "findings": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["check", "level", "said", "do"],
                "properties": {
                    "check": {"type": "string", "minLength": 1},
                    "level": {"enum": ["ok", "note", "warning", "problem"]},
                    "said": {"type": "string", "pattern": r"^[^\n]+$"},
                    "do": {"type": "string", "pattern": r"^[^\n]*$"},
                },
            },
        },
    },
}


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    status = app.main(["doctor", *arguments])
    said = capsys.readouterr()
    assert said.err == ""
    return status, said.out


def as_json(capsys: pytest.CaptureFixture[str]) -> tuple[int, dict[str, Any]]:
    status, said = run(capsys, "--json")
    body: dict[str, Any] = json.loads(said)
    jsonschema.validate(body, SHAPE)
    return status, body


def test_a_machine_on_which_nothing_is_set_could_serve_and_stays_as_it_was(
    environment: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    status, body = as_json(capsys)
    assert (status, body["could_serve"]) == (0, True)
    levels = {finding["check"]: finding["level"] for finding in body["findings"]}
    assert levels["registration"] == "note"
    assert set(levels.values()) == {"ok", "note"}
    assert not list(tmp_path.iterdir())


def test_each_finding_is_one_line_with_what_to_do(
    environment: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    environment.setenv("STEWARD_POLICIES", "nowhere")
    status, said = run(capsys)
    *lines, last = said.splitlines()
    assert status == 1
    assert last == "Steward could not serve: 1 problem."
    [line] = [line for line in lines if line.startswith("PROBLEM")]
    assert "policies" in line
    assert "→ Correct the file, or unset STEWARD_POLICIES." in line
    assert "\x1b" not in said


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("STEWARD_HOEM", "x", "Did you mean STEWARD_HOME?"),
        ("PORT", "no", "PORT: "),
        ("HOST", "0.0.0.0", "HOST=0.0.0.0"),
        ("STEWARD_ZONE", "Middle/Earth", "STEWARD_ZONE=Middle/Earth"),
        ("STEWARD_LOG_LEVEL", "chatty", "STEWARD_LOG_LEVEL=chatty"),
    ],
)
def test_a_setting_that_is_wrong_is_a_problem(
    name: str, value: str, said: str, environment: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    environment.setenv(name, value)
    status, body = as_json(capsys)
    assert status == 1
    [problem] = [finding for finding in body["findings"] if finding["level"] == "problem"]
    assert problem["check"] == "settings"
    assert problem["said"].startswith(said) or said in problem["said"]
    assert problem["do"]


def test_every_wrong_setting_is_told_at_once_and_the_rest_is_looked_at_nevertheless(
    environment: pytest.MonkeyPatch,
) -> None:
    environment.setenv("STEWARD_HOEM", "x")
    environment.setenv("STEWARD_ZONE", "nowhere")
    findings = diagnose(PATIENCE)
    assert [finding.said[:12] for finding in findings if finding.level is Level.PROBLEM] == [
        "STEWARD_HOEM",
        "STEWARD_ZONE",
    ]
    assert "database" in {finding.check for finding in findings}


async def test_a_home_that_cannot_be_written_is_a_problem(
    environment: pytest.MonkeyPatch, tmp_path: Path, ask: Ask
) -> None:
    (tmp_path / "file").touch()
    environment.setenv("STEWARD_HOME", str(tmp_path / "file" / "home"))
    finding = (await ask())["home"]
    assert (finding.level, finding.do) == (Level.PROBLEM, "Set STEWARD_HOME to a folder that can.")


async def test_a_home_that_others_can_enter_is_a_warning(tmp_path: Path, ask: Ask) -> None:
    home = tmp_path / "home"
    home.mkdir(mode=0o755)
    finding = (await ask())["home"]
    assert (finding.level, finding.do) == (Level.WARNING, f"Run: chmod 700 {home}")
    home.chmod(0o700)
    assert (await ask())["home"].level is Level.OK


async def test_a_vault_key_is_looked_at_and_never_made(
    environment: pytest.MonkeyPatch, tmp_path: Path, ask: Ask
) -> None:
    (tmp_path / "home").mkdir(mode=0o700)
    assert (await ask())["vault key"].level is Level.OK
    assert not list((tmp_path / "home").iterdir())
    key = tmp_path / "home" / "vault.key"
    key.write_text("A" * 43 + "=")
    key.chmod(0o644)
    open_to_all = (await ask())["vault key"]
    assert (open_to_all.level, f"chmod 600 {key}" in open_to_all.said) == (Level.PROBLEM, True)
    key.chmod(0o600)
    assert (await ask())["vault key"].level is Level.OK
    environment.setenv("STEWARD_VAULT_KEY", "too-short")
    assert (await ask())["vault key"].level is Level.PROBLEM


def test_an_old_python_is_a_problem() -> None:
    assert python((3, 10, 4)).level is Level.PROBLEM
    assert python().level is Level.OK


def test_a_check_that_breaks_or_hangs_stops_no_other() -> None:
    never = threading.Event()

    def breaks() -> Finding:
        raise RuntimeError("canary")

    def hangs() -> Finding:
        never.wait()
        raise AssertionError

    waits: list[list[str]] = []
    looks = [
        Check("breaks", breaks),
        Check("hangs", hangs, Level.PROBLEM),
        Check("lacks", found("lacks", Level.OK, "fine"), loads=("no.such.module",)),
        Check("works", found("works", Level.OK, "fine")),
    ]
    try:
        breaking, hanging, lacking, working = examine(looks, 0.5, lambda waiting: waits.append(list(waiting)))
    finally:
        never.set()
    assert (breaking.level, breaking.said) == (Level.WARNING, "could not be looked at (RuntimeError)")
    assert (hanging.level, hanging.said) == (Level.PROBLEM, "did not answer within 0.5 s")
    assert "ImportError" in lacking.said
    assert working.level is Level.OK
    assert waits[0] == ["breaks", "hangs", "lacks", "works"]
    assert waits[-1] == ["hangs"]


def test_every_line_that_the_readme_tells_to_look_at_is_told(environment: pytest.MonkeyPatch, tmp_path: Path) -> None:
    readme = (Path(app.__file__).parent / "README.md").read_text(encoding="utf-8")
    steps = readme[readme.index("1. **Register a bot**") : readme.index("### Settings")]
    named = set(re.findall(r"\*([a-z][a-z -]+)\*(?!\*)", steps))
    example = re.findall(r"^ *```yaml\n(.*?)^ *```$", steps, re.MULTILINE | re.DOTALL)[0]
    (tmp_path / "agents.yaml").write_text(textwrap.dedent(example))
    environment.setenv("MICROSOFT_APP_ID", "11111111-2222-3333-4444-555555555555")
    known = {check.name for check in checks(*read())}
    assert {"sign-in", "public url", "credentials maildesk"} < named
    assert named <= known


CANARY = "canary-7f3a"


@pytest.mark.parametrize(
    "database",
    [
        f"postgresql://ann:{CANARY}@127.0.0.1:1/steward",
        f"postgresql://ann:p@{CANARY}@127.0.0.1:1/steward",
        f"postgresql://ann:p/{CANARY}@127.0.0.1:1/steward",
        f"postgresql://ann:{CANARY}",
        f"postgresql://127.0.0.1:1/steward?password={CANARY}",
        f"mysql://ann:{CANARY}@127.0.0.1/steward",
        f"{CANARY}",
    ],
)
async def test_no_secret_is_told_however_it_is_given(
    database: str, environment: pytest.MonkeyPatch, tmp_path: Path, closed: int
) -> None:
    for name, value in {
        "DATABASE_URL": database,
        "MICROSOFT_APP_ID": f"11111111-{CANARY}",
        "MICROSOFT_APP_PASSWORD": CANARY,
        "STEWARD_LOGIN_URL": f"https://ann:{CANARY}@127.0.0.1:{closed}/{CANARY}",
        "STEWARD_CHANNEL_METADATA_URL": f"http://ann:{CANARY}@127.0.0.1:{closed}/?code={CANARY}",
        "STEWARD_PUBLIC_URL": f"https://ann:{CANARY}@127.0.0.1:{closed}",
        "STEWARD_VAULT_KEY": CANARY,
        "ANTHROPIC_API_KEY": CANARY,
        "ANTHROPIC_BASE_URL": f"http://ann:{CANARY}@127.0.0.1:{closed}/{CANARY}",
    }.items():
        environment.setenv(name, value)
    (tmp_path / "agents.yaml").write_text(
        "agents:\n"
        f"  - {{name: scout, vendor: sandbox-research, url: 'http://127.0.0.1:{closed}/{CANARY}', owner: a}}\n"
        f"  - {{name: quill, vendor: sandbox-copywriter, url: 'http://127.0.0.1:{closed}/?k={CANARY}', owner: a}}\n"
        f"  - {{name: maildesk, vendor: maildesk, url: 'http://127.0.0.1:{closed}/{CANARY}', owner: a}}\n"
    )
    # As the checks find it, before the last net.
    findings = await asyncio.to_thread(lambda: examine(checks(*read()), PATIENCE))
    names = {finding.check for finding in findings}
    assert {"database", "sign-in", "signing keys", "vault key", "claude", "agent scout", "agent quill"} <= names
    told = report.as_json(findings) + "".join(map(str, report.lines(findings)))
    assert CANARY not in told
    assert [one.level for one in findings if one.check == "database"] == [Level.PROBLEM]


def test_the_last_net_strikes_out_secrets_and_what_would_break_a_line(environment: pytest.MonkeyPatch) -> None:
    environment.setenv("DATABASE_URL", "postgresql://ann:p%40ssword@db/steward")
    environment.setenv("MICROSOFT_APP_PASSWORD", "secret-one")
    told = read()[0]
    leaking = Finding("x", Level.OK, "secret-one\nand p%40ssword\x1b[31m", "or p@ssword")
    [clean] = report.shown([leaking], report.secrets(told))
    assert (clean.said, clean.do) == ("*** and *** [31m", "or ***")


async def test_playbooks_are_counted_with_those_of_ones_own(
    environment: pytest.MonkeyPatch, tmp_path: Path, ask: Ask
) -> None:
    assert (await ask())["playbooks"].said == "7 playbooks"
    folder = tmp_path / "mine"
    folder.mkdir()
    environment.setenv("STEWARD_PLAYBOOKS", str(folder))
    text = (FOLDER / "blog_chain.yaml").read_text(encoding="utf-8")
    (folder / "blog.yaml").write_text(text.replace("label: blog chain", "label: our blog"), encoding="utf-8")
    (folder / "fair.yaml").write_text(text.replace("name: blog_chain", "name: trade_fair"), encoding="utf-8")
    finding = (await ask())["playbooks"]
    assert finding.level is Level.OK
    assert finding.said == f"8 playbooks, 2 of your own from {folder} (in place of the built-in blog_chain)"


async def test_a_playbook_that_is_wrong_is_a_problem_with_its_line(
    environment: pytest.MonkeyPatch, tmp_path: Path, ask: Ask
) -> None:
    folder = tmp_path / "mine"
    folder.mkdir()
    environment.setenv("STEWARD_PLAYBOOKS", str(folder))
    (folder / "bad.yaml").write_text("name: bad\nlabbel: bad\n", encoding="utf-8")
    finding = (await ask())["playbooks"]
    assert finding.level is Level.PROBLEM
    assert finding.said.startswith(f"{folder / 'bad.yaml'}:1: ")
    assert finding.do == "Correct the file, or unset STEWARD_PLAYBOOKS."
    environment.setenv("STEWARD_PLAYBOOKS", str(tmp_path / "nowhere"))
    assert "is no folder" in (await ask())["playbooks"].said
