"""Pure: which parts of a content a Range header asks for (RFC 9110, section 14)."""

import re
from itertools import pairwise
from typing import Final, NamedTuple

from upnext.core.errors import AppError

MOST: Final = 16
"""Parts of one request. More are refused: each costs a part of the answer."""
_LONGEST = 400
_UNIT = re.compile(r"\s*([!#$%&'*+.^_`|~0-9A-Za-z-]+)\s*=(.*)", re.DOTALL)
_PART = re.compile(r"\s*(\d{0,18})-(\d{0,18})\s*")


class RangeRefused(AppError):
    status = 416
    code = "range_not_satisfiable"
    title = "Range not satisfiable"


class Part(NamedTuple):
    start: int
    length: int

    @property
    def end(self) -> int:
        """Its last byte."""
        return self.start + self.length - 1


def parts_of(header: str | None, size: int) -> list[Part] | None:
    """None: all of it. Raises RangeRefused for what has no meaning, or nothing to give."""
    found = _UNIT.fullmatch(header) if header is not None else None
    if found is None or found[1].lower() != "bytes":
        return None
    texts = found[2].split(",") if len(found[2]) <= _LONGEST else []
    if not texts or len(texts) > MOST:
        raise _refused(size, f"Ask for at most {MOST} ranges.")
    parts = [part for text in texts if text.strip() and (part := _part(text, size))]
    if not parts:
        raise _refused(size, f"The file has {size:,} bytes.")
    return _joined(parts)


def _part(text: str, size: int) -> Part | None:
    """None: it lies beyond the end."""
    found = _PART.fullmatch(text)
    if found is None or not (found[1] or found[2]):
        raise _refused(size, "A range looks like bytes=0-99, bytes=100- or bytes=-100.")
    if not found[1]:
        length = min(int(found[2]), size)
        return Part(size - length, length) if length else None
    first, last = int(found[1]), int(found[2]) if found[2] else size - 1
    if found[2] and last < first:
        raise _refused(size, "The range ends before it begins.")
    if first >= size:
        return None
    return Part(first, min(last, size - 1) - first + 1)


def _joined(parts: list[Part]) -> list[Part]:
    """Those that overlap or touch become one; the order stays if none do."""
    ordered = sorted(parts)
    apart = all(a.end + 1 < b.start for a, b in pairwise(ordered))
    if apart:
        return parts
    found = [ordered[0]]
    for part in ordered[1:]:
        last = found[-1]
        if part.start <= last.end + 1:
            found[-1] = Part(last.start, max(last.end, part.end) - last.start + 1)
        else:
            found.append(part)
    return found


def _refused(size: int, detail: str) -> RangeRefused:
    return RangeRefused(detail, headers={"Content-Range": f"bytes */{size}"})
