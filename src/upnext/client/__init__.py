"""The command line for people: commands that speak to a server over its public HTTP API.

Owns credentials on this machine, the words a person may type, and how answers look on a terminal.
Knows nothing of the server's code: whatever it needs it asks the API, so it works from any machine.
"""
