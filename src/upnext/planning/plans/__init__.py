"""The plan: a person's tasks in time blocks, around busy times and working hours.

Owns pins and the stored plan. The order comes from `planning.engine`, busy times from
`planning.busy`; how tasks are stored or edited is not known here.
"""
