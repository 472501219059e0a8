"""Is this what Gradescope takes as results.json? The schema was written from its documentation."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

SCHEMA = Path(__file__).with_name("gradescope_results.schema.json")


@cache
def _validator() -> Draft202012Validator:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def problems(results: Any) -> list[str]:
    """What is wrong with the content of a results.json, one line each; nothing if all is well."""
    found = [f"{error.json_path}: {error.message[:200]}" for error in _validator().iter_errors(results)]
    try:
        json.dumps(results, allow_nan=False)
    except ValueError:
        found.append("$: a number is not finite")
    return found
