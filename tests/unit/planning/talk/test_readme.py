"""What the README says that can be said, said."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from plans.planning.talk.setting import Understood
from plans.planning.talk.understand import understand
from plans.planning.talk.wonder import Wondered, wonder
from tests.unit.planning.talk.fair import setting

README = (Path(__file__).parents[4] / "README.md").read_text(encoding="utf-8")
EXAMPLES = [
    line
    for body in re.findall(r"^```text\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)
    for line in body.splitlines()
    if "podcast" in body
]


def test_there_are_examples() -> None:
    assert len(EXAMPLES) == 7


@pytest.mark.parametrize("text", EXAMPLES)
def test_every_example_is_understood(text: str) -> None:
    found = wonder(text, setting()) or understand(text, setting())
    assert isinstance(found, Understood | Wondered), found
