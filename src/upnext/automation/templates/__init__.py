"""Task templates: a task with subtasks, relative dates and variables, made as often as one likes."""
