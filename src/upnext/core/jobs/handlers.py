"""What a kind of job does, and what its code sees of the job."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.context import RequestContext
from upnext.core.runtime import Runtime

DEFAULT = "default"
OUTBOUND = "outbound"
"""For jobs that mostly wait for other servers: very many run at a time, and hold up nobody else."""


class PermanentJobError(Exception):
    """No further attempt can help: the job ends as `failed` at once."""


class LostLease(Exception):
    """Somebody else holds the job by now. Whoever meets this must leave no trace."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Attempt:
    """One claim of a job. `job_id` stays the same over all attempts: the stable id of effects
    outside of the database. `context` is that of the request which asked for the job."""

    job_id: UUID
    kind: str
    args: Mapping[str, Any]
    workspace_id: UUID
    number: int
    max_attempts: int
    token: UUID
    context: RequestContext


# A result may be anything: it goes from a handler's first half to its second, and nowhere else.
Perform = Callable[[Runtime, Attempt], Awaitable[Any]]
"""The slow half: network, files, arithmetic. Holds no transaction and may run more than once."""

Apply = Callable[[AsyncSession, Attempt, Any], Awaitable[None]]
"""The half that counts: runs in the transaction that ends the job, and touches only the database.
Gets the result of `perform`, or None."""


@dataclass(frozen=True, slots=True, kw_only=True)
class JobHandler:
    """`timeout` is in seconds, and for `perform`. `queue` is where such jobs are put."""

    kind: str
    perform: Perform | None = None
    apply: Apply | None = None
    timeout: float = 60.0
    queue: str = DEFAULT

    def __post_init__(self) -> None:
        if self.perform is None and self.apply is None:
            raise ValueError(f"the handler of {self.kind} does nothing")


Handlers = Mapping[str, JobHandler]


def by_kind(*handlers: JobHandler) -> Handlers:
    """Refuses two handlers of one kind."""
    found = {handler.kind: handler for handler in handlers}
    if len(found) != len(handlers):
        raise ValueError("two handlers of one kind")
    return found


def of_queue(handlers: Handlers, queue: str) -> Handlers:
    """Those whose jobs are put there: a process may take up one queue and leave another."""
    return {kind: handler for kind, handler in handlers.items() if handler.queue == queue}
