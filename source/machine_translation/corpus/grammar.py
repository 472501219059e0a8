"""The grammar of the bundled corpus: phrases with their cases, and clauses with their word order."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from .words import Noun, Verb

CASES = ("nominative", "accusative", "dative")
_DER = {
    "m": ("der", "den", "dem"),
    "f": ("die", "die", "der"),
    "n": ("das", "das", "dem"),
    "p": ("die", "die", "den"),
}
_EIN = {"m": ("", "en", "em"), "f": ("e", "e", "er"), "n": ("", "", "em"), "p": ("e", "e", "en")}
_DIESER = {"m": ("er", "en", "em"), "f": ("e", "e", "er"), "n": ("es", "es", "em"), "p": ("e", "e", "en")}
# endings of the adjective: after der and dieser, after ein and mein, without an article
_WEAK = {"m": ("e", "en", "en"), "f": ("e", "e", "en"), "n": ("e", "e", "en"), "p": ("en", "en", "en")}
_MIXED = {"m": ("er", "en", "en"), "f": ("e", "e", "en"), "n": ("es", "es", "en"), "p": ("en", "en", "en")}
_STRONG = {"m": ("er", "en", "em"), "f": ("e", "e", "er"), "n": ("es", "es", "em"), "p": ("e", "e", "en")}
_ENGLISH = {
    "der": ("the", "the"),
    "dieser": ("this", "these"),
    "mein": ("my", "my"),
    "ein": ("a", ""),
    "kein": ("a", ""),
}
_NUMBERS = {"zwei": "two", "drei": "three", "viele": "many"}
RELATIVE = {"m": "der", "f": "die", "n": "das", "p": "die"}


class Phrase(NamedTuple):
    """Who or what, in three cases and in English.

    `person` is "ich", "er" or "sie" (plural, wir too); `owner` is "sein" and "his" for a man; `gender` m, f, n, p.
    """

    nominative: str
    accusative: str
    dative: str
    en: str
    person: str
    owner: tuple[str, str] = ("sein", "its")
    gender: str = "m"
    noun: str = ""
    definite: bool = True


I = Phrase("ich", "mich", "mir", "I", "ich", ("mein", "my"))  # noqa: E741
WE = Phrase("wir", "uns", "uns", "we", "sie", ("unser", "our"), "p")
HE = Phrase("er", "ihn", "ihm", "he", "er", ("sein", "his"), "m")
SHE = Phrase("sie", "sie", "ihr", "she", "er", ("ihr", "her"), "f")
THEY = Phrase("sie", "sie", "ihnen", "they", "sie", ("ihr", "their"), "p")
PRONOUNS = (I, WE, HE, SHE, THEY)
OWNERS = {"he": HE.owner, "she": SHE.owner, "they": THEY.owner, "": ("sein", "its")}


def noun_phrase(
    noun: Noun,
    article: str,
    adjective: tuple[str, str] | None = None,
    plural: bool = False,
    owner: tuple[str, str] | None = None,
) -> Phrase:
    """Decline a noun with its article and adjective.

    Args:
        noun: the noun.
        article: der, dieser, ein, mein, a number word, "" for none, or "own" for the owner's possessive.
        adjective: German and English, or None.
        plural: whether there are several.
        owner: German and English possessive, such as ("sein", "his").
    """
    key = "p" if plural else noun.gender
    if owner and article == "own":
        stem, en = owner
    else:
        stem, en = article, _ENGLISH.get(article, (_NUMBERS.get(article, ""),) * 2)[plural]
    forms = []
    for case in range(len(CASES)):
        if article == "der":
            word, endings = _DER[key][case], _WEAK
        elif article == "dieser":
            word, endings = "dies" + _DIESER[key][case], _WEAK
        elif article in _NUMBERS or not article:
            word = "vielen" if article == "viele" and case == 2 else article
            endings = _STRONG
        else:
            word, endings = stem + _EIN[key][case], _MIXED
        middle = [_declined(adjective[0], endings[key][case])] if adjective else []
        if plural:
            name = noun.plural + ("n" if case == 2 and not noun.plural.endswith(("n", "s")) else "")
        else:
            name = noun.oblique if case else noun.nominative
        forms.append(" ".join(filter(None, [word, *middle, name])))
    rest = [*([adjective[1]] if adjective else []), noun.en_plural if plural else noun.en]
    if en == "a" and rest[0][0] in "aeiou":
        en = "an"
    person = "sie" if plural else "er"
    owned = OWNERS["they" if plural else noun.pronoun]
    definite = article in ("der", "dieser", "mein", "own")
    return Phrase(*forms, " ".join(filter(None, [en, *rest])), person, owned, key, noun.nominative, definite)


def _declined(adjective: str, ending: str) -> str:
    stem = {"teuer": "teur"}.get(adjective, adjective.removesuffix("e"))
    return stem + ending


class Mode(NamedTuple):
    """When and how something happens: `present`, `now` (English -ing), `past` or `modal`; with or without "not"."""

    kind: str
    modal: tuple[str, str, str, str, str] = ("", "", "", "", "")
    negated: bool = False


@dataclass(frozen=True)
class Clause:
    """Someone does something: what German puts between its two verb positions, and what follows the English verb."""

    subject: Phrase
    verb: Verb
    middle: tuple[str, ...]
    rest: str
    time: tuple[str, str] = ("", "")

    def german(self, mode: Mode, *, front: str = "", order: str = "second") -> str:
        """Put the German clause together.

        Args:
            mode: tense or modal.
            front: what stands before the verb in place of the subject.
            order: where the verb is: `second`, `first` (a question) or `last` (a subordinate clause).
        """
        finite, end = self._verb(mode)
        subject = self.subject.nominative
        middle = [] if front == self.time[0] != "" else [self.time[0]]
        middle += self.middle
        if order == "last":
            last = [self.verb.prefix + finite] if mode.kind in ("present", "now") else [end, finite]
            return _join(subject, *middle, *last)
        if order == "first":
            return _join(finite, subject, *middle, end)
        return _join(front, finite, subject, *middle, end) if front else _join(subject, finite, *middle, end)

    def infinitive(self) -> tuple[str, str]:
        """Say it without a subject: "das Paket abzuholen", "to pick up the parcel"."""
        stem = self.verb.infinitive.removeprefix(self.verb.prefix)
        last = f"{self.verb.prefix}zu{stem}" if self.verb.prefix else f"zu {stem}"
        return _join(*self.middle, last), _join("to", self.verb.base, self.rest)

    def _verb(self, mode: Mode) -> tuple[str, str]:
        number = {"ich": 0, "er": 1, "sie": 2}[self.subject.person]
        if mode.kind == "past":
            forms = ("bin", "ist", "sind") if self.verb.been else ("habe", "hat", "haben")
            return forms[number], self.verb.participle
        if mode.kind == "modal":
            single = "werde" if mode.modal[0] == "wird" and number == 0 else mode.modal[0]
            return (single, single, mode.modal[1])[number], self.verb.infinitive
        plural = self.verb.infinitive.removeprefix(self.verb.prefix)
        first = plural[:-1] + ("e" if plural.endswith("ern") else "")
        return (first, self.verb.third, plural)[number], self.verb.prefix

    def english(self, mode: Mode, *, front: str = "", question: bool = False) -> str:
        """Put the English clause together; see `german`."""
        time = "" if front == self.time[1] else self.time[1]
        auxiliary, verb = self._english_verb(mode, question)
        if question:
            return _join(front, auxiliary, self.subject.en, verb, self.rest, time)
        return _join(front, self.subject.en, auxiliary, verb, self.rest, time)

    def _english_verb(self, mode: Mode, question: bool) -> tuple[str, str]:
        number = {"ich": 0, "er": 1, "sie": 2}[self.subject.person]
        no = " not" if mode.negated else ""
        if mode.kind == "modal":
            return mode.modal[2 + number], self.verb.base
        if mode.kind == "now" and self.verb.ing:
            return ("am", "is", "are")[number] + no, self.verb.ing
        if mode.kind == "past":
            return ("did" + no, self.verb.base) if question or no else ("", self.verb.past)
        if question or no:
            return ("do", "does", "do")[number] + no, self.verb.base
        return "", _with_s(self.verb.base) if number == 1 else self.verb.base


def _with_s(base: str) -> str:
    word, _, rest = base.partition(" ")
    if word == "have":
        word = "has"
    elif word.endswith("y") and word[-2] not in "aeiou":
        word = word[:-1] + "ies"
    else:
        word += "es" if word.endswith(("s", "sh", "ch", "x", "o")) else "s"
    return _join(word, rest)


def _join(*parts: str) -> str:
    return " ".join(part for part in parts if part)
