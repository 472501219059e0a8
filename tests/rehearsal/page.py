"""A results.json as Gradescope lays it out for a student: what is at the top, a box a test, the list at the side.

python -m tests.rehearsal.page results.json page.html
"""

from __future__ import annotations

import html
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import mistune

_STYLE = """
body { font: 15px/1.5 Lato, Arial, sans-serif; margin: 0; color: #333; background: #fff; display: flex }
main { flex: 1; padding: 1.5em 2em; min-width: 0 }
aside { width: 260px; padding: 1.5em; border-left: 1px solid #ddd; box-sizing: border-box }
h1 { font-size: 1.4em } h2 { font-size: 1em; margin: 0 } pre { overflow-x: auto; background: #f6f6f6; padding: .6em }
section { border: 1px solid #ddd; margin: .8em 0; padding: .7em 1em; overflow-wrap: anywhere }
section.passed { background: #e8f5e9 } section.failed { background: #fdecea }
.passed h2, li.passed { color: #1b7a3a } .failed h2, li.failed { color: #b3261e }
aside ul { list-style: none; padding: 0 } .score { font-size: 1.6em }
@media (max-width: 700px) {
  body { flex-direction: column-reverse } aside { width: 100%; border: 0 } main { padding: 1em }
}
"""
# What student code has said reaches Gradescope as text; markup in it would be shown here as it stands.
_markdown = mistune.create_markdown(escape=True, plugins=["strikethrough", "table"])


def render(results: Mapping[str, Any], title: str, total: float) -> str:
    """The page as HTML.

    Args:
        results: content of a results.json.
        title: the assignment's.
        total: its points.
    """
    everywhere = results.get("visibility", "visible")
    tests = results.get("tests", [])
    shown = [test for test in tests if test.get("visibility", everywhere) == "visible"]
    score = results.get("score", sum(test.get("score", 0) for test in tests))
    # Where a test is hidden, Gradescope hides the total, too.
    told = f"{score:g} / {total:g}" if len(shown) == len(tests) else f"- / {total:g}"
    top = _text(results.get("output", ""), results.get("output_format", "text"))
    boxes = "".join(_box(test, results.get("test_output_format", "text")) for test in shown)
    listed = "".join(f'<li class="{_status(test)}">{html.escape(_heading(test))}</li>' for test in shown)
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{html.escape(title)}</title><style>{_STYLE}</style><body><main><h1>Autograder Results</h1>"
        f'<section class="output">{top}</section>{boxes}</main><aside><h2>{html.escape(title)}</h2>'
        f'<p>Autograder Score<br><span class="score">{told}</span></p><ul>{listed}</ul></aside></body></html>\n'
    )


def _box(test: Mapping[str, Any], kind: str) -> str:
    output = _text(test.get("output", ""), test.get("output_format", kind))
    return f'<section class="{_status(test)}"><h2>{html.escape(_heading(test))}</h2>{output}</section>'


def _heading(test: Mapping[str, Any]) -> str:
    number = f"{test['number']}) " if "number" in test else ""
    points = f" ({test['score']:g}/{test['max_score']:g})" if "score" in test and "max_score" in test else ""
    return f"{number}{test.get('name', '')}{points}"


def _status(test: Mapping[str, Any]) -> str:
    if "status" in test:
        return str(test["status"])
    if "score" not in test:
        return ""
    return "passed" if test["score"] >= test.get("max_score", 0) else "failed"


def _text(text: str, kind: str) -> str:
    return str(_markdown(text)) if kind == "md" else f"<pre>{html.escape(text)}</pre>"


if __name__ == "__main__":
    found = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    maximum = sum(test.get("max_score", 0) for test in found["tests"])
    Path(sys.argv[2]).write_text(render(found, found["extra_data"]["assignment"], maximum), encoding="utf-8")
