"""Rules of recurrence (RFC 5545): reading them, the times they give, and saying them in words.

Pure arithmetic: knows no task, no database and no clock. `reading` makes a `Rule` of text, `walls`
gives its wall times, `zones` turns those into instants, `repeats` is what a series needs: the next
due date from the last one. `describing` puts a rule into words by tables.
"""
