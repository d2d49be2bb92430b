"""What the metrics say of the work that waits."""

import httpx

from tests.core.test_metrics import samples
from tests.kit.app import MakeUser, good
from upnext.core.runtime import Runtime


async def test_the_page_has_ages_and_outcomes(
    make_user: MakeUser, client: httpx.AsyncClient, runtime: Runtime
) -> None:
    person = await make_user()
    good(await person.client.post("/tasks", json={"title": "Wait for the sealer"}))
    runtime.metrics.worked("mail.send", 0.02)
    runtime.metrics.job_failures.labels("mail.send").inc()
    runtime.metrics.webhooks.labels("delivered").inc()
    page = (await client.get("http://localhost/metrics")).text
    found = {name for name, _ in samples(page)}
    assert {
        "upnext_job_age_seconds",
        "upnext_schedule_lag_seconds",
        "upnext_unsealed_age_seconds",
        "upnext_database_up",
        "job_duration_seconds_bucket",
        "job_failures_total",
        "webhook_deliveries_total",
    } <= found
    assert samples(page)["upnext_unsealed_changes", frozenset()] > 0
