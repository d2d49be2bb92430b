"""What the API says, as types: the part that the client relies on."""

from typing import NotRequired, TypedDict


class User(TypedDict, total=False):
    id: str
    email: str
    username: str | None
    role: str
    timezone: str
    language: str
    quick_add_mode: str
    working_hours: list[list[list[int]]]


class Workspace(TypedDict, total=False):
    id: str
    name: str
    personal: bool
    role: str


class Project(TypedDict, total=False):
    id: str
    key: str
    name: str
    workspace_id: str
    archived_at: str | None


class SavedFilter(TypedDict, total=False):
    id: str
    name: str
    query: str
    meaning: str
    shared: bool
    workspace_id: str | None


class HitPart(TypedDict):
    text: str
    hit: bool


class Hit(TypedDict):
    kind: str
    id: str
    key: str | None
    title_parts: list[HitPart]
    snippet: list[HitPart]
    status: str | None


class TaskRef(TypedDict):
    id: str
    key: str
    title: str
    status: str


class Dependencies(TypedDict):
    blocked_by: list[TaskRef]
    blocks: list[TaskRef]


class Recurrence(TypedDict):
    rrule: str
    basis: str
    exdates: list[str]
    timezone: str


class Occurrence(TypedDict):
    due_at: str
    start_at: str | None


class Occurrences(TypedDict):
    items: list[Occurrence]
    text: str | None
    next_task_id: str | None


class TaskSla(TypedDict):
    due_at: str
    breached: bool
    state: str
    paused: bool
    first_response_due_at: str | None
    resolution_due_at: str | None


class SlaPolicy(TypedDict, total=False):
    id: str
    priority: str | None
    first_response_minutes: int | None
    resolution_minutes: int | None
    starts_from: str
    business_hours: bool
    pause_statuses: list[str]
    enabled: bool


class SlaKept(TypedDict):
    met: int
    breached: int
    late: int
    open: int
    warning: int
    met_share: float | None


class Holiday(TypedDict):
    date: str
    name: str


class Calendar(TypedDict):
    time_zone: str
    hours: list[list[list[int]]]
    holidays: list[Holiday]
    version: int


class Task(TypedDict, total=False):
    id: str
    key: str
    title: str
    description: str
    status: str
    priority: str
    category: str
    estimated_duration: int | None
    due_at: str | None
    start_at: str | None
    completed_at: str | None
    created_at: str
    tags: list[str]
    context: list[str]
    energy: str | None
    project_id: str
    workspace_id: str
    parent_id: str | None
    goal_id: str | None
    parent: int | None
    board_id: str | None
    over_limit: bool
    blocked: bool
    blocked_by: list[str]
    overdue: bool
    recurrence: Recurrence | None
    sla: TaskSla | None
    version: int


class Progress(TypedDict):
    task_count: int
    done_count: int
    total_minutes: int
    done_minutes: int
    ratio: float | None


class Forecast(TypedDict):
    earliest: str | None
    likely: str | None
    latest: str | None
    minutes_per_week: float | None
    reason: str | None


class Goal(TypedDict):
    id: str
    workspace_id: str
    project_id: str | None
    parent_id: str | None
    title: str
    description: str
    weight: float
    target_date: str | None
    status: str
    progress: Progress
    forecast: Forecast
    outlook: str | None


class BoardColumn(TypedDict, total=False):
    id: str
    name: str
    status: str
    wip_limit: int | None
    wip_hard: bool
    count: int
    over_limit: bool
    cards: list[Task]


class Board(TypedDict, total=False):
    id: str
    name: str
    project_id: str
    default: bool
    columns: list[BoardColumn]
    version: int


class TaskPage(TypedDict, total=False):
    items: list[Task]
    next_cursor: str | None
    total: int


class Reason(TypedDict):
    term: str
    value: float
    text: str


class Sentence(TypedDict):
    code: str
    text: str


class Choice(TypedDict, total=False):
    task: Task
    score: float
    reasons: list[Reason]
    would_win_if: list[Sentence]
    instead: NotRequired[Sentence]


class Ineligible(TypedDict):
    task: Task
    code: str
    text: str


class NextAction(TypedDict, total=False):
    action: Choice | None
    runners_up: list[Choice]
    ineligible_count: int
    ineligible: list[Ineligible] | None
    note: str | None
    computed_at: str
    ticket: str


class BulkResult(TypedDict, total=False):
    index: int
    status: str
    task: Task
    errors: list[dict[str, str]]


class BulkReply(TypedDict, total=False):
    results: list[BulkResult]
    created: int
    existing: int
    invalid: int


class Tokens(TypedDict, total=False):
    access_token: str
    refresh_token: str
    expires_in: int


class Understood(TypedDict):
    kind: str
    text: str
    start: int
    end: int
    value: object


class Ignored(TypedDict):
    kind: str
    text: str
    start: int
    end: int
    reason: str
    hint: str


class QuickReply(TypedDict):
    task: Task
    subtasks: list[Task]
    understood: list[Understood]
    ignored: list[Ignored]


class Feed(TypedDict, total=False):
    id: str
    name: str
    kind: str
    filters: dict[str, object]
    hint: str
    last_read_at: str | None
    url: str


class Author(TypedDict):
    id: str | None
    kind: str
    name: str | None


class Comment(TypedDict):
    id: str
    parent_id: str | None
    author: Author | None
    body: str | None
    created_at: str
    edited_at: str | None


class ShareLink(TypedDict, total=False):
    id: str
    access: str
    name: str
    hint: str
    expires_at: str | None
    last_used_at: str | None
    token: str
    url: str


class ImportNote(TypedDict):
    line: int | None
    detail: str


class ImportReport(TypedDict):
    errors: list[ImportNote]
    more_errors: int
    warnings: list[ImportNote]
    more_warnings: int
    left_out: dict[str, int]
    brought: NotRequired[dict[str, int]]


class PreviewColumn(TypedDict):
    header: str
    field: str | None
    example: str


class PreviewTask(TypedDict):
    line: int
    title: str
    status: str
    priority: str | None
    category: str | None
    project: str | None
    tags: list[str]
    context: list[str]
    due_at: str | None
    estimated_duration: int | None


class ImportPreview(TypedDict):
    label: str
    tasks: int
    items: list[PreviewTask]
    columns: list[PreviewColumn]
    besides: NotRequired[dict[str, int]]
    new_projects: list[str]
    report: ImportReport


class ImportProgress(TypedDict):
    total: int
    done: int


class ImportRun(TypedDict):
    id: str
    state: str
    progress: ImportProgress
    created: int
    existing: int
    updated: int
    failed: int
    dependencies: int
    error: str | None
    report: ImportReport
    version: int
