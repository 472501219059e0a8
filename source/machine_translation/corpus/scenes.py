"""The scenes of the bundled corpus: each makes one pair of sentences, German and English, by throwing dice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from . import phrases
from .cast import OURS, Dice, decline, does, pronoun_of, what, who_acts
from .grammar import RELATIVE, Clause, Mode, Phrase, noun_phrase
from .words import NOUNS, VERBS, Verb

Pair = tuple[str, str]

PRESENT, NOW, PAST = Mode("present"), Mode("now"), Mode("past")
_STAY = Verb("bleiben", "bleibt", "geblieben", "", True, "stay", "stayed", "staying", ())
_HAVE = Verb("haben", "hat", "gehabt", "", False, "have", "had", "", ())
_COME = Verb("kommen", "kommt", "gekommen", "", True, "come", "came", "", ())
_RISE = Verb("aufstehen", "steht", "aufgestanden", "auf", True, "get up", "got up", "", ())
_PUT = Verb("legen", "legt", "gelegt", "", False, "put", "put", "putting", ())
_JUMP = Verb("springen", "springt", "gesprungen", "", True, "jump", "jumped", "jumping", ())
_SLEEP = Verb("schlafen", "schläft", "geschlafen", "", False, "sleep", "slept", "sleeping", ())

_ANYWHERE = (*NOUNS["thing"], *NOUNS["bag"], *NOUNS["nature"][:3], *NOUNS["animal"])


def _told(dice: Dice, clause: Clause, mode: Mode, times: Sequence[Pair] = (), front: float = 0.4) -> Pair:
    """Make a statement, with a time in front or in the middle."""
    timed = replace(clause, time=dice.pick(times)) if times else clause
    first = timed.time if dice.often(front) else ("", "")
    return timed.german(mode, front=first[0]), timed.english(mode, front=first[1])


def habit(dice: Dice) -> Pair:
    """Every morning the man reads a newspaper."""
    return _told(dice, does(dice, who_acts(dice), steady=True), PRESENT, phrases.HABITS)


def now(dice: Dice) -> Pair:
    """The woman is repairing a bicycle."""
    clause = does(dice, who_acts(dice))
    return _told(dice, clause, NOW, phrases.NOW if clause.verb.ing and dice.often(0.4) else ())


def past(dice: Dice) -> Pair:
    """Yesterday the boy ate an apple. German has the participle at the end."""
    return _told(dice, does(dice, who_acts(dice)), PAST, phrases.PAST)


def modal(dice: Dice) -> Pair:
    """The student has to tidy up the room tomorrow. German has the infinitive at the end."""
    mode = Mode("modal", dice.pick((*phrases.MODALS, phrases.WILL, phrases.WILL)))
    return _told(dice, does(dice, who_acts(dice), steady=True), mode, phrases.FUTURE if dice.often(0.6) else ())


def negation(dice: Dice) -> Pair | None:
    """The cook does not find the key. German: nicht after a definite object, kein for an indefinite one."""
    clause = does(dice, who_acts(dice), ("acc", "acc", "acc", "place", "goal"), place=False, negated=True)
    if "nicht" not in clause.middle:
        noun_form = clause.middle[-1]
        if not noun_form.startswith("ein"):
            return None
        clause = replace(clause, middle=("k" + noun_form,))
    return _told(dice, clause, Mode(dice.pick(("now", "past")), negated=True))


def because(dice: Dice) -> Pair:
    """The doctor has no time because she has to visit the gardener."""
    who = who_acts(dice)
    pronoun = pronoun_of(who)
    if dice.often(0.5):
        mode = Mode("modal", dice.pick(phrases.MODALS[1:4]))
        verb, middle, rest = dice.pick(
            (
                (_HAVE, "keine Zeit", "no time"),
                (_STAY, "zu Hause", "at home"),
                (_STAY, "heute länger", "longer today"),
                (_COME, "später", "later"),
                (_RISE, "früh", "early"),
            )
        )
        main = Clause(who, verb, (middle,), rest)
        start = main.german(PRESENT), main.english(PRESENT)
        reason = does(dice, pronoun)
    else:
        state = dice.pick(phrases.STATES)
        number = {"ich": 0, "er": 1, "sie": 2}[who.person]
        start = (
            f"{who.nominative} {('bin', 'ist', 'sind')[number]} {state[0]}",
            f"{who.en} {('am', 'is', 'are')[number]} {state[1]}",
        )
        mode, reason = PAST, replace(does(dice, pronoun, place=False), time=dice.pick(phrases.PAST))
    return (
        f"{start[0]}, weil {reason.german(mode, order='last')}",
        f"{start[1]} because {reason.english(mode)}",
    )


def that(dice: Dice) -> Pair:
    """I know that the neighbor bought a car."""
    opening = dice.pick(phrases.THAT)
    mode = dice.pick((NOW, PAST, Mode("modal", dice.pick((*phrases.MODALS, phrases.WILL)))))
    who = who_acts(dice)
    while who.en in ("I", "we"):
        who = who_acts(dice)
    clause = does(dice, who)
    return (
        f"{opening[0].replace(' ,', ',')} {clause.german(mode, order='last')}",
        f"{opening[1]} {clause.english(mode)}",
    )


def when(dice: Dice) -> Pair:
    """When it rains, the girl reads a book. The clause in front pushes the subject behind the verb."""
    side = dice.pick(phrases.WHEN)
    clause = does(dice, who_acts(dice, adjective=0.15), place=False, steady=True)
    if dice.often(0.5):
        return clause.german(PRESENT, front=f"{side[0]},"), f"{side[1]}, {clause.english(PRESENT)}"
    return f"{clause.german(PRESENT)}, {side[0]}", f"{clause.english(PRESENT)} {side[1]}"


def meanwhile(dice: Dice) -> Pair:
    """While the man reads a book, the small dog sleeps under the chair."""
    clause = does(dice, who_acts(dice, pronouns=0, adjective=0.1), ("acc", "drink"), place=False, steady=True)
    animal = decline(dice, dice.pick(NOUNS["animal"][:2]), "der")
    where = dice.pick(phrases.FURNITURE)
    pet = Clause(animal, _SLEEP, (where[0],), where[2])
    first = clause.german(PRESENT, order="last")
    return pet.german(PRESENT, front=f"während {first},"), f"while {clause.english(PRESENT)}, {pet.english(PRESENT)}"


def relative(dice: Dice) -> Pair:
    """The man who is wearing a red hat is buying an apple."""
    who = who_acts(dice, pronouns=0, adjective=0.1)
    inside = Clause(who._replace(nominative=RELATIVE[who.gender], en="who"), *_which(dice, who))
    long = f"{who.nominative}, {inside.german(NOW, order='last')},", f"{who.en} {inside.english(NOW)}"
    frames = ("acc", "acc", "acc", "dat", "give", "drink")  # no second place
    clause = does(dice, who._replace(nominative=long[0], en=long[1]), frames, place=False)
    return _told(dice, clause, dice.pick((NOW, Mode("modal", dice.pick(phrases.MODALS)))))


def _which(dice: Dice, who: Phrase) -> tuple[Verb, tuple[str, ...], str]:
    if dice.often(0.5):
        where = dice.pick(phrases.PLACES)
        return dice.pick(VERBS["place"][:2]), (where[0],), where[1]
    group = dice.pick(("cloth", "bag"))
    thing = decline(dice, dice.pick(NOUNS[group]), "ein", adjective=0.6)
    verb = next(verb for verb in VERBS["acc"] if verb.infinitive == "tragen" and verb.objects == (group,))
    return verb, (thing.accusative,), thing.en


def purpose(dice: Dice) -> Pair:
    """The student goes to the station to pick up the teacher."""
    who = who_acts(dice)
    goes = does(dice, who, ("goal",))
    german, english = does(dice, who, ("acc", "acc", "dat", "give", "drink"), place=False, steady=True).infinitive()
    return f"{goes.german(NOW)}, um {german}", f"{goes.english(NOW)} {english}"


def question(dice: Dice) -> Pair:
    """Did the girl close the window? Why is the man wearing a hat?"""
    clause = does(dice, who_acts(dice))
    mode = dice.pick((NOW, PAST, Mode("modal", phrases.MODALS[0]), Mode("modal", phrases.MODALS[4])))
    asks = dice.pick((("", ""), ("", ""), ("warum", "why"), ("wann", "when")))
    if asks[0] == "wann" and mode == NOW:
        mode = PRESENT
    german = f"{asks[0]} {clause.german(mode, order='first')}".strip()
    return f"{german}?", f"{clause.english(mode, front=asks[1], question=True)}?"


def furniture(dice: Dice) -> Pair:
    """The cat jumps onto the table (accusative); the key is lying on the table (dative)."""
    at_de, onto_de, at_en, onto_en = dice.pick(phrases.FURNITURE)
    if dice.often(0.35):
        animal = decline(dice, dice.pick(NOUNS["animal"][:2]), dice.pick(("der", "der", "ein", "mein")), adjective=0.5)
        verb, where = (_JUMP, (onto_de, onto_en)) if dice.often(0.5) else (_SLEEP, (at_de, at_en))
        return _told(dice, Clause(animal, verb, (where[0],), where[1]), dice.pick((NOW, PAST)))
    who = who_acts(dice)
    thing = what(dice, ("small", "text", "cloth"), who)
    clause = Clause(who, _PUT, (thing.accusative, onto_de), f"{thing.en} {onto_en}")
    mode = dice.pick((NOW, PAST, Mode("modal", dice.pick(phrases.MODALS))))
    return _told(dice, clause, mode, phrases.PAST if mode == PAST and dice.often(0.4) else ())


def description(dice: Dice) -> Pair:
    """The old house behind the station is big."""
    noun = dice.pick(NOUNS[dice.pick(("thing", "nature", "door", "bag", "people", "animal"))])
    plural = noun.pronoun == "they" or dice.often(0.3)
    first, second = dice.pick(noun.adjectives), dice.pick(noun.adjectives)
    article = dice.pick(("der", "der", "dieser", *(("mein",) if noun.nominative in OURS else ())))
    thing = noun_phrase(noun, article, first if first != second else None, plural)
    where = dice.pick(phrases.PLACES) if dice.often(0.5) and noun in _ANYWHERE else ("", "")
    be = (("ist", "is"), ("war", "was"), ("sind", "are"), ("waren", "were"))[2 * plural + dice.often(0.4)]
    very = dice.pick((("sehr", "very"), ("zu", "too"), ("nicht", "not"), ("", "")))
    de = [thing.nominative, where[0], be[0], very[0], second[0]]
    en = [thing.en, where[1], be[1], very[1], second[1]]
    return " ".join(filter(None, de)), " ".join(filter(None, en))


SCENES = (
    habit,
    now,
    past,
    past,
    modal,
    modal,
    negation,
    because,
    that,
    that,
    when,
    meanwhile,
    relative,
    purpose,
)
SCENES += (question, furniture, description)
