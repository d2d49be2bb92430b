"""What each process has for classification: the chain, its provider, and what it knows of
workspaces, which is read anew after half a minute."""

import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from upnext.classification import queries
from upnext.classification.chain import Chain, Knowledge, told
from upnext.classification.knowing import knowledge
from upnext.classification.meaning import meaning_of
from upnext.classification.predictions import Near, Prediction, TaskText
from upnext.classification.providers.asking import InTurn, provider_of
from upnext.core.auth import Actor
from upnext.core.changes import Subscribers, unit_of
from upnext.core.clock import Clock
from upnext.core.config import Settings
from upnext.core.db import Database
from upnext.core.outbound import Outbound
from upnext.core.work import Workshop
from upnext.tasks.deriving import NAMES, Derive, begun
from upnext.tasks.models import Priority
from upnext.tasks.schemas import TaskCreate

PART: Final = "classifier"
SYNC_SECONDS, NEAR_SECONDS = 3.0, 0.3
FRESH_SECONDS, MOST_KNOWN = 30.0, 200
BY_WORDS: Final = Chain()
NOTHING_KNOWN: Final = Knowledge()


@dataclass(slots=True)
class Classifier:
    db: Database
    threshold: float
    remote: InTurn | None
    patience: float
    near: Near | None = None
    _known: dict[UUID, tuple[float, Knowledge]] = field(default_factory=dict)

    @property
    def chain(self) -> Chain:
        """For who has time."""
        return Chain(self.remote, self.patience, self.near)

    @property
    def local(self) -> Chain:
        """Of this machine alone."""
        return Chain(near=self.near)

    async def known(self, workspace_id: UUID) -> Knowledge:
        at, found = self._known.get(workspace_id, (0.0, None))
        if found is not None and time.monotonic() - at < FRESH_SECONDS:
            return found
        found = await knowledge(self.db.lane, workspace_id)
        if len(self._known) >= MOST_KNOWN:
            self._known.clear()
        self._known[workspace_id] = (time.monotonic(), found)
        return found

    async def where(self, project_id: UUID | None, user_id: UUID | None) -> UUID | None:
        async with self.db.read() as session:
            if project_id is not None:
                return await session.scalar(queries.workspace_of(project_id))
            return user_id and await session.scalar(queries.personal_workspace(user_id))


def classifier_of(settings: Settings, db: Database, outbound: Outbound, clock: Clock) -> Classifier:
    asked = settings.classification
    # Of its own: a question is paid for before the transaction that waits for its answer.
    remote = provider_of(settings, outbound, Workshop(db, clock, Subscribers()))
    patience = asked.hf_timeout * (asked.hf_retries + 1) + SYNC_SECONDS
    patience *= len(remote.providers) if remote else 1
    near = meaning_of(settings.data_dir)
    return Classifier(db, asked.threshold / 100, remote, patience, near)


async def answer(session: AsyncSession, actor: Actor, asked: Derive) -> Mapping[str, Any]:
    classifier: Classifier = unit_of(session).parts[PART]
    wanted = NAMES - asked.data.model_fields_set
    now = unit_of(session).now
    if asked.wholly:
        said = await _wholly(classifier, actor, asked.data, wanted, now)
    else:
        said = await BY_WORDS.classify(_text(asked.data), NOTHING_KNOWN, now, wanted)
    values, sources = told(said, classifier.threshold)
    if "priority" in values:
        values["priority"] = Priority(values["priority"])
    state = "completed" if asked.wholly else "pending"
    provenance = {**begun("async", asked.data.model_fields_set), **sources, "state": state}
    return {**values, "classification": provenance}


async def _wholly(
    classifier: Classifier, actor: Actor, data: TaskCreate, wanted: Collection[str], now: datetime
) -> Mapping[str, Prediction]:
    """In the mode `sync`: before the transaction that writes the task has begun."""
    project_id: UUID | None = data.project_id
    workspace_id = await classifier.where(project_id, actor.user_id)
    seen = workspace_id is not None and actor.role_in(workspace_id, project_id) is not None
    known = await classifier.known(workspace_id) if workspace_id and seen else NOTHING_KNOWN
    chain = Chain(classifier.remote, SYNC_SECONDS, classifier.near, NEAR_SECONDS)
    return await chain.classify(_text(data), known, now, wanted)


def _text(data: TaskCreate) -> TaskText:
    local = "private" in {tag.casefold() for tag in data.tags}
    return TaskText(data.title, data.description, data.due_at, data.project_id, local)
