"""Who set a task's values where it comes from: its `classification` in our own export."""

from collections.abc import Mapping
from typing import Any, Final

from pydantic import ValidationError

from upnext.tasks import deriving
from upnext.tasks.schemas import TaskClassification

_LONGEST_REASON: Final = 200
_LONGEST_VALUE: Final = 50


def provenance(said: Any) -> Mapping[str, Any] | None:
    """Whose the values are, where that makes sense; else they are taken for the user's."""
    try:
        found = TaskClassification.model_validate(said)
    except ValidationError:
        return None
    whole = found.model_dump(exclude_none=True, exclude={"state"})
    fields = {name: _source(about) for name, about in whole.items()}
    # All of them or none: what is missing would be somebody's without anybody saying so.
    if fields.keys() != deriving.NAMES or not all(map(_plausible, fields.values())):
        return None
    return {"state": found.state, **fields}


def _source(about: dict[str, Any]) -> dict[str, Any]:
    proposal = about.pop("suggestion", None)
    if proposal and len(str(proposal["value"])) <= _LONGEST_VALUE and _plausible(proposal):
        about["suggestion"] = _source(proposal)
    if "reason" in about:
        about["reason"] = about["reason"][:_LONGEST_REASON]
    return about


def _plausible(about: Mapping[str, Any]) -> bool:
    return about["source"] in deriving.SOURCES and 0 <= about["confidence"] <= 1
