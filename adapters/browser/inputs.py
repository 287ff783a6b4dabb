"""What a script's inputs are taken from: the brief, and nothing a page says.

The text that is sent is the text that was approved: the last material, or the instructions where there is none. A
leading ``Subject:`` line becomes the subject, otherwise the item's title does.
"""

from __future__ import annotations

import re

from adapters.browser.script import Manifest, Script, Source
from plans.errors import VendorRefused
from plans.ports.work import Brief

_SUBJECT = re.compile(r"\A\s*subject:[ \t]*(?P<subject>[^\n]+)\n+(?P<body>.*)\Z", re.IGNORECASE | re.DOTALL)


def script_for(manifest: Manifest, brief: Brief) -> Script:
    """Raises VendorRefused when there is none, or when it would do something else than what was judged."""
    script = manifest.scripts.get(brief.capability)
    if script is None or script.verb is not brief.verb:
        raise VendorRefused(f"{manifest.title} has no script for {brief.capability} that would {brief.verb.value}")
    return script


def inputs_of(script: Script, brief: Brief, key: str) -> dict[str, str]:
    """Raises VendorRefused when the brief lacks something that the script needs; nothing was done then."""
    text = brief.materials[-1].text if brief.materials else brief.instructions
    split = _SUBJECT.match(text)
    sources: dict[Source, str] = {
        "title": brief.title,
        "recipient": brief.recipient or "",
        "subject": (split["subject"] if split else brief.title).strip(),
        "body": (split["body"] if split else text).strip(),
        "key": key,
    }
    lacking = [source for source in script.inputs.values() if not sources[source]]
    if lacking:
        raise VendorRefused(f"the brief names no {', no '.join(lacking)}")
    return {name: sources[source] for name, source in script.inputs.items()}
