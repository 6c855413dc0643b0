"""Whatever a browser tells of a widget, the page shows no error and goes on; no browser is needed to tell it."""

from __future__ import annotations

from typing import Any

import pytest

from bench.visitor import Visitor
from tests.aside import run_aside

ODD: list[dict[str, Any]] = [
    {"double_value": float("nan")},
    {"double_value": float("inf")},
    {"int_value": 2**62},
    {"string_value": "nan"},
    {"string_value": "<b>" * 1_000},
    {"bool_value": True},
    {"string_array_value": {"data": ["foo", "foo"]}},
    {"double_array_value": {"data": [float("nan")]}},
    {"json_value": "{]"},
    {},
]
ASKED = ["{]", "null", "[]"] + [
    f'[{{"event": "{kind}", "value": {value}}}]'
    for kind in ("changes", "drop", "edits", "look", "pieces", "predict", "scale", "seed", "use")
    for value in ("null", "1e308", '"nan"', "[1]", '{"cell": ["x"], "w": "nan"}')
]


@pytest.mark.parametrize("page", ["unroll", "inside_the_cell", "backward", "vanish_and_explode", "the_cliff", "train"])
def test_odd_values_leave_the_page_without_an_error_and_the_session_usable(page: str, server: str) -> None:
    run_aside(_tell_everything_odd(server.replace("http", "ws", 1), page))


async def _tell_everything_odd(address: str, page: str) -> None:
    visitor = Visitor(address, page)
    await visitor.open()
    await visitor.settled()
    for value in ODD:
        await visitor.tell(list(visitor.controls), **value)
        assert visitor.failures == [], value
    for asked in ASKED:
        await visitor.tell(visitor.components, json_trigger_value=asked)
        assert visitor.failures == [], asked
    await visitor.change(4)
    assert visitor.failures == []
    await visitor.close()
