"""Right answers in every mode that attacks are tried in: no layer of confinement, and no lack of one, costs a point.

With AUTOGRADER_ALL_ATTACKS set, all variants of the assignment are graded in each mode, else a few.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from test_submissions import MODES, RULES

from tests.exercises.mistakes.grading import VARIANTS, grade_all, reference, variant

ALL = "AUTOGRADER_ALL_ATTACKS" in os.environ
NAMES = sorted(folder.name for folder in VARIANTS.iterdir() if folder.is_dir())
CHOSEN = NAMES if ALL else NAMES[::35]
LSTM = "models/naive/LSTM.py"
# What ordinary code does: it imports where it needs something, and takes its data from a loader without workers.
_ORDINARY = """\
        import torch as lazily

        torch.set_num_threads(2)
        data = torch.utils.data.TensorDataset(x)
        ((x,),) = torch.utils.data.DataLoader(data, batch_size=len(x), num_workers=0)
        assert lazily.is_tensor(x)
"""


def ordinary(modules: dict[str, bytes]) -> dict[str, bytes]:
    """The reference with an LSTM that imports late and takes its input from a DataLoader."""
    lines = modules[LSTM].decode("utf-8").splitlines(keepends=True)
    place = next(number for number, line in enumerate(lines) if line.lstrip().startswith("def forward"))
    lines.insert(place + 1, _ORDINARY)
    return {**modules, LSTM: "".join(lines).encode("utf-8")}


@pytest.mark.parametrize("mode", [mode for mode in MODES if mode != RULES])
def test_right_answers_get_full_marks_in_every_mode(mode: str, tmp_path: Path) -> None:
    modules = reference()
    works = {"ordinary": ordinary(modules), **{name: variant(name, modules) for name in CHOSEN}}
    results = grade_all(works, tmp_path, layers_off=MODES[mode][0])
    lost = {
        name: found["output"]
        for name, found in results.items()
        if found["score"] < found["extra_data"]["max_score"] or found["extra_data"]["silence"]["printed"]
    }
    assert lost == {}
    assert {
        name: found["extra_data"]["faults"] for name, found in results.items() if found["extra_data"]["faults"]
    } == {}
