"""One path, factor by factor: an editable chain of factors and what is left of the error behind it."""

from __future__ import annotations

import streamlit as st

from engine.cells import CELLS, RNN
from engine.measures import unit_factors
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
    st.subheader("One path, factor by factor", anchor=False)
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
            st.button(
                "A unit of the network above",
                on_click=_put_unit,
                args=(shown,),
                help="Unit 1 of the first vanilla RNN: its own weight times f′ at every step, last step first.",
            )
    factors, _ = read_factors(shown.value("factors"))
    assert factors is not None
    with picture:
        sentence = product_sentence(factors)
        st.markdown(f"**{sentence}**")
        show_plot(product_json(factors, 18 if layout() == "presenter" else 14), "running-product", sentence)


def _put_unit(shown: Held) -> None:
    """The path of unit 1 of the network that is shown, through its own weight, from the last step back."""
    study = shown.record
    assert isinstance(study, VanishStudy)
    vanilla = next((name for name in study.cells if isinstance(CELLS[name], RNN)), None)
    if vanilla is None:
        sentence = "An LSTM or GRU has many factors per step; compare a vanilla RNN above to use this."
        shown.said = {"factors": sentence}
        return
    factors = unit_factors(study.run(vanilla).trace, unit=0)[::-1]
    shown.put("factors", ", ".join(f"{factor:.6g}" for factor in factors), True)
