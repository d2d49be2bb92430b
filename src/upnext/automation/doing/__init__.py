"""The actions that schedules can do without help of other domains."""
