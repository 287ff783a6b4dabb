"""What a vendor without an API is driven by: a manifest of hosts, login, scripts and how to read back.

Data only: no expressions, no code. ``{{name}}`` stands for the agent's address or for one of the script's inputs, is
replaced once, as a string; inputs never become part of an address. Unknown keys are refused.
"""

from __future__ import annotations

import hashlib
import re
from typing import Annotated, Any, Final, Literal, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    Tag,
    ValidationError,
    field_validator,
    model_validator,
)

from adapters.browser.addresses import host_of, origin_of
from plans.errors import SetupError
from plans.words import Verb

_SLOT: Final = re.compile(r"\{\{([a-z_.]+)\}\}")

Source = Literal["title", "recipient", "subject", "body", "key"]
"""What of a brief an input is taken from; see ``adapters.browser.inputs``."""


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", populate_by_name=True)


class Locator(_Model):
    """One way to find an element. A role goes with its accessible name, exactly; CSS is for what has no name."""

    role: str = ""
    name: str = ""
    css: str = ""

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if bool(self.role and self.name) == bool(self.css):
            raise ValueError("a locator is a role with a name, or css")
        return self


Path = Annotated[str, Field(pattern=r"^/([^/{}][^{}]*)?$")]
"""On the vendor's own origin, and without slots."""
Candidates = tuple[Locator, ...]
"""Tried in order; the first that matches exactly one visible element is taken."""


class _Step(_Model):
    id: str


class Goto(_Step):
    goto: Path


class Fill(_Step):
    """Typed, then read back from the field; read again right before a commit."""

    fill: Candidates = Field(min_length=1)
    value: str


class Select(_Step):
    select: Candidates = Field(min_length=1)
    value: str


class Click(_Step):
    click: Candidates = Field(min_length=1)


class Expect(_Model):
    """The response that tells what became of a commit. ``within`` is wall-clock seconds."""

    method: str
    path: str
    done: tuple[int, ...]
    refused: tuple[int, ...] = ()
    expired: tuple[int, ...] = ()
    within: float = 15.0


class Commit(_Step):
    """The one click that acts on the world. Never repeated without looking."""

    commit: Candidates = Field(min_length=1)
    expect: Expect


def _verb(step: Any) -> str | None:
    said = step if isinstance(step, dict) else type(step).model_fields
    return next((verb for verb in ("goto", "fill", "select", "click", "commit") if verb in said), None)


Step = Annotated[
    Annotated[Goto, Tag("goto")]
    | Annotated[Fill, Tag("fill")]
    | Annotated[Select, Tag("select")]
    | Annotated[Click, Tag("click")]
    | Annotated[Commit, Tag("commit")],
    Discriminator(_verb),
]


class Column(_Model):
    column: str
    kind: Literal["text", "number", "money"] = Field("text", alias="as")


class Control(_Model):
    """A row known to be there for ever: a list that does not show it proves nothing."""

    column: str
    equals: str


class Detail(_Model):
    """The link in the found row that leads to the whole thing, and where its text stands."""

    column: str
    shows: Candidates = Field(min_length=1)


class Verify(_Model):
    source: str
    goto: Path
    table: Candidates = Field(min_length=1)
    by: str
    control: Control
    attributes: dict[str, Column]
    detail: Detail
    settle: float = 1.0
    """Seconds between the two looks that it takes to call something absent."""


class Script(_Model):
    """How one capability is carried out, and how its outcome is found again."""

    verb: Verb
    inputs: dict[str, Source]
    steps: tuple[Step, ...]
    verify: Verify

    @model_validator(mode="after")
    def _sound(self) -> Self:
        for step in self.steps:
            if isinstance(step, Fill | Select) and (lacking := set(_SLOT.findall(step.value)) - set(self.inputs)):
                raise ValueError(f"step {step.id} uses {', '.join(sorted(lacking))}, which is no input")
        if sum(isinstance(step, Commit) for step in self.steps) != 1 or not isinstance(self.steps[-1], Commit):
            raise ValueError("a script ends with its one commit step")
        if "key" not in self.inputs.values():
            raise ValueError("a script writes the key into the vendor's system, to find it again")
        return self


class Login(_Model):
    """Where one signs in. Credentials are typed on this origin and no other; the form itself is recognised."""

    origin: str
    path: Path
    inside: Candidates = Field(alias="in", min_length=1)
    """What only somebody who is signed in sees, at ``home``."""
    home: Path

    @field_validator("origin")
    @classmethod
    def _is_origin(cls, value: str) -> str:
        return _origin(value)


class Manifest(_Model):
    """A vendor manifest's part for this driver, with the agent's address in its slots."""

    site: str = Field(pattern=r"^[a-z0-9-]+$")
    """Under which name the vault keeps credentials and sessions."""
    title: str
    origin: str
    locale: str
    hosts: tuple[str, ...] = Field(min_length=1)
    """Exact ``host:port`` pairs that its pages may reach; everything else is refused."""
    login: Login
    scripts: dict[str, Script]

    @field_validator("hosts")
    @classmethod
    def _exact(cls, hosts: tuple[str, ...]) -> tuple[str, ...]:
        for host in hosts:
            if not re.fullmatch(r"[a-z0-9.\-]+:\d{1,5}|\[[0-9a-f:]+\]:\d{1,5}", host):
                raise ValueError(f"{host} is not an exact host:port")
        return hosts

    @field_validator("origin")
    @classmethod
    def _is_origin(cls, value: str) -> str:
        return _origin(value)

    @model_validator(mode="after")
    def _reachable(self) -> Self:
        for origin in (self.origin, self.login.origin):
            if host_of(origin) not in self.hosts:
                raise ValueError(f"{origin} is not among the hosts")
        return self

    @property
    def digest(self) -> str:
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()


def _origin(value: str) -> str:
    if origin_of(value) != value:
        raise ValueError(f"{value} is not an origin")
    return value


def filled(text: str, values: dict[str, str]) -> str:
    """Every slot replaced once: a value that itself looks like a slot stays as it is."""
    return _SLOT.sub(lambda slot: values[slot.group(1)], text)


def parse(part: dict[str, Any], url: str) -> Manifest:
    """The driver's part of a vendor manifest, checked. ``{{url.host}}`` and ``{{url.origin}}`` stand for ``url``'s.

    Raises SetupError saying what is wrong, and where.
    """
    try:
        values = {"url.host": host_of(url), "url.origin": origin_of(url)}
        return Manifest.model_validate(_placed(part, values))
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        place = ".".join(str(step) for step in first["loc"])
        raise SetupError(f"browser manifest: {place}: {first['msg']}") from None
    except ValueError as error:
        raise SetupError(f"browser manifest: {error}") from None


def _placed(node: Any, values: dict[str, str]) -> Any:
    """The address put in its slots; the slots of a script's inputs stay."""
    if isinstance(node, dict):
        return {key: _placed(value, values) for key, value in node.items()}
    if isinstance(node, list):
        return [_placed(value, values) for value in node]
    if isinstance(node, str):
        return _SLOT.sub(lambda slot: values.get(slot.group(1), slot.group(0)), node)
    return node
