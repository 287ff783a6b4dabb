"""The app that Teams is given: a manifest that Microsoft's schema accepts, commands that are understood, own icons."""

from __future__ import annotations

import hashlib
import io
import json
import os
import struct
import zipfile
import zlib
from pathlib import Path
from typing import Any

import jsonschema
import pytest

import app
from bot.commands.catalogue import COMMANDS
from bot.commands.parse import parse
from infra import icons, package
from infra.settings import Settings, load
from plans.errors import SetupError

DATA = Path(__file__).parents[2] / "data"
SCHEMA = DATA / "teams-manifest-1.30.schema.json"
APP_ID = "12345678-90ab-cdef-1234-567890abcdef"
GOOD = {"MICROSOFT_APP_ID": APP_ID, "STEWARD_PUBLIC_URL": "https://steward.contoso.example/bot"}


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name in os.environ:
        if name.upper().startswith(("STEWARD_", "MICROSOFT")):
            monkeypatch.delenv(name)
    return monkeypatch


def settings(environment: pytest.MonkeyPatch, **told: str) -> Settings:
    for name, value in {**GOOD, **told}.items():
        environment.setenv(name, value)
    return load()


@pytest.fixture
def told(environment: pytest.MonkeyPatch) -> Settings:
    return settings(environment)


@pytest.fixture
def manifest(told: Settings) -> dict[str, Any]:
    return package.manifest(told)


def faults(manifest: dict[str, Any]) -> list[str]:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    return [error.json_path for error in jsonschema.Draft4Validator(schema).iter_errors(manifest)]


def test_the_filled_manifest_is_what_microsofts_schema_asks_for(manifest: dict[str, Any]) -> None:
    assert faults(manifest) == []
    assert "{{" not in json.dumps(manifest)
    assert manifest["$schema"].endswith(f"/v{manifest['manifestVersion']}/MicrosoftTeams.schema.json")


def test_the_schema_finds_what_is_wrong(manifest: dict[str, Any]) -> None:
    manifest["bots"][0]["scopes"].append("somewhere")
    manifest["id"] = "no-guid"
    assert set(faults(manifest)) == {"$.bots[0].scopes[3]", "$.id"}


def test_the_schema_is_microsofts_own_and_says_so_beside_it() -> None:
    assert hashlib.sha256(SCHEMA.read_bytes()).hexdigest().startswith("3339690aacd9049b")
    note = (DATA / "README.md").read_text(encoding="utf-8")
    assert SCHEMA.name in note
    assert "MIT License" in note


def test_every_scope_lists_the_commands_and_each_is_understood_as_that_command(manifest: dict[str, Any]) -> None:
    [bot] = manifest["bots"]
    assert bot["scopes"] == ["personal", "team", "groupChat"]
    assert [listed["scopes"] for listed in bot["commandLists"]] == [[scope] for scope in bot["scopes"]]
    for listed in bot["commandLists"]:
        understood = [parse(command["title"]) for command in listed["commands"]]
        assert [spoken.name if spoken else None for spoken in understood] == [
            command.name for command in COMMANDS if command.menu
        ]
        assert len(listed["commands"]) <= 12
        # What older clients show; the schema allows more.
        assert all(len(command["title"]) <= 32 for command in listed["commands"])
        assert all(len(command["description"]) <= 128 for command in listed["commands"])


def test_what_a_command_needs_is_told_beside_it(manifest: dict[str, Any]) -> None:
    said = {command["title"]: command["description"] for command in manifest["bots"][0]["commandLists"][0]["commands"]}
    assert said["why"].startswith("why <item>: ")
    assert said["status"].startswith("How this chat's plan stands")


def test_it_says_who_it_is_and_claims_to_be_nobody_else(manifest: dict[str, Any]) -> None:
    assert manifest["id"] == manifest["bots"][0]["botId"] == APP_ID
    assert manifest["version"] == package.version()
    assert manifest["validDomains"] == ["steward.contoso.example"]
    names = json.dumps([manifest["name"], manifest["description"], manifest["developer"]]).lower()
    assert not [word for word in ("microsoft", "teams", "copilot") if word in names]


