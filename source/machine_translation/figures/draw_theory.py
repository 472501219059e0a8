"""Draw the figures of the theory notebook as SVG files, with the shapes of draw.py.

    python draw_theory.py     # writes the .svg files beside this script, the answer's into answers/

What lies in answers/ stays with the instructor: students draw that picture themselves.
"""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

from draw import CELL, GATE, GREY, HIDDEN, INK, INPUT, PLAIN, Drawing


def theory_rnn() -> Drawing:
    """The recurrent network of the theory problem, unrolled over its three steps.

    At each step t the input x at t, through U, and the previous state h, through W, with the bias b, give the
    new state h at t. Through V and c it gives the scores o at t; softmax and cross entropy with the label y at
    t give the loss L at t. All three steps use the same U, W, V, b and c. The loss at t = 2 is marked: its
    gradient with respect to U is the task.
    """
    d = Drawing(theory_rnn, 780, 400)
    d.text(52, 250, "$h_{0}$ = 0", 16, HIDDEN)
    d.line((92, 250), (147, 250), colour=HIDDEN)
    d.text(117, 234, "$W$", 16, CELL)
    for x, t in ((200, "1"), (400, "2"), (600, "3")):
        d.text(x, 372, f"$x_{{{t}}}$", 19, INPUT)
        d.line((x, 356), (x, 278), colour=INPUT)
        d.text(x + 16, 318, "$U$", 17, CELL, bold=True)
        d.box(x, 250, 104, 54, f"tanh( $a_{{{t}}}$ )", HIDDEN, 15)
        d.line((x, 222), (x, 170), colour=HIDDEN)
        d.text(x + 16, 196, "$V$", 17, CELL)
        d.text(x - 24, 206, f"$h_{{{t}}}$", 16, HIDDEN)
        d.box(x, 148, 104, 42, f"softmax( $o_{{{t}}}$ )", PLAIN, 13)
        d.line((x, 126), (x, 84), colour=PLAIN)
        d.box(x, 60, 60, 46, f"$L_{{{t}}}$", CELL if t == "2" else PLAIN, 19)
        d.text(x - 62, 60, f"$y_{{{t}}}$", 17, INPUT)
        d.line((x - 48, 60), (x - 32, 60), colour=INPUT)
        if t != "3":
            d.line((x + 53, 250), (x + 146, 250), colour=HIDDEN)
            d.text(x + 100, 234, "$W$", 17, CELL)
    d.line((318, 26), (440, 26), (440, 94), (318, 94), (318, 26), colour=CELL, dashed=True, width=1.6, head=False)
    d.text(462, 36, "this one", 13, CELL, "start")
    d.text(672, 250, "the same", 13, GREY, "start")
    d.text(672, 268, "$U$, $W$, $V$, $b$, $c$", 13, GREY, "start")
    d.text(672, 286, "in every step", 13, GREY, "start")
    return d


def theory_graph_style() -> Drawing:
    """A small computation graph, as an example of how to draw one.

    Boxes are values, arrows say what is computed from what. w and x give the product m, m and b give the sum s,
    s gives the loss s squared. Dashed arrows run back from the loss; each carries one derivative: 2 s, then 1,
    then x. The product of the derivatives along the way from the loss to w is the gradient: 2 s x.
    """
    d = Drawing(theory_graph_style, 780, 250)
    d.box(70, 70, 60, 42, "$w$", CELL, 18)
    d.box(70, 180, 60, 42, "$x$", INPUT, 18)
    d.box(240, 125, 100, 46, "$m$ = $w$ $x$", HIDDEN, 16)
    d.box(240, 215, 60, 42, "$b$", CELL, 18)
    d.box(450, 125, 112, 46, "$s$ = $m$ + $b$", HIDDEN, 16)
    d.box(660, 125, 100, 46, "$L$ = $s$²", PLAIN, 16)
    d.line((101, 76), (188, 112), colour=INK)
    d.line((101, 174), (188, 138), colour=INK)
    d.line((291, 125), (393, 125), colour=INK)
    d.line((271, 209), (393, 144), colour=INK)
    d.line((507, 125), (609, 125), colour=INK)
    d.line((640, 101), (640, 74), (470, 74), (470, 101), colour=CELL, dashed=True)
    d.text(556, 56, "$∂L$/$∂s$ = 2 $s$", 15, CELL)
    d.line((430, 101), (430, 74), (262, 74), (262, 101), colour=CELL, dashed=True)
    d.text(346, 56, "$∂s$/$∂m$ = 1", 15, CELL)
    d.line((226, 101), (226, 54), (102, 54), colour=CELL, dashed=True)
    d.text(166, 36, "$∂m$/$∂w$ = $x$", 15, CELL)
    d.text(556, 212, "one way back: $∂L$/$∂w$ = 2 $s$ · 1 · $x$", 15, CELL)
    return d


