"""The presets that tell the cliff's story: each a study and one sentence on what to look for."""

from __future__ import annotations

from engine.studies.cliff.study import CliffStudy
from ui.kit.page import Preset

PRESETS: dict[str, Preset] = {
    "wall": Preset(
        "At the wall",
        "One slope, two balls: at the wall a single gradient throws the first off the map, onto a plain too flat to "
        "leave; the clipped one walks on.",
        CliffStudy(),
    ),
    "before": Preset(
        "Before the wall",
        "The same slope, higher up: no gradient is longer than the threshold, nothing is clipped, and both balls make "
        "the same way.",
        CliffStudy(w=5.5, b=-2.0, count=100),
    ),
    "top": Preset(
        "On the steepest place",
        "The first gradient is nearly 60,000 times the median of this map: after one update the first ball is a "
        "hundred maps away.",
        CliffStudy(w=4.94, b=-2.575),
    ),
    "slower": Preset(
        "A smaller rate",
        "A fifth of the learning rate makes throws shorter, not rarer: the first ball is thrown back up, and walks "
        "down to the wall again.",
        CliffStudy(rate=0.02, count=400),
    ),
    "momentum": Preset(
        "Momentum",
        "What throws the ball also sets it going: with momentum 0.7 it flies on after the gradient has vanished.",
        CliffStudy(momentum=0.7),
    ),
    "tight": Preset(
        "Clipped too hard",
        "A threshold below the slope's ordinary gradient shortens every update: safe at the wall, and slow everywhere.",
        CliffStudy(threshold=0.03),
    ),
    "short": Preset(
        "Ten steps only",
        "With T = 10 the wall is a slope: the unit has no time to move away from the place that repels it. Drag T up "
        "and see it sharpen.",
        CliffStudy(steps=10),
    ),
    "closer": Preset(
        "The wall, closer",
        "A thousandth of b decides: just below the wall the unit ends low, just above it ends high, and in between "
        "the error falls as steeply as the colours say.",
        CliffStudy(window=(4.5, 4.7, -2.46, -2.33)),
    ),
}
