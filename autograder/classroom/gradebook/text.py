"""Makes texts of students safe to store in a database and to show in an instructor's browser.

nbgrader's pages render Markdown with whatever HTML and links stand in it.
"""

from __future__ import annotations

import html
import re

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_TAG = re.compile(r"<(?!https?://[^\s<>\"']+>)(?=[A-Za-z/!?])")
_LINK = re.compile(r"\](?P<open>[(:])(?P<target>[^)\]]*)")
_SCHEME = re.compile(r"(?P<scheme>[a-z][a-z0-9+.-]*):", re.IGNORECASE)
_SAFE_SCHEMES = {"http", "https", "mailto", "attachment"}


def clean(text: str, limit: int) -> str:
    """Return the text without control characters and lone surrogates, cut after `limit` characters."""
    text = _CONTROL.sub("", text.encode("utf-8", "replace").decode("utf-8"))
    return text if len(text) <= limit else text[:limit].rstrip() + " …"


def harmless(markdown: str) -> str:
    """Return Markdown in which no HTML tag and no script link works any more: a space breaks each of them."""
    return _LINK.sub(_link, _TAG.sub("< ", markdown))


def _link(match: re.Match[str]) -> str:
    # A browser reads `java&#115;cript:`, `javascript\:` and `java<tab>script:` all as the same.
    target = re.sub(r"[\s\\\x00-\x20]|^[\s<]+", "", html.unescape(match["target"]))
    scheme = _SCHEME.match(target.lstrip("<"))
    if scheme and scheme["scheme"].lower() not in _SAFE_SCHEMES:
        return f"] {match['open']}{match['target']}"
    return match[0]
