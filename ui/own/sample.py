"""The network that the page opens on, and what PyTorch computes with it."""

from __future__ import annotations

from functools import cache

from engine.studies.own.file import OwnFile
from ui.kit.page import ROOT

STATIC = ROOT / "static"
OUTPUTS = "sample_outputs.npz"


@cache
def sample() -> OwnFile:
    """A small trained network, as a visitor would bring it."""
    file = STATIC / "sample.safetensors"
    return OwnFile(file.name, file.read_bytes())


@cache
def sample_outputs() -> tuple[str, bytes]:
    """Name and content of the file of what PyTorch computes of the page's usual sequences."""
    return OUTPUTS, (STATIC / OUTPUTS).read_bytes()
