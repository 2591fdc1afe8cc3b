"""Ratios measured in one run: `make bench`. Absolute times depend on the machine, ratios do not."""
