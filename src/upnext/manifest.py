"""The one list of what every domain brings: routers, subscribers, scopes, jobs."""

from collections.abc import Mapping
from functools import partial

from upnext.activity import router as activity
from upnext.administration import policy as administration_policy
from upnext.administration import router as administration
from upnext.audit import jobs as audit_jobs
from upnext.audit import policy as audit_policy
from upnext.audit import router as audit
from upnext.automation import jobs as automation_jobs
from upnext.automation import policy as automation_policy
from upnext.automation.actions import ActionKinds, action_kinds
from upnext.automation.doing.archiving import ARCHIVE_DONE
from upnext.automation.doing.calling import WEBHOOK
from upnext.automation.doing.cleaning import FILE_CLEANUP
from upnext.automation.doing.creating import CREATE_TASK
from upnext.automation.doing.reminding import REMINDER
from upnext.automation.reminders import following
from upnext.automation.reminders import router as reminders
from upnext.automation.rules import matching
from upnext.automation.rules import router as rules
from upnext.automation.rules.schemas import EVENTS as RULED
from upnext.automation.schedules import overseeing, ticking
from upnext.automation.schedules import router as schedules
from upnext.automation.templates import router as templates
from upnext.backups import jobs as backups_jobs
from upnext.backups import router as backups
from upnext.backups.acting import BACKUP
from upnext.boards import cards
from upnext.boards import filtering as boards_filtering
from upnext.boards import policy as boards_policy
from upnext.boards import router as boards
from upnext.boards import service as boards_service
from upnext.classification import classifier, sealing
from upnext.classification import jobs as classification_jobs
from upnext.classification import policy as classification_policy
from upnext.classification import router as classification
from upnext.comments import policy as comments_policy
from upnext.comments import router as comments
from upnext.comments.events import CommentCreated
from upnext.core.auth import Scope
from upnext.core.changes import Subscribers, told
from upnext.core.db import Base
from upnext.core.jobs import ScheduleSpec, by_kind, maintenance
from upnext.core.jobs.firing import Fired, Times
from upnext.core.mail import sending as mail
from upnext.core.routing import Router
from upnext.exports import policy as exports_policy
from upnext.exports import router as exports
from upnext.feeds import policy as feeds_policy
from upnext.feeds import router as feeds
from upnext.files import jobs as files_jobs
from upnext.files import leaving as files_leaving
from upnext.files import policy as files_policy
from upnext.files import router as files
from upnext.goals import attaching, filtering
from upnext.goals import events as goal
from upnext.goals import policy as goals_policy
from upnext.goals import router as goals
from upnext.goals import trash as goals_trash
from upnext.identity import jobs as identity_jobs
from upnext.identity import policy as identity_policy
from upnext.identity import router as identity
from upnext.identity.events import UserDeleted, UserRegistered, UserUpdated
from upnext.identity.inviting import Invited
from upnext.imports import jobs as imports_jobs
from upnext.imports import router as imports
from upnext.imports import service as imports_service
from upnext.notifications import facts as notified
from upnext.notifications import jobs as notifications_jobs
from upnext.notifications import policy as notifications_policy
from upnext.notifications import router as notifications
from upnext.notifications import spreading
from upnext.notifications.doing import DIGEST
from upnext.planning import jobs as planning_jobs
from upnext.planning import policy as planning_policy
from upnext.planning import router as planning
from upnext.planning import upkeep, upkeep_of_many
from upnext.planning.busy import jobs as busy_jobs
from upnext.planning.busy import router as busy
from upnext.planning.history import durations as learned_durations
from upnext.planning.plans import jobs as plans_jobs
from upnext.planning.plans import router as plans
from upnext.realtime import policy as realtime_policy
from upnext.realtime import router as realtime
from upnext.search import policy as search_policy
from upnext.search import router as search
from upnext.search.service import Sources, sources_of
from upnext.search.sources import COMMENTS, GOALS, PROJECTS, TASKS
from upnext.search.upkeep import subscriptions
from upnext.sharing import policy as sharing_policy
from upnext.sharing import router as sharing
from upnext.sla import fields as sla_fields
from upnext.sla import jobs as sla_jobs
from upnext.sla import policy as sla_policy
from upnext.sla import router as sla
from upnext.sla import upkeep as sla_upkeep
from upnext.tasks import events as task
from upnext.tasks import jobs as tasks_jobs
from upnext.tasks import policy as tasks_policy
from upnext.tasks import router as tasks
from upnext.tasks import service as tasks_service
from upnext.tasks import succession
from upnext.tasks.deriving import Derive
from upnext.tasks.filtering import FIELDS, Fields
from upnext.tasks.leaving import passing_on
from upnext.tasks.operations import jobs as operations_jobs
from upnext.tasks.operations import router as operations
from upnext.tasks.placing import RoomIn
from upnext.tasks.serving import MayServe
from upnext.tasks.stats import router as stats
from upnext.timetracking import filtering as time_filtering
from upnext.timetracking import policy as time_policy
from upnext.timetracking import router as timetracking
from upnext.timetracking import timers
from upnext.webhooks import jobs as webhooks_jobs
from upnext.webhooks import policy as webhooks_policy
from upnext.webhooks import router as webhooks
from upnext.webhooks import stopping as webhooks_stopping
from upnext.webhooks import telling as webhooks_telling
from upnext.workspaces import jobs as workspaces_jobs
from upnext.workspaces import leaving
from upnext.workspaces import policy as workspaces_policy
from upnext.workspaces import router as workspaces
from upnext.workspaces import service as workspaces_service
from upnext.workspaces.events import (
    ProjectDeleted,
    ProjectRestored,
    ProjectUpdated,
    WorkspaceRestored,
    WorkspaceUpdated,
)
from upnext.workspaces.invitations import accepting
from upnext.workspaces.invitations import jobs as invitations_jobs
from upnext.workspaces.invitations import router as invitations

