"""Private calendar links: an address with a secret in it, which shows its owner's due tasks.

Owns the links and what they show. How a task looks in a calendar is `exports.todos`' business.
"""
