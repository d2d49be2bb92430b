from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, Field


class ArchiveRead(BaseModel):
    name: str
    made_at: datetime
    bytes: int
    sealed: Annotated[bool, Field(description="Encrypted: nobody reads it without the passphrase.")]
    sha256: Annotated[
        str | None, Field(description="Of the file, noted when it was made; null: of an older one.")
    ]


class ArchivePage(BaseModel):
    where: Annotated[str, Field(description="The folder or bucket.")]
    keep: Annotated[int, Field(description="How many stay when another is made; 0: all.")]
    sealed: Annotated[bool, Field(description="Whether the next one will be encrypted.")]
    running: Annotated[bool, Field(description="One is being made, or waits to be.")]
    total: int
    items: Annotated[list[ArchiveRead], Field(description="The newest 100, these first.")]
    next_cursor: None = None
