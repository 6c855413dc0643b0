"""What does a stretch of steps do to an error in its best and its worst direction? The singular values of dh_T/dh_t."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from engine.studies.vanish.stretches import RANKS, stretches
from engine.studies.vanish.study import VanishStudy
from figures.cells import look_of
from figures.plots.house import by_steps, decades, finished, finite, in_decades, tone_of
from figures.table import rank_name, stretches_table
from figures.theme import MUTED
from figures.vanish.stretches import PRECISION, lyapunov_sentence, spread_sentence
from figures.words import LOG10_2, power_of_ten

BANDS = ((0, 6), (1, 5), (2, 4))  # ranks between which a band lies: all, 80 %, half of the singular values
WIDTHS = {0.0: 1.0, 0.5: 1.5, 1.0: 2.4}  # of the lines of some ranks
VEIL = 0.13


def singular_values(study: VanishStudy, cell: str, dark: bool = False) -> go.Figure:
    """log10 of the singular values of dh_T/dh_t over t: bands hold all, 80 % and half of them.

    The dotted line is where a product formed in float64 holds rounding only; the values are right below it too. The
    title says what it comes to. The numbers: `singular_values_table`.

    Raises:
        ValueError: a state overflowed, so that a step's Jacobian is not finite.
    """
    found, tone = stretches(study, cell), tone_of(dark)
    table = stretches_table(found)
    colour, steps = look_of(study.kind(cell)).colour.on(tone), table["step"].to_numpy()
    figure, names = go.Figure(), [rank_name(share) for share in RANKS]
    for low, high in BANDS:
        edges = (finite(table[names[low]].to_numpy()), finite(table[names[high]].to_numpy()))
        for edge, fill in zip(edges, (None, "tonexty"), strict=True):
            figure.add_scatter(
                x=steps,
                y=edge,
                mode="lines",
                line={"width": 0, "color": colour},
                fill=fill,
                fillcolor=_veiled(colour),
                showlegend=False,
                hoverinfo="skip",
                name=f"{names[low]} to {names[high]}",
            )
    for share, width in WIDTHS.items():
        values, name = table[rank_name(share)], rank_name(share).split(" (")[0]
        figure.add_scatter(
            x=steps,
            y=finite(values.to_numpy()),
            mode="lines",
            name=name,
            line={"color": colour, "width": width},
            text=[power_of_ten(value) for value in values],
            hovertemplate=f"{name} singular value of dh_{len(steps)}/dh_%{{x}}: %{{text}}<extra></extra>",
        )
    largest = table["largest"].to_numpy()
    figure.add_scatter(
        x=steps,
        y=finite(largest + PRECISION * LOG10_2),
        mode="lines",
        name="float64’s rounding of the largest",
        line={"color": MUTED.on(tone), "width": 1, "dash": "dot"},
        hoverinfo="skip",
    )
    said = (f"<b>{study.kind(cell).title}</b>", spread_sentence(found), lyapunov_sentence(found))
    figure.update_xaxes(by_steps(len(steps)))
    figure.update_yaxes(
        in_decades("singular values of dh_T/dh_t"), range=list(decades(*(table[name].to_numpy() for name in names)))
    )
    return finished(figure, 460, tone, legend=True, said=said)


def _veiled(colour: str) -> str:
    """The colour of a band: bands lie upon each other, and the middle is the strongest."""
    red, green, blue = np.frombuffer(bytes.fromhex(colour[1:]), dtype=np.uint8)
    return f"rgba({red},{green},{blue},{VEIL})"
