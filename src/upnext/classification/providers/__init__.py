"""Classifiers that run elsewhere, asked over HTTP: explicit configuration, category only."""
