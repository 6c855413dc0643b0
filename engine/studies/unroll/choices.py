"""What may enter a walk, and how the network is wired to it."""

from __future__ import annotations

EXAMPLES = {
    "hello": "hello",
    "review": "movie was not good",
    "happy": "they are happy",
    "sine": "Sine wave",
    "impulse": "Impulse at step 1",
    "text": "Own text",
    "numbers": "Own numbers",
}
WIRINGS = {
    "one-to-one": "One to one",
    "one-to-many": "One to many",
    "many-to-one": "Many to one",
    "in-step": "Many to many, in step",
    "delayed": "Many to many, delayed",
}
WIRING_HELP = (
    "One to one: a plain network, no second step. One to many: one input, many outputs, as for captions. "
    "Many to one: read all, answer once, as for sentiment. In step: an answer at every step, as for tagging. "
    "Delayed: an encoder reads all, then a decoder speaks, as for translation."
)
SENTENCES = {  # words of the examples, and the vocabulary in which the lecture counts them
    "review": (("movie", "was", "not", "good"), ("movie", "was", "good", "bad", "not")),
    "happy": (("they", "are", "happy"), ("they", "are", "happy")),
}
SINE_STEPS, IMPULSE_STEPS = 25, 16
