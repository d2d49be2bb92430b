"""Encryption of an archive as a stream: AES-256-GCM in chunks, under a key from a passphrase.

Each chunk's nonce holds its number and whether it is the last, so that chunks which are missing,
moved or cut off are noticed like changed ones. The form is that of STREAM (Hoang, Reyhanitabar,
Rogaway, Vizár 2015).
"""

import os
import struct
from typing import BinaryIO, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from upnext.backups.faults import BadArchive
from upnext.core.config import Secret

MAGIC: Final = b"UPNEXT-SEALED-1\n"
CHUNK: Final = 64 * 1024
TAG: Final = 16
_HEAD: Final = struct.Struct(">BBB16s7s")
_NONCE: Final = struct.Struct(">7sIB")
# Memory for the key: 128 * r * 2**n bytes, so 64 MB.
_N, _R, _P, _MOST_N = 16, 8, 1, 20


class Sealing:
    """Encrypts what is written to it. `close` writes the last chunk, and leaves `out` open."""

    def __init__(self, out: BinaryIO, passphrase: Secret) -> None:
        self._out = out
        salt, self._prefix = os.urandom(16), os.urandom(7)
        self._head = MAGIC + _HEAD.pack(_N, _R, _P, salt, self._prefix)
        self._cipher = AESGCM(_key(passphrase, salt, _N, _R, _P))
        self._waiting = bytearray()
        self._number = 0
        out.write(self._head)

    def write(self, data: bytes) -> int:
        self._waiting += data
        # One byte at least stays, since the last chunk is told apart.
        while len(self._waiting) > CHUNK:
            self._seal(bytes(self._waiting[:CHUNK]), last=False)
            del self._waiting[:CHUNK]
        return len(data)

    def close(self) -> None:
        self._seal(bytes(self._waiting), last=True)

    def _seal(self, plain: bytes, *, last: bool) -> None:
        nonce = _NONCE.pack(self._prefix, self._number, last)
        self._out.write(self._cipher.encrypt(nonce, plain, self._head))
        self._number += 1


class Opening:
    """Reads what `Sealing` wrote. Raises BadArchive, before it gives out anything that is wrong."""

    def __init__(self, source: BinaryIO, passphrase: Secret) -> None:
        """`source` stands behind the magic."""
        raw = source.read(_HEAD.size)
        if len(raw) < _HEAD.size:
            raise BadArchive("The archive is cut off.")
        n, r, p, salt, self._prefix = _HEAD.unpack(raw)
        if not (n <= _MOST_N and r <= _R and p <= _R):
            raise BadArchive("The archive's head is damaged.")
        self._source, self._head = source, MAGIC + raw
        self._cipher = AESGCM(_key(passphrase, salt, n, r, p))
        self._ahead = source.read(CHUNK + TAG)
        self._plain = b""
        self._number = 0

    def read(self, size: int) -> bytes:
        found = bytearray()
        while len(found) < size and (self._plain or self._ahead):
            if not self._plain:
                self._plain = self._open()
                continue
            wanted = size - len(found)
            found += self._plain[:wanted]
            self._plain = self._plain[wanted:]
        return bytes(found)

    def _open(self) -> bytes:
        sealed, self._ahead = self._ahead, self._source.read(CHUNK + TAG)
        nonce = _NONCE.pack(self._prefix, self._number, not self._ahead)
        try:
            plain = self._cipher.decrypt(nonce, sealed, self._head)
        except InvalidTag:
            raise BadArchive(_wrong(self._number)) from None
        self._number += 1
        return plain


def _wrong(number: int) -> str:
    if number == 0:
        return "The passphrase is not the archive's, or its beginning is damaged."
    return f"The archive is damaged or cut off, at its chunk {number}."


def _key(passphrase: Secret, salt: bytes, n: int, r: int, p: int) -> bytes:
    return Scrypt(salt=salt, length=32, n=2**n, r=r, p=p).derive(passphrase.reveal().encode())
