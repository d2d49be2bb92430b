"""All checks, one after the other."""

from collections.abc import AsyncIterator, Callable

from upnext.core.config import Settings
from upnext.core.runtime import Runtime
from upnext.doctor import machine, servers
from upnext.doctor.findings import Finding, State, fail

OF_DATABASE = (servers.clock, servers.queue)


async def examine(settings: Settings, runtime: Runtime) -> AsyncIterator[Finding]:
    """What one check cannot do does not keep the others from being made."""
    for each in (machine.configuration, machine.permissions, machine.disk, machine.addresses):
        for finding in each(settings):
            yield finding
    for finding in machine.backups(settings, runtime.clock.now()):
        yield finding
    healthy = True
    async for finding in servers.database(runtime):
        healthy = healthy and finding.state is State.OK
        yield finding
    for check in (*(OF_DATABASE if healthy else ()), servers.redis, servers.storage):
        async for finding in _guarded(check, runtime):
            yield finding
    async for finding in servers.mail(settings):
        yield finding


async def _guarded(
    check: Callable[[Runtime], AsyncIterator[Finding]], runtime: Runtime
) -> AsyncIterator[Finding]:
    try:
        async for finding in check(runtime):
            yield finding
    except servers.UNREACHED as error:
        yield fail(check.__name__, f"could not be asked: {type(error).__name__}", "See above.")
