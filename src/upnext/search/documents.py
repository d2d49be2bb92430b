"""From a thing that can be found to its row in the index."""

from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

from upnext.search.words import code_of, indexed

# Between labels, so that no phrase reaches from one into the next. Longer than a code: the pattern
# of a word, which begins with any code, so cannot begin inside.
BETWEEN = " -------- "


class Document(NamedTuple):
    """What is found of a thing, and where it lies. `labels` are short texts apart, such as tags."""

    kind: str
    id: UUID
    workspace_id: UUID
    project_id: UUID | None
    title: str
    text: str = ""
    key: str = ""
    labels: Sequence[str] = ()
    task_id: UUID | None = None
    live: bool = True


def row_of(document: Document) -> dict[str, Any]:
    """A row of the index but for its number."""
    code = code_of(document.workspace_id)
    return {
        "kind": document.kind,
        "resource_id": document.id,
        "workspace_id": document.workspace_id,
        "project_id": document.project_id,
        "task_id": document.task_id,
        "live": document.live,
        "named": indexed(document.key, code),
        "heading": indexed(document.title, code),
        "labels": BETWEEN.join(indexed(label, code) for label in document.labels),
        "body": indexed(document.text, code),
    }
