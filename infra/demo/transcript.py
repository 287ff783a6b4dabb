"""What a demonstration prints: the conversation as it goes, and at the end what was really done."""

from __future__ import annotations

import time
from dataclasses import dataclass

from rich.console import Console
from rich.markup import escape
from rich.table import Table

_WIDTH = 120
"""Columns, where there is no terminal to ask."""


@dataclass(frozen=True)
class Line:
    """One promise, and whether it was kept."""

    promise: str
    kept: bool
    who: str
    seen: str
    """How it was checked, in words."""
    took: float | None = None
    """Wall seconds."""


class Transcript:
    """Prints as it is told; remembers the promises."""

    def __init__(self, console: Console | None = None) -> None:
        self.console = console or Console(highlight=False)
        if not self.console.is_terminal:
            self.console.width = _WIDTH
        self.lines: list[Line] = []
        self._start = time.monotonic()

    def _clock(self) -> str:
        return f"[dim]{time.monotonic() - self._start:6.1f}s[/dim]"

    def chapter(self, title: str) -> None:
        self.console.print()
        self.console.rule(f"[bold]{escape(title)}", align="left")

    def note(self, text: str) -> None:
        self.console.print(f"{self._clock()}  [dim]{escape(text)}[/dim]")

    def said(self, who: str, text: str) -> None:
        self.console.print(f"{self._clock()}  [bold cyan]{escape(who)}:[/bold cyan] {escape(text)}")

    def shown(self, text: str, where: str = "") -> None:
        """What Steward shows, card or text, a few lines of it."""
        head, *rest = [line for line in text.splitlines() if line.strip()] or [""]
        place = f" [dim]({escape(where)})[/dim]" if where else ""
        self.console.print(f"{self._clock()}  [bold green]Steward{place}:[/bold green] {escape(head)}")
        for line in rest[:14]:
            self.console.print(f"{'':10} [green]│[/green] {escape(line)}")
        if len(rest) > 14:
            self.console.print(f"{'':10} [green]│[/green] [dim]… {len(rest) - 14} more lines[/dim]")

    def keep(self, promise: str, kept: bool, who: str, seen: str, took: float | None = None) -> None:
        """Writes down whether a promise was kept."""
        self.lines.append(Line(promise, kept, who, seen, took))
        mark = "[green]✓[/green]" if kept else "[red]✗[/red]"
        duration = f" [dim]({took:.1f} s)[/dim]" if took is not None else ""
        self.console.print(f"{'':10} {mark} {escape(promise)}: {escape(seen)}{duration}")

    def table(self) -> bool:
        """Prints the closing table; True when every promise was kept."""
        table = Table(title="What was asked, and what really happened", title_justify="left", show_lines=False)
        for title in ("", "Asked", "Done by", "Verified how", "Time"):
            table.add_column(title, justify="right" if title == "Time" else "left", overflow="fold")
        for line in self.lines:
            mark = "[green]yes[/green]" if line.kept else "[red]NO[/red]"
            took = f"{line.took:.1f} s" if line.took is not None else ""
            table.add_row(mark, escape(line.promise), escape(line.who), escape(line.seen), took)
        self.console.print()
        self.console.print(table)
        missing = [line for line in self.lines if not line.kept]
        total = time.monotonic() - self._start
        verdict = (
            f"[red]{len(missing)} of {len(self.lines)} lines did not happen" if missing else "[green]All of it happened"
        )
        self.console.print(f"{verdict}[/], in {total:.0f} s.")
        return not missing
