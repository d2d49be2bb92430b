"""Tasks: the work itself, its tags, its order of precedence, its subtasks and its trash.

Knows workspaces and people by id only. Knows nothing of goals or plans: what they want to hang on a
task, they write through `tasks.service`. Of boards it knows what its project's layout says; which
goals a task may serve is asked of above.
"""
