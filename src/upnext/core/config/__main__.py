"""`python -m upnext.core.config` makes .env.example and the table in the documentation anew."""

from pathlib import Path

from upnext.core.config.describe import write

if __name__ == "__main__":
    write(Path.cwd())
