"""Page tests run a page's script some hundred times; nothing that does not change is looked up each time."""

from __future__ import annotations

from collections.abc import Iterator

import pytest


@pytest.fixture(scope="session", autouse=True)
def no_search_for_installed_components() -> Iterator[None]:
    """Streamlit reads the metadata of every installed package at the start of a visit: 0.1 s, and none has any."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("streamlit.components.v2.manifest_scanner.scan_component_manifests", list, raising=False)
        yield
