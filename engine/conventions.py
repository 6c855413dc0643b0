"""Weights of PyTorch, Keras and ONNX as `Parameters`: the same numbers in this engine's order of gates.

The four agree on the equations and differ in how they stack the gates' blocks, in which way round a matrix lies and in
how many biases a gate has:

               LSTM      GRU       matrices             biases
    here       i f g o   r z n     U (G*H, D)           one, b
    PyTorch    i f g o   r z n     weight_ih (G*H, D)   two, always
    Keras      i f c o   z r h     kernel (D, G*H)      one; two rows for the GRU with reset_after=True
    ONNX       i o f c   z r h     W (G*H, D)           two, one behind the other: all of W's, then all of R's

(Keras and ONNX call the LSTM's candidate c and the GRU's h.)

Two biases of one gate are only ever read as their sum, a = (U x + b_x) + (W h + b_h), so adding them changes nothing:
that holds for the RNN, for all gates of the LSTM, for r and z of every GRU and for n of a GRU that resets before the
product. It fails for n of the GRU that resets after it, n = tanh(U_n x + b_x + r (W_n h + b_h)): r multiplies one of
the two. There b_h stays apart, as the extra parameter ``recurrent_bias``.

Whatever `numpy.asarray` takes as floating-point numbers is taken (a torch weight that asks for gradients: its
`.detach()`), and it is always copied: training that goes on elsewhere does not change what came out. Masked arrays and
raw words of another format (bfloat16 as uint16) are refused.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from engine.arrays import Array, checked_weights
from engine.cells import Cell, known
from engine.parameters import Parameters

Blocks = tuple[str, ...]  # names of gates in the order in which a framework stacks them

STATE: Blocks = ("state",)
TORCH: Mapping[str, Blocks] = {
    "tanh": STATE,
    "relu": STATE,
    "lstm": ("input", "forget", "candidate", "output"),
    "gru": ("reset", "update", "candidate"),
}
KERAS: Mapping[str, Blocks] = {
    **dict.fromkeys(("tanh", "relu", "sigmoid", "identity"), STATE),
    "lstm": ("input", "forget", "candidate", "output"),
    "gru": ("update", "reset", "candidate"),
    "gru_before": ("update", "reset", "candidate"),
}
ONNX: Mapping[str, Blocks] = {
    **dict.fromkeys(("tanh", "relu", "sigmoid", "identity"), STATE),
    **dict.fromkeys(("lstm", "peephole", "coupled", "peephole_coupled"), ("input", "output", "forget", "candidate")),
    "gru": ("update", "reset", "candidate"),
    "gru_before": ("update", "reset", "candidate"),
}


def from_torch(
    cell: Cell,
    weight_ih: npt.ArrayLike,
    weight_hh: npt.ArrayLike,
    bias_ih: npt.ArrayLike | None = None,
    bias_hh: npt.ArrayLike | None = None,
) -> Parameters:
    """One layer and direction of torch.nn.RNN, LSTM or GRU, or of their cells.

    PyTorch's order of gates is the engine's: LSTM i f g o, GRU r z n (reset after the product). The two biases are
    added; only the candidate of the GRU keeps bias_hh, as ``recurrent_bias``.

    Args:
        cell: tanh, relu, lstm or gru of the registry.
        weight_ih: (G*H, D), weight_ih_l0 of a module.
        weight_hh: (G*H, H).
        bias_ih: (G*H,), or None for zeros (bias=False).
        bias_hh: (G*H,), or None for zeros.

    Raises:
        ValueError: PyTorch has no such cell, a shape does not fit (an LSTM with proj_size among them), or a number is
            not finite.

    Source: documentation of torch.nn.RNN, LSTM and GRU.
    """
    blocks = _blocks(cell, "PyTorch", TORCH)
    W = _recurrent("weight_hh", weight_hh, blocks)
    rows = len(W)
    return _parameters(
        cell,
        blocks,
        U=checked_weights("weight_ih", weight_ih, (rows, "D")),
        W=W,
        of_x=np.zeros(rows) if bias_ih is None else checked_weights("bias_ih", bias_ih, (rows,)),
        of_h=np.zeros(rows) if bias_hh is None else checked_weights("bias_hh", bias_hh, (rows,)),
    )


def from_keras(
    cell: Cell,
    kernel: npt.ArrayLike,
    recurrent_kernel: npt.ArrayLike,
    bias: npt.ArrayLike | None = None,
) -> Parameters:
    """One layer and direction of keras.layers.SimpleRNN, LSTM or GRU: what its `get_weights()` returns, in that order.

    Keras multiplies from the left, x @ kernel, so that its matrices are the transposed ones here. Its order is
    LSTM i f c o, GRU z r h. The GRU with reset_after=True (the default) is the cell ``gru`` and has a bias of two rows,
    of x and of h: they are added for z and r, and the second stays apart for h. With reset_after=False it is the
    cell ``gru_before`` and has a bias of one row.

    Args:
        cell: tanh, relu, sigmoid, identity (SimpleRNN with that activation; identity is "linear"), lstm, gru or
            gru_before of the registry.
        kernel: (D, G*H).
        recurrent_kernel: (H, G*H).
        bias: (G*H,), for ``gru`` (2, G*H), or None for zeros (use_bias=False).

    Raises:
        ValueError: Keras has no such cell, a shape does not fit, or a number is not finite.

    Source: documentation of keras.layers.SimpleRNN, LSTM and GRU.
    """
    blocks = _blocks(cell, "Keras", KERAS)
    size = checked_weights("recurrent_kernel", recurrent_kernel, ("H", "G*H")).shape[0]
    rows = len(blocks) * size
    W = checked_weights("recurrent_kernel", recurrent_kernel, (size, rows)).T
    U = checked_weights("kernel", kernel, ("D", rows)).T
    of_x, of_h = np.zeros((2, rows))
    if bias is not None and cell.kind == "gru":
        of_x, of_h = checked_weights("bias of a GRU with reset_after=True", bias, (2, rows))
    elif bias is not None:
        named = "bias of a GRU with reset_after=False" if cell.kind == "gru_before" else "bias"
        of_x = checked_weights(named, bias, (rows,))
    return _parameters(cell, blocks, U, W, of_x, of_h)


def from_onnx(
    cell: Cell,
    W: npt.ArrayLike,
    R: npt.ArrayLike,
    B: npt.ArrayLike | None = None,
    P: npt.ArrayLike | None = None,
) -> Parameters:
    """One direction of an ONNX operator RNN, LSTM or GRU: W[k], R[k], B[k] and P[k] of direction k.

    ONNX's order is LSTM i o f c with peepholes i o f, GRU z r h. B holds W's biases of all gates and R's behind them;
    the two are added, and only the candidate of ``gru`` keeps R's, as ``recurrent_bias``.

    Which cell an operator is, its attributes say: GRU with linear_before_reset=1 ``gru``, with 0 (the default)
    ``gru_before``; LSTM ``lstm``, with P ``peephole``; with input_forget=1 ``coupled``, whose forget gate is 1 - i, so
    that f's rows of W, R, B and P are read by nobody and are dropped here. With both, LSTMVariant(peepholes=True,
    coupled=True). Its `activations` and `clip` are the cell's own: LSTM(gate=clipped(hard_sigmoid(), 3.0)).

    Args:
        cell: tanh, relu, sigmoid, identity (RNN with that activation; identity is Affine with alpha=1), lstm,
            peephole, coupled, gru or gru_before of the registry, or an `LSTMVariant`.
        W: (G*H, D), with G = 4 for every LSTM.
        R: (G*H, H).
        B: (2*G*H,), or None for zeros.
        P: (3*H,), for a cell with peepholes only, or None for zeros.

    Raises:
        ValueError: ONNX has no such cell, a shape does not fit (the axis of directions left in place, for one), P came
            for a cell without peepholes, or a number is not finite.

    Source: the ONNX operator specification of RNN, LSTM and GRU (opset 22).
    """
    blocks = _blocks(cell, "ONNX", ONNX)
    recurrent = _recurrent("R of one direction", R, blocks)
    rows, size = recurrent.shape
    both = np.zeros(2 * rows) if B is None else checked_weights("B of one direction", B, (2 * rows,))
    peepholes = {name: name.removeprefix("peephole_") for name in cell.extras if name.startswith("peephole_")}
    if P is not None and not peepholes:
        raise ValueError(f"P came, the weights of peepholes, but the {cell.title} ({cell.name}) has no peepholes")
    looks = np.zeros(3 * size) if P is None else checked_weights("P of one direction", P, (3 * size,))
    by_gate = dict(zip(("input", "output", "forget"), np.split(looks, 3), strict=True))
    return _parameters(
        cell,
        blocks,
        U=checked_weights("W of one direction", W, (rows, "D")),
        W=recurrent,
        of_x=both[:rows],
        of_h=both[rows:],
        extra={name: by_gate[gate].copy() for name, gate in peepholes.items()},
    )


def parameter_count(framework: str, cell: Cell, D: int, H: int) -> int | None:
    """How many numbers "PyTorch" or "Keras" shows for one layer and direction: G H (D + H + biases).

    None where it has no such cell.
    """
    name, stacked = (cell.name, TORCH) if framework == "PyTorch" else (cell.kind, KERAS)
    if name not in stacked:
        return None
    biases = 2 if framework == "PyTorch" or cell.kind == "gru" else 1
    return len(cell.gates) * H * (D + H + biases)


def _blocks(cell: Cell, framework: str, stacked: Mapping[str, Blocks]) -> Blocks:
    """How `framework` stacks the gates of `cell`; ValueError where it has no such cell."""
    name = known(cell).name if framework == "PyTorch" else known(cell).kind  # PyTorch has the usual activations only
    if name not in stacked:
        raise ValueError(f"{framework} has no {cell.title} ({cell.name}); it has {', '.join(stacked)}")
    return stacked[name]


def _recurrent(name: str, value: npt.ArrayLike, blocks: Blocks) -> Array:
    """The recurrent weights, (G*H, H), from which H is read."""
    rows, size = checked_weights(name, value, ("G*H", "H")).shape
    if size == len(blocks) * rows != rows:
        raise ValueError(f"{name} has shape {(rows, size)}, but {(size, rows)} was expected: it is transposed")
    return checked_weights(name, value, (len(blocks) * size, size))


def _parameters(
    cell: Cell,
    blocks: Blocks,
    U: Array,
    W: Array,
    of_x: Array,
    of_h: Array,
    extra: Mapping[str, Array] | None = None,
) -> Parameters:
    """Rows restacked from `blocks` to the cell's gates; biases added, except where r multiplies the second."""

    def restacked(rows: Array) -> Array:
        by_gate = dict(zip(blocks, np.split(rows, len(blocks)), strict=True))
        return np.concatenate([by_gate[gate] for gate in cell.gates])

    b, second, apart = restacked(of_x), restacked(of_h), dict(extra or {})
    if "recurrent_bias" in cell.extras:
        rows = cell.rows("candidate", W.shape[1])
        apart["recurrent_bias"] = second[rows].copy()
        second[rows] = 0.0
    return cell.check(Parameters(restacked(U), restacked(W), b + second, apart))
