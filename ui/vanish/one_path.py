"""One path, factor by factor: an editable chain of factors and what is left of the error behind it."""

from __future__ import annotations

import streamlit as st

from engine.cells import RNN
from engine.measures import largest_path, unit_factors
from engine.studies.vanish.study import VanishStudy
from figures.vanish.factors import read_factors
from figures.vanish.product import product_json, product_sentence
from figures.vanish.view import LECTURE
from ui.kit.controls import control, line
from ui.kit.held import Held
from ui.kit.layout import layout
from ui.kit.plot import show_plot

EXAMPLES = {"0.03 × 0.05": LECTURE, "0.5, fifty times": "0.5^50", "1.1, fifty times": "1.1^50"}


def one_path(shown: Held) -> None:
    """The field, its examples, the sentence and the figure."""
    st.header("One path, factor by factor", anchor=False)
    st.markdown(
        "The chain rule multiplies one factor per step. Since tanh′ is at most 1 and the logistic’s slope at most ¼, "
        "small weights make the product vanish; large weights can make it explode, where they do not saturate the "
        "unit. This is one path: the network's gradient is the sum over all of them."
    )
    field, picture = st.columns([1, 2.2], gap="medium")
    with field:
        control(shown, "factors", widget=line)
        with st.container(horizontal=True, gap="small", key="factor_examples"):
            for label, words in EXAMPLES.items():
                st.button(label, on_click=shown.put, args=("factors", words, True))
        _paths(shown)
    factors, _ = read_factors(shown.value("factors"))
    assert factors is not None
    with picture:
        sentence = product_sentence(factors)
        st.markdown(f"**{sentence}**")
        show_plot(product_json(factors, 18 if layout() == "presenter" else 14), "running-product", sentence)


def _paths(shown: Held) -> None:
    """A path of a network that is shown to choose, the largest first: its factors from the last step back."""
    study = shown.record
    assert isinstance(study, VanishStudy)
    vanilla = [name for name in study.cells if isinstance(study.kind(name), RNN)]
    units = [None, *range(study.hidden)]  # None: the path through whichever units make it largest
    key = f"{shown.page.word}.path.{'.'.join(vanilla)}.{study.hidden}"  # another one for other networks
    chosen = st.selectbox(
        "A path of the network above",
        [(cell, unit) for unit in units for cell in vanilla],
        index=None,
        format_func=lambda path: (
            f"{study.kind(path[0]).title}, {'the largest path' if path[1] is None else f'unit {path[1] + 1}'}"
        ),
        placeholder="The largest, or a unit's own",
        key=key,
        on_change=lambda: _put_path(shown, study, st.session_state[key]),
        disabled=not vanilla,
        help="One unit's own weight times its slope f′ at every step, last step first; or the path through any units "
        "whose factors multiply to the most."
        if vanilla
        else "An LSTM or GRU has many factors per step; compare a vanilla RNN above to use this.",
    )
    through, factors = shown.noted.get("path", ((), ""))
    if chosen and through and factors == shown.value("factors"):
        st.caption(f"From step {len(through) - 1} back through units {', '.join(map(str, through))}.")


def _put_path(shown: Held, study: VanishStudy, path: object) -> None:
    if not isinstance(path, tuple):
        return  # nothing, or what is not offered
    cell, unit = path
    trace = study.run(cell).trace
    units = largest_path(trace) if unit is None else unit
    factors = ", ".join(f"{factor:.6g}" for factor in unit_factors(trace, units)[::-1])
    shown.put("factors", factors, True)
    through = () if unit is not None else tuple((largest_path(trace)[::-1] + 1).tolist())
    shown.noted["path"] = (through, factors)
