"""What people are told without asking: in the app, by mail, by push, and through other services.

Listens to changes, finds whom each concerns and may be told of it, and notes it for each channel
once. Owns notifications, what people chose, and where to reach them; no domain knows of it.
"""
