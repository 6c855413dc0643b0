"""A network of the machine that the server runs on: named by whoever starts it, never by a visitor."""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

import streamlit as st

from engine.studies.own.file import OwnFile

VARIABLE = "UNROLLED_NETWORK"  # of the environment; `make run NETWORK=...` sets it
OWN_MACHINE = ("127.0.0.1", "localhost", "::1")


def local_file() -> OwnFile | None:
    """The file that the server was started with; None where there is none, or where others may visit the server."""
    path = os.environ.get(VARIABLE, "")
    if not path or st.get_option("server.address") not in OWN_MACHINE:
        return None
    return _read(path)


@cache
def _read(path: str) -> OwnFile:
    """The same for all sessions; what cannot be read is said where the file would be shown."""
    return OwnFile.lying_at(str(Path(path).expanduser()))
