"""Pictures of engine records: pure functions from records to plotly figures, tables, or a component's message.

For a notebook; each figure takes ``dark=True``, and has its numbers as a table under its own name with ``_table``:

    gradient_curves(study)            how large the error is at every step; of gradients of one's own too
    every_scale(study)                the same at every recurrent scale, one map per network
    growth(study, "lstm")             why it grows or shrinks at each step: saturation, weights
    singular_values(study, "tanh")    what a stretch of steps does in its best and worst direction
    states(trace), gates(trace)       what a network holds and what its gates do, units by steps
    loss_by_state(study)              how much of each step's loss reaches each state; of a BackwardStudy
    report(found)                     what a report on a network of one's own found; `report_html` as a file
    product(factors)                  what is left after a chain of factors
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from figures.own.page import report_html
    from figures.own.table import comparison_table, report_table
    from figures.plots.gradients import every_scale, gradient_curves
    from figures.plots.growth import growth
    from figures.plots.losses import loss_by_state
    from figures.plots.product import product
    from figures.plots.report import report, report_picture
    from figures.plots.singular import singular_values
    from figures.plots.states import gates, states
    from figures.table import (
        every_scale_table,
        gates_table,
        gradient_curves_table,
        growth_table,
        loss_by_state_table,
        product_table,
        scales_table,
        singular_values_table,
        states_table,
    )

__all__ = [
    "comparison_table",
    "every_scale",
    "every_scale_table",
    "gates",
    "gates_table",
    "gradient_curves",
    "gradient_curves_table",
    "growth",
    "growth_table",
    "loss_by_state",
    "loss_by_state_table",
    "product",
    "product_table",
    "report",
    "report_html",
    "report_picture",
    "report_table",
    "scales_table",
    "singular_values",
    "singular_values_table",
    "states",
    "states_table",
]
# Plotly and pandas take longer to import than a page to answer: they come with the first figure that is asked for.
_PLOTS = {
    "every_scale": "gradients",
    "gradient_curves": "gradients",
    "growth": "growth",
    "loss_by_state": "losses",
    "product": "product",
    "report": "report",
    "report_picture": "report",
    "singular_values": "singular",
    "gates": "states",
    "states": "states",
}
_OTHERS = {
    "comparison_table": "figures.own.table",
    "report_table": "figures.own.table",
    "report_html": "figures.own.page",
}


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module 'figures' has no attribute {name!r}")
    home = f"figures.plots.{_PLOTS[name]}" if name in _PLOTS else _OTHERS.get(name, "figures.table")
    return getattr(import_module(home), name)
