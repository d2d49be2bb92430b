"""Events on the wire, and the messages of the WebSocket."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

LARGEST_SEQ = 2**63 - 1
Seq = Annotated[int, Field(ge=0, le=LARGEST_SEQ)]
TypeName = Annotated[str, Field(pattern=r"^[a-z_]{1,40}(\.[a-z_]{1,40})?$")]


class EventResource(BaseModel):
    type: str
    id: UUID
    version: int


class EventActor(BaseModel):
    """`type` is `user`, `token` (an API token of theirs), `link`, `system` or another principal."""

    type: str
    id: Annotated[UUID | None, Field(description="The person's, or the share link's.")]


class EventRead(BaseModel):
    id: UUID
    seq: Annotated[int, Field(description="Counts up in the workspace, without a gap.")]
    type: Annotated[str, Field(examples=["task.created"])]
    occurred_at: datetime
    workspace_id: UUID
    project_id: UUID | None
    resource: EventResource
    actor: EventActor
    data: Annotated[dict[str, Any], Field(description="What changed, as it is from then on.")]
    previous: Annotated[
        dict[str, Any] | None, Field(description="The same as it was; null: it was not there.")
    ]


class EventPage(BaseModel):
    """What others may see and you may not is left out, so a page can be shorter than `limit`."""

    items: list[EventRead]
    next_cursor: Annotated[
        str | None, Field(description="The next `after`. null: that is all for now.")
    ]
    last_seq: Annotated[int, Field(description="Follow from here: all up to it was looked at.")]


class EventsWanted(BaseModel):
    model_config = ConfigDict(extra="forbid")

    workspace_id: Annotated[UUID | None, Field(description="Else your personal one.")] = None
    project_id: Annotated[UUID | None, Field(description="Only what concerns it.")] = None
    type: Annotated[
        list[TypeName],
        Field(max_length=50, description="Such as `task.created`, or `task` for all of them."),
    ] = []
    after: Annotated[Seq | None, Field(description="Only what has a larger `seq`.")] = None


class StreamAsked(EventsWanted):
    limit: Annotated[
        int | None,
        Field(ge=0, le=100_000, description="End after so many events. 0: say where it is."),
    ] = None


class EventsAsked(EventsWanted):
    limit: Annotated[int, Field(ge=1, le=500)] = 100


class TicketRead(BaseModel):
    ticket: Annotated[str, Field(description="Opens one WebSocket. Shown this once.")]
    expires_in: Annotated[int, Field(description="Seconds.")]


# What a client says on the WebSocket


class _Message(BaseModel):
    model_config = ConfigDict(extra="forbid")


class SignIn(_Message):
    """`token` is an access token or an API token. Again later: the connection lasts on."""

    type: Literal["auth"]
    token: Annotated[str | None, Field(max_length=2_000)] = None
    ticket: Annotated[str | None, Field(max_length=200)] = None


class Subscribe(_Message):
    """`id` is any name for it; the workspace's id if left out."""

    type: Literal["subscribe"]
    workspace_id: UUID
    id: Annotated[str | None, Field(min_length=1, max_length=64)] = None
    project_id: UUID | None = None
    types: Annotated[list[TypeName], Field(max_length=50)] = []
    after: Seq | None = None


class Unsubscribe(_Message):
    type: Literal["unsubscribe"]
    id: Annotated[str, Field(min_length=1, max_length=64)]


class Ping(_Message):
    type: Literal["ping"]


Said = SignIn | Subscribe | Unsubscribe | Ping
SAID: TypeAdapter[Said] = TypeAdapter(
    Annotated[Said, Field(discriminator="type")], config=ConfigDict(defer_build=True)
)
