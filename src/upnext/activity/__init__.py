"""What happened to a task or in a project, for those who may see it, in sentences and as data.

Owns the words. What happened is in the change log; addresses and programs are for the audit only.
"""
