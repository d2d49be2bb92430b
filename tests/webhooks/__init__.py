"""Webhooks: what is sent to receivers that are there, slow, broken or gone."""
