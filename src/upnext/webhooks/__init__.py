"""Webhooks: what happens in a workspace, told to other programs.

Owns the endpoints, what was sent to each and what came back. What happened is in the change log,
whom it concerns is said by `activity.places`, and how a request leaves the house by
`core.outbound`.
"""
