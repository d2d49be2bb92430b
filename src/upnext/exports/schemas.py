"""What one may ask of an export."""

from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field


class Format(StrEnum):
    JSON = "json"
    CSV = "csv"
    ICAL = "ical"


class ExportAsked(BaseModel):
    model_config = ConfigDict(extra="forbid")

    format: Annotated[
        Format, Field(description="Only `json` is complete; `csv` and `ical` are for programs.")
    ] = Format.JSON
    workspace_id: Annotated[UUID | None, Field(description="Else all of yours.")] = None
    project_id: Annotated[UUID | None, Field(description="Only this project.")] = None
    include_trash: Annotated[bool, Field(description="Also what lies in the trash.")] = False
