"""Write small Keras files for `tests/engine/files`, with what the models compute.

    pip install keras==3.15.1 tensorflow-cpu==2.21.0 numpy
    KERAS_BACKEND=tensorflow python tests/golden/make_files_keras.py

Made with Python 3.11.7, keras 3.15.1 on tensorflow-cpu 2.21.0, numpy 2.4.6; why on TensorFlow is said in make_keras.py.
Weights are drawn from numpy, different in every gate, no bias zero. outputs_keras.npz has, by "<file>/<name>", what
went in (x, or symbols, 0 for padding) and what came out, time first.

    text.keras         float64: Embedding with mask_zero, LSTM in both directions, Dropout, a GRU that resets before its
                       product, a Dense layer at each step with softmax
    states.h5          the older form, float64: a functional model with a GRU (reset after) that gives all states and
                       the last one, and a head for each
    alone.weights.h5   weights alone, float32: two LSTMs and a Dense layer
"""

from __future__ import annotations

from pathlib import Path

import keras
import numpy as np

FILES = Path(__file__).parent / "files"
T, B, D, H, K, V = 5, 3, 2, 3, 2, 6
LENGTHS = (3, 5, 4)

OUTPUTS: dict[str, np.ndarray] = {}


def drawn(model: keras.Model, seed: int) -> keras.Model:
    """The model with random weights, none of them zero."""
    rng = np.random.default_rng([95, seed])
    model.set_weights([0.7 * rng.standard_normal(rows.shape) for rows in model.get_weights()])
    return model


def run(model: keras.Model, upto: list, given: np.ndarray) -> list[np.ndarray]:
    """What some of the model's tensors are, as float64, time first where there is time."""
    out = keras.Model(model.inputs, upto)([given])
    arrays = [np.asarray(one, np.float64) for one in out]
    return [array.transpose(1, 0, 2) if array.ndim == 3 else array for array in arrays]


def text() -> None:
    model = keras.Sequential(
        [
            keras.Input((None,)),
            keras.layers.Embedding(V, D, mask_zero=True),
            keras.layers.Bidirectional(keras.layers.LSTM(H, return_sequences=True)),
            keras.layers.Dropout(0.5),
            keras.layers.GRU(H, reset_after=False, return_sequences=True, name="upper"),
            keras.layers.TimeDistributed(keras.layers.Dense(K, activation="softmax"), name="tags"),
        ]
    )
    drawn(model, 0)
    symbols = np.random.default_rng(94).integers(1, V, (B, T)) * (np.arange(T) < np.array(LENGTHS)[:, None])
    y, tags = run(model, [model.layers[-2].output, model.layers[-1].output], symbols)
    OUTPUTS.update({"text.keras/symbols": symbols.T, "text.keras/y": y, "text.keras/tags": tags})
    OUTPUTS["text.keras/lengths"] = np.array(LENGTHS)
    model.save(FILES / "text.keras")


def states() -> None:
    given = keras.Input((T, D))
    every, last = keras.layers.GRU(H, return_sequences=True, return_state=True, name="memory")(given)
    each = keras.layers.Dense(K, name="each")(every)
    total = keras.layers.Dense(1, activation="sigmoid", name="total")(last)
    model = drawn(keras.Model(given, [each, total]), 1)
    x = np.random.default_rng(93).standard_normal((B, T, D))
    y, outputs, one = run(model, [every, each, total], x)
    OUTPUTS.update({"states.h5/x": x.transpose(1, 0, 2), "states.h5/y": y, "states.h5/each": outputs})
    OUTPUTS["states.h5/total"] = one
    model.save(FILES / "states.h5")


def alone() -> None:
    model = keras.Sequential(
        [
            keras.Input((None, D)),
            keras.layers.LSTM(H, return_sequences=True),
            keras.layers.LSTM(H, return_sequences=True),
            keras.layers.Dense(K),
        ]
    )
    drawn(model, 2)
    x = np.random.default_rng(92).standard_normal((B, T, D)).astype(np.float32)
    y, dense = run(model, [model.layers[-2].output, model.layers[-1].output], x)
    OUTPUTS.update({"alone.weights.h5/x": x.transpose(1, 0, 2), "alone.weights.h5/y": y})
    OUTPUTS["alone.weights.h5/dense"] = dense
    model.save_weights(FILES / "alone.weights.h5")


def main() -> None:
    assert keras.backend.backend() == "tensorflow", "run it with KERAS_BACKEND=tensorflow"
    FILES.mkdir(exist_ok=True)
    keras.backend.set_floatx("float64")
    text()
    states()
    keras.backend.set_floatx("float32")
    alone()
    np.savez_compressed(FILES / "outputs_keras.npz", **OUTPUTS)


if __name__ == "__main__":
    main()
