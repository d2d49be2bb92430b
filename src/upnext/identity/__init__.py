"""Who people are to an instance: accounts, passwords, sessions and API tokens.

Gives each request its credential. Knows no workspace: those who care hear of a new account.
"""
