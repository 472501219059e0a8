"""Grades for other programs: Canvas, Gradescope, a table of all steps, and JUnit XML."""
