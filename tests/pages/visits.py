"""A visit to a page without a browser: Streamlit runs the script, and what it sends can be read."""

from __future__ import annotations

import html
import json
import re
import struct
from pathlib import Path
from typing import Any

import numpy as np
import streamlit
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Button

from figures.message import opened
from ui.kit.held import OPEN, Held
from ui.kit.page import Page, every_page

ROOT = Path(__file__).parents[2]
OLDER = tuple(map(int, streamlit.__version__.split(".")[:2])) < (1, 67)  # its AppTest forgets what is empty
PAGES = sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "pages").glob("*.py"))
AWKWARD = "<script>alert(1)</script> & \"quotes\" 'too' 👨‍👩‍👧‍👦 e\u0301 שלום"


def visit(path: str, /, **query: str) -> AppTest:
    """The page as a visitor with this link finds it."""
    at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=30)
    for name, value in query.items():
        at.query_params[name] = value
    if path != "app.py":
        at.switch_page(path)
    return checked(at.run())


def checked(at: AppTest) -> AppTest:
    """The visit, if its last run raised nothing."""
    assert not at.exception, [error.value for error in at.exception]
    assert not at.error, [error.value for error in at.error]
    return at


def address(at: AppTest) -> dict[str, str]:
    """The parameters in the URL."""
    return {name: values if isinstance(values, str) else values[0] for name, values in dict(at.query_params).items()}


def button(at: AppTest, label: str) -> Button:
    """The one that is called so."""
    (found,) = (one for one in at.button if one.label == label)
    return found


def preset_button(at: AppTest, name: str) -> Button:
    """The button of a preset of the page that is open."""
    (page,) = (page for page in every_page().values() if page.word == at.session_state[OPEN])
    return button(at, page.presets[name].title)


def components(at: AppTest) -> dict[str, Any]:
    """What each picture in the browser was sent, by its component's name."""
    found = {one.proto.component_name: one.proto for one in at.get("bidi_component")}
    found.pop("surroundings", None)
    return found


def letter(at: AppTest, name: str) -> tuple[dict[str, Any], dict[str, Any], dict[str, np.ndarray]]:
    """What a picture was sent: the envelope, and header and arrays of the answer in it."""
    data = components(at)[name].bytes
    (length,) = struct.unpack_from("<I", data)
    header, arrays = opened(data[4 + length :])
    return json.loads(data[4 : 4 + length]), dict(header), arrays


def fields(at: AppTest, word: str, name: str) -> list[Any]:
    """The controls of a field, whatever kind they are of and however often set from outside: one, or none."""
    kinds = (at.selectbox, at.button_group, at.text_area, at.text_input, at.toggle)
    return [widget for kind in kinds for widget in kind if (widget.key or "").startswith(f"{word}.{name}.")]


def field(at: AppTest, word: str, name: str) -> Any:
    """The control of a field."""
    found = fields(at, word, name)
    assert len(found) == 1, f"{word}.{name} has {len(found)} controls"
    return found[0]


def holding(at: AppTest, page: Page) -> Held:
    """What the visit holds of a page."""
    found: Held = at.session_state[f"held.{page.word}"]
    return found


def said(at: AppTest, role: str = "said") -> list[str]:
    """The sentences about entries that could not be taken as they were, as a reader sees them; or those of a role."""
    markup = "".join(block.proto.body for block in at.get("html"))
    return [html.unescape(sentence) for sentence in re.findall(rf'<p class="{role}">(.*?)</p>', markup, re.S)]
