"""What the server answers when asked for statistics."""

from typing import TypedDict


class Times(TypedDict):
    count: int
    median_seconds: int | None
    p85_seconds: int | None
    mean_seconds: int | None


class Point(TypedDict):
    start: str
    created: int
    completed: int


class Throughput(TypedDict):
    interval: str
    items: list[Point]


class Stats(TypedDict):
    total: int
    open: int
    completed: int
    cancelled: int
    overdue: int
    blocked: int
    completion_rate: float | None
    by_status: dict[str, int]
    by_priority: dict[str, int]
    by_category: dict[str, int]
    by_tag: dict[str, int]
    throughput: Throughput
    lead_time: Times
    cycle_time: Times
