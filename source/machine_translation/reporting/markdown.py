"""Markdown cells, tables and pictures of the report as typst source.

Text always goes into typst as a string, so nothing that a student writes can be taken for a command.
"""

from __future__ import annotations

import base64
import html
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from .formulas import UnknownFormula, formula

# What is left alone (code), and formulas: $$…$$, \[…\], environments, $…$, \(…\). "5 $ and 6 $" is no formula.
_MATH = re.compile(
    r"(?P<code>^ {0,3}(?P<fence>`{3,}|~{3,})[\s\S]*?(?:^ {0,3}(?P=fence)[`~]*\s*$|\Z)"
    r"|(?P<ticks>`+)[\s\S]*?(?P=ticks)|\\\$)"
    r"|\$\$(?P<b1>[\s\S]+?)\$\$|\\\\?\[(?P<b2>[\s\S]+?)\\\\?\]"
    r"|(?P<b3>\\begin\{(?P<env>[a-z]+\*?)\}[\s\S]+?\\end\{(?P=env)\})"
    r"|\$(?P<i1>[^\s$](?:[^$]*?[^\s$\\])?)\$(?!\d)|\\\\?\((?P<i2>[\s\S]+?)\\\\?\)",
    re.MULTILINE,
)
_MARK = re.compile("\ue000(\\d+)\ue001")
_TAG = re.compile(r"<!--[\s\S]*?-->|<(?P<name>/?[a-zA-Z][\w-]*)(?P<rest>[^<>]*)>")
_SOURCE = re.compile(r"""src\s*=\s*["']?([^"'\s>]+)""")
_KINDS = {b"\x89PNG": "png", b"\xff\xd8\xff": "jpg", b"GIF8": "gif", b"%PDF": "pdf"}


def string(text: str) -> str:
    """Return a typst string with the text; characters that no font shows are left out."""
    kept = "".join(char for char in text if char in "\n\t" or (char >= " " and not 0xD800 <= ord(char) < 0xE000))
    return '"' + kept.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "    ") + '"'


def words(text: str) -> str:
    """Return typst markup that shows the text as it is."""
    return f"#{string(text)};" if text else ""


