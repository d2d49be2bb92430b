"""Files: of a task, or free-standing in a project.

Owns their rows, their contents (each once per workspace, counted) and how they come in and go out.
Who may see a task is the task's business; where the bytes lie is core/storage's.
"""
