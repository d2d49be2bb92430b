"""Where the tasks of a file go, and whose they are: projects by name, people by address."""

from collections.abc import Collection, Iterable, Mapping
from uuid import UUID

from pydantic import ValidationError

from upnext.core.errors import AppError
from upnext.identity import names
from upnext.imports import aiming, boarding, queries
from upnext.imports.desks import Desk
from upnext.imports.formats.items import Aim, Item
from upnext.imports.reports import projects_of
from upnext.imports.shaping import Place
from upnext.tasks.words import MOST_ASSIGNEES
from upnext.workspaces import projects
from upnext.workspaces.models import NAME_LENGTH, name_key
from upnext.workspaces.naming import free_key
from upnext.workspaces.schemas import ProjectCreate, ProjectUpdate

MOST_PROJECTS = 500
GATHERING = "Imported"
"""Takes tasks without a project where there is no Inbox: in a workspace of several people."""


class Places:
    """Looks up, for one portion of a run, all that its items name."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._session, self._actor = desk.session, desk.actor
        self._run, self._report, self._told = desk.run, desk.report, desk.projects
        self._projects: dict[str, UUID] = {}
        self._default: UUID | None = desk.run.project_id
        self._parents: dict[str | None, tuple[UUID, UUID]] = {}
        self._people: dict[str, UUID] = {}
        self._goals: Mapping[Aim, UUID] = {}
        self._columns: Mapping[str | None, UUID] = {}

    async def look_up(self, items: Collection[Item]) -> None:
        """Makes projects that are missing, unless the run is only a rehearsal."""
        wanted = projects_of(items)
        if self._default is None and not await self._has_inbox():
            wanted += [GATHERING] if any(not item.project for item in items) else []
        self._projects = await self.known(wanted)
        for name in wanted:
            if name_key(_fitting(name)) not in self._projects:
                await self._make(name)
        await self._find_parents(items)
        await self._find_people(items)
        self._goals = await aiming.find(self._desk, items, self.project_of)
        self._columns = await boarding.columns_of(self._desk, items, self.project_of)

    async def open(self, wanted: Collection[str]) -> None:
        """Knows these projects, also where they are archived, and makes those that are missing."""
        self._projects = await self.known(wanted, archived=True)
        for name in wanted:
            if name_key(_fitting(name)) not in self._projects:
                await self._make(name)

    async def look_for(self, wanted: Collection[str]) -> None:
        """The same, and makes none."""
        self._projects = await self.known(wanted, archived=True)

    def project_of(self, name: str) -> UUID | None:
        return self._projects.get(name_key(_fitting(name)))

    async def known(self, wanted: Collection[str], *, archived: bool = False) -> dict[str, UUID]:
        """The ids of projects that are there, by the folded name."""
        if not wanted:
            return {}
        names = {_fitting(name) for name in wanted}
        statement = queries.projects_named(
            self._run.workspace_id, names, self._actor.hidden, archived=archived
        )
        rows = await self._session.execute(statement)
        return {row.name_key: row.id for row in rows}

    def of(self, item: Item) -> Place:
        """A subtask goes where its parent is."""
        hints = _hints(item)
        people = list(dict.fromkeys(self._people[h] for h in hints if h in self._people))
        goal_id = self._goals.get(item.goal) if item.goal else None
        if strangers := sum(hint not in self._people for hint in hints):
            self._report.leave_out("assignments to people who are no members here", strangers)
        project_id, parent_id = self._around(item)
        named = item.project is not None and project_id == self.project_of(item.project)
        return Place(
            project_id,
            parent_id,
            people,
            goal_id,
            self._columns.get(item.external_id) if named else None,
            boardless=named and item.card is not None and item.card.lane is None,
        )

    def _around(self, item: Item) -> tuple[UUID | None, UUID | None]:
        """Its project and its parent."""
        if item.parent is not None and (found := self._parents.get(item.parent)):
            parent_id, project_id = found
            return project_id, parent_id
        if item.parent is not None and not self._run.options["dry_run"]:
            detail = f"“{item.title}” has lost its parent, which is not there"
            self._report.warn(item.line, detail)
        name = item.project or (GATHERING if self._default is None else "")
        return self.project_of(name) or self._default, None

    async def _has_inbox(self) -> bool:
        user_id = self._run.user_id
        own = (await self._session.scalars(queries.personal_workspace(user_id))).one_or_none()
        return own is not None and own.id == self._run.workspace_id

    async def _make(self, name: str) -> None:
        report, options = self._report, self._run.options
        if not options["create_projects"] or len(report.projects_created) >= MOST_PROJECTS:
            report.warn(None, f"There is no project “{name}”; its tasks go to the default one.")
            return
        if any(name_key(each["name"]) == name_key(_fitting(name))
               for each in report.projects_created if each["id"] is None):  # fmt: skip
            return
        if options["dry_run"]:
            report.projects_created.append({"name": _fitting(name), "id": None})
            return
        try:
            wanted = ProjectCreate.model_validate(await self._fields(name))
            made = await projects.create(self._session, self._actor, wanted)
        except AppError as refusal:
            report.warn(None, f"The project “{name}” cannot be made: {refusal.detail}")
            return
        except ValidationError:
            report.warn(None, f"“{name}” is no name of a project; its tasks go to the default one.")
            return
        report.projects_created.append({"name": made.name, "id": str(made.id)})
        self._projects[made.name_key] = made.id

    async def _fields(self, name: str) -> dict[str, object]:
        """With the key that it had, or the next one to it that is free."""
        fields: dict[str, object] = {"name": _fitting(name), "workspace_id": self._run.workspace_id}
        told = self._told.get(name)
        if told is None:
            return fields
        if told.key is not None:
            wanted = told.key.upper()
            fields["key"] = await free_key(self._session, self._run.workspace_id, wanted)
        return {**fields, "private": told.private}

    async def put_away(self) -> None:
        """Archives what the run has made of projects that were archived where they came from."""
        for made in self._report.projects_created:
            told = self._told.get(made["name"])
            if made["id"] is not None and told is not None and told.archived:
                wanted = ProjectUpdate.model_validate({"archived": True})
                await projects.update(self._session, self._actor, UUID(made["id"]), wanted)

    async def _find_parents(self, items: Iterable[Item]) -> None:
        wanted = {item.parent for item in items if item.parent}
        if wanted:
            statement = queries.placed(self._run.workspace_id, wanted)
            rows = await self._session.execute(statement)
            self._parents = {row.external_key: (row.id, row.project_id) for row in rows}

    async def _find_people(self, items: Iterable[Item]) -> None:
        wanted = {hint for item in items for hint in _hints(item)}
        if not wanted:
            return
        statement = queries.members_called(self._run.workspace_id, wanted)
        for email, username, user_id in await self._session.execute(statement):
            self._people |= {key: user_id for key in (email, username) if key}


def _fitting(name: str) -> str:
    return " ".join(name.split())[:NAME_LENGTH].strip()


def _hints(item: Item) -> list[str]:
    return [names.key(person) for person in item.assignees[:MOST_ASSIGNEES]]
