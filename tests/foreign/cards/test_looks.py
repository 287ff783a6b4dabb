"""Every card in Microsoft's renderer, in Chromium: light, dark and high contrast, on a phone and on a desktop."""

from __future__ import annotations

import asyncio

import pytest

from tests.foreign.cards import gallery
from tests.foreign.cards.hosts import CONTRAST, DARK, HOSTS, LIGHT, WIDTHS, Host
from tests.foreign.cards.stage import Seen, Stage

pytestmark = [pytest.mark.foreign, pytest.mark.asyncio(loop_scope="package")]

ORDINARY = asyncio.run(gallery.ordinary())
HOSTILE = (
    "**[Approve](https://evil.example)** _now_ https://evil.example/x",
    "<b>bold</b><img src=x onerror=alert(1)><at>Everyone</at>",
    "{{DATE(2027-01-01T00:00:00Z, SHORT)}} ${ask} ![x](https://evil.example/x.png)",
    "# Big\n- one\n- two\n\n```\ncode\n```",
)
LONG = {"words": "A sentence that goes on. " * 2000, "one word": "x" * 30_000, "wide": "雪" * 9000}


def _good(seen: Seen) -> None:
    where = f"in {seen.host} at {seen.width} px"
    assert seen.complaints == [], where
    for name, state in seen.states.items():
        assert state["wide"] == [], f"wider than the card {where}, {name}"
        assert state["faint"] == [], f"contrast below 4.5 {where}, {name}"
        assert state["unlabelled"] == [], f"an input without a label {where}, {name}"
        assert state["strange"] == [], f"markup {where}, {name}"


async def _everywhere(stage: Stage, card: gallery.Json) -> None:
    for host in HOSTS:
        for width in WIDTHS:
            _good(await stage.inspect(card, host, width))


@pytest.mark.parametrize("name", ORDINARY)
async def test_a_card_is_readable_in_every_theme_on_phone_and_desktop(stage: Stage, name: str) -> None:
    await _everywhere(stage, ORDINARY[name])


@pytest.mark.parametrize("name", ORDINARY)
async def test_a_card_fits_a_phone_and_its_buttons_say_what_they_do(stage: Stage, name: str) -> None:
    card = ORDINARY[name]
    seen = await stage.inspect(card, LIGHT, 320)
    first = seen.states["as it comes"]
    assert first["cut"] == [], "a button's words are cut off"
    assert len(first["buttons"]) == len(card.get("actions", [])) <= 6
    assert first["height"] <= 900, "longer than a screen and a bit: fold it"


async def _words_of(stage: Stage, card: gallery.Json) -> str:
    seen = await stage.inspect(card, LIGHT, 320)
    _good(seen)
    return "\n".join(state["text"] for state in seen.states.values())


@pytest.mark.parametrize("words", HOSTILE)
async def test_hostile_words_show_as_words(stage: Stage, words: str) -> None:
    shown = words.splitlines()[0].replace("{{", "{ {")
    for name, card in gallery.foreign(words):
        assert shown in (await _words_of(stage, card)).replace("\u200b", ""), name


@pytest.mark.parametrize("words", LONG.values(), ids=LONG)
async def test_very_long_words_stay_inside_the_card(stage: Stage, words: str) -> None:
    for _, card in gallery.foreign(words, lines=40):
        for host, width in ((LIGHT, 320), (CONTRAST, 600)):
            _good(await stage.inspect(card, host, width))


@pytest.mark.parametrize("host", [LIGHT, DARK, CONTRAST], ids=lambda host: host.name)
async def test_the_measuring_itself_notices_what_is_wrong(stage: Stage, host: Host) -> None:
    """A card with every fault that the other tests look for."""
    broken = {
        "type": "AdaptiveCard",
        "version": "1.5",
        "body": [
            {"type": "Badge", "text": "newer than the renderer"},
            {"type": "TextBlock", "text": "**bold** [link](https://evil.example)", "wrap": True},
            {"type": "Input.Text", "id": "nameless"},
            {"type": "TextBlock", "text": "faint", "color": "attention"},
            {"type": "TextBlock", "text": "x" * 400},
            {"type": "Container", "minHeight": "10px", "items": [{"type": "Image", "url": "data:,", "width": "900px"}]},
        ],
    }
    colours = host.config
    colours["containerStyles"]["default"]["foregroundColors"]["attention"] = {
        "default": colours["containerStyles"]["default"]["backgroundColor"]
    }
    seen = await stage.inspect(broken, host, 320, colours)
    state = seen.states["as it comes"]
    assert any("Badge" in complaint for complaint in seen.complaints)
    assert [fault for fault in ("wide", "faint", "unlabelled", "strange") if not state[fault]] == []
