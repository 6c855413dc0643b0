"""A cell at every recurrent scale at once: what a drag of the scale moves through.

All networks of a family share their weights up to the gain on W, so one matrix product per step serves them all.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from engine.array_record import ArrayRecord
from engine.arrays import Array
from engine.cells import Cell
from engine.errors import Errors
from engine.forward import Trace, unroll
from engine.gradients.backward import Gradients, backpropagate
from engine.gradients.single import Float32Ends, float32_ends
from engine.measures import (
    Reach,
    largest_singular_value,
    log2_bound_per_step,
    reach,
    recurrent_blocks,
    spectral_radius,
)
from engine.overflow import Overflow
from engine.parameters import Parameters
from engine.spectra.jacobians import growth
from engine.studies.fields import BIASES, bias_of
from engine.studies.vanish.study import VanishStudy, work

SCALES = tuple(round(0.05 * k, 2) for k in range(4, 61))  # 0.2 to 3
COARSE_SCALES = SCALES[::2]  # 0.2, 0.3, .. 3: for runs whose every step costs much
COARSE_FROM = 1_000_000  # `work` from which on the coarse scales are used
CHUNK_BYTES = 48e6  # of one working array; a larger family is run in parts, so that a process stays below 500 MB


@dataclass(frozen=True, eq=False, repr=False)
class Family(ArrayRecord):
    """One cell at S scales; row k is the run at `scales[k]`."""

    cell: Cell
    scales: tuple[float, ...]
    log2_dh: Array  # (S, T+1) log2 ||dL/dh_t||
    log2_dc: Array | None  # (S, T+1) log2 ||dL/dc_t||
    reach: tuple[Reach, ...]  # S
    log2_bound: Array | None  # (S,) log2 (||W||_2 gamma), for vanilla cells
    spectral_radius: Array  # (S,)
    singular_value: Array  # (S,)
    largest_in: tuple[str, str]  # the gates whose W has that radius, and that singular value
    saturation: Array  # (S,) 0 to 1
    keeps: Array | None  # (S,) the share of its memory that a step keeps, mean over steps and units; None: it has none
    loss: Array  # (S,) summed over the steps that have one
    log2_gradient: Array  # (S,) log2 of the norm of all parameter gradients together
    h: Array  # (S, T+1, H) hidden states, float32
    log2_by_saturation: Array  # (S, T) each step's growth of the error from t to t-1, `jacobians.Growth`, float32
    log2_by_weights: Array  # (S, T) the rest of it
    beyond: str = ""  # why some scales have no numbers but nan: what left float64 there; "": all have

    @property
    def lost(self) -> Array:
        """Which scales have no numbers, (S,)."""
        return np.asarray(np.isnan(self.h).all(axis=(1, 2)))


def family_scales(experiment: VanishStudy) -> tuple[float, ...]:
    """The scales that a drag passes: steps of 0.05, or of 0.1 where a run is long."""
    return SCALES if work(experiment) < COARSE_FROM else COARSE_SCALES


def nearest_scale(experiment: VanishStudy) -> int:
    """The index of the family's scale that is nearest to the experiment's own."""
    return int(np.abs(np.array(family_scales(experiment)) - experiment.scale).argmin())


def at_family_scale(experiment: VanishStudy) -> VanishStudy:
    """The experiment at the family's scale that is nearest to its own: what is shown of it."""
    return replace(experiment, scale=family_scales(experiment)[nearest_scale(experiment)])


def undragged(experiment: VanishStudy) -> VanishStudy:
    """The experiment with its scale, and all that changes no family, at rest: the same wherever a drag ends."""
    usual = VanishStudy.usual()
    return replace(experiment, scale=usual.scale, clip=usual.clip, other_seeds=usual.other_seeds)


def deciding(experiment: VanishStudy, cell: str) -> VanishStudy:
    """The experiment with everything at rest that does not change the family of `cell`."""
    others = {name: getattr(VanishStudy.usual(), name) for name in BIASES if name != bias_of(cell)}
    return replace(undragged(experiment), cells=(cell,), **others)


def family(experiment: VanishStudy, cell: str, scales: tuple[float, ...] | None = None) -> Family:
    """The family of one cell in one call, at all the scales of `family_scales` or those that are named."""
    *_, done = family_in_parts(experiment, cell, scales or family_scales(experiment))
    assert isinstance(done, Family)
    return done