METADATA = Base.metadata

ROUTERS: tuple[Router, ...] = (
    # The busiest first: a request is matched from the top.
    *tasks.routers,
    *comments.routers,
    *timetracking.routers,
    *files.routers,
    *planning.routers,
    *plans.routers,
    *busy.routers,
    *goals.routers,
    *boards.routers,
    *imports.routers,
    *workspaces.routers,
    *invitations.routers,
    *sla.routers,
    *identity.routers,
    *exports.routers,
    *feeds.routers,
    *sharing.routers,
    *operations.routers,
    *stats.routers,
    *activity.routers,
    *audit.routers,
    *search.routers,
    *webhooks.routers,
    *realtime.routers,
    *administration.routers,
    *backups.routers,
    *schedules.routers,
    *overseeing.routers,
    *templates.routers,
    *reminders.routers,
    *rules.routers,
    *notifications.routers,
    *classification.routers,
)
# Under the plain address of the server, without the version of the API.
OUTSIDE: tuple[Router, ...] = (*feeds.outside, *sharing.outside, *notifications.outside)

# What can be found by its words: each domain that has something to find adds its source here.
SEARCHED: Sources = sources_of(TASKS, COMMENTS, GOALS, PROJECTS)

# What a filter of tasks can speak of: each domain above tasks adds the fields it brings.
FILTER_FIELDS: Fields = {
    **FIELDS,
    **boards_filtering.FIELDS,
    **filtering.FIELDS,
    **sla_fields.FIELDS,
    **time_filtering.FIELDS,
}

SUBSCRIBERS = Subscribers(
    within={
        UserRegistered: (workspaces_service.on_user_registered,),
        UserUpdated: (upkeep.on_user_updated,),
        # From the bottom up: who takes a workspace over can be given what lies in it.
        UserDeleted: (
            leaving.on_user_deleted,
            passing_on.on_user_deleted,
            imports_service.on_user_deleted,
            timers.on_user_deleted,
            upkeep.on_user_deleted,
        ),
        WorkspaceUpdated: (sla_upkeep.on_workspace_back,),
        WorkspaceRestored: (sla_upkeep.on_workspace_back,),
        ProjectUpdated: (tasks_service.on_project_updated, sla_upkeep.on_project_updated),
        ProjectDeleted: (tasks_service.on_project_deleted, goals_trash.on_project_deleted),
        ProjectRestored: (
            tasks_service.on_project_restored,
            goals_trash.on_project_restored,
            sla_upkeep.on_project_restored,
        ),
        task.TaskCreated: (
            upkeep.on_task_created,
            cards.on_task_placed,
            sla_upkeep.on_task_created,
        ),
        task.TaskUpdated: (
            cards.on_task_placed,
            upkeep.on_task_changed,
            sla_upkeep.on_task_changed,
            succession.on_task_closed,
            timers.on_task_changed,
        ),
        task.TaskCompleted: (
            cards.on_task_placed,
            upkeep.on_task_changed,
            sla_upkeep.on_task_changed,
            succession.on_task_closed,
            timers.on_task_changed,
            learned_durations.on_task_completed,
        ),
        task.TaskReopened: (
            cards.on_task_placed,
            upkeep.on_task_changed,
            sla_upkeep.on_task_changed,
        ),
        task.TaskDeleted: (
            upkeep.on_task_changed,
            sla_upkeep.on_task_deleted,
            timers.on_task_changed,
        ),
        task.TaskRestored: (
            upkeep.on_task_changed,
            boards_service.on_task_restored,
            sla_upkeep.on_task_changed,
        ),
        task.TaskPurged: (files_leaving.on_task_purged,),
        CommentCreated: (sla_upkeep.on_comment_created,),
        goal.GoalUpdated: (upkeep.on_goal_changed,),
        goal.GoalCompleted: (upkeep.on_goal_changed,),
        goal.GoalReopened: (upkeep.on_goal_changed,),
        goal.GoalDeleted: (upkeep.on_goal_changed,),
        goal.GoalRestored: (upkeep.on_goal_changed,),
    },
    # By the name of the type: of domains that are not there nothing is told.
    after=told(
        dict.fromkeys(notified.SOURCES, (spreading.on_sealed,)),
        dict.fromkeys(RULED, (matching.on_change,)),
        {
            "task.created": (following.on_task_created,),
            "task.updated": (following.on_task_changed,),
            "task.completed": (following.on_task_changed,),
            "task.reopened": (following.on_task_changed,),
        },
    ),
    together={
        upkeep.on_task_changed: upkeep_of_many.on_tasks_changed,
        cards.on_task_placed: cards.on_tasks_placed,
        boards_service.on_task_restored: boards_service.on_tasks_restored,
        files_leaving.on_task_purged: files_leaving.on_tasks_purged,
        sla_upkeep.on_task_changed: sla_upkeep.on_tasks_changed,
        sla_upkeep.on_task_deleted: sla_upkeep.on_tasks_deleted,
    },
    asked={
        MayServe: attaching.judge,
        RoomIn: cards.judge_room,
        Times: ticking.times,
        Fired: ticking.fired,
        Invited: accepting.invited,
        Derive: classifier.answer,
    },
    sealed=(sealing.on_sealed,),
    watching={
        webhooks_stopping.WATCHING: partial(webhooks_telling.on_sealed, fields=FILTER_FIELDS)
    },
).also(*subscriptions(SEARCHED.values()))

