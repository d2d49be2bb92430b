"""A peer on the network that answers as a test tells it, to try what a client does about faults."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    headers: dict[str, str]
    body: object


@dataclass(frozen=True)
class Answer:
    """What to answer; a status of 0 closes the connection without a word."""

    status: int
    body: object = None
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Peer:
    url: str
    seen: list[Request] = field(default_factory=list)


@contextmanager
def peer(*answers: Answer | Callable[[Request], Answer]) -> Iterator[Peer]:
    """Gives the answers in turn, the last one for ever, and keeps what was asked."""
    told = Peer(url="")
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def __getattr__(self, name: str) -> Callable[[], None]:
            if name.startswith("do_"):
                return self._any
            raise AttributeError(name)

        def _any(self) -> None:
            raw = self.rfile.read(int(self.headers.get("content-length", 0)))
            headers = {name.lower(): value for name, value in self.headers.items()}
            form = headers.get("content-type", "").startswith("multipart/")
            body = raw.decode() if form else json.loads(raw) if raw else None
            request = Request(self.command, self.path, headers, body)
            with lock:
                told.seen.append(request)
                answer = answers[min(len(told.seen), len(answers)) - 1]
            _reply(self, answer(request) if callable(answer) else answer)

        def log_message(self, *arguments: object) -> None:
            """Nothing to the terminal."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    told.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield told
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _reply(handler: BaseHTTPRequestHandler, answer: Answer) -> None:
    if not answer.status:
        handler.close_connection = True
        return
    text = answer.body if isinstance(answer.body, str) else json.dumps(answer.body)
    data = b"" if answer.body is None else text.encode()
    handler.send_response(answer.status)
    for name, value in {**answer.headers, "content-length": str(len(data))}.items():
        handler.send_header(name, value)
    handler.end_headers()
    handler.wfile.write(data)
