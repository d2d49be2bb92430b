"""Comments and links that are shared."""

from bench.contract.world.builder import Builder, named
from bench.contract.world.teams import PROJECT, Team

TASK, COMMENT = "/tasks/{task_id}", "/comments/{comment_id}"


def build(builder: Builder, team: Team) -> None:
    _comments(builder)
    _links(builder, team)


def _comments(builder: Builder) -> None:
    task_id = builder.made("/tasks", 1)[0]

    def comments(count: int) -> list[str]:
        path, body = f"/tasks/{task_id}/comments", {"body": "Work"}
        return [builder.good("POST", path, body)["id"] for _ in range(count)]

    builder.pool("comment_id", comments(20))
    builder.places(f"DELETE {COMMENT}", named("comment_id", comments(30)))
    gone = comments(30)
    for one in gone:
        builder.good("DELETE", f"/comments/{one}")
    builder.places(f"POST {COMMENT}/restore", named("comment_id", gone))
    # What is answered lies on the same task, in a thread.
    builder.places(f"GET {TASK}/comments", named("task_id", [task_id]))
    builder.places(f"POST {TASK}/comments", named("task_id", [task_id]))
    threads = comments(10)
    builder.pool("thread_id", threads)
    builder.pool(f"POST {TASK}/comments parent_id", threads)


def _links(builder: Builder, team: Team) -> None:
    of_task = builder.made("/tasks", 1)[0]
    for where, name, one in (
        ("tasks", "task_id", of_task),
        ("projects", "project_id", team.project_id),
    ):
        path, body = f"/{where}/{one}/links", {"access": "read"}
        made = [builder.good("POST", path, body) for _ in range(12)]
        operation = f"DELETE /{where}/{{{name}}}/links/{{link_id}}"
        builder.places(
            operation, named("link_id", [link["id"] for link in made[4:]], **{name: one})
        )
        if where == "tasks":
            builder.places(
                "GET /share/{token}", named("token", [link["token"] for link in made[:4]])
            )
    builder.pool(f"POST {PROJECT}/links project_id", builder.made("/projects", 10))
