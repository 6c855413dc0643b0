"""The presets that tell the story of a network unrolled: each a study and one sentence on what to look for."""

from __future__ import annotations

from engine.studies.unroll.study import UnrollStudy
from ui.kit.page import Preset

PRESETS: dict[str, Preset] = {
    "hello": Preset(
        "‘hello’ by hand",
        "the lecture's own weights: each letter enters as a 1 among zeros, so U hands over a single column, and the "
        "state carries the letters before it.",
        UnrollStudy(),
    ),
    "review": Preset(
        "‘not good’",
        "only the last step answers, so whatever ‘not’ did must still be in the state one step later. "
        "31 numbers do it all, counted below.",
        UnrollStudy(example="review", wiring="many-to-one"),
    ),
    "order": Preset(
        "Same words",
        "counted without order both are nearly one; read word by word by the same weights, they end in other states.",
        UnrollStudy(
            example="text",
            by="word",
            text="this phone is no good",
            second="no, the phone is good",
            wiring="many-to-one",
            seed=6,
        ),
    ),
    "happy": Preset(
        "‘happy’",
        "three words, one after the other; the same U, W and V at every step, and one loss at the end.",
        UnrollStudy(example="happy", wiring="many-to-one", label=1),
    ),
    "impulse": Preset(
        "Impulse",
        "a single 1 enters at step 1 and then nothing: from step 2 on W alone moves the state, and that is memory.",
        UnrollStudy(example="impulse", hidden=4),
    ),
    "sine": Preset(
        "Sine",
        "numbers enter instead of symbols, and every step predicts the next one.",
        UnrollStudy(example="sine", hidden=8),
    ),
    "caption": Preset(
        "One to many",
        "one letter enters, then nothing more: every later output comes from the carried state alone.",
        UnrollStudy(wiring="one-to-many"),
    ),
    "translate": Preset(
        "Encoder, decoder",
        "the encoder answers nothing; its last state is all that the decoder gets to say the word again.",
        UnrollStudy(wiring="delayed"),
    ),
    "both": Preset(
        "Both directions",
        "a second chain reads from the end, so that ‘good’ is known when ‘not’ is answered.",
        UnrollStudy(example="review", both=True),
    ),
    "deep": Preset(
        "Three layers",
        "each layer reads the states of the one below; every box holds four gates and a memory.",
        UnrollStudy(example="text", cell="lstm", layers=3, hidden=8),
    ),
}
