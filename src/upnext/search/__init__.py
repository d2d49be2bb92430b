"""Finding things by the words in them, with the full text that each database has.

Owns the words: what one is, how it is indexed, what a query asks for. Of what is found it knows
only what its `Source` tells, so that a further kind of thing is one more of these.
"""
