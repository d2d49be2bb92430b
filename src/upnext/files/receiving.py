"""An upload as it comes: to a temporary file piece by piece, with its digest and size counted.

Whatever its size, a few hundred kB of it are in memory. The multipart parser underneath reports
what it sees by callbacks; `Form` turns these into one file and some short fields.
"""

import asyncio
import contextlib
import hashlib
import os
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from python_multipart import MultipartParser
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import parse_options_header

from upnext.core.errors import AppError, BadRequest, TooLarge, invalid_field
from upnext.core.storage import PIECE, Storage
from upnext.core.storage.local import complaints
from upnext.files.kinds import HEAD

FORM: Final = "multipart/form-data"
FILE: Final = "file"
MOST_PARTS: Final = 10
LONGEST_FIELD: Final = 1_000


class UnsupportedType(AppError):
    status = 415
    code = "unsupported_media_type"
    title = "Unsupported media type"


@dataclass(slots=True)
class Incoming:
    """A whole file of the form, in a temporary file of this machine."""

    path: Path
    size: int
    sha256: bytes
    head: bytes


class Spool:
    """A temporary file that counts and digests what is written to it."""

    def __init__(self, folder: Path, most: int) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=folder, prefix="up-")
        self.path = Path(name)
        self._file = os.fdopen(descriptor, "wb")
        self._most = most
        self._digest = hashlib.sha256()
        self._waiting = bytearray()
        self.size = 0
        self.head = b""

    def add(self, data: bytes) -> None:
        """Raises TooLarge with the first byte too many."""
        self.size += len(data)
        if self.size > self._most:
            raise TooLarge(
                f"The file is larger than {self._most:,} bytes.",
                code="file_too_large",
                limit=self._most,
            )
        if len(self.head) < HEAD:
            self.head += data[: HEAD - len(self.head)]
        self._waiting += data

    async def settle(self, *, all_of_it: bool = False) -> None:
        """Writes what waits, if it is worth the way to a thread."""
        if len(self._waiting) >= PIECE or (all_of_it and self._waiting):
            piece, self._waiting = self._waiting, bytearray()
            await asyncio.to_thread(self._write, piece)

    def _write(self, piece: bytearray) -> None:
        self._digest.update(piece)
        with complaints():
            self._file.write(piece)

    async def finish(self) -> Incoming:
        await self.settle(all_of_it=True)
        with complaints():
            await asyncio.to_thread(self._file.close)
        return Incoming(self.path, self.size, self._digest.digest(), self.head)

    def drop(self) -> None:
        # What could not be written before it can be no more, and need not be.
        with contextlib.suppress(OSError):
            self._file.close()
        self.path.unlink(missing_ok=True)


@dataclass(slots=True)
class Form:
    """What the parser has seen: call `feed` with its bytes, and `settle` in between."""

    boundary: bytes
    storage: Storage
    most: int
    fields: dict[str, str] = field(default_factory=dict)
    filename: str = ""
    spool: Spool | None = None
    _name: str = ""
    _is_file: bool = False
    _text: bytearray = field(default_factory=bytearray)
    _header: tuple[bytes, bytes] = (b"", b"")
    _disposition: bytes = b""
    _parts: int = 0
    _ended: bool = False
    _parser: MultipartParser | None = None

    def feed(self, data: bytes) -> None:
        """Raises BadRequest for what is no form."""
        if self._parser is None:
            self._parser = _parser(self)
        try:
            self._parser.write(data)
        except FormParserError:
            raise bad_form("The form cannot be read.") from None

    def end(self) -> None:
        """Raises BadRequest unless all of it came: a half of a file is none."""
        if not self._ended:
            raise bad_form("The form breaks off before its end.")

    def on_end(self) -> None:
        self._ended = True

    def on_part_begin(self) -> None:
        self._parts += 1
        if self._parts > MOST_PARTS:
            raise bad_form(f"The form has more than {MOST_PARTS} parts.")
        self._text, self._disposition = bytearray(), b""

    def on_header_field(self, data: bytes, start: int, end: int) -> None:
        self._header = (self._header[0] + data[start:end], b"")

    def on_header_value(self, data: bytes, start: int, end: int) -> None:
        self._header = (self._header[0], self._header[1] + data[start:end])

    def on_header_end(self) -> None:
        name, value = self._header
        if name.lower() == b"content-disposition":
            self._disposition = value
        self._header = (b"", b"")

    def on_headers_finished(self) -> None:
        _, options = parse_options_header(self._disposition)
        if b"name" not in options:
            raise bad_form("A part of the form has no name.")
        self._name = options[b"name"].decode("utf-8", "replace")
        if self._name in self.fields or (self._name == FILE and self.spool is not None):
            raise bad_form(f"The form repeats the field {self._name[:40]}.")
        self._is_file = self._name == FILE and b"filename" in options
        if self._is_file:
            self.filename = options[b"filename"].decode("utf-8", "replace")
            with complaints():
                self.spool = Spool(self.storage.incoming, self.most)

    def on_part_data(self, data: bytes, start: int, end: int) -> None:
        if self._is_file and self.spool is not None:
            self.spool.add(data[start:end])
            return
        self._text += data[start:end]
        if len(self._text) > LONGEST_FIELD:
            raise bad_form(f"The field {self._name[:40]} is longer than {LONGEST_FIELD} bytes.")

    def on_part_end(self) -> None:
        if not self._is_file:
            try:
                self.fields[self._name] = self._text.decode()
            except UnicodeDecodeError:
                raise bad_form(f"The field {self._name[:40]} is not UTF-8.") from None

    def drop(self) -> None:
        if self.spool is not None:
            self.spool.drop()


def _parser(form: Form) -> MultipartParser:
    return MultipartParser(
        form.boundary,
        {
            "on_part_begin": form.on_part_begin,
            "on_part_data": form.on_part_data,
            "on_part_end": form.on_part_end,
            "on_header_field": form.on_header_field,
            "on_header_value": form.on_header_value,
            "on_header_end": form.on_header_end,
            "on_headers_finished": form.on_headers_finished,
            "on_end": form.on_end,
        },
    )


async def receive(
    content_type: str, body: AsyncIterator[bytes], storage: Storage, most: int
) -> tuple[Form, Incoming]:
    """Reads the body to its end. Whatever is raised, the temporary file is gone by then; else it
    is the caller's to drop."""
    kind, options = parse_options_header(content_type)
    if kind.lower() != FORM.encode():
        raise UnsupportedType(f"Send the file as {FORM}, in a field called {FILE}.")
    if not options.get(b"boundary"):
        raise bad_form("The form has no boundary.")
    form = Form(options[b"boundary"], storage, most)
    try:
        async for data in body:
            form.feed(data)
            if form.spool is not None:
                await form.spool.settle()
        form.end()
        return form, await _finished(form)
    except BaseException:  # also a client that is gone: no half file may stay
        form.drop()
        raise


async def _finished(form: Form) -> Incoming:
    if form.spool is None:
        raise invalid_field("/file", "must be there, as a file", "missing")
    return await form.spool.finish()


def bad_form(detail: str) -> BadRequest:
    return BadRequest(detail, code="invalid_form")
