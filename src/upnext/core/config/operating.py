"""The settings of backups and of looking into a running instance: a part of the tree."""

# No postponed annotations here either: `declare.specs` reads the marks in them.
from dataclasses import dataclass
from typing import Annotated

from upnext.core.config import addresses, values
from upnext.core.config.declare import Setting
from upnext.core.config.secret import Secret


@dataclass(frozen=True, kw_only=True, slots=True)
class BackupSettings:
    """Where backups go, and how many stay."""

    to: Annotated[
        str | None,
        Setting(
            "UPNEXT_BACKUP_TO",
            values.word,
            "Where backups go: a folder, or s3.",
            default="backups, in the data directory",
            example="/mnt/backups",
        ),
    ] = None
    keep: Annotated[
        int,
        Setting(
            "UPNEXT_BACKUP_KEEP",
            values.whole_number(0, 10_000),
            "How many backups stay there when a new one is made; 0: all.",
        ),
    ] = 14
    passphrase: Annotated[
        Secret | None,
        Setting(
            "UPNEXT_BACKUP_PASSPHRASE",
            values.secret_line,
            "Encrypts backups. Keep it elsewhere too: without it nobody can read them.",
        ),
    ] = None
    s3_bucket: Annotated[
        str | None,
        Setting(
            "UPNEXT_BACKUP_S3_BUCKET",
            values.word,
            "Bucket of the backups; keys, region and endpoint are those of the files.",
            default="S3_BUCKET",
            example="upnext-backups",
        ),
    ] = None
    s3_prefix: Annotated[
        str,
        Setting(
            "UPNEXT_BACKUP_S3_PREFIX",
            values.word,
            "What the keys of backups begin with.",
        ),
    ] = "upnext-backups"


@dataclass(frozen=True, kw_only=True, slots=True)
class TelemetrySettings:
    """What a running instance tells to other programs. Off until an address is named."""

    traces_endpoint: Annotated[
        str | None,
        Setting(
            "OTEL_EXPORTER_OTLP_ENDPOINT",
            addresses.origin,
            "Collector of OpenTelemetry that gets traces, by OTLP over HTTP.",
            example="http://localhost:4318",
        ),
    ] = None
    traces_percent: Annotated[
        int,
        Setting(
            "UPNEXT_TRACES_PERCENT",
            values.whole_number(0, 100),
            "Percent of requests that begin a trace; a caller's own trace is always gone on with.",
        ),
    ] = 10
    service_name: Annotated[
        str,
        Setting("OTEL_SERVICE_NAME", values.word, "What the instance is called in traces."),
    ] = "upnext"
    sentry_dsn: Annotated[
        Secret | None,
        Setting(
            "SENTRY_DSN",
            values.secret,
            "Sentry project that gets errors, without bodies, headers or people's addresses.",
        ),
    ] = None
