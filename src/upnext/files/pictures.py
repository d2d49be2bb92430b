"""Images: how large they are, and a small one of each. Decoded one at a time in a process.

Pillow opens only the formats named here, and reads no pixel before the header's size is judged.
"""

import threading
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from upnext.files.kinds import PICTURES

if TYPE_CHECKING:
    from PIL.ImageFile import ImageFile

MOST_PIXELS: Final = 25_000_000
"""What is larger is kept as it is, but not decoded: a small file can hold a huge picture."""
EDGE: Final = 320
THUMBNAIL_KIND: Final = "image/webp"
_LONGEST_SIDE = 65_535
_DECODING = threading.Lock()


class Size(NamedTuple):
    width: int
    height: int


class Undecodable(Exception):
    """Too large, broken, or no image at all."""


def size_of(path: Path, kind: str) -> Size | None:
    """By its header. None: it has none that can be read."""
    if kind not in PICTURES:
        return None
    try:
        with _opened(path, kind) as image:
            width, height = image.size
    except Undecodable:
        return None
    return Size(width, height) if max(width, height) <= _LONGEST_SIDE else None


def shrink(path: Path, kind: str, into: Path) -> None:
    """Writes a WebP of at most 320 by 320, upright, without what the original says beside its
    pixels. Raises Undecodable."""
    from PIL import ImageOps  # noqa: PLC0415  (loaded with the first image)

    with _DECODING, _opened(path, kind) as image:
        if image.width * image.height > MOST_PIXELS:
            raise Undecodable(f"{image.width} by {image.height} pixels")
        try:
            image.draft("RGB", (2 * EDGE, 2 * EDGE))
            image.thumbnail((2 * EDGE, 2 * EDGE))
            upright = ImageOps.exif_transpose(image)
            upright.thumbnail((EDGE, EDGE))
            alpha = upright.has_transparency_data
            upright.convert("RGBA" if alpha else "RGB").save(into, "WEBP", quality=80)
        except (OSError, ValueError, SyntaxError, EOFError) as error:
            raise Undecodable(str(error)) from error


def _opened(path: Path, kind: str) -> "ImageFile":
    from PIL import Image, UnidentifiedImageError  # noqa: PLC0415  (as above)

    # The size is judged here, by a figure of our own, and without warnings.
    Image.MAX_IMAGE_PIXELS = None
    try:
        return Image.open(path, formats=[PICTURES[kind]])
    except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError) as error:
        raise Undecodable(str(error)) from error
