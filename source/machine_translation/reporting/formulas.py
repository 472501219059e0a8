"""Formulas of the report: LaTeX, as it stands between dollar signs, into the mathematics of typst.

Only what students usually write is known. Anything else raises `UnknownFormula`, and the caller shows the
LaTeX text itself: a formula is never dropped and never guessed.
"""

from __future__ import annotations

import re

from .symbols import FUNCTIONS, IGNORED, LIMITS, LINES, MATRICES, SINGLE, SYMBOLS, TEXTS, WRAPPERS

_TOKEN = re.compile(r"\\([a-zA-Z]+\*?|.)|(\d+(?:\.\d+)?)|(\s+)|(%[^\n]*)|(.)", re.DOTALL)


class UnknownFormula(ValueError):
    """The LaTeX text has something that is not known here."""


def formula(latex: str, *, block: bool = False) -> str:
    """Return typst source of a formula, dollar signs included.

    Raises:
        UnknownFormula: part of it is not known.
    """
    reader = _Reader(latex)
    body = reader.sequence(set())
    return f"$ {body} $" if block else f"${body}$"


class _Reader:
    """Reads LaTeX tokens from left to right; every method returns typst source."""

    def __init__(self, latex: str) -> None:
        self.tokens = [match[0] for match in _TOKEN.finditer(latex) if not match[4]]
        while self.tokens and self.tokens[0].isspace():
            self.tokens.pop(0)
        self.place = 0

    def peek(self) -> str:
        """Return the next token that is no white space, or nothing at the end."""
        while self.place < len(self.tokens) and self.tokens[self.place].isspace():
            self.place += 1
        return self.tokens[self.place] if self.place < len(self.tokens) else ""

    def take(self) -> str:
        token = self.peek()
        if not token:
            raise UnknownFormula("it ends too early")
        self.place += 1
        return token

    def sequence(self, ends: set[str]) -> str:
        """Read up to one of the end tokens, which is left where it is, or to the end of the text."""
        parts: list[str] = []
        while self.peek() and self.peek() not in ends:
            if self.peek() == "}":
                raise UnknownFormula("a brace too many")
            parts.append(self.scripted())
        if ends and not self.peek():
            raise UnknownFormula(f"{' or '.join(sorted(ends))} is missing")
        return " ".join(part for part in parts if part)

    def scripted(self) -> str:
        """Read one item with what is attached to it above and below."""
        name = self.peek()
        grouped = name == "{"
        base = "" if name in "^_" else self.item()
        scripts = ""
        while self.peek() in ("^", "_", "'"):
            sign = self.take()
            if sign == "'":
                scripts += "'"
            elif name in ("\\underbrace", "\\overbrace"):
                base = f"{base[:-1]}, {self.argument()})"
            else:
                scripts += f"{sign}({self.argument()})"
        if not scripts:
            return base
        return f'class("normal", {base}){scripts}' if grouped and base else (base or '""') + scripts

    def item(self) -> str:
        """Read one token with its arguments, or one group in braces."""
        token = self.take()
        if token == "{":
            inner = self.sequence({"}"})
            self.take()
            return inner
        if token.startswith("\\"):
            return self.command(token[1:])
        if token == "~":
            return "space"
        if token in "&'":
            return token
        if token in "-*<>=+!.":
            return token
        if token in "^_":
            raise UnknownFormula(f"nothing to attach after {token}")
        return token if token.isalnum() else "\\" + token if token.isascii() else token

    def argument(self) -> str:
        """Read one item as an argument: of a number, LaTeX takes the first digit only."""
        token = self.peek()
        if token[:1].isdigit() and len(token) > 1:
            self.tokens[self.place : self.place + 1] = [token[0], token[1:]]
        return self.item()

    def command(self, name: str) -> str:
        if name == "\\":
            if self.peek() == "[":
                self.until("]")
            return "\\ "
        if name in SINGLE:
            return _literal(SINGLE[name])
        if name in SYMBOLS:
            return _literal(SYMBOLS[name])
        if name in FUNCTIONS or name in LIMITS:
            return f'op("{name}", limits: #{str(name in LIMITS).lower()})'
        if name in ("frac", "dfrac", "tfrac", "cfrac"):
            return f"frac({self.argument()}, {self.argument()})"
        if name == "sqrt" and self.peek() == "[":
            return f"root({self.until(']')}, {self.argument()})"
        if name in WRAPPERS:
            return f"{WRAPPERS[name]}({self.argument()})"
        if name == "boxed":
            return f"#box(stroke: .5pt, inset: 6pt)[$display({self.argument()})$]"
        if name in TEXTS:
            return self.text(name)
        if name == "left":
            return self.fence()
        if name in ("textcolor", "color", "label", "tag", "hspace", "vspace"):
            self.text(name)
            return self.item() if name == "textcolor" else ""
        if name in ("stackrel", "overset", "underset"):
            side, script, base = "b" if name == "underset" else "t", self.argument(), self.argument()
            return f"attach(limits({base}), {side}: {script})"
        if name == "begin":
            return self.environment(self.name())
        if name in IGNORED:
            return ""
        if not name.isalpha():
            return "\\" + name
        raise UnknownFormula(f"\\{name}")

    def until(self, end: str) -> str:
        self.take()
        inner = self.sequence({end})
        self.take()
        return inner

    def name(self) -> str:
        """Read the plain text of a group in braces."""
        if self.take() != "{":
            raise UnknownFormula("a brace is missing")
        words = ""
        while "}" not in self.tokens[self.place : self.place + 1]:
            if self.place >= len(self.tokens):
                raise UnknownFormula("a brace is missing")
            words += self.tokens[self.place]
            self.place += 1
        self.take()
        return words

    def text(self, kind: str) -> str:
        words = self.name()
        if "\\" in words or "$" in words:
            raise UnknownFormula(f"\\{kind} with a command in it")
        return f'op("{words}")' if kind.startswith("operatorname") else f'upright("{words}")'

    def fence(self) -> str:
        left = self.delimiter()
        inner = self.sequence({"\\right"})
        self.take()
        return f"lr({left} {inner} {self.delimiter()})"

    def delimiter(self) -> str:
        return "" if self.peek() == "." and self.take() else self.item()

    def environment(self, kind: str) -> str:
        whole = self.tokens[: self.place].count("\\begin") == 1 and self.tokens[0] == "\\begin"
        if kind == "array":
            self.name()
        rows: list[list[str]] = [[]]
        while True:
            rows[-1].append(self.sequence({"&", "\\\\", "\\end"}))
            token = self.take()
            if token == "\\end":
                break
            if token == "\\\\":
                if self.peek() == "[":
                    self.until("]")
                rows.append([])
        if self.name() != kind:
            raise UnknownFormula(f"\\end{{{kind}}} is missing")
        rows = [row for row in rows if any(row)]
        if kind in LINES and whole and not self.peek():
            return " \\ ".join(" & ".join(row) for row in rows)
        if kind in LINES:  # lines inside a larger formula
            return f"mat(delim: #none, align: #left, {'; '.join(' '.join(row) for row in rows)})"
        if kind == "cases":
            return f"cases({', '.join(' & '.join(row) for row in rows)})"
        if kind in MATRICES:
            body = "; ".join(", ".join(cell or "zws" for cell in row) for row in rows)
            return f"mat(delim: {MATRICES[kind]}, {body})"
        raise UnknownFormula(f"\\begin{{{kind}}}")


def _literal(symbol: str) -> str:
    """Return a symbol's name, or the symbol itself, escaped where typst would take it for syntax."""
    return symbol if not symbol.isascii() or len(symbol) != 1 else "\\" + symbol
