from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field
from typing_extensions import TypedDict

from upnext.core.text import Text

LONGEST_QUERY = 200


class SearchAsked(BaseModel):
    """The query of `GET /search`. Which kinds there are, the manifest says."""

    model_config = ConfigDict(extra="forbid")

    q: Annotated[
        Annotated[str, Text(least=1, most=LONGEST_QUERY)],
        Field(
            description='Such as `report "annual budget" repo* -draft`: all of it has to be there.'
        ),
    ]
    types: Annotated[
        list[Annotated[str, Text(least=1, most=20)]],
        Field(description="Only these kinds, such as `task` or `project`."),
    ] = []
    workspace_id: Annotated[UUID | None, Field(description="Else all of yours.")] = None
    project_id: UUID | None = None
    typing: Annotated[
        bool, Field(description="The last word may be unfinished: it is looked for as a beginning.")
    ] = False
    limit: Annotated[int, Field(ge=1, le=100)] = 20
    cursor: Annotated[str | None, Field(max_length=2_000)] = None


class PartRead(TypedDict):
    """Plain text, to be shown as it is; `hit`: it is what was looked for."""

    text: str
    hit: bool


class Hit(TypedDict):
    """`title` and `key` of a comment are those of its task. `snippet` is the piece of the text
    where the words stand; it is empty when they stand in the title, the key or the tags."""

    kind: str
    id: UUID
    workspace_id: UUID
    project_id: UUID | None
    task_id: UUID | None
    key: str | None
    title: str
    title_parts: list[PartRead]
    snippet: list[PartRead]
    status: str | None


class HitPage(TypedDict):
    items: list[Hit]
    next_cursor: str | None
