"""``why <item>``: what was decided about it and what came of that, from the decision log."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlmodel import Session

from bot import cards
from bot.cards import dates
from bot.cards import why as card
from bot.cards.parts import Activity
from bot.cards.trim import trimmed
from bot.commands.desk import Desk, Turn
from bot.commands.status import who
from bot.commands.week import in_words
from bot.commands.which import item_of
from plans.governance.story import Chapter, story
from plans.model.calendar import today
from plans.model.plan import Item, Plan
from plans.store import plans
from plans.words import PlanSlug

_VERDICTS = {"allow": "allowed", "deny": "refused", "ask": "asked of a person first"}
_OUTCOMES = {
    "succeeded": "It succeeded",
    "failed": "It failed",
    "refused": "It was not done",
    "unknown": "What became of it is not clear",
    "canceled": "It was called off",
}


def why(desk: Desk, tx: Session, turn: Turn) -> Activity:
    row, item = item_of(tx, turn, "why")
    plan = plans.load(tx, PlanSlug(row.slug))
    day = today(desk.plan_clock.now(), plan.zone)
    view = card.Why(
        slug=row.slug,
        item=item.id,
        title=item.title,
        stands=f"It is {in_words(item, day)}; {who(tx, item)} is to finish it by {dates.due(item.end, day)}.",
        serves=_serves(plan, item),
        reasons=tuple(_reason(chapter, plan.zone) for chapter in reversed(story(tx, item.id))),
    )
    return cards.fitted(lambda room: card.render(trimmed(view, room), room))


def _serves(plan: Plan, item: Item) -> str:
    """The line of items up to the objective."""
    line: list[str] = []
    parent = item.parent
    while parent is not None and parent in plan.items and len(line) < 5:
        line.append(f"{parent} {plan.items[parent].title}")
        parent = plan.items[parent].parent
    return " → ".join(line) or plan.north_star


def _reason(chapter: Chapter, zone: str) -> card.Reason:
    verdict = _VERDICTS.get(chapter.verdict, chapter.verdict)
    yes = f" {chapter.approver} said yes." if chapter.approver else ""
    said = f"{chapter.what}: {verdict}, because {_sentence(chapter.why)}{yes}"
    if chapter.outcome:
        how = f": {chapter.verified}" if chapter.verified else ""
        said += f" {_OUTCOMES.get(chapter.outcome, chapter.outcome)}{how}."
    return card.Reason(at=_moment(chapter.at, zone), said=said, evidence=_evidence(chapter))


def _sentence(words: str) -> str:
    return words if words.endswith((".", "!", "?")) else f"{words}."


def _evidence(chapter: Chapter) -> str:
    """What it rests on: where it was read back, what was seen there, by which rules, what it cost."""
    seen = ", ".join(f"{name} {value}" for name, value in chapter.seen.items())
    parts = (
        f"Read in {chapter.source}: {seen}" if chapter.source and seen else chapter.source,
        f"“{chapter.quote}”" if chapter.quote else "",
        f"rules {', '.join(chapter.rules)}" if chapter.rules else "",
        f"cost {chapter.cost}" if chapter.cost else "",
    )
    told = " · ".join(part for part in parts if part)
    return f"[{told}]" if told else ""


def _moment(at: datetime, zone: str) -> str:
    local = at.astimezone(ZoneInfo(zone))
    return f"{dates.day(local.date(), local.date())}, {local:%H:%M}"
