"""The demonstration: simulated homes and people around the real chain."""
