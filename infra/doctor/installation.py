"""This machine and what Steward is told: Python, settings, home folder, the key of the vault, policies, playbooks."""

from __future__ import annotations

import stat
import sys
import tempfile
from pathlib import Path
from typing import Final

from adapters.vault import master_key
from infra.doctor.finding import Check, Finding, Level, found
from infra.settings import Settings
from plans.errors import SetupError
from plans.governance.policy import PolicySet
from plans.planning.playbooks import shelf

_OLDEST: Final = (3, 11)


def python(version: tuple[int, ...] = tuple(sys.version_info[:3])) -> Finding:
    said = f"Python {'.'.join(str(part) for part in version)}"
    if version < _OLDEST:
        return Finding("python", Level.PROBLEM, f"{said} is too old", "Install Python 3.11 or newer.")
    return Finding("python", Level.OK, said)


def settings(problems: tuple[str, ...]) -> list[Check]:
    """One check for each thing that is wrong, or one that says that nothing is."""
    if not problems:
        return [Check("settings", found("settings", Level.OK, "every name is known, every value can be used"))]
    way_on = "Correct the environment; the README lists every setting."
    return [Check("settings", found("settings", Level.PROBLEM, said, way_on)) for said in problems]


def checks(told: Settings) -> list[Check]:
    return [
        Check("home", lambda: home(told.home), Level.PROBLEM),
        Check("vault key", lambda: vault_key(told), Level.PROBLEM),
        Check("policies", lambda: policies(told.policies), Level.PROBLEM),
        Check("playbooks", lambda: playbooks(told.playbooks), Level.PROBLEM),
    ]


def home(folder: Path) -> Finding:
    """Whether the home folder can be used, or made; nothing is left in it."""
    try:
        if not folder.exists():
            return _to_be_made(folder)
        with tempfile.TemporaryFile(dir=folder):
            pass
        mode = stat.S_IMODE(folder.stat().st_mode)
    except OSError as error:
        return _no_home(folder, error.strerror)
    if sys.platform != "win32" and mode & (stat.S_IRWXG | stat.S_IRWXO):
        said = f"{folder} can be entered by others (mode {mode:04o})"
        return Finding("home", Level.WARNING, said, f"Run: chmod 700 {folder}")
    return Finding("home", Level.OK, f"{folder} can be written, by its owner only")


def _to_be_made(folder: Path) -> Finding:
    above = next(parent for parent in folder.absolute().parents if parent.exists())
    with tempfile.TemporaryFile(dir=above):
        return Finding("home", Level.OK, f"{folder} is made at the first start")


def _no_home(folder: Path, reason: str | None) -> Finding:
    said = f"{folder} cannot be written ({reason})"
    return Finding("home", Level.PROBLEM, said, "Set STEWARD_HOME to a folder that can.")


def vault_key(told: Settings) -> Finding:
    """Says where the key is, and whether it is one; never makes it."""
    given = told.vault_key.get_secret_value()
    path = told.home / "vault.key"
    if not given and not path.exists():
        return Finding("vault key", Level.OK, f"{path} is made at the first start")
    try:
        master_key(told.home, given)
    except SetupError as error:
        return Finding("vault key", Level.PROBLEM, str(error), "Put the right key back: without it nothing opens.")
    return Finding("vault key", Level.OK, "STEWARD_VAULT_KEY" if given else f"{path}, readable by its owner only")


def policies(folder: Path | None) -> Finding:
    try:
        rules = PolicySet.load(folder).describe()
    except SetupError as error:
        return Finding("policies", Level.PROBLEM, str(error), "Correct the file, or unset STEWARD_POLICIES.")
    return Finding("policies", Level.OK, f"{folder or 'the built-in set'}: {len(rules)} policies")


def playbooks(folder: Path | None) -> Finding:
    """Counts them; of a folder that is wrong in several places the first is told."""
    try:
        built_in, found = shelf(), shelf(folder)
    except SetupError as error:
        first = str(error).splitlines()[0]
        return Finding("playbooks", Level.PROBLEM, first, "Correct the file, or unset STEWARD_PLAYBOOKS.")
    own = [playbook.name for playbook in found if playbook not in built_in]
    replaced = {playbook.name for playbook in built_in}.intersection(own)
    said = f"{len(found)} playbooks"
    if folder is not None:
        said += f", {len(own)} of your own from {folder}"
    if replaced:
        said += f" (in place of the built-in {', '.join(sorted(replaced))})"
    return Finding("playbooks", Level.OK, said)
