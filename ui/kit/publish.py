"""Browser modules and libraries as immutable files: named by their content, compressed once, held in memory.

A browser that has seen such a file never asks for it again, and nothing is written: a checkout may be read-only, and
no old file is left behind. `ui.kit.serve` answers for them below `FOLDER`.
"""

from __future__ import annotations

import gzip
import hashlib
import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import streamlit as st

from ui.kit.bundle import joined

UI = Path(__file__).parent.parent
FOLDER = "modules"  # of the address, beside Streamlit's own `static`
# The files lie beside Streamlit's own style sheet, wherever a proxy, a frame or a base path has put that. A sheet's
# address was settled when the page opened, while a script's follows the address bar. A browser may keep a failure under
# its address, so the next attempt asks under another one; a module that is there and fails is not asked for again.
LOADER = """\
const sheet = [...document.styleSheets].find(({ href }) => href?.includes("/static/css/"))?.href ?? document.baseURI;
const address = new URL("FOLDER/NAME", sheet.replace(/static\\/css\\/.*$/, "")).href;
async function load() {
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await import(attempt ? `${address}?${attempt}` : address);
    } catch (error) {
      if (!(error instanceof TypeError && /import/i.test(error.message))) throw error;
      await new Promise((resume) => setTimeout(resume, 1000 * Math.min(30, 2 ** attempt)));
    }
  }
}
const loading = load();
export default async (mounted) => (await loading).default(mounted);
"""


@dataclass(frozen=True)
class Asset:
    """A file that never changes: another content is another name."""

    name: str
    content: bytes

    @cached_property
    def compressed(self) -> bytes:
        """`content`, as small as gzip makes it."""
        return gzip.compress(self.content, 9, mtime=0)


FONT = UI.parent / "static" / "fonts" / "noto-sans-devanagari-5.3.0.woff2"  # asked for by ui/kit/browser/script.js
ASSETS: dict[str, Asset] = {}  # every file that was published, by name: what the server answers for


def published(stem: str, content: bytes) -> str:
    """Publish `content`; return its name, an address relative to every other published file (`import.meta.url`)."""
    asset = Asset(f"{stem}-{hashlib.sha256(content).hexdigest()[:12]}.js", content)
    return ASSETS.setdefault(asset.name, asset).name


def published_module(entry: Path) -> str:
    """Publish the ES module `entry` with all that it imports; return its name.

    Raises:
        ValueError: the modules cannot be joined.
        OSError: a module cannot be read.
    """
    ASSETS.setdefault(FONT.name, Asset(FONT.name, FONT.read_bytes()))
    return published(entry.stem, joined(entry).encode())


def component(name: str, entry: Path, css: str = "", isolate_styles: bool = True) -> Callable[..., Any]:
    """A mountable component, `mount(key=, data=, on_x_change=)`; call once per process, at module level.

    Args:
        name: what Streamlit calls it; one for each component.
        entry: its ES module, whose default export gets what Streamlit hands to a component.
        css: styles, unless the module brings them along.
        isolate_styles: whether it lives in a shadow root.

    Raises:
        ValueError, OSError: as `published_module`.

    It is declared anew at each mount: ten microseconds' work where it stands already, and what a runtime that began
    after this module was loaded (as every test's) has not seen.
    """
    loader = LOADER.replace("FOLDER", FOLDER).replace("NAME", published_module(entry))

    def mount(**given: Any) -> Any:
        return st.components.v2.component(name, css=css or None, js=loader, isolate_styles=isolate_styles)(**given)

    return mount


def entries() -> list[Path]:
    """Every module of the app with which a component begins: those that export a default."""
    modules = sorted(UI.rglob("*.js"))
    return [path for path in modules if re.search(r"^export default\b", path.read_text(encoding="utf-8"), re.MULTILINE)]
