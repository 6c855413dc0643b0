"""A walkthrough's run: what enters, what is wanted, the weights, and everything the network computed, both ways."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np

from engine.array_record import ArrayRecord
from engine.arrays import Array
from engine.cells import CELLS, Cell, named
from engine.errors import Errors, binary_cross_entropy, cross_entropy, squared_error
from engine.initialise import initial_parameters, initial_readout
from engine.networks.encoder_decoder import EncoderDecoder, backpropagate_encoder_decoder, run_encoder_decoder
from engine.networks.network import Layer, Network, NetworkTrace, run_network
from engine.networks.network_gradients import NetworkGradients, backpropagate_network
from engine.one_output import one_output
from engine.parameters import Parameters, Readout
from engine.readings import Reading, Where
from engine.record.numerals import short
from engine.sequences import places_of
from engine.studies.source import Source, probing
from engine.studies.unroll.shapes import placed
from engine.studies.unroll.study import UnrollStudy

# "hello" by hand: 4 letters one-hot, 3 tanh units, one number for W and one for b, no bias at V.
LECTURE_U = ((0.2, 0.8, 0.5, 0.6), (0.1, 0.08, 0.0, 0.5), (0.5, 0.8, 0.02, 0.1))
LECTURE_W, LECTURE_B = 0.4893, 0.5
LECTURE_V = ((6.5, 6.2, 1.2), (0.2, 0.1, 0.0), (2.0, 1.5, 0.6), (5.0, 0.9, 6.8))
SEED_STEP = 1_000_000  # beyond every seed: each layer and direction draws under a seed of its own


@dataclass(frozen=True, eq=False, repr=False)
class Part(ArrayRecord):
    """One network of a wiring: the only one, or the encoder or the decoder."""

    name: str  # "network", "encoder" or "decoder"
    x: Array  # (T, 1, D) what enters
    labels: tuple[str | None, ...]  # (T) its name at each step, None where nothing enters
    trace: NetworkTrace
    gradients: NetworkGradients


@dataclass(frozen=True, eq=False, repr=False)
class Walk(ArrayRecord):
    """Everything one walkthrough computed. Outputs and losses belong to the last part."""

    walkthrough: UnrollStudy
    weights: Mapping[str, Array]  # by name as in `UnrollStudy.shapes`, edits included
    parts: tuple[Part, ...]
    readout: Readout
    output_at: tuple[int, ...]  # the steps with an output
    outputs: Array  # (len(output_at), K) probabilities, or values
    read: Reading  # the states that V reads for them, H or 2H units: of a single answer, where each chain ends
    errors: Errors
    loss_at: tuple[int, ...]  # the steps with a target
    wanted: Array  # (len(loss_at),) what is wanted there: a place among the answers, a label or a value
    shares: Array  # (len(loss_at),) how much each of these losses counts in the whole

    @property
    def states(self) -> Array:
        """The states that V reads, (len(output_at), H or 2H), beyond float64 (`wide.Wide`) where some leave it."""
        return (self.read.h if self.read.far is None else self.read.far)[:, 0]

    @property
    def losses(self) -> Array:
        """The loss of each step with a target, (len(loss_at),), each counted once."""
        return self._counted(self.errors.loss)

    @property
    def far_losses(self) -> Array | None:
        """The same beyond float64 (`wide.Wide`), where some leave it."""
        far = self.errors.far_loss
        return None if far is None else self._counted(far)

    def _counted(self, losses: Array) -> Array:
        counted: Array = losses[np.isin(self.errors.reading.at[:, 0], self.loss_at), 0] / self.shares
        return counted

    @property
    def targets(self) -> tuple[str, ...]:
        """What is wanted at each step with a loss, in words."""
        if self.walkthrough.output_kind == "softmax":
            return tuple(self.walkthrough.answers[int(code)] for code in self.wanted)
        return tuple(map(short, self.wanted))


def walk(walkthrough: UnrollStudy) -> Walk:
    """Run it: forward, the loss, backward.

    Raises:
        Overflow: states that another layer or a decoder reads grew beyond what float64 holds.
    """
    weights = weights_of(walkthrough)
    if walkthrough.trained is not None:
        return _walk_of(walkthrough, walkthrough.trained, weights)
    x, entering = _entering(walkthrough)
    labels: tuple[str | None, ...] = entering
    readout = _readout(weights)
    if walkthrough.wiring == "delayed":
        late = np.concatenate([np.zeros_like(x[:1]), x[:-1]])
        model = EncoderDecoder(_network(walkthrough, weights, ""), _network(walkthrough, weights, "decoder."))
        both = run_encoder_decoder(model, x, late)
        read, outputs, states, errors, loss_at, wanted = _answers(walkthrough, both.decoder, readout)
        back = backpropagate_encoder_decoder(both, errors)
        parts: tuple[Part, ...] = (
            Part("encoder", x, labels, both.encoder, back.encoder),
            Part("decoder", late, (None, *labels[:-1]), both.decoder, back.decoder),
        )
    else:
        if walkthrough.wiring == "one-to-one":
            x, labels = x[:1], labels[:1]
        elif walkthrough.wiring == "one-to-many":
            x = np.concatenate([x[:1], np.zeros_like(x[1:])])
            labels = (labels[0], *[None] * (len(labels) - 1))
        trace = run_network(_network(walkthrough, weights, ""), x)
        read, outputs, states, errors, loss_at, wanted = _answers(walkthrough, trace, readout)
        parts = (Part("network", x, labels, trace, backpropagate_network(trace, errors)),)
    return Walk(
        walkthrough, weights, parts, readout, read, outputs, states, errors, loss_at, wanted, np.ones(len(loss_at))
    )


def _walk_of(walkthrough: UnrollStudy, trained: Source, weights: dict[str, Array]) -> Walk:
    """A network from somewhere on its sequence, with the loss that its training counts, or at one output."""
    sequence, batch, which = trained.sequence(walkthrough.which), trained.example(walkthrough.which), walkthrough.which
    readout, network, source = _readout(weights), _network(walkthrough, weights, ""), batch.source

    def errors_of(trace: NetworkTrace) -> Errors:
        if walkthrough.unasked:  # of the output that is looked at, the only one of this readout
            return one_output(trace, readout, 0, batch.where)
        return trained.errors(trace, readout, which)

    parts: tuple[Part, ...]
    if source is not None:
        heard = np.eye(len(trained.source_names))[source[:, 0]][:, None]
        model = EncoderDecoder(network, _network(walkthrough, weights, "decoder."))
        both = run_encoder_decoder(model, heard, sequence.x)
        trace, errors = both.decoder, errors_of(both.decoder)
        back = backpropagate_encoder_decoder(both, errors)
        parts = (
            Part("encoder", heard, walkthrough.symbols, both.encoder, back.encoder),
            Part("decoder", sequence.x, sequence.labels, trace, back.decoder),
        )
    else:
        trace = run_network(network, sequence.x)
        errors = errors_of(trace)
        parts = (Part("network", sequence.x, sequence.labels, trace, backpropagate_network(trace, errors)),)
    assert batch.weights is not None
    read, shares = errors.reading.at[:, 0], batch.weights[:, 0]
    shown = errors
    if walkthrough.unasked:
        counted, wanted = np.zeros(len(shares), dtype=bool), np.zeros(len(shares))
        if batch.where != "final":  # of no other reading, the output stands at every step
            shown = one_output(trace, readout, 0, "every")
    else:
        counted, wanted = shares > 0.0, batch.targets[:, 0]
    assert shown.outputs is not None
    return Walk(
        walkthrough,
        weights,
        parts,
        readout,
        tuple(shown.reading.at[:, 0].tolist()),
        shown.outputs[:, 0],
        shown.reading,
        errors,
        tuple(read[counted].tolist()),
        (wanted if wanted.ndim == 1 else wanted[:, 0])[counted],
        shares[counted],
    )


def _readout(weights: Mapping[str, Array]) -> Readout:
    return Readout(weights["V"], weights["d"][:, 0] if "d" in weights else np.zeros(len(weights["V"])))


def weights_of(walkthrough: UnrollStudy) -> dict[str, Array]:
    """Every array of weights by name, as `UnrollStudy.shapes` has them: those of the example or of the seed, with the
    edits in their places."""
    if walkthrough.trained is not None:
        return _edited(_trained_weights(walkthrough, walkthrough.trained), walkthrough)
    arrays: dict[str, Array] = {}
    cell, shapes = CELLS[walkthrough.cell], walkthrough.shapes()
    own = walkthrough.vocabulary if walkthrough.example == "text" else ()  # of an example, the places decide
    for index, name in enumerate(name for name in shapes if name.removeprefix("decoder.").startswith("U")):
        part, _, place = name.rpartition("U")
        seed = walkthrough.seed + SEED_STEP * index
        read = own if place.startswith("1") else ()
        drawn = initial_parameters(cell, "gaussian", 1.0, walkthrough.hidden, shapes[name][1], seed, symbols=read)
        if walkthrough.lecture:
            drawn = Parameters(np.array(LECTURE_U), LECTURE_W * np.eye(3), np.full(3, LECTURE_B))
        arrays |= {
            f"{part}{key}{place}": array.reshape(shapes[f"{part}{key}{place}"]) for key, array in drawn.named().items()
        }
    said = own if walkthrough.output_kind == "softmax" else ()
    readout = initial_readout(shapes["V"][1], shapes["V"][0], walkthrough.seed, said)
    arrays["V"] = np.array(LECTURE_V) if walkthrough.lecture else readout.V
    if "d" in shapes:
        arrays["d"] = readout.d[:, None]
    return _edited(arrays, walkthrough)


def _trained_weights(walkthrough: UnrollStudy, trained: Source) -> dict[str, Array]:
    whole, shapes = trained.whole, walkthrough.shapes()
    arrays = placed(whole)
    if whole.readout is None:
        readout, rows = probing(shapes["V"][1]), slice(None)
    else:
        rows = slice(trained.output - 1, trained.output) if walkthrough.unasked else slice(None)
        readout = whole.readout
    arrays |= {"V": readout.V[rows], "d": readout.d[rows]}
    return {name: arrays[name].reshape(shape) for name, shape in shapes.items()}


def _edited(arrays: dict[str, Array], walkthrough: UnrollStudy) -> dict[str, Array]:
    for name, row, column, value in walkthrough.edits:
        arrays[name] = arrays[name].copy()
        arrays[name][row - 1, column - 1] = value
    return arrays


def _network(walkthrough: UnrollStudy, weights: Mapping[str, Array], part: str) -> Network:
    def parameters(cell: Cell, place: str) -> Parameters:
        extra = {name: weights[f"{part}{name}{place}"][:, 0] for name in cell.extras}
        U, W, b = (weights[f"{part}{name}{place}"] for name in "UWb")
        return Parameters(U, W, b[:, 0], extra)

    form = None if walkthrough.trained is None else walkthrough.trained.form
    if form is not None:
        network = form.network if part or form.encoder is None else form.encoder
        layers = tuple(
            replace(
                layer,
                parameters=parameters(layer.cell, f"{k}"),
                reverse=None if layer.reverse is None else parameters(layer.cells[1], f"{k}r"),
            )
            for k, layer in enumerate(network.layers, 1)
        )
        return Network(layers, start=network.start)
    cell = named(walkthrough.cell)
    return Network(
        tuple(
            Layer(cell, parameters(cell, f"{layer}"), parameters(cell, f"{layer}r") if walkthrough.both else None)
            for layer in range(1, walkthrough.layers + 1)
        )
    )


def _entering(walkthrough: UnrollStudy) -> tuple[Array, tuple[str, ...]]:
    """The whole sequence, (n, 1, D), and a name for each of its steps."""
    if walkthrough.numeric:
        values = walkthrough.values
        return values.reshape(-1, 1, 1), tuple(map(short, values))
    return np.eye(len(walkthrough.vocabulary))[_codes(walkthrough)][:, None], walkthrough.symbols


def _codes(walkthrough: UnrollStudy) -> Array:
    return places_of(walkthrough.symbols, walkthrough.vocabulary)


def _answers(
    walkthrough: UnrollStudy, trace: NetworkTrace, readout: Readout
) -> tuple[tuple[int, ...], Array, Reading, Errors, tuple[int, ...], Array]:
    """Where outputs stand, the outputs, the states they read, the loss, where it looks, and what it wants there."""
    last, T = walkthrough.wiring == "many-to-one", trace.steps
    read = (T,) if last else tuple(range(1, T + 1))
    # A single answer reads the state in which each direction ends: step 1 for the one that reads from the end.
    where: Where = "final" if last else read
    again = walkthrough.wiring == "delayed"
    loss_at = read if last or again or T == 1 else read[:-1]  # nothing follows the last symbol
    behind = 0 if last or again else 1  # which later symbol is wanted
    rows = np.array([0]) if last else np.array(loss_at) - 1 + behind
    if walkthrough.output_kind == "linear":
        wanted = walkthrough.values[rows]
        everywhere = squared_error(trace, readout, np.zeros((len(read), 1, 1)), where)
        errors = squared_error(trace, readout, wanted[:, None, None], "final" if last else loss_at)
    elif walkthrough.output_kind == "sigmoid":
        wanted = np.array([float(walkthrough.label)])
        everywhere = errors = binary_cross_entropy(trace, readout, wanted[:, None, None], where)
    else:
        wanted = _codes(walkthrough)[rows]
        # The outputs of a step do not depend on what is wanted there: any class serves to read them all.
        everywhere = cross_entropy(trace, readout, np.zeros((len(read), 1), dtype=np.int64), where)
        errors = cross_entropy(trace, readout, wanted[:, None], loss_at)
    assert everywhere.outputs is not None
    return read, everywhere.outputs[:, 0], everywhere.reading, errors, loss_at, wanted
