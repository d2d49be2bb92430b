"""Notifications and choices on the wire."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator
from pydantic_core import PydanticCustomError

from upnext.core.auth import INSTANCE
from upnext.core.schemas import WHOLE
from upnext.core.text import ShortName
from upnext.notifications import catalog
from upnext.notifications.models import Channel, Notification, PushSubscription, Target

NO_NUL = {"pattern": r"^[^\u0000]*$"}
MOST_MUTED = 500
LAST_MINUTE = 1_439


class NotificationRead(BaseModel):
    id: UUID
    event: str
    title: str
    text: str
    workspace_id: UUID | None
    project_id: UUID | None
    task_id: UUID | None
    data: Annotated[dict[str, Any], Field(description="What the sentences are made of.")]
    read_at: datetime | None
    created_at: datetime

    @classmethod
    def of(cls, row: Notification) -> Self:
        return cls(
            id=row.id,
            event=row.event,
            title=catalog.title_of(row.event, row.data),
            text=catalog.text_of(row.event, row.data),
            workspace_id=None if row.workspace_id == INSTANCE else row.workspace_id,
            project_id=row.project_id,
            task_id=row.task_id,
            data=row.data,
            read_at=row.read_at,
            created_at=row.created_at,
        )


class NotificationPage(BaseModel):
    items: list[NotificationRead]
    next_cursor: str | None
    unread: Annotated[int, Field(description="Counted up to 1,000.")]


class ReadAll(BaseModel):
    model_config = ConfigDict(extra="forbid")

    up_to: Annotated[
        UUID | None, Field(description="This one and what is older; all if left out.")
    ] = None


class Marked(BaseModel):
    marked: int


Minute = Annotated[int, Field(ge=0, le=LAST_MINUTE, strict=True), WHOLE]


class QuietHours(BaseModel):
    """Minutes of the day in the account's zone. Over midnight if `until` is the earlier one."""

    model_config = ConfigDict(extra="forbid")

    start: Minute
    until: Minute

    @model_validator(mode="after")
    def _some(self) -> Self:
        if self.start == self.until:
            raise PydanticCustomError("no_time", "start and until must differ")
        return self


Channels = Annotated[list[Channel], Field(max_length=len(Channel))]


class PreferencesIn(BaseModel):
    """All of it: what is left out goes back to how it is for whoever chose nothing."""

    model_config = ConfigDict(extra="forbid")

    events: Annotated[
        dict[str, Channels],
        Field(
            max_length=len(catalog.CATALOG),
            json_schema_extra={"propertyNames": {"enum": list(catalog.CATALOG)}},
        ),
    ] = {}
    quiet_hours: QuietHours | None = None
    digest_hour: Annotated[
        int | None, Field(ge=0, le=23, strict=True, description="In the account's zone."), WHOLE
    ] = None
    muted_project_ids: Annotated[list[UUID], Field(max_length=MOST_MUTED)] = []

    @field_validator("events")
    @classmethod
    def _known(cls, value: Mapping[str, Any]) -> Mapping[str, Any]:
        for name in value:
            if name not in catalog.CATALOG:
                known = ", ".join(catalog.CATALOG)
                raise PydanticCustomError(
                    "unknown_event", "the events are: {known}", {"known": known}
                )
        return value


class PreferencesRead(BaseModel):
    events: dict[str, list[Channel]]
    quiet_hours: QuietHours | None
    digest_hour: int | None
    muted_project_ids: list[UUID]
    version: int


class PushKeys(BaseModel):
    model_config = ConfigDict(extra="forbid")

    p256dh: Annotated[str, Field(min_length=80, max_length=100, json_schema_extra=NO_NUL)]
    auth: Annotated[str, Field(min_length=20, max_length=30, json_schema_extra=NO_NUL)]


class PushSubscribe(BaseModel):
    """What `PushManager.subscribe()` gives in a browser, and a name for people."""

    model_config = ConfigDict(extra="forbid")

    endpoint: Annotated[
        str,
        Field(
            max_length=1_000,
            pattern=r"^https?://[^\s\u0000]+$",
            json_schema_extra={"format": "uri"},
        ),
    ]
    keys: PushKeys
    name: ShortName = "Browser"
    expiration_time: Annotated[
        int | None, Field(alias="expirationTime", description="Sent by browsers; not used.")
    ] = None


class PushRead(BaseModel):
    id: UUID
    name: str
    created_at: datetime

    @classmethod
    def of(cls, row: PushSubscription) -> Self:
        return cls(id=row.id, name=row.name, created_at=row.created_at)


class PushList(BaseModel):
    public_key: Annotated[str, Field(description="The browser's `applicationServerKey`.")]
    items: list[PushRead]
    next_cursor: None = None


class TargetCreate(BaseModel):
    model_config = ConfigDict(extra="forbid")

    name: ShortName
    url: Annotated[
        str,
        Field(
            min_length=5,
            max_length=2_000,
            description="Of Apprise, such as ntfys://ntfy.example.org/topic. Told to nobody again.",
            json_schema_extra={**NO_NUL, "format": "password"},
        ),
    ]


class TargetRead(BaseModel):
    id: UUID
    name: str
    kind: str
    created_at: datetime

    @classmethod
    def of(cls, row: Target) -> Self:
        return cls(id=row.id, name=row.name, kind=row.kind, created_at=row.created_at)


class TargetPage(BaseModel):
    items: list[TargetRead]
    next_cursor: None = None
