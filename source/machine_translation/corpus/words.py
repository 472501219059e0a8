"""The words of the bundled corpus: German words with their grammar, and what they are in English.

Tables are plain text, one entry a line, fields between `|`. The scenes put them together.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass


@dataclass(frozen=True)
class Noun:
    """A noun: nominative and other singular cases, plural, gender (m, f or n), and the English forms."""

    nominative: str
    oblique: str
    gender: str
    plural: str
    en: str
    en_plural: str
    adjectives: tuple[tuple[str, str], ...]
    pronoun: str  # he, she or they: how a sentence goes on about one such person


@dataclass(frozen=True)
class Verb:
    """A verb: German infinitive, third person, participle and separable prefix; English base, past and -ing form.

    `ing` is empty for verbs that have no progressive form ("is seeing"), `been` is true for the perfect with "sein".
    """

    infinitive: str
    third: str
    participle: str
    prefix: str
    been: bool
    base: str
    past: str
    ing: str
    objects: tuple[str, ...]


# group of nouns: adjectives that make sense with them (German=English)
_ADJECTIVES = """
adult  | alt=old jung=young freundlich=friendly groß=tall müde=tired fleißig=hardworking
elder  | freundlich=friendly fröhlich=cheerful müde=tired
child  | klein=little müde=tired fröhlich=cheerful neugierig=curious
animal | klein=small groß=big schwarz=black weiß=white braun=brown jung=young hungrig=hungry
text   | neu=new alt=old lang=long kurz=short interessant=interesting
food   | groß=big klein=small frisch=fresh lecker=tasty
cloth  | rot=red blau=blue grün=green schwarz=black weiß=white grau=gray neu=new alt=old
bag    | schwer=heavy groß=big klein=small neu=new alt=old rot=red schwarz=black leer=empty
thing  | alt=old neu=new klein=small schön=beautiful teuer=expensive
room   | groß=big klein=small hell=bright
door   | groß=big klein=small alt=old
small  | klein=small neu=new alt=old schwarz=black
nature | groß=big klein=small alt=old schön=beautiful
"""

# group | nominative(/other cases), gender, plural | English singular, plural
_NOUNS = """
adult  | Mann m Männer | man men | he
adult  | Frau f Frauen | woman women | she
adult  | Nachbar/Nachbarn m Nachbarn | neighbor neighbors | he
adult  | Lehrerin f Lehrerinnen | teacher teachers | she
adult  | Student/Studenten m Studenten | student students | he
adult  | Ärztin f Ärztinnen | doctor doctors | she
adult  | Bäcker m Bäcker | baker bakers | he
adult  | Köchin f Köchinnen | cook cooks | she
adult  | Gärtner m Gärtner | gardener gardeners | he
elder  | Großmutter f Großmütter | grandmother grandmothers | she
elder  | Großvater m Großväter | grandfather grandfathers | he
child  | Junge/Jungen m Jungen | boy boys | he
child  | Mädchen n Mädchen | girl girls | she
child  | Kind n Kinder | child children | they
animal | Hund m Hunde | dog dogs
animal | Katze f Katzen | cat cats
animal | Pferd n Pferde | horse horses
animal | Vogel m Vögel | bird birds
text   | Buch n Bücher | book books
text   | Zeitung f Zeitungen | newspaper newspapers
text   | Roman m Romane | novel novels
letter | Brief m Briefe | letter letters
letter | Karte f Karten | card cards
letter | Bericht m Berichte | report reports
letter | Geschichte f Geschichten | story stories
food   | Apfel m Äpfel | apple apples
food   | Kuchen m Kuchen | cake cakes
food   | Suppe f Suppen | soup soups
food   | Brötchen n Brötchen | roll rolls
food   | Birne f Birnen | pear pears
food   | Ei n Eier | egg eggs
food   | Orange f Orangen | orange oranges
cloth  | Mantel m Mäntel | coat coats
cloth  | Hut m Hüte | hat hats
cloth  | Jacke f Jacken | jacket jackets
cloth  | Pullover m Pullover | sweater sweaters
cloth  | Schal m Schals | scarf scarves
cloth  | Mütze f Mützen | cap caps
cloth  | Hemd n Hemden | shirt shirts
bag    | Tasche f Taschen | bag bags
bag    | Korb m Körbe | basket baskets
bag    | Koffer m Koffer | suitcase suitcases
bag    | Kiste f Kisten | box boxes
bag    | Rucksack m Rucksäcke | backpack backpacks
thing  | Fahrrad n Fahrräder | bicycle bicycles
thing  | Auto n Autos | car cars
thing  | Uhr f Uhren | clock clocks
thing  | Lampe f Lampen | lamp lamps
thing  | Stuhl m Stühle | chair chairs
thing  | Radio n Radios | radio radios
room   | Zimmer n Zimmer | room rooms
room   | Küche f Küchen | kitchen kitchens
room   | Büro n Büros | office offices
room   | Keller m Keller | cellar cellars
door   | Fenster n Fenster | window windows
door   | Tür f Türen | door doors
door   | Tor n Tore | gate gates
door   | Schrank m Schränke | cupboard cupboards
small  | Schlüssel m Schlüssel | key keys
small  | Regenschirm m Regenschirme | umbrella umbrellas
small  | Handy n Handys | phone phones
small  | Ball m Bälle | ball balls
small  | Geldbeutel m Geldbeutel | wallet wallets
nature | Baum m Bäume | tree trees
nature | Haus n Häuser | house houses
nature | Blume f Blumen | flower flowers
nature | Brücke f Brücken | bridge bridges
"""

# infinitive, third person, participle (+ prefix; * perfect with "sein") | English base, past, -ing | groups of objects
_VERBS = """
acc | lesen liest gelesen | read, read, reading | text letter
acc | schreiben schreibt geschrieben | write, wrote, writing | letter
acc | essen isst gegessen | eat, ate, eating | food
acc | tragen trägt getragen | wear, wore, wearing | cloth
acc | tragen trägt getragen | carry, carried, carrying | bag
acc | kaufen kauft gekauft | buy, bought, buying | text food cloth bag thing small
acc | verkaufen verkauft verkauft | sell, sold, selling | cloth bag thing
acc | reparieren repariert repariert | repair, repaired, repairing | thing
acc | putzen putzt geputzt | clean, cleaned, cleaning | room door
acc | waschen wäscht gewaschen | wash, washed, washing | cloth
acc | malen malt gemalt | paint, painted, painting | nature animal
acc | suchen sucht gesucht | look for, looked for, looking for | small bag animal
acc | finden findet gefunden | find, found, | small
acc | vergessen vergisst vergessen | forget, forgot, | small bag
acc | sehen sieht gesehen | see, saw, | people animal nature
acc | besuchen besucht besucht | visit, visited, visiting | people
acc | fotografieren fotografiert fotografiert | photograph, photographed, photographing | people animal nature
acc | begrüßen begrüßt begrüßt | greet, greeted, greeting | people
acc | füttern füttert gefüttert | feed, fed, feeding | animal
acc | aufmachen macht aufgemacht auf | open, opened, opening | door
acc | zumachen macht zugemacht zu | close, closed, closing | door
acc | aufräumen räumt aufgeräumt auf | tidy up, tidied up, tidying up | room
acc | anrufen ruft angerufen an | call, called, calling | people
acc | abholen holt abgeholt ab | pick up, picked up, picking up | people
acc | mitbringen bringt mitgebracht mit | bring along, brought along, bringing along | food text
acc | anziehen zieht angezogen an | put on, put on, putting on | cloth
acc | aufhängen hängt aufgehängt auf | hang up, hung up, hanging up | cloth
acc | einpacken packt eingepackt ein | pack, packed, packing | cloth
acc | aufessen isst aufgegessen auf | eat up, ate up, eating up | food
dat | helfen hilft geholfen | help, helped, helping | people
dat | danken dankt gedankt | thank, thanked, thanking | people
dat | zuhören hört zugehört zu | listen to, listened to, listening to | people
dat | antworten antwortet geantwortet | answer, answered, answering | people
dat | folgen folgt gefolgt * | follow, followed, following | people animal
give | geben gibt gegeben | give, gave, giving | small text food
give | zeigen zeigt gezeigt | show, showed, showing | text letter small
give | leihen leiht geliehen | lend, lent, lending | text thing
give | schicken schickt geschickt | send, sent, sending | letter
drink | trinken trinkt getrunken | drink, drank, drinking |
place | sitzen sitzt gesessen | sit, sat, sitting |
place | warten wartet gewartet | wait, waited, waiting |
place | arbeiten arbeitet gearbeitet | work, worked, working |
place | schlafen schläft geschlafen | sleep, slept, sleeping |
place | singen singt gesungen | sing, sang, singing |
place | tanzen tanzt getanzt | dance, danced, dancing |
place | spielen spielt gespielt | play, played, playing |
place | frühstücken frühstückt gefrühstückt | have breakfast, had breakfast, having breakfast |
place | einschlafen schläft eingeschlafen ein * | fall asleep, fell asleep, falling asleep |
goal | gehen geht gegangen * | go, went, going |
goal | fahren fährt gefahren * | drive, drove, driving |
goal | laufen läuft gelaufen * | run, ran, running |
goal | zurückgehen geht zurückgegangen zurück * | go back, went back, going back |
"""


def _table(text: str) -> list[list[str]]:
    return [[field.strip() for field in line.split("|")] for line in text.strip().splitlines()]


def _pairs(text: str) -> tuple[tuple[str, str], ...]:
    return tuple((german, english) for german, _, english in (item.partition("=") for item in text.split()))


def _read_nouns() -> dict[str, list[Noun]]:
    adjectives = {group: _pairs(words) for group, words in _table(_ADJECTIVES)}
    adjectives["letter"] = adjectives["text"]
    nouns: dict[str, list[Noun]] = defaultdict(list)
    for group, german, english, *pronoun in _table(_NOUNS):
        forms, gender, plural = german.split()
        nominative, _, oblique = forms.partition("/")
        noun = Noun(
            nominative,
            oblique or nominative,
            gender,
            plural,
            *english.split(),
            adjectives[group],
            "".join(pronoun),
        )
        nouns[group].append(noun)
        if pronoun:
            nouns["people"].append(noun)
    return nouns


def _read_verbs() -> dict[str, list[Verb]]:
    verbs: dict[str, list[Verb]] = defaultdict(list)
    for frame, german, english, objects in _table(_VERBS):
        infinitive, third, participle, *more = german.split()
        prefix = "".join(word for word in more if word != "*")
        base, past, ing = (form.strip() for form in english.split(","))
        groups = tuple(objects.split())
        verbs[frame].append(Verb(infinitive, third, participle, prefix, "*" in more, base, past, ing, groups))
    return verbs


NOUNS = _read_nouns()
VERBS = _read_verbs()
