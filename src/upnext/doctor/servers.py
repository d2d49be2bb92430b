"""What has to be asked: the database, Redis, the queue, the storage, the mail server."""

import asyncio
import secrets
from collections.abc import AsyncIterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from sqlalchemy.exc import SQLAlchemyError

from upnext.core import migrate
from upnext.core.config import Settings
from upnext.core.errors import AppError
from upnext.core.jobs import JobState
from upnext.core.jobs.instants import DatabaseClock
from upnext.core.jobs.vitals import vitals
from upnext.core.runtime import Runtime
from upnext.core.storage import Storage
from upnext.doctor.findings import Finding, by_limit, fail, ok, warn

PATIENCE: Final = 8.0
UNREACHED: Final = (SQLAlchemyError, AppError, OSError, TimeoutError)


async def database(runtime: Runtime) -> AsyncIterator[Finding]:
    """Nothing of the rest is asked where this fails."""
    try:
        async with asyncio.timeout(PATIENCE):
            found = await migrate.revision_of(runtime.db)
    except UNREACHED as error:
        yield fail(
            "database",
            f"does not answer: {type(error).__name__}",
            "See that it runs, and that DATABASE_URL names it and its password.",
        )
        return
    yield ok("database", f"{runtime.db.dialect} answers")
    yield await _migrations(runtime, found)


async def _migrations(runtime: Runtime, found: str | None) -> Finding:
    newest = migrate.newest()
    if found == newest:
        return ok("migrations", f"at {found}, as this version needs")
    if found is None or found < newest:
        fix = "upnext backup, then: upnext db upgrade"
        return fail("migrations", f"at {found or 'none'}, {newest} is needed", fix)
    try:
        await migrate.ensure_current(runtime.db, runtime.settings.database.url, migrate=False)
    except migrate.SchemaBehind as refusal:
        return fail("migrations", f"at {found}, newer than {newest}", str(refusal))
    text = f"at {found}, newer than {newest}, which this version works with"
    return warn("migrations", text, "Finish the upgrade: start the version that migrated it.")


async def clock(runtime: Runtime) -> AsyncIterator[Finding]:
    there = DatabaseClock(runtime.clock)
    await there.measure(runtime.db)
    seconds = abs(there.offset.total_seconds())
    yield by_limit(
        "clock",
        f"{seconds:.1f} s from the database's",
        seconds,
        (2, 30),
        "Let both machines follow the same time servers (chrony or systemd-timesyncd).",
    )


async def redis(runtime: Runtime) -> AsyncIterator[Finding]:
    state = await runtime.limiter.state()
    if state == "disconnected":
        fix = "See that it runs, and that REDIS_URL names it. Until then each process is alone."
        yield fail("redis", "does not answer", fix)
    else:
        yield ok("redis", "answers" if state == "connected" else "none, and none is needed")


async def queue(runtime: Runtime) -> AsyncIterator[Finding]:
    found = await vitals(runtime)
    running = "See that `upnext serve`, or `upnext worker`, runs, and what it logs."
    yield by_limit(
        "queue", f"the oldest job waits {found.job_age:,.0f} s", found.job_age, (60, 900), running
    )
    yield by_limit(
        "schedules", f"{found.schedule_lag:,.0f} s late", found.schedule_lag, (60, 900), running
    )
    said = f"{found.unsealed} unsealed, the oldest {found.unsealed_age:,.0f} s"
    yield by_limit("changes", said, found.unsealed_age, (60, 900), running)
    if dead := found.jobs[JobState.DEAD] + found.jobs[JobState.FAILED]:
        fix = "GET /api/v1/admin/jobs?state=dead says why; requeue or cancel them there."
        yield warn("queue", f"{dead} jobs were given up", fix)


async def storage(runtime: Runtime) -> AsyncIterator[Finding]:
    kept = runtime.storage
    try:
        async with asyncio.timeout(3 * PATIENCE):
            whole = await _there_and_back(kept)
    except UNREACHED as error:
        yield fail("storage", f"{kept.kind}: {_sentence(error)}", _STORAGE[kept.kind])
        return
    if whole:
        yield ok("storage", f"{kept.kind}: written, read and removed a content")
    else:
        yield fail("storage", f"{kept.kind} gives back something else", _STORAGE[kept.kind])


_STORAGE: Final = {
    "local": "See that UPNEXT_FILES_DIR belongs to this user and has room.",
    "s3": "See S3_BUCKET, the region, the keys, and what the bucket's policy allows.",
}


async def _there_and_back(kept: Storage) -> bool:
    key, content = f"doctor/{secrets.token_hex(8)}", secrets.token_bytes(1_000)
    source = await asyncio.to_thread(_written, kept.incoming, content)
    with source:
        await kept.put(key, Path(source.name) / "content")
    try:
        async with kept.open(key) as found:
            back = b"".join([piece async for piece in found.pieces(0, found.size)])
    finally:
        await kept.remove(key)
    return back == content


def _written(folder: Path, content: bytes) -> "TemporaryDirectory[str]":
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    place = TemporaryDirectory(dir=folder, prefix="up-doctor-")
    (Path(place.name) / "content").write_bytes(content)
    return place


async def mail(settings: Settings) -> AsyncIterator[Finding]:
    """A connection to the SMTP server, without a mail."""
    found = settings.mail
    if found.sendgrid_key is not None:
        yield ok("mail", "leaves by SendGrid")
        return
    if found.host is None:
        fix = "Set EMAIL_HOST (or SENDGRID_API_KEY) when people shall get mails."
        yield warn("mail", "mails stay here as files", fix)
        return
    where = f"{found.host}:{found.port}"
    try:
        async with asyncio.timeout(PATIENCE):
            _, writer = await asyncio.open_connection(found.host, found.port)
    except (OSError, TimeoutError) as error:
        fix = "See EMAIL_HOST and EMAIL_PORT, and that the firewall lets it out."
        yield fail("mail", f"{where} was not reached: {_sentence(error)}", fix)
        return
    writer.close()
    yield ok("mail", f"{where} answers, from {found.sender}")


def _sentence(error: BaseException) -> str:
    return str(error).splitlines()[0] if str(error) else type(error).__name__
