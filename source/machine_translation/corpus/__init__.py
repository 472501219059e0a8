"""A small German–English corpus of our own: everyday scenes from a grammar, the same on every machine.

German needs agreement, three cases, three genders, adjective endings, separable verbs and a verb at the end of
subordinate clauses; English needs its own word order, -s, -ing and "do". The sentences are simple, the rules are not.
"""

from __future__ import annotations

from .cast import Dice
from .scenes import SCENES, Pair

LONGEST = 17  # words; the exercises pad to 20 and need two places for <sos> and <eos>
__all__ = ["generate"]


def generate(count: int, seed: int = 7643) -> list[Pair]:
    """Make pairs of sentences, German and English. No German and no English sentence comes twice.

    Args:
        count: how many pairs.
        seed: another seed gives other sentences.
    """
    dice = Dice(seed)
    pairs: list[Pair] = []
    seen: tuple[set[str], set[str]] = (set(), set())
    while len(pairs) < count:
        made = dice.pick(SCENES)(dice)
        if made is None:
            continue
        german, english = (_sentence(text) for text in made)
        if max(len(german.split()), len(english.split())) > LONGEST:
            continue
        if german.lower() in seen[0] or english.lower() in seen[1]:
            continue
        seen[0].add(german.lower())
        seen[1].add(english.lower())
        pairs.append((german, english))
    return pairs


def _sentence(text: str) -> str:
    return text[0].upper() + text[1:] + ("" if text.endswith("?") else ".")
