"""The change log as an audit trail: reading it, proving it, and forgetting its oldest part.

Owns the checkpoints behind which changes may go. What is recorded is every domain's own business.
"""
