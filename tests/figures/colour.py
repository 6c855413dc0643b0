"""What an eye makes of a colour: contrast, lightness, and how two colours differ to a colour-blind reader.

Sources: WCAG 2.2 (relative luminance, contrast ratio); CIE 1976 L*; Ottosson, "Oklab" (2020);
Machado, Oliveira and Fernandes, "A physiologically-based model for simulation of color vision deficiency" (2009).
"""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[np.float64]]

# Severity 1.0, on linear RGB.
SEEN_BY = {
    "everyone": np.eye(3),
    "protanopes": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopes": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
}
_LMS = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)


def linear(colour: str) -> Array:
    """Linear RGB of #rrggbb, (3,)."""
    value = np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)]) / 255.0
    return np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4)


def luminance(colour: str) -> float:
    """Relative luminance, 0 to 1."""
    return float(linear(colour) @ [0.2126, 0.7152, 0.0722])


def contrast(one: str, other: str) -> float:
    """WCAG's contrast ratio, 1 to 21."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def lightness(colour: str) -> float:
    """CIE L*, 0 to 100."""
    y = luminance(colour)
    return 116.0 * np.cbrt(y) - 16.0 if y > 216 / 24389 else y * 24389 / 27


def difference(one: str, other: str, seen_by: str = "everyone") -> float:
    """Distance in Oklab times 100; about 2 can just be told apart side by side."""
    a, b = (_oklab(np.clip(SEEN_BY[seen_by] @ linear(colour), 0.0, 1.0)) for colour in (one, other))
    return float(100.0 * np.linalg.norm(a - b))


def _oklab(rgb: Array) -> Array:
    return np.asarray(_LAB @ np.cbrt(_LMS @ rgb))
