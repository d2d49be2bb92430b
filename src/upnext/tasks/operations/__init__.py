"""Changes of many tasks at once: each leaves an operation, which can be undone."""
