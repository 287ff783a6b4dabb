"""An agent's question back, to be answered in the thread. The question and its options are the vendor's words."""

from __future__ import annotations

from microsoft_teams.cards import Action, AdaptiveCard, CardElement, TextInput

from bot.cards.parts import Room, button, card, fate_line, form, heading, line, listing, quiet, quote, strong
from bot.cards.text import short
from plans.ports.people import QuestionNotice

_BUTTONS = 4
"""Options that become buttons; with the own answer that stays within what a phone shows."""
_READABLE = 30
"""Characters of a button that a phone shows."""
_WHOLE = 300
"""Characters of an option that a button can still send back whole; a longer one is only listed."""


def render(notice: QuestionNotice, room: Room) -> AdaptiveCard:
    body: list[CardElement] = [
        heading("A question about your plan"),
        line(strong(notice.agent), f"asks about {notice.item}", notice.title),
        quote(notice.text, room),
    ]
    if notice.fate:
        body.insert(0, fate_line(notice.fate))
        return card(f"{notice.item}: {notice.fate.word} by {notice.fate.by}", body)
    bound = {"ask": notice.ask, "hash": notice.hash}
    own = TextInput(id="answer", label="Your answer", is_multiline=True, max_length=2000, placeholder="In a sentence")
    pressed = [option for option in notice.options if option.strip() and len(option) <= _WHOLE][:_BUTTONS]
    listed = [option for option in notice.options if option.strip() and option not in pressed]
    if any(len(option) > _READABLE for option in pressed):
        body += [line("•", short(option, _WHOLE)) for option in pressed]
    actions: list[Action] = [button(option, "answer", bound, answer=option) for option in pressed]
    if listed:
        body.append(line("Also possible, as your own answer:"))
        body += listing(listed, lambda option: line("•", short(option, room.line)), room)
    if actions:
        actions.append(form("Another answer", [own], button("Send answer", "answer", bound, "positive")))
    else:
        body.append(own)
        actions.append(button("Send answer", "answer", bound, "positive"))
    body.append(line(quiet(f"{notice.answerer} can answer."), small=True))
    return card(f"{notice.answerer}, {notice.agent} asks about {notice.item}: {notice.text[:800]}", body, actions)
