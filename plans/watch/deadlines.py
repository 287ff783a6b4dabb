"""An item passes its date: its owner is told at once, with the ways to mend it worked out, and a click mends it.

No model is asked: the schedule says what it moves, and every repair is edits whose effect was computed. One alert per
item and date; what the owner clicks becomes a revision like any other, shown as a diff and undoable. When more than
three items of a plan are late on one day, the three worst have a card each, and one card lists the rest: their alerts
are there all the same, and each is shown when it is asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlmodel import Session, col, select

from plans.engine import Engine
from plans.errors import UserError
from plans.governance.asks import Asks, is_unshown
from plans.governance.revisions import Revisions
from plans.governance.stops import stopped
from plans.model.calendar import day_end, near, today
from plans.model.outlook import Outlook
from plans.model.plan import Item, Plan
from plans.model.repair import Repair, Slip, repairs_of, slip_of
from plans.ports.people import Fate, ItemNotice, LateNotice, Messenger, SlipNotice
from plans.ports.work import Agent, Roster
from plans.store import plans
from plans.store.clock import PlanClock
from plans.store.people import display_name
from plans.store.tables import AskRow, ItemRow, PlanRow, TimerRow
from plans.store.timers import clear_timer, set_timer
from plans.watch.alerts import alert, late_line, line_of
from plans.words import AskId, AskKind, AskState, ChatId, ItemId, ItemKind, ItemState, PersonId, PlanSlug

KIND: Final = "deadline"
_WATCHED: Final = (ItemKind.TASK, ItemKind.MILESTONE)
_ALONE: Final = 3
"""Alerts of one plan and day that are told on cards of their own."""
_LATELY: Final = timedelta(days=2)
"""No day of any zone is longer."""


class Deadlines:
    """Registers itself with the engine, the asks and the revisions."""

    def __init__(
        self,
        engine: Engine,
        asks: Asks,
        revisions: Revisions,
        messenger: Messenger,
        roster: Roster,
        plan_clock: PlanClock,
    ) -> None:
        self._messenger = messenger
        self._asks = asks
        self._revisions = revisions
        self._roster = roster
        self._plan_clock = plan_clock
        engine.when(KIND, self.on_due)
        asks.on(AskKind.REPAIR, self.answered)
        revisions.on_signed(self.arm)

    def arm(self, tx: Session, plan: Plan) -> None:
        """Sets a timer at the end of every open task's and milestone's last day, and takes back what no longer holds.

        Also closes alerts about dates that the plan no longer has.
        """
        wanted = {
            _key(item.id): (item.id, day_end(item.end, plan.zone))
            for item in plan.items.values()
            if item.kind in _WATCHED and not item.settled
        }
        armed = _armed(tx, plan)
        for key in armed.keys() - wanted.keys():
            clear_timer(tx, key)
        for key, (item, due) in wanted.items():
            if armed.get(key) != due:
                set_timer(tx, key, due, "plan", KIND, item)
        for ask in _alerts(tx, AskRow.plan == plan.slug, AskRow.state == AskState.OPEN):
            item_now = plan.items.get(ItemId(ask.entity))
            if not _stands(item_now, _due_of(ask)):
                fate = Fate(word="Replaced", note=f"version {plan.revision} of the plan changed it")
                self._asks.close(tx, ask.id, AskState.VOID, fate)

    def on_due(self, tx: Session, timers: Iterable[TimerRow]) -> None:
        """One alert for each item that is really past its date; a timer whose item has moved on does nothing."""
        ids = [timer.entity for timer in timers]
        rows = tx.exec(select(ItemRow).where(col(ItemRow.id).in_(ids)).order_by(col(ItemRow.position))).all()
        told = {(ask.entity, _due_of(ask)) for ask in _alerts(tx, col(AskRow.entity).in_(ids))}
        agents = self._free_agents(tx)
        slugs = list(dict.fromkeys(row.plan for row in rows))
        lately = _alerts(tx, col(AskRow.plan).in_(slugs), col(AskRow.asked_at) > self._plan_clock.now() - _LATELY)
        for slug in slugs:
            frame, plan = tx.get_one(PlanRow, slug), plans.load(tx, PlanSlug(slug))
            if frame.state != "active":
                continue
            due = [plan.items[ItemId(row.id)] for row in rows if row.plan == slug]
            late: list[Item] = []
            for item in due:
                if not self._open(plan, item):
                    continue
                if _reached(plan, item):
                    self._reach(tx, frame, plan, item)
                elif not self._spoken_for(plan, item) and (item.id, item.end) not in told:
                    late.append(item)
            if late:
                before = [ask for ask in lately if ask.plan == slug and self._is_today(plan, ask)]
                self._tell(tx, frame, self._outlook(plan), late, before, agents)

    def answered(self, tx: Session, ask: AskRow, verb: str, inputs: dict[str, Any], person: PersonId) -> Fate | None:
        """Makes the chosen repair a revision, provided that it still is what the card says it is.

        When days have passed or the plan has changed since, the card is shown anew with what holds now.
        """
        plan = plans.load(tx, PlanSlug(str(ask.plan)))
        item = plan.items.get(ItemId(ask.entity))
        if item is None or not _stands(item, _due_of(ask)):
            return Fate(word="Replaced", by=display_name(tx, person), note=f"{ask.entity} is not late any more")
        outlook = self._outlook(plan)
        found = repairs_of(outlook, item.id, self._free_agents(tx))
        repair = next((repair for repair in found if repair.verb == verb), None)
        shown = next((line for line in ask.notice["repairs"] if line["verb"] == verb), None)
        if shown is None:
            raise UserError("That is not one of the ways on the card.", "Press one of its buttons.")
        if repair is None or line_of(repair).model_dump(mode="json") != shown:
            notice = self._notice(tx, AskId(ask.id), outlook, slip_of(outlook, item.id), found)
            self._asks.refresh(tx, ask.id, notice)
            return None
        revision = plans.propose(
            tx,
            plan.slug,
            repair.edits,
            reason=f"{item.id} was not done by {near(item.end, self._today(plan))}. {repair.label}.",
            planned_by="repair",
            proposer=person,
            now=self._plan_clock.now(),
        )
        self._revisions.sign(tx, revision, person, item.id)
        return Fate(word="Answered", by=display_name(tx, person), note=repair.label)

    def show(self, tx: Session, plan: PlanSlug, item: ItemId) -> None:
        """Shows the alert about the item, with what holds now. Raises UserError when there is none to be answered."""
        asks = _alerts(tx, AskRow.plan == plan, AskRow.entity == item, AskRow.state == AskState.OPEN)
        outlook = self._outlook(plans.load(tx, plan))
        late = outlook.plan.items.get(item)
        ask = next((ask for ask in asks if _stands(late, _due_of(ask))), None)
        if ask is None or late is None:
            raise UserError(
                f"Nothing has to be decided about {item}: it is not late.", f"`why {item}` tells how it is."
            )
        found = repairs_of(outlook, item, self._free_agents(tx))
        self._asks.reveal(tx, ask.id, self._notice(tx, AskId(ask.id), outlook, slip_of(outlook, item), found))
        self._list(tx, tx.get_one(PlanRow, plan), outlook.plan, today(ask.asked_at, outlook.plan.zone))

    def _tell(
        self,
        tx: Session,
        frame: PlanRow,
        outlook: Outlook,
        late: Sequence[Item],
        before: Sequence[AskRow],
        agents: tuple[Agent, ...],
    ) -> None:
        """A card for each, or for the worst of many and one for all others. ``before``: today's alerts up to now."""
        slips = [slip_of(outlook, item.id) for item in late]
        room = _ALONE
        if len(before) + len(late) > _ALONE:
            slips.sort(key=lambda slip: (slip.finish_before - slip.finish_now, -len(slip.moved)))
            room = max(0, _ALONE - sum(not is_unshown(ask) for ask in before))
        for place, lateness in enumerate(slips):
            alone = place < room
            found = repairs_of(outlook, lateness.item, agents) if alone else ()
            self._alert(tx, frame, outlook, lateness, found, alone=alone)
        if len(slips) > room:
            self._list(tx, frame, outlook.plan, outlook.today)

    def _alert(
        self, tx: Session, frame: PlanRow, outlook: Outlook, lateness: Slip, found: Sequence[Repair], *, alone: bool
    ) -> None:
        self._asks.open(
            tx,
            kind=AskKind.REPAIR,
            entity=lateness.item,
            plan=outlook.plan.slug,
            chat=ChatId(frame.chat),
            whisper=None,
            allowed=[outlook.plan.owner],
            notice_of=lambda ask, _: self._notice(tx, ask, outlook, lateness, found),
            unshown=not alone,
        )

    def _list(self, tx: Session, frame: PlanRow, plan: Plan, day: date) -> None:
        """One card with all that became late that day and has none of its own; told again, it is replaced in place."""
        asks = self._of_day(tx, plan, day)
        waiting = [ask for ask in asks if is_unshown(ask) and ask.state == AskState.OPEN and ask.entity in plan.items]
        place = {item: number for number, item in enumerate(plan.items)}
        lines = [late_line(SlipNotice.model_validate(ask.notice)) for ask in waiting]
        notice = LateNotice(
            plan=plan.slug,
            title=plan.title,
            today=day,
            alone=sum(not is_unshown(ask) for ask in asks),
            lines=tuple(sorted(lines, key=lambda line: (-line.days, place[line.id]))),
        )
        self._messenger.post(tx, ChatId(frame.chat), notice, f"late:{plan.slug}:{day}")

    def _of_day(self, tx: Session, plan: Plan, day: date) -> list[AskRow]:
        """The alerts that were raised on that day of the plan's zone."""
        begins, ends = day_end(day - timedelta(days=1), plan.zone), day_end(day, plan.zone)
        of_day = (col(AskRow.asked_at) >= begins, col(AskRow.asked_at) < ends)
        return _alerts(tx, AskRow.plan == plan.slug, *of_day)

    def _notice(self, tx: Session, ask: AskId, outlook: Outlook, lateness: Slip, found: Sequence[Repair]) -> SlipNotice:
        plan, item = outlook.plan, outlook.plan.items[lateness.item]
        who, owner = item.agent or display_name(tx, item.owner), display_name(tx, plan.owner)
        return alert(ask, plan, item, outlook.today, found, who, owner, lateness)

    def _free_agents(self, tx: Session) -> tuple[Agent, ...]:
        return tuple(agent for agent in self._roster.agents() if stopped(tx, agent=agent.name) is None)

    def _open(self, plan: Plan, item: Item) -> bool:
        return not item.settled and self._plan_clock.now() >= day_end(item.end, plan.zone)

    def _spoken_for(self, plan: Plan, item: Item) -> bool:
        """What is late under a milestone speaks for itself."""
        return any(self._open(plan, child) for child in plan.children(item.id))

    def _reach(self, tx: Session, frame: PlanRow, plan: Plan, item: Item) -> None:
        """A milestone completes by itself, on its day, when the work it stands for is done."""
        plans.set_item_state(tx, item.id, ItemState.DONE)
        notice = ItemNotice(
            plan=plan.slug,
            item=item.id,
            title=item.title,
            who=display_name(tx, item.owner),
            state="reached",
            detail=f"Everything it waited for is settled: {', '.join(work.id for work in _work(plan, item))}.",
        )
        self._messenger.post(tx, ChatId(frame.chat), notice, f"milestone:{item.id}:{item.end}")

    def _is_today(self, plan: Plan, ask: AskRow) -> bool:
        return today(ask.asked_at, plan.zone) == self._today(plan)

    def _outlook(self, plan: Plan) -> Outlook:
        return Outlook(plan, self._today(plan))

    def _today(self, plan: Plan) -> date:
        return today(self._plan_clock.now(), plan.zone)


