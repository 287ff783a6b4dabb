"""Every command there is: how it is typed, and what it does. Help, the Teams manifest and the offers read this."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

Name = Literal[
    "hello", "help", "status", "week", "why", "agents", "undo", "stop", "resume", "done", "plans", "goal", "change",
    "whatif",
]  # fmt: skip


@dataclass(frozen=True)
class Command:
    name: Name
    typed: str
    what: str


COMMANDS: Final = (
    Command("status", "status", "how this chat's plan stands: what is late, at risk, or waits for whom"),
    Command("week", "this week", "what is due, and who does it"),
    Command("why", "why <item>", "what was decided about an item, and on what evidence"),
    Command("done", "done <item>", "says that you have finished an item of yours"),
    Command("undo", "undo", "takes the last change of the plan back"),
    Command("stop", "stop <plan>", "halts a plan; “stop everything” halts all work"),
    Command("resume", "resume", "lets it go on"),
    Command("plans", "plans", "the plans that live here"),
    Command("agents", "agents", "who can be given work, and for what"),
    Command("help", "help", "this list"),
)
TALK: Final = (
    ("move <item> a week later", "changes the plan: you see what that does, and say yes"),
    ("what if <item> moves a week?", "what a change would do; “or” compares several"),
)
"""What can be said in many ways, by example: for the help, and no command to be picked from a list."""
