"""Notebooks in; student release, answer key and Gradescope zip out."""
