"""What files look like on the wire."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from pydantic.json_schema import SkipJsonSchema

from upnext.core.text import Text

LONGEST_NAME = 200
Sha256 = Annotated[str, Field(pattern="^[0-9a-fA-F]{64}$", min_length=64, max_length=64)]


class UploadFields(BaseModel):
    """What may stand in the form beside the file."""

    model_config = ConfigDict(extra="forbid")

    sha256: Annotated[
        Sha256 | None, Field(description="Of what you send, in hex: 422 if it is not that.")
    ] = None
    strip_location: Annotated[
        bool, Field(description="Take out where a picture was taken: JPEG, PNG and WebP.")
    ] = False


class FreeFields(UploadFields):
    project_id: Annotated[
        UUID | None, Field(description="Where it shall lie; else in your Inbox.")
    ] = None


class FilePatch(BaseModel):
    model_config = ConfigDict(extra="forbid")

    filename: Annotated[str, Text(least=1, most=LONGEST_NAME)]


class Picture(BaseModel):
    width: int
    height: int


class FileRead(BaseModel):
    id: UUID
    filename: str
    size: int
    content_type: Annotated[str, Field(description="By what is in it as well as by its name.")]
    sha256: str
    workspace_id: UUID
    project_id: UUID
    task_id: UUID | None
    image: Picture | None
    thumbnail: Annotated[bool, Field(description="Whether there is one (yet).")]
    created_by: UUID | None
    created_at: datetime
    updated_at: datetime
    version: int


class FilePage(BaseModel):
    items: list[FileRead]
    next_cursor: str | None


class FileList(BaseModel):
    """Conditions that all have to hold."""

    model_config = ConfigDict(extra="forbid")

    workspace_id: Annotated[
        UUID | SkipJsonSchema[None], Field(description="Else all of yours.")
    ] = None
    project_id: UUID | SkipJsonSchema[None] = None
    attached: Annotated[
        bool | SkipJsonSchema[None],
        Field(description="`true`: files of tasks; `false`: those of none."),
    ] = None
    trashed: Annotated[bool, Field(description="What lies in the trash instead.")] = False
    limit: Annotated[int, Field(ge=1, le=100)] = 50
    cursor: Annotated[str | SkipJsonSchema[None], Field(max_length=2_000)] = None


class TaskFileList(BaseModel):
    model_config = ConfigDict(extra="forbid")

    limit: Annotated[int, Field(ge=1, le=100)] = 50
    cursor: Annotated[str | SkipJsonSchema[None], Field(max_length=2_000)] = None


class Verified(BaseModel):
    """What was just read from the file storage, beside what it should be."""

    id: UUID
    ok: bool
    sha256: str
    actual_sha256: str
    size: int
    actual_size: int
    checked_at: datetime
