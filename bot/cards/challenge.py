"""A one-time code is asked for. The field is masked and empty; what is typed goes straight to whoever needs it."""

from __future__ import annotations

from microsoft_teams.cards import AdaptiveCard, CardElement, TextInput

from bot.cards import dates
from bot.cards.parts import Room, button, card, fate_line, heading, label, line, quiet, strong
from plans.ports.people import ChallengeNotice


def render(notice: ChallengeNotice, _room: Room) -> AdaptiveCard:
    body: list[CardElement] = [
        heading("One-time code" if notice.fate else "A one-time code is needed"),
        line(strong(notice.vendor), f"{'asked' if notice.fate else 'asks'} for your code at {notice.host}."),
        label("What for", notice.item, notice.why),
    ]
    if notice.fate:
        return card(f"Code for {notice.vendor}: {notice.fate.word}", [fate_line(notice.fate), *body])
    left = dates.lasting(notice.expires - notice.asked_at)
    if notice.said:
        body.insert(1, line(strong("Try again:"), notice.said))
    body += [
        line(quiet(f"You have {left}. If you did not expect this, leave it: it lapses by itself."), small=True),
        TextInput(
            id="code",
            label="One-time code",
            style="Password",
            max_length=16,
            is_required=True,
            error_message="Type the code first.",
            placeholder="Used once, kept nowhere",
        ),
    ]
    send = button("Send code", "code", {"ask": notice.ask, "hash": notice.hash}, "positive")
    return card(f"{notice.vendor} asks for your one-time code, within {left}.", body, [send])
