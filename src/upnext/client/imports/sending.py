"""Records on their way to the server: projects first, then tasks in bulk, then what waits for what.

Safe to repeat as a whole: the server knows a task again by its external id, and answers that a
dependency which is already there is there.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from upnext.client.errors import ClientError, sentence
from upnext.client.imports.records import Record, Refused
from upnext.client.shapes import BulkReply, BulkResult, Project, Task

if TYPE_CHECKING:
    from upnext.client.api import Api

BATCH = 500
BATCH_BYTES = 2_000_000
_SENTENCE_OF_NO_STATUS = 0


@dataclass(frozen=True, kw_only=True)
class Sent:
    """A record and the task that it is now."""

    record: Record
    task: Task
    created: bool


@dataclass(kw_only=True)
class Outcome:
    """What became of the records."""

    sent: list[Sent] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)
    linked: int = 0
    already_linked: int = 0
    unlinked: list[Refused] = field(default_factory=list)

    def count(self, *, created: bool) -> int:
        """How many tasks are new, or were there already."""
        return sum(one.created is created for one in self.sent)


def missing_projects(records: Iterable[Record], known: Iterable[Project]) -> list[str]:
    """The projects that records name and the workspace does not have, in their order."""
    have = {project["name"].casefold() for project in known}
    names = dict.fromkeys(record.project for record in records if record.project)
    missing: dict[str, str] = {}
    for name in names:
        if name.casefold() not in have:
            missing.setdefault(name.casefold(), name)
    return list(missing.values())


def make_projects(api: "Api", names: Iterable[str], workspace_id: str) -> list[Project]:
    """Makes projects; one that somebody else made meanwhile makes no difference to the import."""
    bodies = [{"name": name, "workspace_id": workspace_id} for name in names]
    return [cast("Project", api.post("projects", body)) for body in bodies]


def by_name(projects: Iterable[Project]) -> dict[str, str]:
    """The ids of projects by their folded names."""
    return {project["name"].casefold(): project["id"] for project in projects}


def send(
    api: "Api",
    records: Sequence[Record],
    project_ids: Mapping[str, str],
    progress: Callable[[int], None],
) -> Outcome:
    """Creates the tasks that the server does not know yet, and then their dependencies."""
    outcome = Outcome()
    for batch in _batches(records, project_ids):
        reply = cast("BulkReply", api.post("tasks/bulk", {"tasks": [body for _, body in batch]}))
        for result in reply["results"]:
            _note(outcome, batch[result["index"]][0], result)
        progress(len(outcome.sent) + len(outcome.refused))
    _link(api, outcome)
    return outcome


Pair = tuple[Record, dict[str, object]]


def _batches(records: Sequence[Record], project_ids: Mapping[str, str]) -> Iterator[list[Pair]]:
    """Bodies of the API in portions that it takes, by number and by size."""
    batch: list[Pair] = []
    size = 0
    for record in records:
        body: dict[str, object] = {**record.fields, "external_id": record.external_id}
        if record.project:
            body["project_id"] = project_ids[record.project.casefold()]
        weight = len(json.dumps(body))
        if batch and (len(batch) >= BATCH or size + weight > BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append((record, body))
        size += weight
    if batch:
        yield batch


def _note(outcome: Outcome, record: Record, result: BulkResult) -> None:
    if result["status"] == "invalid":
        problem = {"detail": "the server refuses it", "errors": result.get("errors", [])}
        reason = sentence(problem, _SENTENCE_OF_NO_STATUS)
        outcome.refused.append(Refused(line=record.line, reason=reason))
        return
    created = result["status"] == "created"
    outcome.sent.append(Sent(record=record, task=result["task"], created=created))


def _link(api: "Api", outcome: Outcome) -> None:
    """Makes each dependency between tasks of this file that is not there yet."""
    tasks = {one.record.external_id: one.task for one in outcome.sent}
    for one in outcome.sent:
        have = set(one.task.get("blocked_by") or [])
        blockers = (tasks[name]["id"] for name in dict.fromkeys(one.record.after) if name in tasks)
        for blocker in blockers:
            if blocker in have:
                outcome.already_linked += 1
            else:
                _link_one(api, outcome, one, blocker)


def _link_one(api: "Api", outcome: Outcome, sent: Sent, blocker: str) -> None:
    try:
        new = api.ensure(f"tasks/{sent.task['id']}/dependencies", {"blocked_by": blocker})
    except ClientError as error:
        outcome.unlinked.append(Refused(line=sent.record.line, reason=error.message))
    else:
        outcome.linked += new
        outcome.already_linked += not new
