"""Every command there is: how it is typed, and what it does. Help, the Teams manifest and the offers read this."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

Name = Literal[
    "hello", "help", "status", "week", "ahead", "why", "slip", "forecast", "record", "agents", "undo", "stop", "resume",
    "done", "plans", "history", "diff", "export", "import", "playbooks", "playbook", "goal",
    "constraints", "agree", "lift", "risks", "risk", "change", "whatif", "load",
]  # fmt: skip


@dataclass(frozen=True)
class Command:
    name: Name
    typed: str
    what: str
    menu: bool = True
    """Whether Teams' own list of commands has it, which takes twelve."""


COMMANDS: Final = (
    Command("status", "status", "how this chat's plan stands: what is late, at risk, or waits for whom"),
    Command("forecast", "forecast", "when the plan will be done, as odds; “forecast record”: how true such odds were"),
    Command("week", "this week", "what is due, who does it, what is left out and why"),
    Command("ahead", "next week", "the same for the week to come, as it looks now", False),
    Command("why", "why <item>", "what was decided about an item, and on what evidence"),
    Command("slip", "slip <item>", "what an item that is late moves, and the ways to mend it", False),
    Command("done", "done <item>", "says that you have finished an item of yours"),
    Command("history", "history", "the plan's versions: what changed, when, why and by whom"),
    Command("diff", "diff <version>", "what a version changed; two numbers show what lies between them", False),
    Command("constraints", "constraints", "what was agreed about the plan, and whether it is kept", False),
    Command(
        "agree", "agree <what>", "proposes to hold the plan to something, e.g. “no more than two mails a week”", False
    ),
    Command("lift", "lift <constraint>", "proposes to take such an agreement back", False),
    Command("risks", "risks", "what could go wrong, the worst first, and what helps"),
    Command("load", "load", "how full everybody's weeks are, and when that lets the plan be finished", False),
    Command("risk", "risk add <what>", "puts a risk on the plan; “risk close R2” takes it off", False),
    Command("undo", "undo", "takes the last change of the plan back"),
    Command("stop", "stop <plan>", "halts a plan; “stop everything” halts all work"),
    Command("resume", "resume", "lets it go on"),
    Command("plans", "plans", "the plans that live here", False),
    Command("export", "export", "the plan as a table to work on; or “export json”, “export planner”", False),
    Command("import", "import", "proposes what a table, pasted below the word, would change", False),
    Command("playbooks", "playbooks", "the kinds of plan I know without a model", False),
    Command("playbook", "playbook show <name>", "what such a plan consists of, and who it takes", False),
    Command("agents", "agents", "who can be given work, and for what"),
    Command("help", "help", "this list"),
)
TALK: Final = (
    ("move <item> a week later", "changes the plan: you see what that does, and say yes"),
    ("what if <item> moves a week?", "what a change would do; “or” compares several"),
)
"""What can be said in many ways, by example: for the help, and no command to be picked from a list."""
