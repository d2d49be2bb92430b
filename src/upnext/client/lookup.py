"""From what a person calls a thing to the thing: tasks, projects and workspaces."""

import difflib
import re
import uuid
from typing import TYPE_CHECKING, cast

from upnext.client.errors import NotFound, Usage
from upnext.client.printable import line
from upnext.client.shapes import (
    Dependencies,
    Goal,
    Occurrences,
    Project,
    SavedFilter,
    Task,
    Workspace,
)

if TYPE_CHECKING:
    from upnext.client.api import Api

_KEY = re.compile(r"^[^\W\d_][\w]*-\d+$")


def is_id(text: str) -> bool:
    """Whether it is a UUID in its usual spelling."""
    try:
        return str(uuid.UUID(text)) == text.lower()
    except ValueError:
        return False


def is_key(text: str) -> bool:
    """Whether it looks like the key of a task."""
    return _KEY.match(text.strip()) is not None


def task(api: "Api", ref: str, workspace: str | None = None) -> Task:
    """The one task with this key or id."""
    ref = ref.strip()
    if is_id(ref):
        return cast("Task", api.get(f"tasks/{ref}"))
    if not _KEY.match(ref):
        hint = "Keys look like HOME-12; see them with: upnext list"
        raise Usage(f"“{ref}” is not the key or id of a task.", hint=hint)
    query: dict[str, str | None] = {
        "key": ref.upper(),
        "workspace_id": _workspace_id(api, workspace),
    }
    return _only(cast("list[Task]", list(api.items("tasks", query))), ref)


def _only(found: list[Task], ref: str) -> Task:
    if not found:
        hint = "See what there is: upnext list --status any"
        raise NotFound(f"There is no task {ref}, or you may not see it.", hint=hint)
    if len(found) > 1:
        titles = "; ".join(f"“{line(one['title'])}” ({one['id']})" for one in found)
        hint = "Say which workspace with --workspace NAME, or give the task's id."
        raise Usage(f"{ref} is a task in {len(found)} of your workspaces: {titles}.", hint=hint)
    return found[0]


def tasks(api: "Api", refs: list[str], workspace: str | None = None) -> list[Task]:
    """The tasks with these keys or ids, each once, all found before anything is done."""
    found = [task(api, ref, workspace) for ref in refs]
    return list({one["id"]: one for one in found}.values())


def _workspace_id(api: "Api", name: str | None) -> str | None:
    return workspace(api, name)["id"] if name else None


def workspace(api: "Api", name: str) -> Workspace:
    """The one workspace with this name or id."""
    known = cast("list[Workspace]", list(api.items("workspaces")))
    wanted = name.strip().casefold()
    found = [one for one in known if wanted in {one["id"], one["name"].casefold()}]
    if len(found) == 1:
        return found[0]
    if found:
        ids = ", ".join(one["id"] for one in found)
        raise Usage(f"Several of your workspaces are called “{name}”.", hint=f"Give an id: {ids}")
    names = [one["name"] for one in known]
    raise NotFound(
        f"You have no workspace “{name}”.", hint=f"You have: {', '.join(map(line, names))}"
    )


def personal_workspace(api: "Api") -> Workspace:
    """The account's own workspace, which every account has."""
    known = cast("list[Workspace]", list(api.items("workspaces")))
    for one in known:
        if one.get("personal"):
            return one
    raise NotFound("This account has no personal workspace.", hint="Name one with --workspace.")


def occurrences(api: "Api", task: Task, limit: int = 3) -> Occurrences | None:
    """When a task that repeats comes next; None for one that does not."""
    if not task.get("recurrence"):
        return None
    return cast("Occurrences", api.get(f"tasks/{task['id']}/occurrences", {"limit": limit}))


def dependencies(api: "Api", task: Task) -> Dependencies:
    """What a task waits for, and what waits for it."""
    return cast("Dependencies", api.get(f"tasks/{task['id']}/dependencies"))


def trashed(api: "Api", refs: list[str], workspace: str | None = None) -> list[Task]:
    """The tasks in the trash with these keys. What is named by id is not looked up."""
    place = _workspace_id(api, workspace)
    found: dict[str, Task] = {}
    for ref in refs:
        if is_id(ref):
            found[ref] = {"id": ref, "key": ref}
            continue
        query: dict[str, str | bool | None] = {"key": ref.upper(), "workspace_id": place}
        one = _only(cast("list[Task]", list(api.items("tasks", query | {"trashed": True}))), ref)
        found[one["id"]] = one
    return list(found.values())


