"""Browser components: ES modules that are published once as static files and mounted by a one-line loader.

A component's modules are joined into one file, named by its content, under static/vendor; a rerun then sends data
only, and a browser that has seen the file never asks for it again.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import streamlit as st

ROOT = Path(__file__).parent.parent
IMPORT = re.compile(r'^import [^;]*?from "(\.[^"]+)";\n', re.MULTILINE)
VENDOR = ROOT / "static" / "vendor"  # made at run time, not in the repository


def joined(entry: Path) -> str:
    """The ES module `entry` and all that it imports as one, each behind those it imports itself.

    Imports between them are dropped, exports kept only for the default of `entry`; names must not collide.

    Raises:
        ValueError: modules import each other in a circle.
    """
    return "\n".join(_alone(path) for path in modules_of(entry))


def modules_of(entry: Path) -> list[Path]:
    """`entry` and every module that it imports, itself or through others, in an order in which they can be joined."""
    order: list[Path] = []
    open_: list[Path] = []

    def visit(path: Path) -> None:
        if path in open_:
            raise ValueError(f"{path.name} imports itself through {', '.join(one.name for one in open_)}")
        if path in order:
            return
        open_.append(path)
        for found in IMPORT.findall(path.read_text(encoding="utf-8")):
            visit((path.parent / found).resolve())
        order.append(open_.pop())

    visit(entry.resolve())
    return order


def _alone(path: Path) -> str:
    source = IMPORT.sub("", path.read_text(encoding="utf-8"))
    return re.sub(r"^export (?!default)", "", source, flags=re.MULTILINE)


def published(stem: str, content: bytes) -> str:
    """The URL path of `content` as a static file; written at most once.

    Raises:
        OSError: the folder static/vendor cannot be written.
    """
    name = f"{stem}-{hashlib.sha256(content).hexdigest()[:12]}.js"
    target = VENDOR / name
    if not target.exists():
        VENDOR.mkdir(parents=True, exist_ok=True)
        part = target.with_suffix(".part")
        part.write_bytes(content)
        part.replace(target)
    base = (st.get_option("server.baseUrlPath") or "").strip("/")
    return f"{'/' + base if base else ''}/app/static/vendor/{name}"


def component(name: str, url: str, css: str, isolate_styles: bool = True) -> Callable[..., Any]:
    """A mountable component whose module at `url` exports `default`; call once per process, at module level.

    It is declared anew at each mount: ten microseconds' work where it stands already, and what a runtime that began
    after this module was loaded (as every test's) has not seen.
    """
    loader = (
        f"const module = import(window.location.origin + {url!r});\n"
        "export default async (mounted) => (await module).default(mounted);\n"
    )

    def mount(**given: Any) -> Any:
        return st.components.v2.component(name, css=css, js=loader, isolate_styles=isolate_styles)(**given)

    return mount
