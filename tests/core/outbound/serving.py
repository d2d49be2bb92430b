"""Real servers on this machine that answer as a test wants, and a resolver that a test scripts."""

import asyncio
import datetime
import ipaddress
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from upnext.core.outbound import Allowed, Outbound
from upnext.core.outbound.client import Times

LOCAL = Allowed((ipaddress.ip_network("127.0.0.0/8"), ipaddress.ip_network("::1/128")))
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Scripted:
    """Gives the next list of addresses each time it is asked; the last one again and again."""

    answers: list[Sequence[str] | OSError]
    asked: list[str] = field(default_factory=list)

    async def resolve(self, host: str, port: int) -> Sequence[str]:
        self.asked.append(host)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, OSError):
            raise answer
        return answer

    def close(self) -> None:
        return


@dataclass
class Server:
    port: int
    # What came, request by request: the bytes of its head.
    heads: list[bytes] = field(default_factory=list)

    def url(self, host: str = "hooks.example.org", scheme: str = "http", path: str = "/in") -> str:
        return f"{scheme}://{host}:{self.port}{path}"


def local(*, total: float = 20.0, context: ssl.SSLContext | None = None) -> Outbound:
    """May call this machine; every name is at home here."""
    return Outbound(
        LOCAL,
        resolver=Scripted([["127.0.0.1"]]),
        context=context,
        times=Times(connect=min(5.0, total), total=total),
    )


def saying(reply: bytes) -> Talk:
    async def talk(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(reply)
        await writer.drain()

    return talk


@asynccontextmanager
async def server(talk: Talk, context: ssl.SSLContext | None = None) -> AsyncIterator[Server]:
    """Reads a request's head, then does as `talk` does; keeps the connection open meanwhile."""
    found = Server(0)
    tasks: set[asyncio.Task[None]] = set()

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            found.heads.append(await reader.readuntil(b"\r\n\r\n"))
            await talk(reader, writer)
            await reader.read()  # until the other side hangs up
        except (ConnectionError, asyncio.IncompleteReadError):
            return
        finally:
            writer.close()

    def begin(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.get_running_loop().create_task(handle(reader, writer))
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    listening = await asyncio.start_server(begin, "127.0.0.1", 0, ssl=context)
    found.port = listening.sockets[0].getsockname()[1]
    try:
        yield found
    finally:
        listening.close()
        for task in list(tasks):
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@dataclass(frozen=True)
class Certificate:
    """`serving` presents it; `trusting` believes it and nobody else."""

    serving: ssl.SSLContext
    trusting: ssl.SSLContext


def certificate(folder: Path, *names: x509.GeneralName) -> Certificate:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "a test")])
    day = datetime.timedelta(days=1)
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - day)
        .not_valid_after(now + day)
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    file = folder / "certificate.pem"
    kept = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    file.write_bytes(kept + made.public_bytes(serialization.Encoding.PEM))
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(file)
    return Certificate(serving, ssl.create_default_context(cafile=str(file)))
