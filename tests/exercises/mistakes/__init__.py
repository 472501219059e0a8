"""Wrong answers by assignment, and what grades them."""
