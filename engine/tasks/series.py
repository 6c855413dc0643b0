"""Numbers of the world to be forecast: sunspots, or a visitor's own."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from engine.arrays import Array
from engine.tasks.sunspots import FIRST_YEAR, LAST_LEARNED, SUNSPOTS
from engine.tasks.table import Table, read_table
from engine.tasks.task import FRESH, Batch, Chance, Goal
from engine.tasks.windows import MANY, WindowedTask, Windows, parted, whole

PART = 4  # of few series the last quarter is held out
FROM = 2000  # windows by which the linear forecast is fitted and judged
MARGIN = 0.01  # of the variance, by which a network that learned may be worse than the linear forecast


@dataclass(frozen=True)
class Series(WindowedTask):
    """Windows of T numbers, each series standardised by what is learned of it; wanted at every step is the next number.

    Without numbers of a visitor's own these are the yearly sunspot numbers: learned are those until 1920, asked is on
    those after. A missing number enters as the one before it, and is wanted of nobody.

    Raises:
        ValueError: the text is no table of numbers, as `read_table` says.
    """

    name, title = "series", "Sunspots or own numbers"
    what = "Yearly sunspot numbers since 1700, or numbers of your own: what is the next one?"
    lengths, length_label = (2, 40, 500), "Steps of a window"
    loss = "squared-error"
    reads = "numbers"
    input_names, output_names = ("number",), ("next number",)

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.text:
            _ = self.table

    @cached_property
    def table(self) -> Table:
        """The series as they were read."""
        if self.text:
            return read_table(self.text)
        return Table((np.array(SUNSPOTS),), ("sunspot number",), "")

    @cached_property
    def parts(self) -> tuple[Windows, Windows | None]:
        series = self.table.series
        sizes = np.array([len(one) for one in series])
        tails = None if self.text else np.array([FIRST_YEAR + len(SUNSPOTS) - 1 - LAST_LEARNED])
        values = np.concatenate(series)
        learned, held = parted(values, sizes, self.length, PART, tails)
        pieces = [values[start : start + size] for start, size in zip(learned.first, learned.sizes, strict=True)]
        if len(series) >= MANY:  # lines of one kind: what is held out has no scale of its own
            pieces = [np.concatenate(pieces)] * len(series)
        shift = np.array([np.nanmean(piece) for piece in pieces])
        spread = np.array([np.nanstd(piece) for piece in pieces])
        factor = np.where(spread > 0.0, spread, 1.0)
        values = (values - np.repeat(shift, sizes)) / np.repeat(factor, sizes)
        both = np.stack([shift, factor])
        first = Windows(values, learned, self.length, both)
        if not first.count:  # all but the first number is missing in it
            return Windows(values, whole(sizes), self.length, both), None
        second = None if held is None else Windows(values, held, self.length, both)
        return first, second if second is not None and second.count else None

    @property
    def understood(self) -> str:
        return self.table.understood

    @property
    def evaluated(self) -> str:
        if self.parts[1] is None:
            return "The series are too short to hold anything out: asked is on what was learned."
        if not self.text:
            return f"The years after {LAST_LEARNED}, none of which was learned."
        if len(self.table.series) >= MANY:
            return f"Every {PART}th different series, none of which was learned."
        return "The last quarter of each series that is long enough, which was held out."

    def shown(self) -> Batch:
        """The last window."""
        learned, held = self.parts
        return (held or learned).batch(np.array([-1]))

    @cached_property
    def _moments(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """Mean and variance of what is wanted while it learns, and of what is asked."""
        learned, held = self.parts
        return _moments(learned), _moments(held or learned)

    @property
    def chance(self) -> Chance:
        (known, _), (mean, variance) = self._moments
        why = "Always saying the mean of what is learned"
        why += ": the variance." if self.parts[1] is None else ", on what is held out."
        return Chance(variance + (mean - known) ** 2, None, why)

    @property
    def start(self) -> float:
        mean, variance = self._moments[1]
        return mean**2 + variance

    @property
    def goal(self) -> Goal:
        words = f"At most the error of a linear forecast from two numbers, {self.linear:.3g}, and 1 % of the variance"
        words += " of what is learned."
        return Goal("loss", self.linear + MARGIN * self._moments[0][1], words)

    @cached_property
    def linear(self) -> float:
        """What a x_t + b x_{t-1} + c is off, fitted to what is learned and asked like the network: at a window's first
        step, where there is no x_{t-1}, a x_t + c. Source: Yule (1927), on the same numbers."""
        learned, held = self.parts
        fitted = learned.spread(np.random.default_rng(FRESH), min(learned.count, FROM))
        asked = fitted if held is None else held.spread(np.random.default_rng(FRESH), min(held.count, FROM))
        total = 0.0
        for steps, lags in ((slice(0, 1), 1), (slice(1, None), 2)):
            (x, y, w), (past, wanted, counts) = (_regression(batch, steps, lags) for batch in (fitted, asked))
            root = np.sqrt(w)
            weights = np.linalg.lstsq(x * root[:, None], y * root, rcond=None)[0]
            total += float((counts * (wanted - past @ weights) ** 2).sum())
        return total / float(asked.counts.sum())


def _moments(windows: Windows) -> tuple[float, float]:
    there = ~np.isnan(windows.values)
    values, weights = windows.values[there], windows.wanted[there]
    mean = np.average(values, weights=weights)
    return float(mean), float(np.average((values - mean) ** 2, weights=weights))


def _regression(batch: Batch, steps: slice, lags: int) -> tuple[Array, Array, Array]:
    """The numbers by which each reading at `steps` is forecast, what is wanted, and how much it counts."""
    x = batch.x[..., 0]
    rows = np.stack(
        [x, np.concatenate([x[:1], x[:-1]]), np.ones_like(x)][-lags - 1 :] if lags == 2 else [x, np.ones_like(x)]
    )
    flat = rows[:, steps].reshape(len(rows), -1).T
    return flat, batch.targets[steps, :, 0].ravel(), batch.counts[steps].ravel()
