"""Host configurations in the colours of the Teams client: light, dark and high contrast.

Light and dark follow ``samples/HostConfig/microsoft-teams-{light,dark}.json`` of microsoft/AdaptiveCards; the contrast
theme has black, white and yellow only, and no container has a background of its own there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

Json = dict[str, Any]


@dataclass(frozen=True)
class Host:
    name: str
    text: str
    subtle: str
    background: str
    emphasis: str
    attention: str
    link: str
    border: str
    tints: dict[str, str]
    """Backgrounds of the coloured containers."""
    on_tint: str
    """Text on them."""

    @property
    def config(self) -> Json:
        """What the renderer takes."""
        plain = self._colours(self.text, self.subtle)
        tinted = self._colours(self.on_tint, self.on_tint)
        styles: Json = {
            "default": {"backgroundColor": self.background, "foregroundColors": plain},
            "emphasis": {"backgroundColor": self.emphasis, "foregroundColors": plain},
        }
        for style, tint in self.tints.items():
            styles[style] = {"backgroundColor": tint, "foregroundColors": tinted}
        return {**_LAYOUT, "containerStyles": styles}

    def _colours(self, text: str, subtle: str) -> Json:
        shades = {"default": text, "subtle": subtle}
        kinds = ("default", "dark", "light", "accent", "good", "warning")
        return {**dict.fromkeys(kinds, shades), "attention": {"default": self.attention, "subtle": self.attention}}

    @property
    def css(self) -> str:
        """What the host draws itself: buttons and inputs."""
        return f"""
body {{ margin: 0; background: {self.emphasis}; }}
.host {{ background: {self.background}; border: 1px solid {self.border}; border-radius: 6px; overflow: hidden; }}
.host, .host input, .host select, .host textarea, .host button {{
  font-family: 'Segoe UI', 'Liberation Sans', sans-serif; font-size: 14px; }}
.host button.ac-pushButton, .host button.ac-pushButton.subdued {{
  background: {self.background}; color: {self.text}; border: 1px solid {self.border}; border-radius: 4px; opacity: 1;
  padding: 5px 12px; margin-bottom: 6px; max-width: 100%; font-weight: 600;
  text-overflow: ellipsis; overflow: hidden; white-space: nowrap; }}
.host button.ac-pushButton.style-positive {{
  background: {self.link}; color: {self.background}; border-color: {self.link}; }}
.host button.ac-pushButton.style-destructive {{ color: {self.attention}; }}
.host button.ac-pushButton:focus-visible {{ outline: 2px solid {self.link}; outline-offset: 1px; }}
.host button.ac-pushButton::after {{ content: none; }}
.host input, .host select, .host textarea {{ background: {self.background}; color: {self.text};
  border: 1px solid {self.border}; border-radius: 4px; padding: 6px 8px; width: 100%; box-sizing: border-box; }}
.host input::placeholder, .host textarea::placeholder {{ color: {self.subtle}; }}
.host button.ac-pushButton::after {{ content: none; }}
.host .ac-actionSet {{ flex-wrap: wrap; }}
"""


_FONT: Final[Json] = {
    "fontFamily": "'Segoe UI', 'Liberation Sans', sans-serif",
    "fontSizes": {"small": 12, "default": 14, "medium": 14, "large": 18, "extraLarge": 24},
    "fontWeights": {"lighter": 200, "default": 400, "bolder": 600},
}
_LAYOUT: Final[Json] = {
    "supportsInteractivity": True,
    "spacing": {"small": 8, "default": 12, "medium": 16, "large": 20, "extraLarge": 24, "padding": 16},
    "separator": {"lineThickness": 1, "lineColor": "#808080"},
    "fontTypes": {"default": _FONT, "monospace": {**_FONT, "fontFamily": "monospace"}},
    "inputs": {
        "label": {
            "requiredInputs": {"weight": "Bolder", "suffix": " *", "suffixColor": "Attention"},
            "optionalInputs": {"weight": "Bolder"},
            "inputSpacing": "Small",
        },
        "errorMessage": {"color": "Attention", "weight": "Bolder"},
    },
    "actions": {
        "maxActions": 6,
        "spacing": "Default",
        "buttonSpacing": 8,
        "showCard": {"actionMode": "Inline", "inlineTopMargin": 16, "style": "emphasis"},
        "actionsOrientation": "Horizontal",
        "actionAlignment": "Left",
    },
    "adaptiveCard": {"allowCustomStyle": False},
}
LIGHT: Final = Host(
    "light",
    text="#252424",
    subtle="#616161",
    background="#ffffff",
    emphasis="#f5f5f5",
    attention="#b10e1c",
    link="#5b5fc7",
    border="#8a8886",
    tints={"good": "#ccffcc", "attention": "#ffc5b2", "warning": "#ffe2b2", "accent": "#c7def9"},
    on_tint="#252424",
)
DARK: Final = Host(
    "dark",
    text="#ffffff",
    subtle="#c8c6c4",
    background="#2d2c2c",
    emphasis="#1f1f1f",
    attention="#ff9aa2",
    link="#a6a7dc",
    border="#8a8886",
    tints={"good": "#ccffcc", "attention": "#ffc5b2", "warning": "#ffe2b2", "accent": "#c7def9"},
    on_tint="#201f1f",
)
CONTRAST: Final = Host(
    "contrast",
    text="#ffffff",
    subtle="#ffffff",
    background="#000000",
    emphasis="#000000",
    attention="#ffff01",
    link="#ffff01",
    border="#ffffff",
    tints=dict.fromkeys(("good", "attention", "warning", "accent"), "#000000"),
    on_tint="#ffffff",
)
HOSTS: Final = (LIGHT, DARK, CONTRAST)
WIDTHS: Final = (320, 600)
"""CSS pixels of the card: a phone, and the widest that Teams gives a card on a desktop."""
