"""A bucket of S3, or of whatever speaks like it.

By boto3 in threads, and not by its asynchronous sibling: boto3 is what Amazon maintains, its
transfers split large contents into parts and try again, its client may be used from many threads,
and it brings no second HTTP stack. It is imported when a bucket is used for the first time.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any, Final, TypeVar

from upnext.core.config.files import FileSettings
from upnext.core.errors import AppError
from upnext.core.storage import PIECE, Content, Shown, Stored, checked, down, full, missing

T = TypeVar("T")
PART: Final = 8 * 1024 * 1024
"""Larger contents go up in parts of so many bytes."""
TRIES: Final = 3
_GONE = frozenset({"404", "NoSuchKey", "NotFound"})
_NO_ROOM = frozenset(
    {"507", "QuotaExceeded", "InsufficientCapacity", "XMinioStorageFull", "XMinioAdminBucketQuota"}
)


class MissingExtra(AppError):
    """Says what to install."""

    status = 503
    code = "storage_unavailable"


class S3Storage:
    kind = "s3"

    def __init__(self, settings: FileSettings, incoming: Path) -> None:
        self._settings = settings
        self.incoming = incoming

    async def put(self, key: str, source: Path) -> None:
        where = self._where(key)
        client = await self._connected()
        await _apart(lambda: self._upload(client, where, source))

    def _upload(self, client: Any, where: dict[str, str], source: Path) -> None:  # boto3's client
        from boto3.s3.transfer import TransferConfig  # noqa: PLC0415  (see the module)

        client.upload_file(
            str(source),
            where["Bucket"],
            where["Key"],
            ExtraArgs=self._encryption(),
            Config=TransferConfig(
                multipart_threshold=PART, multipart_chunksize=PART, max_concurrency=2
            ),
        )

    def _encryption(self) -> dict[str, str]:
        settings = self._settings
        if settings.s3_encryption == "none":
            return {}
        found: dict[str, str] = {"ServerSideEncryption": settings.s3_encryption}
        if settings.s3_encryption == "aws:kms" and settings.s3_kms_key:
            found["SSEKMSKeyId"] = settings.s3_kms_key
        return found

    @asynccontextmanager
    async def open(self, key: str) -> AsyncIterator[Content]:
        where = self._where(key)
        client = await self._connected()
        head = await _apart(lambda: client.head_object(**where))
        yield _Open(client, where, int(head["ContentLength"]), head["ETag"])

    async def remove(self, key: str) -> None:
        where = self._where(key)
        client = await self._connected()
        await _apart(lambda: client.delete_object(**where))

    async def everything(self) -> AsyncIterator[Stored]:
        client = await self._connected()
        prefix = self._prefix()
        asked: dict[str, Any] = {"Bucket": self._settings.s3_bucket, "Prefix": prefix}  # boto3's
        while True:
            page = await _apart(lambda: client.list_objects_v2(**asked))
            for one in page.get("Contents", ()):
                yield Stored(one["Key"].removeprefix(prefix), one["Size"], one["LastModified"])
            if not page.get("IsTruncated"):
                return
            asked["ContinuationToken"] = page["NextContinuationToken"]

    async def link(self, key: str, shown: Shown) -> str | None:
        seconds = self._settings.s3_presigned_seconds
        if not seconds:
            return None
        client = await self._connected()
        asked = {
            **self._where(key),
            "ResponseContentType": shown.content_type,
            "ResponseContentDisposition": shown.disposition,
        }
        found: str = await _apart(
            lambda: client.generate_presigned_url("get_object", Params=asked, ExpiresIn=seconds)
        )
        return found

    def _prefix(self) -> str:
        prefix = (self._settings.s3_prefix or "").strip("/")
        return f"{prefix}/" if prefix else ""

    def _where(self, key: str) -> dict[str, str]:
        return {"Bucket": self._settings.s3_bucket or "", "Key": self._prefix() + checked(key)}

    async def _connected(self) -> Any:  # boto3 has no types
        return await asyncio.to_thread(lambda: self._client)

    @cached_property
    def _client(self) -> Any:  # as above
        try:
            import boto3  # noqa: PLC0415  (see the module)
            from botocore.config import Config  # noqa: PLC0415  (as above)
        except ImportError as error:
            raise MissingExtra(
                "Files in S3 need boto3. Install it: pip install 'upnext[s3]'."
            ) from error
        settings = self._settings
        own, secret = settings.s3_access_key_id, settings.s3_secret_access_key
        return boto3.session.Session().client(
            "s3",
            region_name=settings.s3_region,
            endpoint_url=settings.s3_endpoint,
            aws_access_key_id=own.reveal() if own else None,
            aws_secret_access_key=secret.reveal() if secret else None,
            config=Config(
                connect_timeout=5,
                read_timeout=20,
                retries={"total_max_attempts": TRIES, "mode": "standard"},
                # Stores other than Amazon's do not know the newer checksums; contents have ours.
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
            ),
        )


class _Open:
    def __init__(self, client: Any, where: dict[str, str], size: int, tag: str) -> None:  # boto3's
        self._client, self._where, self._tag = client, where, tag
        self.size = size

    async def pieces(self, start: int, length: int) -> AsyncGenerator[bytes]:
        if not length:
            return
        asked = {**self._where, "Range": f"bytes={start}-{start + length - 1}"}
        answer = await _apart(lambda: self._client.get_object(**asked, IfMatch=self._tag))
        body = answer["Body"]
        try:
            left = length
            while left:
                piece: bytes = await _apart(lambda: body.read(PIECE))
                if not piece:
                    raise down()
                left -= len(piece)
                yield piece
        finally:
            body.close()


async def _apart(work: Callable[[], T]) -> T:
    """In a thread, and with errors that a client can act on."""

    def run() -> T:
        with _complaints():
            return work()

    return await asyncio.to_thread(run)


@contextmanager
def _complaints() -> Iterator[None]:
    from boto3.exceptions import Boto3Error  # noqa: PLC0415  (see the module)
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415  (as above)
    from urllib3.exceptions import HTTPError  # noqa: PLC0415  (as above)

    try:
        yield
    except (BotoCoreError, ClientError, Boto3Error, HTTPError, OSError) as error:
        raise _said(error) from error


def _said(error: Exception) -> AppError:
    """An upload's own error only names the one behind it."""
    asked = error if hasattr(error, "response") else error.__context__
    answer: dict[str, Any] = getattr(asked, "response", {})  # boto3's
    code = str(answer.get("Error", {}).get("Code", ""))
    if code in _GONE:
        return missing()
    return full() if code in _NO_ROOM else down()
