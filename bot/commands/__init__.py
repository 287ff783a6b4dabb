"""The commands: one subject a file, each a function inside the transaction that also posts its answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from sqlmodel import Session

from bot.cards.parts import Activity
from bot.changes import Draft
from bot.commands.agree import agree, lift
from bot.commands.catalogue import Name
from bot.commands.constraints import constraints
from bot.commands.desk import Desk, Turn
from bot.commands.done import done
from bot.commands.greet import hello, help_
from bot.commands.plans import plans
from bot.commands.risks import risk, risks
from bot.commands.status import status
from bot.commands.stop import resume, stop
from bot.commands.undo import undo
from bot.commands.week import this_week
from bot.commands.why import why

Answer = Callable[[Desk, Session, Turn], Activity]
"""Does what was said and returns the reply. Raises UserError: then nothing was done, and that is the reply."""

IN_TRANSACTION: Final[dict[Name, Answer]] = {
    "hello": hello,
    "help": help_,
    "status": status,
    "week": this_week,
    "why": why,
    "undo": undo,
    "stop": stop,
    "resume": resume,
    "done": done,
    "plans": plans,
    "constraints": constraints,
    "risks": risks,
}
"""All but ``agents``, which asks the network, what is proposed, and a goal, which is planned first."""
PROPOSED: Final[dict[Name, Callable[[Desk, Session, Turn], Draft]]] = {"agree": agree, "lift": lift, "risk": risk}
"""What becomes a proposed change of a plan that stands: it reads the plan, and is weighed before anything is stored."""
