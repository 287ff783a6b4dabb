"""``app.py plan``: a plan into a file, a file's changes into a proposal, and the schema of the file.

It works beside a Steward that serves on the same database: it writes rows and starts nothing. The card that asks the
owner is a row of the outbox, which the serving Steward sends within a second, or the next one at its start.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Final, NoReturn

from sqlmodel import Session, col, select

from adapters import inventory
from adapters.registry import Builder, Registry
from bot.messenger import TeamsMessenger
from bot.proposals import Proposals
from infra import logs, settings
from infra.opening import opened as database_of
from infra.settings import Settings
from plans.engine import Engine
from plans.errors import SetupError, UserError
from plans.governance import imports
from plans.governance.asks import Asks
from plans.governance.imports import Offer, Target
from plans.governance.revisions import Revisions
from plans.model import diff
from plans.model.exchange import lossless, planner, spreadsheet
from plans.model.exchange.opened import Opened, opened
from plans.model.exchange.reading import Known, Unreadable
from plans.model.exchange.table import decoded
from plans.model.plan import Plan
from plans.store.clock import PlanClock, WallClock
from plans.store.database import Database
from plans.store.people import display_name
from plans.store.tables import ChatRow, PersonRow, PlanRow
from plans.words import AgentName, ChatId, PersonId, PlanSlug

_LARGEST: Final = 64 * 1024 * 1024
_SLOW: Final = 200_000
"""Bytes of a file from which on the work takes long enough to be told about."""
_LINES: Final = 200
"""Lines of a diff, or of what is wrong, that a terminal is shown."""


def declare(parser: argparse.ArgumentParser) -> None:
    """What can follow ``plan``."""
    what = parser.add_subparsers(dest="what", required=True, metavar="WHAT")
    out = what.add_parser("export", help="write a plan")
    out.add_argument("plan", metavar="SLUG", help="the plan's name, as `plans` lists it")
    out.add_argument("--format", choices=("json", "csv", "planner"), default="json", help="json loses nothing")
    out.add_argument("--out", type=Path, metavar="FILE", help="else to standard output")
    take = what.add_parser("import", help="propose what a file says: JSON, a table (CSV) or Planner's tasks")
    take.add_argument("file", type=Path, metavar="FILE")
    take.add_argument("--plan", metavar="SLUG", help="the plan it is about; else told from the ids in it")
    take.add_argument("--chat", metavar="ID", help="where a new plan lives; else its owner's personal chat")
    take.add_argument("--owner", metavar="ID", help="whose a new plan is; else the one in the file")
    take.add_argument("--dry-run", action="store_true", help="say what would change, and propose nothing")
    what.add_parser("schema", help="the JSON Schema of the file")


def main(chosen: argparse.Namespace) -> int:
    """Exit status: 0 done, 2 what cannot be, in a sentence on standard error. Raises SetupError."""
    if chosen.what == "schema":
        _out(lossless.schema())
        return 0
    told = settings.load()
    logs.configure("WARNING")
    try:
        with closing(database_of(told)) as database:
            return _export(told, database, chosen) if chosen.what == "export" else _import(told, database, chosen)
    except UserError as error:
        said = error.problems[:_LINES] if isinstance(error, Unreadable) else (error.said,)
        for sentence in (*said, error.way_on):
            sys.stderr.write(f"{sentence}\n" if sentence else "")
        return 2


def _export(told: Settings, database: Database, chosen: argparse.Namespace) -> int:
    def look(tx: Session) -> tuple[Plan, Known]:
        plan = imports.standing(tx, PlanSlug(_row(tx, chosen.plan).slug))
        return plan, imports.known(tx, plan, _agents(told))

    plan, known = database.read_now(look)
    if chosen.format == "csv":
        text = spreadsheet.text(plan, known)
    else:
        text = lossless.text(plan) if chosen.format == "json" else planner.text(plan)
    if chosen.out is None:
        _out(text)
        return 0
    # Excel takes a table without the mark for the machine's own encoding.
    _write(chosen.out, text, "utf-8-sig" if chosen.format == "csv" else "utf-8")
    sys.stdout.write(f"{chosen.out}: {plan.title}, {len(plan.items)} items.\n")
    return 0


def _import(told: Settings, database: Database, chosen: argparse.Namespace) -> int:
    body = _read(chosen.file)
    slow = len(body) > _SLOW
    _progress(slow, f"Reading {chosen.file.name}…")
    found = opened(decoded(body, chosen.file.name), chosen.file.name)
    target = database.read_now(lambda tx: _target(tx, found, chosen.plan, _agents(told)))
    owner = _owner(found, target, chosen.owner)
    _progress(slow, "Working out what changes…")
    offer = imports.offer(found, target, owner)
    if not offer.edits:
        _tell([f"Nothing differs from {offer.before.title}.", *offer.notes])
        return 0
    _show(offer, target.known)
    if chosen.dry_run:
        _tell(["Nothing was proposed: this was a dry run."])
        return 0
    _progress(slow, "Proposing…")
    proposals = _proposals(told, database)
    _tell([database.write_now(lambda tx: _propose(tx, proposals, offer, found, owner, chosen.chat))])
    return 0


def _target(tx: Session, found: Opened, named: str | None, agents: Sequence[AgentName]) -> Target:
    among = tx.exec(select(PlanRow).order_by(col(PlanRow.created_at))).all()
    return imports.target(tx, found, among, agents, _row(tx, named) if named else None)


def _row(tx: Session, slug: str) -> PlanRow:
    row = tx.get(PlanRow, slug)
    if row is None:
        names = ", ".join(tx.exec(select(PlanRow.slug).order_by(PlanRow.slug)).all()) or "none yet"
        raise UserError(f"There is no plan {slug}.", f"There are: {names}.")
    return row


def _owner(found: Opened, target: Target, wanted: str | None) -> PersonId:
    """Whose the plan is. Raises UserError for a new plan of somebody who is not known here."""
    if target.plan is not None:
        return target.plan.owner
    told = wanted or (found.plan.owner if found.plan else "")
    try:
        return target.known.person(told)
    except ValueError as error:
        raise UserError(
            f"Whose plan is it? {str(error)[:1].upper()}{str(error)[1:]}.",
            "Name somebody who has written to Steward: --owner ID.",
        ) from None


def _proposals(told: Settings, database: Database) -> Proposals:
    """Wired as for serving, around an engine that is never started: asking in a chat puts nothing on its queue."""
    wall = WallClock()
    clock = PlanClock(wall, told.day_seconds)
    database.write_now(clock.load)
    engine = Engine(database, {"wall": wall, "plan": clock})
    messenger = TeamsMessenger(engine, wall)
    asks = Asks(messenger, wall, clock)
    return Proposals(asks, Revisions(asks, messenger, engine, wall, clock), _roster(told), wall, clock)


def _propose(
    tx: Session, proposals: Proposals, offer: Offer, found: Opened, owner: PersonId, chat: str | None
) -> str:  # fmt: skip
    where = _chat(tx, owner, chat) if offer.new else ChatId("")
    row = proposals.offered(tx, offer, found.name, where, owner)
    asked = display_name(tx, owner)
    return (
        f"Proposed as version {row.number} of {row.plan}: {asked} is asked in the plan's chat, within a second where "
        "Steward serves, else at its next start."
    )


def _chat(tx: Session, owner: PersonId, wanted: str | None) -> ChatId:
    """Raises UserError when Steward cannot write there."""
    person = tx.get(PersonRow, owner)
    chat = wanted or (person.personal_chat if person else None)
    if chat is None:
        raise UserError(f"Steward has no personal chat with {display_name(tx, owner)}.", "Name a chat: --chat ID.")
    if tx.get(ChatRow, chat) is None:
        raise UserError(f"Steward has never been in the chat {chat}.", "Write to it there once, then import again.")
    return ChatId(chat)


def _roster(told: Settings) -> Registry:
    entries = inventory.load(told.agents) if told.agents.exists() else ()
    # Nobody is given work from here, so nobody is reached; what they cost is on the card.
    builders: dict[str, Builder] = dict.fromkeys({str(entry.agent.driver) for entry in entries}, _unreached)
    return Registry(entries, builders)


def _unreached(entry: inventory.AgentEntry) -> NoReturn:
    raise SetupError(f"{entry.agent.name} is not reached from the command line.")


def _agents(told: Settings) -> tuple[AgentName, ...]:
    return tuple(agent.name for agent in _roster(told).agents())


def _show(offer: Offer, known: Known) -> None:
    """The diff, or how large the new plan is, and what to know about it."""
    if offer.new:
        lines: Sequence[str] = [f"A new plan, {offer.before.slug}: {offer.before.title}, {len(offer.edits)} items."]
    else:
        lines = diff.lines(offer.before, offer.after, lambda person: known.people.get(person) or person)
        lines = lines or [f"{imports.told(offer)}, in nothing that a line could tell."]
    left = len(lines) - _LINES
    _tell([*lines[:_LINES], *([f"and {left:,} more"] if left > 0 else []), *offer.notes])


def _read(path: Path) -> bytes:
    try:
        if path.stat().st_size > _LARGEST:
            raise UserError(f"{path} is larger than {_LARGEST // 1024 // 1024} MB.", "No plan is that large.")
        return path.read_bytes()
    except OSError as error:
        raise UserError(f"{path} cannot be read ({error.strerror}).", "Name a file that can.") from None


def _write(path: Path, text: str, encoding: str) -> None:
    """Whole or not at all."""
    aside = path.with_name(f".{path.name}.part")
    try:
        aside.write_bytes(text.encode(encoding))
        aside.replace(path)
    except OSError as error:
        raise UserError(f"{path} cannot be written ({error.strerror}).", "Choose another place: --out FILE.") from None


def _out(text: str) -> None:
    """As it is, on every system: a table's line ends are part of it."""
    sys.stdout.flush()
    sys.stdout.buffer.write(text.encode())
    sys.stdout.buffer.flush()


def _tell(lines: Sequence[str]) -> None:
    sys.stdout.write("".join(f"{line}\n" for line in lines))


def _progress(slow: bool, words: str) -> None:
    if slow:
        sys.stderr.write(f"{words}\n")
