"""Which submissions share more than the released skeleton explains. People decide what that means."""
