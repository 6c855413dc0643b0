"""Networks out of files and back, no code of a file ever run.

read.py finds the format by its content; then there is a file for each
layers.py  recurrent layers by names     chains.py  which reads which     state_dict.py  what stands around them
network_file.py  the network of what was found, what was not, and what is asked
to_torch.py  the way back       bounds.py  what a file may ask for
"""

from engine.files.bounds import FileError
from engine.files.found import Block, Head, Left, Used
from engine.files.network_file import NetworkFile, Question
from engine.files.read import from_keras_config, from_state_dict, read_network
from engine.files.to_torch import gradients_to_torch, to_torch

__all__ = [
    "Block",
    "FileError",
    "Head",
    "Left",
    "NetworkFile",
    "Question",
    "Used",
    "from_keras_config",
    "from_state_dict",
    "gradients_to_torch",
    "read_network",
    "to_torch",
]
