"""Draw the figures of the two Transformer notebooks as SVG files.

python draw_transformers.py            # writes the .svg files beside this script
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from draw import CELL, GATE, GREY, HIDDEN, INK, INPUT, PLAIN, Drawing


def _field(d: Drawing, x: float, y: float, side: float, fill: str, opacity: float = 1.0) -> None:
    """Draw one field of a grid, with its upper left corner at (x, y)."""
    d.parts.append(
        f'<rect x="{x:g}" y="{y:g}" width="{side:g}" height="{side:g}" fill="{fill}" '
        f'fill-opacity="{opacity:.3g}" stroke="{GREY}" stroke-width="1"/>'
    )


def _words(d: Drawing, left: float, y: float, words: Sequence[str], colours: Sequence[str], wide: float = 64) -> None:
    """Draw a row of boxes with a word in each; left is the left edge of the first."""
    for index, (word, colour) in enumerate(zip(words, colours, strict=True)):
        d.box(left + (index + 0.5) * wide, y, wide - 6, 30, word, colour, 13)


def transformer_encoder() -> Drawing:
    """The encoder-only Transformer.

    Word and position embeddings are added. Two attention heads work side by side; their results are concatenated
    and projected. The input of this part is added to its output and normalised. The feed-forward layer
    works in the same way: transform, add the input, normalise. A final Linear scores the words.
    """
    d = Drawing(transformer_encoder, 960, 330)
    d.text(50, 158, "inputs", 15, INPUT)
    d.text(50, 178, "(N, T)", 12, GREY)
    d.line((50, 144), (50, 107), (78, 107), colour=INPUT)
    d.line((50, 192), (50, 225), (78, 225), colour=INPUT)
    d.text(48, 245, "0 … T−1", 12, GREY)
    d.box(122, 107, 82, 48, "word\nembedding", INPUT, 13)
    d.box(122, 225, 82, 48, "position\nembedding", INPUT, 13)
    d.line((122, 132), (122, 150), colour=INPUT)
    d.line((122, 200), (122, 182), colour=INPUT)
    d.line((138, 166), (177, 166), colour=HIDDEN, width=2.6, head=False)
    d.dot(122, 166, "+", INPUT)
    d.line((176, 166), (176, 120), (222, 120), colour=HIDDEN)
    d.line((176, 166), (176, 212), (222, 212), colour=HIDDEN)
    d.box(259, 120, 72, 44, "head 1", GATE, 14)
    d.box(259, 212, 72, 44, "head 2", GATE, 14)
    d.line((296, 120), (332, 120), (332, 150), colour=GATE)
    d.line((296, 212), (332, 212), (332, 182), colour=GATE)
    d.box(344, 166, 78, 30, "[ 1 ; 2 ]", GATE, 13)
    d.line((384, 166), (401, 166), colour=GATE)
    d.box(441, 166, 78, 44, "projection", GATE, 13)
    d.line((481, 166), (494, 166), colour=GATE)
    d.line((176, 122), (176, 62), (510, 62), (510, 150), colour=HIDDEN, dashed=True)
    d.text(344, 44, "residual: the input is added again", 12.5, GREY)
    d.line((526, 166), (540, 166), colour=PLAIN)
    d.dot(510, 166, "+", PLAIN)
    d.box(580, 166, 78, 44, "LayerNorm", PLAIN, 12.5)
    d.line((620, 166), (649, 166), colour=HIDDEN, width=2.6)
    d.box(691, 166, 82, 66, "Linear\nReLU\nLinear", CELL, 13)
    d.line((733, 166), (746, 166), colour=CELL)
    d.line((633, 166), (633, 62), (762, 62), (762, 150), colour=HIDDEN, dashed=True)
    d.line((778, 166), (792, 166), colour=PLAIN)
    d.dot(762, 166, "+", PLAIN)
    d.box(832, 166, 78, 44, "LayerNorm", PLAIN, 12.5)
    d.line((832, 143), (832, 122), colour=HIDDEN, width=2.6)
    d.box(832, 100, 78, 40, "Linear", PLAIN, 14)
    d.line((832, 79), (832, 58), colour=PLAIN)
    d.text(832, 42, "scores (N, T, V)", 13, GREY)
    d.text(877, 100, "final_layer", 12.5, INK, "start")
    for left, right, name in ((20, 168, "embed"), (184, 622, "multi_head_attention"), (644, 873, "feedforward_layer")):
        d.line((left, 272), (right, 272), colour=GREY, width=1.5, head=False)
        d.text((left + right) / 2, 292, name, 13.5, INK)
    return d


def attention_head() -> Drawing:
    """One attention head.

    Three Linear layers make a query, a key and a value of every position. The products of all queries with all keys,
    divided by the root of dim k, are a square table of scores. A softmax over each row gives weights that sum to
    one. The weights times the values are the result of the head.
    """
    d = Drawing(attention_head, 916, 372)
    d.text(46, 180, "$x$", 24, HIDDEN)
    d.text(46, 206, "(N, T, H)", 12, GREY)
    d.line((68, 180), (90, 180), colour=HIDDEN, width=2.6, head=False)
    for y, layer, name, size, colour in (
        (78, "q1", "q", "dim_q", CELL),
        (180, "k1", "k", "dim_k", INPUT),
        (322, "v1", "v", "dim_v", HIDDEN),
    ):
        d.line((89, 180), (89, y), (117, y), colour=HIDDEN)
        d.box(147, y, 58, 40, layer, PLAIN, 15)
        d.line((177, y), (214, y), colour=colour)
        d.text(228, y - 2, f"${name}$", 21, colour)
        d.text(228, y + 20, f"(N, T, {size})", 11.5, GREY)
    d.line((243, 78), (322, 78), (322, 106), colour=CELL)
    d.line((243, 178), (322, 178), (322, 152), colour=INPUT)
    d.box(322, 129, 92, 42, "$q$ $k$ᵀ / √dim_k", PLAIN, 12.5)
    d.line((369, 129), (400, 129), colour=PLAIN)
    words, side, left = ("das", "Haus", "brennt"), 42, 684
    weights = ((0.75, 0.15, 0.10), (0.30, 0.50, 0.20), (0.05, 0.60, 0.35))
    for row, line in enumerate(weights):
        for column, weight in enumerate(line):
            _field(d, 406 + column * side, 66 + row * side, side, PLAIN, 0.05 + 0.6 * weight**0.6)
            _field(d, left + column * side, 66 + row * side, side, GATE, 0.75 * weight)
            d.text(left + (column + 0.5) * side, 66 + (row + 0.5) * side, f"{weight:.2f}", 12.5)
        d.text(left + 3 * side + 8, 66 + (row + 0.5) * side, words[row], 12, GREY, "start")
    for column, word in enumerate(words):
        d.text(left + (column + 0.5) * side, 54, word, 11.5, GREY)
    d.text(469, 50, "scores (N, T, T)", 13, GREY)
    d.text(747, 30, "where it looks", 12.5, GREY)
    d.text(822, 48, "who looks", 12.5, GREY, "start")
    d.line((535, 129), (558, 129), colour=PLAIN)
    d.box(603, 129, 86, 48, "softmax\nof each row", GATE, 12.5)
    d.line((648, 129), (678, 129), colour=GATE)
    d.text(747, 208, "weights $α$ (N, T, T): each row sums to 1", 12.5, GREY)
    d.line((747, 224), (747, 300), colour=GATE)
    d.line((243, 322), (703, 322), colour=HIDDEN)
    d.box(747, 322, 84, 40, "$α$ $v$", PLAIN, 17)
    d.line((790, 322), (818, 322), colour=CELL)
    d.text(825, 314, "head 1", 15, CELL, "start")
    d.text(825, 336, "(N, T, dim_v)", 11, GREY, "start")
    return d


def full_transformer() -> Drawing:
    """The full Transformer.

    The encoder reads the embedded source. The target is shifted to the right by add_start_token and embedded. The
    decoder looks at the words so far, with a causal mask and a padding mask, then at the encoder's output. A Linear
    layer scores the words; the scores at each position are compared with the target that was not shifted.
    """
    d = Drawing(full_transformer, 920, 540)
    d.parts.append(
        f'<rect x="84" y="116" width="586" height="190" rx="12" fill="none" stroke="{GREY}" stroke-dasharray="3 4"/>'
    )
    d.text(98, 133, "nn.Transformer", 12.5, GREY, "start")
    left, right = 190, 540
    _words(d, left - 128, 398, ("⟨sos⟩", "das", "Haus", "⟨eos⟩"), [INPUT] * 4)
    d.text(left, 432, "src (N, T)", 13, GREY)
    _words(d, right - 160, 505, ("⟨sos⟩", "the", "house", "⟨eos⟩", "⟨pad⟩"), [CELL] * 5)
    d.text(right + 172, 505, "tgt (N, T_tgt)", 13, GREY, "start")
    d.line((right, 488), (right, 472), colour=CELL)
    d.box(right, 452, 150, 36, "add_start_token", PLAIN, 13.5)
    d.line((right, 433), (right, 416), colour=INPUT)
    _words(d, right - 160, 398, ("⟨sos⟩", "⟨sos⟩", "the", "house", "⟨eos⟩"), [INPUT] * 5)
    d.text(right + 172, 398, "shifted", 13, GREY, "start")
    for x, colour in ((left, HIDDEN), (right, GATE)):
        d.line((x, 381), (x, 367), colour=INPUT)
        d.box(x, 346, 220, 38, "word + position embedding", INPUT, 13)
        d.line((x, 326), (x, 292), colour=colour, width=2.6)
    d.box(left, 220, 150, 140, "", HIDDEN)
    d.text(left, 170, "encoder layers", 13.5, INK, bold=True)
    d.box(right, 220, 220, 140, "", GATE)
    d.text(right, 170, "decoder layers", 13.5, INK, bold=True)
    for x, rows in (
        (left, ("feed-forward", "self-attention")),
        (right, ("feed-forward", "attention to the source", "masked self-attention")),
    ):
        for index, name in enumerate(rows):
            d.text(x, 200 + index * 32, name, 13)
    d.line((266, 232), (427, 232), colour=HIDDEN, width=2.6)
    d.text(346, 216, "one vector for", 12, HIDDEN)
    d.text(346, 250, "each source word", 12, HIDDEN)
    d.line((690, 264), (653, 264), colour=PLAIN)
    d.text(697, 254, "causal mask (T_tgt, T_tgt)", 13, INK, "start")
    d.text(697, 276, "padding mask (N, T_tgt)", 13, INK, "start")
    d.line((right, 149), (right, 102), colour=GATE, width=2.6)
    d.box(right, 82, 92, 38, "Linear", PLAIN, 14)
    d.line((right, 62), (right, 46), colour=CELL)
    d.text(right, 30, "scores (N, T_tgt, V)", 14, CELL)
    d.line((820, 505), (892, 505), (892, 30), (632, 30), colour=CELL, dashed=True)
    d.text(882, 72, "the loss compares", 12.5, GREY, "end")
    d.text(882, 92, "the scores with tgt", 12.5, GREY, "end")
    return d


def target_masks() -> Drawing:
    """What the decoder may see.

    The target sos the house eos pad becomes the shifted target sos sos the house eos. In the square, row t shows
    which words of the shifted target the scores at position t may come from: columns 0 to t, never later ones.
    A second target, one word shorter, has a pad at the end of its shifted form: no row may look at it.
    """
    d = Drawing(target_masks, 900, 338)
    side, top = 40, 78
    for left, target in (
        (112, ("⟨sos⟩", "the", "house", "⟨eos⟩", "⟨pad⟩")),
        (560, ("⟨sos⟩", "stop", "⟨eos⟩", "⟨pad⟩", "⟨pad⟩")),
    ):
        shifted = ("⟨sos⟩", *target[:-1])
        for row, word in enumerate(target):
            y = top + (row + 0.5) * side
            d.text(left - 52, y, f"t = {row}", 12, GREY, "end")
            for column, seen in enumerate(shifted):
                fill = PLAIN if column > row else CELL if seen == "⟨pad⟩" else GATE
                _field(d, left + column * side, top + row * side, side, fill, 0.28 if column > row else 0.55)
            d.line((left + 5 * side + 6, y), (left + 5 * side + 28, y), colour=CELL, width=1.6)
            d.text(left + 5 * side + 36, y, word, 13, CELL, "start")
        for column, word in enumerate(shifted):
            d.text(left + (column + 0.5) * side, top - 16, word, 12, INPUT)
        d.text(left + 2.5 * side, top - 44, "shifted target: what goes in", 13, INPUT)
        d.text(left + 5 * side + 36, top - 16, "target", 13, CELL, "start")
    for x, colour, opacity, name in (
        (112, GATE, 0.55, "visible"),
        (240, PLAIN, 0.28, "hidden by the causal mask: it lies in the future"),
        (620, CELL, 0.55, "hidden by the padding mask"),
    ):
        _field(d, x, 298, 18, colour, opacity)
        d.text(x + 26, 307, name, 13, INK, "start")
    return d


def greedy_rewriting() -> Drawing:
    """Generation.

    The target starts as sos followed by pads. At each step the whole model runs on it. Of the scores only those at
    position t are kept; their argmax is written at position t + 1 of the target. The last word is kept but
    has no place to be written to.
    """
    d = Drawing(greedy_rewriting, 860, 330)
    words = ("⟨sos⟩", "the", "house", "⟨eos⟩")
    wide, left, right = 64, 90, 560
    d.text(left + 2 * wide, 34, "tgt before the step", 14, INPUT)
    d.text(right + 2 * wide, 34, "most likely words of all positions", 14, CELL)
    for t in range(4):
        y = 84 + t * 62
        d.text(52, y, f"t = {t}", 13, GREY)
        target = ["⟨sos⟩", *words[:t], *["⟨pad⟩"] * (3 - t)]
        _words(d, left, y, target, [INPUT if word != "⟨pad⟩" else PLAIN for word in target], wide)
        d.line((left + 4 * wide + 4, y), (408, y), colour=PLAIN)
        d.box(452, y, 84, 34, "forward", GATE, 14)
        d.line((496, y), (right - 5, y), colour=PLAIN)
        shown = [words[t] if column == t else "·" for column in range(4)]
        _words(d, right, y, shown, [CELL if column == t else PLAIN for column in range(4)], wide)
        if t < 3:
            start, end = right + (t + 0.5) * wide, left + (t + 1.5) * wide
            d.line((start, y + 17), (start, y + 31), (end, y + 31), (end, y + 45), colour=CELL, dashed=True)
    d.text(430, 308, "only the scores at t are kept; their argmax is written at t + 1", 13, GREY)
    return d


def main() -> None:
    """Write all figures beside this script."""
    for figure in (transformer_encoder, attention_head, full_transformer, target_masks, greedy_rewriting):
        figure().save(Path(__file__).resolve().parent)


if __name__ == "__main__":
    main()
