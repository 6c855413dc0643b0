"""Write small Keras files with layers of unusual forms for `tests/engine/files`, with what the models compute.

    pip install keras==3.15.1 tensorflow-cpu==2.21.0 numpy
    KERAS_BACKEND=tensorflow python tests/golden/make_files_keras_forms.py

Made with Python 3.11.7, keras 3.15.1 on tensorflow-cpu 2.21.0; why on TensorFlow is said in make_keras.py. All float64,
weights drawn from numpy, different in every gate, no bias zero. outputs_keras_forms.npz has, by "<file>/<name>", what
went in (x, or symbols, time first) and what each recurrent layer gave: "0" and so on, from the lowest up, (T, B, H), or
(B, H) of one that gives its last output alone; and "head".

Masked steps lie at the start, in holes and at the end of sequences, and one sequence is masked as a whole.

    backwards.keras   Embedding with mask_zero, a GRU that goes backwards, an LSTM, to which Keras gives the same mask;
                      two directions of different cells and sizes, on which no layer can stand in Keras, by an error
                      of its own about shapes
    merged.keras      Masking, two directions multiplied, then two of different cells, and a Dense layer
    turned.keras      a first direction that goes backwards, averaged with the other; a SimpleRNN that goes backwards
    silent.keras      Masking, an LSTM that repeats outputs, a GRU with zero_output_for_mask, two directions added
"""

from __future__ import annotations

from pathlib import Path

import keras
import numpy as np
from keras import layers

FILES = Path(__file__).parent / "files"
T, B, D, H, K, V = 6, 4, 2, 3, 2, 6
LEFT_OUT = -1.0
READ = np.array([[1, 0, 1, 1, 0, 0], [0, 0, 1, 0, 1, 1], [1, 1, 1, 1, 1, 1], [0, 0, 0, 0, 0, 0]], dtype=bool)  # (B, T)

OUTPUTS: dict[str, np.ndarray] = {}


def write(name: str, stack: list[keras.Layer], given: np.ndarray, seed: int) -> None:
    """A sequential model with random weights, none of them zero, and all that its layers give."""
    model = keras.Sequential([keras.Input(given.shape[1:]), *stack])
    rng = np.random.default_rng([91, seed])
    model.set_weights([0.7 * rng.standard_normal(rows.shape) for rows in model.get_weights()])
    recurrent = [layer for layer in model.layers if isinstance(layer, layers.RNN | layers.Bidirectional)]
    out = keras.Model(model.inputs, [layer.output for layer in recurrent] + [model.outputs[0]])([given])
    for key, rows in zip([*map(str, range(len(recurrent))), "head"], out, strict=True):
        array = np.asarray(rows, np.float64)
        OUTPUTS[f"{name}/{key}"] = array.swapaxes(0, 1) if array.ndim == 3 else array
    OUTPUTS[f"{name}/{'symbols' if given.ndim == 2 else 'x'}"] = given.swapaxes(0, 1)
    model.save(FILES / name)


def main() -> None:
    assert keras.backend.backend() == "tensorflow", "run it with KERAS_BACKEND=tensorflow"
    keras.backend.set_floatx("float64")
    rng = np.random.default_rng(90)
    symbols = rng.integers(1, V, (B, T)) * READ
    x = rng.standard_normal((B, T, D))
    x[0, 0, 0] = LEFT_OUT  # one input of a step alone leaves nothing out
    masked = np.where(READ[..., None], x, LEFT_OUT)
    write(
        "backwards.keras",
        [
            layers.Embedding(V, D, mask_zero=True),
            layers.GRU(H, go_backwards=True, return_sequences=True),
            layers.LSTM(H, return_sequences=True),
            layers.Bidirectional(layers.SimpleRNN(H), backward_layer=layers.LSTM(H + 1, go_backwards=True)),
        ],
        symbols,
        0,
    )
    write(
        "merged.keras",
        [
            layers.Masking(LEFT_OUT),
            layers.Bidirectional(
                layers.LSTM(H, return_sequences=True),
                merge_mode="mul",
                backward_layer=layers.GRU(H, go_backwards=True, return_sequences=True),
            ),
            layers.Bidirectional(layers.SimpleRNN(H), backward_layer=layers.LSTM(H, go_backwards=True)),
            layers.Dense(K),
        ],
        masked,
        1,
    )
    write(
        "turned.keras",
        [
            layers.Bidirectional(
                layers.LSTM(H, go_backwards=True, return_sequences=True),
                merge_mode="ave",
                backward_layer=layers.LSTM(H, return_sequences=True),
            ),
            layers.SimpleRNN(H, go_backwards=True),
            layers.Dense(K),
        ],
        x,
        2,
    )
    write(
        "silent.keras",
        [
            layers.Masking(LEFT_OUT),
            layers.LSTM(H, return_sequences=True),
            layers.GRU(H, return_sequences=True, zero_output_for_mask=True),
            layers.Bidirectional(layers.LSTM(H, return_sequences=True), merge_mode="sum"),
            layers.Dense(K),
        ],
        masked,
        3,
    )
    np.savez_compressed(FILES / "outputs_keras_forms.npz", **OUTPUTS)


if __name__ == "__main__":
    main()
