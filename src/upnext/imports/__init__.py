"""Other programs' task lists on their way in: files, what they say, and the runs that import them.

`formats/` reads bytes and knows no database; the rest turns what it reads into tasks, in a job that
can be repeated. Knows nothing of what is planned with the tasks later.
"""
