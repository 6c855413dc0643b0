"""Recurrent networks, unrolled and differentiated through time, with every intermediate quantity by name.

NumPy and the standard library only. Float64 throughout; the forward pass also runs on complex numbers.

Letters (shapes are time first, batch second):

    T timesteps   B sequences   D inputs   H hidden units   G gates   K outputs   N networks   S size of the full state
    x  (T, B, D)    inputs                      U  (G*H, D)  input weights
    h  (T+1, B, H)  hidden states, h[0] start   W  (G*H, H)  recurrent weights
    c  (T+1, B, H)  cell states of an LSTM      b  (G*H,)    biases
    s  (S,)         full state: h, or h and c   V  (K, H)    output weights
    L               the loss                    d  (K,)      output biases
    LSTM gates i f g o: input, forget, candidate, output;  GRU gates r z n: reset, update, candidate

The map, from the equations to what the pages show:

    one layer     cells/  one file per cell, its equations forward and backward; CELLS is the registry
                  parameters.py  U, W, b and V      initialise.py  how they are drawn
                  conventions.py  weights of PyTorch, Keras and ONNX as ours
                  sequences.py  inputs and targets  forward.py  parameters and inputs -> Trace
                  overflow.py  states beyond float64 that something has to read
    the loss      readings.py  which states it looks at      errors.py  Trace -> Errors: where the error enters,
                  also of a loss of your own    one_output.py  one unit of error at one output
    gradients/    backward.py  Errors -> Gradients    carry.py  the sweep back, beyond float64's range
                  collect.py  sums over steps         contributions.py  each step's own part of dL/dW
                  truncated.py  k2 steps every k1     clipping.py  by norm, by value
                  single.py  where a float32 run ends
    wide.py       numbers with powers of two of their own, for what leaves float64: flat slopes, far states and errors
    networks/     layers.py  stacked, both directions, embedding     order.py  read backwards, masks with holes
                  network.py  the run    trace.py  what it computed    merging.py  two directions as one
                  network_gradients.py  back through all of them
                  network_truncated.py  the same k2 steps every k1
                  encoder_decoder.py  one hands over to another     ensembles.py  N networks in one call
    spectra/      jacobians.py  ds_t/ds_{t-1}, saturation and weights, loss by state    products.py  dh_T/dh_t
                  singular.py  all its singular values      lyapunov.py  their growth per step
                  meanfield.py  wide random networks
    measures.py   half-life, spectral radius, the bound
    tasks/        what networks learn: one file a task, its sequences, chance level and goal; TASKS is the registry
    training/     training.py  all that decides how a network learns; learning.py  what a race shares of it
                  run.py  its history, which grows    step.py  one update in four phases    model.py  weights as one
                  vector    optimisers.py  SGD to AdamW    losses.py  means, sums, masks    changes.py  on the way
                  evaluation.py  how well it does    save.py  in a file and back    speaking.py  what it says by itself
    files/        networks out of files: safetensors, PyTorch, Keras, ONNX, NumPy; and back to PyTorch's names
    look.py       a module as it is, a batch: trace, gradients and report in one call
                  modules.py  what a module of PyTorch or Keras is here    targets.py  which loss its targets are of
    report/       a trained network on its own sequences: half-lives, gates, units, inputs, truncation; and agreement
    record/       what a record's field accepts, how a link writes it: declared once
    studies/      a folder per page: the record of everything that decides what it shows, and its run
                  source.py  a network from somewhere, and sequences for it    trained.py  a moment of a training that
                  a link names    brought.py  out of a file    within.py  one layer of it in one direction
                  phrase.py  a phrase of one's own that it reads    spoken.py  what it answers
                  bag.py  the best that counts of words can do on what it learned
                  layered.py  which of them is chosen
                  shelf.py  what it decides on a page    doors.py  which pages show it

A run by hand:

    trace = unroll(CELLS["lstm"], parameters, x)
    gradients = backpropagate(trace, cross_entropy(trace, readout, classes))
    gradients.log2_dh[1] - gradients.log2_dh[-1]   # what is left of the error at step 1, as a power of two
"""