def projects(
    api: "Api", workspace_id: str | None = None, *, archived: bool | None = False
) -> list[Project]:
    """The projects in a workspace, or in all of the account's."""
    query = {"workspace_id": workspace_id, "archived": archived}
    return cast("list[Project]", list(api.items("projects", query)))


def project(api: "Api", name: str, workspace: str | None = None) -> Project:
    """The one project with this name, key or id."""
    wanted = name.strip().casefold()
    known = projects(api, _workspace_id(api, workspace), archived=None)
    found = [one for one in known if wanted in {one["id"], one["name"].casefold()}]
    found = found or [one for one in known if wanted == one["key"].casefold()]
    found = [one for one in found if not one.get("archived_at")] or found
    if len(found) == 1:
        return found[0]
    if found:
        hint = "Say which workspace with --workspace NAME, or give the project's id."
        raise Usage(f"{len(found)} projects are called “{name}”.", hint=hint)
    raise NotFound(f"There is no project “{name}”.", hint=_alternatives(name, known))


def _alternatives(name: str, known: list[Project]) -> str:
    names = [one["name"] for one in known]
    close = [one for one in names if name.casefold() in one.casefold()]
    if close := (close or difflib.get_close_matches(name, names))[:3]:
        return f"Did you mean {' or '.join(map(line, close))}?"
    return f'Make it: upnext project add "{name}". See what there is: upnext project list'


def saved_filters(api: "Api", workspace_id: str | None = None) -> list[SavedFilter]:
    """The account's own and those shared with it, by name."""
    query = {"workspace_id": workspace_id}
    return cast("list[SavedFilter]", list(api.items("filters", query)))


def saved_filter(api: "Api", name: str, workspace: str | None = None) -> SavedFilter:
    """The one saved filter with this name or id; an own one goes before those of others."""
    place = _workspace_id(api, workspace)
    known = saved_filters(api)
    wanted = name.strip().casefold()
    found = [one for one in known if wanted in {one["id"], one["name"].casefold()}]
    found = [one for one in found if place in {None, one["workspace_id"]}] or found
    found = [one for one in found if not one["shared"]] or found
    if len(found) == 1:
        return found[0]
    if found:
        ids = ", ".join(one["id"] for one in found)
        raise Usage(f"Several saved filters are called “{name}”.", hint=f"Give an id: {ids}")
    names = [one["name"] for one in known]
    hint = f"You have: {', '.join(map(line, names))}" if names else "See: upnext filter add --help"
    raise NotFound(f"There is no saved filter “{name}”.", hint=hint)


def goals(api: "Api", workspace: str | None = None, *, status: str | None = None) -> list[Goal]:
    """The goals in a workspace, or in all of the account's, the oldest first."""
    query = {"workspace_id": _workspace_id(api, workspace), "status": status, "sort": "created_at"}
    return cast("list[Goal]", list(api.items("goals", query)))


def goal(api: "Api", name: str, workspace: str | None = None, *, trashed: bool = False) -> Goal:
    """The one goal with this title or id; an open one goes before those that are not."""
    query = {"workspace_id": _workspace_id(api, workspace), "trashed": trashed}
    known = cast("list[Goal]", list(api.items("goals", query)))
    wanted = name.strip().casefold()
    found = [one for one in known if wanted in {one["id"], one["title"].casefold()}]
    found = [one for one in found if one["status"] == "open"] or found
    if len(found) == 1:
        return found[0]
    if found:
        ids = ", ".join(one["id"] for one in found)
        raise Usage(f"{len(found)} goals are called “{name}”.", hint=f"Give an id: {ids}")
    titles = [one["title"] for one in known]
    close = [one for one in titles if wanted in one.casefold()]
    close = (close or difflib.get_close_matches(name, titles))[:3]
    hint = f"Did you mean {' or '.join(map(line, close))}?" if close else None
    hint = hint or f'Make it: upnext goal add "{line(name)}". See what there is: upnext goal list'
    raise NotFound(f"There is no goal “{name}”.", hint=hint)
