"""The one list of what every domain brings: routers, subscribers, scopes, jobs."""

from collections.abc import Mapping

from fastapi import APIRouter

from upnext.administration import policy as administration_policy
from upnext.administration import router as administration
from upnext.core.auth import Scope
from upnext.core.changes import Subscribers
from upnext.core.db import Base
from upnext.core.jobs import ScheduleSpec, by_kind, maintenance
from upnext.exports import policy as exports_policy
from upnext.exports import router as exports
from upnext.feeds import policy as feeds_policy
from upnext.feeds import router as feeds
from upnext.identity import jobs as identity_jobs
from upnext.identity import policy as identity_policy
from upnext.identity import router as identity
from upnext.identity.events import UserDeleted, UserRegistered, UserUpdated
from upnext.imports import jobs as imports_jobs
from upnext.imports import router as imports
from upnext.imports import service as imports_service
from upnext.planning import jobs as planning_jobs
from upnext.planning import policy as planning_policy
from upnext.planning import router as planning
from upnext.planning import upkeep
from upnext.tasks import events as task
from upnext.tasks import policy as tasks_policy
from upnext.tasks import router as tasks
from upnext.tasks import service as tasks_service
from upnext.tasks import succession
from upnext.tasks.filtering import FIELDS, Fields
from upnext.tasks.leaving import passing_on
from upnext.workspaces import leaving
from upnext.workspaces import policy as workspaces_policy
from upnext.workspaces import router as workspaces
from upnext.workspaces import service as workspaces_service
from upnext.workspaces.events import ProjectDeleted, ProjectRestored, ProjectUpdated

METADATA = Base.metadata

ROUTERS: tuple[APIRouter, ...] = (
    # The busiest first: a request is matched from the top.
    *tasks.routers,
    *planning.routers,
    *imports.routers,
    *workspaces.routers,
    *identity.routers,
    *exports.routers,
    *feeds.routers,
    *administration.routers,
)
# Under the plain address of the server, without the version of the API.
OUTSIDE: tuple[APIRouter, ...] = feeds.outside

SUBSCRIBERS = Subscribers(
    within={
        UserRegistered: (workspaces_service.on_user_registered,),
        UserUpdated: (upkeep.on_user_updated,),
        # From the bottom up: who takes a workspace over can be given what lies in it.
        UserDeleted: (
            leaving.on_user_deleted,
            passing_on.on_user_deleted,
            imports_service.on_user_deleted,
            upkeep.on_user_deleted,
        ),
        ProjectUpdated: (tasks_service.on_project_updated,),
        ProjectDeleted: (tasks_service.on_project_deleted,),
        ProjectRestored: (tasks_service.on_project_restored,),
        task.TaskCreated: (upkeep.on_task_created,),
        task.TaskUpdated: (upkeep.on_task_changed, succession.on_task_closed),
        task.TaskCompleted: (upkeep.on_task_changed, succession.on_task_closed),
        task.TaskReopened: (upkeep.on_task_changed,),
        task.TaskDeleted: (upkeep.on_task_changed,),
        task.TaskRestored: (upkeep.on_task_changed,),
    }
)

SCOPES: Mapping[Scope, str] = {
    **identity_policy.SCOPES,
    **workspaces_policy.SCOPES,
    **tasks_policy.SCOPES,
    **planning_policy.SCOPES,
    **exports_policy.SCOPES,
    **feeds_policy.SCOPES,
    **administration_policy.SCOPES,
}

# What a filter of tasks can speak of: each domain above tasks adds the fields it brings.
FILTER_FIELDS: Fields = {**FIELDS}

JOBS = by_kind(
    *maintenance.HANDLERS,
    *identity_jobs.HANDLERS,
    *imports_jobs.HANDLERS,
    *planning_jobs.HANDLERS,
)
SCHEDULES: tuple[ScheduleSpec, ...] = (
    *maintenance.SCHEDULES,
    *identity_jobs.SCHEDULES,
    *imports_jobs.SCHEDULES,
    *planning_jobs.SCHEDULES,
)
