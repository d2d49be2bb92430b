"""What whoever runs the instance acts on: accounts and jobs."""

from typing import Any

from bench.contract.world.builder import Builder, named
from bench.contract.world.teams import Team

USER, JOB = "/admin/users/{user_id}", "/admin/jobs/{job_id}"


def build(builder: Builder, team: Team) -> None:
    ids = [person["id"] for person in team.administered]
    # The first are inherited from, and changed; the others go.
    for operation in (f"GET {USER}", f"PATCH {USER}"):
        builder.places(operation, named("user_id", ids[:3]))
    builder.places(f"POST {USER}/reset-password", named("user_id", ids[3:5]))
    builder.places(f"DELETE {USER}", named("user_id", ids[6:]))
    builder.pool(f"DELETE {USER} transfer_to", ids[5:6])
    builder.pool("administered", ids[:3])
    builder.pool("POST /admin/workspaces/{workspace_id}/transfer user_id", ids[5:6])
    _jobs(builder)


def _jobs(builder: Builder) -> None:
    """Those that wait: what goes to nowhere is tried again later."""
    for one in builder.made("/workspaces", 30):
        body = {"workspace_id": one, "url": "https://hooks.example.org/in", "events": ["*"]}
        hook = builder.good("POST", "/webhooks", body)["id"]
        builder.good("POST", f"/webhooks/{hook}/test")

    def waiting() -> list[Any]:
        found = builder.good("GET", "/admin/jobs?state=pending&kind=webhooks.wake&limit=100")
        items: list[Any] = found["items"]
        return items

    ids = [job["id"] for job in builder.until(waiting, 20)]
    builder.pool("job_id", ids[:2])
    builder.places(f"POST {JOB}/cancel", named("job_id", ids[10:]))
    for one in ids[2:10]:
        builder.http.post(f"/admin/jobs/{one}/cancel")
    builder.places(f"POST {JOB}/requeue", named("job_id", ids[2:10]))
