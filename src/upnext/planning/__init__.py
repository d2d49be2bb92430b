"""Planning: decides what to do next, and says why.

Owns the order of work and its explanation. Does not know how tasks are stored or edited.
"""
