"""Draw the figures of the LSTM and seq2seq notebooks as SVG files.

    python draw.py            # writes the .svg files beside this script

Every drawing stands on its own light panel, so that it reads well on a light and on a dark page. The text is
built from a few shapes only; the same script gives the same bytes on every machine.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from html import escape
from pathlib import Path

INK, GREY, PANEL = "#1f2d3a", "#6b7884", "#fcfbf7"
CELL, HIDDEN, INPUT, GATE, PLAIN = "#c2571a", "#1f66ad", "#4d7a29", "#8a5ba6", "#46535f"
TINT = {CELL: "#fbe9dd", HIDDEN: "#e1edf8", INPUT: "#e8f2de", GATE: "#f1e7f6", PLAIN: "#eceff1"}
SANS = "DejaVu Sans, Verdana, Arial, sans-serif"
SERIF = "DejaVu Serif, Georgia, Times New Roman, serif"
Point = tuple[float, float]


class Drawing:
    """One SVG picture: a panel with boxes, circles, arrows and labels."""

    def __init__(self, figure: Callable[[], Drawing], width: int, height: int) -> None:
        """Start the picture that a function draws; its docstring is the title and the text for screen readers."""
        self.name = name = figure.__name__
        title, desc = (" ".join(part.split()) for part in (figure.__doc__ or "").split(".", 1))
        self.parts = [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
            f'viewBox="0 0 {width} {height}" role="img" aria-labelledby="{name}-title {name}-desc">',
            f'<title id="{name}-title">{escape(title)}</title>',
            f'<desc id="{name}-desc">{escape(desc)}</desc>',
            f'<rect x="1" y="1" width="{width - 2}" height="{height - 2}" rx="14" fill="{PANEL}" '
            'stroke="#c9c7bd" stroke-width="1.5"/>',
        ]

    def text(
        self,
        x: float,
        y: float,
        label: str,
        size: float = 14,
        colour: str = INK,
        anchor: str = "middle",
        bold: bool = False,
    ) -> None:
        """Write a label whose middle line is at y. Between dollar signs stands mathematics: $h_{t-1}$."""
        spans = []
        for index, part in enumerate(label.split("$")):
            spans += [f"<tspan>{escape(part)}</tspan>"] if index % 2 == 0 and part else []
            spans += _mathematics(part, size) if index % 2 else []
        weight = ' font-weight="bold"' if bold else ""
        self.parts.append(
            f'<text x="{x:g}" y="{y + size * 0.36:g}" font-family="{SANS}" font-size="{size:g}" fill="{colour}" '
            f'text-anchor="{anchor}" xml:space="preserve"{weight}>{"".join(spans)}</text>'
        )

    def box(self, x: float, y: float, w: float, h: float, label: str, colour: str = PLAIN, size: float = 14) -> None:
        """Draw a rounded box around the point (x, y), with its label in the middle."""
        self.parts.append(
            f'<rect x="{x - w / 2:g}" y="{y - h / 2:g}" width="{w:g}" height="{h:g}" rx="7" fill="{TINT[colour]}" '
            f'stroke="{colour}" stroke-width="1.6"/>'
        )
        lines = label.split("\n")
        for index, line in enumerate(lines):
            self.text(x, y + (index - (len(lines) - 1) / 2) * size * 1.35, line, size)

    def dot(self, x: float, y: float, label: str, colour: str = PLAIN, radius: float = 15, size: float = 17) -> None:
        """Draw a small circle: an operation on single numbers."""
        self.parts.append(
            f'<circle cx="{x:g}" cy="{y:g}" r="{radius:g}" fill="#ffffff" stroke="{colour}" stroke-width="1.6"/>'
        )
        self.text(x, y, label, size)

    def line(
        self, *points: Point, colour: str = PLAIN, dashed: bool = False, width: float = 2, head: bool = True
    ) -> None:
        """Draw a line through the points, with an arrow head at its end."""
        if head:
            (x0, y0), (x1, y1) = points[-2:]
            long = math.hypot(x1 - x0, y1 - y0)
            ux, uy = (x1 - x0) / long, (y1 - y0) / long
            tip = [(x1, y1), (x1 - 10 * ux - 5 * uy, y1 - 10 * uy + 5 * ux)]
            tip.append((x1 - 10 * ux + 5 * uy, y1 - 10 * uy - 5 * ux))
            self.parts.append(f'<polygon points="{_points(tip)}" fill="{colour}"/>')
            points = (*points[:-1], (x1 - 8 * ux, y1 - 8 * uy))
        dash = ' stroke-dasharray="6 4"' if dashed else ""
        self.parts.append(
            f'<polyline points="{_points(points)}" fill="none" stroke="{colour}" stroke-width="{width:g}" '
            f'stroke-linejoin="round"{dash}/>'
        )

    def save(self, folder: Path) -> None:
        """Write the picture to its file."""
        (folder / f"{self.name}.svg").write_text("\n".join([*self.parts, "</svg>", ""]), encoding="utf-8")


def _points(points: Sequence[Point]) -> str:
    return " ".join(f"{x:.5g},{y:.5g}" for x, y in points)


def _mathematics(source: str, size: float) -> list[str]:
    """Spans of a formula: single letters in italics, what stands in _{...} small and lower."""
    spans, lift = [], ""
    for symbol, below in re.findall(r"([^_]+?)(?:_\{(.*?)\}|(?=[^_])|$)", source):
        style = ' font-style="italic"' if re.fullmatch(r"[A-Za-zα]", symbol) else ""
        spans.append(f'<tspan font-family="{SERIF}"{style}{lift}>{escape(symbol)}</tspan>')
        lift = ""
        if below:
            spans.append(
                f'<tspan font-family="{SERIF}" font-style="italic" font-size="{size * 0.72:g}" '
                f'dy="{size * 0.25:g}">{escape(below)}</tspan>'
            )
            lift = f' dy="{-size * 0.25:g}"'
    return [*spans, f"<tspan{lift}>\u200a</tspan>"] if lift else spans


def lstm_cell() -> Drawing:
    """One step of an LSTM.

    The cell state runs along the top: c at t-1 is multiplied by the forget gate f, then i times g is added,
    which gives c at t. The tanh of c at t, multiplied by the output gate o, is h at t. All four gates read
    x at t and h at t-1.
    """
    d = Drawing(lstm_cell, 780, 430)
    d.line((78, 80), (705, 80), colour=CELL, width=3)
    d.text(46, 80, "$c_{t−1}$", 20, CELL)
    d.text(732, 80, "$c_{t}$", 20, CELL)
    gates = (
        (190, "σ", "f", "forget gate"),
        (330, "σ", "i", "input gate"),
        (460, "tanh", "g", "candidate"),
        (570, "σ", "o", "output gate"),
    )
    d.line((78, 350), (570, 350), (570, 306), colour=HIDDEN)
    for x, function, _, name in gates:
        d.line((x, 350), (x, 306), colour=HIDDEN)
        d.box(x, 284, 62, 42, function, GATE, 16)
        d.text(x + 8, 331, name, 12, GREY, "start")
    d.line((110, 392), (110, 352), colour=INPUT)
    d.text(110, 408, "$x_{t}$", 20, INPUT)
    d.text(46, 350, "$h_{t−1}$", 20, HIDDEN)
    d.line((190, 262), (190, 96), colour=GATE)
    d.text(208, 205, "$f_{t}$", 17, GATE)
    d.line((330, 262), (330, 180), (380, 180), colour=GATE)
    d.text(313, 215, "$i_{t}$", 17, GATE)
    d.line((460, 262), (460, 180), (411, 180), colour=GATE)
    d.text(479, 215, "$g_{t}$", 17, GATE)
    d.line((395, 164), (395, 96), colour=GATE)
    d.line((570, 262), (570, 215), (624, 215), colour=GATE)
    d.text(554, 235, "$o_{t}$", 17, GATE)
    d.line((640, 80), (640, 124), colour=CELL)
    d.line((640, 164), (640, 199), colour=CELL)
    d.box(640, 145, 62, 38, "tanh", CELL, 15)
    d.line((656, 215), (705, 215), colour=HIDDEN, width=3)
    d.text(732, 215, "$h_{t}$", 20, HIDDEN)
    for x, y, sign in ((190, 80, "⊙"), (395, 80, "+"), (395, 180, "⊙"), (640, 215, "⊙")):
        d.dot(x, y, sign)
    d.text(190, 42, "keep a part of the old", 12.5, GREY)
    d.text(395, 42, "add a part of the new", 12.5, GREY)
    d.text(640, 42, "show a part", 12.5, GREY)
    d.text(
        440,
        392,
        "every gate has its own $W_{i}$ and $b_{i}$ for $x_{t}$, and its own $W_{h}$ and $b_{h}$ for $h_{t−1}$",
        13,
        GREY,
    )
    return d


def lstm_unrolled() -> Drawing:
    """An LSTM, unrolled over the sequence.

    The same LSTM step is used at t = 1, 2, up to T. Each step reads x at t and hands h and c to the next.
    The first step starts from zeros; h and c of the last step are returned.
    """
    d = Drawing(lstm_unrolled, 780, 232)
    columns = ((200, "1"), (360, "2"), (590, "T"))
    for x, t in columns:
        d.line((x, 190), (x, 144), colour=INPUT)
        d.text(x, 208, f"$x_{{{t}}}$", 19, INPUT)
    ends = [(95, 145, "0"), (255, 305, "1"), (415, 450, "2"), (500, 535, ""), (645, 690, "T")]
    for left, right, t in ends:
        d.line((left, 86), (right, 86), colour=CELL, width=2.6)
        d.line((left, 122), (right, 122), colour=HIDDEN, width=2.6)
        if t in ("1", "2"):
            d.text((left + right) / 2, 66, f"$c_{{{t}}}$", 16, CELL)
            d.text((left + right) / 2, 146, f"$h_{{{t}}}$", 16, HIDDEN)
    for x, t in columns:
        d.box(x, 104, 110, 78, f"LSTM step\nt = {t}", GATE, 14)
    d.text(475, 104, "…", 22, GREY)
    d.text(52, 86, "$c_{0}$ = 0", 16, CELL)
    d.text(52, 122, "$h_{0}$ = 0", 16, HIDDEN)
    d.text(712, 86, "$c_{T}$", 18, CELL)
    d.text(712, 122, "$h_{T}$", 18, HIDDEN)
    d.text(712, 152, "returned", 12, GREY)
    d.text(395, 32, "the same 16 parameters in every step", 13, GREY)
    return d


def encoder_decoder() -> Drawing:
    """Encoder and decoder.

    The encoder reads the source tokens from left to right: each token is embedded, dropout is applied, and
    a recurrent layer gives an output z for every position. The last state passes through Linear, ReLU,
    Linear, tanh and becomes the first hidden state of the decoder. The decoder starts with the start token;
    each word it predicts is its next input.
    """
    d = Drawing(encoder_decoder, 900, 370)
    d.text(190, 28, "Encoder", 16, INK, bold=True)
    d.text(725, 28, "Decoder", 16, INK, bold=True)
    columns = ((75, "⟨sos⟩", "1"), (185, "das", "2"), (295, "Haus", "3"))
    for x, word, t in columns:
        d.text(x, 338, word, 15, INPUT)
        d.line((x, 324), (x, 302), colour=INPUT)
        d.box(x, 278, 92, 46, "embedding\ndropout", INPUT, 12)
        d.line((x, 254), (x, 213), colour=INPUT)
        d.line((x, 169), (x, 118), colour=HIDDEN)
        d.text(x, 98, f"$z_{{{t}}}$", 18, HIDDEN)
        if t != "3":
            d.line((x + 37, 190), (x + 72, 190), colour=HIDDEN)
        d.box(x, 190, 72, 42, "RNN", HIDDEN, 14)
    d.line((332, 190), (383, 190), colour=HIDDEN)
    d.box(424, 190, 82, 92, "Linear\nReLU\nLinear\ntanh", PLAIN, 13)
    d.line((466, 190), (541, 190), colour=HIDDEN, width=3)
    d.text(503, 168, "hidden", 13, HIDDEN)
    d.text(185, 62, "output: one vector a source position", 13, GREY)
    words = ((580, "⟨sos⟩", "the"), (705, "the", "house"), (830, "house", "⟨eos⟩"))
    for index, (x, given, made) in enumerate(words):
        d.text(x, 338, given, 15, INPUT)
        d.line((x, 324), (x, 302), colour=INPUT)
        d.box(x, 278, 92, 46, "embedding\ndropout", INPUT, 12)
        d.line((x, 254), (x, 213), colour=INPUT)
        d.line((x, 169), (x, 147), colour=HIDDEN)
        d.box(x, 125, 92, 42, "Linear\nlog-softmax", PLAIN, 12)
        d.line((x, 103), (x, 76), colour=CELL)
        d.text(x, 62, made, 15, CELL)
        if index < 2:
            d.line((x + 37, 190), (x + 87, 190), colour=HIDDEN)
            d.line(
                (x + 29, 62),
                (x + 62, 62),
                (x + 62, 338),
                (x + (105 if index == 0 else 97), 338),
                colour=CELL,
                dashed=True,
            )
        d.box(x, 190, 72, 42, "RNN", HIDDEN, 14)
    return d


def cosine_attention() -> Drawing:
    """Cosine attention.

    The decoder's hidden state h is compared with every encoder output z by the cosine. A softmax over the T
    cosines gives weights alpha that sum to one. The weighted sum of the encoder outputs is the context v.
    Context first, then the embedding e: both are concatenated, a Linear brings them back to the embedding
    size, and the result enters the recurrent layer.
    """
    d = Drawing(cosine_attention, 820, 400)
    columns = ((130, "1", 0.67), (250, "2", 0.24), (370, "T", 0.09))
    for x, t, weight in columns:
        d.box(x, 350, 66, 38, f"$z_{{{t}}}$", HIDDEN, 18)
        d.line((x, 330), (x, 293), colour=HIDDEN)
        d.line((x, 258), (x, 222), colour=PLAIN)
        d.line((x, 184), (x, 158), colour=GATE)
        high = 70 * weight
        d.parts.append(f'<rect x="{x - 17}" y="{152 - high:g}" width="34" height="{high:g}" fill="{GATE}"/>')
        d.line((x - 26, 152), (x + 26, 152), colour=GATE, head=False)
        d.text(x, 138 - high, f"$α_{{{t}}}$", 17, GATE)
    d.text(310, 350, "…", 20, GREY)
    d.line((70, 276), (352, 276), colour=CELL, width=2, head=False)
    for x, _, _ in columns:
        d.line((x - 46, 276), (x - 19, 276), colour=CELL)
        d.dot(x, 276, "cos", PLAIN, 18, 13)
    d.text(44, 276, "$h$", 22, CELL)
    d.text(44, 302, "decoder", 11.5, GREY)
    d.box(250, 203, 310, 36, "softmax over the T positions", GATE, 14)
    d.text(250, 36, "weights: positive, sum 1", 13, GREY)
    d.line((403, 350), (520, 350), (520, 226), colour=HIDDEN)
    d.text(468, 335, "all $z_{j}$", 14, HIDDEN)
    d.line((400, 130), (520, 130), (520, 184), colour=GATE)
    d.text(460, 115, "all $α_{j}$", 14, GATE)
    d.box(520, 205, 92, 40, "$Σ$ $α_{j}$ $z_{j}$", PLAIN, 16)
    d.line((567, 205), (633, 205), colour=CELL)
    d.text(601, 188, "$v$", 18, CELL)
    d.box(660, 205, 52, 40, "$v$", CELL, 18)
    d.box(714, 205, 54, 40, "$e$", INPUT, 18)
    d.text(687, 172, "context first", 13, GREY)
    d.line((714, 290), (714, 227), colour=INPUT)
    d.text(714, 306, "embedding", 13, INPUT)
    d.line((742, 205), (775, 205), (775, 100), colour=PLAIN, head=False)
    d.line((775, 120), (775, 96), (738, 96), colour=PLAIN)
    d.box(700, 96, 74, 40, "Linear", PLAIN, 14)
    d.line((700, 75), (700, 50), colour=PLAIN)
    d.text(700, 36, "to the RNN", 13, GREY)
    return d


def greedy_loop() -> Drawing:
    """The greedy loop of Seq2Seq.

    The encoder reads the source once. In each of the T steps the decoder gets one token and the hidden
    state, and gives log-probabilities for the next word and a new hidden state. The log-probabilities are
    kept; their argmax is the token of the next step. The first token is source[:, 0].
    """
    d = Drawing(greedy_loop, 820, 330)
    d.text(84, 116, "source", 15, INPUT)
    d.text(84, 138, "(N, T)", 12, GREY)
    d.line((120, 116), (166, 116), colour=INPUT)
    d.box(216, 116, 98, 56, "Encoder", HIDDEN, 15)
    d.line((266, 104), (359, 104), colour=HIDDEN)
    d.text(312, 88, "hidden", 13, HIDDEN)
    d.line((216, 87), (216, 44), (400, 44), (400, 77), colour=HIDDEN, dashed=True)
    d.text(306, 29, "output, only with attention", 12.5, GREY)
    d.line((84, 150), (84, 238), (345, 238), colour=INPUT)
    d.text(205, 222, "source[:, 0], the first token", 13, INPUT)
    d.box(430, 116, 140, 76, "Decoder\nstep t", GATE, 15)
    d.line((470, 77), (470, 40), (540, 40), (540, 92), (502, 92), colour=HIDDEN)
    d.text(614, 56, "hidden, for step t+1", 13, HIDDEN)
    d.line((501, 124), (608, 124), colour=CELL)
    d.text(555, 108, "log $p$", 15, CELL)
    d.text(535, 143, "(N, V)", 12, GREY)
    d.box(700, 124, 180, 48, "kept as [:, t] of the\nresult (N, T, V)", CELL, 13)
    d.line((575, 124), (575, 216), colour=CELL)
    d.box(575, 238, 84, 42, "argmax", CELL, 14)
    d.line((532, 238), (471, 238), colour=CELL)
    d.box(408, 238, 122, 42, "token (N, 1)", INPUT, 14)
    d.line((408, 216), (408, 156), colour=INPUT)
    d.text(
        500,
        296,
        "T times: one target token for each source position; the loop does not stop at ⟨eos⟩",
        13,
        GREY,
    )
    return d


def main() -> None:
    """Write all figures beside this script."""
    for figure in (lstm_cell, lstm_unrolled, encoder_decoder, cosine_attention, greedy_loop):
        figure().save(Path(__file__).resolve().parent)


if __name__ == "__main__":
    main()
