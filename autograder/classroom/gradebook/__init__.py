"""nbgrader's gradebook: verdicts in, with the folders that formgrader and feedback read."""

from autograder.classroom.gradebook.database import GradebookError
from autograder.classroom.gradebook.verdicts import GradedSubmission, Problem, student_id
from autograder.classroom.gradebook.writing import Recorded, record

__all__ = ["GradebookError", "GradedSubmission", "Problem", "Recorded", "record", "student_id"]
