"""The commands: one subject a file, each a function inside the transaction that also posts its answer."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final

from sqlmodel import Session

from bot.cards.parts import Activity
from bot.changes import Draft
from bot.commands.agree import agree, lift
from bot.commands.catalogue import Name
from bot.commands.constraints import constraints
from bot.commands.desk import Desk, Turn
from bot.commands.done import done
from bot.commands.export import export
from bot.commands.forecast import forecast, record
from bot.commands.greet import hello, help_
from bot.commands.history import diff, history
from bot.commands.imports import import_
from bot.commands.load import load
from bot.commands.plans import plans
from bot.commands.playbooks import playbook, playbooks
from bot.commands.risks import risk, risks
from bot.commands.slip import slip
from bot.commands.status import status
from bot.commands.stop import resume, stop
from bot.commands.undo import undo
from bot.commands.week import next_week, this_week
from bot.commands.why import why
from plans.store.database import Database

Answer = Callable[[Desk, Session, Turn], Activity]
"""Does what was said and returns the reply. Raises UserError: then nothing was done, and that is the reply."""
Prepared = Callable[[Database, Desk, Turn], Awaitable[Callable[[Session], Activity]]]
"""The same for what takes longer than a transaction may: first works it out, then returns what is to be done in one."""

IN_TRANSACTION: Final[dict[Name, Answer]] = {
    "hello": hello,
    "help": help_,
    "status": status,
    "week": this_week,
    "ahead": next_week,
    "why": why,
    "record": record,
    "slip": slip,
    "undo": undo,
    "stop": stop,
    "resume": resume,
    "done": done,
    "plans": plans,
    "history": history,
    "diff": diff,
    "playbooks": playbooks,
    "playbook": playbook,
    "constraints": constraints,
}
"""All but ``agents``, which asks the network, a goal, which is planned first, and those below."""
BEFORE: Final[dict[Name, Prepared]] = {
    "export": export,
    "import": import_,
    "forecast": forecast,
    "risks": risks,
    "load": load,
}
PROPOSED: Final[dict[Name, Callable[[Desk, Session, Turn], Draft]]] = {"agree": agree, "lift": lift, "risk": risk}
"""What becomes a proposed change of a plan that stands: it reads the plan, and is weighed before anything is stored."""
