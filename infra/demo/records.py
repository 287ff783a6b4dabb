"""What really happened, read from where it happened: each agent's own database, and the bot's."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any


def _ask(database: Path, query: str, *values: Any) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=10)) as connection:
        return connection.execute(query, values).fetchall()


def _instant(micros: int) -> datetime:
    return datetime.fromtimestamp(micros / 1_000_000, UTC)


class Records:
    """Reads, never writes."""

    def __init__(self, home: Path) -> None:
        self._home = home
        self._bot = home / "bot" / "steward.db"

    def campaigns(self, reference: str) -> list[int]:
        """How many messages each of the mail desk's campaigns with that reference has put out."""
        query = "SELECT (SELECT count(*) FROM outbox o WHERE o.campaign = c.id) FROM campaign c WHERE c.reference = ?"
        return [int(sent) for (sent,) in _ask(self._home / "maildesk" / "maildesk.db", query, reference)]

    def delegations(self) -> list[tuple[str, str, str, str, str]]:
        """Every brief given out: item, agent, state, key, driver's reference as JSON."""
        rows = _ask(self._bot, "SELECT item, agent, state, key, coalesce(ref, '') FROM delegation ORDER BY created_at")
        return [tuple(map(str, row)) for row in rows]  # type: ignore[misc]

    def decisions(self, item: str) -> list[tuple[str, str, str]]:
        """Verdict, outcome and how it was verified, of every act for the item."""
        return [
            (str(verdict), str(state or "open"), str(verified or ""))
            for verdict, state, verified in _ask(
                self._bot,
                "SELECT d.verdict, o.state, o.verified FROM decision d LEFT JOIN outcome o ON o.decision = d.id"
                " WHERE d.item = ? AND d.kind = 'act' ORDER BY d.at",
                item,
            )
        ]

    def alert(self, message: str) -> tuple[datetime, datetime, datetime] | None:
        """Of the alert in that Teams message: when it was raised (plan), written down and sent (wall)."""
        rows = _ask(
            self._bot,
            "SELECT a.asked_at, m.created_at, m.sent_at FROM ask a JOIN message m ON m.key = a.message"
            " WHERE m.activity_id = ?",
            message,
        )
        return next(((_instant(asked), _instant(made), _instant(sent)) for asked, made, sent in rows), None)

    def items_of_person(self) -> list[str]:
        """The tasks of the first week that no agent does, by their date."""
        query = (
            "SELECT id FROM item WHERE kind = 'task' AND agent IS NULL"
            " AND end <= (SELECT date(json_extract(frame, '$.begins'), '+6 days') FROM plan WHERE slug = item.plan)"
            " ORDER BY end, position"
        )
        rows = _ask(self._bot, query)
        return [str(item) for (item,) in rows]

    def later_items(self) -> list[str]:
        """The open tasks that no agent does, those in the middle of the plan first."""
        query = "SELECT id FROM item WHERE kind = 'task' AND agent IS NULL AND state = 'planned' ORDER BY end, id"
        found = [str(item) for (item,) in _ask(self._bot, query)]
        return sorted(found, key=lambda item: abs(found.index(item) - len(found) // 2))

    def plan(self) -> tuple[str, int, int]:
        """The plan's name, its version and how many items it holds."""
        query = "SELECT slug, revision, (SELECT count(*) FROM item WHERE plan = slug AND state <> 'dropped') FROM plan"
        [(slug, version, items)] = _ask(self._bot, query)
        return str(slug), int(version), int(items)

    def weeks(self) -> int:
        """From the plan's first day to its last."""
        [(days,)] = _ask(
            self._bot, "SELECT julianday(max(end)) - julianday(min(json_extract(body, '$.start'))) FROM item"
        )
        return round(float(days) / 7)

    def item_state(self, item: str) -> str:
        [(state,)] = _ask(self._bot, "SELECT state FROM item WHERE id = ?", item)
        return str(state)

    def item_end(self, item: str) -> datetime:
        """The last day of an item, as midnight UTC at its end."""
        [(end,)] = _ask(self._bot, "SELECT end FROM item WHERE id = ?", item)
        return datetime.fromisoformat(str(end)).replace(tzinfo=UTC)

    def everything(self) -> bytes:
        """The bot's database files as bytes, to look for what must not be in them."""
        return b"".join(path.read_bytes() for path in sorted(self._bot.parent.glob("steward.db*")))
