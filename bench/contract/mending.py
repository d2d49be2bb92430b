"""What no schema can say, put right in calls that mean to be valid.

Each rule has its reason. What a schema can say belongs into the schema.
"""

import itertools
import re
from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from bench.contract.choosing import choose
from upnext.identity import names, passwords
from upnext.tasks.words import read_instant

Values = dict[str, Any]  # a body or a query, as JSON
PASSWORD = "a long enough password"
FILTER = "p1 or overdue"
NAMES = (f"Filter {number}" for number in itertools.count())
WORD = re.compile("[0-9A-Za-z]")
STRANGERS = (f"stranger{number}@example.com" for number in itertools.count())
# The largest that every database keeps; JSON Schema has no word for "fits into 64 bits" that is
# true of any member of any object.
LARGEST = 2**63 - 1
DEEPEST = 20

ZONES = st.sampled_from(sorted(names.zones()))
"""The format `iana-time-zone`: a list of 600 names, which grows, is no enumeration."""


def mend_query(query: Values, operation: str) -> None:
    # Opaque: only what an earlier answer of the same list gave is one.
    query.pop("cursor", None)
    # Two ways to sort, of which a call uses one; a query's parts are described one by one.
    if "sort_by" in query or "sort_order" in query:
        query.pop("sort", None)
    _words(query)
    if "/stats" in operation:
        _range(query)
    # Kinds of things to find are what the server has; they may also come with commas.
    if query.get("types"):
        query["types"] = ["task"]
    # A project lies in one workspace.
    if query.get("project_id") is not None:
        query.pop("workspace_id", None)
    # A stream goes on behind what has happened, and nobody knows here how much that is.
    if "/events/stream" in operation:
        query.pop("after", None)
    # A plan begins today or a little later.
    if "/plan" in operation:
        query.pop("from", None)


def _range(query: Values) -> None:
    """Its end lies behind its begin, and not too many intervals; and one says whose once."""
    if "from" in query or "to" in query:
        query["from"], query["to"] = "2026-01-01", "2026-02-01"
    if query.get("assignee_id") is not None:
        query.pop("user_id", None)


def mend_body(body: Values, me: str, operation: str) -> None:
    """What lies in a body's own parts is put right as well."""
    for part in ("fields", "filters", "updates"):
        if isinstance(body.get(part), dict):
            mend_body(body[part], me, "")
    for mend in _MENDS:
        mend(body)
    choose(body, operation)
    # An assignee has to be able to see the task: here that is who asks, in any project.
    if people := body.get("assignee_ids"):
        body["assignee_ids"] = [me for _ in people][:1]


def _words(values: Values) -> None:
    """A made-up sentence is none of the filter language, a made-up id no saved filter, and signs
    alone are no words."""
    for name in ("filter", "query"):
        if values.get(name) is not None:
            values[name] = FILTER
    if values.get("saved_filter") is not None:
        values.pop("saved_filter")
    # Something has to be looked for: one word that is not only left out.
    if isinstance(asked := values.get("q"), str) and not WORD.match(asked):
        values["q"] = "x"


def _sharing(body: Values) -> None:
    """What is shared is shared with a workspace; and each name is taken once."""
    if body.get("shared") and not body.get("workspace_id"):
        body["shared"] = False
    if "name" in body and {"query", "shared"} & body.keys():
        body["name"] = next(NAMES)


def _line(body: Values) -> None:
    """A title has 200 characters at most, and something in it, whatever the words around mean."""
    if isinstance(body.get("text"), str) and "name" not in body:
        body["text"] = "x " + body["text"][:150].replace("\n", " ").replace("\0", "")


def _file(body: Values) -> None:
    """What makes a file readable no schema can say; so its options are left to their defaults."""
    if "file" in body:
        body.clear()
        body["file"] = "title\nOne\n"


def _passwords(body: Values) -> None:
    """A list of common ones is refused, and one's own name."""
    for name in ("password", "new_password"):
        value = body.get(name)
        if isinstance(value, str) and passwords.weakness(passwords.normal(value), *_own(body)):
            body[name] = PASSWORD
    # JSON Schema cannot say that two members are equal.
    if body.get("password_confirm") is not None:
        body["password_confirm"] = body["password"]


def _own(body: Values) -> tuple[str | None, str | None]:
    return body.get("email"), body.get("username")


def _addresses(body: Values) -> None:
    """What mail servers take is narrower than the format: no lone dots, no unknown encodings."""
    if isinstance(body.get("email"), str) and "password" in body:
        try:
            names.email(body["email"])
        except ValueError:
            body["email"] = next(STRANGERS)


def _expiry(body: Values) -> None:
    """Has to lie in the future, which no schema knows."""
    if body.get("expires_at") is not None:
        body["expires_at"] = "2999-12-31T23:59:59Z"


def _dates(body: Values) -> None:
    """JSON Schema cannot compare two members."""
    start, due = body.get("start_at"), body.get("due_at")
    if start and due and read_instant(start) > read_instant(due):
        body["start_at"], body["due_at"] = due, start


def _due(body: Values) -> None:
    """What repeats keeps a due date, and which task repeats only the server knows."""
    if "due_at" in body and body["due_at"] is None and "title" in body:
        body.pop("due_at")


def _completion(body: Values) -> None:
    """`completed` is short for a status: given both, they have to agree."""
    if "status" in body:
        body.pop("completed", None)


def _working_hours(body: Values) -> None:
    """Intervals in order and apart, and some work in a week."""
    week = body.get("working_hours")
    if week is None:
        return
    body["working_hours"] = [_apart(day) for day in week]
    if not any(body["working_hours"]):
        body["working_hours"][0] = [[540, 1020]]


def _apart(day: list[list[int]]) -> list[list[int]]:
    ends = sorted({minute for interval in day for minute in interval})
    return [list(pair) for pair in zip(ends[::2], ends[1::2], strict=False)]


def _many(body: Values) -> None:
    """Each is judged on its own, so they are described as any objects; but of JSON that can be
    stored: without NUL, with numbers of 64 bits, and not nested without end."""
    if "tasks" in body:
        body["tasks"] = [_storable(task, DEEPEST) for task in body["tasks"]]


def _storable(value: Any, depth: int) -> Any:  # any JSON
    if not depth:
        return None
    if isinstance(value, dict):
        return {_storable(k, 1): _storable(v, depth - 1) for k, v in value.items()}
    if isinstance(value, list):
        return [_storable(one, depth - 1) for one in value]
    if isinstance(value, str):
        return value.replace("\0", "")
    if isinstance(value, int) and not isinstance(value, bool):
        return max(-LARGEST, min(value, LARGEST))
    return value


def _place(body: Values) -> None:
    """A project lies in one workspace: naming both is right only if one knows which."""
    if body.get("project_id") is not None and "dry_run" not in body:
        body.pop("workspace_id", None)
    # A task on a board lies in a column,
    if body.get("board_id") is not None and body.get("column_id", 0) is None:
        body.pop("column_id")
    # A column lies on one board, and a board in one project.
    if body.get("column_id") is not None:
        body.pop("board_id", None)
        # The column says the status.
        body.pop("status", None)
        body.pop("completed", None)


_MENDS: tuple[Callable[[Values], None], ...] = (
    _addresses, _passwords, _expiry, _dates, _due, _completion, _working_hours, _many,
    _words, _sharing, _line, _file, _place,
)  # fmt: skip
