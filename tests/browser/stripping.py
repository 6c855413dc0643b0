"""A reverse proxy that strips a prefix of the path, as nginx and JupyterHub do; and one that fails."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Thread
from urllib.parse import urlsplit

NOT_FOUND = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
PROTOCOLS = b"sec-websocket-protocol:"  # streamlit, a token, and the session that the browser had


class Proxy(ThreadingTCPServer):
    """Passes `server` on under `prefix`, as long as it is not `dead`."""

    daemon_threads = True

    def __init__(self, server: str, prefix: str) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.behind = urlsplit(server)
        self.prefix = prefix.encode()
        self.address = f"http://127.0.0.1:{self.server_address[1]}{prefix}"
        self.sockets: set[socket.socket] = set()
        self.deaf = False  # what browsers say gets lost, as with a network that has gone
        self.dead = False

    def cut(self) -> None:
        """End every connection, and let no other begin until `mend`."""
        self.dead = True
        for one in list(self.sockets):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    def mend(self) -> None:
        """Pass on again. The server does not know who comes back: it has forgotten them, or was started anew."""
        self.dead = self.deaf = False

    def carry(self, origin: socket.socket, target: socket.socket, said: bool) -> None:
        with suppress(OSError):
            while part := origin.recv(65_536):
                if not (said and self.deaf):
                    target.sendall(part)
            target.shutdown(socket.SHUT_WR)


class Handler(StreamRequestHandler):
    """One request a connection, so that nothing behind its head needs a look."""

    server: Proxy

    def handle(self) -> None:
        proxy = self.server
        lines = list(iter(self.rfile.readline, b"\r\n"))
        if not lines or b"" in lines or proxy.dead:
            return
        method, path, version = lines[0].split(b" ")
        if not path.startswith(proxy.prefix + b"/"):
            self.wfile.write(NOT_FOUND)
            return
        lines[0] = b" ".join((method, path.removeprefix(proxy.prefix), version))
        if not any(line.lower().startswith(b"upgrade:") for line in lines):
            lines = [line for line in lines if not line.lower().startswith(b"connection:")]
            lines.append(b"Connection: close\r\n")
        lines = [_without_session(line) if line.lower().startswith(PROTOCOLS) else line for line in lines]
        with socket.create_connection((proxy.behind.hostname, proxy.behind.port)) as inner:
            both = {inner, self.connection}
            proxy.sockets |= both
            inner.sendall(b"".join([*lines, b"\r\n"]))
            back = Thread(target=proxy.carry, args=(inner, self.connection, False), daemon=True)
            back.start()
            proxy.carry(self.connection, inner, True)
            back.join()
            proxy.sockets -= both


def _without_session(line: bytes) -> bytes:
    return b",".join(line.strip().split(b",")[:2]) + b"\r\n"


@contextmanager
def proxied(server: str, prefix: str = "") -> Iterator[Proxy]:
    """A proxy on this machine before `server`."""
    with Proxy(server, prefix) as proxy:
        Thread(target=proxy.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        yield proxy
        proxy.shutdown()


@contextmanager
def stripping(server: str, prefix: str) -> Iterator[str]:
    """The address, `prefix` included, under which a proxy passes `server` on."""
    with proxied(server, prefix) as proxy:
        yield proxy.address
