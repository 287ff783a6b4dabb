"""A one-time code is asked for. The field is masked and empty; what is typed goes straight to whoever needs it."""

from __future__ import annotations

from microsoft_teams.cards import AdaptiveCard, CardElement, TextBlock, TextInput

from bot.cards import dates
from bot.cards.parts import Room, button, card, fate_line, heading, label, line, quiet, strong
from plans.ports.people import ChallengeNotice


def render(notice: ChallengeNotice, _room: Room) -> AdaptiveCard:
    body: list[CardElement] = [
        heading("A one-time code is needed"),
        line(strong(notice.vendor), f"asks for your code at {notice.host}"),
        label("What for", notice.why, quiet(f"({notice.item})")),
    ]
    if notice.fate:
        return card(f"Code for {notice.vendor}: {notice.fate.word}", [fate_line(notice.fate), *body])
    left = dates.lasting(notice.expires - notice.asked_at)
    if notice.said:
        body.insert(1, line(strong("Try again:"), notice.said))
    body += [
        line(f"You have {left}. If you did not expect this, leave it: it lapses by itself."),
        # Evaluated by the client, so that the time stands in the reader's own zone.
        TextBlock(text=f"Waits until {{{{TIME({notice.expires:%Y-%m-%dT%H:%M:%SZ})}}}}", is_subtle=True, size="Small"),
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
