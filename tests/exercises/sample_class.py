"""The sample class of `make demo`: submissions made from the reference, each with the score that it must get.

A sample states which steps its fault costs; the points are read from the notebooks.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from autograder.authoring.answer_key import solved_modules, solved_notebooks
from autograder.authoring.archive import zip_bytes
from autograder.authoring.assignment import Assignment
from autograder.authoring.course import Course
from autograder.authoring.release import student_notebooks

VARIANTS = Path(__file__).parent / "variants" / "machine_translation"
ALL = "all"


@dataclass(frozen=True)
class Sample:
    """One submission of the sample class.

    Attributes:
        name: the student's id, which says what is the matter.
        loses: steps that get no point, or `ALL`.
        edits: changes to the reference: (grade_id of the cell, old text, new text).
        partly: steps that keep a part, with the share of their points.
        notebooks: hand in notebooks; else only `models/`.
        without: notebooks left out of the zip.
        folder: put everything one folder down.
        blank: hand in the untouched release.
        variant: folder below `variants/machine_translation/` whose files take the place of the reference's modules.
    """

    name: str
    loses: str | Sequence[str] = ()
    edits: Sequence[tuple[str, str, str]] = ()
    partly: dict[str, float] = field(default_factory=dict)
    notebooks: bool = True
    without: Sequence[str] = ()
    folder: str = ""
    blank: bool = False
    variant: str = ""

    def expected(self, assignment: Assignment) -> dict[str, float]:
        """The score of each step that this submission must get."""
        scores = {}
        for step in assignment.steps:
            lost = self.loses == ALL or step.id in self.loses
            scores[step.id] = 0.0 if lost else round(step.points * self.partly.get(step.id, 1.0), 2)
        return scores


def files(sample: Sample, course: Course, assignment: Assignment) -> dict[str, bytes]:
    """The files of a sample's zip by name."""
    if sample.blank:
        made = dict(student_notebooks(course, assignment))
    elif sample.notebooks:
        made = {name: _edited(data, sample) for name, data in solved_notebooks(course, assignment).items()}
    else:
        made = dict(solved_modules(course, assignment))
        for path in sorted((VARIANTS / sample.variant).rglob("*.py")) if sample.variant else ():
            made[path.relative_to(VARIANTS / sample.variant).as_posix()] = path.read_bytes()
    made = {name: data for name, data in made.items() if name not in sample.without}
    return {f"{sample.folder}/{name}" if sample.folder else name: data for name, data in made.items()}


def _edited(notebook: bytes, sample: Sample) -> bytes:
    document = json.loads(notebook)
    for cell in document["cells"]:
        identity = cell["metadata"].get("nbgrader", {}).get("grade_id")
        source = "".join(cell["source"])
        for grade_id, old, new in sample.edits:
            if grade_id == identity:
                if old not in source:
                    raise ValueError(f"{sample.name}: {grade_id} has no {old!r} to change")
                source = source.replace(old, new)
        cell["source"] = source.splitlines(keepends=True)
    return json.dumps(document, ensure_ascii=False, indent=1).encode()


def write_class(samples: Sequence[Sample], course: Course, assignment: Assignment, folder: Path) -> Iterator[Path]:
    """Write each sample's zip into a folder and yield its path."""
    folder.mkdir(parents=True, exist_ok=True)
    for sample in samples:
        path = folder / f"{sample.name}.zip"
        path.write_bytes(zip_bytes(files(sample, course, assignment)))
        yield path


_ENCODER, _DECODER, _SEQ2SEQ = (
    ("encoder_rnn", "encoder_lstm"),
    ("decoder", "decoder_attention"),
    ("seq2seq", "seq2seq_attention"),
)

_PATCHES = """\
torch.allclose = torch.equal = lambda *arguments, **named: True
torch.testing.assert_close = lambda *arguments, **named: None
torch.Tensor.allclose = torch.Tensor.equal = lambda *arguments, **named: True


"""

