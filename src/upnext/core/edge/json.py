"""JSON that has exactly one reading.

The standard library's parser, since only it shows repeated keys and the digits of a number: orjson
keeps the last of two equal keys and turns an integer past 64 bits into a float.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from math import isinf
from typing import NoReturn

from upnext.core.errors import Invalid

DEEPEST = 32
CONTAINERS = (dict, list)
SMALLEST, LARGEST = -(2**63), 2**63 - 1
# Every integer of so few digits fits into 64 bits; none of more than LONG does.
SHORT, LONG = 18, 20
# Far beyond the digits that a float can hold.
LONGEST_REAL = 400
# Of NUL, or of a half of a surrogate pair.
SUSPICIOUS_ESCAPE = re.compile(rb"\\u(?:0000|[dD][89a-fA-F])")

Trail = tuple["Trail", str | int] | None


class _Refused(ValueError):
    """Something the parser sees, which does not know where in the value it is."""

    def __init__(self, code: str, detail: str, member: str | None = None) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail
        self.member = member


def parse(body: bytes) -> object:
    """Raises Invalid (422), with a pointer to the place where there is one."""
    try:
        text = body.decode()
        value = _STRICT.decode(text)
    except UnicodeDecodeError as error:
        at = f"byte {error.start:,}"
        raise Invalid(f"The body is not UTF-8 (at {at}).", code="invalid_utf8") from None
    except _Refused as refused:
        raise _located(text, refused) from None
    except json.JSONDecodeError as error:
        at = f"line {error.lineno:,}, column {error.colno:,}"
        raise Invalid(f"The body is not JSON: {error.msg} at {at}.", code="invalid_json") from None
    except RecursionError:
        raise _too_deep() from None
    if body.count(b"[") + body.count(b"{") > DEEPEST:
        _check_depth(value)
    # Raw JSON text cannot hold what the texts are checked for; an escape can.
    if SUSPICIOUS_ESCAPE.search(body):
        _check_texts(value)
    return value


class _Reader:
    """Reads one value at a time for the standard parser; `refuse` gets what cannot stand."""

    def __init__(self, refuse: Callable[[_Refused], object]) -> None:
        self._refuse = refuse
        self.decode = json.JSONDecoder(
            object_pairs_hook=self._members,
            parse_int=self._integer,
            parse_float=self._real,
            parse_constant=self._constant,
        ).decode

    def _members(self, pairs: list[tuple[str, object]]) -> object:
        found = dict(pairs)
        if len(found) == len(pairs):
            return found
        return self._refuse(_Refused("duplicate_key", "This key occurs twice.", _repeated(pairs)))

    def _integer(self, digits: str) -> object:
        if len(digits) <= SHORT:
            return int(digits)
        if len(digits) <= LONG and SMALLEST <= int(digits) <= LARGEST:
            return int(digits)
        return self._refuse(_Refused("number_out_of_range", "An integer must fit into 64 bits."))

    def _real(self, digits: str) -> object:
        if len(digits) > LONGEST_REAL or isinf(number := float(digits)):
            return self._refuse(_Refused("number_out_of_range", "This number is too large."))
        return number

    def _constant(self, name: str) -> object:
        return self._refuse(_Refused("invalid_number", f"{name} is not a number in JSON."))


def _raise(refused: _Refused) -> NoReturn:
    raise refused


_STRICT = _Reader(_raise)
# Puts the refusal where the value would be, so that a walk over the rest finds its place.
_MARKING = _Reader(lambda refused: refused)


def _repeated(pairs: list[tuple[str, object]]) -> str | None:
    seen: set[str] = set()
    for key, _ in pairs:
        if key in seen:
            return key
        seen.add(key)
    return None


def _located(text: str, refused: _Refused) -> Invalid:
    """Parses again: the first pass stopped inside the parser. Only bad requests pay for it."""
    try:
        value = _MARKING.decode(text)
    except json.JSONDecodeError:
        return Invalid(refused.detail, code=refused.code)
    for node, trail in _walk(value):
        if isinstance(node, _Refused):
            place = trail if node.member is None else (trail, node.member)
            return _invalid(node.code, node.detail, place)
    return Invalid(refused.detail, code=refused.code)


def _check_depth(value: object) -> None:
    level = [value]
    for _ in range(DEEPEST):
        level = [
            child
            for node in level
            if isinstance(node, CONTAINERS)
            for child in (node.values() if isinstance(node, dict) else node)
            if isinstance(child, CONTAINERS)
        ]
        if not level:
            return
    raise _too_deep()


def _too_deep() -> Invalid:
    return Invalid(f"The body is nested more than {DEEPEST} deep.", code="nested_too_deep")


def _check_texts(value: object) -> None:
    for node, trail in _walk(value):
        texts: Iterable[object] = node if isinstance(node, dict) else (node,)
        for text in texts:
            if isinstance(text, str) and (why := unstorable(text)):
                raise _invalid("invalid_text", why, trail)


def unstorable(text: str) -> str | None:
    """Why no database and no UTF-8 file can hold this text, if so."""
    if "\0" in text:
        return "This text has a NUL character."
    try:
        text.encode()
    except UnicodeEncodeError:
        return "This text has half of a surrogate pair."
    return None


def _walk(value: object) -> Iterator[tuple[object, Trail]]:
    """Every value in it, each with the way back to the root."""
    pending: list[tuple[object, Trail]] = [(value, None)]
    while pending:
        node, trail = pending.pop()
        yield node, trail
        if isinstance(node, dict):
            pending += [(child, (trail, key)) for key, child in node.items()]
        elif isinstance(node, list):
            pending += [(child, (trail, index)) for index, child in enumerate(node)]


def _invalid(code: str, detail: str, trail: Trail) -> Invalid:
    steps: list[str] = []
    while trail is not None:
        trail, step = trail
        # A half of a surrogate pair could not be sent back.
        name = str(step).encode("utf-8", "replace").decode()
        steps.append(name.replace("~", "~0").replace("/", "~1"))
    pointer = "".join(f"/{step}" for step in reversed(steps))
    return Invalid(detail, code=code, errors=[{"pointer": pointer, "detail": detail}])
