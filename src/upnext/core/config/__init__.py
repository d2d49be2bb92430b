"""Settings: the only place of the server that reads the environment.

`tree` declares them; `load` reads them into that tree and remembers where each came from. Knows
nothing of what the settings are used for. `upnext.core.config.describe` lists them for people.
"""

from upnext.core.config.auth import AuthSettings
from upnext.core.config.errors import ConfigError
from upnext.core.config.loading import load, load_process
from upnext.core.config.operating import BackupSettings, TelemetrySettings
from upnext.core.config.secret import Secret
from upnext.core.config.tree import (
    DatabaseSettings,
    JobSettings,
    LimitSettings,
    LogSettings,
    OutboundSettings,
    RedisSettings,
    RetentionSettings,
    ServerSettings,
    Settings,
)

__all__ = [
    "AuthSettings",
    "BackupSettings",
    "ConfigError",
    "DatabaseSettings",
    "JobSettings",
    "LimitSettings",
    "LogSettings",
    "OutboundSettings",
    "RedisSettings",
    "RetentionSettings",
    "Secret",
    "ServerSettings",
    "Settings",
    "TelemetrySettings",
    "load",
    "load_process",
]
