"""The recurrent layers of a Keras configuration, with their weights.

Weights lie under a layer's place in the model, layers/bidirectional_1/forward_layer/cell/vars/0 (classes are counted,
not names), in the older form under its name. Source: keras.saving; the layers' documentation for what each field means.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import product
from typing import Any

from engine.cells import Cell
from engine.files.activations import cell_with
from engine.files.activations import of_keras as activations_of
from engine.files.bounds import quoted
from engine.files.found import Form, FoundLayer
from engine.files.keras_config import RNNS, One, snake_case, word
from engine.files.layers import of_keras
from engine.files.tensors import Tensor
from engine.networks.merging import MERGES


@dataclass(frozen=True)
class Weights:
    """The tensors of a Keras file, found by their layers."""

    tensors: Mapping[str, Tensor]
    version: int | None = None  # of the Keras that wrote it; None: the file does not say

    @cached_property
    def by_group(self) -> Mapping[str, list[tuple[set[str], str, Tensor]]]:
        """Of the older form, the tensors of each layer of the model: the path's parts, its last one, the tensor."""
        found: dict[str, list[tuple[set[str], str, Tensor]]] = {}
        for name, tensor in self.tensors.items():
            *path, last = name.removesuffix(":0").split("/")
            group = next((part for part in path if part != "model_weights"), "")
            found.setdefault(group, []).append((set(path), last, tensor))
        return found

    def of(
        self, places: Sequence[str], trail: Sequence[str], names: Sequence[str], cell: str = ""
    ) -> dict[str, Tensor]:
        """A layer's tensors by name.

        Args:
            places: where they may lie, as ``vars/0`` and so on in the order of `names`.
            trail: else, of the older form, the group and more parts of the path, which ends with the name.
            cell: one more part of that path, "" for none.
        """
        for place in places:
            keys = {name: f"{place}vars/{k}" for k, name in enumerate(names)}
            found = {name: self.tensors[key] for name, key in keys.items() if key in self.tensors}
            if found:
                return found
        found = {}
        for path, last, tensor in self.by_group.get(trail[0], ()):
            if last in names and path.issuperset(trail) and (not cell or cell in path):
                found.setdefault(last, tensor)
        return found


def recurrent_layers(one: One, weights: Weights) -> list[FoundLayer]:
    """The recurrent layers of one layer of the configuration: several of stacked cells, none without weights."""
    if one.kind == "Bidirectional":
        forward = one.config["layer"]
        backward = one.config.get("backward_layer") or forward
        ways = [
            _single(one, layer, (f"{way}_layer/",), _backward_name(layer["config"]["name"], way))
            for layer, way in ((forward, "forward"), (backward, "backward"))
        ]
        read = [[_layer(cell, weights) for cell in cells] for cells in ways]
        if any(None in layers or len(layers) != 1 for layers in read):
            return []
        first, second = read[0][0], read[1][0]
        assert first is not None and second is not None
        problem = first.problem or second.problem
        whole, turns = bool(forward["config"].get("return_sequences")), bool(forward["config"].get("go_backwards"))
        own = one.config.get("backward_layer")  # Keras 2 writes it only where it is not the forward one turned round
        if own and bool(own["config"].get("go_backwards", not turns)) == turns:
            problem = problem or "its two directions read the same way round (go_backwards), which Keras refuses"
        merge = one.config.get("merge_mode", "concat")
        if merge is None:
            problem = problem or "its two directions are not joined (merge_mode=None), so that no one layer reads them"
        elif merge not in MERGES:
            problem = problem or f"its two directions are joined by merge_mode={quoted(merge)}, which is not known here"
        elif merge != "concat" and first.size != second.size:
            problem = (
                problem or f"its two directions have different sizes, which merge_mode={quoted(merge)} cannot join"
            )
        if first.inputs != second.inputs:
            problem = problem or "its two directions read inputs of different sizes"
        if merge not in MERGES:
            merge = "concat"
        # Keras has masked steps silent wherever two directions give all their states.
        form = Form(merge, turns, turns and whole, whole or bool(forward["config"].get("zero_output_for_mask")))
        return [
            replace(
                first,
                name=one.name,
                ways=(*first.ways, *second.ways),
                problem=problem,
                form=form,
                other=second.cells[0] if second.cells and second.cells != first.cells else None,
                other_size=second.size,
            )
        ]
    cells = _single(one, {"class_name": one.kind, "config": one.config}, ("",), one.trail[-1])
    found = [_layer(cell, weights) for cell in cells]
    if any(layer is None for layer in found):
        return []
    back, silent = bool(one.config.get("go_backwards")), bool(one.config.get("zero_output_for_mask"))
    # Cells that are stacked within one layer read each other at each step; what the last puts out is as it was read.
    return [
        replace(layer, form=Form("concat", back, back and number == len(found), silent))
        for number, layer in enumerate(found, 1)
        if layer is not None
    ]


