"""nbgrader's ClearSolutions with the stub of our markers: `### BEGIN SOLUTION <stub>`.

Importing this module imports nbgrader (2.5 s): do so only where a notebook is converted.
"""

from __future__ import annotations

from typing import Any

from nbgrader.preprocessors import (
    CheckCellMetadata,
    ClearHiddenTests,
    ClearMarkScheme,
    ClearOutput,
    ClearSolutions,
    ComputeChecksums,
    IncludeHeaderFooter,
    LockCells,
    SaveCells,
)

from autograder.authoring import markers
from autograder.authoring.cells import Cell
from autograder.authoring.regions import MarkerError


class StubSolutions(ClearSolutions):  # type: ignore[misc]
    """Replaces each solution region by the stub that its opening marker names.

    It is stricter than its parent: a marker that is none, a region outside a solution cell and a code
    solution cell without a region are errors. An answer in words without markers gets nbgrader's stub.
    """

    def preprocess_cell(self, cell: Any, resources: Any, cell_index: int) -> tuple[Any, Any]:
        """Clear one cell.

        Raises:
            MarkerError: the cell's markers are wrong.
        """
        nbgrader = resources.get("nbgrader") or {}
        ours = Cell(
            notebook=f"{nbgrader.get('notebook', 'notebook')}.ipynb",
            index=cell_index,
            kind=cell.cell_type,
            source=cell.source,
            nbgrader=dict(cell.metadata.get("nbgrader", {})),
        )
        try:
            cell.source = markers.cleared(ours)
        except MarkerError as error:
            raise MarkerError(f"{ours.where}: {error}") from None
        return cell, resources


# nbgrader's own list for generate_assignment, with StubSolutions for ClearSolutions and without
# InstantiateTests, which would start a kernel to write tests into the notebook.
PREPROCESSORS = [
    IncludeHeaderFooter,
    LockCells,
    StubSolutions,
    ClearOutput,
    CheckCellMetadata,
    ComputeChecksums,
    SaveCells,
    ClearHiddenTests,
    ClearMarkScheme,
    ComputeChecksums,
    CheckCellMetadata,
]
