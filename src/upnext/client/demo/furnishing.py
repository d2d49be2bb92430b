"""Boards for the example's projects, each made once."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from upnext.client.api import Api

NAME = "Board"
COLUMNS = (
    {"name": "Backlog", "status": "backlog"},
    {"name": "To do", "status": "todo"},
    {"name": "In progress", "status": "in_progress", "wip_limit": 3},
    {"name": "In review", "status": "in_review"},
    {"name": "Done", "status": "done"},
)


def boards(api: "Api", project_ids: Iterable[str]) -> int:
    """How many were made: a project that has a board keeps what it has."""
    made = 0
    for project_id in project_ids:
        path = f"projects/{project_id}/boards"
        if not list(api.items(path)):
            api.post(path, {"name": NAME, "columns": list(COLUMNS)})
            made += 1
    return made
