"""A vendor's manifest: how a driver reaches its agent, as reviewable YAML.

Manifests substitute and never compute: arguments come from a fixed list of names, results are found at plain paths.
What a manifest cannot say is the driver's work. Unknown keys are refused with file and line.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from adapters import prices
from adapters.located_yaml import Located, Place, first_fault
from plans.errors import SetupError
from plans.words import Money, StepState, Verb

VENDORS: Final = Path(__file__).parent / "vendors"
Driver = Literal["mcp", "a2a", "rest_session", "browser", "person"]
Tested = Literal["double", "foreign", "live"]
Path_ = Annotated[str, Field(pattern=r"^[A-Za-z_][\w-]*(\.[A-Za-z_][\w-]*)*$")]
"""Where a result holds something: names and dots, nothing else."""
Source = Literal["title", "brief", "key", "job", "artifact", "seconds", "limit"]
"""What an argument can be: the brief's title, the brief in words, our key, the job's or the artifact's id, how long to
wait, how many to list."""
Seconds = Annotated[float, Field(gt=0, le=86_400)]


def _price(value: Any) -> Any:
    return prices.parse(value) if isinstance(value, str) else value


Price = Annotated[Money, BeforeValidator(_price)]
"""Written ``40 EUR``."""


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


_KNOWN: Final[dict[str, tuple[Source, ...]]] = {
    "submit": ("title", "brief", "key"),
    "status": ("job",),
    "wait": ("job", "seconds"),
    "find": ("key",),
    "list": ("limit",),
    "cancel": ("job",),
    "read": ("artifact",),
}
"""What is known at each call, and so can be an argument of it."""


class ToolCall(_Strict):
    tool: str
    arguments: dict[str, Source] = Field(default_factory=dict)


class Listing(ToolCall):
    jobs: Path_
    """Where the answer holds its jobs."""


class CostPaths(_Strict):
    amount: Path_
    currency: Path_


class JobPaths(_Strict):
    """Where a job's answer holds what."""

    id: Path_
    state: Path_
    created: Path_
    """When it was begun, as an ISO instant; of two jobs for one brief the earliest counts."""
    updated: Path_ | None = None
    seq: Path_ | None = None
    progress: Path_ | None = None
    again: Path_ | None = None
    """Seconds until looking again makes sense."""
    artifact: Path_ | None = None
    cost: CostPaths | None = None


class ReadCall(ToolCall):
    """Reads back what was made. ``attributes`` are compared with the acceptance test."""

    kind: str
    title: Path_
    text: Path_
    reference: Path_
    attributes: dict[str, Path_] = Field(default_factory=dict)


class McpManifest(_Strict):
    """How a long job is run over MCP tools."""

    submit: ToolCall
    status: ToolCall
    wait: ToolCall | None = None
    """Waits for a job and tells its progress, where the vendor has such a tool; else ``status`` is polled."""
    find: Listing
    list: Listing
    cancel: ToolCall
    read: ReadCall
    job: JobPaths
    states: dict[str, StepState]
    """The vendor's word for a state, in ours."""
    wait_seconds: Annotated[float, Field(gt=0, le=30)] = 2.0
    """How long one ``resume`` waits for progress."""
    deadline: Seconds = 20.0
    """How long any call may take, waiting included."""
    stalled_after: Seconds = 3600.0
    """A job that has not changed for so long is said to be stalled."""

    @model_validator(mode="after")
    def _can_be_called(self) -> McpManifest:
        for name, known in _KNOWN.items():
            call: ToolCall | None = getattr(self, name)
            for source in call.arguments.values() if call else ():
                if source not in known:
                    raise ValueError(f"`{name}` cannot be given the {source}: it is not known there")
        if self.wait_seconds >= self.deadline:
            raise ValueError("`wait_seconds` must be below `deadline`")
        return self


class A2aManifest(_Strict):
    """What an agent's messages and artifacts carry beyond the protocol. Nothing is needed."""

    artifact: str | None = None
    """The name of the artifact that counts; without one, the first."""
    kind: str = "text"
    options: Path_ = "options"
    """Where a question's metadata holds the answers offered."""
    cost: CostPaths | None = None
    """In the artifact's metadata."""
    attributes: dict[str, Path_] = Field(default_factory=dict)
    """In the artifact's metadata; compared with the acceptance test."""
    again: Seconds = 1.0
    """Until looking again makes sense: the protocol has no word for it."""
    deadline: Seconds = 20.0
    stalled_after: Seconds = 3600.0


Body = McpManifest | A2aManifest | dict[str, Any]
"""What the driver understands. Of a driver that is not one of these two: as it stands, for its builder to check."""
_BODIES: Final[dict[str, type[McpManifest] | type[A2aManifest]]] = {"mcp": McpManifest, "a2a": A2aManifest}


class Head(_Strict):
    """What every manifest says, whatever its driver."""

    vendor: str
    driver: Driver
    tested: Tested
    capabilities: tuple[str, ...] = Field(min_length=1)
    may: tuple[Verb, ...]
    price: Price = Money(minor=0)
    """What one brief costs at most."""
    url: str | None = None
    """Where everybody reaches it, if that is one place."""


class Manifest(_Strict):
    """A file under ``vendors``: its head, and the driver's part before anybody's settings."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    head: Head
    part: dict[str, Any]
    document: Located


def load(path: Path) -> Manifest:
    """Reads a manifest's head. Raises SetupError with file, line and reason."""
    document = Located(path)
    if not isinstance(document.data, dict):
        raise document.error((), "a manifest is a mapping of settings")
    head = {name: value for name, value in document.data.items() if name in Head.model_fields}
    part = {str(name): value for name, value in document.data.items() if name not in Head.model_fields}
    return Manifest(head=document.read(Head, head), part=part, document=document)


def body(driver: Driver, part: dict[str, Any], blame: Callable[[Place, str], SetupError]) -> Body:
    """Checks a driver's part. ``blame`` makes the error for a place in it."""
    model = _BODIES.get(driver)
    if model is None:
        return part
    try:
        return model.model_validate(part)
    except ValidationError as error:
        raise blame(*first_fault(error)) from error
