"""Comments on tasks: threads, Markdown, mentions, what they said before.

Owns the comments and how they are rendered. Who may see a task is the task's business.
"""
