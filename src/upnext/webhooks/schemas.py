"""Endpoints and deliveries on the wire."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictBool
from pydantic_core import PydanticCustomError

from upnext.core.text import Text
from upnext.tasks.schemas import undefaulted
from upnext.tasks.words import LONGEST_FILTER, Moment
from upnext.webhooks.models import DeliveryState, Disabled
from upnext.webhooks.offering import unknown

LONGEST_URL = 2_048
MOST_EVENTS = 100


def _known(events: list[str]) -> list[str]:
    if wrong := unknown(events):
        raise PydanticCustomError(
            "unknown_event",
            "no such event: {names}; GET /webhooks/event-types lists them",
            {"names": ", ".join(wrong[:5])},
        )
    return list(dict.fromkeys(events))


Events = Annotated[
    list[Annotated[str, Field(max_length=60)]],
    Field(
        min_length=1,
        max_length=MOST_EVENTS,
        description="Types such as `task.completed`; `task.*` is all about tasks, `*` everything.",
        examples=[["task.completed", "comment.*"]],
    ),
    AfterValidator(_known),
]


class WebhookWritable(BaseModel):
    model_config = ConfigDict(extra="forbid")

    url: Annotated[
        str,
        Field(
            min_length=1,
            max_length=LONGEST_URL,
            description="http or https, without a user name; private addresses are refused.",
            examples=["https://hooks.example.org/upnext"],
        ),
    ]
    events: Events
    filter: Annotated[
        str | None,
        Field(
            min_length=1,
            max_length=LONGEST_FILTER,
            description="In the filter language: only events of tasks that it finds.",
            examples=["priority = urgent and tag = ops"],
        ),
    ] = None
    name: Annotated[str, Text(most=100)] = ""
    enabled: StrictBool = True


class WebhookCreate(WebhookWritable):
    workspace_id: Annotated[
        UUID | None,
        Field(description="None: that of the project, else your personal one."),
    ] = None
    project_id: Annotated[UUID | None, Field(description="Only what happens in this project.")] = (
        None
    )


class WebhookPatch(WebhookWritable):
    """What is left out stays as it is. From then on it has the rights of whoever changed it."""

    model_config = ConfigDict(json_schema_extra=undefaulted)

    url: Annotated[str, Field(min_length=1, max_length=LONGEST_URL)] = ""
    events: Events = []


class WebhookRead(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: UUID
    workspace_id: UUID
    project_id: UUID | None
    owner_id: Annotated[UUID | None, Field(description="It gets what this person may see.")]
    name: str
    url: str
    events: list[str]
    filter: str | None
    public_key: Annotated[str, Field(description="Verifies the v1a signatures.")]
    enabled: bool
    disabled: Annotated[Disabled | None, Field(description="Why nothing is sent.")]
    disabled_at: datetime | None
    previous_until: Annotated[
        datetime | None, Field(description="Until then the secret before counts, too.")
    ]
    failures: Annotated[int, Field(description="In a row, up to now.")]
    failing_since: datetime | None
    rests_until: Annotated[datetime | None, Field(description="Nothing is tried before.")]
    delivered_at: Annotated[datetime | None, Field(description="The last success.")]
    created_at: datetime
    updated_at: datetime
    version: int


class WebhookSecret(WebhookRead):
    """The only time that the secret is told."""

    secret: Annotated[str, Field(description="Verifies the v1 signatures. Keep it.")]


class WebhookPage(BaseModel):
    items: list[WebhookRead]
    next_cursor: None = None


class EventType(BaseModel):
    type: str
    description: str


class EventTypes(BaseModel):
    items: list[EventType]
    next_cursor: None = None


class DeliveryList(BaseModel):
    model_config = ConfigDict(extra="forbid")

    state: DeliveryState | None = None
    type: Annotated[str | None, Field(max_length=60)] = None
    limit: Annotated[int, Field(ge=1, le=100)] = 50
    cursor: Annotated[str | None, Field(max_length=2_000)] = None


class DeliveryRead(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: UUID
    webhook_id: UUID
    event_id: Annotated[UUID, Field(description="The `webhook-id`, the same in each attempt.")]
    type: str
    project_id: UUID | None
    state: DeliveryState
    attempts: Annotated[int, Field(description="Since it was first sent, or replayed.")]
    next_at: Annotated[datetime | None, Field(description="The next attempt.")]
    last_status: int | None
    last_error: str | None
    created_at: datetime
    finished_at: datetime | None


class DeliveryPage(BaseModel):
    items: list[DeliveryRead]
    next_cursor: str | None


class AttemptRead(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    at: datetime
    url: str
    duration_ms: int
    status: int | None
    error: Annotated[str | None, Field(description="A word for programs.")]
    detail: str | None
    response_headers: dict[str, Any]
    response_body: Annotated[str, Field(description="Its first 2,000 bytes.")]


class DeliveryDetail(DeliveryRead):
    """With what was sent, and the newest attempts."""

    request_body: dict[str, Any]
    log: Sequence[AttemptRead]


class ReplaySince(BaseModel):
    model_config = ConfigDict(extra="forbid")

    since: Annotated[Moment, Field(description="All that happened from then on.")]
    failed_only: Annotated[
        StrictBool, Field(description="Leave out what arrived once already.")
    ] = True


class ReplayStarted(BaseModel):
    """It goes on in the background; the deliveries show how far it is."""

    webhook_id: UUID
    since: datetime
    failed_only: bool
