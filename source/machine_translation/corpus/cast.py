"""Throws the dice for the bundled corpus: who acts, on what, and what they do."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import TypeVar

from . import phrases
from .grammar import HE, PRONOUNS, SHE, THEY, Clause, Phrase, noun_phrase
from .words import NOUNS, VERBS, Noun

Item = TypeVar("Item")

FRAMES = ("acc",) * 8 + ("dat", "dat", "give", "give", "drink", "place", "place", "goal")
OURS = (
    "Nachbar",
    "Lehrerin",
    "Ärztin",
    "Hund",
    "Katze",
    "Fahrrad",
    "Auto",
    "Lampe",
    "Stuhl",
    "Tasche",
    "Koffer",
)
WITH_PLACE = ("read", "write", "eat", "repair", "see", "look for", "paint", "buy", "find")


class Dice(Random):
    """Random choices that are the same in every version of Python: only `random()` is promised to be."""

    def pick(self, items: Sequence[Item]) -> Item:
        """Choose one item."""
        return items[int(self.random() * len(items))]

    def often(self, probability: float) -> bool:
        """Say yes with a probability."""
        return self.random() < probability


def decline(dice: Dice, noun: Noun, article: str, plural: bool = False, adjective: float = 0.3) -> Phrase:
    return noun_phrase(noun, article, dice.pick(noun.adjectives) if dice.often(adjective) else None, plural)


def who_acts(dice: Dice, pronouns: float = 0.15, adjective: float = 0.3) -> Phrase:
    if dice.often(pronouns):
        return dice.pick(PRONOUNS)
    noun = dice.pick(NOUNS["people"])
    plural = noun.pronoun == "they" or dice.often(0.15)
    if noun in NOUNS["elder"]:
        return decline(dice, noun, dice.pick(("der", "mein")), False, adjective)
    singular = ("der", "der", "der", "ein", "ein", "dieser", *(("mein",) if noun.nominative in OURS else ()))
    articles = ("der", "der", "zwei", "drei", "viele") if plural else singular
    return decline(dice, noun, dice.pick(articles), plural, adjective)


def pronoun_of(phrase: Phrase) -> Phrase:
    if phrase in PRONOUNS:
        return phrase
    return next(pronoun for pronoun in (THEY, HE, SHE) if pronoun.owner == phrase.owner)


def what(dice: Dice, groups: Sequence[str], who: Phrase) -> Phrase:
    """Choose an object that is not the subject itself; things that one has are often one's own."""
    noun = dice.pick(NOUNS[dice.pick(groups)])
    while noun.nominative == who.noun:
        noun = dice.pick(NOUNS[dice.pick(groups)])
    if groups[0] in ("cloth", "small") and dice.often(0.3):
        return noun_phrase(noun, "own", owner=who.owner)
    if noun in NOUNS["elder"]:
        return decline(dice, noun, dice.pick(("der", "mein")))
    if noun.pronoun != "they" and not dice.often(0.2):
        return decline(dice, noun, dice.pick(("der", "der", "ein", "ein", "ein", "dieser")))
    return decline(
        dice, noun, dice.pick(("der", "zwei", "drei") if noun.pronoun else ("der", "zwei", "drei", "")), True
    )


def does(
    dice: Dice,
    who: Phrase,
    frames: Sequence[str] = FRAMES,
    *,
    place: bool = True,
    negated: bool = False,
    steady: bool = False,
) -> Clause:
    """Let someone do something: a verb with what it needs; a steady one is nothing that just happens to one."""
    frame = dice.pick(frames)
    verb = dice.pick([verb for verb in VERBS[frame] if verb.ing or not steady])
    if verb.base == "drive" and who.noun in ("Junge", "Mädchen", "Kind"):
        verb = next(verb for verb in VERBS[frame] if verb.base == "go")
    no = ("nicht",) if negated else ()
    if frame == "acc":
        thing = what(dice, verb.objects, who)
        where = dice.pick(phrases.PLACES) if place and verb.base in WITH_PLACE and dice.often(0.4) else ("", "")
        middle = (thing.accusative, *no, where[0]) if thing.definite else (where[0], thing.accusative)
        return Clause(who, verb, middle, f"{thing.en} {where[1]}".strip())
    if frame == "dat":
        thing = what(dice, verb.objects, who)
        return Clause(who, verb, (thing.dative, *no), thing.en)
    if frame == "give":
        other = what(dice, ("people",), who)
        thing = what(dice, verb.objects, who)
        return Clause(who, verb, (other.dative, thing.accusative, *no), f"{thing.en} to {other.en}")
    places = {"drink": phrases.DRINKS, "place": phrases.PLACES, "goal": phrases.GOALS}[frame]
    where = dice.pick(phrases.RIDES if verb.base == "drive" else places)
    return Clause(who, verb, (*no, where[0]), where[1])
