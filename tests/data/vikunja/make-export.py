"""Packs data.json and filters.json as Vikunja does: `python make-export.py > export.zip`."""

import io
import sys
import zipfile
from pathlib import Path

HERE = Path(__file__).parent


def packed() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in ("data.json", "filters.json"):
            archive.writestr(name, (HERE / name).read_bytes())
        archive.writestr("VERSION", "v0.24.6")
        archive.writestr("files/1", b"an attachment")
    return out.getvalue()


if __name__ == "__main__":
    sys.stdout.buffer.write(packed())
