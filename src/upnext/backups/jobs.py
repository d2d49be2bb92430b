"""The backup that an administrator asked for."""

from typing import Final

from upnext.backups.making import back_up
from upnext.backups.overseeing import MAKE
from upnext.core.jobs.handlers import Attempt, JobHandler
from upnext.core.runtime import Runtime

LONGEST: Final = 6 * 3_600.0


async def make(runtime: Runtime, _: Attempt) -> None:
    await back_up(runtime)


HANDLERS = (JobHandler(kind=MAKE, perform=make, timeout=LONGEST),)
