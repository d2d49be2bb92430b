"""The names in a quick add, as projects and people. What names nobody goes back into the title."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.auth import Actor
from upnext.tasks.quickadd import Ignored, Span, Understood, title_of
from upnext.workspaces import lookup
from upnext.workspaces.lookup import Lookup
from upnext.workspaces.service import inbox_id_of

Place = tuple[int, int]


@dataclass(slots=True)
class Names:
    """What the names mean, by their place in the text, and why some mean nothing."""

    values: dict[Place, Any] = field(default_factory=dict)  # JSON
    ids: dict[Place, UUID] = field(default_factory=dict)
    ignored: list[tuple[Ignored, str | None]] = field(default_factory=list)

    def keep(self, span: Span, found: lookup.Called) -> None:
        place = (span.start, span.end)
        self.ids[place] = found.id
        self.values[place] = {"id": str(found.id), "name": found.name}

    def refuse(self, span: Span, reason: str, hint: str | None = None) -> None:
        self.ignored.append((Ignored(span.kind, span.start, span.end, reason), hint))

    def ids_of(self, spans: Sequence[Span], kind: str) -> list[UUID]:
        places = [(span.start, span.end) for span in spans if span.kind == kind]
        return [self.ids[place] for place in places if place in self.ids]


def all_of(root: Understood) -> Iterator[Understood]:
    """The task and all below it, in the order of their lines."""
    yield root
    for child in root.children:
        yield from all_of(child)


async def find_project(
    session: AsyncSession, actor: Actor, root: Understood, names: Names
) -> UUID | None:
    for task in all_of(root):
        for span in task.spans:
            if span.kind != "project":
                continue
            if task is not root:
                names.refuse(span, "subtask_project")
                continue
            found = await lookup.project_called(session, actor, span.value)
            if found.found:
                names.keep(span, found.found)
            else:
                reason = "ambiguous_project" if found.several else "unknown_project"
                names.refuse(span, reason, _project_hint(span.value, found))
    ids = names.ids_of(root.spans, "project")
    return ids[0] if ids else None


async def find_people(
    session: AsyncSession, actor: Actor, project_id: UUID | None, root: Understood, names: Names
) -> None:
    spans = [span for task in all_of(root) for span in task.spans if span.kind == "person"]
    if not spans:
        return
    place = project_id or await inbox_id_of(session, actor)
    called = {span.value for span in spans}
    people = await lookup.people_called(session, actor, place, called)
    for span in spans:
        found = people[span.value]
        if found.found:
            names.keep(span, found.found)
        else:
            reason = "ambiguous_person" if found.several else "unknown_person"
            names.refuse(span, reason, _person_hint(span.value, found))


def settled(text: str, task: Understood, names: Names) -> Understood:
    """With a title that holds the names again which mean nothing."""
    refused = {(each.start, each.end) for each, _ in names.ignored}
    spans = tuple(span for span in task.spans if (span.start, span.end) not in refused)
    title = title_of(text, task.start, task.end, spans) if spans != task.spans else task.title
    children = tuple(settled(text, child, names) for child in task.children)
    return replace(task, title=title, spans=spans, children=children)


def _project_hint(name: str, found: Lookup) -> str:
    if found.several:
        keys = " or ".join(sorted({f"#{one.key}" for one in found.several}))
        return f"Several of your projects are called “{name}”. Say which by its key: {keys}."
    if found.alike:
        alike = " or ".join(f"“{one}”" for one in found.alike)
        return f"You have no project “{name}”. Did you mean {alike}?"
    return f"You have no project “{name}”. Make it first, or leave it out."


def _person_hint(name: str, found: Lookup) -> str:
    if found.several:
        addresses = " or ".join(f"+{one.key}" for one in found.several)
        return f"Several people here are called “{name}”. Say who by their address: {addresses}."
    return f"Nobody who can see the project is called “{name}”. Write a user name or an address."
