"""What a share link sees of tasks: those that it opens, and nothing of what lies around them."""

from upnext.core.auth import Actor
from upnext.core.errors import Forbidden, NotFound
from upnext.tasks.filters import TaskFilters
from upnext.tasks.wire import Wire

# In these words people, projects and saved filters are looked up by name.
_LOOKS_UP = ("filter", "saved_filter", "trashed")


def within(filters: TaskFilters, actor: Actor) -> TaskFilters:
    """The same for anybody but a link, and for a link narrowed to what it opens."""
    opened = actor.opened
    if opened is None:
        return filters
    if any(getattr(filters, name) for name in _LOOKS_UP):
        raise Forbidden("A share link lists without filter words or trash.", code="not_for_links")
    places = {filters.workspace_id: opened.workspace_id, filters.project_id: opened.project_id}
    if any(asked not in {None, own} for asked, own in places.items()):
        raise NotFound("There is no such workspace or project.")
    if opened.tasks is not None and filters.parent_id not in opened.tasks:
        raise Forbidden(
            "This link opens one task. Read it at /tasks/{id}, and its subtasks below that.",
            code="not_for_links",
        )
    narrow = {"workspace_id": opened.workspace_id, "project_id": opened.project_id}
    return filters.model_copy(update=narrow)


def seen(wire: Wire, actor: Actor) -> Wire:
    """Without the ids of tasks that a link does not open. That it waits is told, not for what."""
    opened = actor.opened
    if opened is None:
        return wire
    parent_id = wire["parent_id"]
    if opened.tasks is not None and str(parent_id) not in map(str, opened.tasks):
        parent_id = None
    return wire | {"blocked_by": [], "parent_id": parent_id}
