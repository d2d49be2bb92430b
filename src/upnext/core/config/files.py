"""The settings of files, which are many: a part of the tree."""

# No postponed annotations here either: `declare.specs` reads the marks in them.
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from upnext.core.config import addresses, values
from upnext.core.config.declare import Setting
from upnext.core.config.secret import Secret

LARGEST_FILE = 5_000_000_000
LARGEST_QUOTA = 1_000_000_000_000_000


@dataclass(frozen=True, kw_only=True, slots=True)
class FileSettings:
    """Files that people attach: where their contents lie, and how much there may be."""

    storage: Annotated[
        Literal["local", "s3"],
        Setting(
            "UPNEXT_STORAGE",
            values.choice("local", "s3"),
            "Where the contents of files lie: a folder, or a bucket of S3.",
        ),
    ] = "local"
    folder: Annotated[
        Path | None,
        Setting(
            "UPNEXT_FILES_DIR",
            values.directory,
            "Folder of the contents, and of uploads under way.",
            default="files, in the data directory",
            example="/var/lib/upnext/files",
        ),
    ] = None
    max_bytes: Annotated[
        int,
        Setting(
            "UPNEXT_FILE_BYTES",
            values.whole_number(1_000, LARGEST_FILE),
            "Largest file in bytes.",
        ),
    ] = 25_000_000
    quota_bytes: Annotated[
        int,
        Setting(
            "UPNEXT_FILE_QUOTA_BYTES",
            values.whole_number(0, LARGEST_QUOTA),
            "Bytes of files that one workspace may have, equal contents counted once; 0: no bound.",
        ),
    ] = 5_000_000_000
    s3_bucket: Annotated[
        str | None,
        Setting("S3_BUCKET", values.word, "The bucket.", example="upnext-files"),
    ] = None
    s3_prefix: Annotated[
        str | None,
        Setting(
            "UPNEXT_S3_PREFIX",
            values.word,
            "What the keys in the bucket begin with.",
            example="production",
        ),
    ] = None
    s3_region: Annotated[
        str | None,
        Setting("S3_REGION", values.word, "The bucket's region.", example="eu-central-1"),
    ] = None
    s3_endpoint: Annotated[
        str | None,
        Setting(
            "S3_ENDPOINT_URL",
            addresses.origin,
            "Address of an S3 that is not Amazon's.",
            example="https://s3.example.org",
        ),
    ] = None
    s3_access_key_id: Annotated[
        Secret | None,
        Setting(
            "AWS_ACCESS_KEY_ID",
            values.secret,
            "Key to the bucket; without it the machine's own role, or AWS's files, are asked.",
        ),
    ] = None
    s3_secret_access_key: Annotated[
        Secret | None,
        Setting("AWS_SECRET_ACCESS_KEY", values.secret, "The secret that belongs to it."),
    ] = None
    s3_encryption: Annotated[
        Literal["none", "AES256", "aws:kms"],
        Setting(
            "UPNEXT_S3_ENCRYPTION",
            values.choice("none", "AES256", "aws:kms"),
            "How the bucket's server encrypts contents; none leaves it to the bucket.",
        ),
    ] = "AES256"
    s3_kms_key: Annotated[
        str | None,
        Setting("UPNEXT_S3_KMS_KEY", values.word, "Key of aws:kms; else the account's own."),
    ] = None
    s3_presigned_seconds: Annotated[
        int,
        Setting(
            "UPNEXT_S3_PRESIGNED_SECONDS",
            values.whole_number(0, 3_600),
            "Downloads are sent to the bucket by a link that lives so long; 0: served from here.",
        ),
    ] = 0
