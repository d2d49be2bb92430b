"""What a process knows of people and of their tasks from the last time they asked.

It may be wrong at any time, and is used only where that is found out along with what is asked.
"""
