"""Records on their way to the server: tasks in bulk, then what waits for what.

Safe to repeat as a whole: the server knows a task again by its external id, and answers that a
dependency which is already there is there.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, cast

from upnext.client.demo.records import Record
from upnext.client.errors import ClientError, sentence
from upnext.client.shapes import BulkReply, BulkResult, Task

if TYPE_CHECKING:
    from upnext.client.api import Api

BATCH = 500
_SENTENCE_OF_NO_STATUS = 0


@dataclass(frozen=True, kw_only=True)
class Places:
    """Ids of projects by folded name, and of goals by slug."""

    projects: Mapping[str, str]
    goals: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class Sent:
    """A record and the task that it is now."""

    record: Record
    task: Task
    created: bool


@dataclass(kw_only=True)
class Outcome:
    """What became of the records; `refused` has a sentence for each that is not there now."""

    sent: list[Sent] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)
    linked: int = 0
    already_linked: int = 0

    def count(self, *, created: bool) -> int:
        """How many tasks are new, or were there already."""
        return sum(one.created is created for one in self.sent)


def send(api: "Api", records: Sequence[Record], places: Places) -> Outcome:
    """Creates the tasks that the server does not know yet, and then their dependencies."""
    outcome = Outcome()
    for start in range(0, len(records), BATCH):
        batch = records[start : start + BATCH]
        bodies = [_body(record, places) for record in batch]
        reply = cast("BulkReply", api.post("tasks/bulk", {"tasks": bodies}))
        for result in reply["results"]:
            _note(outcome, batch[result["index"]], result)
    _link(api, outcome)
    return outcome


def _body(record: Record, places: Places) -> dict[str, object]:
    body: dict[str, object] = {**record.fields, "external_id": record.external_id}
    body["project_id"] = places.projects[record.project.casefold()]
    if record.goal is not None and record.goal in places.goals:
        body["goal_id"] = places.goals[record.goal]
    return body


def _note(outcome: Outcome, record: Record, result: BulkResult) -> None:
    if result["status"] == "invalid":
        problem = {"detail": "the server refuses it", "errors": result.get("errors", [])}
        outcome.refused.append(f"{record.title}: {sentence(problem, _SENTENCE_OF_NO_STATUS)}")
        return
    created = result["status"] == "created"
    outcome.sent.append(Sent(record=record, task=result["task"], created=created))


def _link(api: "Api", outcome: Outcome) -> None:
    """Makes each dependency of the records that is not there yet."""
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
        outcome.refused.append(f"{sent.record.title}: {error.message}")
    else:
        outcome.linked += new
        outcome.already_linked += not new


def document(outcome: Outcome) -> dict[str, object]:
    """What was done, for a program."""
    return {
        "created": outcome.count(created=True),
        "existing": outcome.count(created=False),
        "invalid": outcome.refused,
        "dependencies": {"created": outcome.linked, "existing": outcome.already_linked},
        "tasks": [
            {
                "external_id": one.record.external_id,
                "status": "created" if one.created else "existing",
                "id": one.task["id"],
                "key": one.task["key"],
            }
            for one in outcome.sent
        ],
    }
