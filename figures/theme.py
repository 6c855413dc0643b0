"""Every colour of the product, once, in light and dark. A colour means a role.

No other file names one, but that each cell's own colour stands in its file in `figures/cells`.

Cells and roles keep 3:1 contrast (text roles 4.5:1) against their ground, and stay apart for colour-blind readers by
lightness as well as hue; curves also differ by label and dash, never by colour alone.
"""

from __future__ import annotations

from engine.cells import CELLS as REGISTRY
from figures.cells import LOOKS
from figures.shade import Shade

GROUND = Shade("#fbfaf8", "#14161a")
SURFACE = Shade("#f1efea", "#1e2127")  # panels and empty cells
TEXT = Shade("#1d2025", "#eceae6")
MUTED = Shade("#5c626c", "#a3aab5")  # secondary text, axes
RULE = Shade("#d9d5cd", "#343942")  # grid and hairlines
ACCENT = Shade("#2b5fb3", "#7fb0ff")

CELLS = {name: look.colour for name, look in LOOKS.items() if name in REGISTRY}
ROLES = {
    "input": Shade("#8f5c00", "#fcb924"),
    "state": Shade("#02718b", "#6ec6e9"),
    "output": Shade("#064c10", "#9fd790"),
    "gradient": Shade("#9c004b", "#f67ea4"),
    "saturation": Shade("#6a5acd", "#7f72e0"),  # what slopes and gates do to an error
    "weights": Shade("#b0765c", "#c07a50"),  # what the recurrent matrix does to it
    "memory": Shade("#2448a8", "#789cfc"),  # the cell state
    "forget gate": Shade("#b43c60", "#b45454"),
    "input gate": Shade("#0c3000", "#a8fc9c"),  # the update gate too: both decide what is written
    "candidate": Shade("#603078", "#cc6cb4"),
    "output gate": Shade("#00909c", "#00f0fc"),
    "reset gate": Shade("#600048", "#e4903c"),
}
BALLS = {  # two descents on one error surface, on the map of magnitudes too
    "free": Shade("#1d2025", "#eceae6"),
    "clipped": Shade("#0b57c4", "#6fb6ff"),
}

# Signed values, from -1 over 0 to 1, minus further from the ground than plus, so that they differ without colour too;
# magnitudes on log10, from the smallest to the largest. Lightness is even in both.
SIGNED = {
    "light": ("#073a61", "#2f76a6", "#8fbcd8", "#f4f2ee", "#f0b9a9", "#dd7d69", "#b8402f"),
    "dark": ("#a5deff", "#5ba5d3", "#2f627f", "#23262c", "#6b352c", "#ad5443", "#ee8a70"),
}
INKS = ("#000000", "#ffffff")  # one of them is read on any colour
MAGNITUDE = {
    "light": ("#eee6ea", "#e3c4d4", "#d69bba", "#c66d9d", "#b13d7f", "#8f1a5f", "#610b3f"),
    "dark": ("#2b2329", "#4a2b3d", "#743553", "#a3426e", "#d0558d", "#f57db1", "#ffb8d8"),
}


def partners() -> dict[str, str]:
    """Each light colour's partner on the dark ground: figures are made in light and recoloured in the browser."""
    shades = [*_GENERAL.values(), *CELLS.values(), *ROLES.values(), *BALLS.values()]
    pairs = {shade.light: shade.dark for shade in shades}
    for scale in (SIGNED, MAGNITUDE):
        pairs.update(zip(scale["light"], scale["dark"], strict=True))
    return pairs


def theme_message() -> dict[str, dict[str, object]]:
    """Both themes as plain data, for a component that draws in the browser."""
    return {
        tone: {
            **{name.lower(): getattr(shade, tone) for name, shade in _GENERAL.items()},
            "cells": {name: getattr(shade, tone) for name, shade in CELLS.items()},
            "roles": {name: getattr(shade, tone) for name, shade in ROLES.items()},
            "balls": {name: getattr(shade, tone) for name, shade in BALLS.items()},
            "inks": INKS,
            "signed": SIGNED[tone],
            "magnitude": MAGNITUDE[tone],
        }
        for tone in ("light", "dark")
    }


_GENERAL = {"GROUND": GROUND, "SURFACE": SURFACE, "TEXT": TEXT, "MUTED": MUTED, "RULE": RULE, "ACCENT": ACCENT}
