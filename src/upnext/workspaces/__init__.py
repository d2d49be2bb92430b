"""Who shares what: workspaces, projects, members and their roles, and who an actor is in them.

It knows nothing of tasks; what lies in a project belongs to the packages above.
"""
