"""Names of LaTeX commands, and what typst has for them."""

from __future__ import annotations


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _pairs(text: str) -> dict[str, str]:
    words = text.split()
    return dict(zip(words[::2], words[1::2], strict=True))


# Commands without arguments: typst's name of the symbol, or the symbol itself.
SYMBOLS = _pairs("""
    alpha alpha beta beta gamma gamma delta delta epsilon epsilon.alt varepsilon epsilon zeta zeta eta eta theta theta
    vartheta theta.alt iota iota kappa kappa lambda lambda mu mu nu nu xi xi pi pi varpi pi.alt rho rho varrho rho.alt
    sigma sigma varsigma sigma.alt tau tau upsilon upsilon phi phi.alt varphi phi chi chi psi psi omega omega
    Gamma Gamma Delta Delta Theta Theta Lambda Lambda Xi Xi Pi Pi Sigma Sigma Upsilon Upsilon Phi Phi Psi Psi
    Omega Omega partial ∂ nabla ∇ sum sum prod product int integral infty ∞ ell ℓ hbar ℏ prime ′
    odot ⊙ otimes ⊗ oplus ⊕ cdot ⋅ times × div ÷ pm ± mp ∓ circ ∘ ast ∗ star ⋆ bullet • top ⊤ bot ⊥ perp ⊥ dagger †
    leq ≤ le ≤ geq ≥ ge ≥ neq ≠ ne ≠ approx ≈ equiv ≡ sim ∼ simeq ≃ propto ∝ ll ≪ gg ≫ colon :
    to → rightarrow → longrightarrow ⟶ leftarrow ← gets ← mapsto ↦ leftrightarrow ↔ Rightarrow ⇒ Leftarrow ⇐
    implies ⟹ iff ⟺ Leftrightarrow ⇔ forall ∀ exists ∃ neg ¬ land ∧ wedge ∧ lor ∨ vee ∨
    in ∈ notin ∉ ni ∋ cup ∪ cap ∩ subset ⊂ subseteq ⊆ setminus ∖ emptyset ∅
    mid ∣ vert | lvert | rvert | Vert ‖ lVert ‖ rVert ‖ langle ⟨ rangle ⟩ lfloor ⌊ rfloor ⌋ lceil ⌈ rceil ⌉
    lbrace { rbrace } ldots … dots … dotsc … dotsb ⋯ cdots ⋯ vdots ⋮ ddots ⋱ quad quad qquad wide
""")
# Commands of one character that is no letter.
SINGLE = {",": "thin", ":": "med", ";": "thick", " ": "space", "!": "", "{": "{", "}": "}", "|": "‖"}
FUNCTIONS = _names("log ln exp sin cos tan tanh sinh cosh arg det dim ker deg gcd")
LIMITS = _names("max min lim sup inf argmax argmin")
# Commands with one argument: typst's function.
WRAPPERS = _pairs("""
    hat hat widehat hat bar macron tilde tilde widetilde tilde vec arrow dot dot ddot dot.double overline overline
    underline underline sqrt sqrt mathbf bold boldsymbol bold bm bold mathbb bb mathcal cal mathfrak frak mathsf sans
    mathit italic underbrace underbrace overbrace overbrace
""")
TEXTS = _names("text textrm textbf textit texttt mathrm operatorname operatorname* mbox mathtt")
IGNORED = _names("""
    displaystyle textstyle limits nolimits nonumber notag big Big bigg Bigg bigl bigr Bigl Bigr biggl biggr middle
""")
# Environments: matrices with their delimiters, and those that are only lines.
MATRICES = _pairs('matrix #none array #none pmatrix "(" bmatrix "[" vmatrix "|" Bmatrix "{"')
LINES = _names("aligned align align* split gathered gather gather* equation equation* eqnarray eqnarray*")
