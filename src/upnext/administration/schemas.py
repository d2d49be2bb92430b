"""Administration on the wire. Tasks and projects look as they do everywhere else."""

from datetime import datetime
from typing import Annotated, Any, Literal, Self
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StrictBool
from pydantic.json_schema import SkipJsonSchema

from upnext.core.auth import WorkspaceRole
from upnext.core.jobs import JobPriority, JobState
from upnext.core.schemas import NoNulls, absent
from upnext.core.text import Text
from upnext.files.schemas import FileList
from upnext.identity.models import User
from upnext.identity.schemas import Email, NewPassword, Username
from upnext.tasks.models import Status
from upnext.tasks.words import StatusFilter
from upnext.workspaces.models import Workspace

Role = Literal["admin", "user"]
Part = Annotated[str, Text(least=1, most=200)]
Kind = Annotated[str, Field(min_length=1, max_length=60)]
Queue = Annotated[str, Field(min_length=1, max_length=40)]


class _Input(BaseModel):
    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)


class _Paging(_Input):
    limit: int = Field(50, ge=1, le=100)
    cursor: str | SkipJsonSchema[None] = Field(None, max_length=1000)


# Accounts


class UserList(_Paging):
    q: Part | SkipJsonSchema[None] = Field(None, description="Part of the address or user name.")
    role: Role | SkipJsonSchema[None] = None
    disabled: bool | SkipJsonSchema[None] = None


class UserShown(BaseModel):
    id: UUID
    email: str
    username: str | None
    role: Role
    disabled_at: datetime | None
    timezone: str
    language: str
    created_at: datetime
    updated_at: datetime
    version: int

    @classmethod
    def of(cls, user: User, **more: Any) -> Self:  # the fields that a subclass adds
        return cls(
            id=user.id,
            email=user.email,
            username=user.username,
            role="admin" if user.is_admin else "user",
            disabled_at=user.disabled_at,
            timezone=user.time_zone,
            language=user.language,
            created_at=user.created_at,
            updated_at=user.updated_at,
            version=user.version,
            **more,
        )


class Membership(BaseModel):
    id: UUID
    name: str
    personal: bool
    role: WorkspaceRole
    only_owner: bool
    members: int
    deleted_at: datetime | None


class UserDetail(UserShown):
    sessions: Annotated[int, Field(description="Where they are logged in.")]
    last_seen_at: Annotated[datetime | None, Field(description="Of the sessions that last.")]
    tokens: Annotated[int, Field(description="API tokens that are not revoked.")]
    assigned_tasks: int
    workspaces: list[Membership]


class UserPage(BaseModel):
    items: list[UserShown]
    next_cursor: str | None


class UserCreate(_Input):
    email: Email
    username: Username | None = None
    password: Annotated[
        NewPassword | None, Field(description="Left out: one is made, and told once.")
    ] = None
    role: Role = "user"


class UserMade(UserShown):
    password: Annotated[str | None, Field(description="The one that was made, this once.")]


class UserPatch(NoNulls, _Input):
    role: Role | SkipJsonSchema[None] = absent()
    disabled: StrictBool | SkipJsonSchema[None] = absent()


class PasswordReset(_Input):
    password: Annotated[
        NewPassword | None, Field(description="Left out: one is made, and told once.")
    ] = None


class PasswordTold(BaseModel):
    sessions_ended: int
    password: Annotated[str | None, Field(description="The one that was made, this once.")]


# Workspaces, projects, tasks


class WorkspaceSearch(_Paging):
    q: Part | SkipJsonSchema[None] = Field(None, description="Part of the name.")
    user_id: UUID | SkipJsonSchema[None] = Field(None, description="Those that they are in.")
    personal: bool | SkipJsonSchema[None] = None
    archived: bool | SkipJsonSchema[None] = None
    trashed: bool = Field(False, description="What lies in the trash instead.")


class Owner(BaseModel):
    id: UUID
    email: str
    username: str | None


class WorkspaceShown(BaseModel):
    id: UUID
    name: str
    personal: bool
    owners: list[Owner]
    members: int
    projects: int
    tasks: int
    created_at: datetime
    updated_at: datetime
    archived_at: datetime | None
    deleted_at: datetime | None
    version: int

    @classmethod
    def of(cls, row: Workspace, owners: list[Owner], **counts: int) -> Self:
        return cls(
            id=row.id,
            name=row.name,
            personal=row.personal,
            owners=owners,
            created_at=row.created_at,
            updated_at=row.updated_at,
            archived_at=row.archived_at,
            deleted_at=row.deleted_at,
            version=row.version,
            members=counts.get("members", 0),
            projects=counts.get("projects", 0),
            tasks=counts.get("tasks", 0),
        )


