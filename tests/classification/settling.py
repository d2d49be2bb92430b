"""Short ways: seal, and do the jobs that this makes."""

from typing import Any

from tests.kit.app import Person, seal
from tests.kit.jobs import work_off
from tests.tasks.making import get, make
from upnext.core.jobs import OUTBOUND
from upnext.core.runtime import Runtime


async def settled(runtime: Runtime) -> None:
    """What the server's sealer and jobs would do in a moment."""
    await seal(runtime)
    await work_off(runtime, queue=OUTBOUND)


async def derived(runtime: Runtime, person: Person, title: str, **fields: Any) -> Any:  # a task
    task = await make(person, title=title, **fields)
    await settled(runtime)
    return await get(person, task)
