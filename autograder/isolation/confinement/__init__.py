"""What a worker may do: layers of confinement, what they are worth on this machine, and the doctor that says so."""
