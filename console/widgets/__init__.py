"""The pieces screens are made of. They paint values; they decide nothing."""
