"""``history``: the versions of a plan; ``diff``: what one of them changed, or what lies between two."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import partial
from typing import Final
from zoneinfo import ZoneInfo

from sqlmodel import Session

from bot import cards
from bot.cards import dates
from bot.cards import diff as diff_card
from bot.cards import history as card
from bot.cards.parts import Activity
from bot.cards.trim import trimmed
from bot.commands.desk import Desk, Turn
from bot.commands.which import plan_of, title_of
from plans.errors import UserError
from plans.governance.undoing import no_version, standing
from plans.model import diff as model
from plans.model.calendar import today
from plans.model.diff import Change, Kind
from plans.store import history as store
from plans.store import plans
from plans.store.history import Origin
from plans.store.people import display_name
from plans.store.tables import PlanRow, RevisionRow
from plans.words import PlanSlug

_ORIGINS: Final[dict[Origin, str]] = {
    "goal": "the first plan",
    "talk": "by talking",
    "card": "on a card",
    "import": "from a file",
    "repair": "a repair",
    "model": "by Claude",
    "undo": "an undo",
    "rule": "by a rule",
}
_GROUPS: Final[tuple[tuple[str, frozenset[Kind]], ...]] = (
    ("The plan as a whole", frozenset({"deadline", "frame"})),
    ("Budgets", frozenset({"budget"})),
    ("What was agreed", frozenset({"constraints"})),
    ("New", frozenset({"added"})),
    ("Dropped, removed, taken up again", frozenset({"dropped", "removed"})),
    ("Dates", frozenset({"redated"})),
    ("Who does it", frozenset({"reowned", "role"})),
    ("Estimates", frozenset({"reestimated"})),
    ("What waits for what", frozenset({"waits"})),
    ("Where it belongs", frozenset({"moved"})),
    ("What it is and when it is done", frozenset({"renamed", "test", "flow", "details", "state"})),
    ("Risks", frozenset({"risks"})),
    ("People's time", frozenset({"team"})),
)
"""Every kind of change, under its heading, in the order in which a reader wants them."""


def history(desk: Desk, tx: Session, turn: Turn) -> Activity:
    row = plan_of(tx, turn, "history")
    made = store.signed(tx, row.slug)
    back = {revision.undoes: revision.number for revision in made if revision.undoes is not None}
    versions = tuple(_version(desk, tx, row, revision, back.get(revision.number)) for revision in reversed(made))
    view = card.History(row.slug, title_of(row), versions[: card.SHOWN], versions[card.SHOWN :])
    return cards.fitted(lambda room: card.render(trimmed(view, room), room))


def diff(desk: Desk, tx: Session, turn: Turn) -> Activity:
    """The version named, else the last; or what lies between the two that are named."""
    row = plan_of(tx, turn, "diff")
    made = store.signed(tx, row.slug)
    if not made:
        raise UserError(f"{title_of(row)} was never approved, so nothing changed yet.", f"`status {row.slug}`")
    numbers = [revision.number for revision in made]
    wanted = sorted({number for number in (turn.said.number, turn.said.other) if number}) or [numbers[-1]]
    for number in wanted:
        if number not in numbers:
            raise no_version(title_of(row), number, numbers, row.slug)
    view = _between(desk, tx, row, made, wanted)
    return cards.fitted(lambda room: diff_card.render(trimmed(view, room), room))


def _between(desk: Desk, tx: Session, row: PlanRow, made: list[RevisionRow], wanted: list[int]) -> diff_card.Diff:
    until = next(revision for revision in made if revision.number == wanted[-1])
    single = len(wanted) == 1
    earlier = [revision.number for revision in made if revision.number < until.number]
    since = (earlier[-1] if earlier else 0) if single else wanted[0]
    plan = plans.load(tx, PlanSlug(row.slug))
    before, after = (store.standing(tx, plan, number) for number in (since, until.number))
    version = _version(desk, tx, row, until, None)
    last = standing(made)
    return diff_card.Diff(
        slug=row.slug,
        title=plan.title,
        since=since,
        until=until.number,
        reason=until.reason if single else "",
        signed=f"{version.at} · {version.who} · {version.origin}" if single else "",
        groups=tuple(_grouped(model.changes(before, after, partial(display_name, tx)))),
        last=single and until.number > 1 and bool(last) and last[-1].number == until.number,
    )


def _grouped(found: Iterable[Change]) -> Iterable[diff_card.Group]:
    changes = tuple(found)
    for name, kinds in _GROUPS:
        lines = tuple(change.line for change in changes if change.kind in kinds)
        if lines:
            yield diff_card.Group(name, lines)


def _version(desk: Desk, tx: Session, row: PlanRow, revision: RevisionRow, back: int | None) -> card.Version:
    zone = str(row.frame["zone"])
    return card.Version(
        number=revision.number,
        reason=revision.reason,
        at=_moment(desk, revision.signed_at or revision.created_at, zone),
        who=_who(tx, revision),
        origin=_ORIGINS[store.origin_of(revision)],
        changes=len(revision.edits),
        back=back,
    )


def _who(tx: Session, revision: RevisionRow) -> str:
    signer = display_name(tx, revision.signed_by or revision.proposer)
    if revision.signed_by in (None, revision.proposer):
        return signer
    return f"proposed by {display_name(tx, revision.proposer)}, signed by {signer}"


def _moment(desk: Desk, at: datetime, zone: str) -> str:
    local = at.astimezone(ZoneInfo(zone))
    return f"{dates.day(local.date(), today(desk.plan_clock.now(), zone))}, {local:%H:%M}"
