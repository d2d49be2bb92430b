"""The action `webhook`: posts a JSON message to a URL.

It is not signed, as the deliveries of a webhook are: whoever wants that makes one for
`schedule_run.completed`.
"""

from collections.abc import Mapping
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictBool, StrictInt
from pydantic_core import PydanticCustomError
from sqlalchemy.ext.asyncio import AsyncSession

from upnext.automation.actions import ActionKind, Doing, Output
from upnext.automation.policy import CREATE_RULE
from upnext.core.errors import Invalid, Unavailable
from upnext.core.load import permit
from upnext.core.outbound.calling import Called, call
from upnext.core.outbound.errors import OutboundRefused
from upnext.core.outbound.targets import LONGEST_URL, read_target
from upnext.core.runtime import Runtime
from upnext.core.text import Text, Word

Value = (
    Annotated[str, Text(most=1_000, lines=True)]
    | StrictBool
    | Annotated[StrictInt, Field(ge=-(2**53), le=2**53)]
    | None
)
FINAL = range(400, 500)
COME_AGAIN = {408, 425, 429}


def _callable(url: str) -> str:
    try:
        read_target(url)
    except OutboundRefused as error:
        raise PydanticCustomError("url", "{why}", {"why": error.detail}) from None
    return url


class CallWebhook(BaseModel):
    model_config = ConfigDict(extra="forbid")

    url: Annotated[str, Field(min_length=1, max_length=LONGEST_URL), AfterValidator(_callable)]
    payload: Annotated[
        dict[Word, Value], Field(max_length=50, description="Sent along under `payload`.")
    ] = {}


async def _check(_: AsyncSession, doing: Doing, __: CallWebhook) -> None:
    """As for webhooks: who manages may have the workspace speak to the world."""
    permit(doing.actor, CREATE_RULE, doing.workspace_id)


def _message(doing: Doing, settings: CallWebhook) -> Mapping[str, Any]:
    return {
        "type": "schedule.called",
        "schedule": {"id": str(doing.schedule_id), "name": doing.schedule_name},
        "workspace_id": str(doing.workspace_id),
        "at": doing.now.isoformat(),
        "payload": settings.payload,
    }


async def _perform(runtime: Runtime, doing: Doing, settings: CallWebhook) -> Called:
    permit(doing.actor, CREATE_RULE, doing.workspace_id)
    called = await call(
        runtime.outbound,
        settings.url,
        _message(doing, settings),
        call_id=f"run_{doing.run_id}",
        now=doing.now,
    )
    return ending(called)


def ending(called: Called) -> Called:
    """Raises Invalid for what no further attempt can mend, and Unavailable for the rest."""
    if called.good:
        return called
    said = f"{called.detail} {called.body}".strip()
    refused = called.status is None and called.error == "forbidden_address"
    if refused or (called.status in FINAL and called.status not in COME_AGAIN):
        raise Invalid(said, code="webhook_refused")
    raise Unavailable(said)


async def _apply(_: AsyncSession, __: Doing, ___: CallWebhook, called: Called) -> Output:
    return {"status": called.status, "answer": called.body, "seconds": round(called.seconds, 3)}


async def _preview(session: AsyncSession, doing: Doing, settings: CallWebhook) -> Output:
    await _check(session, doing, settings)
    return {"post": settings.url, "body": dict(_message(doing, settings))}


WEBHOOK = ActionKind(
    name="webhook",
    settings=CallWebhook,
    check=_check,
    perform=_perform,
    apply=_apply,
    preview=_preview,
)
