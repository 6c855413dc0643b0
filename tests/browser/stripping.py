"""A reverse proxy that strips a prefix of the path, as nginx and JupyterHub do, for HTTP and websockets."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Thread
from urllib.parse import urlsplit

NOT_FOUND = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


@contextmanager
def stripping(server: str, prefix: str) -> Iterator[str]:
    """The address, `prefix` included, under which a proxy on this machine passes `server` on."""
    behind = urlsplit(server)

    class Handler(StreamRequestHandler):
        """One request a connection, so that nothing behind its head needs a look."""

        def handle(self) -> None:
            lines = list(iter(self.rfile.readline, b"\r\n"))
            if not lines or b"" in lines:
                return
            method, path, version = lines[0].split(b" ")
            if not path.startswith(prefix.encode() + b"/"):
                self.wfile.write(NOT_FOUND)
                return
            lines[0] = b" ".join((method, path.removeprefix(prefix.encode()), version))
            if not any(line.lower().startswith(b"upgrade:") for line in lines):
                lines = [line for line in lines if not line.lower().startswith(b"connection:")]
                lines.append(b"Connection: close\r\n")
            with socket.create_connection((behind.hostname, behind.port)) as inner:
                inner.sendall(b"".join([*lines, b"\r\n"]))
                back = Thread(target=_pass, args=(inner, self.connection), daemon=True)
                back.start()
                _pass(self.connection, inner)
                back.join()

    class Proxy(ThreadingTCPServer):
        daemon_threads = True

    with Proxy(("127.0.0.1", 0), Handler) as proxy:
        Thread(target=proxy.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        yield f"http://127.0.0.1:{proxy.server_address[1]}{prefix}"
        proxy.shutdown()


def _pass(origin: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while part := origin.recv(65_536):
            target.sendall(part)
        target.shutdown(socket.SHUT_WR)
