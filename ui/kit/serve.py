"""How the app is served: what `streamlit run app.py` and every other ASGI server start.

app = st.App(__file__, **served())
"""

from __future__ import annotations

import io
import socket
import sys
import webbrowser
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from threading import Thread
from typing import Any

import segno
import streamlit as st
from starlette.middleware import Middleware
from streamlit.runtime.state.session_state import Serialized, Value, WStates
from threadpoolctl import threadpool_limits

from ui.kit.answers import employ_workers
from ui.kit.files import Files, compress_all
from ui.kit.page import answering
from ui.kit.plot import library
from ui.kit.publish import entries, published_module

OPEN_FILES = 65_536  # a viewer takes four: 1,024, as many systems have it, would be full at 252
SORRY = "Something went wrong on this page. Reload it, or go on with another one; the server's log says what it was."
WILDCARDS = ("0.0.0.0", "::", None)
SOMEWHERE = ("192.0.2.1", 9)  # an address that no machine has; nothing is sent there


def served() -> dict[str, Any]:
    """Our part of the server, as arguments of st.App."""
    base = str(st.get_option("server.baseUrlPath") or "")
    return {"middleware": [Middleware(Files, base=base)], "lifespan": _lifespan, "on_script_error": _sorry}


class PageError(Exception):
    """What a visitor reads where a page met an error; what it was stands in the server's log alone."""


def _sorry(_: Exception) -> bool:
    st.exception(PageError(SORRY))
    return True


@asynccontextmanager
async def _lifespan(_: st.App) -> AsyncIterator[None]:
    allow_open_files()
    pass_over_unreadable_values()
    threadpool_limits(1, user_api="blas")  # on matrices this small, a second thread makes products up to 5 times slower
    Thread(target=prepare, daemon=True).start()
    print(greeting(), flush=True)
    if not st.get_option("server.headless"):
        Thread(target=webbrowser.open, args=(_address("localhost"),), daemon=True).start()
    yield


def prepare() -> None:
    """Get ready for the first visitor, and for modules of pages not opened here: a proxy may ask any process."""
    employ_workers(preload=answering())
    for entry in entries():
        published_module(entry)
    library()
    compress_all()


def greeting() -> str:
    """Where the app is open, and what to hand out."""
    bound = st.get_option("server.address")
    lines = [f"Unrolled is open at {_address('localhost' if bound in WILDCARDS else bound)}"]
    if bound in WILDCARDS:
        own = own_address()
        lines.append(f"For the class: {_address(own)}" if own else "This machine is on no network.")
        lines += _drawn(_address(own)) if own else []
    elif bound in ("127.0.0.1", "localhost", "::1"):
        lines.append("Only this machine can open it; for a class: make run ARGS=--server.address=0.0.0.0")
    return "\n" + "\n".join(f"  {line}" for line in lines) + "\n"


def _drawn(address: str) -> list[str]:
    """A QR code of an address, two rows a line, for a camera; none where the terminal has no blocks."""
    out = io.StringIO()
    segno.make(address).terminal(out, border=2, compact=True)
    try:
        out.getvalue().encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:
        return []
    return out.getvalue().splitlines()


def own_address() -> str | None:
    """This machine's address on its network, by the route it would take outwards; nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(SOMEWHERE)
        except OSError:
            return None
        return str(probe.getsockname()[0])


def allow_open_files() -> None:
    """Let this process open as many files as it may, and say so where that is little."""
    if sys.platform == "win32":
        return
    import resource

    low, high = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = OPEN_FILES if high == resource.RLIM_INFINITY else min(high, OPEN_FILES)
    if low != resource.RLIM_INFINITY and low < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, high))
    if most < 4_096:
        print(f"  This system lets a program open {most} files: enough for about {most // 4 - 4} viewers.", flush=True)


def pass_over_unreadable_values() -> None:
    """What a browser tells of a widget and cannot be its value counts as its usual value.

    Streamlit ends the run with an error there, and each one that follows, as a browser tells its values every time.
    """
    read = WStates.__getitem__

    def readable(states: WStates, key: str) -> Any:
        told, widget = states.states.get(key), states.widget_metadata.get(key)
        if widget is None or not isinstance(told, Serialized):
            return read(states, key)
        try:
            if told.value.WhichOneof("value") in (None, widget.value_type):
                return read(states, key)
        except Exception as error:  # whatever a widget's own reader meets in it
            print(f"A browser told what is no value of {key[-40:]!r}: {error!r:.200}", flush=True)
        finally:
            states.widget_metadata[key] = widget  # which `read` lets hold whatever type has come
        states.states[key] = Value(widget.deserializer(None))
        return read(states, key)

    WStates.__getitem__ = readable  # type: ignore[method-assign]


def _address(host: str) -> str:
    scheme = "https" if st.get_option("server.sslCertFile") else "http"
    base = str(st.get_option("server.baseUrlPath") or "").strip("/")
    name = f"[{host}]" if ":" in host else host
    return f"{scheme}://{name}:{st.get_option('server.port')}{'/' + base if base else ''}"
