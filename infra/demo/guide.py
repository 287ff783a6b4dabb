"""What a newcomer is told: where to look, what to type first, what will happen when, and how to stop."""

from __future__ import annotations

from rich.table import Table
from rich.text import Text

from infra.demo.stage import DAY_SECONDS

LICENCE = (
    "The Microsoft 365 Agents Playground is a local Teams client in your browser, fetched with npm from Microsoft. "
    "Its licence is for evaluation, and while it runs it listens on all network interfaces of this machine."
)
_AGAIN = "`uv run app.py demo` goes on from here, `uv run app.py demo --fresh` forgets everything."
_NEXT = (
    ("at once", "a plan comes as a card: approve it, or change it with Edit"),
    ("10 s later", "scout has done the research; `why NA-22` shows what was read back"),
    ("20 to 40 s later", "quill asks for the tone of voice, and something of yours is late: choose a repair"),
    ("then", "the mail waits for your yes, and for a one-time code in your personal chat: {code}"),
    ("at any time", "`status`, `this week`, `done NA-25`, `undo`, `what if NA-38 moves a week?`, `forecast`, `help`"),
)


def terminal(goal: str) -> Table:
    """For the chat in the terminal, at the first start."""
    return _table(
        ("Where", "Here. You are Ann Example, in Teams, in your personal chat with Steward."),
        ("First", f"Press Tab, then Enter: it types the goal below. Or say your own, with a date.\n{goal}"),
        ("Cards", "Their buttons have numbers: type 3 and Enter, and the button with [3] is pressed."),
        ("Then", _next("/code shows it")),
        ("Elsewhere", "/chats lists a group chat with Bob and a channel, /go 2 goes there, /help lists the rest."),
        ("To stop", f"Ctrl-C or /quit. Nothing is left running. {_AGAIN}"),
    )


def again() -> Table:
    """For the chat in the terminal, at every other start."""
    return _table(
        ("Where", "Here, and where you stopped. /again shows the last cards once more, /help lists the commands."),
        ("To stop", "Ctrl-C or /quit. `uv run app.py demo --fresh` forgets everything and begins anew."),
    )


def playground(address: str, goal: str) -> Table:
    """For the Playground."""
    return _table(
        ("Where", f"Open {address} in your browser. You are Ann Example."),
        ("First", f"Write this into the personal chat:\n{goal}"),
        ("Then", _next("type /code here")),
        ("Elsewhere", "In the group chat and the channel, mention @Steward."),
        ("To stop", f"Ctrl-C here. Nothing is left running. {_AGAIN}"),
    )


def _next(code: str) -> Text:
    clock = f"A day of the plan takes {DAY_SECONDS:.0f} seconds, and none pass while you are being asked something."
    lines = [Text(clock)]
    for when, what in _NEXT:
        lines.append(Text.assemble((f"{when}: ", "cyan"), what.format(code=code)))
    return Text("\n").join(lines)


def _table(*rows: tuple[str, str | Text]) -> Table:
    made = Table.grid(padding=(0, 2, 0, 0))
    made.add_column(style="bold", no_wrap=True)
    made.add_column(overflow="fold")
    for name, told in rows:
        made.add_row(name, Text(told) if isinstance(told, str) else told)
    return made
