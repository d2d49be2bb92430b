"""Classification on the wire."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field, StrictBool

from upnext.core.text import Prose, Text
from upnext.tasks.schemas import TaskClassification, undefaulted
from upnext.tasks.words import Category

FieldName = Literal["category", "priority", "estimated_duration"]
MOST_EXAMPLES, MOST_CATEGORIES = 50, 100
Examples = Annotated[list[Annotated[str, Text(least=1, most=200)]], Field(max_length=50)]


class CategoryCreate(BaseModel):
    model_config = ConfigDict(extra="forbid")

    workspace_id: UUID
    name: Category
    description: Annotated[Prose, Field(description="What belongs there, in words.")] = ""
    examples: Annotated[Examples, Field(description="Titles of tasks that belong there.")] = []


class CategoryPatch(BaseModel):
    """What is left out stays as it is."""

    name: Category = ""
    description: Prose = ""
    examples: Examples = []

    model_config = ConfigDict(extra="forbid", json_schema_extra=undefaulted)


class CategoryRead(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: UUID | None
    name: str
    description: str
    examples: list[str]
    custom: bool
    version: int | None


class CategoryPage(BaseModel):
    items: list[CategoryRead]
    next_cursor: None = None


class PredictionRead(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    field: FieldName
    value: str
    confidence: float
    source: str
    model: str | None
    reason: str
    applied: bool
    at: datetime


class ClassificationRead(BaseModel):
    task_id: UUID
    classification: TaskClassification
    predictions: Annotated[list[PredictionRead], Field(description="The newest first, 50 at most.")]


class Reclassify(BaseModel):
    model_config = ConfigDict(extra="forbid")

    workspace_id: UUID
    project_id: UUID | None = None
    dry_run: Annotated[
        StrictBool, Field(description="Only say what would differ; false: do it, by a job.")
    ] = True


class Difference(BaseModel):
    task_id: UUID
    key: str
    title: str
    field: FieldName
    before: str | int | None
    after: str | int
    source: str
    confidence: float


class Reclassified(BaseModel):
    dry_run: bool
    job_id: Annotated[UUID | None, Field(description="null: a dry run.")]
    examined: Annotated[int, Field(description="By a dry run: of the first 500 tasks.")]
    changes: list[Difference]


class SettingRead(BaseModel):
    workspace_id: UUID
    mode: Literal["async", "sync", "off"]
    provider: Annotated[str | None, Field(description="null: nothing leaves this machine.")]
    remote: bool
    local_projects: list[UUID]
    learning: bool
    helps: Annotated[bool, Field(description="What looking back in time said about learning.")]
    judged: int
    gained: int
    version: int


class SettingPatch(BaseModel):
    """What is left out stays as it is."""

    model_config = ConfigDict(extra="forbid", json_schema_extra=undefaulted)

    remote: Annotated[
        StrictBool, Field(description="Whether texts may go to the configured provider.")
    ] = True
    local_projects: Annotated[
        list[UUID],
        Field(max_length=200, description="Projects whose texts never leave this machine."),
    ] = []
    learning: Annotated[StrictBool, Field(description="Whether corrections teach.")] = True


class ExampleRead(BaseModel):
    task_id: UUID
    title: str
    field: FieldName
    value: str
    at: datetime


class ExamplePage(BaseModel):
    items: Annotated[list[ExampleRead], Field(description="The newest first, 1,000 at most.")]
    next_cursor: None = None