class WorkspaceFound(BaseModel):
    items: list[WorkspaceShown]
    next_cursor: str | None


class Transfer(_Input):
    user_id: UUID


class ProjectSearch(_Paging):
    q: Part | SkipJsonSchema[None] = Field(None, description="Part of the name, or the key.")
    workspace_id: UUID | SkipJsonSchema[None] = None
    user_id: UUID | SkipJsonSchema[None] = Field(None, description="Of workspaces they are in.")
    archived: bool | SkipJsonSchema[None] = None
    trashed: bool = Field(False, description="What lies in the trash instead.")


class TaskSearch(_Paging):
    q: Part | SkipJsonSchema[None] = Field(
        None, description="Part of title or description, or the short key."
    )
    workspace_id: UUID | SkipJsonSchema[None] = None
    project_id: UUID | SkipJsonSchema[None] = None
    user_id: UUID | SkipJsonSchema[None] = Field(None, description="Assigned or reported by them.")
    status: Annotated[list[StatusFilter], Field(max_length=10)] = []
    trashed: bool = Field(False, description="What lies in the trash instead.")


# Jobs


class JobList(_Paging):
    state: JobState | SkipJsonSchema[None] = None
    kind: Kind | SkipJsonSchema[None] = None
    queue: Queue | SkipJsonSchema[None] = None


class JobShown(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: UUID
    kind: str
    queue: str
    state: JobState
    priority: JobPriority
    attempts: int
    max_attempts: int
    run_at: datetime
    created_at: datetime
    finished_at: datetime | None
    lease_until: datetime | None
    workspace_id: Annotated[UUID, Field(description="All zeros: the instance itself.")]
    last_error: str | None


class JobDetail(JobShown):
    args: dict[str, Any]


class JobPage(BaseModel):
    items: list[JobShown]
    next_cursor: str | None


class JobCount(BaseModel):
    kind: str
    state: JobState
    count: int
    oldest_run_at: datetime


class JobCounts(BaseModel):
    items: list[JobCount]


class RequeueMany(NoNulls, _Input):
    state: Literal["dead", "failed", "cancelled"] = "dead"
    kind: Kind | SkipJsonSchema[None] = absent()
    queue: Queue | SkipJsonSchema[None] = absent()


class Requeued(BaseModel):
    requeued: int
    more: Annotated[bool, Field(description="There are more: ask again.")]


# The instance


class UserFigures(BaseModel):
    active: int
    disabled: int
    admins: Annotated[int, Field(description="Of the active ones.")]


class PlaceFigures(BaseModel):
    active: int
    archived: int
    trashed: int


class TaskFigures(BaseModel):
    total: Annotated[int, Field(description="Without the trash.")]
    by_status: dict[Status, int]
    trashed: int


class Stats(BaseModel):
    version: str
    uptime_seconds: Annotated[int, Field(description="Of the process that answers.")]
    database: str
    database_bytes: int
    users: UserFigures
    workspaces: PlaceFigures
    projects: PlaceFigures
    tasks: TaskFigures
    jobs: dict[JobState, int]
    unsealed_changes: int
    counted_at: Annotated[datetime, Field(description="At most a minute ago, unless asked fresh.")]


class MailKept(BaseModel):
    """A mail of the outbox: what was sent while no server was named."""

    model_config = ConfigDict(from_attributes=True)

    name: str
    at: datetime
    to: str
    subject: str
    size: int


class MailShown(MailKept):
    text: str | None
    html: Annotated[str | None, Field(description="As it is: show it where no script runs.")]


class MailPage(BaseModel):
    items: list[MailKept]
    next_cursor: None = None


class FileSearch(FileList):
    workspace_id: UUID


class WorkspaceFiles(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    workspace_id: UUID
    name: str
    bytes: Annotated[int, Field(description="Equal contents counted once.")]
    files: int


class FileUse(BaseModel):
    storage: Annotated[str, Field(description="`local` or `s3`.")]
    quota_bytes: Annotated[int, Field(description="Of each workspace; 0: no bound.")]
    files: int
    bytes: int
    items: Annotated[list[WorkspaceFiles], Field(description="The largest 100, these first.")]
    next_cursor: None = None


class JobStarted(BaseModel):
    job_id: UUID
