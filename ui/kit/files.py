"""Immutable files over HTTP: ours and Streamlit's own scripts, each compressed once, kept by browsers for good.

Streamlit sends its scripts as they are and leaves compression to a proxy; in a lecture hall there is none, and a class
that opens one link waits for megabytes each. Uploads are refused before anything of them is read, unless a page asks.
"""

from __future__ import annotations

import gzip
import mimetypes
import re
from functools import cache
from pathlib import Path
from threading import Lock

import streamlit
from anyio.to_thread import run_sync
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from ui.kit.publish import ASSETS, FOLDER
from ui.kit.uploads import ONE_AT_A_TIME, UPLOADS

STREAMLIT = Path(streamlit.__file__).parent / "static"
STREAMLITS_OWN = re.compile(r"/static/(?:js|css)/[\w.-]+\.(?:js|css)")
UPLOAD = "/_stcore/upload_file/"
FOR_GOOD = {"Cache-Control": "public, max-age=31536000, immutable", "X-Content-Type-Options": "nosniff"}


class Files:
    """Answers for immutable files and refuses uploads that nobody asked for; everything else goes on to `app`.

    Args:
        app: what answers for the rest.
        base: `server.baseUrlPath`, under which everything lies.
    """

    def __init__(self, app: ASGIApp, base: str = "") -> None:
        self._app = app
        self._base = f"/{base.strip('/')}" if base.strip("/") else ""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            path = scope["path"].removeprefix(scope.get("root_path", "")).removeprefix(self._base)
            if path.startswith(UPLOAD):
                return await self._upload(path, scope, receive, send)
            return await (await self._answer(path, scope) or self._app)(scope, receive, send)
        await self._app(scope, receive, send)

    async def _upload(self, path: str, scope: Scope, receive: Receive, send: Send) -> None:
        """Let one file at a time through, where the session's page asks for one."""
        if scope["method"] not in ("PUT", "POST"):
            return await self._app(scope, receive, send)
        session = path.removeprefix(UPLOAD).split("/")[0]
        if refused := UPLOADS.begin(session):
            return await PlainTextResponse(refused, 429 if refused == ONE_AT_A_TIME else 403)(scope, receive, send)
        try:
            await self._app(scope, receive, send)
        finally:
            UPLOADS.end(session)

    async def _answer(self, path: str, scope: Scope) -> Response | None:
        if scope["method"] not in ("GET", "HEAD"):
            return None
        if path.startswith(f"/{FOLDER}/"):
            asset = ASSETS.get(path.removeprefix(f"/{FOLDER}/"))
            if asset is None:
                return PlainTextResponse("There is no such file.", 404)
            # Whoever saves a page as a file fetches its module, from a frame without an origin too.
            headers = {"Access-Control-Allow-Origin": "*"}
            return _response(scope, path, await run_sync(lambda: asset.compressed), headers)
        if STREAMLITS_OWN.fullmatch(path):
            file = STREAMLIT / path.removeprefix("/")
            if await run_sync(file.is_file):
                return _response(scope, path, await run_sync(_compressed, file), {})
        return None


def _response(scope: Scope, path: str, compressed: bytes, headers: dict[str, str]) -> Response:
    kind = mimetypes.guess_type(path)[0]
    accepted = b",".join(value for name, value in scope["headers"] if name == b"accept-encoding")
    headers |= FOR_GOOD | {"Vary": "Accept-Encoding"}
    if re.search(rb"\bgzip\b(?!\s*;\s*q=0(?:\.0*)?\s*(?:,|$))", accepted):
        return Response(compressed, media_type=kind, headers=headers | {"Content-Encoding": "gzip"})
    return Response(gzip.decompress(compressed), media_type=kind, headers=headers)


_COMPRESSING = Lock()  # one file at a time: what many ask for at once is still compressed once


def _compressed(file: Path) -> bytes:
    with _COMPRESSING:
        return _kept(file)


@cache
def _kept(file: Path) -> bytes:
    return gzip.compress(file.read_bytes(), 6, mtime=0)  # level 9 saves 0.4 % more and takes twice as long


def compress_all() -> None:
    """Compress what is published and what a first visit asks of Streamlit, so that no visitor waits for it."""
    for name in re.findall(r'"\./(static/[^"]+\.(?:js|css))"', (STREAMLIT / "index.html").read_text("utf-8")):
        _compressed(STREAMLIT / name)
    for asset in list(ASSETS.values()):
        _ = asset.compressed
