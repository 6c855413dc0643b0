"""Numbers whose words are compared between Python and the browser."""

from __future__ import annotations

import math
import random

from figures.words import LOG10_2, number, power

_draw = random.Random(1)
NUMBERS = [
    *(0.0, -0.0, 1.0, 1.125, 1.115, 2.675, 0.0009995, 9.995, 99.95, 999.5, 9995.0, 9999.5, 1e4, 1e-3, 1e22, 1e23),
    *(1.7976931348623157e308, 2.2250738585072014e-308, 5e-324, 1 / 3, 0.1 + 0.2, math.nextafter(1e4, 0)),
    *(k / 1000 for k in range(1, 12_000, 7)),
    *(10.0**k for k in range(-320, 309, 3)),
    *(_draw.choice((-1, 1)) * 10 ** _draw.uniform(-320, 308) for _ in range(2000)),
    *(_draw.choice((-1, 1)) * 10 ** _draw.uniform(-5, 6) for _ in range(2000)),
]
LOG2S = [
    *(float(k) for k in range(-60, 61)),
    *(_draw.uniform(-40, 40) for _ in range(2000)),
    *(_draw.uniform(-70_000, 70_000) for _ in range(2000)),
    -(2.0**37),
    -(2.0**38),
]
IN_PYTHON = {"numbers": [number(value) for value in NUMBERS], "powers": [power(value) for value in LOG2S]}
LOG10S = [value * LOG10_2 for value in LOG2S]  # what the lab's message holds


def in_full(value: float) -> str:
    """As the browser says a value under the pointer: with its digits up to six, where they are more."""
    short, full = number(abs(value)), float(f"{abs(value):.6g}")
    sign = "−" if value < 0 else ""
    return number(value) if float(short) == full else f"{sign}{short} ({sign}{full!r})"


# Runs in node and in a browser alike, given the functions of ui/kit/browser/words.js.
COMPARED = """({ sayNumber, sayPower }, { numbers, log10s }) => ({
  numbers: numbers.map(sayNumber),
  powers: log10s.map(sayPower),
  ends: [NaN, Infinity, -Infinity].map((v) => [sayNumber(v), sayPower(v)]),
})"""
IN_THE_END = [["not a number", "not a number"], ["infinite", "infinite"], ["minus infinity", "0"]]
