"""What nbgrader's feedback for students leaves out: the mark schemes that formgrader shows to graders.

Both are made from the same notebooks. Importing this module imports nbgrader (2.5 s).
"""

from __future__ import annotations

from typing import Any

from nbconvert.preprocessors import CSSHTMLHeaderPreprocessor
from nbgrader.preprocessors import ClearMarkScheme, GetGrades
from nbgrader.utils import is_task


class ClearTaskSchemes(ClearMarkScheme):  # type: ignore[misc]
    """Takes the mark schemes out of task cells, whose text is the instructor's.

    Its parent looks into every cell and stops at a marker elsewhere: a student who writes one in an answer
    would get no feedback.
    """

    def preprocess_cell(self, cell: Any, resources: Any, cell_index: int) -> tuple[Any, Any]:
        """Clear one cell."""
        if is_task(cell):
            cell, resources = super().preprocess_cell(cell, resources, cell_index)
        return cell, resources


# nbgrader's own list for generate_feedback, and the mark schemes out.
PREPROCESSORS = [GetGrades, ClearTaskSchemes, CSSHTMLHeaderPreprocessor]
