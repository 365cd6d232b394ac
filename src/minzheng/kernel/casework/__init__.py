"""Applications through their steps: clocks, evidence, decisions with reasons, corrections, objections, appeals."""
