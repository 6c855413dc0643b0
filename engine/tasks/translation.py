"""Short English phrases in Hindi: an encoder reads, a decoder answers.

Hindi puts the verb at the end, and what is said of a noun agrees with its gender: मेरा घर is my house, मेरी किताब my
book.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np

from engine.tasks.pool import Pool, PooledTask, Sentence, every_fifth, padded
from engine.tasks.task import Batch, Chance, Goal, by_shares

END = "."  # with which a decoder begins, and which it says at the end
PHRASES = {
    "how are you": "क्या हाल है",
    "hello": "नमस्ते",
    "thank you": "धन्यवाद",
    "good morning": "सुप्रभात",
    "good night": "शुभ रात्रि",
    "see you again": "फिर मिलेंगे",
    "i am fine": "मैं ठीक हूँ",
    "i am here": "मैं यहाँ हूँ",
    "who are you": "आप कौन हैं",
    "where are you": "आप कहाँ हैं",
    "what is your name": "आपका नाम क्या है",
    "what is this": "यह क्या है",
    "how much is this": "यह कितने का है",
    "i do not know": "मुझे नहीं पता",
    "come here": "यहाँ आइए",
    "please sit": "कृपया बैठिए",
}
NOUNS = (  # English, Hindi, whether it is feminine, whether it can be counted
    ("water", "पानी", False, False),
    ("milk", "दूध", False, False),
    ("tea", "चाय", True, False),
    ("bread", "रोटी", True, False),
    ("house", "घर", False, True),
    ("room", "कमरा", False, True),
    ("phone", "फ़ोन", False, True),
    ("friend", "दोस्त", False, True),
    ("dog", "कुत्ता", False, True),
    ("book", "किताब", True, True),
    ("car", "गाड़ी", True, True),
    ("shop", "दुकान", True, True),
    ("cat", "बिल्ली", True, True),
)
# Of a noun {n}, with its article {a}; {e} is ा of a masculine and ी of a feminine one.
PATTERNS = (
    ("this is {a} {n}", "यह {n} है"),
    ("this is not {a} {n}", "यह {n} नहीं है"),
    ("this is my {n}", "यह मेर{e} {n} है"),
    ("this is your {n}", "यह आपक{e} {n} है"),
    ("is this your {n}", "क्या यह आपक{e} {n} है"),
    ("where is the {n}", "{n} कहाँ है"),
    ("where is my {n}", "मेर{e} {n} कहाँ है"),
    ("where is your {n}", "आपक{e} {n} कहाँ है"),
    ("how is the {n}", "{n} कैस{e} है"),
    ("the {n} is good", "{n} अच्छ{e} है"),
    ("the {n} is not good", "{n} अच्छ{e} नहीं है"),
    ("my {n} is good", "मेर{e} {n} अच्छ{e} है"),
    ("i want {a} {n}", "मुझे {n} चाहिए"),
    ("i do not want {a} {n}", "मुझे {n} नहीं चाहिए"),
)
AND, AND_IN_HINDI = "and", "और"
TWO = 1200  # pairs of phrases, where sentences may be that long
SEED = 13


@dataclass(frozen=True)
class Translation(PooledTask):
    """Phrases of at most `length` English words, longer ones two phrases joined by "and"; the decoder reads the Hindi
    words one step late, from a full stop on, and is to say the next one and a full stop at the end."""

    name, title = "translation", "Translation"
    what = "Short English phrases in Hindi: one network reads all of it, another says it word by word."
    lengths, length_label = (4, 6, 13), "English words, at most"
    loss, phrases = "cross-entropy", "word"
    decodes = True
    one_way = "A decoder writes one step after the other, so it cannot read in both directions."
    evaluated = "Phrases that were held out: none of them is learned, each of their words is."
    goal = Goal("accuracy", 0.97, "97 % of the words are right, each after the right words before it.")

    @property
    def input_names(self) -> tuple[str, ...]:
        return _vocabulary(1)

    @property
    def output_names(self) -> tuple[str, ...]:
        return _vocabulary(1)

    @property
    def source_names(self) -> tuple[str, ...]:
        return _vocabulary(0)

    @property
    def heard(self) -> int:
        heard = self.pool.all.source_lengths
        assert heard is not None
        return int(heard.max())

    @cached_property
    def pool(self) -> Pool:
        """Every pair there is."""
        return phrases(self.length)

    def shown(self) -> Batch:
        """The lecture's phrase, and two that were held out."""
        return self.pool.of(np.array([0, self.pool.learned, self.pool.learned + 1]))

    @cached_property
    def chance(self) -> Chance:
        learned, held = (
            np.bincount(batch.targets.ravel(), batch.counts.ravel(), self.outputs)
            for batch in (self.pool.of(slice(0, self.pool.learned)), self.pool.held())
        )
        loss, accuracy = by_shares(learned, held)
        return Chance(loss, accuracy, "Always the Hindi words' shares of what is learned, on what is held out.")


@cache
def _pairs() -> tuple[tuple[tuple[str, str], ...], tuple[tuple[str, str], ...]]:
    """Fixed phrases, and those that are made of a noun and a pattern."""
    made = []
    for k in range(len(PATTERNS)):  # along the diagonals, so that every fifth takes no noun and no pattern alone
        for n, (noun, hindi, feminine, counted) in enumerate(NOUNS):
            english, answer = PATTERNS[(k + n) % len(PATTERNS)]
            article, ending = "a" if counted else "", "ी" if feminine else "ा"
            words = " ".join(english.format(a=article, n=noun).split())
            made.append((words, answer.format(n=hindi, e=ending)))
    return tuple(PHRASES.items()), tuple(made)


@cache
def _vocabulary(side: int) -> Sentence:
    """English, or Hindi with the full stop first."""
    fixed, made = _pairs()
    words = {word for pair in (*fixed, *made, (AND, AND_IN_HINDI)) for word in pair[side].split()}
    return (*((END,) if side else ()), *sorted(words))


@cache
def phrases(length: int) -> Pool:
    """The lecture's phrase first; held out are made ones alone, and pairs of phrases that are joined."""
    fixed, made = _pairs()
    rng = np.random.default_rng(SEED)
    twos = ((made[k], made[n]) for k, n in rng.integers(0, len(made), (TWO, 2)).tolist())
    joined = dict.fromkeys((f"{a[0]} {AND} {b[0]}", f"{a[1]} {AND_IN_HINDI} {b[1]}") for a, b in twos)
    fitting = [[pair for pair in some if len(pair[0].split()) <= length] for some in (fixed, made, joined)]
    learned, held = every_fifth(fitting[1])
    more, out = every_fifth(fitting[2])
    pairs = [*fitting[0], *learned, *more, *held, *out]
    source, heard = padded([tuple(english.split()) for english, _ in pairs], _vocabulary(0))
    x, lengths = padded([(END, *hindi.split()) for _, hindi in pairs], _vocabulary(1))
    targets, _ = padded([(*hindi.split(), END) for _, hindi in pairs], _vocabulary(1))
    count = len(pairs) - len(held) - len(out)
    return Pool(Batch(x, targets, "every", lengths, None, source, heard), count)
