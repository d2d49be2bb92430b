"""Abuse cases of field names: what nobody may set, and what is no name to sort or filter by."""

import re
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from fastapi import FastAPI
from fastapi.routing import RouteContext
from pydantic import BaseModel

from tests.architecture.routes import operations, served
from tests.kit.app import Person, good, refused
from upnext.automation.models import (
    Reminder,
    Rule,
    RuleRun,
    ScheduleRun,
    Template,
    UserSchedule,
)
from upnext.boards.models import Board, Column
from upnext.comments.models import Comment, CommentVersion
from upnext.core.runtime import Runtime
from upnext.feeds.models import Feed
from upnext.files.models import File, FileContent
from upnext.goals.models import Goal
from upnext.identity import accounts
from upnext.identity.models import ApiToken, LoginSession, MailToken, ShareLink, User
from upnext.notifications.models import Notification, Preference, PushSubscription, Target
from upnext.planning.busy.models import BusyCalendar, BusyTime
from upnext.sla.models import Calendar, Policy
from upnext.tasks.models import SavedFilter, Task
from upnext.webhooks.models import Delivery, DeliveryAttempt, Webhook
from upnext.workspaces.models import (
    Invitation,
    Project,
    ProjectMember,
    Workspace,
    WorkspaceMember,
)

PREFIX = "/api/v1"
MODELS = (
    *(User, ApiToken, LoginSession, Workspace, WorkspaceMember, Project, ProjectMember, Task),
    Feed,
    Goal,
    SavedFilter,
    *(Comment, CommentVersion, ShareLink),
    *(Board, Column),
    *(Policy, Calendar),
    *(BusyTime, BusyCalendar),
    *(Webhook, Delivery, DeliveryAttempt),
    *(File, FileContent),
    *(UserSchedule, ScheduleRun, Reminder, Template, Rule, RuleRun),
    *(Invitation, MailToken, Notification, Preference, PushSubscription, Target),
)
COLUMNS = {column.name for model in MODELS for column in model.__table__.columns}
# Of other systems' advisories, and what would give away who or what a row is.
NEVER = {
    "id", "version", "created_at", "updated_at", "deleted_at", "archived_at", "completed_at",
    "is_admin", "password_hash", "disabled_at", "email_verified", "rate_limit", "plan",
    "tenant_id", "created_by", "owner_id", "reporter_id", "personal_of", "personal", "inbox",
    "live_key", "name_key", "next_number", "number", "hash", "generation", "blocker_count",
    "hint",
}  # fmt: skip


def _bodies(app: FastAPI) -> Iterator[tuple[str, str, type[BaseModel]]]:
    """Method, path and model of every route that takes a JSON body."""
    for context in served(app):
        model = _body(context)
        for method, path in operations(context):
            if model is not None and path.startswith(PREFIX):
                yield method, path.removeprefix(PREFIX), model


def _body(context: RouteContext) -> type[BaseModel] | None:
    assert context.dependant is not None
    for parameter in context.dependant.body_params:
        kind = parameter.field_info.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            return kind
    return None


def test_t035_no_body_has_a_field_that_is_not_for_clients(app: FastAPI) -> None:
    bodies = list(_bodies(app))
    assert len(bodies) > 10
    open_ones = {
        f"{method} {path}": NEVER & model.model_fields.keys() for method, path, model in bodies
    }
    assert {route: names for route, names in open_ones.items() if names} == {}


async def test_t035_every_other_column_is_refused(
    app: FastAPI, person: Person, runtime: Runtime
) -> None:
    """All the columns of all the tables, in each body: a 422 that names every one."""
    await accounts.promote(runtime, person.email)
    for method, path, model in _bodies(app):
        strange = (COLUMNS | NEVER) - _names(model)
        target = re.sub(r"\{\w+_id\}", str(uuid4()), path)
        answer = await person.client.request(method, target, json=dict.fromkeys(strange, 1))
        named = {error["pointer"] for error in refused(answer, 422)["errors"]}
        assert {f"/{name}" for name in strange} - named == set(), (method, path)


def _names(model: type[BaseModel]) -> set[str]:
    return {field.alias or name for name, field in model.model_fields.items()}


async def test_t035_nor_inside_of_a_bulk(person: Person) -> None:
    for name in sorted(NEVER):
        body = {"tasks": [{"title": "x", name: 1}]}
        outcome = good(await person.client.post("/tasks/bulk", json=body))
        assert (outcome["created"], outcome["invalid"]) == (0, 1), name


LISTS = ["/workspaces", "/projects", "/tasks", "/goals", "/imports",
         "/workspaces/{workspace_id}/members", "/projects/{project_id}/members"]  # fmt: skip
NO_NAMES = ["delete", "__class__", "metadata", "registry", "password_hash", "id;drop table task",
            "workspace.name", "-", "", "name desc", "1"]  # fmt: skip


def _path(person: Person, path: str) -> str:
    return path.format(workspace_id=person.workspace_id, project_id=person.inbox_id)


@pytest.mark.parametrize("path", LISTS)
async def test_t037_only_listed_names_sort(person: Person, path: str) -> None:
    for name in NO_NAMES:
        for sort in (name, f"-{name}", f"created_at,{name}"):
            answer = await person.client.get(_path(person, path), params={"sort": sort})
            refused(answer, 422)


@pytest.mark.parametrize("path", LISTS)
async def test_t037_only_listed_names_filter(person: Person, path: str) -> None:
    for name in ("delete", "__class__", "metadata", "password_hash", "name__like", "filter[id]"):
        params: dict[str, Any] = {name: "x"}
        refused(await person.client.get(_path(person, path), params=params), 422)


@pytest.mark.parametrize("path", LISTS)
async def test_cursors_of_others_are_refused(person: Person, path: str) -> None:
    for cursor in ("x", "\0", "é", "a" * 900, "eyJhIjoxfQ", "None"):
        answer = await person.client.get(_path(person, path), params={"cursor": cursor})
        refused(answer, 422)
