"""What a person's own history says: how long their tasks take, and what they prefer.

Pure arithmetic, as the engine is: asks no clock, reads nothing, keeps nothing. `docs/learning.md`
tells the formulae, their bounds and their sources.
"""
