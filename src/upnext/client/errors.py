"""What can go wrong in a command, as a sentence, a next step and an exit code."""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from upnext.client.pointing import excerpt

Problem = Mapping[str, object]


class ClientError(Exception):
    """Ends a command. `hint` says what to do next; `problem` is the server's own document."""

    exit_code: ClassVar[int] = 1
    code: ClassVar[str] = "refused"

    def __init__(self, message: str, *, hint: str = "", problem: Problem | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.problem = problem

    def document(self) -> dict[str, object]:
        """The error for programs: the server's problem, or one of the same shape made here."""
        own: dict[str, object] = {"code": self.code, "detail": self.message}
        if self.hint:
            own["hint"] = self.hint
        return {**own, **(self.problem or {}), "exit_code": self.exit_code}


class Usage(ClientError):
    """The command cannot mean anything as it was typed."""

    exit_code = 2
    code = "usage"


class NotLoggedIn(ClientError):
    """There is no credential for the server, or the server does not take it."""

    exit_code = 3
    code = "not_logged_in"


class NotFound(ClientError):
    """The thing named does not exist, or may not be seen."""

    exit_code = 4
    code = "not_found"


class Conflict(ClientError):
    """The server's state is not what the command needs."""

    exit_code = 5
    code = "conflict"


class Unreachable(ClientError):
    """No answer from the server, or none that makes sense."""

    exit_code = 6
    code = "unreachable"


FILTERS = "How filters are written: upnext list --help"
_SERVER_ERROR = 500
_KINDS: dict[int, type[ClientError]] = {
    401: NotLoggedIn,
    404: NotFound,
    409: Conflict,
    412: Conflict,
    428: Conflict,
    502: Unreachable,
    503: Unreachable,
    504: Unreachable,
}
_HINTS = {
    401: "Log in: upnext login",
    403: "Your role does not allow this; ask an admin of the workspace.",
    404: "See what there is: upnext list",
    412: "Somebody changed it meanwhile. Look at it again, then repeat: upnext show KEY",
    413: "Send less at once.",
    429: "Wait a little, then repeat.",
    503: "Try again in a moment.",
}


def from_problem(status: int, problem: Problem) -> ClientError:
    """The error for a refusal, in one sentence made of the problem's detail and field errors."""
    kind = _KINDS.get(status, ClientError)
    hint = _HINTS.get(status, "")
    request_id = problem.get("request_id")
    if status >= _SERVER_ERROR and not hint and request_id:
        hint = f"The server's log says more under request {request_id}."
    if where := excerpt(problem):
        return kind(f"{problem.get('detail')}{where}", hint=FILTERS, problem=problem)
    return kind(sentence(problem, status), hint=hint, problem=problem)


def sentence(problem: Problem, status: int) -> str:
    """The problem's detail, followed by each field the server complains about."""
    detail = str(problem.get("detail") or problem.get("title") or f"The server answered {status}.")
    errors = _items(problem.get("errors"))
    if not errors:
        return detail
    fields = f"{'; '.join(map(_field, errors))}."
    # A refusal of one field alone says in its detail what the field says again.
    said = len(errors) == 1 and str(errors[0].get("detail", "")).rstrip(".") in detail
    return fields if said else f"{detail.rstrip('.')}: {fields}"


def _items(errors: object) -> list[Mapping[str, object]]:
    if not isinstance(errors, Sequence) or isinstance(errors, str):
        return []
    return [error for error in errors if isinstance(error, Mapping)]


def _field(error: Mapping[str, object]) -> str:
    name = str(error.get("pointer", "")).lstrip("#/?").replace("/", ".")
    detail = str(error.get("detail", "is not valid")).rstrip(".")
    return f"{name}: {detail}" if name else detail
