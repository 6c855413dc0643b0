"""The next word of a sentence: a small corpus, or a visitor's text."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from engine.tasks.next_symbol import NextSymbol
from engine.tasks.symbols import Codes, sentences
from engine.tasks.task import Batch, Goal

CORPUS = """
It would mean the world to me.
It would mean the world to us.
It would mean the world to my mother.
It would mean the world to her.
It would mean the world to him.
It would mean the world to them.
It would mean the world to all of us.
It would mean the same to me.
It would mean the same for you.
It would mean the same in the end.
It would mean the same to us.
It would mean the most to my father.
It would mean the most to them.
It would mean the world to my father.
It would take the whole day.
It would be the best day of my life.
I am not interested at this time.
We are not interested at this time.
She is not interested at this time.
They are not interested at this time, thank you.
Not interested at this time, thank you.
Not interested at this time.
I am not interested in the old house.
We are not interested in the news.
I am looking at the sea.
She is looking at the stars.
They are waiting at the station.
We are waiting at the door.
I will see you at the station.
I will see you at the end of the day.
I will see you at home.
We met at the end of the road.
The train is late at this time of the day.
The train leaves in the morning.
The train comes in the evening.
The road to the station is long.
The road to the sea is short.
The world is large.
The stars are far away.
The sea is calm in the morning.
The same train comes every day.
Most of the time I am at home.
Most of the day she is at work.
What do you mean?
What do you want from me?
What would you do in my place?
Where do you want to go?
Where is the station?
I do not know the way.
I do not know what you mean.
I do not want to go home.
You do not need to wait.
Can you tell me the way to the station?
Can you tell me the time?
Can you help me with the door?
Thank you for the tea.
Thank you for your time.
Thank you for the long letter.
My mother lives in the old house.
My father works at the station.
My father would like a cup of tea.
My mother would like to see the sea.
Would you like a cup of tea?
Would you like to come with us?
I would like to go home.
I would like to see the world.
We would like to see the stars.
She would like to be at home.
He would never say the same.
He would do the same for me.
It is the same every day.
It is the best tea in the world.
It is time to go home.
It is time to open the door.
It is late and the door is open.
It was the best time of my life.
It was a long day at work.
There is no time to wait.
There is a letter at the door.
"""
NEAR = 0.05  # nats a word, by which a network that learned may be worse than the corpus itself


@dataclass(frozen=True)
class NextWord(NextSymbol):
    """Sentences from an empty state, longer ones in windows; wanted is the next word, behind the last the full stop."""

    name, title, symbol, phrases = "word", "Next word", "word", "word"
    what = "Given the words so far, which comes next? In some seventy short sentences, or a text of your own."
    lengths, length_label = (2, 12, 60), "Words of a window, at most"

    @cached_property
    def codes(self) -> Codes:
        return sentences(self.text or CORPUS)

    @property
    def goal(self) -> Goal:
        if self.text:
            return super().goal
        words = f"{NEAR:g} nats a word above the least, {self.least:.3g}: the sentences differ in how they go on."
        return Goal("loss", self.least + NEAR, words)

    @cached_property
    def least(self) -> float:
        """The least loss on the corpus: of who knows how often each beginning goes on with each word, nats a word."""
        learned = self.parts[0]
        batch = learned.batch(np.arange(learned.count))
        follows: defaultdict[tuple[str, ...], Counter[str]] = defaultdict(Counter)
        for entered, wanted in zip(*self.words(batch)[:2], strict=True):
            for k, word in enumerate(wanted, 1):
                follows[entered[:k]][word] += 1
        nats = sum(n * np.log(after.total() / n) for after in follows.values() for n in after.values())
        return float(nats / batch.counts.sum())

    def shown(self) -> Batch:
        """Of the corpus, what the lectures go on with."""
        if self.text:
            return super().shown()
        learned = self.parts[0]
        batch = learned.batch(np.arange(learned.count))
        first = [" ".join(words) for words in self.words(batch)[0]]
        starts = ("it would mean the world to me", "we are not interested at this time")
        return learned.batch(
            np.array([next(k for k, words in enumerate(first) if start.startswith(words)) for start in starts])
        )
