"""Vanish & explode without a browser: what its pictures were sent, and whether it is the engine's."""

from __future__ import annotations

import base64
import json
from typing import Any

import numpy as np
from streamlit.testing.v1 import AppTest

import tests.pages.visits as visits
from engine.studies.vanish.families import family, family_scales, nearest_scale
from engine.studies.vanish.study import VanishStudy
from figures.vanish.picture import together
from figures.vanish.view import VanishView
from figures.words import LOG10_2, verdicts
from tests.pages.visits import address, checked, components, letter
from ui.kit.held import Held
from ui.vanish.picture import dragged, wish

PAGE = "pages/vanish_and_explode.py"


def visit(**query: str) -> AppTest:
    """The page as a visitor with this link finds it."""
    return visits.visit(PAGE, **query)


def field(at: AppTest, name: str) -> Any:
    """The control of a field."""
    return visits.field(at, "vanish", name)


def sent(at: AppTest, name: str = "vanish") -> tuple[dict[str, Any], dict[str, np.ndarray]]:
    """Header and arrays that a picture was sent."""
    _, header, arrays = letter(at, name)
    return header, arrays


def held(at: AppTest) -> Held:
    """What the session holds of the page."""
    found: Held = at.session_state["held.vanish"]
    return found


def study(at: AppTest) -> VanishStudy:
    """The experiment that is shown."""
    found = held(at).record
    assert isinstance(found, VanishStudy)
    return found


def ask_for(at: AppTest, *wishes: str) -> AppTest:
    """What the picture does once a hand is on the slider ("whole"), or other seeds are still missing ("seeds")."""
    for what in wishes:
        wish(held(at), study(at), what)
    return checked(at.run())


def drag_to(at: AppTest, scale: float) -> AppTest:
    """What the picture does when the slider is let go of."""
    dragged(held(at), study(at), scale)
    return checked(at.run())


def plot(at: AppTest) -> dict[str, Any]:
    """The plotly figure on the page."""
    figure: dict[str, Any] = json.loads(json.loads(components(at)["plot"].json)["figure"])
    return figure


def numbers(values: list[float] | dict[str, str]) -> np.ndarray:
    """Numbers of a plotly figure, which writes arrays as base64."""
    if isinstance(values, dict):
        return np.frombuffer(base64.b64decode(values["bdata"]), values["dtype"])
    return np.array(values, dtype=float)


def assert_shows(at: AppTest, experiment: VanishStudy) -> None:
    """Every number the picture was sent is the engine's own."""
    envelope, header, arrays = letter(at, "vanish")
    scales = family_scales(experiment)
    assert tuple(header["scales"]) == scales
    assert [cell["name"] for cell in header["cells"]] == list(experiment.cells)
    rows = scales[header["from"] : header["from"] + header["runs"]]
    assert scales[nearest_scale(experiment)] in rows
    assert envelope["moved"] == {"scale": experiment.scale}
    assert header["clip"] == experiment.clip
    for c, cell in enumerate(experiment.cells):
        found = family(experiment, cell, rows)
        assert header["steps"] == found.log2_dh.shape[1] - 1
        np.testing.assert_allclose(arrays["dh"][c], found.log2_dh * LOG10_2, atol=1e-9)
        for name, log2 in (("bySaturation", found.log2_by_saturation), ("byWeights", found.log2_by_weights)):
            np.testing.assert_allclose(arrays[name][c], log2 * LOG10_2, rtol=1e-4, atol=1e-4, err_msg=name)
        np.testing.assert_allclose(arrays["loss"][c], found.loss, rtol=1e-9)
        np.testing.assert_allclose(arrays["gradient"][c], found.log2_gradient * LOG10_2, atol=1e-9)
        assert header["cells"][c]["verdicts"] == verdicts(found, together(experiment))


def shown(at: AppTest) -> VanishStudy:
    """The experiment that the URL describes."""
    experiment, complaints = VanishStudy.from_query(address(at))
    view, also = VanishView.from_query(address(at), experiment)
    assert complaints + also == []
    assert view.to_query().keys() <= address(at).keys()
    return experiment
