"""Real local servers that play the other side of what Winnow sends."""

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Sink:
    """A server with its address and what it was sent; `answer` may be replaced at any time."""

    port: int
    answer: Callable[["Request"], tuple[int, dict[str, str], bytes]]
    requests: list["Request"] = field(default_factory=list)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/hook"

    @property
    def events(self) -> list[str]:
        return [request.json["type"] for request in self.requests]

    def of(self, event: str) -> list["Request"]:
        return [request for request in self.requests if request.json["type"] == event]


@dataclass
class Request:
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self):
        return json.loads(self.body)


def friendly(request: Request) -> tuple[int, dict[str, str], bytes]:
    """Take everything, and echo the challenge."""
    if b"webhook.challenge" in request.body:
        return 200, {}, json.dumps({"challenge": request.json["data"]["challenge"]}).encode()
    return 200, {}, b"thank you"


def always(status: int, headers: dict[str, str] | None = None, body: bytes = b""):
    return lambda _request: (status, headers or {}, body)


@contextmanager
def http_sink(answer=friendly, *, tls=None) -> Iterator[Sink]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            request = Request(self.path, headers, body)
            sink.requests.append(request)
            status, more, text = sink.answer(request)
            self.send_response(status)
            for name, value in more.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(text)))
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, request: object, client_address: object) -> None:
            """A client that hangs up is part of the play."""

    server = Server(("127.0.0.1", 0), Handler)
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    sink = Sink(server.server_address[1], answer)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield sink
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def raw_sink(play: Callable[[socket.socket, threading.Event], None]) -> Iterator[Sink]:
    """A server that does what `play` does with each connection; its event ends the play."""
    listener = socket.create_server(("127.0.0.1", 0))
    over = threading.Event()
    sink = Sink(listener.getsockname()[1], friendly)

    def serve() -> None:
        with suppress(OSError):
            while True:
                line, _ = listener.accept()
                sink.requests.append(Request("", {}, b"{}"))
                threading.Thread(target=one, args=(line,), daemon=True).start()

    def one(line: socket.socket) -> None:
        with line, suppress(OSError):
            play(line, over)

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield sink
    finally:
        over.set()
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join()
