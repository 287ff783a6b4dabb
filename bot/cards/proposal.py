"""A proposed plan, to be approved, edited or rejected: cost, north star, objectives, this week; the rest is folded.

A plan may have hundreds of items: what begins after this week is counted, by month, and under each stream.

Once it is answered, the answer is what the card says, and all of the plan is folded.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from microsoft_teams.cards import (
    Action,
    AdaptiveCard,
    CardElement,
    Choice,
    ChoiceSetInput,
    DateInput,
    NumberInput,
    RichTextBlock,
    ShowCardAction,
    TextInput,
)

from bot.cards import dates
from bot.cards.parts import (
    Room,
    button,
    card,
    fate_line,
    fold,
    form,
    heading,
    label,
    line,
    listing,
    points,
    quiet,
    section,
    strong,
    title,
)
from plans.ports.people import ItemLine, ObjectiveLine, ProposalNotice, StreamLine


def render(notice: ProposalNotice, room: Room) -> AdaptiveCard:
    head: list[CardElement] = [
        heading(_heading(notice)),
        title(notice.title),
        label("Finish", dates.due(notice.deadline, notice.today)),
    ]
    if notice.changes:
        head += _changes(notice, room)
    plan, details = _plan(notice, room), _details(notice, room)
    if notice.fate:
        folded, toggle = fold("plan", "The plan", [*plan, *details])
        return card(_spoken(notice), [fate_line(notice.fate), *head, folded], [toggle])
    if notice.changes:
        folded, toggle = fold("plan", "The plan", [*plan, *details])
        return card(_spoken(notice), [*head, folded], [*_actions(notice, room), toggle])
    folded, toggle = fold("details", "Details", details)
    return card(_spoken(notice), [*head, *plan, folded], [*_actions(notice, room), toggle])


def _heading(notice: ProposalNotice) -> str:
    if notice.changes:
        return f"Proposed change, version {notice.revision}"
    return "Proposed plan" if notice.revision <= 1 else f"Proposed plan, version {notice.revision}"


def _changes(notice: ProposalNotice, room: Room) -> list[CardElement]:
    """What would be different, and what to know about it; the plan as it would be is folded."""
    return [line(notice.reason), section("Changes"), *points(notice.changes, room), *_notes(notice, room)]


def _notes(notice: ProposalNotice, room: Room) -> list[CardElement]:
    return [section("To know"), *points(notice.notes, room)] if notice.notes else []


def _spoken(notice: ProposalNotice) -> str:
    if notice.fate:
        return f"Plan for {notice.title}: {notice.fate.word} by {notice.fate.by}"
    if notice.changes:
        return f"Proposed change of {notice.title}: {notice.changes[0]}. {notice.approver} can approve it."
    finish = dates.due(notice.deadline, notice.today)
    return f"Proposed plan for {notice.title}, finished {finish}. {notice.approver} can approve it."


def _plan(notice: ProposalNotice, room: Room) -> list[CardElement]:
    def objective(found: ObjectiveLine) -> RichTextBlock:
        return line(strong(found.id), found.title, quiet(_aim(found, notice)))

    def this_week(found: ItemLine) -> RichTextBlock:
        asks = " · asks you first" if found.needs_card else ""
        return line(strong(found.id), found.title, quiet(f"· {found.who}, by {_day(found.end, notice)}{asks}"))

    body: list[CardElement] = [label("Cost", notice.cost), label("North star", notice.north_star)]
    body += [section("Objectives"), *listing(notice.objectives, objective, room)]
    body.append(section("This week"))
    body += listing(notice.week, this_week, room, "more this week") or [line("Nothing begins this week.")]
    if notice.later:
        body.append(line(quiet(notice.later)))
    if notice.questions:
        body += [section("Open questions"), *points(notice.questions, room)]
    if not notice.changes:
        body += _notes(notice, room)
    return [*body, line(quiet(notice.planned_by), small=True, apart=True)]


def _day(when: date, notice: ProposalNotice) -> str:
    return dates.day(when, notice.today)


def _aim(found: ObjectiveLine, notice: ProposalNotice) -> str:
    """Metric, target and date, as far as the title and the plan's own finish do not say them already."""
    said = found.title.casefold()
    parts = [] if found.metric.casefold() in said and found.target in said else [f"{found.metric}: {found.target}"]
    if found.due != notice.deadline:
        parts.append(f"by {_day(found.due, notice)}")
    return f"· {', '.join(parts)}" if parts else ""


def _details(notice: ProposalNotice, room: Room) -> list[CardElement]:
    body: list[CardElement] = [section("Streams")]
    for found in notice.streams[: room.items]:
        body += _stream(found, notice, room)
    if len(notice.streams) > room.items:
        body.append(line(quiet(f"and {len(notice.streams) - room.items} more")))
    if notice.week:
        body.append(section("Done means"))
        body += listing(notice.week, lambda found: line(strong(found.id), found.check), room)
    few = replace(room, items=max(2, room.items // 3))
    for words, texts in (
        ("Agreed with it", notice.agreed),
        ("Risks", notice.risks),
        ("Assumptions", notice.assumptions),
    ):
        if texts:
            body += [section(words), *points(texts, few)]
    return [*body, section("Your goal"), line(notice.goal)]


def _stream(found: StreamLine, notice: ProposalNotice, room: Room) -> list[CardElement]:
    span = dates.span(found.start, found.end, notice.today)
    head = line(strong(found.id), found.title, quiet(f"· {span} · moves {found.moves}"), apart=True)
    # One paragraph, not a line each: a message holds a plan of a hundred items only if its details are few elements.
    shown = found.milestones[: room.items]
    more = [f"{len(found.milestones) - len(shown)} more"] if len(shown) < len(found.milestones) else []
    rest = " · ".join(part for part in (*shown, *more, found.later) if part)
    return [head, line(quiet(rest), small=True)] if rest else [head]


def _actions(notice: ProposalNotice, room: Room) -> list[Action]:
    bound = {"ask": notice.ask, "hash": notice.hash}
    reason = TextInput(id="reason", label="Why not? It helps the next proposal.", is_multiline=True, max_length=500)
    return [
        button("Approve", "approve", bound, "positive", alone=True),
        _edit(notice, room),
        form("Reject", [reason], button("Reject the plan", "reject", bound, "destructive"), "destructive"),
    ]


def _edit(notice: ProposalNotice, room: Room) -> ShowCardAction:
    items = [Choice(title=f"{found.id} {found.title}", value=found.id) for found in notice.week[: room.items]]
    today = notice.today.isoformat()
    inputs: list[CardElement] = [
        DateInput(id="deadline", label="Finish by", value=notice.deadline.isoformat(), min=today),
        NumberInput(id="budget", label="New budget", placeholder="As it is", min=0),
    ]
    if items:
        inputs += [
            ChoiceSetInput(id="drop", label="Leave out", choices=items, placeholder="Nothing"),
            ChoiceSetInput(id="redate", label="Move", choices=items, placeholder="Nothing"),
            DateInput(id="redate_to", label="Move it to end on", min=today),
        ]
    bound = {"ask": notice.ask, "hash": notice.hash}
    return form("Edit", inputs, button("Propose again", "edit", bound, "positive"))
