"""The report on a trained network: every question of this folder, asked on its own sequences, part by part."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from engine.array_record import ArrayRecord
from engine.arrays import expect
from engine.gradients.backward import Gradients
from engine.networks.network import Network, check_network
from engine.networks.network_gradients import backpropagate_network
from engine.parameters import Readout
from engine.report.asked import Asked, Origin, checked_head, errors_of
from engine.report.curves import ErrorCurves, curves_of
from engine.report.cuts import Cut, Cuts, UncutError, cut_in_parts
from engine.report.directions import Direction, directions_of, gradients_of, weights_of
from engine.report.inputs import InputDependence, dependence
from engine.report.memories import UnitMemories, kept_by, memories_of
from engine.report.runs import Masks, checked_masks, run_of, starts_of, without_holes
from engine.report.sequences import Sequences, checked_sequences
from engine.report.units import GateShares, UnitStates, gate_shares, seen, unit_states
from engine.report.weights import WeightSpectrum, spectrum
from engine.report.work import Work


@dataclass(frozen=True, eq=False, repr=False)
class Report(ArrayRecord):
    """What was found, direction by direction from the lowest layer up, over B sequences."""

    directions: tuple[Direction, ...]
    asked: Asked
    lengths: tuple[int, ...]  # B: the steps of each sequence
    origins: tuple[Origin, ...]  # B: where each one's error came from
    curves: tuple[ErrorCurves, ...]  # one a direction
    memories: tuple[UnitMemories, ...]  # of the directions whose cell keeps a share of its state
    gates: tuple[GateShares, ...]  # one a gate of each direction
    units: tuple[UnitStates, ...]  # one a direction
    inputs: tuple[InputDependence, ...]  # one a sequence
    cuts: Cuts
    weights: tuple[WeightSpectrum, ...]  # one a gate of each direction


def report(
    network: Network,
    sequences: Sequences,
    head: Readout | None = None,
    asked: Asked | None = None,
    masks: Masks | None = None,
) -> Report:
    """Every question at once; see `report_in_parts`."""
    *_, found = report_in_parts(network, sequences, head, asked, masks)
    assert isinstance(found, Report)
    return found


def report_in_parts(
    network: Network,
    sequences: Sequences,
    head: Readout | None = None,
    asked: Asked | None = None,
    masks: Masks | None = None,
) -> Iterator[float | Report]:
    """The shares of the work that are done, from 0 to 1, and at last the report; it may be left between any two.

    The sequences are run one after the other, and nothing of a run stays but what the report holds.

    Args:
        sequences: one array or several, as for `checked_sequences`.
        head: what reads the top layer's outputs, o = V h + d; None: the outputs are looked at themselves.
        asked: which output the error comes from; None: of the last step, with a head the largest, without all summed.
        masks: of each sequence True at the steps that are read, (T,), as `NetworkFile.mask` gives it, or None for all.
            Steps that are left out have no state of their own: nothing is counted there.

    Raises:
        ValueError: the network, a sequence, a mask, the head or what is asked does not fit; the message says which.
        Overflow: states that a layer above reads grew beyond float64.
    """
    check_network(network)
    every, asked = checked_sequences(network, sequences), asked or Asked()
    expect("asked", asked, Asked, "Asked(at, unit) or Asked(loss=..)")
    head = None if head is None else checked_head(network, head)
    read, starts = checked_masks(masks, every), starts_of(network, len(every))
    work = Work(network, tuple(len(one) for one in every))
    directions = directions_of(network)
    origins: list[Origin] = []
    inputs: list[InputDependence] = []
    cuts: list[Cut] = []
    uncut = ""
    of_curves, of_memories, of_units = ([[] for _ in directions] for _ in range(3))  # type: ignore[var-annotated]
    for number, x in enumerate(every):
        trace = run_of(network, x, read[number], starts[number])
        yield work.at(number, "forward")
        errors, origin = errors_of(asked, head, trace, number)
        gradients = backpropagate_network(trace, errors)
        yield work.at(number, "backward")
        ways: tuple[Gradients, ...] = gradients_of(gradients)
        for way, one in enumerate(ways):
            of_curves[way].append((one.log2_dh[:, 0], None if one.log2_dc is None else one.log2_dc[:, 0]))
            of_memories[way].append(kept_by(one.trace))
            of_units[way].append(seen(one))
        inputs.append(dependence(gradients, x))
        origins.append(origin)
        yield work.at(number, "counted")
        try:
            if trace.mask is not None and not uncut:
                trace, errors = without_holes(trace, x, starts[number], errors, asked, head, number)
                gradients = backpropagate_network(trace, errors)
            for part in () if uncut else cut_in_parts(gradients):
                if isinstance(part, Cut):
                    cuts.append(part)
                else:
                    yield work.at(number, "cut", part)
        except UncutError as error:
            uncut, cuts = str(error), []
        del trace, errors, gradients, ways, one  # before the next one's take as much again
    weights: list[WeightSpectrum] = []
    blocks = sum(len(direction.cell.gates) for direction in directions)
    for direction, parameters in zip(directions, weights_of(network), strict=True):
        for gate in direction.cell.gates:
            weights.append(spectrum(direction, gate, parameters))
            yield work.at_weights(len(weights) / blocks)
    zipped = list(zip(directions, of_curves, of_memories, of_units, strict=True))
    yield Report(
        directions=directions,
        asked=asked,
        lengths=tuple(len(one) for one in every),
        origins=tuple(origins),
        curves=tuple(curves_of(direction, rows, read) for direction, rows, _, _ in zipped),
        memories=tuple(found for direction, _, rows, _ in zipped if (found := memories_of(direction, rows))),
        gates=tuple(gate for direction, _, _, rows in zipped for gate in gate_shares(direction, rows)),
        units=tuple(unit_states(direction, rows) for direction, _, _, rows in zipped),
        inputs=tuple(inputs),
        cuts=Cuts(directions, tuple(cuts), uncut),
        weights=tuple(weights),
    )
