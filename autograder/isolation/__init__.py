"""An untrusted submission in; handles on the student's classes out."""
