"""Handles in; verdicts out."""
