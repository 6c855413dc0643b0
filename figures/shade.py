"""One colour role in light and in dark."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Shade:
    """One colour role on both grounds."""

    light: str
    dark: str
