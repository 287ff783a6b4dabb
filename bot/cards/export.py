"""A plan that was exported: its text, folded and to be copied, or how to have it written into a file."""

from __future__ import annotations

from dataclasses import dataclass

from microsoft_teams.cards import Action, AdaptiveCard, CardElement, RichTextBlock, TextInput, TextRun

from bot.cards.parts import card, fold, heading, line, quiet, say, title
from bot.cards.text import clean, short


@dataclass(frozen=True)
class Export:
    slug: str
    title: str
    form: str
    """``csv``, ``json`` or ``planner``."""
    what: str
    """The same in words."""
    items: int
    text: str


_FORMS = (("As a table", "csv"), ("As JSON", "json"), ("For Planner", "planner"))


def render(found: Export, *, whole: bool) -> AdaptiveCard:
    """``whole``: with the text itself, for whoever copies it."""
    ending = "csv" if found.form == "csv" else "json"
    command = f"uv run app.py plan export {found.slug} --format {found.form} --out {found.slug}.{ending}"
    counted = "1 item" if found.items == 1 else f"{found.items:,} items"
    body: list[CardElement] = [
        heading("Export"),
        title(short(found.title, 160)),
        line(f"{counted} as {found.what}."),
    ]
    actions: list[Action] = []
    if whole:
        # A field, because what is selected in one is copied as it is; a paragraph's spaces and line ends are not.
        field = TextInput(id="copy", label="Select all of it, and copy", is_multiline=True, value=clean(found.text))
        folded, toggle = fold("text", "Show to copy", [field])
        if found.form == "csv":
            body.append(line("Change it in a spreadsheet, then write “import” and paste the table below it."))
        body += [folded, line(quiet("As a file, where Steward runs:"), small=True), _mono(command)]
        actions.append(toggle)
    else:
        body += [line("It is too large for a message. Whoever runs Steward writes it into a file:"), _mono(command)]
    actions += [say(words, f"export {form} {found.slug}") for words, form in _FORMS if form != found.form]
    return card(f"{found.title}: {counted} as {found.what}", body, actions)


def _mono(command: str) -> RichTextBlock:
    """Our own words, to be copied."""
    return RichTextBlock(inlines=[TextRun(text=command, font_type="Monospace", size="Small")], spacing="Small")
