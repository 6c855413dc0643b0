"""Write golden values of Keras layers for `tests/engine/test_golden_networks.py`: states and gradients.

    pip install keras==3.15.1 tensorflow-cpu==2.21.0 numpy
    KERAS_BACKEND=tensorflow python tests/golden/make_keras.py

Made with Python 3.11.7, keras 3.15.1 on tensorflow-cpu 2.21.0, numpy 2.4.6, float64 throughout; gradients are
TensorFlow's through Keras's own operations. TensorFlow is the one backend that keeps float64: with torch and with JAX
Keras multiplies matrices of float64 in float32 and returns float64 all the same (keras-team/keras issue 23704), which
costs 1e-7.

One .npz per kind of layer, none of it pickled; the keys are "<case>/<name>". Weights and their gradients ("d" before
the name) lie as Keras keeps them, `_l1` and `_reverse` behind the name as in PyTorch; start and final states have one
row for each layer and direction; sequences are time first, where Keras is batch first. No bias and no start state is
zero. In every case the mask cuts sequences off on the right. The cases:

    masked               one layer
    bidirectional        one layer both ways, states concatenated, return_sequences=True
    bidirectional final  the same with return_sequences=False: each way's final state
    stacked              two layers, the second with return_sequences=False: each sequence's own last state

The loss is a squared error of V y + d, at each unmasked step or of the one output, plus a weighted sum of the final
states. Behind a sequence's end a Keras layer repeats its last output and `Bidirectional` gives zeros; the script
insists on both, and zeros are what it writes.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf

HERE = Path(__file__).parent
T, D, H, K = 6, 2, 3, 2
LENGTHS = np.array([4, 6, 1, 3])
B = len(LENGTHS)
MASK = np.arange(T)[None, :] < LENGTHS[:, None]  # (B, T)

Layer = keras.layers.Layer
KINDS: dict[str, Callable[..., Layer]] = {
    "tanh": lambda **how: keras.layers.SimpleRNN(H, activation="tanh", **how),
    "relu": lambda **how: keras.layers.SimpleRNN(H, activation="relu", **how),
    "sigmoid": lambda **how: keras.layers.SimpleRNN(H, activation="sigmoid", **how),
    "identity": lambda **how: keras.layers.SimpleRNN(H, activation="linear", **how),
    "lstm": lambda **how: keras.layers.LSTM(H, **how),
    "gru": lambda **how: keras.layers.GRU(H, reset_after=True, **how),
    "gru_before": lambda **how: keras.layers.GRU(H, reset_after=False, **how),
}
TOPOLOGIES = {  # return_sequences of each layer
    "masked": (True,),
    "bidirectional": (True,),
    "bidirectional final": (False,),
    "stacked": (True, False),
}
FILES: dict[str, dict[str, tuple[str, ...]]] = {
    "keras_simple_rnn": {"tanh": tuple(TOPOLOGIES), **dict.fromkeys(("relu", "sigmoid", "identity"), ("masked",))},
    "keras_lstm": {"lstm": tuple(TOPOLOGIES)},
    "keras_gru": {"gru": tuple(TOPOLOGIES)},
    "keras_gru_before": {"gru_before": tuple(TOPOLOGIES)},
}


def built(kind: str, topology: str, rng: np.random.Generator) -> tuple[list[Layer], dict[str, tf.Variable]]:
    """The layers, bottom first, and their weights by name: random, and none of the biases zero."""
    layers, weights, size = [], {}, D
    for number, sequences in enumerate(TOPOLOGIES[topology]):
        layer = KINDS[kind](return_sequences=sequences, return_state=True)
        ways = {"": layer}
        if topology.startswith("bidirectional"):
            layer = keras.layers.Bidirectional(layer, merge_mode="concat")
            ways = {"": layer.forward_layer, "_reverse": layer.backward_layer}
        layer.build((B, T, size))
        for behind, way in ways.items():
            for name in ("kernel", "recurrent_kernel", "bias"):
                variable = getattr(way.cell, name)
                variable.assign(0.7 * rng.standard_normal(variable.shape))
                weights[f"{name}_l{number}{behind}"] = variable.value
        layers.append(layer)
        size = len(ways) * H
    return layers, weights


def run(layers: list[Layer], x: tf.Variable, start: list[tf.Variable]) -> tuple[tf.Tensor, list[tf.Tensor]]:
    """Output of the top layer, batch first, and the final states, each (layers * directions, B, H)."""
    each = start[0].shape[0] // len(layers)
    final, outputs = [], tf.transpose(x, (1, 0, 2))
    for number, layer in enumerate(layers):
        own = [state[row] for row in range(each * number, each * (number + 1)) for state in start]
        outputs, *states = layer(outputs, initial_state=own, mask=tf.constant(MASK))
        final += states
    return outputs, [tf.stack(final[k :: len(start)]) for k in range(len(start))]


def read(outputs: tf.Tensor, both_ways: bool) -> tf.Tensor:
    """Outputs time first, (T, B, H or 2H) with zeros behind each end, or (1, B, H or 2H) of a layer's one output."""
    if outputs.ndim == 2:
        return outputs[None]
    values = outputs.numpy()
    last = np.take_along_axis(values, LENGTHS[:, None, None] - 1, axis=1)
    np.testing.assert_array_equal(values, np.where(MASK[:, :, None], values, 0.0 if both_ways else last))
    return tf.transpose(outputs * MASK[:, :, None], (1, 0, 2))


