"""The server: what it says at its start, how many files it may open, and that every module is published."""

from __future__ import annotations

import ast
import io
import re
import resource
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import plotly
import pytest
import segno
import streamlit as st
from streamlit.proto.WidgetStates_pb2 import WidgetState
from streamlit.runtime.state.common import WidgetMetadata
from streamlit.runtime.state.session_state import WStates

from ui.kit import serve
from ui.kit.publish import ASSETS, entries
from ui.kit.serve import allow_open_files, greeting, own_address, pass_over_unreadable_values, prepare

ROOT = Path(__file__).parents[3]


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What the server is told on its command line."""
    options: dict[str, Any] = {"server.port": 8501, "server.address": "127.0.0.1"}
    monkeypatch.setattr(st, "get_option", options.get)
    return options


def test_by_default_the_greeting_names_this_machine_and_how_to_open_it_for_a_class(told: dict[str, Any]) -> None:
    assert "open at http://127.0.0.1:8501\n" in greeting()
    assert "make run ARGS=--server.address=0.0.0.0" in greeting()


def test_for_a_class_the_greeting_names_the_address_to_hand_out(
    told: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    told |= {"server.address": "0.0.0.0", "server.port": 80, "server.baseUrlPath": "/a/b/", "server.sslCertFile": "x"}
    monkeypatch.setattr(serve, "own_address", lambda: "10.1.2.3")
    assert "open at https://localhost:80/a/b\n" in greeting()
    assert "For the class: https://10.1.2.3:80/a/b\n" in greeting()
    drawn = [line.removeprefix("  ") for line in greeting().splitlines() if set(line) & set("█▀▄")]
    dark = [[not light for light in map(half.__contains__, line)] for line in drawn for half in ("█▀", "█▄")]
    code = segno.make("https://10.1.2.3:80/a/b").matrix_iter(border=2)
    assert [[bool(module) for module in row] for row in code] == dark[:-1]  # the last line has one row
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(io.BytesIO(), encoding="ascii"))
    assert "For the class: https://10.1.2.3:80/a/b\n" in greeting()
    assert greeting().isascii()
    monkeypatch.setattr(serve, "own_address", lambda: None)
    assert "This machine is on no network." in greeting()


def test_an_address_of_ones_own_is_named_as_it_is(told: dict[str, Any]) -> None:
    told["server.address"] = "fd00::1"
    assert greeting().split() == ["Unrolled", "is", "open", "at", "http://[fd00::1]:8501"]


def test_this_machines_address_is_found_without_asking_anybody() -> None:
    found = own_address()
    assert found is None or re.fullmatch(r"\d+(\.\d+){3}", found)


@pytest.mark.parametrize(
    ("limits", "expected"),
    [((1024, 1_048_576), 65_536), ((1024, 4_096), 4_096), ((1024, resource.RLIM_INFINITY), 65_536)],
)
def test_the_limit_of_open_files_is_raised(
    limits: tuple[int, int], expected: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    wanted: list[tuple[int, int]] = []
    monkeypatch.setattr(resource, "getrlimit", lambda _: limits)
    monkeypatch.setattr(resource, "setrlimit", lambda _, pair: wanted.append(pair))
    allow_open_files()
    assert wanted == [(expected, limits[1])]
    assert capsys.readouterr().out == ""


def test_a_limit_that_stays_low_is_said(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(resource, "getrlimit", lambda _: (1024, 1024))
    monkeypatch.setattr(resource, "setrlimit", lambda *_: pytest.fail("nothing to raise"))
    allow_open_files()
    assert capsys.readouterr().out == "  This system lets a program open 1024 files: enough for about 252 viewers.\n"


def test_what_cannot_be_a_widgets_value_counts_as_its_usual_one(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(WStates, "__getitem__", WStates.__getitem__)  # undone at the end
    pass_over_unreadable_values()
    states = WStates()
    number: WidgetMetadata[Any] = WidgetMetadata(
        "n", lambda told: 7.0 if told is None else float(told), float, "double_value"
    )
    for told, value in (
        ({"double_value": 3.0}, 3.0),
        ({"string_value": "x"}, 7.0),
        ({"json_value": "{]"}, 7.0),
        ({}, 7.0),
    ):
        states.set_widget_metadata(number)
        states.set_widget_from_proto(WidgetState(id="n", **told))
        assert states["n"] == states["n"] == value
        assert states.widget_metadata["n"] is number
    assert capsys.readouterr().out == ""
    states.set_widget_metadata(replace(number, value_type="json_value"))
    states.set_widget_from_proto(WidgetState(id="n", json_value="{]"))
    assert states["n"] == 7.0
    assert capsys.readouterr().out.startswith("A browser told what is no value of 'n': JSONDecodeError(")


def test_every_module_is_published_and_compressed_at_the_start() -> None:
    """Also those of pages that this process has not shown: a proxy may ask any process for any file."""
    prepare()
    stems = {name.rsplit("-", 1)[0] for name in ASSETS}
    assert stems >= {entry.stem for entry in entries()} | {f"plotly-{plotly.__version__}"}
    assert all("compressed" in vars(asset) for asset in ASSETS.values())


def test_the_main_script_serves_itself() -> None:
    """`streamlit run app.py` finds a server only where it is made in so many words."""
    tree = ast.parse((ROOT / "app.py").read_text(encoding="utf-8"))
    (made,) = [ast.unparse(node) for node in ast.walk(tree) if isinstance(node, ast.Assign) and "App" in ast.dump(node)]
    assert made == "app = st.App(__file__, **served())"
