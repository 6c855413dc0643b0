"""What stands in a plotly figure, for tests: its colours and its words."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

import plotly.graph_objects as go

NOTHING = "rgba(0,0,0,0)"
_COLOUR = re.compile(r"#[0-9a-fA-F]{3,8}\b|(?:rgb|hsl)a?\([^)]*\)")


def strings(value: object) -> Iterator[str]:
    """Every string inside plain data."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for item in value.values():
            yield from strings(item)
    elif isinstance(value, list):
        for item in value:
            yield from strings(item)


def plain(figure: go.Figure) -> dict[str, object]:
    """The figure as the browser gets it."""
    data: dict[str, object] = json.loads(figure.to_json())
    return data


def colours(figure: go.Figure) -> set[str]:
    """Every colour that is drawn."""
    return {found for text in strings(plain(figure)) for found in _COLOUR.findall(text)} - {NOTHING}
