"""``why <item>``: what was decided about it and what came of that, from the decision log."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
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
from plans.words import ItemState, PlanSlug

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
        stands=_stands(item, day, who(tx, item)),
        serves=_serves(plan, item),
        reasons=tuple(_reason(chapter, item, plan.zone) for chapter in reversed(story(tx, item.id))),
    )
    return cards.fitted(lambda room: card.render(trimmed(view, room), room))


def _stands(item: Item, day: date, who: str) -> str:
    if item.state is ItemState.DONE:
        return f"It is done, by {who}."
    if item.end < day:
        return f"It is {in_words(item, day)}; {who} was to finish it by {dates.due(item.end, day)}."
    return f"It is {in_words(item, day)}; {who} has until {dates.due(item.end, day)}."


def _serves(plan: Plan, item: Item) -> str:
    """The line of items up to the objective."""
    line: list[str] = []
    parent = item.parent
    while parent is not None and parent in plan.items and len(line) < 5:
        line.append(f"{parent} {plan.items[parent].title}")
        parent = plan.items[parent].parent
    return " → ".join(line) or plan.north_star


def _reason(chapter: Chapter, item: Item, zone: str) -> card.Reason:
    what = chapter.what.removesuffix(f": {item.title}").replace(item.title, "it")
    told = [_sentence(what), _sentence(_verdict(chapter))]
    if chapter.outcome:
        how = f": {chapter.verified}" if chapter.verified else ""
        told.append(_sentence(f"{_OUTCOMES.get(chapter.outcome, chapter.outcome)}{how}"))
    return card.Reason(at=_moment(chapter.at, zone), said=" ".join(told), evidence=tuple(_evidence(chapter)))


def _verdict(chapter: Chapter) -> str:
    if chapter.verdict == "ask":
        return f"It needed a yes, and {chapter.approver} gave it" if chapter.approver else "It needs a yes"
    if chapter.verdict == "deny":
        return f"Refused: {chapter.why}"
    return f"{chapter.approver} said yes: {chapter.why}" if chapter.approver else f"Allowed: {chapter.why}"


def _sentence(words: str) -> str:
    return words if words.endswith((".", "!", "?")) else f"{words}."


def _evidence(chapter: Chapter) -> Iterator[str]:
    """What it rests on: where it was read back, what was seen there, by which rules, what it cost."""
    seen = ", ".join(f"{name} {value}" for name, value in chapter.seen.items())
    if chapter.source:
        yield f"Seen in {chapter.source}" + (f": {seen}" if seen else "")
    if chapter.quote:
        yield f"“{chapter.quote}”"
    if chapter.rules:
        yield f"Rules: {', '.join(chapter.rules)}"
    if chapter.cost:
        yield f"Cost: {chapter.cost}"


def _moment(at: datetime, zone: str) -> str:
    local = at.astimezone(ZoneInfo(zone))
    return f"{dates.day(local.date(), local.date())}, {local:%H:%M}"
