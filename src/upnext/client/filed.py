"""What the API says of a file."""

from typing import TypedDict

_KILO = 1_000


class StoredFile(TypedDict):
    id: str
    filename: str
    size: int
    content_type: str
    sha256: str
    task_id: str | None
    created_at: str


def size_of(file: StoredFile) -> str:
    """As people say it: 812 B, 14 kB, 2.5 MB."""
    size = float(file["size"])
    if size < _KILO:
        return f"{file['size']} B"
    for unit in ("kB", "MB"):
        size /= _KILO
        if size < _KILO:
            return f"{size:.1f} {unit}" if size < 10 else f"{size:.0f} {unit}"  # noqa: PLR2004  (two digits are enough)
    return f"{size / _KILO:.1f} GB"
