"""Recurrent networks, unrolled and differentiated through time, with every intermediate quantity by name.

NumPy and the standard library only. Float64 throughout; the forward pass also runs on complex numbers.

Letters (shapes are time first, batch second):

    T timesteps   B sequences   D inputs   H hidden units   G gates   K outputs   S scales
    x  (T, B, D)    inputs                      U  (G*H, D)  input weights
    h  (T+1, B, H)  hidden states, h[0] start   W  (G*H, H)  recurrent weights
    c  (T+1, B, H)  cell states of an LSTM      b  (G*H,)    biases
    L               the loss                    V  (K, H)    output weights
    LSTM gates i f g o: input, forget, candidate, output;  GRU gates r z n: reset, update, candidate

The map:

    cells/           one file per cell: its equations forward and backward; CELLS is the registry
    parameters.py    U, W, b of a layer, V of its readout       initialise.py   how they are drawn
    forward.py       parameters and inputs -> Trace              sequences.py    inputs and targets
    errors.py        Trace -> Errors: where the error enters     backward.py       Errors -> Gradients
    measures.py      half-life, spectral radius, bounds          families.py     one cell at every scale at once
    experiment.py    everything that decides a result, one record  link.py       that record as a URL, and back

A run by hand:

    trace = unroll(CELLS["lstm"], parameters, x)
    gradients = backpropagate(trace, cross_entropy(trace, readout, classes))
    gradients.log2_dh[1] - gradients.log2_dh[-1]   # what is left of the error at step 1, as a power of two
"""

from engine.backward import Gradients, backpropagate
from engine.cells import CELLS, Cell
from engine.errors import Errors, cross_entropy, probe, squared_error
from engine.experiment import Experiment
from engine.families import Family, family
from engine.forward import State, Step, Trace, unroll
from engine.initialise import INITIALISERS, initial_parameters, initial_readout
from engine.link import from_query, to_query
from engine.measures import Reach, reach, running_product
from engine.parameters import Parameters, Readout

__all__ = [
    "CELLS",
    "INITIALISERS",
    "Cell",
    "Errors",
    "Experiment",
    "Family",
    "Gradients",
    "Parameters",
    "Reach",
    "Readout",
    "State",
    "Step",
    "Trace",
    "backpropagate",
    "cross_entropy",
    "family",
    "from_query",
    "initial_parameters",
    "initial_readout",
    "probe",
    "reach",
    "running_product",
    "squared_error",
    "to_query",
    "unroll",
]
