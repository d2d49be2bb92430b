"""What is forgotten of sessions and of failed logins, and when."""

from datetime import timedelta
from functools import partial

from sqlalchemy import func, select

from tests.identity.conftest import Instance, signed
from tests.kit.app import good, refused
from tests.kit.jobs import work_off
from upnext import manifest
from upnext.core.context import RequestContext
from upnext.core.jobs import enqueue
from upnext.identity import jobs
from upnext.identity.models import LoginSession, LoginThrottle
from upnext.identity.service import KEPT

LOCKING_OUT = 3


async def _sweep(instance: Instance) -> None:
    """As its schedule has it done."""
    runtime = instance.runtime
    context = RequestContext(request_id="test")
    await runtime.workshop.run(context, partial(enqueue, kind=jobs.SWEEP, args={}))
    assert await work_off(runtime) >= 1


async def _count(instance: Instance, model: type[LoginSession | LoginThrottle]) -> int:
    async with instance.runtime.db.read() as session:
        return await session.scalar(select(func.count()).select_from(model)) or 0


async def test_ended_sessions_are_forgotten_after_a_while(fresh: Instance) -> None:
    email, client = await fresh.member()
    ended = await fresh.login(email)
    refresh = {"refresh_token": ended["refresh_token"]}
    assert (await client.post("/auth/logout", json=refresh)).status_code == 204
    await _sweep(fresh)
    assert await _count(fresh, LoginSession) == 1
    fresh.clock.advance(KEPT + timedelta(seconds=1))
    lasting = await fresh.login(email)
    await _sweep(fresh)
    assert await _count(fresh, LoginSession) == 1
    good(await client.get("/auth/me", headers=signed(lasting)))
    refused(await client.post("/auth/refresh", json=refresh), 401)


async def test_failed_logins_are_forgotten_after_a_while(fresh: Instance) -> None:
    email, client = await fresh.member()
    for _ in range(LOCKING_OUT):
        body = {"email": email, "password": "not the right one"}
        refused(await client.post("/auth/login", json=body), 401)
    remembered = await _count(fresh, LoginThrottle)
    await _sweep(fresh)
    assert await _count(fresh, LoginThrottle) == remembered > 0
    fresh.clock.advance(KEPT + timedelta(days=1))
    await _sweep(fresh)
    assert await _count(fresh, LoginThrottle) == 0


def test_the_sweep_is_scheduled() -> None:
    (spec,) = [spec for spec in manifest.SCHEDULES if spec.kind == jobs.SWEEP]
    assert spec.every <= timedelta(days=1)
    assert jobs.SWEEP in manifest.JOBS
