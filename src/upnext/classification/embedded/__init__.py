"""T0, the classifier that is always there: a lexicon, a few example phrases and rules, no model
file, nothing from the network. Pure: knows no database, no clock and no settings.
"""