SCOPES: Mapping[Scope, str] = {
    **identity_policy.SCOPES,
    **workspaces_policy.SCOPES,
    **tasks_policy.SCOPES,
    **comments_policy.SCOPES,
    **time_policy.SCOPES,
    **files_policy.SCOPES,
    **goals_policy.SCOPES,
    **boards_policy.SCOPES,
    **planning_policy.SCOPES,
    **exports_policy.SCOPES,
    **feeds_policy.SCOPES,
    **sharing_policy.SCOPES,
    **sla_policy.SCOPES,
    **audit_policy.SCOPES,
    **search_policy.SCOPES,
    **webhooks_policy.SCOPES,
    **realtime_policy.SCOPES,
    **administration_policy.SCOPES,
    **automation_policy.SCOPES,
    **notifications_policy.SCOPES,
    **classification_policy.SCOPES,
}

# What schedules can do: each domain that has something to be done adds its kind of action here.
ACTIONS: ActionKinds = action_kinds(
    REMINDER, CREATE_TASK, ARCHIVE_DONE, WEBHOOK, FILE_CLEANUP, DIGEST, BACKUP
)

JOBS = by_kind(
    *maintenance.HANDLERS,
    *mail.HANDLERS,
    *identity_jobs.HANDLERS,
    *workspaces_jobs.HANDLERS,
    *invitations_jobs.HANDLERS,
    *tasks_jobs.HANDLERS,
    *imports_jobs.HANDLERS,
    *planning_jobs.HANDLERS,
    *plans_jobs.HANDLERS,
    *busy_jobs.HANDLERS,
    *operations_jobs.HANDLERS,
    *sla_jobs.HANDLERS,
    *files_jobs.HANDLERS,
    *audit_jobs.HANDLERS,
    *webhooks_jobs.HANDLERS,
    *automation_jobs.HANDLERS,
    *notifications_jobs.HANDLERS,
    *classification_jobs.HANDLERS,
    *backups_jobs.HANDLERS,
)
SCHEDULES: tuple[ScheduleSpec, ...] = (
    *maintenance.SCHEDULES,
    *mail.SCHEDULES,
    *identity_jobs.SCHEDULES,
    *workspaces_jobs.SCHEDULES,
    *invitations_jobs.SCHEDULES,
    *tasks_jobs.SCHEDULES,
    *imports_jobs.SCHEDULES,
    *planning_jobs.SCHEDULES,
    *plans_jobs.SCHEDULES,
    *busy_jobs.SCHEDULES,
    *operations_jobs.SCHEDULES,
    *sla_jobs.SCHEDULES,
    *files_jobs.SCHEDULES,
    *audit_jobs.SCHEDULES,
    *webhooks_jobs.SCHEDULES,
    *automation_jobs.SCHEDULES,
    *notifications_jobs.SCHEDULES,
)
