"""A proposed plan, to be approved, edited or rejected: north star, objectives, streams, this week, cost."""

from __future__ import annotations

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
    today = notice.today
    body: list[CardElement] = [
        heading("Proposed plan" if notice.revision <= 1 else f"Proposed plan, version {notice.revision}"),
        title(notice.title),
        label("North star", notice.north_star),
        label("Finish", dates.due(notice.deadline, today)),
    ]
    if notice.fate:
        body.insert(0, fate_line(notice.fate))

    def objective(found: ObjectiveLine) -> RichTextBlock:
        aim = quiet(f"· {found.metric}: {found.target}, {dates.day(found.due, today)}")
        return line(strong(found.id), found.title, aim)

    def this_week(found: ItemLine) -> RichTextBlock:
        asks = " · asks you first" if found.needs_card else ""
        who = quiet(f"· {found.who}, by {dates.day(found.end, today)}{asks}")
        return line(strong(found.id), found.title, who)

    body += [section("Objectives"), *listing(notice.objectives, objective, room)]
    if notice.streams:
        body.append(label("Streams", "; ".join(found.title for found in notice.streams[: room.items])))
    body.append(section("This week"))
    body += listing(notice.week, this_week, room, "more this week") or [line("Nothing begins this week.")]
    body.append(label("Cost", notice.cost))
    if notice.questions:
        body += [section("Open questions"), *points(notice.questions, room)]
    details, toggle = fold("details", "Details", _details(notice, room))
    body += [line(quiet(notice.planned_by), small=True, apart=True), details]
    return card(_spoken(notice), body, [*_actions(notice, room), toggle])


def _spoken(notice: ProposalNotice) -> str:
    if notice.fate:
        return f"Plan for {notice.title}: {notice.fate.word} by {notice.fate.by}"
    finish = dates.due(notice.deadline, notice.today)
    return f"Proposed plan for {notice.title}, finished {finish}. {notice.approver} can approve it."


def _details(notice: ProposalNotice, room: Room) -> list[CardElement]:
    def stream(found: StreamLine) -> RichTextBlock:
        span = dates.span(found.start, found.end, notice.today)
        steps = "; ".join(found.milestones[: room.items])
        return line(
            strong(found.id), found.title, quiet(f"· {span} · moves {found.moves}"), quiet(steps and f"· {steps}")
        )

    body: list[CardElement] = [label("Your goal", notice.goal), section("Streams")]
    body += listing(notice.streams, stream, room)
    if notice.week:
        body.append(section("Done means"))
        body += listing(notice.week, lambda found: line(strong(found.id), found.check), room)
    if notice.assumptions:
        body += [section("Assumptions"), *points(notice.assumptions, room)]
    return body


def _actions(notice: ProposalNotice, room: Room) -> list[Action]:
    if notice.fate:
        return []
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
        NumberInput(id="budget", label="Budget, in whole units (empty: as it is)", min=0),
    ]
    if items:
        inputs += [
            ChoiceSetInput(id="drop", label="Leave out", choices=items, placeholder="Nothing"),
            ChoiceSetInput(id="redate", label="Move", choices=items, placeholder="Nothing"),
            DateInput(id="redate_to", label="… so that it ends on", min=today),
        ]
    bound = {"ask": notice.ask, "hash": notice.hash}
    return form("Edit", inputs, button("Propose again with this", "edit", bound, "positive"))
