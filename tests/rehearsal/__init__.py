"""`make rehearse`: the Gradescope zip in a system of its own, laid out and run as Gradescope does."""
