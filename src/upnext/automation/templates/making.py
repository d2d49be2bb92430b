"""A template becomes tasks: variables are filled in, dates counted from now."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy.ext.asyncio import AsyncSession

from upnext.automation.actions import read_settings
from upnext.automation.templates import dates
from upnext.automation.templates.schemas import GIVEN, MARK, TemplateTask, Variable
from upnext.core.auth import Actor
from upnext.core.errors import invalid_field
from upnext.tasks import service as tasks
from upnext.tasks.models import Task
from upnext.tasks.schemas import TaskCreate

SEPARATE = frozenset({"due", "start", "subtasks"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """When, and by whose clock and language."""

    now: datetime
    zone: ZoneInfo
    language: str = "en"


def settled(
    variables: Sequence[Variable], said: Mapping[str, str], moment: Moment
) -> Mapping[str, str]:
    """The value of each variable. Raises Invalid for one that is missing or unknown."""
    known = {each.name: each.default for each in variables}
    if unknown := sorted(said.keys() - known.keys()):
        names = ", ".join(known) or "none"
        detail = f"The template has no variable {unknown[0]!r}. It has: {names}."
        raise invalid_field(f"/variables/{unknown[0]}", detail, "unknown_variable")
    values = {name: said.get(name, default) for name, default in known.items()}
    if missing := sorted(name for name, value in values.items() if value is None):
        detail = f"Say what {missing[0]!r} is; it has no default."
        raise invalid_field(f"/variables/{missing[0]}", detail, "variable_missing")
    today = moment.now.astimezone(moment.zone).date()
    given = (today.isoformat(), f"{today:%G-W%V}", f"{today:%Y-%m}", f"{today:%Y}")
    return {**{name: str(value) for name, value in values.items()}, **dict(zip(GIVEN, given))}  # noqa: B905  (as many)


async def make(
    session: AsyncSession,
    actor: Actor,
    body: TemplateTask,
    values: Mapping[str, str],
    project_id: UUID | None,
    moment: Moment,
) -> list[Task]:
    """The task and what lies below it, in their order. Raises what making each of them raises."""
    made: list[Task] = []
    parents: dict[int, Task] = {}
    for level, each, pointer in _walk(body, 0, "/task"):
        parent = parents.get(level - 1)
        place = parent.project_id if parent else project_id
        data = fields_of(each, values, moment, pointer)
        data |= {"project_id": place, "parent_id": parent.id if parent else None}
        task = await tasks.create_task(session, actor, read_settings(TaskCreate, data, pointer))
        await session.flush()
        parents[level] = task
        made.append(task)
    return made


def _walk(body: TemplateTask, level: int, pointer: str) -> Iterator[tuple[int, TemplateTask, str]]:
    yield level, body, pointer
    for index, each in enumerate(body.subtasks):
        yield from _walk(each, level + 1, f"{pointer}/subtasks/{index}")


def fields_of(
    body: TemplateTask, values: Mapping[str, str], moment: Moment, pointer: str
) -> dict[str, Any]:
    """As `POST /tasks` takes them, without the place."""
    given = body.model_dump(mode="json", exclude_unset=True, exclude=set(SEPARATE))
    found: dict[str, Any] = {name: _filled(value, values) for name, value in given.items()}
    # A variable may make it longer than a title can be.
    found["title"] = found["title"][:200]
    for name, field in (("due", "due_at"), ("start", "start_at")):
        if text := getattr(body, name):
            found[field] = _at(_filled(text, values), moment, f"{pointer}/{name}")
    return found


def _filled(value: Any, values: Mapping[str, str]) -> Any:  # any field's value
    if isinstance(value, str):
        return MARK.sub(lambda mark: values[mark[1]], value)
    return [_filled(each, values) for each in value] if isinstance(value, list) else value


def _at(text: str, moment: Moment, pointer: str) -> str:
    found = dates.moment(text, moment.now, moment.zone, moment.language)
    if found is None:
        detail = f"{text!r} is no date. Write it like {dates.EXAMPLES}."
        raise invalid_field(pointer, detail, "relative_date")
    return found.isoformat().replace("+00:00", "Z")
