"""The notebook was exported as a script, its commands as calls.

The class in it is graded, and it is said what was left out.
"""

from __future__ import annotations

from pathlib import Path

from archive_kit import RIGHT, graded, zipped

EXPECTED = graded("is a line for notebooks only and was left out")


def build(path: Path) -> None:
    commands = "get_ipython().run_line_magic('matplotlib', 'inline')\nget_ipython().system('pip install torch')\n"
    text = f"#!/usr/bin/env python\n# coding: utf-8\n\n# In[1]:\n\n\n{commands}\n# In[2]:\n\n\n{RIGHT}"
    zipped(path, {"toy.py": text})
