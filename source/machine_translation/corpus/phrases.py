"""Phrases of the bundled corpus that stay as they are: German and English side by side."""

from __future__ import annotations

DRINKS = (
    ("heißen Tee", "hot tea"),
    ("kalten Saft", "cold juice"),
    ("warme Milch", "warm milk"),
    ("kaltes Wasser", "cold water"),
    ("eine Tasse Kaffee", "a cup of coffee"),
    ("eine Tasse Tee", "a cup of tea"),
    ("ein Glas Milch", "a glass of milk"),
    ("ein Glas Wasser", "a glass of water"),
)
PLACES = (  # where, with the dative
    ("im Garten", "in the garden"),
    ("im Park", "in the park"),
    ("in der Küche", "in the kitchen"),
    ("auf dem Balkon", "on the balcony"),
    ("vor dem Haus", "in front of the house"),
    ("hinter dem Haus", "behind the house"),
    ("am Bahnhof", "at the station"),
    ("am Fenster", "at the window"),
    ("unter dem Baum", "under the tree"),
    ("in der Stadt", "in the city"),
    ("im Zug", "on the train"),
)
RIDES = (  # where to by car
    ("in die Stadt", "to the city"),
    ("zum Bahnhof", "to the station"),
    ("nach Hause", "home"),
    ("zum Markt", "to the market"),
    ("zur Arbeit", "to work"),
    ("an den See", "to the lake"),
)
GOALS = (  # where to, with the accusative
    ("in den Garten", "into the garden"),
    ("in den Park", "to the park"),
    ("in die Stadt", "to the city"),
    ("zum Bahnhof", "to the station"),
    ("nach Hause", "home"),
    ("zum Markt", "to the market"),
    ("zur Arbeit", "to work"),
    ("an den See", "to the lake"),
    ("hinter das Haus", "behind the house"),
)
FURNITURE = (  # where (dative), where to (accusative) | English
    ("auf dem Tisch", "auf den Tisch", "on the table", "onto the table"),
    ("auf dem Bett", "auf das Bett", "on the bed", "onto the bed"),
    ("auf dem Boden", "auf den Boden", "on the floor", "onto the floor"),
    ("unter dem Stuhl", "unter den Stuhl", "under the chair", "under the chair"),
    ("hinter der Lampe", "hinter die Lampe", "behind the lamp", "behind the lamp"),
    ("neben dem Sofa", "neben das Sofa", "next to the sofa", "next to the sofa"),
    ("vor dem Regal", "vor das Regal", "in front of the shelf", "in front of the shelf"),
)
HABITS = (
    ("jeden Morgen", "every morning"),
    ("jeden Abend", "every evening"),
    ("am Sonntag", "on Sunday"),
    ("im Sommer", "in summer"),
    ("im Winter", "in winter"),
    ("nach dem Essen", "after dinner"),
    ("vor der Arbeit", "before work"),
    ("am Nachmittag", "in the afternoon"),
)
PAST = (
    ("gestern", "yesterday"),
    ("gestern Abend", "yesterday evening"),
    ("am Montag", "on Monday"),
    ("letzte Woche", "last week"),
    ("heute Morgen", "this morning"),
    ("vor einer Stunde", "an hour ago"),
)
FUTURE = (
    ("morgen", "tomorrow"),
    ("bald", "soon"),
    ("heute", "today"),
    ("nächste Woche", "next week"),
    ("am Freitag", "on Friday"),
)
NOW = (("gerade", "right now"), ("jetzt", "now"))
WILL = ("wird", "werden", "will", "will", "will")
# singular, plural | English: I, he, they. ("ich" has the singular's form; "werden" is the exception.)
MODALS = (
    ("kann", "können", "can", "can", "can"),
    ("muss", "müssen", "have to", "has to", "have to"),
    ("will", "wollen", "want to", "wants to", "want to"),
    ("möchte", "möchten", "would like to", "would like to", "would like to"),
    ("soll", "sollen", "should", "should", "should"),
    ("darf", "dürfen", "am allowed to", "is allowed to", "are allowed to"),
)

# A subordinate clause, verb at its end, that may stand before or after what happens
WHEN = (
    ("wenn es regnet", "when it rains"),
    ("wenn die Sonne scheint", "when the sun shines"),
    ("wenn das Wetter schlecht ist", "when the weather is bad"),
    ("bevor die Gäste kommen", "before the guests come"),
    ("bevor die Arbeit anfängt", "before work begins"),
    ("während das Kind schläft", "while the child sleeps"),
    ("sobald der Regen aufhört", "as soon as the rain stops"),
    ("obwohl es sehr spät ist", "although it is very late"),
    ("weil heute Sonntag ist", "because it is Sunday today"),
)
THAT = (  # they open a clause whose verb comes last
    ("ich glaube, dass", "I think that"),
    ("ich weiß, dass", "I know that"),
    ("wir hoffen, dass", "we hope that"),
    ("die Ärztin sagt, dass", "the doctor says that"),
    ("mein Bruder denkt, dass", "my brother thinks that"),
    ("es ist schön, dass", "it is nice that"),
    ("ich weiß nicht, ob", "I do not know whether"),
    ("die Lehrerin fragt, ob", "the teacher asks whether"),
)
STATES = (("müde", "tired"), ("froh", "glad"), ("zufrieden", "happy"), ("stolz", "proud"))
