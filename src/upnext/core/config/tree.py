"""The settings: their names, types, defaults and meaning. Everything else here reads this tree."""

# No postponed annotations here: `declare.specs` reads the marks in them.
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Literal

from upnext.core.config import addresses, values
from upnext.core.config.addresses import Network
from upnext.core.config.auth import AuthSettings
from upnext.core.config.classification import ClassificationSettings
from upnext.core.config.declare import Setting
from upnext.core.config.files import FileSettings
from upnext.core.config.mail import MailSettings
from upnext.core.config.operating import BackupSettings, TelemetrySettings

LARGEST_BODY = 100_000_000
LONGEST_KEPT = 36_500


@dataclass(frozen=True, kw_only=True, slots=True)
class ServerSettings:
    """How the server is reached, and whom it believes about that."""

    host: Annotated[
        str,
        Setting(
            "UPNEXT_HOST",
            addresses.bind_host,
            "Address to listen on. 0.0.0.0 listens on every one; then set ALLOWED_HOSTS too.",
        ),
    ] = "127.0.0.1"
    port: Annotated[
        int,
        Setting(
            "API_PORT",
            values.whole_number(0, 65535),
            "Port to listen on; 0 takes a free one.",
            prefixed="UPNEXT_PORT",
        ),
    ] = 8000
    workers: Annotated[
        int, Setting("UPNEXT_WORKERS", values.whole_number(1, 64), "Server processes.")
    ] = 1
    public_url: Annotated[
        str | None,
        Setting(
            "UPNEXT_PUBLIC_URL",
            addresses.origin,
            "The address under which people reach Upnext; links in mails begin with it.",
            example="https://upnext.example.org",
        ),
    ] = None
    allowed_hosts: Annotated[
        tuple[str, ...],
        Setting(
            "ALLOWED_HOSTS",
            addresses.host_patterns,
            "Host names that requests may name; any other is refused.",
            default="localhost, 127.0.0.1, ::1, UPNEXT_HOST, the host of UPNEXT_PUBLIC_URL",
            example="upnext.example.org",
        ),
    ] = ("localhost", "127.0.0.1", "::1")
    cors_origins: Annotated[
        tuple[str, ...],
        Setting(
            "UPNEXT_CORS_ORIGINS",
            addresses.origins,
            "Origins of other web apps whose pages may call the API.",
            example="https://app.example.org",
        ),
    ] = ()
    trusted_proxies: Annotated[
        tuple[Network, ...],
        Setting(
            "UPNEXT_TRUSTED_PROXIES",
            addresses.networks,
            "Proxies whose X-Forwarded-* headers are believed. Only what you run yourself.",
            example="10.0.0.0/8",
        ),
    ] = ()
    https_redirect: Annotated[
        bool,
        Setting("UPNEXT_HTTPS_REDIRECT", values.flag, "Send plain HTTP requests to https."),
    ] = False
    docs: Annotated[
        bool, Setting("UPNEXT_DOCS", values.flag, "Serve /docs, /redoc and /openapi.json.")
    ] = True


@dataclass(frozen=True, kw_only=True, slots=True)
class DatabaseSettings:
    """Where the data is. `url` begins with sqlite:///, postgresql:// or mysql://."""

    url: Annotated[
        str,
        Setting(
            "DATABASE_URL",
            addresses.database_url,
            "The database. Without it Upnext keeps an SQLite file in its data directory "
            "and makes its own secrets.",
            default="sqlite, upnext.db in the data directory",
            example="postgresql://upnext:PASSWORD@db.example.org/upnext",
        ),
    ] = field(repr=False)
    replica_url: Annotated[
        str | None,
        Setting(
            "DATABASE_REPLICA_URL",
            addresses.database_url,
            "A replica of the database for long reads: exports, the audit log and its proof, "
            "backups. They may lag as the replica does.",
            example="postgresql://upnext:PASSWORD@replica.example.org/upnext",
        ),
    ] = field(default=None, repr=False)
    pool_size: Annotated[
        int,
        Setting(
            "UPNEXT_DATABASE_POOL_SIZE",
            values.whole_number(1, 200),
            "Connections that each process keeps (at least three); processes times this must fit "
            "the server.",
        ),
    ] = 10


