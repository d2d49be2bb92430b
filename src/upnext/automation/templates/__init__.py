"""Task templates: tasks with subtasks, relative dates and variables, made as often as one likes."""