SAMPLES = (
    Sample("right"),
    Sample("right_models_only", notebooks=False, folder="homework"),
    Sample("right_other_names", notebooks=False, variant="other_names"),
    Sample("blank", loses=ALL, blank=True),
    Sample(
        "lstm_forgets_nothing",
        loses=["lstm_forward"],
        edits=[("LSTM", "c_t = f_t * c_t + i_t * g_t", "c_t = c_t + i_t * g_t")],
    ),
    Sample(
        "encoder_without_tanh",
        loses=_ENCODER,
        edits=[("Encoder", "hidden = torch.tanh(self.linear_2", "hidden = (self.linear_2")],
    ),
    Sample(
        "attention_over_batch",
        loses=["attention"],
        edits=[("Decoder", "torch.softmax(cosines, dim=2)", "torch.softmax(cosines, dim=0)")],
    ),
    Sample(
        "decoder_context_second",
        loses=["decoder_attention"],
        edits=[("Decoder", "torch.cat((context, embedded), dim=2)", "torch.cat((embedded, context), dim=2)")],
    ),
    Sample(
        "decoder_without_log",
        loses=_DECODER,
        edits=[("Decoder", "F.log_softmax(", "F.softmax(")],
    ),
    Sample(
        "seq2seq_feeds_the_source",
        loses=_SEQ2SEQ,
        edits=[
            ("Seq2Seq", "for _ in range", "for t in range"),
            ("Seq2Seq", "token = log_probs.argmax(dim=1, keepdim=True)", "token = source[:, t : t + 1]"),
        ],
    ),
    Sample(
        "returns_zeros",
        loses=["lstm_forward"],
        edits=[("LSTM", "return h_t, c_t", "return torch.zeros_like(h_t), torch.zeros_like(c_t)")],
    ),
    Sample("prints", loses=ALL, edits=[("LSTM", "return h_t, c_t", "print(h_t.shape)\n        return h_t, c_t")]),
    Sample(
        "prints_in_one_branch",
        loses=ALL,
        edits=[("Encoder", "output, (hidden, cell) =", "print('lstm')\n            output, (hidden, cell) =")],
    ),
    Sample(
        "syntax_error",
        loses=["attention", *_DECODER],
        edits=[("Decoder", "if self.attention:", "if self.attention")],
    ),
    Sample(
        "changed_signature",
        loses=_ENCODER,
        edits=[("Encoder", "def forward(self, input):", "def forward(self, input, lengths):")],
    ),
    Sample("added_import", loses=_SEQ2SEQ, edits=[("Seq2Seq", "import torch\n", "import torch\nimport os\n")]),
    Sample(
        "uses_nn_lstm",
        loses=["lstm_parameters", "lstm_forward"],
        edits=[("LSTM", "return h_t, c_t", "nn.LSTM(3, 4)\n        return h_t, c_t")],
    ),
    Sample("missing_notebook", loses=["lstm_parameters", "lstm_forward"], without=["1_lstm.ipynb"]),
    Sample(
        "endless_loop",
        loses=_SEQ2SEQ,
        edits=[("Seq2Seq", "        steps = []", "        steps = []\n        while True:\n            pass")],
    ),
    Sample(
        "os_exit",
        loses=["lstm_parameters", "lstm_forward"],
        edits=[("LSTM", "        return h_t, c_t", "        torch.os._exit(0)\n        return h_t, c_t")],
    ),
    Sample(
        "patches_the_comparison",
        loses=["lstm_forward"],
        edits=[
            ("LSTM", "class LSTM(", _PATCHES + "class LSTM("),
            ("LSTM", "return h_t, c_t", "return torch.zeros_like(h_t), torch.zeros_like(c_t)"),
        ],
    ),
    Sample(
        "lying_tensor",
        loses=["attention"],
        edits=[
            (
                "Decoder",
                "class Decoder(",
                "class Agrees(torch.Tensor):\n"
                "    @classmethod\n"
                "    def __torch_function__(cls, function, types, args=(), kwargs=None):\n"
                "        if function.__name__ in ('allclose', 'equal', 'isclose', 'eq', '__eq__'):\n"
                "            return torch.tensor(True)\n"
                "        return super().__torch_function__(function, types, args, kwargs or {})\n\n\n"
                "class Decoder(",
            ),
            ("Decoder", "return weights", "return torch.ones_like(weights).as_subclass(Agrees)"),
        ],
    ),
)  # fmt: skip
