"""Verdicts in; a class out."""
