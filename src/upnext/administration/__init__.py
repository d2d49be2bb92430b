"""What whoever runs the instance sees of it and does to it, over the API.

Owns no rows: it lends the services of the domains below an actor whose reach is the whole
instance. Only from here: the role `admin` of the instance opens no workspace anywhere else.
"""
