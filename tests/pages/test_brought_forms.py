"""Networks in the forms that only files bring open on the pages, and no picture of them is missing."""

from __future__ import annotations

import pytest
from streamlit.testing.v1 import AppTest

from engine.studies.brought import Brought
from engine.studies.doors import STUDIES, query_of
from tests.engine.brought_forms import formed
from tests.pages.visits import ROOT, checked, components, said
from ui.kit.brought import Here
from ui.kit.page import every_page

EACH = {path: page for path, page in every_page().items() if page.word in STUDIES}
FORMS = [
    "averaged below",
    "as read, both, merged",
    "two cells, merged",
    "lstm[candidate=hard_tanh, output=affine(0.9, 0.1)]",
]


def opened(path: str, brought: Brought, layer: int = 1, way: int = 1, **query: str) -> AppTest:
    at = AppTest.from_file(str(ROOT / "app.py"), default_timeout=30)
    at.session_state["brought"] = Here({brought.digest: brought})
    for name, value in {**query_of(brought, EACH[path].word, 1, layer, way), **query}.items():
        at.query_params[name] = value
    at.switch_page(path)
    return checked(at.run())


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("path", EACH)
def test_no_page_refuses_it(path: str, form: str) -> None:
    brought = formed(form, start=True)
    at = opened(path, brought, len(brought.network.layers), len(brought.network.layers[-1].directions))
    assert said(at) == []
    assert components(at)
    if path == "pages/vanish_and_explode.py":
        for more in ("helps", "product", "theory"):
            assert said(opened(path, brought, more=more)) == []
