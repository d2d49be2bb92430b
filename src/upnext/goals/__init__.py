"""Goals: what tasks are done for, how much they count, how far they are and when they will be met.

Tasks know a goal by its id and its weight only, and ask here which goals they may serve.
"""