@dataclass(frozen=True, kw_only=True, slots=True)
class RedisSettings:
    """Shared cache, rate limits and fan-out; without it each process has its own."""

    url: Annotated[
        str | None,
        Setting(
            "REDIS_URL",
            addresses.redis_url,
            "Redis for cache, rate limits and fan-out; needed only with several machines.",
            example="redis://redis.example.org:6379/0",
        ),
    ] = field(default=None, repr=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class LimitSettings:
    """How much one caller may ask for. Rates are in the notation of the `limits` library."""

    enabled: Annotated[
        bool, Setting("RATE_LIMIT_ENABLED", values.flag, "Whether requests are counted at all.")
    ] = True
    default: Annotated[
        str,
        Setting("RATE_LIMIT_DEFAULT", values.rate, "Requests without an account, per address."),
    ] = "100/minute"
    user: Annotated[str, Setting("RATE_LIMIT_USER", values.rate, "Requests of one user.")] = (
        "1000/minute"
    )
    auth: Annotated[
        str,
        Setting(
            "RATE_LIMIT_AUTH",
            values.rate,
            "Attempts to log in, register or refresh, per address and account.",
        ),
    ] = "10/minute"
    body_bytes: Annotated[
        int,
        Setting(
            "UPNEXT_BODY_BYTES",
            values.whole_number(1_000, LARGEST_BODY),
            "Largest request body in bytes.",
        ),
    ] = 1_000_000
    bulk_body_bytes: Annotated[
        int,
        Setting(
            "UPNEXT_BULK_BODY_BYTES",
            values.whole_number(1_000, LARGEST_BODY),
            "Largest body of a bulk request in bytes.",
        ),
    ] = 5_000_000
    import_body_bytes: Annotated[
        int,
        Setting(
            "UPNEXT_IMPORT_BODY_BYTES",
            values.whole_number(1_000, LARGEST_BODY),
            "Largest upload of an import in bytes.",
        ),
    ] = 25_000_000


@dataclass(frozen=True, kw_only=True, slots=True)
class LogSettings:
    """What is logged, and how."""

    level: Annotated[
        Literal["debug", "info", "warning", "error"],
        Setting(
            "UPNEXT_LOG_LEVEL",
            values.choice("debug", "info", "warning", "error"),
            "The least important events that are logged.",
        ),
    ] = "info"
    format: Annotated[
        Literal["json", "console"],
        Setting(
            "UPNEXT_LOG_FORMAT",
            values.choice("json", "console"),
            "One JSON object per event, or lines for people.",
        ),
    ] = "json"
    file: Annotated[
        Path | None,
        Setting(
            "UPNEXT_LOG_FILE",
            values.file,
            "File that gets the logs as well, beside standard error.",
            example="/var/log/upnext/upnext.log",
        ),
    ] = None
    file_bytes: Annotated[
        int,
        Setting(
            "UPNEXT_LOG_FILE_BYTES",
            values.whole_number(10_000, 10_000_000_000),
            "Size at which that file is put aside and a new one begun.",
        ),
    ] = 50_000_000
    files_kept: Annotated[
        int,
        Setting(
            "UPNEXT_LOG_FILES", values.whole_number(1, 1_000), "How many put aside files stay."
        ),
    ] = 5


@dataclass(frozen=True, kw_only=True, slots=True)
class JobSettings:
    """Who does the background work."""

    embedded: Annotated[
        bool,
        Setting(
            "UPNEXT_JOBS_EMBEDDED",
            values.flag,
            "Whether the server does background jobs itself; if not, run `upnext worker`.",
        ),
    ] = True
    concurrency: Annotated[
        int,
        Setting(
            "UPNEXT_JOBS_CONCURRENCY", values.whole_number(1, 64), "Jobs at a time in one process."
        ),
    ] = 4
    runner: Annotated[
        Literal["embedded", "celery"],
        Setting(
            "UPNEXT_JOBS_RUNNER",
            values.choice("embedded", "celery"),
            "Who runs jobs: the server itself (or `upnext worker`), or the worker processes of "
            "Celery, which `upnext worker` then starts. see docs/realtime.md.",
        ),
    ] = "embedded"
    processes: Annotated[
        int,
        Setting("UPNEXT_JOBS_PROCESSES", values.whole_number(1, 64), "Of each Celery worker."),
    ] = 2
    heartbeat: Annotated[
        Path | None,
        Setting(
            "UPNEXT_HEARTBEAT",
            values.file,
            "File that worker and beat touch every two seconds, for a probe to look at.",
            example="/run/upnext/heartbeat",
        ),
    ] = None
    broker_url: Annotated[
        str | None,
        Setting(
            "CELERY_BROKER_URL",
            addresses.broker_url,
            "Celery's broker, Redis or RabbitMQ. It carries wake-ups; jobs are in the database.",
            default="REDIS_URL",
            example="amqp://upnext:PASSWORD@broker.example.org:5672/upnext",
        ),
    ] = field(default=None, repr=False)
    queue_name: Annotated[
        str,
        Setting("TASK_QUEUE_NAME", values.queue_name, "The broker's queue for the wake-ups."),
    ] = "upnext"
    retry_max: Annotated[
        int,
        Setting(
            "TASK_QUEUE_RETRY_MAX",
            values.whole_number(0, 100),
            "How often a job that failed is tried again before it is given up.",
        ),
    ] = 7


@dataclass(frozen=True, kw_only=True, slots=True)
class RetentionSettings:
    """How long what is over is kept. 0 keeps it for ever."""

    trash_days: Annotated[
        int,
        Setting(
            "UPNEXT_TRASH_DAYS",
            values.whole_number(0, LONGEST_KEPT),
            "Days after which what lies in the trash is deleted for good; 0: never.",
        ),
    ] = 30
    change_days: Annotated[
        int,
        Setting(
            "UPNEXT_CHANGE_DAYS",
            values.whole_number(0, LONGEST_KEPT),
            "Days that the change log (audit, history, activity) goes back; 0: to the beginning.",
        ),
    ] = 400
    webhook_days: Annotated[
        int,
        Setting(
            "UPNEXT_WEBHOOK_DAYS",
            values.whole_number(0, LONGEST_KEPT),
            "Days that the log of webhook deliveries goes back; 0: to the beginning.",
        ),
    ] = 30


@dataclass(frozen=True, kw_only=True, slots=True)
class OutboundSettings:
    """Where the server itself may call: webhooks, and whatever else users give addresses for."""

    allow: Annotated[
        tuple[Network | str, ...],
        Setting(
            "UPNEXT_OUTBOUND_ALLOW",
            addresses.reachable,
            "Private networks and hosts that webhooks may call; else only public addresses.",
            example="10.20.0.0/16,hooks.example.lan",
        ),
    ] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Settings:
    """Everything a process is told from outside. `origins` says by path where each came from."""

    env: Annotated[
        Literal["development", "production", "test"],
        Setting(
            "ENV",
            values.choice(
                "development",
                "production",
                "test",
                also={"dev": "development", "prod": "production", "testing": "test"},
            ),
            "What this instance is for.",
        ),
    ] = "production"
    data_dir: Annotated[
        Path,
        Setting(
            "UPNEXT_DATA_DIR",
            values.directory,
            "Directory of the SQLite file, the generated secrets and uploads.",
            default="$XDG_DATA_HOME/upnext, else ~/.local/share/upnext",
            example="/var/lib/upnext",
        ),
    ]
    # Nobody named a database: Upnext has its own file and its own secrets.
    embedded: bool
    server: ServerSettings = field(default_factory=ServerSettings)
    database: DatabaseSettings
    redis: RedisSettings = field(default_factory=RedisSettings)
    auth: AuthSettings
    limits: LimitSettings = field(default_factory=LimitSettings)
    log: LogSettings = field(default_factory=LogSettings)
    mail: MailSettings = field(default_factory=MailSettings)
    jobs: JobSettings = field(default_factory=JobSettings)
    retention: RetentionSettings = field(default_factory=RetentionSettings)
    outbound: OutboundSettings = field(default_factory=OutboundSettings)
    files: FileSettings = field(default_factory=FileSettings)
    classification: ClassificationSettings = field(default_factory=ClassificationSettings)
    backup: BackupSettings = field(default_factory=BackupSettings)
    telemetry: TelemetrySettings = field(default_factory=TelemetrySettings)
    origins: Mapping[str, str] = field(default_factory=dict, repr=False, compare=False)