def family_in_parts(experiment: VanishStudy, cell: str, scales: tuple[float, ...]) -> Iterator[float | Family]:
    """The same in parts that fit memory: yields the share that is done after each, and the family at the end.

    Raises:
        Overflow: at every scale states grew beyond float64 that a layer above has to read, or no error can pass.
    """
    kind, base = experiment.kind(cell), experiment.parameters(cell, scale=1.0)
    x = experiment.entering()
    T, H = len(x), experiment.hidden
    outputs = 0 if experiment.enters_last else experiment.sequence().outputs
    each = experiment.chains * T * 1.25 * len(base.W) + 2.0 * T * outputs + base.U.size
    width = max(1, int(CHUNK_BYTES / (8.0 * each)))
    parts = -(-len(scales) // width)
    runs: list[_Part] = []
    beyond: list[Overflow] = []
    for part, gains in enumerate(np.array_split(np.array(scales), parts), 1):
        runs += _finite_parts(experiment, kind, base, x, gains, beyond)
        yield part / parts
    if len(beyond) == len(scales):
        raise beyond[0]
    log2_dh = np.hstack([r.log2_dh for r in runs]).T
    zero, overflow = (np.concatenate([getattr(r.ends, name) for r in runs]) for name in ("zero", "overflow"))
    with_memory = [r.log2_dc for r in runs if r.log2_dc is not None]
    blocks, gain = recurrent_blocks(kind, base), np.array(scales)
    per_step = log2_bound_per_step(kind, base)
    radii, norms = (
        {gate: size(block[None]) for gate, block in zip(kind.gates, blocks, strict=True)}
        for size in (spectral_radius, largest_singular_value)
    )
    yield Family(
        cell=kind,
        scales=scales,
        log2_dh=log2_dh,
        log2_dc=np.hstack(with_memory).T if with_memory else None,
        reach=tuple(reach(*row) for row in zip(log2_dh, zero, overflow, strict=True)),
        log2_bound=None if per_step is None else per_step + np.log2(gain),
        spectral_radius=gain * max(radii.values()),
        singular_value=gain * max(norms.values()),
        largest_in=(max(radii, key=radii.__getitem__), max(norms, key=norms.__getitem__)),
        saturation=np.concatenate([r.saturation for r in runs]),
        keeps=np.concatenate(keeps) if (keeps := [r.keeps for r in runs if r.keeps is not None]) else None,
        loss=np.concatenate([r.loss for r in runs]),
        log2_gradient=np.concatenate([r.log2_gradient for r in runs]),
        h=np.concatenate([r.h for r in runs]).reshape(len(scales), T + 1, H),
        log2_by_saturation=np.concatenate([r.log2_by_saturation for r in runs]),
        log2_by_weights=np.concatenate([r.log2_by_weights for r in runs]),
        beyond=str(beyond[0]) if beyond else "",
    )


@dataclass(frozen=True, eq=False, repr=False)
class _Part(ArrayRecord):
    """What is kept of some of the family's networks."""

    log2_dh: Array
    log2_dc: Array | None
    ends: Float32Ends
    saturation: Array
    keeps: Array | None
    loss: Array
    log2_gradient: Array
    h: Array
    log2_by_saturation: Array
    log2_by_weights: Array

    @classmethod
    def missing(cls, cell: Cell, T: int, H: int) -> _Part:
        """A scale whose numbers left float64."""
        none, ends = np.full((T + 1, 1), np.nan), np.zeros(1, dtype=np.int64)
        one, row = np.full(1, np.nan), np.full((1, T), np.nan, np.float32)
        return cls(
            log2_dh=none,
            log2_dc=none if cell.has_memory else None,
            ends=Float32Ends(ends, ends),
            saturation=one,
            keeps=one if _shared(cell) else None,
            loss=one,
            log2_gradient=one,
            h=np.full((1, T + 1, H), np.nan, np.float32),
            log2_by_saturation=row,
            log2_by_weights=row,
        )

    @classmethod
    def of(cls, run: Gradients, errors: Errors, ends: Float32Ends) -> _Part:
        with np.errstate(over="ignore"):
            h = run.trace.h.swapaxes(0, 1).astype(np.float32)
        split = growth(run)
        return cls(
            log2_dh=run.log2_dh,
            log2_dc=run.log2_dc,
            ends=ends,
            saturation=run.trace.saturation,
            keeps=_kept(run.trace),
            loss=errors.loss.sum(axis=0),
            log2_gradient=run.log2_parameters,
            h=h,
            log2_by_saturation=split.saturation.T.astype(np.float32),
            log2_by_weights=split.weights.T.astype(np.float32),
        )


def _finite_parts(
    experiment: VanishStudy, kind: Cell, base: Parameters, x: Array, gains: Array, beyond: list[Overflow]
) -> list[_Part]:
    """The runs at these scales, together where all stay within float64; to `beyond` what leaves it."""
    start = experiment.first_state(len(gains))
    try:
        trace = unroll(kind, base, np.repeat(x, len(gains), axis=1), start, gain=gains)
        errors = experiment.errors(trace)
        run = backpropagate(trace, errors)
    except Overflow as error:
        if len(gains) == 1:
            beyond.append(error)
            return [_Part.missing(kind, len(x), base.hidden_size)]
        return [
            part for half in np.array_split(gains, 2) for part in _finite_parts(experiment, kind, base, x, half, beyond)
        ]
    try:
        ends = float32_ends(run, experiment.errors)
    except Overflow:  # in float32 alone
        if len(gains) > 1:
            halves = np.array_split(gains, 2)
            return [one for half in halves for one in _finite_parts(experiment, kind, base, x, half, beyond)]
        ends = Float32Ends(np.zeros(1, dtype=np.int64), np.full(1, len(x)))
    return [_Part.of(run, errors, ends)]


def _shared(cell: Cell) -> bool:
    """Whether a share of the memory is kept, 0 to 1."""
    return cell.keeps is not None and (cell.keeper is None or cell.activations[cell.keeper].shares)


def _kept(trace: Trace) -> Array | None:
    """The mean share of the memory that a step keeps, (B,), as the cell's `Keeps` says."""
    keeps, keeper = trace.cell.keeps, trace.cell.keeper
    if keeps is None or not _shared(trace.cell):
        return None
    if keeper is None:
        return np.full(trace.batch, 1.0 - trace.parameters.extra[keeps.share].mean())
    share: Array = trace.gates[keeper].mean(axis=(0, 2))
    return share if keeps.sign > 0 else 1.0 - share