def answer_theory_graph() -> Drawing:
    """The computation graph of the loss at t = 2.

    Forward: U, x at 1, W, h at 0 and b give a at 1, then h at 1; U, x at 2, W, h at 1 and b give a at 2, then
    h at 2; with V and c come the scores o at 2, and with y at 2 the loss. Two dashed ways lead back from the
    loss to U: the near one leaves at a at 2, the far one goes on through W to h at 1 and leaves at a at 1.
    Nothing of t = 3, and neither y at 1 nor the loss at 1, is in the graph.
    """
    d = Drawing(answer_theory_graph, 960, 410)
    boxes = ((190, "a", "1"), (335, "h", "1"), (480, "a", "2"), (625, "h", "2"), (770, "o", "2"), (895, "L", "2"))
    for x, name, t in boxes:
        d.box(x, 200, 66, 46, f"${name}_{{{t}}}$", PLAIN if name in "oL" else HIDDEN, 19)
    for (x, *_), (next_x, *_) in pairwise(boxes):
        d.line((x + 34, 200), (next_x - 35, 200), colour=INK)
    d.line((84, 200), (155, 200), colour=INK)
    d.text(56, 200, "$h_{0}$ = 0", 15, HIDDEN)
    for x, t in ((190, "1"), (480, "2")):
        d.line((x - 62, 272), (x - 24, 225), colour=INPUT)
        d.text(x - 72, 288, f"$x_{{{t}}}$", 18, INPUT)
        d.line((x + 44, 272), (x + 24, 225), colour=GREY)
        d.text(x + 58, 288, "$W$, $b$", 16, CELL)
    d.box(335, 352, 70, 46, "$U$", CELL, 21)
    d.line((299, 342), (200, 342), (200, 225), colour=CELL, width=3)
    d.line((371, 342), (466, 342), (466, 225), colour=CELL, width=3)
    d.text(770, 288, "$V$, $c$", 16, CELL)
    d.line((770, 272), (770, 225), colour=GREY)
    d.text(895, 288, "$y_{2}$", 18, INPUT)
    d.line((895, 272), (895, 225), colour=INPUT)
    ways = (
        (895, 770, "$p_{2}$ − $e$"),
        (770, 625, "$V$ᵀ"),
        (625, 480, "1 − $h_{2}$²"),
        (480, 335, "$W$ᵀ"),
        (335, 190, "1 − $h_{1}$²"),
    )
    for start, end, label in ways:
        far = start <= 480
        colour = GATE if far else CELL
        d.line((start - 10, 176), (start - 10, 140), (end + 10, 140), (end + 10, 176), colour=colour, dashed=True)
        d.text((start + end) / 2, 122, label, 15, colour)
    d.line((484, 224), (484, 364), (373, 364), colour=CELL, dashed=True)
    d.text(438, 384, "near way: $x_{2}$ᵀ", 14, CELL)
    d.line((182, 224), (182, 364), (297, 364), colour=GATE, dashed=True)
    d.text(232, 384, "far way: $x_{1}$ᵀ", 14, GATE)
    d.text(480, 40, "Two ways lead from $L_{2}$ back to $U$; the gradient is their sum", 16, INK, bold=True)
    d.text(480, 66, "dashed arrows: the local derivative that the gradient is multiplied by on its way", 13, GREY)
    d.text(700, 362, "not in the graph: $x_{3}$, $y_{1}$, $y_{3}$, $L_{1}$, $L_{3}$", 13, GREY)
    return d


def main() -> None:
    """Write the figures beside this script, the answer's below answers/."""
    here = Path(__file__).resolve().parent
    for figure in (theory_rnn, theory_graph_style):
        figure().save(here)
    (here / "answers").mkdir(exist_ok=True)
    answer_theory_graph().save(here / "answers")


if __name__ == "__main__":
    main()
