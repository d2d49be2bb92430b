"""One task on a terminal: in a sentence, and on a card with everything about it."""

from collections.abc import Iterable
from dataclasses import dataclass

from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from upnext.client import durations, when
from upnext.client.printable import clean, line
from upnext.client.session import Moment
from upnext.client.shapes import Dependencies, Occurrences, Task, TaskRef, TaskSla

LEVEL_STYLES = {"urgent": "bold red", "high": "yellow", "medium": "", "low": "dim"}
STATUS_WORDS = {
    "backlog": "backlog",
    "todo": "to do",
    "in_progress": "in progress",
    "in_review": "in review",
    "done": "done",
    "cancelled": "cancelled",
}


def sentence(verb: str, task: Task, moment: Moment | None = None) -> Text:
    """`Added HOME-12 Pay rent · urgent · due Fri 17:00 (in 2 days) · 20 min`."""
    text = Text.assemble((verb, "green"), " ", name(task))
    more = brief(task, moment) if moment else None
    return joined([text, more]) if more else text


def name(task: Task | TaskRef) -> Text:
    """Key and title."""
    return Text.assemble((task["key"], "cyan"), " ", (line(task["title"]), "bold"))


def brief(task: Task, moment: Moment) -> Text | None:
    """What matters for the order of work, in one line; None for a task that says nothing of it."""
    parts: list[Text] = []
    if (priority := task.get("priority")) and priority != "medium":
        parts.append(Text(priority, style=LEVEL_STYLES.get(priority, "")))
    if due := task.get("due_at"):
        parts.append(Text.assemble("due ", due_text(due, task, moment)))
    if minutes := task.get("estimated_duration"):
        parts.append(Text(durations.show(minutes)))
    if task.get("recurrence"):
        parts.append(Text("repeats"))
    if words := labels(task):
        parts.append(Text(words, style="magenta"))
    return joined(parts) if parts else None


def joined(parts: Iterable[Text]) -> Text:
    """The parts with a faint dot between them."""
    whole = Text()
    for part in parts:
        whole.append(" · " if whole else "", style="dim").append_text(part)
    return whole


def labels(task: Task) -> str:
    """Contexts and tags, told apart by @ and #."""
    return line(" ".join([*task.get("context", []), *(f"#{tag}" for tag in task.get("tags", []))]))


def due_text(due: str, task: Task, moment: Moment, *, note: bool = True) -> Text:
    """The deadline, red when it is over."""
    write = when.show if note else when.short
    words = write(when.read(due), now=moment.now, zone=moment.zone)
    return Text(words, style="red" if task.get("overdue") else "")


def waiting(task: Task, links: Dependencies) -> Text:
    """What a task waits for."""
    blockers = links["blocked_by"]
    if not blockers:
        return Text.assemble(name(task), " waits for nothing.")
    listed = Text(", ").join(name(one) for one in blockers)
    return Text.assemble(name(task), " waits for ", listed, ".")


def facts(pairs: Iterable[tuple[str, Text | str]]) -> Table:
    """Labels and what they stand for, in two columns; what is empty is left out."""
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    for label, value in pairs:
        if value:
            table.add_row(label, value)
    return table


@dataclass(frozen=True, kw_only=True)
class Around:
    """What a card tells besides the task itself."""

    project: str
    links: Dependencies
    occurrences: Occurrences | None = None


def card(task: Task, around: Around, moment: Moment) -> list[RenderableType]:
    """Everything about a task, then its description."""
    told = [
        *_facts(task, around.project, moment),
        *_again(around.occurrences, moment),
        *_links(around.links),
        *_times(task, moment),
    ]
    parts: list[RenderableType] = [name(task), facts(told)]
    if description := task["description"].strip():
        parts += [Text(), Text(clean(description))]
    return parts


def _facts(task: Task, project: str, moment: Moment) -> list[tuple[str, Text | str]]:
    """What the card says, in its order."""
    due, status, priority = task.get("due_at"), task["status"], task["priority"]
    return [
        ("Status", STATUS_WORDS.get(status, status)),
        ("Priority", Text(priority, style=LEVEL_STYLES.get(priority, ""))),
        ("Due", due_text(due, task, moment) if due else ""),
        *_promised(task.get("sla"), moment),
        ("Not before", _moment(task.get("start_at"), moment)),
        ("Takes", durations.show(task.get("estimated_duration"))),
        ("Project", line(project)),
        ("Category", line(task.get("category") or "")),
        ("Tags", line(" ".join(f"#{tag}" for tag in task.get("tags", [])))),
        ("Context", line(" ".join(task.get("context", [])))),
        ("Energy", task.get("energy") or ""),
    ]


_SLA_STYLES = {"breached": "red", "warning": "yellow"}


def _promised(sla: TaskSla | None, moment: Moment) -> list[tuple[str, Text | str]]:
    """What the project's SLA policy promises about it, and how that stands."""
    if sla is None:
        return []
    parts = [
        Text(f"{what} by {_moment(due, moment)}")
        for what, due in (
            ("response", sla["first_response_due_at"]),
            ("done", sla["resolution_due_at"]),
        )
        if due
    ]
    state = Text(sla["state"], style=_SLA_STYLES.get(sla["state"], ""))
    return [("Promised", joined([*parts, state]))]


def _again(occurrences: Occurrences | None, moment: Moment) -> list[tuple[str, Text | str]]:
    """How it repeats, and when next."""
    if occurrences is None:
        return []
    dates = [_moment(one["due_at"], moment) for one in occurrences["items"]]
    return [("Repeats", line(occurrences["text"] or "")), ("Then", ", ".join(dates))]


def _links(links: Dependencies) -> list[tuple[str, Text | str]]:
    return [
        ("Waits for", _names(links["blocked_by"])),
        ("Needed by", _names(links["blocks"])),
    ]


def _names(refs: Iterable[TaskRef]) -> Text:
    """Tasks one below the other, with their state where they are no longer to do."""
    lines = [
        name(one).append(f" ({STATUS_WORDS.get(one['status'], one['status'])})", style="dim")
        for one in refs
    ]
    return Text("\n").join(lines)


def _times(task: Task, moment: Moment) -> list[tuple[str, Text | str]]:
    return [
        ("Done", _moment(task.get("completed_at"), moment)),
        ("Added", _moment(task.get("created_at"), moment)),
        ("Id", task["id"]),
    ]


def _moment(text: str | None, moment: Moment) -> str:
    return when.show(when.read(text), now=moment.now, zone=moment.zone) if text else ""
