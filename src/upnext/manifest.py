"""The one list of what every domain brings: routers, subscribers, scopes, jobs."""

from collections.abc import Mapping

from fastapi import APIRouter

from upnext.core.auth import Scope
from upnext.core.changes import Subscribers
from upnext.core.db import Base
from upnext.core.jobs import JobHandler, ScheduleSpec, maintenance
from upnext.identity import policy as identity_policy
from upnext.identity import router as identity
from upnext.identity.events import UserRegistered
from upnext.planning import policy as planning_policy
from upnext.planning import models as _planning_models
from upnext.tasks import policy as tasks_policy
from upnext.tasks import models as _tasks_models
from upnext.workspaces import policy as workspaces_policy
from upnext.workspaces import router as workspaces
from upnext.workspaces import service as workspaces_service
from upnext.workspaces.events import ProjectUpdated

METADATA = Base.metadata

ROUTERS: tuple[APIRouter, ...] = (
    *identity.routers,
    *workspaces.routers,
)

SUBSCRIBERS = Subscribers(
    within={
        UserRegistered: (workspaces_service.on_user_registered,),
    }
)

SCOPES: Mapping[Scope, str] = (
    identity_policy.SCOPES | workspaces_policy.SCOPES | tasks_policy.SCOPES | planning_policy.SCOPES
)

JOBS: Mapping[str, JobHandler] = {handler.kind: handler for handler in maintenance.HANDLERS}
SCHEDULES: tuple[ScheduleSpec, ...] = maintenance.SCHEDULES
