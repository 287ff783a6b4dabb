"""One line being typed: keys in, finished lines out, and how it looks in the width there is. Touches no terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from rich.cells import cell_len, set_cell_size

_KEYS = {
    "\x01": "home",
    "\x05": "end",
    "\x02": "left",
    "\x06": "right",
    "\x0b": "cut_after",
    "\x15": "cut_before",
    "\x17": "cut_word",
    "\x08": "erase",
    "\x7f": "erase",
    "\t": "take",
    "\x1b[A": "older",
    "\x1b[B": "newer",
    "\x1b[C": "right",
    "\x1b[D": "left",
    "\x1b[H": "home",
    "\x1b[F": "end",
    "\x1bOA": "older",
    "\x1bOB": "newer",
    "\x1bOC": "right",
    "\x1bOD": "left",
    "\x1bOH": "home",
    "\x1bOF": "end",
    "\x1b[1~": "home",
    "\x1b[3~": "erase_next",
    "\x1b[4~": "end",
}
_MASK = "•"
_END = "\x04"


class Editor:
    """A masked line never shows, and no line that is hidden in any way is remembered."""

    def __init__(self) -> None:
        self.masked = False
        self.veil: Callable[[str], str] | None = None
        """Tells what of a plain line may be seen."""
        self.offered = ""
        """What Tab takes while nothing is typed; shown faintly."""
        self.ended = False
        self.text = ""
        self.cursor = 0
        self._begun = ""
        """The beginning of a key's sequence that came in parts."""
        self._past: list[str] = []
        self._place = 0
        self._draft = ""

    @property
    def hidden(self) -> bool:
        """A command stays readable even where an answer would be masked: nobody's code begins with a stroke."""
        return self.masked and not self.text.startswith("/")

    def feed(self, typed: str) -> Iterator[str]:
        """Takes what was typed or pasted; yields each line that it finishes. Sets ``ended`` at the end of input."""
        for key in self._keys(typed):
            if key in "\r\n":
                yield self._finish()
            elif key == _END:
                self.ended = self.ended or not self.text
            elif key in _KEYS:
                getattr(self, f"_{_KEYS[key]}")()
            elif key.isprintable():
                self.text = self.text[: self.cursor] + key + self.text[self.cursor :]
                self.cursor += len(key)

    def _keys(self, typed: str) -> Iterator[str]:
        """Single characters, and the sequences that stand for other keys."""
        waiting, self._begun = self._begun + typed, ""
        while waiting:
            length = 1
            if waiting[0] == "\x1b":
                length = _sequence(waiting)
                if not length:
                    self._begun = waiting
                    return
            yield waiting[:length]
            waiting = waiting[length:]

    def view(self, width: int) -> tuple[str, int, bool]:
        """What is seen of the line within ``width`` cells, the cursor's cell, and whether it is only an offer."""
        if not self.text and self.offered:
            return set_cell_size(self.offered, min(width, cell_len(self.offered))), 0, True
        before, after = self.text[: self.cursor], self.text[self.cursor :]
        if self.hidden:
            before, after = _MASK * len(before), _MASK * len(after)
        elif (seen := self._seen()) != self.text:
            before, after = seen, ""
        room = max(width - 1, 1)
        while cell_len(before) > room:
            before = before[1:]
        shown = before + after
        return set_cell_size(shown, min(width, cell_len(shown))), cell_len(before), False

    def _seen(self) -> str:
        return self.veil(self.text) if self.veil is not None else self.text

    def _finish(self) -> str:
        line = self.text
        if line and not self.hidden and self._seen() == line and self._past[-1:] != [line]:
            self._past.append(line)
        self.text, self.cursor, self._place, self._draft = "", 0, len(self._past), ""
        return line

    def _show(self, text: str) -> None:
        self.text, self.cursor = text, len(text)

    def _take(self) -> None:
        if not self.text and self.offered:
            self._show(self.offered)

    def _older(self) -> None:
        if self.masked or not self._place:
            return
        if self._place == len(self._past):
            self._draft = self.text
        self._place -= 1
        self._show(self._past[self._place])

    def _newer(self) -> None:
        if self.masked or self._place == len(self._past):
            return
        self._place += 1
        self._show(self._past[self._place] if self._place < len(self._past) else self._draft)

    def _home(self) -> None:
        self.cursor = 0

    def _end(self) -> None:
        self.cursor = len(self.text)

    def _left(self) -> None:
        self.cursor = max(0, self.cursor - 1)

    def _right(self) -> None:
        self.cursor = min(len(self.text), self.cursor + 1)

    def _erase(self) -> None:
        if self.cursor:
            self._left()
            self._erase_next()

    def _erase_next(self) -> None:
        self.text = self.text[: self.cursor] + self.text[self.cursor + 1 :]

    def _cut_before(self) -> None:
        self.text, self.cursor = self.text[self.cursor :], 0

    def _cut_after(self) -> None:
        self.text = self.text[: self.cursor]

    def _cut_word(self) -> None:
        left = self.text[: self.cursor].rstrip()
        kept = left[: left.rfind(" ") + 1]
        self.text, self.cursor = kept + self.text[self.cursor :], len(kept)


def _sequence(waiting: str) -> int:
    """How many characters the sequence at the beginning has; 0 while it is not complete."""
    if len(waiting) < 2:
        return 0
    if waiting[1] == "O":
        return 3 if len(waiting) >= 3 else 0
    if waiting[1] != "[":
        return 2
    for place, character in enumerate(waiting[2:], 3):
        if "@" <= character <= "~":
            return place
    return 0