def test_the_developers_links_are_configurable_and_lead_to_the_bot_otherwise(environment: pytest.MonkeyPatch) -> None:
    here = GOOD["STEWARD_PUBLIC_URL"]
    plain = package.manifest(settings(environment))["developer"]
    assert plain == {"name": "Steward", "websiteUrl": here, "privacyUrl": here, "termsOfUseUrl": here}
    told = settings(
        environment,
        STEWARD_DEVELOPER_NAME="Contoso",
        STEWARD_DEVELOPER_URL="https://contoso.example",
        STEWARD_PRIVACY_URL="https://contoso.example/privacy",
    )
    assert package.manifest(told)["developer"] == {
        "name": "Contoso",
        "websiteUrl": "https://contoso.example",
        "privacyUrl": "https://contoso.example/privacy",
        "termsOfUseUrl": "https://contoso.example",
    }


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("MICROSOFT_APP_ID", "", "Set MICROSOFT_APP_ID"),
        ("MICROSOFT_APP_ID", "steward", "MICROSOFT_APP_ID is no GUID"),
        ("MICROSOFT_APP_ID", APP_ID + "0", "MICROSOFT_APP_ID is no GUID"),
        ("MICROSOFT_APP_ID", APP_ID + "\n", "MICROSOFT_APP_ID is no GUID"),
        ("MICROSOFT_APP_ID", "{" + APP_ID + "}", "MICROSOFT_APP_ID is no GUID"),
        ("STEWARD_PUBLIC_URL", "", "STEWARD_PUBLIC_URL is not set"),
        ("STEWARD_PUBLIC_URL", "http://127.0.0.1:3978", "STEWARD_PUBLIC_URL is not https"),
        ("STEWARD_PUBLIC_URL", "http://contoso.example", "STEWARD_PUBLIC_URL is no address"),
        ("STEWARD_PUBLIC_URL", "https://ann:pass@contoso.example", "STEWARD_PUBLIC_URL is no address"),
        ("STEWARD_PUBLIC_URL", "contoso.example", "STEWARD_PUBLIC_URL is no address"),
        ("STEWARD_PRIVACY_URL", "privacy.html", "STEWARD_PRIVACY_URL is no address"),
        ("STEWARD_DEVELOPER_NAME", "x" * 33, "STEWARD_DEVELOPER_NAME"),
    ],
)
def test_what_teams_would_not_take_is_refused_by_name(
    name: str, value: str, said: str, environment: pytest.MonkeyPatch
) -> None:
    with pytest.raises(SetupError, match=said) as refused:
        package.build(settings(environment, **{name: value}))
    assert "pass@" not in str(refused.value)


def test_the_zip_holds_the_manifest_and_the_icons_it_names(told: Settings, manifest: dict[str, Any]) -> None:
    with zipfile.ZipFile(io.BytesIO(package.build(told))) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == ["manifest.json", "color.png", "outline.png"]
        assert json.loads(archive.read("manifest.json")) == manifest
        assert set(manifest["icons"].values()) < set(archive.namelist())


def test_the_same_settings_make_the_same_bytes(
    environment: pytest.MonkeyPatch, told: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "steward.zip"
    assert package.write(told, out) == 0
    assert str(out) in capsys.readouterr().out
    environment.setenv("TZ", "Pacific/Auckland")
    assert package.build(told) == out.read_bytes()
    assert [path.name for path in tmp_path.iterdir()] == ["steward.zip"]


def test_a_place_that_cannot_be_written_is_said_with_the_way_on(told: Settings, tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="--out"):
        package.write(told, tmp_path / "nowhere" / "steward.zip")


def test_the_command_writes_where_it_is_told_and_says_what_it_lacks(
    environment: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert app.main(["package", "--out", str(tmp_path / "x.zip")]) == 2
    assert "Set MICROSOFT_APP_ID" in capsys.readouterr().err
    for name, value in GOOD.items():
        environment.setenv(name, value)
    assert app.main(["package", "--out", str(tmp_path / "x.zip")]) == 0
    assert zipfile.is_zipfile(tmp_path / "x.zip")


def pixels(path: Path) -> tuple[int, int, list[tuple[int, ...]]]:
    """Width, height and pixels of a PNG with eight bits a channel that is not interlaced."""
    data, at, packed, head = path.read_bytes(), 8, b"", b""
    while at < len(data):
        length, kind = struct.unpack_from(">I4s", data, at)
        body = data[at + 8 : at + 8 + length]
        head, packed = (body if kind == b"IHDR" else head), packed + (body if kind == b"IDAT" else b"")
        at += 12 + length
    width, height, depth, colour, *_, interlaced = struct.unpack(">IIBBBBB", head)
    assert (depth, interlaced) == (8, 0)
    step = {2: 3, 6: 4}[colour]
    raw, above, found = zlib.decompress(packed), bytearray(width * step), []
    for row in range(height):
        begin = row * (width * step + 1)
        line = bytearray(raw[begin + 1 : begin + 1 + width * step])
        for x in range(len(line)):
            left = line[x - step] if x >= step else 0
            corner = above[x - step] if x >= step else 0
            line[x] = (line[x] + _predicted(raw[begin], left, above[x], corner)) % 256
        found += [tuple(line[x : x + step]) for x in range(0, len(line), step)]
        above = line
    return width, height, found


def _predicted(kind: int, left: int, up: int, corner: int) -> int:
    near = min((left, up, corner), key=lambda value: abs(left + up - corner - value))
    return (0, left, up, (left + up) // 2, near)[kind]


@pytest.mark.parametrize("name", ["color", "outline"])
def test_the_icons_are_as_large_as_teams_wants_them(name: str) -> None:
    width, height, _ = pixels(package.FOLDER / f"{name}.png")
    assert width == height == icons.SIZES[name]


def test_the_outline_icon_is_white_on_nothing() -> None:
    _, _, found = pixels(package.FOLDER / "outline.png")
    assert {pixel[:3] for pixel in found if pixel[3]} == {(255, 255, 255)}
    assert {0, 255} < {pixel[3] for pixel in found}


def test_the_colour_icon_has_the_accent_colour_to_its_edge(manifest: dict[str, Any]) -> None:
    width, height, found = pixels(package.FOLDER / "color.png")
    accent = tuple(bytes.fromhex(manifest["accentColor"][1:]))
    edge = [found[y * width + x][:3] for y in range(height) for x in range(width) if {x, y} & {0, width - 1}]
    assert set(edge) == {accent}
