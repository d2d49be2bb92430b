"""The job engine: work that outlives its request, and schedules that create such work.

A job is a row written in the transaction that asked for it. Whoever claims it holds a lease under
a token; its effects are committed together with its end and only while the token stands, so that
effects inside the database happen exactly once and effects outside of it at least once. Knows no
domain: which kinds of jobs exist, and what they do, is handed in as a mapping of handlers.
"""

from upnext.core.jobs.gathering import Gathered, Spacing, gather
from upnext.core.jobs.handlers import (
    OUTBOUND,
    Attempt,
    Handlers,
    JobHandler,
    PermanentJobError,
    by_kind,
    of_queue,
)
from upnext.core.jobs.health import jobs_by_state, queue_alive
from upnext.core.jobs.models import JobPriority, JobState, Misfire
from upnext.core.jobs.process import Background, background
from upnext.core.jobs.queue import cancel, enqueue, requeue
from upnext.core.jobs.runner import Runner
from upnext.core.jobs.tick import ScheduleSpec, Ticker, ensure_schedules

__all__ = [
    "OUTBOUND",
    "Attempt",
    "Background",
    "Gathered",
    "Handlers",
    "JobHandler",
    "JobPriority",
    "JobState",
    "Misfire",
    "PermanentJobError",
    "Runner",
    "ScheduleSpec",
    "Spacing",
    "Ticker",
    "background",
    "by_kind",
    "cancel",
    "enqueue",
    "ensure_schedules",
    "gather",
    "jobs_by_state",
    "of_queue",
    "queue_alive",
    "requeue",
]
