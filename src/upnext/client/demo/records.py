"""What the example is made of: one record per task."""

import hashlib
from dataclasses import dataclass

_LONGEST_ID = 200


@dataclass(frozen=True, kw_only=True)
class Record:
    """A task: the API's fields, and what has to be looked up before it can be sent."""

    external_id: str
    fields: dict[str, object]
    project: str
    goal: str | None = None
    after: tuple[str, ...] = ()
    """External ids of the tasks that must be done first."""

    @property
    def title(self) -> str:
        """The words of the task."""
        return str(self.fields["title"])


def external_id(source: str, identity: str) -> str:
    """The id under which the server knows the task of a source; a long one is hashed."""
    whole = f"{source}:{identity}"
    if len(whole) <= _LONGEST_ID:
        return whole
    return f"{source}:{hashlib.sha256(identity.encode()).hexdigest()}"
