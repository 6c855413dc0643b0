"""The unrolled network's message: every state, gate, weight and gradient norm of a walk, to be stepped through."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from engine.arrays import Array, log2_norm
from engine.cells import Cell
from engine.forward import Trace
from engine.gradients.backward import Gradients
from engine.studies.unroll.edits import LARGEST_WEIGHT, MOST_EDITS
from engine.studies.unroll.walk import Part, Walk
from engine.wide import widened
from figures.cells import look_of
from figures.message import message
from figures.theme import theme_message
from figures.unroll.by_hand import by_hand
from figures.unroll.comparing import comparison
from figures.unroll.counting import count_pieces, elsewhere, parameter_formula, plain_network, shapes_in_words
from figures.unroll.equations import equations_message
from figures.unroll.places import column, read_at, turned
from figures.unroll.unit_order import by_similarity, by_variance
from figures.unroll.words import label, own_words, unasked_verdict, walk_verdict
from figures.words import LOG10_2, number, power, power_of_ten

FLOAT32_HOLDS = 2.0**120  # with room for what stands beside it in a sum
EXACT_BUDGET = 2_000_000  # bytes of float64; a longer walk is sent as float32, which holds more digits than are shown


def unroll_message(walks: Sequence[Walk], warning: str = "") -> bytes:
    """The walk's message; `warning` is said above the picture.

    Of two texts, which the same weights read, the second's header is under ``second``, its arrays are behind
    ``second.``, and what is said of both is under ``compared``.
    """
    texts = [
        _walk(walk, f"{n}: {own_words(walk.walkthrough)}" if len(walks) > 1 else "") for n, walk in enumerate(walks, 1)
    ]
    header, arrays = texts[0]
    for other, more in texts[1:]:
        header |= {"second": other, "compared": comparison(*walks)}
        arrays |= {f"second.{name}": array for name, array in more.items() if not name.startswith("weights.")}
    return message({**header, "warning": warning}, arrays)


def _walk(walk: Walk, named: str) -> tuple[dict[str, object], dict[str, Array]]:
    """Header and arrays for the browser; `named` is what one of two texts is called.

    T counts the columns of one part.
    For chain k (a layer and direction of a part), in the order of the columns whichever way it reads: ``k.h`` and
    ``k.c`` (T+1, H) with the start before the first column, or behind the last where it reads from the end;
    ``k.gates`` and ``k.sums`` (G, T, H); ``k.dh`` (T) log10 ||dL/dh_t||; ``k.flow`` (2, T) log10 of the norms of U x_t
    and of W h_{t-1}; ``k.size`` (T+1, H) log10 |h| and ``k.sum_size`` (T, H) log10 of the sums where some state left
    float64. ``outputs`` (n, K) and ``outflow`` (n) log10 of the norm of V h, at the steps of ``output.at``;
    ``output.reads`` has for each of them the column at which V reads the top row of each direction (a single answer
    reads the chain from the end in column 1, where it ends, and there its error enters); ``losses``; ``output_size``
    and ``loss_size`` log10 of values and losses where they may leave float64; each array of weights under
    ``weights.`` and its name; ``values`` (T, D) what enters where that is numbers.
    """
    walkthrough = walk.walkthrough
    arrays: dict[str, Array] = {}
    parts: list[dict[str, object]] = []
    chains: list[dict[str, object]] = []
    offset, cells = 0, dict[Cell, int]()
    for p, part in enumerate(walk.parts):
        steps = part.trace.steps
        names = walkthrough.spoken if part.name == "decoder" else walkthrough.vocabulary
        known = {"vocabulary": [label(symbol) for symbol in names]}
        parts.append({"name": part.name, "steps": steps, "offset": offset, **known, **_entering(walk, part)})
        for k, (trace, gradients, reverse, layer, direction) in enumerate(_chains(part), len(chains)):
            way = slice(None, None, -1) if reverse else slice(None)
            arrays |= {f"{k}.{name}": value for name, value in _chain_arrays(trace, gradients, way).items()}
            states = trace.h[1:, 0][way]
            chains.append(
                {
                    "part": p,
                    "layer": layer,
                    "reverse": reverse,
                    "way": direction,
                    "cell": cells.setdefault(trace.cell, len(cells)),
                    "start": _starts(trace),
                    "title": _title(walk, part, layer, reverse),
                    "suffix": f"{layer}{'r' if direction else ''}",
                    "prefix": "decoder." if part.name == "decoder" else "",
                    "orders": {"similarity": by_similarity(states), "variance": by_variance(states)},
                }
            )
        offset += steps
    last = offset - walk.parts[-1].trace.steps
    shown_at = [column(walk, t) for t in walk.output_at]
    order = np.argsort(shown_at)
    with np.errstate(over="ignore", invalid="ignore"):
        arrays |= {
            "outputs": walk.outputs[order],
            "outflow": log2_norm(walk.states @ walk.readout.V.T, (1,))[order] * LOG10_2,
            "losses": walk.losses,
            **_beyond(walk, order),
        }
    if sum(array.nbytes for array in arrays.values()) > EXACT_BUDGET:
        with np.errstate(over="ignore"):
            arrays = {name: array.astype(np.float32) for name, array in arrays.items()}
    arrays |= {f"weights.{name}": np.asarray(array) for name, array in walk.weights.items()}
    if walkthrough.numeric:
        arrays["values"] = np.concatenate([part.x[:, 0] for part in walk.parts])
    _, total = parameter_formula(walkthrough)
    header = {
        "named": named,
        "steps": offset,
        "hidden": walkthrough.hidden,
        "layers": walkthrough.layers,
        "both": walkthrough.both,
        "wiring": walkthrough.wiring,
        "parts": parts,
        "chains": chains,
        "cells": [
            {
                "name": cell.kind,
                "title": cell.title,
                "memory": cell.has_memory,
                "extras": list(cell.extras),
                **equations_message(look_of(cell), walkthrough.loops),
            }
            for cell in cells
        ],
        "merges": [layer.layer.merge for layer in walk.parts[-1].trace.layers],
        "vocabulary": [label(symbol) for symbol in walkthrough.answers],
        "output": {
            "kind": walkthrough.output_kind,
            "at": [last + shown_at[n] for n in order],
            "reads": [[last + t for t in read_at(walk, walk.output_at[n])] for n in order],
        },
        "loss": {
            "at": [last + column(walk, t) for t in walk.loss_at],
            "targets": [label(target) for target in walk.targets],
            "codes": [int(code) for code in walk.wanted] if walkthrough.output_kind == "softmax" else None,
            "says": _loss_in_words(walk),
            "half": walkthrough.trained is None,  # of a squared error
        },
        "count": [*map(list, count_pieces(walkthrough)), [f" = {total:,}", ""]],
        "shapes": shapes_in_words(walkthrough),
        "plain": plain_network(walkthrough),
        "elsewhere": elsewhere(walkthrough),
        "verdict": walk_verdict(walk),
        "origin": origin(walk),
        "byHand": by_hand(walk),
        "edits": [[name, row, column] for name, row, column, _ in walkthrough.edits],
        "limits": {"weight": LARGEST_WEIGHT, "edits": MOST_EDITS},
        "theme": theme_message(),
    }
    return header, arrays


def origin(walk: Walk) -> str:
    """Where the weights come from, in one sentence."""
    walkthrough = walk.walkthrough
    by_hand_words = f"; {len(walkthrough.edits)} set by hand" if walkthrough.edits else ""
    if walkthrough.trained is not None:
        whose = "those of the file" if walkthrough.trained.private else "trained, not drawn"
        return f"The weights are {whose}{by_hand_words}."
    if walkthrough.lecture:
        return f"The weights are the lecture's own{by_hand_words}: nothing is trained yet."
    return f"The weights are drawn under seed {walkthrough.seed}{by_hand_words}: an untrained network, so it guesses."


def _chains(part: Part) -> list[tuple[Trace, Gradients, bool, int, int]]:
    """Each layer and direction, from the input upwards: trace, gradients, whether it reads from the end, layer, which
    direction of it."""
    layers = part.trace.network.layers
    return [
        (
            trace,
            gradients,
            layer.layer.reads_back(way) != turned(layers[: number_of_layer - 1]),
            number_of_layer,
            way,
        )
        for number_of_layer, (layer, back) in enumerate(zip(part.trace.layers, part.gradients.layers, strict=True), 1)
        for way, (trace, gradients) in enumerate(zip(layer.directions, back.directions, strict=True))
    ]


def _starts(trace: Trace) -> dict[str, float] | None:
    """log10 of the sizes of h_0 and c_0, where they are not 0."""
    states = {"h": trace.h[0, 0], **({} if trace.c is None else {"c": trace.c[0, 0]})}
    found = {name: float(log2_norm(row, (0,)) * LOG10_2) for name, row in states.items() if row.any()}
    return found or None


def _chain_arrays(trace: Trace, gradients: Gradients, way: slice) -> dict[str, Array]:
    gates, c = trace.cell.gates, trace.c
    arrays = {
        "h": trace.h[:, 0][way],
        "gates": np.stack([trace.gates[gate][:, 0][way] for gate in gates]),
        "sums": np.stack([trace.pre_activations[gate][:, 0][way] for gate in gates]),
        "dh": gradients.log2_dh[1:, 0][way] * LOG10_2,
        "flow": np.stack([flow[way] for flow in flows(trace)]),
    }
    if (far := far_states(trace)) is not None:
        p = trace.parameters
        sums = far[:-1] @ p.W.T + (trace.x[:, 0] @ p.U.T + p.b)
        arrays |= {"size": sizes(far[way]), "sum_size": sizes(sums[way])}
    return arrays if c is None else {**arrays, "c": c[:, 0][way]}


def far_states(trace: Trace) -> Array | None:
    """States (T+1, H) as numbers beyond float64, where they or the float32 that is sent may not hold them."""
    far = trace.states[1]
    if far is None and not np.abs(trace.h).max() < FLOAT32_HOLDS:
        far = widened(trace.h)
    return None if far is None else far[:, 0]


def sizes(rows: Array) -> Array:
    """log10 of the size of each number, -inf of 0."""
    return log2_norm(rows[..., None], (rows.ndim,)) * LOG10_2


def _beyond(walk: Walk, order: Array) -> dict[str, Array]:
    """Sizes of values and of losses that may leave float64."""
    found = {}
    if walk.read.far is not None and walk.walkthrough.output_kind == "linear":
        found["output_size"] = sizes(walk.states @ walk.readout.V.T + walk.readout.d)[order]
    if (far := walk.far_losses) is not None:
        found["loss_size"] = sizes(far)
    return found


def flows(trace: Trace) -> tuple[Array, Array]:
    """log10 of ||U x_t|| and of ||W h_{t-1}||, each (T,), all gates together; where a gate's W reads a gated state, of
    that. Right also where a square or a state leaves float64."""
    p, cell, H = trace.parameters, trace.cell, trace.parameters.hidden_size
    far = far_states(trace)
    before = (trace.h[:, 0] if far is None else far)[:-1]
    carried = [
        (before if gate.reads is None else before * trace.gates[gate.reads][:, 0]) @ p.W[cell.rows(gate.name, H)].T
        for gate in look_of(cell).gates
    ]
    entered = trace.x[:, 0] @ p.U.T
    return log2_norm(entered, (1,)) * LOG10_2, log2_norm(np.concatenate(carried, axis=1), (1,)) * LOG10_2


def _entering(walk: Walk, part: Part) -> dict[str, object]:
    """What enters a part at each of its steps: a name, and for symbols their place in the vocabulary (-1: nothing)."""
    names = [None if name is None else label(name) for name in part.labels]
    if walk.walkthrough.numeric:
        return {"labels": names, "codes": None}
    codes = np.where(part.x[:, 0].any(axis=1), part.x[:, 0].argmax(axis=1), -1)
    return {"labels": names, "codes": [int(code) for code in codes]}


def _title(walk: Walk, part: Part, layer: int, reverse: bool) -> str:
    words = [part.name] if len(walk.parts) > 1 else []
    if walk.walkthrough.layers > 1:
        words.append(f"layer {layer}")
    if walk.walkthrough.both or reverse:
        words.append("from the end" if reverse else "from the start")
    return ", ".join(words) or "hidden layer"


def _loss_in_words(walk: Walk) -> str:
    if walk.walkthrough.unasked:
        return unasked_verdict(walk)
    far, trained = walk.far_losses, walk.walkthrough.trained
    losses = [number(float(loss)) for loss in walk.losses]
    mean, total = trained is not None and not trained.summed, number(float(walk.errors.loss.sum()))
    if far is not None:
        losses, total = [power_of_ten(float(size)) for size in sizes(far)], power(float(walk.errors.log2_loss[0]))
    kind = {"softmax": "cross-entropy", "sigmoid": "binary cross-entropy", "linear": "squared error"}
    name = kind[walk.walkthrough.output_kind]
    if len(losses) == 1:
        return f"Loss ({name}) {total}"
    if mean:
        return f"Loss ({name}) {total}, the mean of {len(losses):,} steps"
    if len(losses) <= 6:
        return f"Loss ({name}) {' + '.join(losses)} = {total}"
    return f"Loss ({name}) {total}, the sum of {len(losses):,} steps"
