"""What can be seen without asking any server: settings, permissions, disk, addresses."""

import os
import shutil
import stat
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from upnext.core.config import Settings
from upnext.core.config.generated import SECRETS_FILE
from upnext.doctor.findings import Finding, fail, ok, warn

LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})
GB: Final = 1_000_000_000
OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO


def configuration(settings: Settings) -> Iterator[Finding]:
    name = "configuration"
    kind = "SQLite and own keys" if settings.embedded else settings.database.url.split(":", 1)[0]
    yield ok(name, f"read: {settings.env}, {kind}")
    if not settings.limits.enabled:
        yield warn(name, "requests are not limited", "Remove RATE_LIMIT_ENABLED=false.")
    if settings.server.workers > 1 and settings.redis.url is None:
        yield warn(
            name,
            f"{settings.server.workers} processes count requests each for itself",
            "Set REDIS_URL, so that limits and live updates are shared.",
        )
    if settings.server.workers > 1 and settings.database.url.startswith("sqlite"):
        yield warn(
            name,
            "several processes write to one SQLite file",
            "Move to PostgreSQL: upnext db move --to postgresql://…",
        )


def permissions(settings: Settings) -> Iterator[Finding]:
    folder = settings.data_dir
    name = "data directory"
    if not folder.is_dir():
        yield fail(name, f"{folder} is not there", f"mkdir -m 700 -p {folder}")
        return
    if not os.access(folder, os.R_OK | os.W_OK | os.X_OK):
        yield fail(name, f"{folder} cannot be written", f"chown it to this user: {os.getuid()}")
        return
    if folder.stat().st_mode & stat.S_IRWXO:
        yield warn(name, f"others may look into {folder}", f"chmod 700 {folder}")
    else:
        yield ok(name, f"{folder} is writable, and closed to others")
    yield from _secrets(folder / SECRETS_FILE)


def _secrets(file: Path) -> Iterator[Finding]:
    if not file.exists():
        return
    if file.stat().st_mode & OTHERS:
        yield fail("secrets", f"others may read {file}", f"chmod 600 {file}")
    else:
        yield ok("secrets", f"{file} is for its owner only")


def disk(settings: Settings) -> Iterator[Finding]:
    folder = settings.data_dir
    if not folder.is_dir():
        return
    found = shutil.disk_usage(folder)
    share = found.free / found.total
    said = f"{found.free / GB:,.1f} GB free, {share:.0%} of the disk of {folder}"
    fix = "Make room, or move the data: see docs/operations/doctor.md."
    if found.free < GB // 2:
        yield fail("disk", said, fix)
    else:
        yield warn("disk", said, fix) if share < 0.1 else ok("disk", said)  # noqa: PLR2004  (a tenth)


def addresses(settings: Settings) -> Iterator[Finding]:
    server, name = settings.server, "addresses"
    url = server.public_url
    if url is None:
        if server.host in LOOPBACK:
            yield ok(name, "serves this machine only")
        else:
            yield warn(
                name,
                f"listens on {server.host} without TLS, and knows no address of its own",
                "Put a proxy with TLS before it and set UPNEXT_PUBLIC_URL=https://….",
            )
        return
    if not url.startswith("https://"):
        yield warn(name, f"people come by {url}, which is not encrypted", "Serve it by https.")
        return
    if not server.trusted_proxies:
        yield warn(
            name,
            "no proxy is trusted, so that everybody seems to come from the proxy's address",
            "Set UPNEXT_TRUSTED_PROXIES to the address of the proxy that ends TLS.",
        )
    else:
        yield ok(name, f"{url} behind a trusted proxy")


def backups(settings: Settings, now: datetime) -> Iterator[Finding]:
    """Of those in a folder. A bucket is asked by `upnext backup` alone."""
    if settings.backup.to == "s3":
        yield ok("backups", "go to S3; look there")
        return
    folder = Path(settings.backup.to or settings.data_dir / "backups").expanduser()
    times = [
        each.stat().st_mtime
        for each in (folder.iterdir() if folder.is_dir() else ())
        if each.suffix in {".tar", ".sealed"}
    ]
    if not times:
        fix = "upnext backup, and a schedule with the action backup (docs/operations/backup.md)"
        yield warn("backups", f"there is none in {folder}", fix)
        return
    age = timedelta(seconds=max(0.0, now.timestamp() - max(times)))
    said = f"{len(times)} in {folder}, the newest {age.total_seconds() / 3600:,.0f} hours old"
    if age > timedelta(days=2):
        yield warn("backups", said, "upnext backup, and see why the schedule does not run")
    else:
        yield ok("backups", said)
    if settings.backup.passphrase is None:
        yield warn("backups", "they are not encrypted", "Set UPNEXT_BACKUP_PASSPHRASE.")
