"""What is sealed stays readable to its key and name and version, and to nothing else."""

from __future__ import annotations

import asyncio
import base64
import stat
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from adapters.vault import Vault, VaultTampered, master_key
from plans.errors import Conflict, SetupError
from plans.store.database import Database
from plans.store.tables import SealedRow
from plans.words import Secret
from tests.doubles.clock import ManualClock

KEY, OTHER = b"k" * 32, b"o" * 32
NAME = "credential:maildesk:mara"


@pytest.fixture
def vault(database: Database, clock: ManualClock) -> Vault:
    return Vault(database, clock, KEY)


def _row(database: Database, name: str = NAME) -> SealedRow:
    row = database.read_now(lambda tx: tx.get(SealedRow, name))
    assert row
    return row


def _alter(database: Database, change: Callable[[SealedRow], None], name: str = NAME) -> None:
    def work(tx: object) -> None:
        from sqlmodel import Session  # noqa: PLC0415

        assert isinstance(tx, Session)
        row = tx.get(SealedRow, name)
        assert row
        change(row)
        tx.add(row)

    database.write_now(work)


async def test_a_secret_is_kept_replaced_and_erased(vault: Vault, database: Database) -> None:
    assert await vault.open(NAME) is None
    assert await vault.seal(NAME, Secret("hunter2")) == 1
    assert await vault.open(NAME) == Secret("hunter2")
    assert await vault.seal(NAME, Secret("hunter3")) == 2
    assert await vault.open_versioned(NAME) == (Secret("hunter3"), 2)
    assert b"hunter" not in _row(database).box
    await vault.erase(NAME)
    assert await vault.open_versioned(NAME) == (None, 3)
    assert _row(database).box == b""
    assert await vault.seal(NAME, Secret("hunter4")) == 4
    await vault.erase("never-used")


async def test_of_two_writers_who_read_the_same_version_one_is_told(vault: Vault) -> None:
    await vault.seal(NAME, Secret("a"), expected=0)
    done = await asyncio.gather(*(vault.seal(NAME, Secret(text), expected=1) for text in "bc"), return_exceptions=True)
    assert sorted(map(type, done), key=str) == sorted([int, Conflict], key=str)
    with pytest.raises(Conflict):
        await vault.seal("another", Secret("x"), expected=3)


@pytest.mark.parametrize("place", [0, 11, 12, 43, 59, 60, -1])
async def test_a_changed_box_is_refused_wherever_it_was_changed(vault: Vault, database: Database, place: int) -> None:
    await vault.seal(NAME, Secret("hunter2"))

    def flip(row: SealedRow) -> None:
        box = bytearray(row.box)
        box[place] ^= 1
        row.box = bytes(box)

    _alter(database, flip)
    with pytest.raises(VaultTampered) as refused:
        await vault.open(NAME)
    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize(
    "change",
    [
        lambda row: setattr(row, "version", row.version + 1),
        lambda row: setattr(row, "nonce", bytes(12)),
        lambda row: setattr(row, "box", b"short"),
        lambda row: setattr(row, "nonce", b""),
    ],
)
async def test_a_row_that_lies_about_itself_is_refused(
    vault: Vault, database: Database, change: Callable[[SealedRow], None]
) -> None:
    await vault.seal(NAME, Secret("hunter2"))
    _alter(database, change)
    with pytest.raises(VaultTampered):
        await vault.open(NAME)


async def test_a_box_moved_to_another_name_is_refused(vault: Vault, database: Database) -> None:
    await vault.seal(NAME, Secret("hunter2"))
    await vault.seal("credential:maildesk:eve", Secret("eve's"))
    mine = _row(database)

    def transplant(row: SealedRow) -> None:
        row.nonce, row.box = mine.nonce, mine.box

    _alter(database, transplant, "credential:maildesk:eve")
    with pytest.raises(VaultTampered):
        await vault.open("credential:maildesk:eve")


async def test_a_row_put_back_to_what_it_was_or_deleted_is_refused(vault: Vault, database: Database) -> None:
    await vault.seal(NAME, Secret("old"))
    old = _row(database)
    await vault.seal(NAME, Secret("new"))

    def put_back(row: SealedRow) -> None:
        row.version, row.nonce, row.box = old.version, old.nonce, old.box

    _alter(database, put_back)
    with pytest.raises(VaultTampered, match="earlier version"):
        await vault.open(NAME)
    database.write_now(lambda tx: tx.delete(tx.get(SealedRow, NAME)))
    with pytest.raises(VaultTampered, match="earlier version"):
        await vault.open(NAME)


async def test_another_key_opens_nothing(vault: Vault, database: Database, clock: ManualClock) -> None:
    await vault.seal(NAME, Secret("hunter2"))
    with pytest.raises(VaultTampered, match="does not open under this key"):
        await Vault(database, clock, OTHER).open(NAME)


async def test_rotation_wraps_everything_anew_or_nothing(vault: Vault, database: Database, clock: ManualClock) -> None:
    await vault.seal(NAME, Secret("hunter2"))
    await vault.seal("session:maildesk:mara", Secret("cookies"))
    await vault.seal("erased", Secret("gone"))
    await vault.erase("erased")
    assert await vault.rotate(OTHER) == 2
    assert await vault.open(NAME) == Secret("hunter2")
    assert await Vault(database, clock, OTHER).open("session:maildesk:mara") == Secret("cookies")
    with pytest.raises(VaultTampered):
        await Vault(database, clock, KEY).open(NAME)

    before = _row(database, "session:maildesk:mara").box
    _alter(database, lambda row: setattr(row, "box", bytes(100)))
    with pytest.raises(VaultTampered):
        await vault.rotate(KEY)
    assert _row(database, "session:maildesk:mara").box == before
    assert await vault.open("session:maildesk:mara") == Secret("cookies")


def test_the_key_is_made_once_with_nobody_else_reading_it(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as threads:
        keys = list(threads.map(lambda _: master_key(tmp_path), range(16)))
    assert len(set(keys)) == 1
    assert len(keys[0]) == 32
    assert stat.S_IMODE((tmp_path / "vault.key").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["vault.key"]


def test_a_key_that_is_told_is_used_and_nothing_is_written(tmp_path: Path) -> None:
    assert master_key(tmp_path, base64.b64encode(KEY).decode()) == KEY
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("content", "mode", "said"),
    [
        (base64.b64encode(KEY), 0o640, "chmod 600"),
        (base64.b64encode(KEY), 0o604, "chmod 600"),
        (base64.b64encode(b"short"), 0o600, "32 bytes in base64"),
        (b"not base64!", 0o600, "32 bytes in base64"),
        (b"", 0o600, "32 bytes in base64"),
    ],
)
def test_a_key_file_that_is_open_to_others_or_no_key_is_refused(
    tmp_path: Path, content: bytes, mode: int, said: str
) -> None:
    path = tmp_path / "vault.key"
    path.write_bytes(content)
    path.chmod(mode)
    with pytest.raises(SetupError, match=said):
        master_key(tmp_path)


def test_a_told_key_that_is_none_names_its_setting_and_not_its_text(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="STEWARD_VAULT_KEY") as refused:
        master_key(tmp_path, "bm90LWEta2V5")
    assert "bm90" not in str(refused.value)
