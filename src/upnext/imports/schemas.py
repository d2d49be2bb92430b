"""Runs, options and previews on the wire."""

import json
from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError

from upnext.core.paging import sort_pattern
from upnext.core.text import Line
from upnext.imports.formats.registry import FORMATS
from upnext.imports.models import ImportRun, ImportState

FormatName = Annotated[Line, StringConstraints(max_length=40)]
Cell = Annotated[Line, StringConstraints(min_length=1, max_length=200)]
MOST_MAPPED = 200
KINDS = (
    *("goals", "boards", "comments", "time_entries", "sla_policies", "calendars", "saved_filters"),
)
"""What a file can hold beside tasks and projects; an export of ours does."""


def _from_json(value: Any) -> Any:  # a field of a form is a text
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        raise PydanticCustomError("json", "must be a JSON object") from None


class ImportOptions(BaseModel):
    """The form beside the file. Most files need none of it."""

    model_config = ConfigDict(extra="forbid")

    format: Annotated[
        FormatName | None,
        Field(description=f"Found out by the content if left out: {', '.join(FORMATS)}."),
    ] = None
    workspace_id: Annotated[UUID | None, Field(description="Else your personal one.")] = None
    project_id: Annotated[UUID | None, Field(description="For tasks that name no project.")] = None
    mapping: Annotated[
        dict[Cell, Cell],
        BeforeValidator(_from_json),
        Field(max_length=MOST_MAPPED, description='Of a CSV: `{"Column": "field"}`, as JSON.'),
    ] = {}
    values: Annotated[
        dict[Cell, dict[Cell, Cell]],
        BeforeValidator(_from_json),
        Field(
            max_length=MOST_MAPPED,
            description='What cells of a CSV mean: `{"priority": {"5": "low"}}`, as JSON.',
        ),
    ] = {}
    dates: Annotated[
        str | None, Field(pattern="^(dmy|mdy)$", description="How 12/04/2026 is read.")
    ] = None
    delimiter: Annotated[str | None, Field(min_length=1, max_length=1)] = None
    source: Annotated[
        Line | None,
        Field(
            pattern=r"^[A-Za-z0-9._-]{1,40}$",
            description="Begins the ids of the tasks: keeps files of one kind apart.",
        ),
    ] = None
    create_projects: Annotated[bool, Field(description="Make projects that are missing.")] = True
    create_goals: Annotated[bool, Field(description="Make goals that are missing.")] = True
    create_boards: Annotated[bool, Field(description="Make boards that are missing.")] = True
    create_comments: Annotated[bool, Field(description="Bring comments along.")] = True
    create_time: Annotated[bool, Field(description="Bring time entries along.")] = True
    create_sla: Annotated[
        bool, Field(description="Make SLA policies and the business calendar that are missing.")
    ] = True
    create_filters: Annotated[bool, Field(description="Make saved filters.")] = True
    update_existing: Annotated[
        bool, Field(description="Give tasks that are there already what the file says now.")
    ] = False
    dry_run: Annotated[bool, Field(description="Find out what would happen; write nothing.")] = (
        False
    )


class Count(BaseModel):
    total: Annotated[int, Field(description="Tasks of the file, once it is read.")]
    done: int


class Note(BaseModel):
    line: int | None
    detail: str


class ProjectNote(BaseModel):
    name: str
    id: UUID | None


class Report(BaseModel):
    """Of errors and warnings the first 1,000; `more_*` says how many more there are."""

    errors: list[Note] = []
    more_errors: int = 0
    warnings: list[Note] = []
    more_warnings: int = 0
    left_out: Annotated[
        dict[str, int], Field(description="What has no place here, such as comments, counted.")
    ] = {}
    projects_created: list[ProjectNote] = []
    goals_created: list[ProjectNote] = []
    boards_created: list[ProjectNote] = []
    brought: Annotated[
        dict[str, int],
        Field(description=f"What came in beside tasks, counted: {', '.join(KINDS)}."),
    ] = {}
    there: Annotated[
        dict[str, int], Field(description="Of the same, what was here already and stays as it is.")
    ] = {}


class RunSummary(BaseModel):
    id: UUID
    workspace_id: UUID
    project_id: UUID | None
    format: str
    label: Annotated[str, Field(description="What kind of file it is, once it is read.")]
    file_name: str
    file_bytes: int
    dry_run: bool
    state: ImportState
    progress: Count
    created: int
    existing: int
    updated: int
    skipped: Annotated[int, Field(description="Tasks of the file that are left out on purpose.")]
    failed: int
    dependencies: Annotated[int, Field(description="Made by this run.")]
    error: Annotated[str | None, Field(description="Why a run failed as a whole.")]
    created_at: datetime
    updated_at: datetime
    finished_at: datetime | None
    version: int

    @classmethod
    def of(cls, run: ImportRun, **more: Any) -> Self:
        return cls(
            id=run.id,
            workspace_id=run.workspace_id,
            project_id=run.project_id,
            format=run.format,
            label=run.label,
            file_name=run.file_name,
            file_bytes=run.file_bytes,
            dry_run=bool(run.options["dry_run"]),
            state=run.state,
            progress=Count(total=run.total, done=max(0, min(run.position, run.total))),
            created=run.created,
            existing=run.existing,
            updated=run.updated,
            skipped=run.skipped,
            failed=run.failed,
            dependencies=run.linked,
            error=run.error,
            created_at=run.created_at,
            updated_at=run.updated_at,
            finished_at=run.finished_at,
            version=run.version,
            **more,
        )


class RunRead(RunSummary):
    options: ImportOptions
    report: Report

    @classmethod
    def whole(cls, run: ImportRun) -> Self:
        return cls.of(run, options=ImportOptions(**run.options), report=Report(**run.report))


class RunPage(BaseModel):
    items: list[RunSummary]
    next_cursor: str | None


class RunList(BaseModel):
    model_config = ConfigDict(extra="forbid")

    limit: Annotated[int, Field(ge=1, le=100)] = 50
    cursor: Annotated[str | None, Field(max_length=2_000)] = None
    sort: Annotated[
        str,
        Field(
            min_length=1,
            max_length=100,
            json_schema_extra={"pattern": sort_pattern(["created_at"])},
        ),
    ] = "-created_at"


class PreviewColumn(BaseModel):
    header: str
    field: Annotated[str | None, Field(description="None: it is left out.")]
    example: str


class PreviewTask(BaseModel):
    """As it would become a task; ids are those of its source."""

    line: int
    external_id: str
    title: str
    description: str
    status: str
    priority: str | None
    category: str | None
    tags: list[str]
    context: list[str]
    energy: str | None
    project: str | None
    due_at: datetime | None
    start_at: datetime | None
    completed_at: datetime | None
    estimated_duration: int | None
    parent: str | None
    after: list[str]
    assignees: list[str]
    recurrence: str | None


class Preview(BaseModel):
    format: str
    label: str
    tasks: Annotated[int, Field(description="How many would be imported.")]
    items: Annotated[list[PreviewTask], Field(description="The first of them.")]
    skipped: int
    failed: int
    projects: Annotated[list[str], Field(description="That the tasks name, at most 200.")]
    new_projects: Annotated[list[str], Field(description="Those of them that would be made.")]
    columns: list[PreviewColumn]
    besides: Annotated[
        dict[str, int], Field(description=f"What the file holds beside them: {', '.join(KINDS)}.")
    ]
    report: Report
