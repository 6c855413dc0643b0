"""One colour role in light and in dark."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Tone = Literal["light", "dark"]


@dataclass(frozen=True)
class Shade:
    """One colour role on both grounds."""

    light: str
    dark: str

    def on(self, tone: Tone) -> str:
        """The colour on one of the grounds."""
        return self.light if tone == "light" else self.dark
