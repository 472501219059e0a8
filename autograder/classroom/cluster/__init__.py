"""A class graded by the workers of a Dask cluster: one scheduler, and as many machines as there are."""
