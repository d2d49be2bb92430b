"""Upnext: a self-hosted work platform that says what to do next, and why."""

__version__ = "0.1.0"
