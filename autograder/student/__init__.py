"""What a student runs: the check under a step and the collecting of a submission."""
