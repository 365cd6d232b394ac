"""Registers (台账): listed, searched, exported within scope, with every past state kept."""
