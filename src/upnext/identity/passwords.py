"""Passwords: which are refused, how they are hashed, and at what pace."""

import asyncio
import os
import sys
import threading
import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from importlib.resources import files
from typing import NamedTuple, TypeVar

import bcrypt
from pwdlib import PasswordHash
from pwdlib.exceptions import UnknownHashError
from pwdlib.hashers.argon2 import Argon2Hasher
from pwdlib.hashers.bcrypt import BcryptHasher

from upnext.core.errors import Unavailable

T = TypeVar("T")

SHORTEST, LONGEST = 8, 128
# OWASP's choice for argon2id: 19 MiB, two passes, one lane.
MEMORY_KIB, PASSES, LANES = 19 * 1024, 2, 1
# bcrypt reads no further; the library refuses more, older ones cut it off.
BCRYPT_BYTES = 72
# One core stays free for everybody else's requests.
PARALLEL = max(1, (os.cpu_count() or 1) - 1)
NICENESS = 10
# Whoever comes later would wait longer than a person does.
LONGEST_QUEUE = 200


class _Bcrypt(BcryptHasher):
    """Verifies what other systems stored, for passwords of any length as they did."""

    def verify(self, password: str | bytes, hash: str | bytes) -> bool:  # noqa: A002  (pwdlib's)
        plain = password.encode() if isinstance(password, str) else password
        stored = hash.encode() if isinstance(hash, str) else hash
        return bcrypt.checkpw(plain[:BCRYPT_BYTES], stored)


_HASHES = PasswordHash(
    (Argon2Hasher(time_cost=PASSES, memory_cost=MEMORY_KIB, parallelism=LANES), _Bcrypt())
)


def crowded() -> Unavailable:
    return Unavailable("Too many people are logging in. Try again.", headers={"Retry-After": "5"})


def _step_back() -> None:
    """Lets the thread hash only with the time that requests leave; Linux alone has it by thread."""
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), NICENESS)


class Pace:
    """Threads of their own, so that many logins neither take all cores nor the loop's pool."""

    def __init__(self, parallel: int, queue: int) -> None:
        self._pool = ThreadPoolExecutor(
            parallel, thread_name_prefix="password", initializer=_step_back
        )
        self._longest = parallel + queue
        self._inside = 0

    async def run(self, work: Callable[[], T]) -> T:
        """Raises Unavailable when too many wait already."""
        if self._inside >= self._longest:
            raise crowded()
        self._inside += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._pool, work)
        finally:
            self._inside -= 1


# Of a password that nobody knows: what is verified where there is no account.
DECOY = (
    "$argon2id$v=19$m=19456,t=2,p=1$AQxGSF5wncEMam2AFrDorA"
    "$JEchShdYypFTDHJqF3irwEcwtJqpzbGURyotBB4TmJM"
)
_PACE = Pace(PARALLEL, LONGEST_QUEUE)


class Verified(NamedTuple):
    """`upgraded` is a new hash to store, when the old one was made another way."""

    matches: bool
    upgraded: str | None


def normal(password: str) -> str:
    """The same text however a keyboard composes it."""
    return unicodedata.normalize("NFKC", password)


@cache
def common() -> frozenset[str]:
    lines = (files("upnext.identity") / "common_passwords.txt").read_text("utf-8").splitlines()
    return frozenset(line for line in lines if line)


def weakness(password: str, *own_names: str | None) -> str | None:
    """Why a normalised password may not be used, as a sentence; None if it may."""
    if not SHORTEST <= len(password) <= LONGEST:
        return f"A password has {SHORTEST} to {LONGEST} characters."
    folded = password.casefold()
    if folded in common():
        return "This is one of the passwords that are tried first. Choose another one."
    parts = {p.casefold() for name in own_names if name for p in (name, name.partition("@")[0])}
    if folded in parts:
        return "This is your own name. Choose another password."
    return None


async def hashed(password: str) -> str:
    """The text to store. Takes a tenth of a second: never inside a transaction."""
    plain = normal(password)
    return await _PACE.run(lambda: _HASHES.hash(plain))


async def verify(password: str, stored: str | None) -> Verified:
    """Whether it is the password of `stored`. None, for no account, costs as much and is never."""
    plain = normal(password)
    return await _PACE.run(lambda: _verify(plain, stored))


def _verify(plain: str, stored: str | None) -> Verified:
    if stored is None:
        _HASHES.verify(plain, DECOY)
        return Verified(matches=False, upgraded=None)
    try:
        return Verified(*_HASHES.verify_and_update(plain, stored))
    except UnknownHashError:
        return Verified(matches=False, upgraded=None)