from engine.cells import CELLS, Cell, LSTMVariant
from engine.conventions import from_keras, from_onnx, from_torch
from engine.errors import Entering, Errors, binary_cross_entropy, cross_entropy, entering, probe, squared_error
from engine.files import FileError, NetworkFile, from_state_dict, gradients_to_torch, read_network, to_torch
from engine.forward import State, Step, Trace, unroll
from engine.gradients.backward import Gradients, backpropagate
from engine.gradients.clipping import Clipped, clip_by_norm, clip_by_value
from engine.gradients.contributions import Contributions, contributions
from engine.gradients.truncated import Truncated, backpropagate_truncated
from engine.initialise import INITIALISERS, initial_parameters, initial_readout
from engine.look import Look, look
from engine.measures import Reach, reach, running_product
from engine.networks.encoder_decoder import (
    EncoderDecoder,
    EncoderDecoderGradients,
    EncoderDecoderTrace,
    backpropagate_encoder_decoder,
    run_encoder_decoder,
)
from engine.networks.ensembles import ensemble, network_of
from engine.networks.network import Layer, Network, NetworkTrace, run_network
from engine.networks.network_gradients import NetworkGradients, backpropagate_network
from engine.networks.network_truncated import TruncatedNetwork, backpropagate_network_truncated
from engine.overflow import Overflow
from engine.parameters import Parameters, Readout
from engine.record import Record
from engine.spectra.jacobians import Growth, Itemised, growth, itemised, step_jacobians
from engine.spectra.lyapunov import lyapunov_spectrum
from engine.spectra.meanfield import MeanField, critical_sigma_w, mean_field
from engine.spectra.products import Products, running_products
from engine.spectra.singular import log2_singular_values
from engine.studies.backward.study import BackwardStudy
from engine.studies.cell.study import CellStudy
from engine.studies.cliff.study import CliffStudy
from engine.studies.train.study import TrainStudy
from engine.studies.trained import Trained
from engine.studies.unroll.study import UnrollStudy
from engine.studies.vanish.families import Family, family
from engine.studies.vanish.study import VanishStudy
from engine.tasks import TASKS, Batch, Task
from engine.training.run import Run, run_of
from engine.training.training import Training

__all__ = [
    "CELLS",
    "INITIALISERS",
    "TASKS",
    "BackwardStudy",
    "Batch",
    "Cell",
    "CellStudy",
    "CliffStudy",
    "Clipped",
    "Contributions",
    "EncoderDecoder",
    "EncoderDecoderGradients",
    "EncoderDecoderTrace",
    "Entering",
    "Errors",
    "Family",
    "FileError",
    "Gradients",
    "Growth",
    "Itemised",
    "LSTMVariant",
    "Layer",
    "Look",
    "MeanField",
    "Network",
    "NetworkFile",
    "NetworkGradients",
    "NetworkTrace",
    "Overflow",
    "Parameters",
    "Products",
    "Reach",
    "Readout",
    "Record",
    "Run",
    "State",
    "Step",
    "Task",
    "Trace",
    "TrainStudy",
    "Trained",
    "Training",
    "Truncated",
    "TruncatedNetwork",
    "UnrollStudy",
    "VanishStudy",
    "backpropagate",
    "backpropagate_encoder_decoder",
    "backpropagate_network",
    "backpropagate_network_truncated",
    "backpropagate_truncated",
    "binary_cross_entropy",
    "clip_by_norm",
    "clip_by_value",
    "contributions",
    "critical_sigma_w",
    "cross_entropy",
    "ensemble",
    "entering",
    "family",
    "from_keras",
    "from_onnx",
    "from_state_dict",
    "from_torch",
    "gradients_to_torch",
    "growth",
    "initial_parameters",
    "initial_readout",
    "itemised",
    "log2_singular_values",
    "look",
    "lyapunov_spectrum",
    "mean_field",
    "network_of",
    "probe",
    "reach",
    "read_network",
    "run_encoder_decoder",
    "run_network",
    "run_of",
    "running_product",
    "running_products",
    "squared_error",
    "step_jacobians",
    "to_torch",
    "unroll",
]
