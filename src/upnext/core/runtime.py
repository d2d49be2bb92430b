"""Everything one process is made of, built once at its start and handed to the parts."""

from dataclasses import dataclass
from typing import Any

from upnext.core.clock import Clock
from upnext.core.config import Settings
from upnext.core.db import Database
from upnext.core.keys import KeyRing
from upnext.core.limits import Limiter
from upnext.core.metrics import Metrics
from upnext.core.outbound import Outbound
from upnext.core.work import Workshop


@dataclass(frozen=True, slots=True, kw_only=True)
class Runtime:
    settings: Settings
    db: Database
    keys: KeyRing
    clock: Clock
    limiter: Limiter
    metrics: Metrics
    workshop: Workshop
    outbound: Outbound
    # What the domains keep for this process, such as the cache of verified credentials: by name,
    # since core knows no domain.
    parts: dict[str, Any]
