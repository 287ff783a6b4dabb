"""The plan is changed while it is carried out: by talking, by a repair, by `undo`, and through files."""

from __future__ import annotations

import asyncio
import re
from datetime import datetime, timedelta
from functools import partial

from infra.demo.actor import LONG, OWNER, Actor, Gone, offers, shows
from infra.demo.stage import DAY_SECONDS
from infra.sandbox.teams.conversation import Message

_ITEM = re.compile(r"\b[A-Z]{1,6}\d*-\d+\b")


class Reshape(Actor):
    """What Ann does to her plan."""

    async def by_talk(self) -> None:
        """Two of her items of a later week, in one sentence: first as a question, then for good."""
        first, second = self._records.later_items()[:2]
        wish = f"move {first} 2 days later and estimate {second} between 2 and 5 days"
        slug, before, items = self._records.plan()
        self._tell.keep(
            "The plan covers all of the way",
            items > 0,
            "Steward",
            f"{slug}: {items} items over {self._records.weeks()} weeks",
        )
        since = await self._say(f"what if we {wish}?")
        await self._see(shows("What if", "Finish"), since=since)
        kept = self._records.plan() == (slug, before, items)
        self._tell.keep(
            "A change can be tried before it is made", kept, "Steward", f"the plan is still version {before}"
        )
        since = await self._say(wish)
        card = await self._see(offers("Apply"), since=since)
        await self._press(card, "Apply")
        changed = await self._see(shows("Plan changed", first, second), since=since)
        kept = self._records.plan()[1] == before + 1
        self._tell.keep("Changed by talking, after a yes to the diff", kept, OWNER, changed.text.splitlines()[0])

    async def through_files(self) -> None:
        """What is exported and imported again says nothing new; what is changed on the way is found."""
        slug, _, items = self._records.plan()
        for kind in ("json", "csv"):
            path = self._stage.home / f"{slug}.{kind}"
            await self._stage.told("plan", "export", slug, "--format", kind, "--out", str(path))
            answer = await self._stage.told("plan", "import", str(path), "--dry-run")
            self._tell.note(f"plan import {path.name} --dry-run: {answer}")
            self._tell.keep(f"Exported as {kind.upper()}, re-imported equal", answer.startswith("Nothing differs"),
                "Steward", f"{items} items, {path.stat().st_size:,} bytes")  # fmt: skip

    async def when_late(self) -> None:
        """Whenever it comes: what is late is mended while the agents work on."""
        try:
            card = await self._chat.wait_for(offers("Extend"), LONG)
        except TimeoutError as error:
            self._tell.keep("An alert for what slips", False, "Steward", str(error).splitlines()[0])
        else:
            await self._act("Something slips", partial(self._mend, card))

    async def _mend(self, card: Message) -> None:
        self._tell.shown(card.text)
        asked_at, created_at, sent_at = await self._sent(card)
        found = _ITEM.search(card.text)
        if found is None:
            raise Gone("the alert names no item")
        item = found.group()
        due = self._records.item_end(item) + timedelta(days=1)
        late = (asked_at - due).total_seconds() * DAY_SECONDS / 86400 + (sent_at - created_at).total_seconds()
        self._tell.keep("Alert within 2 s of the moment", late <= 2.0, "Steward", f"{item}, no model asked", late)
        await self._compare(item)
        since = self._chat.change
        await self._press(card, next(title for title in card.buttons if title.startswith("Extend")))
        # A week that begins may have changed the plan before: its version is not known here.
        diff = await self._see(shows("Plan changed", item), since=since)
        self._tell.keep("The repair is a revision, shown as a diff", item in diff.text, OWNER, "card in Teams")
        since = await self._say("undo")
        undone = await self._see(shows("Plan changed", "Takes back", item), since=since)
        self._tell.keep("It is taken back by `undo`", item in undone.text, OWNER, "card in Teams")
        await self._say(f"done {item}")
        # The clock stands while anything is asked, so nothing else of hers may be left to slip.
        for other in self._records.items_of_person():
            if other != item and self._records.item_state(other) != "done":
                await self._say(f"done {other}")

    async def _compare(self, item: str) -> None:
        """The ways on, side by side, before one is chosen."""
        since = await self._say(f"what if we move {item} 2 days later or drop {item}?")
        found = await self._see(shows("What if", "A", "B"), since=since)
        kept = all(f"{letter} " in found.text for letter in "AB")
        self._tell.keep(
            "The alternatives are compared side by side", kept, "Steward", "finish, odds, cost, what each breaks"
        )

    async def _sent(self, alert: Message) -> tuple[datetime, datetime, datetime]:
        for _ in range(50):
            if found := self._records.alert(alert.id):
                return found
            await asyncio.sleep(0.1)
        raise Gone("the alert is in Teams, but not in the outbox")
