"""From bytes to text: Unicode by its marks, else UTF-8, else Western European."""

from upnext.imports.formats.items import FormatError, Remark

_BOMS = (
    (b"\xef\xbb\xbf", "utf-8-sig", "UTF-8"),
    (b"\xff\xfe", "utf-16", "UTF-16"),
    (b"\xfe\xff", "utf-16", "UTF-16"),
)
FALLBACK = "Windows-1252"


def decoded(data: bytes) -> tuple[str, str]:
    """The text of a file and the name of its encoding; FALLBACK when it is not Unicode."""
    for bom, codec, name in _BOMS:
        if data.startswith(bom):
            return _strict(data, codec), name
    try:
        text, name = data.decode("utf-8"), "UTF-8"
    except UnicodeDecodeError:
        text, name = data.decode("cp1252", errors="replace"), FALLBACK
    if "\0" in text:
        raise FormatError("This is not a text file.")
    return text, name


def remark_on(encoding: str) -> list[Remark]:
    """What the report has to say of a guess."""
    if encoding != FALLBACK:
        return []
    return [Remark(f"The file is not UTF-8; it was read as {FALLBACK}. Check the umlauts.")]


def _strict(data: bytes, codec: str) -> str:
    try:
        return data.decode(codec)
    except UnicodeDecodeError as error:
        raise FormatError(f"The file is damaged: {error.reason} at byte {error.start}.") from error
