"""What was found, for people and for machines."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Final
from urllib.parse import unquote, urlsplit

from rich.console import Console
from rich.text import Text

from infra.doctor.examine import Progress
from infra.doctor.finding import Finding, Level
from infra.package import version
from infra.settings import Settings

_MARKS: Final = {
    Level.OK: ("ok", "green"),
    Level.NOTE: ("note", "cyan"),
    Level.WARNING: ("warning", "yellow"),
    Level.PROBLEM: ("PROBLEM", "bold red"),
}
_SHORTEST: Final = 6
"""Characters of a secret below which striking it out would only garble the text."""


def could_serve(findings: Iterable[Finding]) -> bool:
    return all(finding.level is not Level.PROBLEM for finding in findings)


def secrets(told: Settings | None) -> tuple[str, ...]:
    """Everything that must not be shown, longest first. No finding holds any of it; this is the last net."""
    if told is None:
        return ()
    given = [field.get_secret_value() for field in (told.app_password, told.anthropic_api_key, told.vault_key)]
    given.append(told.database_url if "@" in told.database_url else "")
    try:
        password = urlsplit(told.database_url).password or ""
    except ValueError:
        password = ""
    long_enough = {text for text in (*given, password, unquote(password)) if len(text) >= _SHORTEST}
    return tuple(sorted(long_enough, key=len, reverse=True))


def shown(findings: Sequence[Finding], hidden: Sequence[str]) -> tuple[Finding, ...]:
    """The findings on one line each, without what must not be shown."""

    def clean(text: str) -> str:
        for secret in hidden:
            text = text.replace(secret, "***")
        return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())

    return tuple(Finding(one.check, one.level, clean(one.said), clean(one.do)) for one in findings)


def as_json(findings: Sequence[Finding]) -> str:
    body = {
        "steward": version(),
        "could_serve": could_serve(findings),
        "findings": [
            {"check": one.check, "level": one.level.value, "said": one.said, "do": one.do} for one in findings
        ],
    }
    return json.dumps(body, indent=2, ensure_ascii=False)


def lines(findings: Sequence[Finding]) -> Iterator[Text]:
    """One line for each, and one for all."""
    wide = max(len(one.check) for one in findings)
    for one in findings:
        mark, style = _MARKS[one.level]
        line = Text.assemble((f"{mark:8}", style), f"{one.check:{wide}}  {one.said}")
        yield line.append(f"  → {one.do}", "dim" if one.level is Level.NOTE else "") if one.do else line
    problems = sum(one.level is Level.PROBLEM for one in findings)
    yield Text(
        "Steward could serve."
        if not problems
        else f"Steward could not serve: {problems} {'problem' if problems == 1 else 'problems'}.",
        "bold",
    )


@contextmanager
def progress(console: Console) -> Iterator[Progress]:
    """Says on a terminal what is still being looked at."""
    if not console.is_terminal:
        yield lambda waiting: None
        return
    with console.status("Looking…") as status:
        yield lambda waiting: status.update(f"Looking at {', '.join(waiting[:4])}{'…' if len(waiting) > 4 else ''}")
