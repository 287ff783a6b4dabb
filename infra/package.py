"""``app.py package``: the app that Teams is given, as a zip of the manifest and its icons.

``manifest/manifest.json`` is filled in with what the installation is told; its commands come from the catalogue, so
they cannot drift apart. The same settings make the same bytes. The icons are our own (``infra.icons`` renders them).
"""

from __future__ import annotations

import io
import json
import re
import sys
import tomllib
import zipfile
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from bot.commands.catalogue import COMMANDS, Command
from infra.settings import Settings
from plans.errors import SetupError

ROOT: Final = Path(__file__).parents[1]
FOLDER: Final = ROOT / "manifest"
ICONS: Final = ("color.png", "outline.png")
OUT: Final = Path("steward-teams.zip")
_GUID: Final = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_SLOT: Final = re.compile(r"\{\{(\w+)\}\}")
_EPOCH: Final = (1980, 1, 1, 0, 0, 0)
"""The earliest time a zip can tell: when it was made must not change it."""


def version() -> str:
    """Steward's own, from pyproject.toml."""
    return str(tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"])


def is_guid(text: str) -> bool:
    return _GUID.fullmatch(text) is not None


def manifest(told: Settings) -> dict[str, Any]:
    """The manifest, filled in. Raises SetupError naming the setting that is missing or that Teams would not take."""
    if told.anonymous:
        raise SetupError("The app package needs the bot's registration. Set MICROSOFT_APP_ID.")
    if not is_guid(told.app_id):
        raise SetupError("MICROSOFT_APP_ID is no GUID such as 12345678-90ab-cdef-1234-567890abcdef.")
    host = _host(told.public_url)
    website = told.developer_url or told.public_url
    values = {
        "app_id": told.app_id.lower(),
        "version": version(),
        "domain": host,
        "developer": told.developer_name,
        "website": website,
        "privacy": told.privacy_url or website,
        "terms": told.terms_url or website,
        "commands": [_listed(command) for command in COMMANDS if command.menu],
    }
    return dict(_filled(json.loads((FOLDER / "manifest.json").read_text(encoding="utf-8")), values))


def _host(public_url: str) -> str:
    parts = urlsplit(public_url)
    if parts.scheme != "https" or not parts.hostname:
        lacking = "is not https" if public_url else "is not set"
        raise SetupError(
            f"STEWARD_PUBLIC_URL {lacking}. Set it to the address under which Teams reaches Steward, such as "
            "https://steward.contoso.example."
        )
    return parts.hostname


def _listed(command: Command) -> dict[str, str]:
    """Teams puts the title into the message box as it is; what may follow it is told beside it."""
    title, more, _ = command.typed.partition(" <")
    said = f"{command.typed}: {command.what}" if more else command.what[:1].upper() + command.what[1:]
    return {"title": title, "description": said}


def _filled(node: Any, values: dict[str, Any]) -> Any:
    """Every ``{{slot}}`` replaced by its value. Raises KeyError for a slot that nobody fills."""
    if isinstance(node, dict):
        return {name: _filled(value, values) for name, value in node.items()}
    if isinstance(node, list):
        return [_filled(value, values) for value in node]
    found = _SLOT.fullmatch(node) if isinstance(node, str) else None
    return values[found.group(1)] if found else node


def build(told: Settings) -> bytes:
    """The zip. Raises SetupError as ``manifest`` does."""
    text = json.dumps(manifest(told), indent=2, ensure_ascii=False) + "\n"
    files = {"manifest.json": text.encode(), **{name: (FOLDER / name).read_bytes() for name in ICONS}}
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, body in files.items():
            # Not compressed: it is small, and another zlib would make other bytes.
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.create_system, entry.external_attr = 3, 0o644 << 16
            archive.writestr(entry, body)
    return packed.getvalue()


def write(told: Settings, out: Path) -> int:
    """Writes the zip, and says where it is and what to do with it. Raises SetupError."""
    packed = build(told)
    aside = out.with_name(f".{out.name}.part")
    try:
        aside.write_bytes(packed)
        aside.replace(out)
    except OSError as error:
        raise SetupError(f"{out} cannot be written ({error.strerror}). Choose another place: --out FILE.") from None
    sys.stdout.write(f"{out}: upload it in Teams under Apps > Manage your apps > Upload an app.\n")
    return 0
