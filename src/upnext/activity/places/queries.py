"""Where the things are that changes speak of."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, CompoundSelect, Integer, case, literal, select, union_all
from sqlalchemy import cast as cast_sql

from upnext.automation.models import Rule, Template
from upnext.boards.models import Board, Column
from upnext.comments.models import Comment
from upnext.files.models import File
from upnext.goals.models import Goal
from upnext.tasks.models import Task
from upnext.timetracking.models import TimeEntry
from upnext.workspaces.models import Project

HERE, SILENCED = 0, 1


def places(
    tasks: Collection[UUID], projects: Collection[UUID], others: Collection[UUID]
) -> CompoundSelect[Any]:
    """Rows of (id, its project, whether what it said is told to nobody any more).

    `others` are things of any other kind: ids are unique over all of them.
    """
    gone = case((Comment.deleted_at.is_not(None), SILENCED), else_=HERE)
    return union_all(
        select(Task.id, Task.project_id, _here()).where(Task.id.in_(tasks)),
        select(Project.id, Project.id, _here()).where(Project.id.in_(projects)),
        select(Goal.id, Goal.project_id, _here()).where(Goal.id.in_(others)),
        select(Board.id, Board.project_id, _here()).where(Board.id.in_(others)),
        select(Column.id, Column.project_id, _here()).where(Column.id.in_(others)),
        select(Comment.id, Task.project_id, cast_sql(gone, Integer))
        .join(Task, Task.id == Comment.task_id)
        .where(Comment.id.in_(others)),
        select(File.id, File.project_id, _here()).where(
            File.id.in_(others), File.task_id.is_(None)
        ),
        select(File.id, Task.project_id, _here())
        .join(Task, Task.id == File.task_id)
        .where(File.id.in_(others)),
        select(TimeEntry.id, Task.project_id, _here())
        .join(Task, Task.id == TimeEntry.task_id)
        .where(TimeEntry.id.in_(others)),
        select(Template.id, Template.project_id, _here()).where(Template.id.in_(others)),
        select(Rule.id, Rule.project_id, _here()).where(Rule.id.in_(others)),
    )


def _here() -> ColumnElement[int]:
    return literal(HERE, Integer)
