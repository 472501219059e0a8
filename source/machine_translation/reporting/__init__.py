"""Turns the report notebook into a PDF; started by report_export.py."""
