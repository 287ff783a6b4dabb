"""The inputs of a card, asked for one by one: what is being asked, what may be typed, and what is sent for it."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from infra.demo.terminal.markup import HIDDEN, bare, veiled
from infra.sandbox.teams.cards import Json


class NotTaken(Exception):
    """What was typed cannot be sent; says why. Never repeats it."""


@dataclass(frozen=True)
class Field:
    """One input of a card, as a person meets it."""

    node: Json

    @property
    def id(self) -> str:
        return str(self.node["id"])

    @property
    def label(self) -> str:
        return bare(str(self.node.get("label") or self.node.get("placeholder") or self.node["id"]))

    @property
    def masked(self) -> bool:
        return str(self.node.get("style", "")).lower() == "password"

    @property
    def plain(self) -> bool:
        """Whether nothing secret can be typed: a date, a number, one of several."""
        return bool(self.choices) or self._kind in _READERS

    def shown(self, value: str) -> str:
        """What may be seen of an answer: of a masked one not even how long it is."""
        if self.masked:
            return HIDDEN
        titles = {found: title for title, found in self.choices}
        return titles.get(value, value) if self.plain else veiled(value)

    @property
    def choices(self) -> list[tuple[str, str]]:
        """Title and value of each."""
        if self._kind == "Input.Toggle":
            return [("yes", str(self.node.get("valueOn", "true"))), ("no", str(self.node.get("valueOff", "false")))]
        return [(bare(str(found["title"])), str(found["value"])) for found in self.node.get("choices") or ()]

    @property
    def hint(self) -> str:
        """What to type, and what Enter alone does."""
        standing = str(self.node.get("value", ""))
        shown = next((title for title, value in self.choices if value == standing), bare(standing))
        if shown:
            rest = f"Enter: {shown}"
        elif self.node.get("isRequired"):
            rest = ""
        else:
            rest = "Enter: leave it"
        kinds = {"Input.Date": "like 2027-01-29", "Input.Number": "a number", "Input.Time": "like 14:30"}
        kind = "hidden while you type" if self.masked else kinds.get(self._kind, "")
        return "; ".join(part for part in (kind, rest) if part)

    @property
    def _kind(self) -> str:
        return str(self.node.get("type", ""))

    def read(self, typed: str) -> str:
        """What is sent for what was typed; nothing typed is what stood there. Raises NotTaken."""
        typed = typed.strip()
        if not typed:
            standing = str(self.node.get("value", ""))
            if self.node.get("isRequired") and not standing:
                raise NotTaken(bare(str(self.node.get("errorMessage") or "Something has to be typed here.")))
            return standing
        longest = self.node.get("maxLength")
        if longest and len(typed) > int(longest):
            raise NotTaken(f"That is longer than the {longest} characters there are room for.")
        if self.choices:
            return self._chosen(typed)
        read = _READERS.get(self._kind)
        return read(self.node, typed) if read else typed

    def _chosen(self, typed: str) -> str:
        """By number, title or value; several numbers with commas where several may be chosen."""
        parts = typed.split(",") if self.node.get("isMultiSelect") else [typed]
        return ",".join(self._one(part.strip()) for part in parts)

    def _one(self, typed: str) -> str:
        choices = self.choices
        if typed.isdecimal() and 1 <= int(typed) <= len(choices):
            return choices[int(typed) - 1][1]
        for title, value in choices:
            if typed.casefold() in (title.casefold(), value.casefold()):
                return value
        raise NotTaken(f"Choose by number, 1 to {len(choices)}.")


def _number(node: Json, typed: str) -> str:
    try:
        found = float(typed.replace(",", ""))
    except ValueError:
        found = math.nan
    if not math.isfinite(found):
        raise NotTaken("That is not a number.")
    least, most = node.get("min"), node.get("max")
    if (least is not None and found < float(least)) or (most is not None and found > float(most)):
        raise NotTaken(f"It has to be {_between(least, most, 'more', 'less')}.")
    return str(int(found)) if found.is_integer() else str(found)


def _date(node: Json, typed: str) -> str:
    try:
        found = date.fromisoformat(typed).isoformat()
    except ValueError:
        raise NotTaken("That is not a date. Type it like 2027-01-29.") from None
    least, most = node.get("min"), node.get("max")
    if (least and found < least) or (most and found > most):
        raise NotTaken(f"It has to be {_between(least, most, 'later', 'earlier')}.")
    return found


def _between(least: object, most: object, above: str, below: str) -> str:
    if least is not None and most is not None:
        return f"between {least} and {most}"
    return f"{least} or {above}" if least is not None else f"{most} or {below}"


_READERS: dict[str, Callable[[Json, str], str]] = {"Input.Number": _number, "Input.Date": _date}