def case(kind: str, topology: str, seed: list[int]) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(seed)
    both_ways = topology.startswith("bidirectional")
    rows, width = (2, 2 * H) if both_ways else (len(TOPOLOGIES[topology]), H)
    layers, weights = built(kind, topology, rng)
    letters = "hc" if kind == "lstm" else "h"
    shapes = {"x": (T, B, D), **{f"{letter}0": (rows, B, H) for letter in letters}, "V": (K, width), "d": (K,)}
    leaves = weights | {name: tf.Variable(0.7 * rng.standard_normal(shape)) for name, shape in shapes.items()}
    steps = T if TOPOLOGIES[topology][-1] else 1
    constants = {"targets": rng.standard_normal((steps, B, K)), "lengths": LENGTHS}
    constants |= {f"weights_{letter}": rng.standard_normal((rows, B, H)) for letter in letters}

    with tf.GradientTape() as tape:
        outputs, final = run(layers, leaves["x"], [leaves[f"{letter}0"] for letter in letters])
        y = read(outputs, both_ways)
        error = tf.einsum("tbh,kh->tbk", y, leaves["V"]) + leaves["d"] - constants["targets"]
        loss = 0.5 * tf.reduce_sum(error**2 * (MASK.T[:, :, None] if steps == T else 1.0))
        for letter, state in zip(letters, final, strict=True):
            loss += tf.reduce_sum(constants[f"weights_{letter}"] * state)
    gradients = tape.gradient(loss, leaves)
    computed = {
        "outputs": y,
        "loss": loss,
        **{f"{letter}_n": state for letter, state in zip(letters, final, strict=True)},
    }
    tensors = leaves | computed | {f"d{name}": value for name, value in gradients.items()}
    return constants | {name: value.numpy() for name, value in tensors.items()}


def main() -> None:
    assert keras.backend.backend() == "tensorflow", "run it with KERAS_BACKEND=tensorflow"
    assert keras.backend.result_type("float64", "float64") == "float64", "this Keras would multiply in float32"
    keras.backend.set_floatx("float64")
    for number, (file, kinds) in enumerate(FILES.items()):
        arrays = {
            f"{kind} {topology}/{name}": value
            for kind_number, (kind, topologies) in enumerate(kinds.items())
            for topology_number, topology in enumerate(topologies)
            for name, value in case(kind, topology, [18, number, kind_number, topology_number]).items()
        }
        np.savez_compressed(HERE / f"{file}.npz", **arrays)


if __name__ == "__main__":
    main()