class Writer:
    """Turns cells into typst blocks and collects the pictures that they show.

    Attributes:
        pictures: file names and contents for the compiler.
        notes: what could not be shown, one sentence each.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.pictures: dict[str, bytes] = {}
        self.notes: list[str] = []
        self._formulas: list[tuple[str, bool]] = []
        self._attachments: Mapping[str, Any] = {}

    def markdown(self, text: str, attachments: Mapping[str, Any] | None = None) -> list[str]:
        """Return the blocks of a markdown text."""
        import mistune

        self._attachments = attachments or {}
        self._formulas = []
        parse = mistune.create_markdown(renderer=None, plugins=["table", "strikethrough", "url"])
        tokens: Any = parse(_MATH.sub(self._hide, text))
        return [block for token in tokens if (block := self._block(token))]

    def heading(self, title: str) -> str:
        """Return the title of a section, which the table of pages lists."""
        return f"#heading(level: 1)[{words(title)}]"

    def caption(self, text: str) -> str:
        """Return a line in small print."""
        return f"#align(center, text(size: 9pt, fill: luma(90))[{words(text)}])"

    def table(self, rows: Sequence[Sequence[str]], size: float = 9) -> str:
        """Return a table whose first row is its head."""
        cells = [f"[#strong[{words(cell)}]]" for cell in rows[0]]
        body = [f"[{words(cell)}]" for row in rows[1:] for cell in row]
        inner = f"columns: {len(cells)}, table.header({', '.join(cells)}), {', '.join(body)}"
        return f"#{{ set text(size: {size:g}pt); table({inner}) }}"

    def picture(self, data: bytes, name: str) -> str:
        """Return a picture, or a note where its format is not known."""
        kind = next((kind for start, kind in _KINDS.items() if data.startswith(start)), "")
        if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
            kind = "webp"
        if not kind and b"<svg" in data[:3000]:
            kind = "svg"
        if not kind:
            return self._missing(name, "it is no PNG, JPEG, GIF, WebP, SVG or PDF")
        file = f"picture-{len(self.pictures) + 1}.{kind}"
        self.pictures[file] = data
        return f"#picture({string(file)})"

    def outputs(self, outputs: Sequence[Mapping[str, Any]]) -> list[str]:
        """Return the pictures and texts that a code cell shows."""
        blocks = []
        for output in outputs:
            data = output.get("data") or {}
            found = next((kind for kind in ("image/png", "image/jpeg", "image/svg+xml") if kind in data), "")
            if found:
                blocks.append(self.picture(_decoded(data[found], found), "the picture of a code cell"))
            elif "text/markdown" in data:
                blocks += self.markdown(_joined(data["text/markdown"]))
            elif output.get("output_type") != "error":
                text = _joined(data.get("text/plain", output.get("text", "")))
                blocks += [f"#raw(block: true, {string(text)})"] if text.strip() else []
        return blocks

    def _hide(self, match: re.Match[str]) -> str:
        """Put a mark in place of a formula, so that markdown does not touch it."""
        if match["code"] is not None:
            return match[0]
        latex = next(match[name] for name in ("b1", "b2", "b3", "i1", "i2") if match[name] is not None)
        self._formulas.append((latex, match["i1"] is None and match["i2"] is None))
        return f"\ue000{len(self._formulas) - 1}\ue001"

    def _text(self, text: str) -> str:
        """Text with its formulas put back."""
        made = []
        for index, part in enumerate(_MARK.split(text)):
            if index % 2 == 0:
                made.append(words(html.unescape(part)))
                continue
            latex, block = self._formulas[int(part)]
            try:
                made.append(formula(latex, block=block))
            except UnknownFormula as error:
                self.notes.append(f"a formula is shown as LaTeX text ({error} is not known): {latex.strip()[:60]}")
                made.append(f"#raw(block: {str(block).lower()}, {string(latex.strip())})")
        return "".join(made)

    def _code(self, text: str) -> str:
        """Code as it was written, with what looked like a formula in it."""
        return string(_MARK.sub(lambda match: self._formulas[int(match[1])][0], text))

    def _inline(self, tokens: Sequence[Mapping[str, Any]]) -> str:
        return "".join(self._span(token) for token in tokens)

    def _span(self, token: Mapping[str, Any]) -> str:
        kind, inner = token["type"], token.get("children", ())
        if kind == "text":
            return self._text(token["raw"])
        if kind == "softbreak":
            return words(" ")
        if kind == "linebreak":
            return "#linebreak();"
        if kind == "codespan":
            return f"#raw({self._code(html.unescape(token['raw']))});"
        if kind in ("emphasis", "strong", "strikethrough"):
            name = {"emphasis": "emph", "strikethrough": "strike"}.get(kind, kind)
            return f"#{name}[{self._inline(inner)}];"
        if kind == "link":
            address = str(token["attrs"]["url"])
            shown = self._inline(inner)
            return f"#link({string(address)})[#underline[{shown}]];" if re.match(r"https?:|mailto:", address) else shown
        if kind == "image":
            return self._linked(str(token["attrs"]["url"]))
        if kind == "inline_html":
            return self._html(token["raw"])
        return self._inline(inner) if inner else self._text(token.get("raw", ""))

    def _block(self, token: Mapping[str, Any]) -> str:
        kind, inner = token["type"], token.get("children", ())
        if kind in ("paragraph", "block_text"):
            return self._inline(inner)
        if kind == "heading":
            return f"#heading(level: {min(token['attrs']['level'] + 1, 5)}, outlined: false)[{self._inline(inner)}]"
        if kind == "block_code":
            return f"#raw(block: true, {self._code(token['raw'].rstrip())})"
        if kind == "list":
            items = ", ".join(f"[{self._children(item)}]" for item in inner)
            start = f"start: {token['attrs'].get('start', 1)}, " if token["attrs"]["ordered"] else ""
            return f"#{'enum' if start else 'list'}({start}{items})"
        if kind == "block_quote":
            return f"#quote(block: true)[{self._children(token)}]"
        if kind == "table":
            return self._table(inner)
        if kind == "thematic_break":
            return "#line(length: 100%, stroke: 0.5pt)"
        if kind == "block_html":
            return self._html(token["raw"])
        return self._children(token) if inner else words(token.get("raw", ""))

    def _children(self, token: Mapping[str, Any]) -> str:
        return "\n\n".join(filter(None, (self._block(child) for child in token.get("children", ()))))

    def _table(self, parts: Sequence[Mapping[str, Any]]) -> str:
        head = parts[0]["children"]
        rows = [row["children"] for part in parts[1:] for row in part["children"]]
        aligned = ", ".join(str(cell["attrs"]["align"] or "left") for cell in head)
        cells = [f"[#strong[{self._inline(cell['children'])}]]" for cell in head]
        body = [f"[{self._inline(cell['children'])}]" for row in rows for cell in row]
        inner = f"columns: {len(head)}, align: ({aligned},), table.header({', '.join(cells)}), {', '.join(body)}"
        return f"#{{ set text(size: 9.5pt); table({inner}) }}"

    def _html(self, raw: str) -> str:
        """Keep the words and pictures of HTML, and its line breaks; drop the tags."""
        made, last = [], 0
        for match in _TAG.finditer(raw):
            made.append(self._text(raw[last : match.start()].strip("\n")))
            last = match.end()
            if match["name"] and match["name"].lower() == "br":
                made.append("#linebreak();")
            elif match["name"] and match["name"].lower() == "img" and (found := _SOURCE.search(match["rest"])):
                made.append(self._linked(found[1]))
        return "".join([*made, self._text(raw[last:].strip("\n"))])

    def _linked(self, address: str) -> str:
        """The picture behind an address: an attachment, data in the address, or a file beside the notebook."""
        if address.startswith("attachment:"):
            name = unquote(address.removeprefix("attachment:"))
            found = self._attachments.get(name) or self._attachments.get(address.removeprefix("attachment:"))
            if not found:
                return self._missing(name, "it is not attached to its cell; attach it again")
            kind, data = next(iter(found.items()))
            return self.picture(_decoded(data, kind), name)
        if address.startswith("data:"):
            kind, _, data = address.removeprefix("data:").partition(",")
            return self.picture(_decoded(data, kind), "a picture")
        if re.match(r"\w+:", address):
            return self._missing(address, "it is on the web; save it and attach it")
        path = (self.folder / unquote(address)).resolve()
        if not path.is_file() or not path.is_relative_to(self.folder.resolve()):
            return self._missing(address, "there is no such file beside the notebook")
        return self.picture(path.read_bytes(), address)

    def _missing(self, name: str, why: str) -> str:
        self.notes.append(f"the picture {name} is not shown: {why}")
        return f"#note[{words(f'(The picture {name} is not shown: {why}.)')}]"


def _joined(value: Any) -> str:
    return "".join(value) if isinstance(value, list) else str(value or "")


def _decoded(data: Any, kind: str) -> bytes:
    text = _joined(data)
    if "svg" in kind and "<svg" in text:
        return text.encode("utf-8")
    try:
        return base64.b64decode(text)
    except ValueError:
        return b""