def _backward_name(name: str, way: str) -> str:
    """What a direction is called in the older form: forward_lstm, backward_lstm."""
    plain = re.sub(r"^(forward|backward)_", "", str(name))
    return f"{way}_{plain}"


@dataclass(frozen=True)
class _CellOf:
    """One cell of one direction: what it is, and where its weights may lie."""

    kind: str
    name: str
    config: Mapping[str, Any]
    places: tuple[str, ...]  # paths that end with the cell
    trail: tuple[str, ...]  # parts of the path in the older form
    last: str  # the name of the cell in the older form, "" for any


def _single(one: One, layer: Mapping[str, Any], inner: Sequence[str], name: str) -> list[_CellOf]:
    """The cells of one direction."""
    kind, config = str(layer["class_name"]).rpartition(">")[2], layer["config"]
    roots = tuple(f"{place}{path}" for place in one.places for path in inner)
    trail = (*one.trail, name)
    if kind != "RNN":
        return [_CellOf(kind, one.name, config, tuple(f"{root}cell/" for root in roots), trail, "")]
    cell = config["cell"]
    if cell["class_name"] != "StackedRNNCells":
        return [
            _CellOf(cell["class_name"], one.name, cell["config"], tuple(f"{root}cell/" for root in roots), trail, "")
        ]
    counts: dict[str, int] = {}
    cells = []
    for k, each in enumerate(cell["config"]["cells"]):
        snake = snake_case(str(each["class_name"]))
        number = counts.get(snake, -1) + 1
        counts[snake] = number
        place = f"{snake}_{number}" if number else snake
        last = str(each["config"].get("name", ""))
        cells.append(
            _CellOf(
                str(each["class_name"]),
                f"{one.name}, cell {k + 1}",
                each["config"],
                tuple(f"{root}cell/cells/{place}/" for root in roots),
                trail,
                last,
            )
        )
    return cells


def _layer(cell: _CellOf, weights: Weights) -> FoundLayer | None:
    """One direction with its weights; None where they are not in the file."""
    its = weights.of(cell.places, cell.trail, ("kernel", "recurrent_kernel", "bias"), cell.last)
    if "kernel" not in its or "recurrent_kernel" not in its:
        return None
    bias = its.get("bias")
    cells, problem = _cells(cell, bias, weights)
    return of_keras(cell.name, its["kernel"], its["recurrent_kernel"], bias, cells, problem)


def _cells(cell: _CellOf, bias: Tensor | None, weights: Weights) -> tuple[list[Cell], str]:
    """Which cell of this engine it is, and what of it is not run here."""
    config, kind = cell.config, RNNS.get(cell.kind)
    if kind is None:
        return [], f"{quoted(cell.kind)} is a cell that is not known here"
    written = word(config.get("activation", "tanh"))
    writing = activations_of(written, weights.version)
    if not writing:
        return [], f"its activation is {quoted(written)}, which is not run here"
    if kind == "simple":
        return [cell_with("tanh", one) for one in writing], ""
    opened = word(config.get("recurrent_activation", "sigmoid"))
    opening = activations_of(opened, weights.version)
    if not opening:
        return [], f"its gates' activation is {quoted(opened)} (recurrent_activation), which is not run here"
    after = config.get("reset_after", bias is not None and len(bias.shape) == 2)
    name = "lstm" if kind == "lstm" else "gru" if after else "gru_before"
    hidden = (lambda one: (one, one)) if kind == "lstm" else (lambda one: (one,))
    # Both may be a hard sigmoid, and are then of the same version.
    pairs = zip(opening, writing, strict=True) if len(opening) == len(writing) else product(opening, writing)
    return [cell_with(name, gate, *hidden(one)) for gate, one in pairs], ""
