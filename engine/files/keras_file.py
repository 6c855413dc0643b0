"""Keras' files: .keras (a configuration and weights), .weights.h5 (weights alone) and the older .h5 (both in one).

A configuration says everything but the weights: cells, activations, directions, and which layer reads which. The
weights of a layer lie under its place in the model, layers/bidirectional_1/forward_layer/cell/vars/0 (classes are
counted, not names), in the older form under its name. A class that is not known here is named and left.

Source: keras.saving; the documentation of the layers for what each field means.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any

from engine.files.archive import Archive
from engine.files.bounds import LAYERS, LONGEST, FileError, clean, describing, quoted
from engine.files.found import Found, FoundHead, FoundLayer, FoundTable, Left, Part, chains
from engine.files.hdf5 import read
from engine.files.keras_config import One, config_of, inner, models, passed, recurrent, source_of, whole, word
from engine.files.keras_layers import Weights, recurrent_layers
from engine.files.state_dict import found as found_in
from engine.files.state_dict import why
from engine.files.tensors import Tensor, collected


def from_keras_archive(entries: Archive, size: int) -> Found:
    """A .keras file.

    Raises:
        FileError: it is damaged, its weights lie elsewhere, or no recurrent layer is in it.
    """
    if "model.weights.h5" not in entries.entries:
        raise FileError("the .keras file keeps its weights in several files, which is not read: save it without shards")
    config = config_of(entries.bytes_of("config.json", min(LONGEST, describing(size))))
    tensors, _, left = read(entries.bytes_of("model.weights.h5"))
    about = config_of(entries.bytes_of("metadata.json", LONGEST)) if "metadata.json" in entries.entries else {}
    version = _version(about.get("keras_version")) if isinstance(about, dict) else None
    return _with_config("A .keras file", config, collected(tensors, size), left, version)


def from_hdf5(data: bytes) -> Found:
    """A .weights.h5 or an older .h5 file; without a configuration, told by names and shapes alone."""
    tensors, texts, left = read(data)
    named = collected(tensors, len(data))
    written = texts.get("", {}).get("model_config")
    if isinstance(written, str):
        version = _version(texts[""].get("keras_version"))
        return _with_config("A Keras .h5 file", config_of(clean(written).encode()), named, left, version)
    return _without("A Keras file of weights alone", named, left, ())


def from_config(config: Any, tensors: dict[str, Tensor]) -> Found:
    """A layer or model in memory: its configuration, None where it has none, and its weights by layer and path."""
    format = "A Keras model"
    if config is None:
        return _without(format, tensors, [], ())
    version = _version(getattr(sys.modules.get("keras"), "__version__", None))  # of the program that made it
    return _with_config(format, config_of(json.dumps(config, default=str).encode()), tensors, [], version)


def _version(text: Any) -> int | None:
    """Which Keras wrote a file: 2 for everything before 3; None where it does not say."""
    major = re.match(r"\d{1,4}", text) if isinstance(text, str) else None
    return None if major is None else max(int(major[0]), 2)


def _without(format: str, tensors: Mapping[str, Tensor], left: Sequence[Left], notes: Sequence[str]) -> Found:
    said = (
        "The file has no configuration: of LSTM and GRU, tanh and sigmoid are taken, of two directions that they stand "
        "side by side, as Keras does where nothing else is asked for.",
        *notes,
    )
    found = found_in(tensors, format, (), said, True)
    return replace(found, left=tuple(left))


def _with_config(format: str, config: Any, tensors: dict[str, Tensor], left: list[Left], version: int | None) -> Found:
    """What the configuration says is recurrent, with its weights."""
    try:
        ones = {one.name: one for one in islice(models(config), LAYERS + 1)}
        if len(ones) > LAYERS:
            raise FileError(f"the model's configuration has more than {LAYERS:,} layers, which is more than is read")
        if any(recurrent(one) for one in ones.values()):
            return _understood(format, ones, Weights(tensors, version), left)
    except (KeyError, TypeError, AttributeError, IndexError, ValueError, RecursionError) as error:
        if isinstance(error, FileError):
            raise
        raise FileError("the model's configuration is damaged: what it says of its layers is not whole") from error
    kind = quoted(config.get("class_name", "?")) if isinstance(config, dict) else "?"
    note = f"Its class {kind} is a program of its author: layers are told by the names of their weights."
    return _without(format, tensors, left, () if ones else (note,))


def _understood(format: str, ones: Mapping[str, One], weights: Weights, left: Sequence[Left]) -> Found:
    """The recurrent layers, what stands on what, and what around them."""
    stacks = {one.name: recurrent_layers(one, weights) for one in ones.values() if recurrent(one)}
    layers: dict[str, FoundLayer] = {}
    below: dict[str, str | None] = {}
    notes: list[str] = []
    for name, stack in stacks.items():
        for k, layer in enumerate(stack):
            layers[layer.name] = layer
            below[layer.name] = stack[k - 1].name if k else None
        if not stack:
            continue
        notes += _notes(ones[name])
        source, output = source_of(ones[name], ones) or ("", 0)
        lower = stacks.get(source)
        if lower and whole(ones[source]) and output == 0 and lower[-1].outputs == stack[0].inputs:
            below[stack[0].name] = lower[-1].name
    parts = [_part(chain, ones, weights) for chain in chains(layers, below)]
    if not parts:
        raise FileError(f"{format} was read, but the weights of its recurrent layers are not in it")
    major = any(inner(ones[name]).get("time_major") for name in stacks)
    places = {place: one for one in ones.values() for place in one.places}
    return Found(
        format,
        tuple(parts),
        dict(weights.tensors),
        lambda tensor: _why(tensor, ones, places, parts),
        tuple(dict.fromkeys(notes)),
        not major,
        (),
        tuple(left),
    )


def _notes(one: One) -> list[str]:
    """What else the configuration says, in sentences."""
    config, notes = inner(one), []
    if config.get("stateful"):
        notes.append(
            f"{quoted(one.name)} is stateful: in its program a batch starts from the states of the batch "
            "before; here from zeros."
        )
    if len(one.sources) > 1 and one.kind != "RNN":
        notes.append(f"{quoted(one.name)} starts from states that {quoted(one.sources[1][0])} gives; here from zeros.")
    if config.get("return_sequences") is False:
        notes.append(f"{quoted(one.name)} gives its last state alone (return_sequences=False).")
    return notes


# What stands around


def _part(chain: Sequence[FoundLayer], ones: Mapping[str, One], weights: Weights) -> Part:
    """The chain with its embedding and its heads."""
    lowest, top = (layer.name.partition(", cell ")[0] for layer in (chain[0], chain[-1]))
    tables, notes = [], []
    masked, more = _masking(lowest, ones)
    notes += more
    source = source_of(ones[lowest], ones)
    if source is not None:
        before = ones[source[0]]
        table = weights.of(before.places, before.trail, ("embeddings",)).get("embeddings")
        if (
            before.kind == "Embedding"
            and table is not None
            and len(table.shape) == 2
            and table.shape[1] == chain[0].inputs
        ):
            tables.append(FoundTable(before.name, table))
            if before.config.get("mask_zero"):
                masked = 0.0
                notes.append("Symbol 0 is padding (mask_zero): steps with it are left out.")
        else:
            notes.append(
                f"{quoted(before.name)} ({quoted(before.kind)}) stands before the network and is not run here: "
                f"the network reads the {chain[0].inputs} numbers a step that it gives."
            )
    heads = []
    for one in ones.values():
        dense, within = _dense(one)
        source = source_of(one, ones)
        if dense is None or source is None or source[0] != top:
            continue
        if source[1] and (source[1] > 1 or ones[top].kind == "Bidirectional"):
            continue  # it reads a cell state, or one direction alone
        roots = tuple(f"{place}{within}" for place in one.places)
        its = weights.of(roots, one.trail, ("kernel", "bias"))
        kernel, bias = its.get("kernel"), its.get("bias")
        if (
            kernel is not None
            and len(kernel.shape) == 2
            and kernel.shape[0] == chain[-1].outputs
            and 0 not in kernel.shape
        ):
            reads = "each" if whole(ones[top]) and not source[1] else "final"
            then = word(dense.get("activation"))
            heads.append(
                FoundHead(one.name, kernel, bias, True, then if then != "linear" else _after(one, ones), reads)
            )
    return Part(
        lowest if lowest == top else f"{lowest} to {top}",
        tuple(chain),
        tuple(tables),
        tuple(heads),
        tuple(notes),
        masked,
    )


def _masking(lowest: str, ones: Mapping[str, One]) -> tuple[float | None, list[str]]:
    """The number that all inputs of a step are which a layer Masking before the network leaves out, and what to say."""
    before, value, notes = source_of(ones[lowest], ones), None, []
    for one in ones.values():
        if one.kind != "Masking":
            continue
        given = one.config.get("mask_value", 0.0)
        here = before is None and one.name in passed(ones[lowest], ones) and isinstance(given, int | float)
        value = float(given) if here else value
        ends = "" if here else ", which is not run here: it does not stand between the inputs and the lowest layer"
        what = f"leaves out steps whose inputs are all {quoted(str(given), 20)} (Masking)"
        notes.append(f"{quoted(one.name)} {what}{ends}.")
    return value, notes


def _dense(one: One) -> tuple[Mapping[str, Any] | None, str]:
    """The configuration of a dense layer, and where within it its weights lie."""
    if one.kind == "Dense":
        return one.config, ""
    if (
        one.kind == "TimeDistributed"
        and isinstance(one.config.get("layer"), dict)
        and one.config["layer"].get("class_name") == "Dense"
    ):
        return one.config["layer"]["config"], "layer/"
    return None, ""


def _after(one: One, ones: Mapping[str, One]) -> str:
    """The activation that a layer of its own applies to a head."""
    for other in ones.values():
        if (one.name, 0) in other.sources and other.kind in ("Activation", "Softmax", "ReLU"):
            return word(other.config.get("activation")) if other.kind == "Activation" else other.kind.lower()
    return "linear"


def _why(tensor: Tensor, ones: Mapping[str, One], places: Mapping[str, One], parts: Sequence[Part]) -> str:
    """Why a tensor is left: by its layer, where the configuration names one."""
    path = tensor.name.split("/")
    above = ("/".join(path[: k + 1]) + "/" for k in range(len(path)))
    one = next((places[place] for place in above if place in places), None)
    one = one or next((ones[name] for name in path if name in ones and ones[name].places), None)
    if one is None:
        return why(tensor, parts)
    if one.kind == "Dense":
        return f"of the dense layer {quoted(one.name)}, which does not read the network itself"
    return f"of {quoted(one.name)} ({quoted(one.kind)}), which is not run here"
