"""Messages between the grader and a worker that lies: frames, packing, and unpacking within bounds."""
