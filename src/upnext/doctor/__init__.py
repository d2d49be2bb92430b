"""`upnext doctor`: looks at an instance from its own machine and says what to mend, and how.

Changes nothing but for one small content that it puts into the storage and removes again.
"""
