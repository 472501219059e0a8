"""nbgrader's settings for this course: what `nbgrader formgrader`, `autograde` and `feedback` read.

The student release itself is built with `make release`, which adds what nbgrader knows nothing of and looks
for leaks; `nbgrader generate_assignment` makes the same notebooks.
"""

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
sys.path.insert(0, str(ROOT))

from autograder.authoring.stubs import PREPROCESSORS  # noqa: E402  (found through the line above)
from autograder.classroom.gradebook.feedback import PREPROCESSORS as FEEDBACK  # noqa: E402

c = get_config()  # noqa: F821  (nbgrader gives it to this file)

GRADEBOOK = ROOT / "gradebook"
GRADEBOOK.mkdir(exist_ok=True)  # SQLite makes the file, not the folder

c.CourseDirectory.root = str(ROOT)
c.CourseDirectory.source_directory = "source"
c.CourseDirectory.release_directory = "release"
c.CourseDirectory.submitted_directory = "gradebook/submitted"
c.CourseDirectory.autograded_directory = "gradebook/autograded"
c.CourseDirectory.feedback_directory = "gradebook/feedback"
c.CourseDirectory.db_url = f"sqlite:///{(GRADEBOOK / 'gradebook.db').as_posix()}"
# What a run of the source notebooks leaves behind, and the settings: never a part of a release.
c.CourseDirectory.ignore = [
    ".*",
    "*~",
    "*.pyc",
    "__pycache__",
    "assignment.toml",
    "checkpoints",
    "feedback",
    "models",
]

c.GenerateAssignment.preprocessors = PREPROCESSORS

# Formgrader shows the mark schemes of task cells; the feedback for students leaves them out.
c.GenerateFeedback.preprocessors = FEEDBACK

# nbgrader calls alembic as a program, which a virtual environment that is not activated hides.
os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)])

# Without it each start of a kernel prints a warning about encryption.
c.KernelManager.transport_encryption = "auto"
