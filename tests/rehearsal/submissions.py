"""What is handed in at the rehearsal: a right, a blank, a printing and a hostile submission."""

from __future__ import annotations

import json

from autograder.authoring.assignment import Assignment
from autograder.authoring.course import Course
from autograder.judging.translations import TRANSLATIONS, sentences
from tests.exercises.sample_class import ALL, SAMPLES, Sample, files

# Overwrites the results and the grader's own files, makes every comparison agree, and answers with zeros.
_ATTACK = """\
_zeros = torch.zeros(4).numpy()
for _place in ("results/results.json", "source/fault.json", "source/gradebook/seed.txt", "run_autograder"):
    try:
        _zeros.tofile("/autograder/" + _place)
    except OSError:
        pass
torch.allclose = torch.equal = lambda *arguments, **named: True
torch.Tensor.allclose = torch.Tensor.equal = lambda *arguments, **named: True


"""
HOSTILE = Sample(
    "hostile",
    loses=["lstm_forward"],
    edits=[
        ("LSTM", "class LSTM(", _ATTACK + "class LSTM("),
        ("LSTM", "return h_t, c_t", "return torch.zeros_like(h_t), torch.zeros_like(c_t)"),
    ],
)
_CHOSEN = ("right", "blank", "prints")


def submissions(course: Course, assignment: Assignment) -> dict[str, dict[str, bytes]]:
    """The files of each submission, by its name."""
    samples = [*(sample for sample in SAMPLES if sample.name in _CHOSEN), HOSTILE]
    made = {sample.name: files(sample, course, assignment) for sample in samples}
    # For the leaderboard: the sources themselves, which are no good translations.
    texts = sentences((course.source(assignment.name) / assignment.leaderboard.sources).read_text(encoding="utf-8"))
    made["right"] = {**made["right"], TRANSLATIONS: json.dumps(texts).encode("utf-8")}
    return made


def expected(assignment: Assignment, name: str) -> float:
    """The score that a submission must get."""
    sample = next(sample for sample in (*SAMPLES, HOSTILE) if sample.name == name)
    return 0.0 if sample.loses == ALL else sum(sample.expected(assignment).values())
