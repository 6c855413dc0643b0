"""What is said of a phrase of a visitor's own: what was read, the answer, and which word decided it."""

from __future__ import annotations

from engine.overflow import Overflow
from engine.record.reading import shown
from engine.studies.shelf import Shelved
from engine.studies.spoken import Spoken, spoken
from engine.studies.trained import Trained
from figures.words import number

PUT_TOGETHER = {"word": " ", "character": ""}
WISHES = {
    "visitor": "Wanted is what you say: {wanted}; loss {loss}.",
    "task": "Wanted is {wanted}, as its task has it; loss {loss}.",
    "": "Nothing is wanted of it, so its own likeliest answer counts as wanted: the loss {loss} says how unsure it is.",
}


def about_the_phrase(study: Shelved) -> tuple[str, tuple[tuple[str, float], ...]]:
    """Some sentences, what could not be read first; and the likeliest next symbols, with probabilities, where a text
    goes on; "" and none where no phrase is read."""
    trained, found = study.trained, study.understood
    if not isinstance(trained, Trained) or found is None:
        return "", ()
    if trained.phrase is None:
        return " ".join(found.said), ()
    try:
        said = spoken(trained)
    except Overflow as error:
        return " ".join([*found.said, f"{str(error)[:1].upper()}{str(error)[1:]}."]), ()
    asked = trained.words()[1][-1 if trained.task.asked == "next" else 0 :]
    wish = WISHES[found.whose].format(wanted=shown(_phrase(trained, asked)), loss=number(said.loss))
    read = f"It reads {shown(_phrase(trained, said.symbols))}."
    sentences = " ".join(filter(None, [*found.said, read, _answer(trained, said), wish, _decided(said)]))
    return sentences, said.likeliest if trained.task.asked == "next" else ()


def longer(study: Shelved, symbol: str) -> str:
    """The phrase with one more symbol behind it."""
    between = PUT_TOGETHER[study.phrases]
    return f"{study.phrase.rstrip() if between else study.phrase}{between}{symbol}"


def _phrase(trained: Trained, symbols: tuple[str, ...]) -> str:
    """Symbols behind each other, a full stop at the word that it ends."""
    return PUT_TOGETHER[trained.task.phrases].join(symbols).replace(" .", ".")


def _answer(trained: Trained, said: Spoken) -> str:
    """What the network says, by the kind of its task."""
    if trained.task.asked == "next":
        return f"By itself it goes on {shown(_phrase(trained, said.goes_on))}."
    if said.likeliest:
        return f"Its answer: {', '.join(f'{shown(name)} {number(p)}' for name, p in said.likeliest)}."
    if said.goes_on:
        return f"It says {shown(_phrase(trained, said.goes_on))}."
    name = trained.task.output_names[0]
    if trained.task.asked == "last":
        y = float(said.outputs[0, 0])
        return f"Its answer: {number(y)}, {name if y > 0.5 else f'not {name}'}."
    named = [symbol for symbol, (y,) in zip(said.symbols, said.outputs.tolist(), strict=True) if y > 0.5]
    return f"It takes for a {name}: {', '.join(map(shown, named))}." if named else f"It finds no {name}."


def _decided(said: Spoken) -> str:
    """Which symbol the loss follows most."""
    total = float(said.deciding.sum())
    if len(said.symbols) < 2 or not total > 0.0:
        return ""
    k = int(said.deciding.argmax())
    where = f"{shown(said.symbols[k])}, step {k + 1} of {len(said.symbols)}"
    return (
        f"Most decides {where}: ‖dL/dx‖ there is {100.0 * float(said.deciding[k]) / total:.0f} % of the sum over all."
    )
