"""The errors a client may see. Everything else is a bug and becomes a 500."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from typing_extensions import TypedDict


class FieldError(TypedDict):
    """`pointer` is an RFC 6901 pointer into the body, or `?name` for a query parameter."""

    pointer: str
    detail: str


class LostRace(Exception):
    """Somebody else was first with what had to be unique, or changed what was relied on.

    The use case can run again.
    """


class AppError(Exception):
    """A refusal. `keep` asks the unit of work to commit what was done before refusing."""

    status: ClassVar[int] = 400
    code: str = "bad_request"
    title: ClassVar[str] = "Bad request"

    def __init__(
        self,
        detail: str,
        *,
        code: str | None = None,
        errors: Sequence[FieldError] = (),
        headers: Mapping[str, str] | None = None,
        keep: bool = False,
        **params: Any,  # whatever helps a client to act; becomes members of the problem
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        if code is not None:
            self.code = code
        self.errors = list(errors)
        self.headers = dict(headers or {})
        self.keep = keep
        self.params = params


class BadRequest(AppError):
    pass


class Unauthorized(AppError):
    status = 401
    code = "unauthorized"
    title = "Not signed in"


class Forbidden(AppError):
    status = 403
    code = "forbidden"
    title = "Not allowed"


class NotFound(AppError):
    status = 404
    code = "not_found"
    title = "Not found"


class Conflict(AppError):
    status = 409
    code = "conflict"
    title = "Conflict"


class PreconditionFailed(AppError):
    status = 412
    code = "precondition_failed"
    title = "Changed meanwhile"


class TooLarge(AppError):
    status = 413
    code = "too_large"
    title = "Too large"


class Invalid(AppError):
    status = 422
    code = "invalid"
    title = "Not valid"


class TooMany(AppError):
    status = 429
    code = "too_many"
    title = "Too many requests"


class Unavailable(AppError):
    status = 503
    code = "unavailable"
    title = "Not available now"


class StorageFull(AppError):
    status = 507
    code = "storage_full"
    title = "Storage is full"


def invalid_field(pointer: str, detail: str, code: str | None = None) -> Invalid:
    """A 422 about one field."""
    return Invalid(detail, code=code, errors=[{"pointer": pointer, "detail": detail}])


def problem(error: AppError, *, instance: str, request_id: str | None) -> dict[str, Any]:
    """The RFC 9457 body of `error`."""
    body: dict[str, Any] = {
        "type": f"urn:upnext:problem:{error.code}",
        "title": error.title,
        "status": error.status,
        "detail": error.detail,
        "instance": instance,
        "code": error.code,
        "request_id": request_id,
    }
    if error.errors:
        body["errors"] = error.errors
    return error.params | body
