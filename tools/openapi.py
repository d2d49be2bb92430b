"""Print the API's description without a server: `python tools/openapi.py`, for the web's client."""

import sys
import tempfile
from pathlib import Path

import orjson

from upnext import api, manifest
from upnext.core.config import load
from upnext.main import build_runtime


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        settings = load(environ={"UPNEXT_DATA_DIR": str(Path(folder))})
        runtime = build_runtime(settings)
        app = api.create_app(runtime, manifest.ROUTERS, outside=manifest.OUTSIDE)
        sys.stdout.buffer.write(orjson.dumps(app.openapi(), option=orjson.OPT_SORT_KEYS))


if __name__ == "__main__":
    main()
