"""Measures by area and month: numerator over denominator, the province as sum over sum."""
