"""What the generated calls may hit: made through the API, enough of it to delete some.

A call is told apart as `METHOD /path` without the API's prefix, with the path's placeholders.
"""

from bench.contract.world import (
    arranged,
    automated,
    instance,
    mailed,
    personal,
    talked,
    tasks,
    teams,
)
from bench.contract.world.builder import ACCOUNT, Builder, World

__all__ = ["ACCOUNT", "World", "build"]


def build(api: str) -> World:
    builder = Builder(api)
    team = teams.build(builder)
    tasks.build(builder)
    talked.build(builder, team)
    arranged.build(builder, team)
    automated.build(builder, team)
    personal.build(builder)
    instance.build(builder, team)
    mailed.build(builder, team)
    return builder.world
