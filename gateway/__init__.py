"""Takes facts in: what arrives is stored before it is acknowledged, and nothing is judged away."""
