"""What a schedule can do: kinds of actions, by name, as the manifest lists them.

A kind has up to three parts. `perform` is the slow half, for what lies outside of the database: it
holds no transaction, may run more than once, and gets a stable id to be recognised by. `apply` runs
in the transaction that ends the run, so that its effects happen once. `preview` says what the two
would do now, in a transaction that is thrown away.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypedDict, TypeVar
from uuid import UUID

from pydantic import BaseModel, ValidationError
from sqlalchemy.ext.asyncio import AsyncSession

from upnext.core.auth import Actor
from upnext.core.errors import FieldError, Invalid, invalid_field
from upnext.core.runtime import Runtime
from upnext.tasks.filtering import Fields


@dataclass(frozen=True, slots=True, kw_only=True)
class Doing:
    """What an action sees of the run that it is done for. `run_id` stays the same over all
    attempts."""

    run_id: UUID
    schedule_id: UUID
    schedule_name: str
    workspace_id: UUID
    actor: Actor
    time_zone: str
    language: str
    fields: Fields
    now: datetime


Output = Mapping[str, Any]
"""In JSON's values: what is kept of a run."""

# The settings of an action are an instance of its kind's own model; what `perform` gives goes to
# `apply`, and nowhere else.
Check = Callable[[AsyncSession, Doing, Any], Awaitable[None]]
Perform = Callable[[Runtime, Doing, Any], Awaitable[Any]]
Apply = Callable[[AsyncSession, Doing, Any, Any], Awaitable[Output]]
Preview = Callable[[AsyncSession, Doing, Any], Awaitable[Output]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ActionKind:
    """`settings` are the fields of `action` beside `type`. `check` refuses, when a schedule is
    made, what its owner may not ask for; whoever made it may lose that right later, so that
    `apply` asks again."""

    name: str
    settings: type[BaseModel]
    apply: Apply
    preview: Preview
    perform: Perform | None = None
    check: Check | None = None


M = TypeVar("M", bound=BaseModel)
ActionKinds = Mapping[str, ActionKind]


class Registries(TypedDict):
    """What the process knows of other domains."""

    kinds: ActionKinds
    fields: Fields


def action_kinds(*kinds: ActionKind) -> ActionKinds:
    """Refuses two kinds of one name."""
    found = {kind.name: kind for kind in kinds}
    if len(found) != len(kinds):
        raise ValueError("two actions of one name")
    return found


def read_action(
    kinds: ActionKinds, given: Mapping[str, Any], pointer: str = "/action"
) -> tuple[ActionKind, BaseModel]:
    """The kind, and its settings. Raises Invalid, with a pointer to each field that is wrong."""
    name = given.get("type")
    kind = kinds.get(name) if isinstance(name, str) else None
    if kind is None:
        known = ", ".join(sorted(kinds))
        detail = f"There is no action {name!r} on this server. There are: {known}."
        raise invalid_field(f"{pointer}/type", detail, "unknown_action")
    return kind, read_settings(
        kind.settings, {name: value for name, value in given.items() if name != "type"}, pointer
    )


def read_settings(model: type[M], given: Mapping[str, Any], pointer: str) -> M:
    try:
        return model.model_validate(given)
    except ValidationError as error:
        found = error.errors(include_url=False, include_context=False, include_input=False)
        errors = [_told(each["type"], each["msg"], each["loc"], pointer) for each in found]
        raise Invalid(errors[0]["detail"], errors=errors) from None


def _told(kind: str, message: str, where: tuple[int | str, ...], pointer: str) -> FieldError:
    detail = "There is no such field." if kind == "extra_forbidden" else message
    return {"pointer": "/".join([pointer, *map(str, where)]), "detail": detail}
