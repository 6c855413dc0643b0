"""A trained network on its own sequences: where errors die, what is remembered, which gates and units are stuck.

One file a question; `report.py` asks them all, part by part.
asked.py  which output the error comes from      runs.py  each sequence as the network's program runs it
curves.py  its size at every step, and its half-life
memories.py  how long each unit remembers        units.py  gates shut and open, units dead and saturated
weights.py  singular values, spectral radius     radius.py  that of large matrices
inputs.py  what an output depends on
cuts.py  what truncated backpropagation would lose
comparing.py  two networks on the same sequences agreement.py  a framework's own outputs beside ours
"""

from engine.report.agreement import Agreement, agreement
from engine.report.asked import Asked, Loss
from engine.report.comparing import Comparison, Difference, differences
from engine.report.report import Report, report, report_in_parts
from engine.report.work import memory

__all__ = [
    "Agreement",
    "Asked",
    "Comparison",
    "Difference",
    "Loss",
    "Report",
    "agreement",
    "differences",
    "memory",
    "report",
    "report_in_parts",
]