def _work(plan: Plan, item: Item) -> list[Item]:
    """What a milestone stands for: the tasks under it and the ones it waits for."""
    named = {*(child.id for child in plan.children(item.id)), *item.waits}
    return [work for work in plan.items.values() if work.id in named and work.kind is ItemKind.TASK]


def _reached(plan: Plan, item: Item) -> bool:
    work = _work(plan, item)
    return item.kind is ItemKind.MILESTONE and bool(work) and all(part.settled for part in work)


def _key(item: ItemId) -> str:
    return f"due:{item}"


def _armed(tx: Session, plan: Plan) -> dict[str, datetime]:
    mine = col(TimerRow.key).startswith(_key(ItemId(f"{plan.prefix}-")), autoescape=True)
    found = tx.exec(select(TimerRow.key, TimerRow.due_at).where(TimerRow.kind == KIND, mine)).all()
    return {key: due for key, due in found}


def _alerts(tx: Session, *where: Any) -> list[AskRow]:
    asked = select(AskRow).where(AskRow.kind == AskKind.REPAIR, *where)
    return list(tx.exec(asked.order_by(col(AskRow.asked_at), col(AskRow.id))).all())


def _due_of(ask: AskRow) -> date:
    return date.fromisoformat(ask.notice["due"])


def _stands(item: Item | None, due: date) -> bool:
    """Whether the item is still late by that date."""
    return item is not None and not item.settled and item.end == due
