"""What a session holds of a page."""

from __future__ import annotations

from dataclasses import replace

from pages.vanish_and_explode import PAGE
from ui.kit.held import Held


def test_what_is_told_twice_is_written_into_the_address_once() -> None:
    held = Held(PAGE, PAGE.record.usual(), PAGE.view.usual(), "visitor")
    held.put("scale", 1.05)
    assert held.changed
    held.changed = False  # as once the address is written
    held.put("scale", 1.05)
    held.adopt(replace(held.record))
    assert held.pressed
    assert not held.changed
    held.adopt(PAGE.record.usual())
    assert held.changed
