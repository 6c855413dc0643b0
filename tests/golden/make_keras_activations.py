"""Write a Keras file whose layers have other activations, for `tests/engine/files/test_activations.py`.

    pip install keras==3.15.1 tensorflow-cpu==2.21.0 numpy
    KERAS_BACKEND=tensorflow python tests/golden/make_keras_activations.py

Made with Python 3.11.7, keras 3.15.1 on tensorflow-cpu 2.21.0, numpy 2.4.6. Weights are drawn from numpy, so large that
every kink is met on both sides. files/activations.keras, float64, has an LSTM with hard_sigmoid gates, a GRU that
resets before its product with relu6, one that resets after it with elu and hard_sigmoid, and SimpleRNNs with selu,
softplus, softsign, hard_tanh and leaky_relu, on each other; activations_keras.npz has what went in (x) and what each
layer gave, by its name, time first. TensorFlow holds the 0.2 of leaky_relu as float32: its numbers are right to 1e-7.
"""

from __future__ import annotations

from pathlib import Path

import keras
import numpy as np

HERE = Path(__file__).parent
T, B, D, H = 5, 3, 2, 3


def main() -> None:
    keras.backend.set_floatx("float64")
    each = {"return_sequences": True}
    layers = [
        keras.layers.LSTM(H, recurrent_activation="hard_sigmoid", activation="softsign", name="lstm", **each),
        keras.layers.GRU(H, activation="relu6", reset_after=False, name="before", **each),
        keras.layers.GRU(H, activation="elu", recurrent_activation="hard_sigmoid", name="after", **each),
        *(
            keras.layers.SimpleRNN(H, activation=name, name=name, **each)
            for name in ("selu", "softplus", "softsign", "hard_tanh", "leaky_relu")
        ),
    ]
    model = keras.Sequential([keras.Input((T, D)), *layers])
    rng = np.random.default_rng(81)
    model.set_weights([0.9 * rng.standard_normal(rows.shape) for rows in model.get_weights()])
    x = 1.5 * rng.standard_normal((B, T, D))
    outputs = keras.Model(model.inputs, [layer.output for layer in layers])(x)
    arrays = {layer.name: np.asarray(rows).transpose(1, 0, 2) for layer, rows in zip(layers, outputs, strict=True)}
    np.savez_compressed(HERE / "activations_keras.npz", x=x.transpose(1, 0, 2), **arrays)
    model.save(HERE / "files" / "activations.keras")


if __name__ == "__main__":
    main()
