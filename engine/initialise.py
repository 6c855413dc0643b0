"""Initial weights. Every recurrent initialiser draws a base matrix, which a gain then multiplies."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from engine.arrays import Array
from engine.cells import Cell, known
from engine.parameters import Parameters, Readout

CONNECTIONS = 15  # entries a row of a sparse matrix


def glorot(rng: np.random.Generator, rows: int, columns: int) -> Array:
    """Uniform on +-sqrt(6 / (rows + columns)). Source: Glorot and Bengio (2010)."""
    limit = np.sqrt(6.0 / (rows + columns))
    return rng.uniform(-limit, limit, (rows, columns))


def orthogonal(rng: np.random.Generator, size: int) -> Array:
    """A uniformly drawn orthogonal matrix: all singular values 1. Source: Saxe, McClelland and Ganguli (2014)."""
    q, r = np.linalg.qr(rng.standard_normal((size, size)))
    return np.asarray(q * np.where(np.diag(r) < 0.0, -1.0, 1.0))


def identity(rng: np.random.Generator, size: int) -> Array:
    """The identity matrix. Source: Le, Jaitly and Hinton (2015), for ReLU."""
    return np.eye(size)


def gaussian(rng: np.random.Generator, size: int) -> Array:
    """Independent N(0, 1/H) entries: spectral radius about 1, largest singular value about 2 for large H."""
    return np.asarray(rng.standard_normal((size, size)) / np.sqrt(size))


def unit_spectral_radius(rng: np.random.Generator, size: int) -> Array:
    """A Gaussian matrix divided by its largest |eigenvalue|."""
    w = gaussian(rng, size)
    return np.asarray(w / np.abs(np.linalg.eigvals(w)).max())


def unit_singular_value(rng: np.random.Generator, size: int) -> Array:
    """A Gaussian matrix divided by its largest singular value."""
    w = gaussian(rng, size)
    return np.asarray(w / np.linalg.norm(w, 2))


def sparse(rng: np.random.Generator, size: int) -> Array:
    """At most 15 Gaussian entries a row, divided by the largest |eigenvalue|.

    Source: Pascanu, Mikolov and Bengio (2013), after Sutskever et al. (2013).
    """
    w = np.zeros((size, size))
    for row in w:
        row[rng.permutation(size)[:CONNECTIONS]] = rng.standard_normal(min(CONNECTIONS, size))
    return np.asarray(w / np.abs(np.linalg.eigvals(w)).max())


INITIALISERS: dict[str, Callable[[np.random.Generator, int], Array]] = {
    "gaussian": gaussian,
    "orthogonal": orthogonal,
    "identity": identity,
    "glorot": lambda rng, size: glorot(rng, size, size),
    "radius": unit_spectral_radius,
    "singular": unit_singular_value,
    "sparse": sparse,
}


def of_symbols(symbols: tuple[str, ...], seed: int, stream: int, blocks: int, hidden_size: int) -> Array:
    """Weights of symbols that enter or leave one-hot, (D, blocks * H): each row is drawn for its symbol and the seed.

    So a symbol has the same weights at whichever place of whichever vocabulary. Of one-hot numbers a single one is on:
    Glorot's limit for it is +-sqrt(6 / (1 + H)).
    """
    limit = np.sqrt(6.0 / (1.0 + hidden_size))
    names = (int.from_bytes(b"\1" + symbol.encode("utf-8", "surrogatepass")) for symbol in symbols)
    rows = [np.random.default_rng([seed, stream, n]).uniform(-limit, limit, blocks * hidden_size) for n in names]
    return np.stack(rows)


def initial_parameters(
    cell: Cell,
    initialiser: str,
    gain: float,
    hidden_size: int,
    input_size: int,
    seed: int,
    bias: float | None = None,
    symbols: tuple[str, ...] = (),
) -> Parameters:
    """Weights of one layer: `gain` times the initialiser's matrix for each gate, Glorot input weights, zero biases.

    Where `symbols` enter one-hot, the input weights of each are those of `of_symbols`.

    The same seed gives cells of equal shape the same weights. `bias` is that of the gate which says what is kept, or
    given up (`Cell.keeper`); None: 1 for an LSTM's forget gate (Jozefowicz, Zaremba and Sutskever, 2015), else 0.
    Extra parameters are drawn as the cell says (`Cell.at_first`).

    Raises:
        ValueError: the cell or the initialiser is unknown, a size is below 1 or not that of the symbols, the seed below
            0, or the gain not finite.
    """
    if not isinstance(initialiser, str) or initialiser not in INITIALISERS:
        raise ValueError(f"the initialiser {initialiser!r} is unknown; there are {', '.join(INITIALISERS)}")
    bias = usual_bias(known(cell)) if bias is None else bias
    _check_drawn(seed, gain=gain, bias=bias, hidden_size=hidden_size, input_size=input_size)
    if symbols and len(symbols) != input_size:
        raise ValueError(f"there are {len(symbols)} symbols, but input_size is {input_size}")
    gates = range(len(cell.gates))
    recurrent, inputs = (np.random.default_rng([seed, k]) for k in (0, 1))
    W = np.vstack([gain * INITIALISERS[initialiser](recurrent, hidden_size) for _ in gates])
    if symbols:
        U = of_symbols(symbols, seed, 1, len(gates), hidden_size).T
    else:
        U = np.vstack([glorot(inputs, hidden_size, input_size) for _ in gates])
    b = np.zeros(len(W))
    if cell.keeper:
        b[cell.rows(cell.keeper, hidden_size)] = bias
    seeing = np.random.default_rng([seed, 6])
    drawn = ((name, *cell.at_first(name)) for name in cell.extras)
    extra = {name: mean + spread * seeing.standard_normal(hidden_size) for name, mean, spread in drawn}
    return Parameters(U, W, b, extra)


def usual_bias(cell: Cell) -> float:
    """What the bias of the gate that says what is kept is before training, where nothing else is said."""
    return 1.0 if cell.keeper == "forget" and cell.keeps and cell.keeps.sign > 0 else 0.0


def initial_readout(hidden_size: int, outputs: int, seed: int, symbols: tuple[str, ...] = ()) -> Readout:
    """Glorot output weights and zero bias; where `symbols` are predicted, each has the weights of `of_symbols`.

    Raises:
        ValueError: a size is below 1, or the seed below 0.
    """
    _check_drawn(seed, hidden_size=hidden_size, outputs=outputs)
    if symbols:
        V = of_symbols(symbols, seed, 2, 1, hidden_size)
    else:
        V = glorot(np.random.default_rng([seed, 2]), outputs, hidden_size)
    return Readout(V, np.zeros(outputs))


def _check_drawn(seed: int, gain: float = 1.0, bias: float = 0.0, **sizes: int) -> None:
    """Whether weights can be drawn like that."""
    for name, least, value in (("seed", 0, seed), *((name, 1, size) for name, size in sizes.items())):
        if not isinstance(value, int | np.integer) or value < least:
            raise ValueError(f"{name} is {value!r}, but a whole number from {least} on was expected")
    for name, number in (("gain", gain), ("bias", bias)):
        if not np.isfinite(number):
            raise ValueError(f"{name} is {number}, but a finite number was expected")
