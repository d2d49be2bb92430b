"""From a row of `queries.SHOWN` to JSON."""

from typing import Any

from upnext.files.queries import SHOWN_NAMES

Wire = dict[str, Any]
_AS_THEY_ARE = (
    "id",
    "filename",
    "size",
    "content_type",
    "workspace_id",
    "project_id",
    "task_id",
    "created_by",
    "created_at",
    "updated_at",
    "version",
)


def file_wire(row: Any) -> Wire:  # a row of the lane or of a session
    found: Wire = dict(zip(SHOWN_NAMES, row, strict=True))
    width, height = found["width"], found["height"]
    return {name: found[name] for name in _AS_THEY_ARE} | {
        "sha256": bytes(found["sha256"]).hex(),
        "image": {"width": width, "height": height} if width and height else None,
        "thumbnail": bool(found["thumbnail"]),
    }
