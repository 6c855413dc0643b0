"""What the configuration of a Keras model says: its layers, models within models too, and which reads which.

Nothing of a configuration is ever run. Source: keras.saving and the layers' get_config.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from engine.files.bounds import LAYERS, LONGEST, FileError, clean, quoted

THROUGH = frozenset(
    [
        "InputLayer",
        "Dropout",
        "SpatialDropout1D",
        "GaussianNoise",
        "GaussianDropout",
        "AlphaDropout",
        "ActivityRegularization",
        "Masking",
        "Identity",
        "NotEqual",
        "Cast",
    ]
)
RNNS = {
    "SimpleRNN": "simple",
    "LSTM": "lstm",
    "GRU": "gru",
    "SimpleRNNCell": "simple",
    "LSTMCell": "lstm",
    "GRUCell": "gru",
}
DEEPEST = 30  # models and wrappers within each other


@dataclass(frozen=True)
class One:
    """A layer of a configuration."""

    kind: str  # its class
    trail: tuple[str, ...]  # the names of the models it lies in, and its own
    config: Mapping[str, Any]
    places: tuple[str, ...]  # where its weights may lie
    sources: tuple[tuple[str, int], ...]  # the layers that it reads, and which of their outputs

    @property
    def name(self) -> str:
        """Its name within the whole model."""
        return "/".join(self.trail)


def config_of(data: bytes) -> Any:
    if len(data) > LONGEST:
        raise FileError(f"the model's configuration has more than {LONGEST:,} bytes, which is more than is read")
    try:
        return json.loads(data)
    except (ValueError, RecursionError) as error:
        raise FileError("the model's configuration is damaged: it is no JSON") from error


def models(config: Any, root: str = "", trail: tuple[str, ...] = ()) -> Iterator[One]:
    """Every layer of a model, those of models within it too; `root` and `trail` say where it lies."""
    inner = config["config"] if isinstance(config, dict) and "config" in config else config
    listed = inner if isinstance(inner, list) else inner.get("layers", []) if isinstance(inner, dict) else []
    if len(trail) > DEEPEST:
        raise FileError(f"the model's configuration has more than {DEEPEST} models within each other")
    if len(listed) > LAYERS:
        raise FileError(f"the model's configuration has more than {LAYERS:,} layers, which is more than is read")
    counts: dict[str, int] = {}
    before: str | None = None
    within = "".join(f"{name}/" for name in trail)
    names: set[str] = set()
    for layer in listed:
        kind, own = str(layer["class_name"]).rpartition(">")[2], layer["config"]
        snake = snake_case(kind)
        number = counts.get(snake, -1) + 1
        counts[snake] = number
        place = f"{snake}_{number}" if number else snake
        own = {"layers": own} if isinstance(own, list) else own
        name = clean(str(own.get("name") or layer.get("name") or place))
        if name in names:
            raise FileError(f"the model's configuration has two layers of the name {quoted(name)}")
        names.add(name)
        sources: tuple[tuple[str, int], ...] = ((before, 0),) if before else ()
        if "inbound_nodes" in layer:
            sources = tuple((f"{within}{source}", output) for source, output in _sources(layer["inbound_nodes"]))
        if "layers" in own:
            inside = list(models(layer, f"{root}layers/{place}/", (*trail, name)))
            # What reads the model reads its last layer, and its first layer reads what the model reads.
            for one in inside:
                starts = not one.sources or one.kind == "InputLayer"
                yield replace(one, sources=sources if starts else one.sources)
            last = _output(own)
            end = f"{within}{name}/{last}" if last else inside[-1].name if inside else None
            yield One("Identity", (*trail, name), {}, (), ((end, 0),) if end else ())
        else:
            places = tuple(f"{root}{box}/{place}/" for box in ("layers", "_layer_checkpoint_dependencies"))
            yield One(kind, (*trail, name), own, places, sources)
        before = f"{within}{name}"


def _output(config: Mapping[str, Any]) -> str | None:
    """The name of a functional model's output layer."""
    outputs = config.get("output_layers")
    while isinstance(outputs, list) and outputs and isinstance(outputs[0], list):
        outputs = outputs[0]
    return clean(str(outputs[0])) if isinstance(outputs, list) and outputs else None


def _sources(nodes: Any) -> list[tuple[str, int]]:
    """The layers that an entry "inbound_nodes" names, and which output: Keras 3 in keras_history, Keras 2 in lists."""
    found: list[tuple[str, int]] = []
    waiting, steps = [nodes], 0
    while waiting and steps < 10_000:
        node = waiting.pop()
        steps += 1
        if isinstance(node, dict):
            history = node.get("keras_history")
            if isinstance(history, list) and history:
                found.append((clean(str(history[0])), int(history[2]) if len(history) > 2 else 0))
            else:
                waiting += [value for key, value in reversed(node.items()) if key not in ("dtype", "shape")]
        elif isinstance(node, list):
            if len(node) in (3, 4) and isinstance(node[0], str) and all(isinstance(place, int) for place in node[1:3]):
                found.append((clean(node[0]), node[2]))
            else:
                waiting += reversed(node)
    return list(dict.fromkeys(found))


def snake_case(name: str) -> str:
    """The name of a class as Keras writes it in paths: TimeDistributed becomes time_distributed."""
    name = re.sub(r"\W+", "", name)
    name = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", name).lower()


def recurrent(one: One) -> bool:
    return (
        one.kind in RNNS
        or one.kind == "RNN"
        or (one.kind == "Bidirectional" and isinstance(one.config.get("layer"), dict))
    )


def inner(one: One) -> Mapping[str, Any]:
    """The configuration of the recurrent layer itself."""
    config = one.config["layer"]["config"] if one.kind == "Bidirectional" else one.config
    return config if isinstance(config, dict) else {}


def whole(one: One) -> bool:
    """Whether it gives its states of all steps."""
    return bool(inner(one).get("return_sequences", False))


def source_of(one: One, ones: Mapping[str, One]) -> tuple[str, int] | None:
    """The layer that it reads and which of its outputs, looking through what changes nothing; None: the input."""
    sources, steps = one.sources, 0
    while sources and steps < len(ones):
        (name, output), steps = sources[0], steps + 1
        if name not in ones:
            return None
        before = ones[name]
        if before.kind not in THROUGH:
            return name, output
        sources = before.sources
    return None


def passed(one: One, ones: Mapping[str, One]) -> list[str]:
    """The names of the layers that `source_of` looks through."""
    names: list[str] = []
    sources = one.sources
    while sources and len(names) < len(ones):
        name = sources[0][0]
        if name not in ones or ones[name].kind not in THROUGH:
            break
        names.append(name)
        sources = ones[name].sources
    return names


def word(activation: Any) -> str:
    """An activation's name; Keras writes functions that are not its own as a dict."""
    if isinstance(activation, dict):
        activation = activation.get("config", activation.get("class_name", "?"))
    return (
        "linear" if activation is None else str(activation if isinstance(activation, str) else "a function of its own")
    )
