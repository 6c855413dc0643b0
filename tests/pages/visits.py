"""A visit to a page without a browser: Streamlit runs the script, and what it sends can be read."""

from __future__ import annotations

import base64
import html
import json
import re
import struct
from pathlib import Path
from typing import Any

import numpy as np
from streamlit.testing.v1 import AppTest

from engine.studies.vanish.families import family, family_scales, nearest_scale
from engine.studies.vanish.study import VanishStudy
from figures.message import opened
from figures.words import LOG10_2, verdict

ROOT = Path(__file__).parents[2]
PAGES = sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "pages").glob("*.py"))
LAB = "pages/vanish_and_explode.py"
AWKWARD = "<script>alert(1)</script> & \"quotes\" 'too' 👨‍👩‍👧‍👦 e\u0301 שלום"


def visit(path: str = LAB, /, **query: str) -> AppTest:
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


def components(at: AppTest) -> dict[str, Any]:
    """What each browser component was sent, by its name."""
    return {found.proto.component_name: found.proto for found in at.get("bidi_component")}


def sent(at: AppTest, component: str) -> tuple[dict[str, Any], dict[str, Any], dict[str, np.ndarray]]:
    """What a panel on the kit was sent: envelope, header and arrays."""
    data = components(at)[component].bytes
    (length,) = struct.unpack_from("<I", data)
    header, arrays = opened(data[4 + length :])
    return json.loads(data[4 : 4 + length]), dict(header), arrays


def field(at: AppTest, word: str, name: str) -> Any:
    """The control of a field on the page called `word`."""
    (found,) = [drawn for drawn in at.main if str(getattr(drawn, "key", "")).startswith(f"{word}.{name}.")]
    return found


def lab_message(at: AppTest) -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """Header and arrays that the lab was sent."""
    header, arrays = opened(components(at)["gradient_lab"].bytes)
    return dict(header), arrays


def plot(at: AppTest) -> dict[str, Any]:
    """The plotly figure on the page."""
    figure: dict[str, Any] = json.loads(json.loads(components(at)["plot"].json)["figure"])
    return figure


def numbers(values: list[float] | dict[str, str]) -> np.ndarray:
    """Numbers of a plotly figure, which writes arrays as base64."""
    if isinstance(values, dict):
        return np.frombuffer(base64.b64decode(values["bdata"]), values["dtype"])
    return np.array(values, dtype=float)


def said(at: AppTest) -> list[str]:
    """The sentences about entries that could not be taken as they were, as a reader sees them."""
    markup = "".join(block.proto.body for block in at.get("html"))
    return [html.unescape(sentence) for sentence in re.findall(r'<p class="said">(.*?)</p>', markup, re.S)]


def ask_for_all_scales(at: AppTest) -> AppTest:
    """What the browser does once the first look is drawn."""
    at.session_state["lab_asked"] = True
    return checked(at.run())


def assert_lab_shows(at: AppTest, experiment: VanishStudy) -> None:
    """Every number the lab was sent is the engine's own."""
    header, arrays = lab_message(at)
    scales = family_scales(experiment)
    assert tuple(header["scales"]) == scales
    assert [cell["name"] for cell in header["cells"]] == list(experiment.cells)
    rows = scales[header["from"] : header["from"] + header["runs"]]
    assert scales[nearest_scale(experiment)] in rows
    assert header["scale"] == nearest_scale(experiment)
    assert header["clip"] == experiment.clip
    every = experiment.at == "every" and experiment.loss != "probe"
    for c, cell in enumerate(experiment.cells):
        found = family(experiment, cell, rows)
        assert header["steps"] == found.log2_dh.shape[1] - 1
        np.testing.assert_allclose(arrays["dh"][c], found.log2_dh * LOG10_2, atol=1e-9)
        for name, log2 in (("bySaturation", found.log2_by_saturation), ("byWeights", found.log2_by_weights)):
            np.testing.assert_allclose(arrays[name][c], log2 * LOG10_2, rtol=1e-4, atol=1e-4, err_msg=name)
        np.testing.assert_allclose(arrays["loss"][c], found.loss, rtol=1e-9)
        np.testing.assert_allclose(arrays["gradient"][c], found.log2_gradient * LOG10_2, atol=1e-9)
        spoken = [verdict(reach, header["steps"], every) for reach in found.reach]
        assert header["cells"][c]["verdicts"] == spoken


def shown(at: AppTest) -> VanishStudy:
    """The experiment that the URL describes."""
    experiment, complaints = VanishStudy.from_query(address(at))
    assert complaints == []
    return experiment
