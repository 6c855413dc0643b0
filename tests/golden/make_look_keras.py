"""Write golden values of Keras layers and models on a batch, for `tests/engine/test_look_keras.py`.

    pip install keras==3.15.1 tensorflow-cpu==2.21.0 numpy
    KERAS_BACKEND=tensorflow python tests/golden/make_look_keras.py

Made with Python 3.11.7, keras 3.15.1 on tensorflow-cpu 2.21.0, float64. look_keras.npz has by "<case>/<name>": config,
what get_config gives, as JSON; class; layer/<k>, names of the model's layers, or the layer's; weight/<k>/<path>; x; the
outputs as the layer or model gives them, batch first; weights of the loss L = sum of weights * outputs; and dx, the
gradient of the inputs where they are numbers.
"""

from __future__ import annotations

import json
from pathlib import Path

import keras
import numpy as np
import tensorflow as tf
from keras import layers

T, B, D, H, K, V = 6, 3, 3, 4, 2, 7


def model(*stack: keras.Layer, symbols: bool = False) -> keras.Model:
    return keras.Sequential([keras.Input((T,) if symbols else (T, D)), *stack])


def functional() -> keras.Model:
    start = keras.Input((T, D))
    low = layers.Dropout(0.2)(layers.LSTM(H, return_sequences=True, name="low")(start))
    return keras.Model(start, layers.Dense(K, name="out")(layers.GRU(H, name="top")(low)))


CASES = {
    "lstm": lambda: layers.LSTM(H, return_sequences=True),
    "before": lambda: layers.GRU(H, reset_after=False, return_sequences=True),
    "relu": lambda: layers.SimpleRNN(H, activation="relu", return_sequences=True),
    "turned": lambda: layers.GRU(H, go_backwards=True, return_sequences=True),
    "turned end": lambda: layers.GRU(H, go_backwards=True),
    "both": lambda: layers.Bidirectional(layers.LSTM(H, return_sequences=True)),
    "both end": lambda: layers.Bidirectional(layers.LSTM(H)),
    "sum": lambda: layers.Bidirectional(layers.GRU(H, return_sequences=True), merge_mode="sum"),
    "stateful": lambda: layers.LSTM(H, stateful=True, return_sequences=True, dropout=0.3),
    "cells": lambda: layers.RNN([layers.LSTMCell(H), layers.GRUCell(H)], return_sequences=True),
    "masked": lambda: model(
        layers.Masking(-1.0), layers.LSTM(H, return_sequences=True), layers.GRU(H), layers.Dense(K)
    ),
    "symbols": lambda: model(
        layers.Embedding(V, D, mask_zero=True),
        layers.Bidirectional(layers.LSTM(H, return_sequences=True)),
        layers.Dense(K),
        symbols=True,
    ),
    "functional": functional,
}


def main() -> None:
    assert keras.backend.backend() == "tensorflow", "run it with KERAS_BACKEND=tensorflow"
    keras.backend.set_floatx("float64")
    arrays: dict[str, np.ndarray] = {}
    for number, (name, made) in enumerate(CASES.items()):
        rng = np.random.default_rng([78, number])
        x = rng.standard_normal((B, T, D))
        if name == "masked":
            x[0, 2] = x[1, 4:] = -1.0
        if name == "symbols":
            x = rng.integers(1, V, (B, T))
            x[0, [0, 3]] = x[1, 4:] = 0
        keras.utils.clear_session()
        layer = made()
        layer(x)
        layer.set_weights([0.6 * rng.standard_normal(rows.shape) for rows in layer.get_weights()])
        if name == "stateful":
            layer.reset_state()
        given = tf.Variable(x)
        with tf.GradientTape() as tape:
            outputs = layer(given)
            weights = rng.standard_normal(outputs.shape)
            loss = tf.reduce_sum(outputs * weights)
        found = {"x": x, "outputs": outputs.numpy(), "weights": weights}
        if name != "symbols":
            found["dx"] = tape.gradient(loss, given).numpy()
        found |= {"config": np.array(json.dumps(layer.get_config())), "class": np.array(type(layer).__name__)}
        for k, one in enumerate(layer.layers if hasattr(layer, "get_layer") else [layer]):
            found[f"layer/{k}"] = np.array(one.name)
            found |= {f"weight/{k}/{weight.path}": weight.numpy() for weight in one.weights}
        arrays |= {f"{name}/{key}": rows for key, rows in found.items()}
    np.savez_compressed(Path(__file__).parent / "look_keras.npz", **arrays)


if __name__ == "__main__":
    main()
