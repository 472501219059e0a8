"""Builds the Dockerfile's image in a root folder, for want of Docker: its RUN and COPY lines, and its user."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

from tests.rehearsal.places import Root


def build_image(dockerfile: Path, place: Root, bundle: Path) -> Root:
    """Do in a fresh root what the Dockerfile says, and return it as the container that it becomes.

    Raises:
        SystemExit: a line fails.
    """
    text = re.sub(r"\\\n\s*", " ", dockerfile.read_text(encoding="utf-8"))
    user = ""
    for line in text.splitlines():
        word, _, rest = line.partition(" ")
        if word == "RUN":
            done = subprocess.run(place.command(["sh", "-c", rest]), capture_output=True, text=True)
            if done.returncode:
                raise SystemExit(f"Dockerfile: {rest[:200]}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}")
        elif word == "COPY":
            source, target = rest.split()
            assert source == "${BUNDLE}"
            shutil.copyfile(bundle, place.root / target.lstrip("/"))
        elif word == "USER":
            user = rest.strip()
    return replace(place, wheels=None, user=user)
